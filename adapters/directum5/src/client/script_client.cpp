#include "client/script_client.hpp"

#include "sedlink/core/text.hpp"

namespace sedlink::directum5 {
namespace {

constexpr std::chrono::seconds pause{30};

Fault doubtful(Effect effect) { return effect == Effect::read ? Fault::transient : Fault::ambiguous; }

std::string sentence(std::string_view intro, std::string_view words) {
  return words.empty() ? std::string(intro) : std::string(intro) + ": " + text::ellipsis(words, 300);
}

// An answer that cannot be read has come after the deed.
Error unread(Error error, Effect effect) {
  if (effect == Effect::write) error.fault = Fault::ambiguous;
  return error;
}

}  // namespace

Error not_configured(Operation operation) {
  const std::string name(name_of(operation));
  return make_error(Fault::rejected, Audience::admin, "directum5.not_configured",
                    "Для этого подключения DIRECTUM 5 сценарий не настроен: scripts." + name);
}

Error for_effect(Error error, Effect effect) {
  if (effect == Effect::read && error.fault == Fault::ambiguous) error.fault = Fault::transient;
  if (effect == Effect::write && error.code == "net.body_limit") error.fault = Fault::ambiguous;
  return error;
}

Error http_error(int status, std::string_view body, Effect effect) {
  const std::string code = "HTTP " + std::to_string(status);
  const std::string page = plain_text(body);
  if (status == 401 || status == 403) {
    return make_error(Fault::unauthorized, Audience::admin, "directum5.unauthorized",
                      sentence("Веб-сервис DIRECTUM 5 не принял пользователя, пароль или его права", page), code);
  }
  if (status == 429) {
    Error e = make_error(Fault::throttled, Audience::admin, "directum5.throttled",
                         sentence("Веб-сервис DIRECTUM 5 просит обращаться реже", page), code);
    e.retry_after = pause;
    return e;
  }
  if (status == 404) {
    return make_error(Fault::transient, Audience::admin, "directum5.no_service",
                      sentence("По адресу из url нет веб-сервиса DIRECTUM 5", page), code);
  }
  if (status == 413) {
    return make_error(Fault::rejected, Audience::user, "directum5.too_large",
                      "Веб-сервер DIRECTUM 5 не принимает файл такого размера", code);
  }
  if (status >= 300 && status < 400) {
    return make_error(Fault::rejected, Audience::admin, "directum5.redirect",
                      "Веб-сервер DIRECTUM 5 перенаправляет на другой адрес: укажите его в url", code);
  }
  if (status >= 400 && status < 500 && status != 408) {
    return make_error(Fault::rejected, Audience::admin, "directum5.http",
                      sentence("Веб-сервер DIRECTUM 5 отклонил запрос", page), code);
  }
  const bool html = looks_like_html(body);
  return make_error(doubtful(effect), Audience::admin, html ? "directum5.html" : "directum5.http",
                    sentence(html ? "Вместо DIRECTUM 5 ответил веб-сервер" : "Сбой веб-сервера DIRECTUM 5", page),
                    code);
}

Error fault_error(const SoapFault& fault, Effect effect) {
  const std::string_view code = local_name(fault.code);
  if (code.starts_with("Client") || code.starts_with("Sender") || code == "MustUnderstand" ||
      code == "VersionMismatch") {
    return make_error(Fault::defect, Audience::admin, "directum5.fault",
                      sentence("Веб-сервис DIRECTUM 5 не понял запроса: проверьте envelope_file и soap_action",
                               plain_text(fault.text)),
                      fault.code);
  }
  return make_error(doubtful(effect), Audience::admin, "directum5.fault",
                    sentence("Сбой веб-сервиса DIRECTUM 5", plain_text(fault.text)), fault.code);
}

Error script_error(const ScriptError& said, const Settings& settings, Effect effect) {
  struct Meaning {
    std::string_view word;
    Fault fault;
    Audience audience;
    std::string_view code, intro;
  };
  static constexpr Meaning meanings[] = {
      {"locked", Fault::transient, Audience::admin, "directum5.locked", "Объект DIRECTUM занят"},
      {"not_found", Fault::not_found, Audience::user, "directum5.not_found", "В DIRECTUM этого нет"},
      {"deleted", Fault::rejected, Audience::user, "edms.document_deleted", "В DIRECTUM это удалено"},
      {"rights", Fault::rejected, Audience::admin, "directum5.rights", "Не хватает прав в DIRECTUM"},
      {"ended", Fault::rejected, Audience::user, "edms.already_ended", "Задача в DIRECTUM уже завершена"},
      {"version", Fault::rejected, Audience::user, "edms.version_refused", "DIRECTUM не приняла новую версию"},
      {"refused", Fault::rejected, Audience::user, "directum5.refused", "DIRECTUM отказала"},
  };
  const auto it = settings.errors.find(text::fold(said.code));
  const std::string word = it != settings.errors.end()         ? it->second
                           : settings.unknown_error_is_refusal ? "refused"
                                                               : "unsure";
  const std::string words = plain_text(said.message);
  for (const Meaning& m : meanings) {
    if (m.word == word) {
      return make_error(m.fault, m.audience, std::string(m.code), sentence(m.intro, words), said.code);
    }
  }
  return make_error(doubtful(effect), Audience::admin, "directum5.unsure",
                    sentence("Сценарий DIRECTUM не довёл дело до конца", words), said.code);
}

Result<Answer> interpret(const Settings& settings, const std::vector<std::string>& path, const NameTable& names,
                         int status, std::string_view body, Effect effect) {
  // SOAP 1.2 sends a fault of the sender with 400; everything else of these is the web server's own.
  const bool message = status == 200 || status == 500 || status == 400;
  if (!message || looks_like_html(body)) return http_error(status, body, effect);
  auto answer = read_answer(body, path, names);
  if (!answer) return status == 200 ? unread(answer.error(), effect) : http_error(status, body, effect);
  if (answer.value().fault) return fault_error(*answer.value().fault, effect);
  if (status != 200) return http_error(status, body, effect);
  if (answer.value().error) return script_error(*answer.value().error, settings, effect);
  return answer;
}

ScriptClient::ScriptClient(const Settings& settings, EnvelopeTemplate envelope, std::unique_ptr<net::Client> http)
    : settings_(settings),
      envelope_(std::move(envelope)),
      http_(std::move(http)),
      places_(settings.calls, settings.calls > 1 ? 1 : 0) {
  for (const auto& [ours, theirs] : settings.answers) {
    names_[theirs] = ours;
    // Our own word, given away, is theirs for nothing.
    if (!names_.contains(ours)) names_[ours] = "?" + ours;
  }
}

net::Request ScriptClient::prepare(Operation operation) const {
  const std::string action = text::replace_all(settings_.soap_action, "{script}", settings_.script(operation));
  net::Request request;
  request.method = "POST";
  request.url = settings_.url;
  if (settings_.soap12) {
    request.headers.add("Content-Type", "application/soap+xml; charset=utf-8" +
                                            (action.empty() ? std::string() : "; action=\"" + action + '"'));
  } else {
    request.headers.add("Content-Type", "text/xml; charset=utf-8");
    request.headers.add("SOAPAction", '"' + action + '"');
  }
  if (settings_.auth == Auth::basic) {
    request.headers.add("Authorization",
                        "Basic " + text::base64_encode(settings_.user + ":" + settings_.password.reveal()));
  }
  return request;
}

EnvelopeTemplate::Rendered ScriptClient::render(Operation operation, Parameters parameters) const {
  for (const auto& [name, value] : settings_.constants) parameters.emplace_back(name, value);
  return envelope_.write(settings_.script(operation), parameters);
}

std::vector<std::string> ScriptClient::path_of(Operation operation) const {
  std::vector<std::string> path;
  for (const std::string& name : settings_.answer) {
    path.push_back(text::replace_all(name, "{script}", settings_.script(operation)));
  }
  return path;
}

Task<net::Response> ScriptClient::exchange(api::CallContext ctx, net::Request request, net::CallOptions options,
                                           Effect effect) {
  const net::Urgency urgency = ctx.for_people ? net::Urgency::person : net::Urgency::bulk;
  auto place = co_await places_.acquire(ctx.deadline, urgency);
  if (!place) co_return place.error();
  options.deadline = ctx.deadline;
  options.idempotent = effect == Effect::read;
  auto response = co_await http_->send(std::move(request), options);
  if (!response) co_return for_effect(response.error(), effect);
  // Asked to wait: surely not done. Without Retry-After a 503 is the server's trouble.
  if (response.value().status == 503 && response.value().headers.get("Retry-After")) {
    co_return http_error(429, response.value().body, effect);
  }
  co_return std::move(response).value();
}

Task<Answer> ScriptClient::call(api::CallContext ctx, Operation operation, Parameters parameters, Effect effect) {
  if (!settings_.has(operation)) co_return not_configured(operation);
  net::Request request = prepare(operation);
  request.body = render(operation, std::move(parameters)).before;
  net::CallOptions options;
  options.max_body = settings_.max_answer;
  auto response = co_await exchange(ctx, std::move(request), options, effect);
  if (!response) co_return response.error();
  co_return interpret(settings_, path_of(operation), names_, response.value().status, response.value().body, effect);
}

Task<Answer> ScriptClient::send_file(api::CallContext ctx, Operation operation, Parameters parameters,
                                     SpooledFile file) {
  if (!settings_.has(operation)) co_return not_configured(operation);
  Parameter content(settings_.parameter("content"), "");
  content.file = true;
  parameters.push_back(std::move(content));
  EnvelopeTemplate::Rendered around = render(operation, std::move(parameters));
  auto body = net::FileBody::open(std::move(around.before), file, std::move(around.after), net::FileBody::Form::base64);
  if (!body) co_return body.error();
  net::Request request = prepare(operation);
  request.source = body.value();
  net::CallOptions options;
  options.max_body = settings_.max_answer;
  auto response = co_await exchange(ctx, std::move(request), options, Effect::write);
  if (!response) co_return response.error();
  co_return interpret(settings_, path_of(operation), names_, response.value().status, response.value().body,
                      Effect::write);
}

Task<ScriptClient::Download> ScriptClient::read_file(api::CallContext ctx, Parameters parameters, std::string path) {
  if (!settings_.has(Operation::read_file)) co_return not_configured(Operation::read_file);
  net::Request request = prepare(Operation::read_file);
  request.body = render(Operation::read_file, std::move(parameters)).before;
  FileSink sink(path, settings_.answer_name("content"), settings_.max_file);
  net::CallOptions options;
  options.max_body = settings_.max_file + settings_.max_file / 2 + 1024 * 1024;  // base64 with line breaks
  options.sink = &sink;
  auto response = co_await exchange(ctx, std::move(request), options, Effect::read);
  if (!response) co_return response.error();
  const bool streamed = sink.started();
  if (streamed) {
    const auto finished = sink.finish();
    if (!finished) co_return finished.error();
  }
  auto answer = interpret(settings_, path_of(Operation::read_file), names_, response.value().status,
                          streamed ? sink.envelope() : response.value().body, Effect::read);
  if (!answer) co_return answer.error();
  Download download;
  download.answer = std::move(answer).value();
  download.has_data = sink.found();
  download.size = sink.size();
  download.sha256 = sink.hex_digest();
  co_return download;
}

}  // namespace sedlink::directum5
