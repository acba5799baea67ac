#include "scripted_portal.hpp"

#include <fstream>

#include "sedlink/core/hash.hpp"
#include "wire/query.hpp"

namespace sedlink::bitrix24::testing {

std::string Asked::text(std::initializer_list<std::string_view> path) const {
  return wire::text_at(json::value(params), path);
}

ScriptedPortal::ScriptedPortal(boost::asio::io_context& context) {
  net::ServerOptions options;
  auto server =
      net::Server::listen(context.get_executor(), options, [this](net::ServerRequest& r) { return serve(r); });
  if (!server) throw std::runtime_error("no test portal: " + describe(server.error()));
  server_ = std::move(*server);
  server_->start();
}

std::vector<Asked> ScriptedPortal::asked_for(std::string_view method) const {
  std::vector<Asked> found;
  for (const auto& one : asked)
    if (one.method == method) found.push_back(one);
  return found;
}

boost::asio::awaitable<net::ServerResponse> ScriptedPortal::serve(net::ServerRequest& request) {
  auto body = co_await request.read_body(64 * 1024 * 1024);
  if (!body) co_return net::ServerResponse(400, "text/plain", "body");
  co_return answer(request.target(), *body);
}

Reply ScriptedPortal::ask(Asked one) {
  asked.push_back(one);
  const auto it = methods_.find(one.method);
  return it == methods_.end() ? Reply::refusal("ERROR_METHOD_NOT_FOUND", "Method not found!") : it->second(one);
}

json::object ScriptedPortal::batch(const json::object& body) {
  ++batches_;
  json::object result, error, total, next, time;
  for (const auto& [key, command] : body.at("cmd").as_object()) {
    const std::string text = wire::text(command);
    const auto question = text.find('?');
    Asked one;
    one.method = text.substr(0, question);
    one.params = wire::nest(*net::parse_form(text.substr(question + 1)));
    one.batch = batches_;
    const auto reply = ask(one);
    time[key] = json::object{{"duration", reply.duration}, {"operating", 0.1}, {"operating_reset_at", 1778747792}};
    if (reply.error)
      error[key] = json::object{{"error", *reply.error}, {"error_description", reply.description}};
    else
      result[key] = reply.result;
    if (reply.next) next[key] = *reply.next;
  }
  const auto map = [](json::object& o) { return o.empty() ? json::value(json::array()) : json::value(o); };
  return json::object{{"result", map(result)},
                      {"result_error", map(error)},
                      {"result_total", map(total)},
                      {"result_next", map(next)},
                      {"result_time", map(time)}};
}

net::ServerResponse ScriptedPortal::answer(const std::string& path, const std::string& body) {
  requests.push_back(path);
  if (before)
    if (auto early = before(path, body)) return std::move(*early);
  const std::string prefix = "/rest/7/s3cr3t-of-the-hook/";
  if (!path.starts_with(prefix)) return net::ServerResponse(404, "text/html", "<html>no such page</html>");
  const auto method = path.substr(prefix.size());
  const auto parsed = json::parse(body);
  json::object root;
  root["time"] = json::object{{"start", 1778747192.91},
                              {"finish", 1778747193.53},
                              {"duration", 0.62},
                              {"date_finish", "2026-05-14T10:26:33+03:00"},
                              {"operating_reset_at", 1778747792},
                              {"operating", 3.3}};
  int status = 200;
  if (method == "batch") {
    root["result"] = batch(parsed.as_object());
  } else {
    Asked one;
    one.method = method;
    one.params = parsed.as_object();
    const auto reply = ask(one);
    if (reply.error) {
      root["error"] = *reply.error;
      root["error_description"] = reply.description;
      status = 400;
    } else {
      root["result"] = reply.result;
    }
    if (reply.next) root["next"] = *reply.next;
  }
  return net::ServerResponse(status, "application/json; charset=utf-8", json::serialize(root));
}

PortTest::PortTest() { connect(); }

void PortTest::connect(std::map<std::string, std::string> more) {
  api::ConnectionSettings settings;
  settings.name = "portal";
  settings.type = "bitrix24";
  settings.secrets["webhook_url"] = Secret(portal_.webhook());
  settings.secrets["event_token"] = Secret("t0ken");
  for (auto& [key, value] : more) settings.values[key] = value;
  api::AdapterEnvironment environment;
  environment.executor = io_.get_executor();
  environment.clock = &clock_;
  environment.logger = &logger_;
  environment.spool = temp_.path();
  auto made = make_adapter(settings, environment);
  if (!made) throw std::runtime_error(describe(made.error()));
  adapter_ = std::move(*made);
}

api::CallContext PortTest::context(std::string key) const {
  api::CallContext ctx;
  ctx.deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  ctx.key = std::move(key);
  ctx.for_people = true;
  return ctx;
}

std::vector<Result<api::Receipt>> PortTest::apply(std::vector<api::CrmEffect> effects) {
  auto done = run(adapter_->apply(context(), std::move(effects)));
  if (!done) throw std::runtime_error(describe(done.error()));
  return std::move(*done);
}

void PortTest::script_metadata() {
  portal_.on("crm.item.fields", [](const Asked&) {
    const auto field = [](const char* type, bool multiple = false) {
      return json::object{{"type", type}, {"isMultiple", multiple}, {"isReadOnly", false}, {"title", "Поле"}};
    };
    return Reply(json::object{{"fields", json::object{{"title", field("string")},
                                                      {"opportunity", field("double")},
                                                      {"companyId", field("crm_company")},
                                                      {"assignedById", field("user")},
                                                      {"ufCrm10Contract", field("file")},
                                                      {"ufCrm10Signed", field("file", true)},
                                                      {"ufCrm10Due", field("date")},
                                                      {"ufCrm10Tags", field("string", true)},
                                                      {"ufCrm10EdmsStatus", field("string")}}}});
  });
  portal_.on("crm.status.entity.types", [](const Asked&) {
    return Reply(
        json::array{json::object{{"ID", "DYNAMIC_1036_STAGE_10"}, {"ENTITY_TYPE_ID", 1036}, {"CATEGORY_ID", 10}}});
  });
  portal_.on("crm.status.list", [](const Asked&) {
    const auto stage = [](const char* id, const char* semantics) {
      const json::value meaning = *semantics == 0 ? json::value(nullptr) : json::value(json::string(semantics));
      return json::object{{"ID", "101"},
                          {"ENTITY_ID", "DYNAMIC_1036_STAGE_10"},
                          {"STATUS_ID", id},
                          {"NAME", id},
                          {"SEMANTICS", meaning}};
    };
    return Reply(json::array{stage("DT1036_10:NEW", ""), stage("DT1036_10:APPROVAL", ""),
                             stage("DT1036_10:SUCCESS", "S"), stage("DT1036_10:FAIL", "F")});
  });
}

json::object PortTest::card(int id, const std::string& stage) {
  return json::object{{"id", id},
                      {"title", "Поставка"},
                      {"stageId", stage},
                      {"categoryId", 10},
                      {"opportunity", 150000.5},
                      {"currencyId", "RUB"},
                      {"companyId", 0},
                      {"assignedById", 14},
                      {"movedBy", 7},
                      {"movedTime", "2026-05-14T10:26:32+03:00"},
                      {"updatedTime", "2026-05-14T10:26:32+03:00"}};
}

SpooledFile PortTest::spool(const std::string& name, const std::string& content) {
  SpooledFile file;
  file.path = (temp_ / ("spool-" + name)).string();
  file.name = name;
  file.size = content.size();
  file.sha256 = sha256_hex(content);
  std::ofstream(file.path, std::ios::binary) << content;
  return file;
}

}  // namespace sedlink::bitrix24::testing
