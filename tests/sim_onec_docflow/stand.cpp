#include "stand.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cstdlib>
#include <filesystem>

#include "sedlink/core/text.hpp"
#include "sedlink/net/client.hpp"
#include "sedlink/sim/host.hpp"
#include "sedlink/sim/onec_docflow.hpp"
#include "support/run_task.hpp"

namespace sedlink::sim_test {
namespace {

std::string_view local(const char* name) {
  const std::string_view full = name;
  const std::size_t colon = full.find(':');
  return colon == std::string_view::npos ? full : full.substr(colon + 1);
}

void collect(pugi::xml_node node, std::string_view path, std::vector<pugi::xml_node>& found) {
  const std::size_t slash = path.find('/');
  const std::string_view first = path.substr(0, slash);
  for (const pugi::xml_node child : node.children()) {
    if (child.type() != pugi::node_element || local(child.name()) != first) continue;
    if (slash == std::string_view::npos) {
      found.push_back(child);
    } else {
      collect(child, path.substr(slash + 1), found);
    }
  }
}

}  // namespace

Answer::Answer(int http_status, std::string text_of_body)
    : status(http_status), body(std::move(text_of_body)), document_(std::make_shared<pugi::xml_document>()) {
  document_->load_buffer(body.data(), body.size(), pugi::parse_default | pugi::parse_ws_pcdata_single);
}

pugi::xml_node Answer::content() const {
  std::vector<pugi::xml_node> found;
  collect(*document_, "Envelope/Body/executeResponse/return", found);
  return found.empty() ? pugi::xml_node() : found.front();
}

std::vector<pugi::xml_node> Answer::nodes(std::string_view path) const {
  std::vector<pugi::xml_node> found;
  collect(content(), path, found);
  return found;
}

std::string Answer::text(std::string_view path) const {
  const auto found = nodes(path);
  return found.empty() ? std::string() : std::string(found.front().text().get());
}

std::vector<std::string> Answer::texts(std::string_view path) const {
  std::vector<std::string> all;
  for (const pugi::xml_node node : nodes(path)) all.emplace_back(node.text().get());
  return all;
}

std::string Answer::attribute(std::string_view path, const char* name) const {
  const auto found = path.empty() ? std::vector<pugi::xml_node>{content()} : nodes(path);
  return found.empty() ? std::string() : std::string(found.front().attribute(name).value());
}

std::string Answer::type() const { return std::string(local(attribute("", "xsi:type").c_str())); }

std::string Answer::fault() const {
  std::vector<pugi::xml_node> found;
  collect(*document_, "Envelope/Body/Fault/faultstring", found);
  return found.empty() ? std::string() : std::string(found.front().text().get());
}

struct OnecDocflow::Network {
  boost::asio::io_context context;
  SystemClock clock;
  std::unique_ptr<sim::Host> host;
  std::unique_ptr<net::Client> client;
};

OnecDocflow::OnecDocflow() : network_(std::make_unique<Network>()) {}
OnecDocflow::~OnecDocflow() = default;

void OnecDocflow::begin(const std::string& scenario) {
  sim::Options options;
  options.edition = edition;
  const std::string costless = scenario.find("settings:") == std::string::npos ? "settings: { costs: off }\n" : "";
  Result<sim::Scenario> parsed = sim::Scenario::parse(costless + scenario);
  ASSERT_TRUE(parsed.has_value()) << parsed.error().message;
  options.scenario = std::move(parsed.value());
  sim::HostOptions host;
  const char* records = std::getenv("SEDLINK_RECORD_DIR");
  if (records != nullptr && !wrong_requests) {
    const ::testing::TestInfo& test = *::testing::UnitTest::GetInstance()->current_test_info();
    host.record = std::filesystem::path(records) / ("onec-docflow-" + edition) /
                  (std::string(test.test_suite_name()) + "." + test.name());
    std::filesystem::create_directories(*host.record);
  }
  auto simulator = sim::make_onec_docflow(options);
  auto created = sim::Host::create(network_->context.get_executor(), network_->clock, host, std::move(options),
                                   std::move(simulator));
  ASSERT_TRUE(created.has_value()) << created.error().message;
  network_->host = std::move(created.value());
  network_->host->start();
  network_->client = std::make_unique<net::Client>(network_->context.get_executor(), net::ClientOptions());
}

void OnecDocflow::TearDown() {
  if (!network_->host) return;
  network_->client.reset();
  boost::asio::co_spawn(network_->context, network_->host->stop(Duration(0)), [](std::exception_ptr) {});
  network_->context.restart();
  network_->context.run_for(std::chrono::seconds(5));
  network_->host.reset();
}

std::string OnecDocflow::url() const { return network_->host->base_url() + "/doc/ws/dm.1cws"; }

std::string OnecDocflow::authorization() const {
  const json::object access = network_->host->simulator().access();
  return "Basic " + text::base64_encode(std::string(access.at("user").as_string()) + ":" +
                                        std::string(access.at("password").as_string()));
}

net::Response OnecDocflow::http(net::Request request) {
  if (!network_->host) begin();
  net::CallOptions options;
  options.deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  Result<net::Response> response =
      testing_support::run_task(network_->context, network_->client->send(std::move(request), options));
  EXPECT_TRUE(response.has_value()) << response.error().message;
  return response.has_value() ? std::move(response.value()) : net::Response();
}

std::vector<int> OnecDocflow::statuses_in_parallel(const net::Request& request, std::size_t times) {
  std::vector<int> statuses;
  for (std::size_t i = 0; i < times; ++i) {
    net::CallOptions options;
    options.deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    boost::asio::co_spawn(network_->context, network_->client->send(request, options),
                          [&statuses](std::exception_ptr, Result<net::Response> response) {
                            statuses.push_back(response.has_value() ? response.value().status : 0);
                          });
  }
  EXPECT_TRUE(eventually([&] { return statuses.size() == times; }));
  std::sort(statuses.begin(), statuses.end());
  return statuses;
}

net::Request OnecDocflow::post(const std::string& text_of_envelope) {
  if (!network_->host) begin();
  net::Request request;
  request.method = "POST";
  request.url = url();
  request.headers.set("Content-Type", "text/xml; charset=utf-8");
  request.headers.set("SOAPAction", "http://www.1c.ru/dm#DMService:execute");
  request.headers.set("Authorization", authorization());
  request.body = text_of_envelope;
  return request;
}

Answer OnecDocflow::send(const std::string& text_of_envelope) {
  net::Response response = http(post(text_of_envelope));
  return Answer(response.status, std::move(response.body));
}

Answer OnecDocflow::ask(const std::string& type, const std::string& content, const std::string& node) {
  const std::string id = node.empty() ? "" : "<m:dataBaseID>" + node + "</m:dataBaseID>";
  return send(envelope("<m:request xsi:type=\"m:" + type + "\">" + id + content + "</m:request>"));
}

json::value OnecDocflow::control(const std::string& path, const std::string& body, int expected_status) {
  if (!network_->host) begin();
  net::Request request;
  request.method = "POST";
  request.url = network_->host->base_url() + path;
  request.body = body;
  const net::Response response = http(std::move(request));
  EXPECT_EQ(response.status, expected_status) << response.body;
  boost::system::error_code failed;
  return json::parse(response.body, failed);
}

json::value OnecDocflow::state() {
  net::Request request;
  request.url = network_->host->base_url() + "/_sim/state";
  boost::system::error_code failed;
  return json::parse(http(std::move(request)).body, failed);
}

bool OnecDocflow::eventually(const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    network_->context.restart();
    network_->context.run_one_for(std::chrono::milliseconds(5));
  }
  return true;
}

