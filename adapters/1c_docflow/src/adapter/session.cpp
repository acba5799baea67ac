#include "adapter/session.hpp"

#include "sedlink/core/text.hpp"

namespace sedlink::onec_docflow {
namespace {

// After these the infobase may be another one, or updated: its version is asked again.
bool doubts_version(const Error& e) {
  return e.code.starts_with("net.") || e.code == "onec.html" || e.code == "onec.http" || e.code == "onec.fault" ||
         e.code == "onec.schema" || e.code == "onec.maintenance" || e.code == "onec.unauthorized" ||
         e.code == "onec.not_published" || e.code == "onec.unknown_message";
}

Error protocol_error(const std::string& what) {
  return make_error(Fault::defect, Audience::developer, "onec.protocol", "Ответ 1С не по протоколу: " + what);
}

}  // namespace

Session::Session(std::unique_ptr<Settings> settings, std::unique_ptr<net::Client> http,
                 api::AdapterEnvironment environment)
    : settings_(std::move(settings)), environment_(std::move(environment)), client_(*settings_, std::move(http)) {
  schema_.set_own_first(settings_->own_first);
}

bool Session::can_cancel() const {
  if (settings_->cancel == CancelSupport::always) return true;
  if (settings_->cancel == CancelSupport::never) return false;
  // 3.0 has a request of its own for it in every delivery.
  return version_.text.empty() || edition() == Edition::v3 || version_.corp();
}

Error Session::noted(Error error) {
  if (doubts_version(error)) version_known_ = false;
  return error;
}

Task<void> Session::ready(api::CallContext ctx) {
  if (version_known_) co_return Result<void>();
  Element question = request("DMGetVersionRequest");
  auto answer = co_await client_.call(ctx, std::move(question), Effect::read);
  if (!answer) co_return answer.error();
  const Version version(answer.value().text_of("versionNumber"));
  if (version.text.empty()) co_return protocol_error("нет versionNumber");
  if (!version.edition()) {
    co_return make_error(Fault::rejected, Audience::admin, "onec.dialect",
                         "1С:Документооборот " + version.text + ": поддерживаются редакции 2.1 и 3.0", version.text);
  }
  if (version.text != version_.text) {
    user_.reset();
    catalogs_.clear();
    const bool own_first = schema_.own_first();
    schema_ = Schema::builtin(version);
    schema_.set_own_first(own_first);
  }
  version_ = version;
  if (settings_->live_schema && schema_version_ != version.text) {
    auto schema = co_await read_schema(ctx);
    if (!schema) co_return schema.error();
  }
  version_known_ = true;
  co_return Result<void>();
}

// A service that shows no usable WSDL is still served, by the built-in table.
Task<void> Session::read_schema(api::CallContext ctx) {
  auto text = co_await client_.wsdl(ctx);
  if (!text && (text.error().fault == Fault::unauthorized || text.error().code == "net.timeout"))
    co_return text.error();
  auto schema = text ? Schema::from_wsdl(text.value(), edition()) : Result<Schema>(text.error());
  if (schema) {
    const bool own_first = schema_.own_first();
    schema_ = std::move(schema).value();
    schema_.set_own_first(own_first);
  } else {
    log().warning("onec_builtin_schema", {{"connection", settings_->connection}, {"reason", describe(schema.error())}});
  }
  schema_version_ = version_.text;
  co_return Result<void>();
}

Task<NamedId> Session::current_user(api::CallContext ctx) {
  if (user_) co_return *user_;
  Element question = request("DMGetCurrentUserRequest");
  auto answer = co_await read(ctx, std::move(question));
  if (!answer) co_return answer.error();
  const Element* user = answer.value().child("user");
  if (user == nullptr || object_id(*user).id.empty()) co_return protocol_error("нет текущего пользователя");
  user_ = NamedId(ObjectId(object_id(*user).id, "DMUser"), object_name(user));
  employees_.clear();
  for (const Element* e : answer.value().all("employees")) employees_.push_back(object_name(e));
  co_return *user_;
}

Element Session::request(std::string type) const {
  Element e("request");
  e.type = std::move(type);
  e.children.emplace_back("dataBaseID", settings_->database_id);
  return e;
}

Element Session::retrieve(const ObjectId& id, std::vector<std::string> columns) const {
  Element e = request("DMRetrieveRequest");
  add(e, id_element("objectIds", id));
  for (std::string& c : columns) add(e, Element("columnSet", std::move(c)));
  return e;
}

Task<Element> Session::read(api::CallContext ctx, Element request) {
  auto connected = co_await ready(ctx);
  if (!connected) co_return connected.error();
  auto answer = co_await client_.call(ctx, std::move(request), Effect::read);
  if (!answer) co_return noted(answer.error());
  co_return answer;
}

Task<Element> Session::write(api::CallContext ctx, Element request) {
  auto connected = co_await ready(ctx);
  if (!connected) co_return connected.error();
  Element copy = request;
  auto answer = co_await client_.call(ctx, std::move(copy), Effect::write);
  if (answer) co_return update_outcome(std::move(answer).value());
  // A fault of this kind has written nothing; the order of these performers is the one uncertain thing (4.4).
  if (answer.error().code == "onec.schema") {
    Schema other = schema_;
    other.set_own_first(!schema_.own_first());
    if (reorder_performers(request, other)) {
      auto second = co_await client_.call(ctx, std::move(request), Effect::write);
      if (second || second.error().code != "onec.schema") {
        schema_.set_own_first(other.own_first());
        log().info("onec_performer_order",
                   {{"connection", settings_->connection}, {"own_first", schema_.own_first() ? "yes" : "no"}});
      }
      if (second) co_return update_outcome(std::move(second).value());
      co_return noted(second.error());
    }
  }
  co_return noted(answer.error());
}

Task<Element> Session::send_file(api::CallContext ctx, Element request, SpooledFile file) {
  auto connected = co_await ready(ctx);
  if (!connected) co_return connected.error();
  auto answer = co_await client_.send_file(ctx, std::move(request), std::move(file));
  if (!answer) co_return noted(answer.error());
  co_return update_outcome(std::move(answer).value());
}

Task<SoapClient::Download> Session::fetch_file(api::CallContext ctx, Element request, std::string path) {
  auto connected = co_await ready(ctx);
  if (!connected) co_return connected.error();
  auto answer = co_await client_.fetch_file(ctx, std::move(request), std::move(path));
  if (!answer) co_return noted(answer.error());
  co_return answer;
}

Task<Element> Session::retrieve_object(api::CallContext ctx, ObjectId id, std::vector<std::string> columns) {
  Element question = retrieve(id, std::move(columns));
  auto answer = co_await read(ctx, std::move(question));
  if (!answer) co_return answer.error();
  Element* object = answer.value().child("objects");
  if (object == nullptr) {
    co_return make_error(Fault::not_found, Audience::admin, "onec.not_found",
                         "1С не вернула объект " + id.type + " " + id.id);
  }
  co_return std::move(*object);
}

}  // namespace sedlink::onec_docflow
