#include "client/classify.hpp"

#include "sedlink/core/text.hpp"

namespace sedlink::directum {
namespace {

constexpr std::chrono::seconds busy_pause{30};

struct Row {
  std::string_view pattern;  // folded text that the answer must hold
  Fault fault;
  Audience audience;
  std::string_view code;
  std::string_view message;  // before the service's own words; empty = those alone
};

// The first row that matches wins. Texts: A4, A7.3, A8, A9.3; of locks: the platform's usual ones (A14, assumed).
constexpr Row rows[] = {
    {"превышено максимальное количество сущностей", Fault::rejected, Audience::developer, "rx.too_wide",
     "Запрос к Directum RX слишком широк"},
    {"заблокирован", Fault::transient, Audience::user, "rx.locked", "Объект Directum RX занят"},
    {"is locked", Fault::transient, Audience::user, "rx.locked", "Объект Directum RX занят"},
    {"сохраните документ и его приложения", Fault::transient, Audience::user, "rx.locked",
     "Документ Directum RX открыт и не сохранён"},
    {"может только сотрудник", Fault::rejected, Audience::admin, "rx.not_employee",
     "Пользователь подключения — не сотрудник Directum RX"},
    {"не настроен регламент", Fault::rejected, Audience::admin, "rx.no_rule", "Directum RX не нашла регламент"},
    {"документ или регламент были изменены", Fault::rejected, Audience::admin, "rx.rule_changed",
     "Регламент Directum RX изменился"},
    {"необходимо иметь права", Fault::rejected, Audience::admin, "rx.rights",
     "Пользователю подключения не хватает прав в Directum RX"},
    {"нет прав", Fault::rejected, Audience::admin, "rx.rights",
     "Пользователю подключения не хватает прав в Directum RX"},
    {"no rights", Fault::rejected, Audience::admin, "rx.rights",
     "Пользователю подключения не хватает прав в Directum RX"},
    {"срок по заданию должен быть", Fault::rejected, Audience::user, "rx.due", "Directum RX не приняла срок"},
    {"автоматической нумерации", Fault::rejected, Audience::admin, "rx.numbering",
     "В Directum RX не настроена нумерация"},
    {"is already completed", Fault::rejected, Audience::user, "rx.already_completed", ""},
    {"not found", Fault::rejected, Audience::user, "rx.object_gone", "Directum RX не нашла объект"},
    {"could not find a property", Fault::rejected, Audience::developer, "rx.query",
     "Directum RX не знает такого свойства"},
    {"недопустим", Fault::rejected, Audience::admin, "rx.value", "Directum RX не приняла значение"},
};

// Without the full stop of the vendor's words: more is said behind them.
std::string sentence(std::string_view intro, std::string words) {
  if (words.ends_with('.') && !words.ends_with("..")) words.pop_back();
  if (intro.empty()) return words;
  return words.empty() ? std::string(intro) : std::string(intro) + ": " + words;
}

Error refusal(const std::string& words, const std::string& vendor) {
  const std::string folded = text::fold(words);
  for (const Row& row : rows) {
    if (folded.find(text::fold(row.pattern)) == std::string::npos) continue;
    return make_error(row.fault, row.audience, std::string(row.code), sentence(row.message, words), vendor);
  }
  return make_error(Fault::rejected, Audience::user, "rx.refused", sentence("Directum RX отказала", words), vendor);
}

Error absent(Target target, const std::string& place, const std::string& words, const std::string& vendor) {
  switch (target) {
    // Nothing of ours is refused by it: what waits goes on once the address or the server is right.
    case Target::service:
      return make_error(Fault::transient, Audience::admin, "rx.not_found",
                        sentence("По адресу " + place + " ничего нет: проверьте url (…/Integration/odata/)", words),
                        vendor);
    case Target::token:
      return make_error(Fault::transient, Audience::admin, "rx.not_found",
                        sentence("По адресу " + place +
                                     " токенов не выдают: проверьте token_url и настройку выдачи токенов сервиса "
                                     "интеграции или выберите auth: basic",
                                 words),
                        vendor);
    case Target::function:
      return make_error(Fault::rejected, Audience::admin, "rx.no_function",
                        sentence("В этой Directum RX нет функции " + place + " или она другого состава", words),
                        vendor);
    case Target::list:
      return make_error(Fault::rejected, Audience::admin, "rx.no_set",
                        sentence("В этой Directum RX нет набора " + place, words), vendor);
    case Target::entity: break;
  }
  return make_error(Fault::not_found, Audience::user, "rx.gone",
                    sentence("В Directum RX нет объекта " + place + " или он не виден пользователю подключения", words),
                    vendor);
}

}  // namespace

Error http_error(int status, std::string_view body, Effect effect, Target target, std::string_view where,
                 std::string_view offered) {
  const std::string vendor = "HTTP " + std::to_string(status);
  const std::string words = error_text(body);
  // Ids and literals in a filter are of no use to people: the path is.
  const std::string place = text::ellipsis(std::string(where.substr(0, where.find('?'))), 120);
  const Fault doubt = effect == Effect::read ? Fault::transient : Fault::ambiguous;
  if (status == 401) {
    std::string message = "Directum RX не приняла пользователя и пароль (" + place + ")";
    if (!offered.empty()) message += "; сервис предлагает: " + std::string(offered);
    message += ". Нужен вход по паролю, не Windows; проверьте user, password и auth";
    return make_error(Fault::unauthorized, Audience::admin, "rx.unauthorized", message, vendor);
  }
  if (status == 403) {
    if (target != Target::service && target != Target::token) {
      return make_error(Fault::rejected, Audience::admin, "rx.rights",
                        sentence("У пользователя подключения нет прав в Directum RX на " + place, words), vendor);
    }
    return make_error(Fault::unauthorized, Audience::admin, "rx.unauthorized",
                      sentence("Пользователю подключения закрыт сервис интеграции Directum RX", words), vendor);
  }
  if (status == 404) return absent(target, place, looks_like_html(body) ? "" : words, vendor);
  if (status == 429 || status == 503) {
    Error e = make_error(Fault::throttled, Audience::admin, "rx.busy", sentence("Directum RX просит подождать", words),
                         vendor);
    e.retry_after = busy_pause;
    return e;
  }
  if (status == 413) {
    return make_error(Fault::rejected, Audience::user, "rx.too_large",
                      "Веб-сервер Directum RX не принимает файл такого размера", vendor);
  }
  if (status >= 300 && status < 400) {
    return make_error(Fault::unauthorized, Audience::admin, "rx.redirect",
                      "Directum RX перенаправляет (обычно на форму входа): проверьте url, user и auth", vendor);
  }
  if (status == 408) {
    return make_error(doubt, Audience::admin, "rx.http",
                      sentence("Directum RX не дождалась запроса (" + place + ")", words), vendor);
  }
  if (status >= 400 && status < 500) {
    if (looks_like_html(body)) {
      return make_error(Fault::rejected, Audience::admin, "rx.html",
                        sentence("Вместо Directum RX ответил веб-сервер (" + place + ")", words), vendor);
    }
    return refusal(words, vendor);
  }
  const bool html = looks_like_html(body);
  return make_error(
      doubt, Audience::admin, html ? "rx.html" : "rx.server",
      sentence(
          (html ? "Вместо Directum RX ответил веб-сервер (" : "Сбой сервиса интеграции Directum RX (") + place + ")",
          words),
      vendor);
}

Error web_page(std::string_view body, Effect effect, std::string_view where) {
  const std::string place = text::ellipsis(std::string(where.substr(0, where.find('?'))), 120);
  return make_error(effect == Effect::read ? Fault::transient : Fault::ambiguous, Audience::admin, "rx.html",
                    "Вместо Directum RX ответил веб-сервер (" + place + "): «" + error_text(body) +
                        "». Если это не временная страница прокси, проверьте url (…/Integration/odata/) и способ "
                        "входа auth",
                    "HTTP 200");
}

Error damaged(Error parse_error, Effect effect) {
  if (effect == Effect::write) parse_error.fault = Fault::ambiguous;
  return parse_error;
}

Error for_effect(Error error, Effect effect) {
  if (effect == Effect::read && error.fault == Fault::ambiguous) error.fault = Fault::transient;
  if (error.code == "net.body_limit") {
    if (effect == Effect::write) error.fault = Fault::ambiguous;
    error.audience = Audience::admin;
    error.message += ". Если ответ и правда так велик, увеличьте limits.answer";
  }
  if (error.code == "net.tls") error.audience = Audience::admin;
  return error;
}

}  // namespace sedlink::directum