std::string OnecDocflow::id_of(const std::string& type, const std::string& name) {
  const Answer answer =
      ask("DMGetObjectListRequest", "<m:type>" + type +
                                        "</m:type><m:query><m:conditions><m:property>name</m:property>"
                                        "<m:value xsi:type=\"xs:string\">" +
                                        name +
                                        "</m:value><m:comparisonOperator>=</m:comparisonOperator>"
                                        "</m:conditions></m:query>");
  return answer.text("items/object/objectID/id");
}

std::string OnecDocflow::document(const std::string& title, const std::string& extra) {
  std::string members = internal_document(title, extra);
  const auto fill = [&](const std::string& mark, const std::string& element, const std::string& type,
                        const std::string& name) {
    members = text::replace_all(members, mark, reference(element, type, id_of(type, name)));
  };
  fill("%organization%", "organization", "DMOrganization", "ООО Вектор");
  fill("%correspondent%", "correspondent", "DMCorrespondent", "ООО Ромашка");
  fill("%type%", "documentType", "DMInternalDocumentType", "Договор");
  fill("%folder%", "folder", "DMInternalDocumentFolder", "Договоры");
  const Answer answer =
      ask("DMCreateRequest", "<m:object xsi:type=\"m:DMInternalDocument\">" + members + "</m:object>");
  EXPECT_EQ(answer.type(), "DMCreateResponse") << answer.body;
  return answer.text("object/objectID/id");
}

std::string OnecDocflow::file(const std::string& owner, const std::string& name, const std::string& bytes,
                              const std::string& extra) {
  const Answer answer =
      ask("DMAddFileRequest", "<m:file><m:name>" + name + "</m:name>" + object_id("objectID", "DMFile", "") +
                                  "<m:binaryData>" + text::base64_encode(bytes) +
                                  "</m:binaryData><m:extension>pdf</m:extension></m:file>" +
                                  reference("owner", "DMInternalDocument", owner, "DMInternalDocument") + extra);
  EXPECT_EQ(answer.type(), "DMAddFileResponse") << answer.body;
  return answer.text("file/objectID/id");
}

