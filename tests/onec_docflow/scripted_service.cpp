#include "scripted_service.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "sedlink/onec_docflow/adapter.hpp"
#include "wire/reader.hpp"

namespace sedlink::onec_docflow::test {
namespace {

const std::string head =
    "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body>"
    "<m:executeResponse xmlns:m=\"http://www.1c.ru/dm\" xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" "
    "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">";
const std::string tail = "</m:executeResponse></soap:Body></soap:Envelope>";

}  // namespace

std::string envelope(const std::string& type, const std::string& inside) {
  return head + "<m:return xsi:type=\"m:" + type + "\">" + inside + "</m:return>" + tail;
}

std::string dm_error(const std::string& subject, const std::string& description) {
  return envelope("DMError",
                  "<m:description>" + description + "</m:description><m:subject>" + subject + "</m:subject>");
}

std::string object(const std::string& element, const std::string& type, const std::string& id, const std::string& name,
                   const std::string& more, bool typed) {
  return "<m:" + element + (typed ? " xsi:type=\"m:" + type + "\"" : "") + "><m:name>" + name +
         "</m:name><m:objectID><m:id>" + id + "</m:id><m:type>" + type + "</m:type></m:objectID>" + more +
         "</m:" + element + ">";
}

ScriptedService::ScriptedService(Answer answer) : answer_(std::move(answer)) {
  auto made = net::Server::listen(io_.get_executor(), net::ServerOptions(),
                                  [this](net::ServerRequest& request) { return serve(request); });
  EXPECT_TRUE(made) << describe(made.error());
  server_ = std::move(made).value();
  server_->start();
}

std::string schema_file(const std::string& version) {
  const char* given = std::getenv("SEDLINK_SCHEMA_DIR");
  const std::filesystem::path folder = given != nullptr
                                           ? std::filesystem::path(given)
                                           : std::filesystem::path(SEDLINK_SOURCE_DIR) / "../shared/protocols/schema";
  const std::filesystem::path file = folder / (version.starts_with("3.") ? "dm-3.0.16.xsd" : "dm-2.1.32.xsd");
  if (!std::filesystem::exists(file) || std::system("xmllint --version >/dev/null 2>&1") != 0) return {};
  return file.string();
}

ScriptedService::~ScriptedService() {
  const std::string schema = schema_file(version);
  if (!judged || schema.empty()) return;
  std::string files;
  int number = 0;
  for (const Seen& s : seen) {
    const auto from = s.body.find("<m:execute>");
    const auto to = s.body.find("</soap:Body>");
    if (from == std::string::npos || to == std::string::npos) continue;
    const auto path = folder / ("request" + std::to_string(number++) + ".xml");
    std::ofstream(path) << "<m:execute xmlns:m=\"http://www.1c.ru/dm\" xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" "
                           "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">"
                        << s.body.substr(from + 11, to - from - 11);
    files += " '" + path.string() + "'";
  }
  if (number == 0) return;
  const auto log = folder / "xmllint.log";
  const std::string command =
      "xmllint --huge --noout --schema '" + schema + "'" + files + " >'" + log.string() + "' 2>&1";
  if (std::system(command.c_str()) == 0) return;
  std::ostringstream said;
  said << std::ifstream(log).rdbuf();
  ADD_FAILURE() << "a request is against the schema:\n" << said.str();
}

boost::asio::awaitable<net::ServerResponse> ScriptedService::serve(net::ServerRequest& request) {
  Seen one;
  one.target = request.target();
  one.authorization = request.headers().get("Authorization").value_or("");
  one.soap_action = request.headers().get("SOAPAction").value_or("");
  one.content_type = request.headers().get("Content-Type").value_or("");
  auto body = co_await request.read_body(256ull * 1024 * 1024);
  if (!body) co_return net::ServerResponse(400, "text/plain", describe(body.error()));
  one.body = body.value();
  if (request.method() == "POST") {
    auto parsed = parse_xml(one.body);
    const Element* b = parsed ? parsed.value().child("Body") : nullptr;
    const Element* e = b == nullptr ? nullptr : b->child("execute");
    const Element* r = e == nullptr ? nullptr : e->child("request");
    if (r != nullptr) one.request = *r;
  }
  seen.push_back(one);
  if (before) {
    if (auto given = before(one)) co_return *given;
  }
  if (request.method() != "POST") co_return net::ServerResponse(404, "text/html", "<html>нет</html>");
  net::ServerResponse response(200, "text/xml; charset=utf-8", reply(one.request));
  co_return response;
}

std::string ScriptedService::reply(const Element& request) {
  if (request.type == "DMGetVersionRequest") {
    return envelope("DMGetVersionResponse", "<m:versionNumber>" + version + "</m:versionNumber>");
  }
  if (request.type == "DMGetCurrentUserRequest") {
    return envelope("DMGetCurrentUserResponse", object("user", "DMUser", user_id, "Интеграция", "", false));
  }
  if (request.type == "DMBatchRequest") {
    std::string inside;
    for (const Element* sub : request.all("requests")) {
      std::string answer = reply(*sub);
      answer = answer.substr(head.size(), answer.size() - head.size() - tail.size());
      answer.replace(0, std::string("<m:return").size(), "<m:responses");
      answer.replace(answer.rfind("</m:return>"), std::string("</m:return>").size(), "</m:responses>");
      inside += answer;
    }
    return envelope("DMBatchResponse", inside);
  }
  asked_.push_back(request);
  return answer_(request);
}

std::vector<Element> ScriptedService::asked(const std::string& type) const {
  std::vector<Element> found;
  for (const Element& e : asked_) {
    if (type.empty() || e.type == type) found.push_back(e);
  }
  return found;
}

api::ConnectionSettings ScriptedService::settings() const {
  api::ConnectionSettings s;
  s.name = "docflow";
  s.type = "1c_docflow";
  s.values["url"] = "http://127.0.0.1:" + std::to_string(server_->port()) + "/doc";
  s.values["web_url"] = "https://1c.example.ru/doc/";
  s.values["time_zone"] = "Europe/Moscow";
  s.values["user"] = "Интеграция";
  s.values["database_id"] = database_id;
  s.values["schema"] = "builtin";
  s.secrets["password"] = Secret("пароль");
  return s;
}

std::unique_ptr<api::EdmsAdapter> ScriptedService::adapter() { return adapter(settings()); }

std::unique_ptr<api::EdmsAdapter> ScriptedService::adapter(api::ConnectionSettings from) {
  api::AdapterEnvironment environment;
  environment.executor = io_.get_executor();
  environment.clock = &clock;
  environment.logger = &logger_;
  environment.spool = folder.path();
  auto made = make_adapter(std::move(from), environment);
  EXPECT_TRUE(made) << describe(made.error());
  return std::move(made).value();
}

api::CallContext ScriptedService::context(std::string with_key) const {
  api::CallContext ctx;
  ctx.deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  ctx.key = std::move(with_key);
  return ctx;
}

}  // namespace sedlink::onec_docflow::test
