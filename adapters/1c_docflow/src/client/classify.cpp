#include "client/classify.hpp"

#include "sedlink/core/text.hpp"

namespace sedlink::onec_docflow {
namespace {

using std::chrono::seconds;
constexpr seconds licence_pause{30};

struct Row {
  std::string_view pattern;  // folded text that subject and description must hold
  Fault fault;
  Audience audience;
  std::string_view code;
  std::string_view message;  // before 1C's own words; empty = those alone
};

// The first row that matches wins: narrow before wide. Texts: onec-docflow 3, 2.4 and the platform's usual ones.
constexpr Row business_rows[] = {
    {"конфликт блокировок", Fault::transient, Audience::admin, "onec.locked", "Объект 1С занят"},
    {"ожидания предоставления блокировки", Fault::transient, Audience::admin, "onec.locked", "Объект 1С занят"},
    {"не удалось заблокировать", Fault::transient, Audience::admin, "onec.locked", "Объект 1С занят"},
    {"объект уже заблокирован", Fault::transient, Audience::admin, "onec.locked", "Объект 1С занят"},
    {"занят другим пользователем", Fault::transient, Audience::admin, "onec.locked", "Объект 1С занят"},
    {"deadlock", Fault::transient, Audience::admin, "onec.locked", "Объект 1С занят"},
    {"свободной лицензии", Fault::throttled, Audience::admin, "onec.licence", "У 1С закончились лицензии"},
    {"нарушение прав доступа", Fault::rejected, Audience::admin, "onec.rights",
     "Пользователю интеграции не хватает прав в 1С"},
    {"недостаточно прав", Fault::rejected, Audience::admin, "onec.rights",
     "Пользователю интеграции не хватает прав в 1С"},
    {"нет прав", Fault::rejected, Audience::admin, "onec.rights", "Пользователю интеграции не хватает прав в 1С"},
    {"файл не найден", Fault::not_found, Audience::user, "onec.not_found", ""},
    {"объект не найден", Fault::not_found, Audience::user, "onec.not_found", ""},
    {"не найден по идентификатору", Fault::not_found, Audience::user, "onec.not_found", ""},
    {"не поддерживает обработку", Fault::rejected, Audience::admin, "onec.unsupported",
     "1С не ведёт обработку таких объектов"},
    {"неизвестное сообщение", Fault::rejected, Audience::admin, "onec.unknown_message",
     "Эта версия 1С не знает такого запроса"},
    {"неизвестное поле в условии отбора", Fault::defect, Audience::developer, "onec.query",
     "1С не приняла условие отбора"},
    {"поле объекта не обнаружено", Fault::defect, Audience::developer, "onec.server_code", "Ошибка в коде 1С"},
    {"неизвестного типа xdto", Fault::defect, Audience::developer, "onec.type", "1С не знает типа объекта"},
    {"значение не является значением объектного типа", Fault::defect, Audience::developer, "onec.server_code",
     "Ошибка в коде 1С"},
    {"метод объекта не обнаружен", Fault::defect, Audience::developer, "onec.server_code", "Ошибка в коде 1С"},
    {"преобразование значения к типу", Fault::defect, Audience::developer, "onec.server_code", "Ошибка в коде 1С"},
    {"среди значений типа", Fault::rejected, Audience::admin, "onec.value", "1С не знает такого значения"},
    {"не может быть изменено для состояния", Fault::rejected, Audience::user, "onec.state",
     "Состояние документа в 1С не позволяет изменение"},
    {"невозможно стартовать процесс", Fault::rejected, Audience::user, "onec.busy_performers",
     "1С не запустила процесс"},
    {"указан дважды в списке", Fault::rejected, Audience::user, "onec.performer_twice", "1С не приняла исполнителей"},
    {"не может быть ответственным", Fault::rejected, Audience::user, "onec.performers", "1С не приняла исполнителей"},
    {"не заполнен", Fault::rejected, Audience::user, "onec.fill", "1С требует заполнить данные"},
    {"не выбран", Fault::rejected, Audience::user, "onec.fill", "1С требует заполнить данные"},
    {"подпис", Fault::rejected, Audience::user, "onec.signature", "1С отказала из-за электронной подписи"},
    {"электронн", Fault::rejected, Audience::user, "onec.signature", "1С отказала из-за электронной подписи"},
    {"создание объектов этого типа не поддерживается", Fault::rejected, Audience::admin, "onec.unsupported",
     "1С не умеет этого через веб-сервис"},
};

constexpr Row fault_rows[] = {
    {"преобразования данных xdto", Fault::defect, Audience::developer, "onec.schema", "1С не приняла состав сообщения"},
    {"проверка свойства", Fault::defect, Audience::developer, "onec.schema", "1С не приняла состав сообщения"},
    {"отсутствует отображение для префикса", Fault::defect, Audience::developer, "onec.schema",
     "1С не приняла состав сообщения"},
    {"лицензи", Fault::throttled, Audience::admin, "onec.licence", "У 1С закончились лицензии"},
    {"аутентификация пользователя не выполнена", Fault::unauthorized, Audience::admin, "onec.unauthorized",
     "1С не приняла пользователя и пароль"},
    {"идентификация пользователя не выполнена", Fault::unauthorized, Audience::admin, "onec.unauthorized",
     "1С не приняла пользователя и пароль"},
    {"начало сеанса с информационной базой запрещено", Fault::transient, Audience::admin, "onec.maintenance",
     "База 1С закрыта на обслуживание"},
    {"монопольн", Fault::transient, Audience::admin, "onec.maintenance", "База 1С занята монопольно"},
};

template <std::size_t N>
const Row* match(const Row (&rows)[N], std::string_view text) {
  const std::string folded = text::fold(text);
  for (const Row& row : rows) {
    if (folded.find(text::fold(row.pattern)) != std::string::npos) return &row;
  }
  return nullptr;
}

std::string sentence(std::string_view intro, const std::string& words) {
  if (intro.empty()) return words;
  return words.empty() ? std::string(intro) : std::string(intro) + ": " + words;
}

Error from_row(const Row& row, const std::string& words, std::string vendor) {
  Error e = make_error(row.fault, row.audience, std::string(row.code), sentence(row.message, words), std::move(vendor));
  if (row.fault == Fault::throttled) e.retry_after = licence_pause;
  return e;
}

}  // namespace

Error make_error(Fault fault, Audience audience, std::string code, std::string message, std::string vendor) {
  Error e;
  e.fault = fault;
  e.audience = audience;
  e.code = std::move(code);
  e.message = std::move(message);
  e.vendor_code = std::move(vendor);
  return e;
}

std::string readable(std::string_view description) {
  std::string out;
  for (const std::string& raw : text::split(description, '\n')) {
    std::string_view line = text::trim(raw);
    if (line.starts_with('{')) {
      const auto end = line.find("}:");
      line = end == std::string_view::npos ? std::string_view() : text::trim(line.substr(end + 2));
    }
    if (line.empty() || line.starts_with("вызвано исключение") || line == "по причине:") continue;
    if (out.find(line) != std::string::npos) continue;
    if (!out.empty()) out += "; ";
    out += line;
  }
  return text::ellipsis(out, 500);
}

bool is_business_error(const Element& result) { return result.type == "DMError"; }

Error business_error(const Element& dm_error) {
  const std::string subject = dm_error.text_of("subject");
  const std::string description = dm_error.text_of("description");
  std::string words = readable(description);
  if (words.empty()) words = readable(subject);
  if (const Row* row = match(business_rows, subject + "\n" + description)) return from_row(*row, words, subject);
  return make_error(Fault::rejected, Audience::user, "onec.refused", sentence("1С отказала", words), subject);
}

Result<Element> update_outcome(Element answer) {
  if (answer.type != "DMUpdateResponse" && answer.type != "DMUpdateRequest") return answer;
  for (Element& one : answer.children) {
    if (one.name != "objects" || one.child("success") == nullptr) continue;
    if (!one.flag("success")) {
      if (const Element* error = one.child("error")) return business_error(*error);
      return make_error(Fault::rejected, Audience::user, "onec.refused", "1С не записала объект и не сказала почему");
    }
    Element object("objects");
    if (const Element* changed = one.child("object")) {
      object = *changed;
    } else if (const Element* key = one.child("key")) {
      Element id = *key;
      id.name = "objectID";
      object.children.push_back(std::move(id));
    }
    object.name = "objects";
    one = std::move(object);
  }
  return answer;
}

Error fault_error(const SoapFault& fault, Effect effect) {
  const std::string words = readable(fault.text);
  if (const Row* row = match(fault_rows, fault.text)) return from_row(*row, words, fault.code);
  if (fault.code.find("Client") != std::string::npos || fault.code.find("Sender") != std::string::npos) {
    return make_error(Fault::defect, Audience::developer, "onec.fault", sentence("1С не приняла сообщение", words),
                      fault.code);
  }
  const Fault kind = effect == Effect::read ? Fault::transient : Fault::ambiguous;
  return make_error(kind, Audience::admin, "onec.fault", sentence("Сбой веб-сервиса 1С", words), fault.code);
}

Error http_error(int status, std::string_view body, Effect effect) {
  const std::string code = "HTTP " + std::to_string(status);
  const std::string page = html_text(body);
  if (status == 401 || status == 403) {
    return make_error(Fault::unauthorized, Audience::admin, "onec.unauthorized",
                      sentence("1С не приняла пользователя, пароль или его права", page), code);
  }
  if (status == 402 || status == 429) {
    Error e = make_error(Fault::throttled, Audience::admin, "onec.licence",
                         sentence("1С не дала сеанс: закончились лицензии или слишком много вызовов", page), code);
    e.retry_after = licence_pause;
    return e;
  }
  if (status == 404) {
    return make_error(
        Fault::transient, Audience::admin, "onec.not_published",
        sentence("По адресу из настроек нет веб-сервиса DMService: проверьте url и публикацию базы", page), code);
  }
  if (status == 413) {
    return make_error(Fault::rejected, Audience::user, "onec.too_large",
                      "Веб-сервер 1С не принимает файл такого размера", code);
  }
  if (status >= 300 && status < 400) {
    return make_error(Fault::rejected, Audience::admin, "onec.redirect",
                      "Веб-сервер 1С перенаправляет на другой адрес: укажите его в url", code);
  }
  if (status >= 400 && status < 500 && status != 408) {
    return make_error(Fault::rejected, Audience::admin, "onec.http", sentence("Веб-сервер 1С отклонил запрос", page),
                      code);
  }
  const bool html = looks_like_html(body);
  const Fault kind = effect == Effect::read ? Fault::transient : Fault::ambiguous;
  return make_error(kind, Audience::admin, html ? "onec.html" : "onec.http",
                    sentence(html ? "Вместо 1С ответил веб-сервер" : "Сбой веб-сервера 1С", page), code);
}

Error damaged(Error parse_error, Effect effect) {
  if (parse_error.fault == Fault::transient && effect == Effect::write) parse_error.fault = Fault::ambiguous;
  return parse_error;
}

Error for_effect(Error error, Effect effect) {
  if (effect == Effect::read && error.fault == Fault::ambiguous) error.fault = Fault::transient;
  // An answer too large to read is an answer: what was asked for is done.
  if (effect == Effect::write && error.code == "net.body_limit") error.fault = Fault::ambiguous;
  return error;
}

}  // namespace sedlink::onec_docflow