std::string OnecDocflow::approval(const std::string& subject, const std::string& template_name,
                                  const std::string& author) {
  const std::string from = id_of("DMBusinessProcessApprovalTemplate", template_name);
  const Answer prefilled =
      ask("DMGetBusinessProcessByTemplateRequest",
          "<m:type>DMBusinessProcessApproval</m:type>" + object_id("targetID", "DMInternalDocument", subject) +
              object_id("businessProcessTemplateId", "DMBusinessProcessApprovalTemplate", from));
  pugi::xml_document edited;
  pugi::xml_node process = edited.append_copy(prefilled.nodes("object").front());
  process.child("m:author").child("m:objectID").child("m:id").text().set(user(author).c_str());
  return launch_as(process);
}

// The prefilled object goes back as it is, renamed.
std::string OnecDocflow::launch_as(pugi::xml_node process) {
  pugi::xml_document launch;
  pugi::xml_node renamed = launch.append_copy(process);
  renamed.set_name("m:businessProcess");
  struct Text : pugi::xml_writer {
    std::string text;
    void write(const void* data, std::size_t size) override { text.append(static_cast<const char*>(data), size); }
  } text;
  renamed.print(text, "", pugi::format_raw);
  const Answer started = ask("DMLaunchBusinessProcessRequest", text.text);
  EXPECT_EQ(started.type(), "DMLaunchBusinessProcessResponse") << started.body;
  return started.text("businessProcess/objectID/id");
}

Answer OnecDocflow::retrieve(const std::string& type, const std::string& id, const std::string& columns) {
  std::string set;
  for (const std::string& column : text::split(columns, ' ')) {
    if (!column.empty()) set += "<m:columnSet>" + column + "</m:columnSet>";
  }
  return ask("DMRetrieveRequest", object_id("objectIds", type, id) + set);
}

Answer OnecDocflow::tree_of(const std::string& process) {
  return ask("DMGetTasksTreeRequest",
             "<m:query>" + reference("businessProcess", "DMBusinessProcessApproval", process) + "</m:query>");
}

std::string OnecDocflow::open_task(const std::string& process, const std::string& step) {
  const Answer tree = tree_of(process);
  for (const pugi::xml_node task : tree.nodes("businessProcesses/tasks")) {
    const bool open = std::string_view(task.child("m:executed").text().get()) == "false";
    if (open && step == task.child("m:businessProcessStep").text().get())
      return task.child("m:objectID").child("m:id").text().get();
  }
  return {};
}

Answer OnecDocflow::execute_task(const std::string& type, const std::string& task, const std::string& own,
                                 const std::string& comment) {
  return ask("DMUpdateRequest", "<m:objects xsi:type=\"m:" + type + "\"><m:name/>" + object_id("objectID", type, task) +
                                    reference("importance", "DMBusinessProcessTaskImportance", "Обычная") +
                                    "<m:performer/><m:executed>true</m:executed>"
                                    "<m:beginDate>0001-01-01T00:00:00</m:beginDate><m:dueDate "
                                    "xsi:nil=\"true\"/><m:endDate xsi:nil=\"true\"/><m:description/>" +
                                    reference("parentBusinessProcess", "DMBusinessProcess", "") +
                                    "<m:businessProcessStep/><m:executionComment>" + comment + "</m:executionComment>" +
                                    own + "</m:objects>");
}

std::string envelope(const std::string& request) {
  return "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:m=\"http://www.1c.ru/dm\""
         " xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" "
         "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><soap:Body><m:execute>" +
         request + "</m:execute></soap:Body></soap:Envelope>";
}

std::string object_id(const std::string& element, const std::string& type, const std::string& id) {
  return "<m:" + element + "><m:id>" + id + "</m:id><m:type>" + type + "</m:type></m:" + element + ">";
}

std::string reference(const std::string& element, const std::string& type, const std::string& id,
                      const std::string& xsi_type) {
  const std::string attribute = xsi_type.empty() ? "" : " xsi:type=\"m:" + xsi_type + "\"";
  return "<m:" + element + attribute + "><m:name/>" + object_id("objectID", type, id) + "</m:" + element + ">";
}

// `extra` stands where externalObject does. The marks are replaced by references.
std::string internal_document(const std::string& title, const std::string& extra) {
  return "<m:name>" + title + "</m:name>" + object_id("objectID", "DMInternalDocument", "") + extra +
         "%organization%<m:sum>150000.00</m:sum><m:title>" + title + "</m:title>%correspondent%%type%%folder%";
}

}  // namespace sedlink::sim_test
