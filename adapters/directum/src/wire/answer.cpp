#include "wire/answer.hpp"

#include <algorithm>
#include <charconv>

#include "sedlink/core/json.hpp"
#include "sedlink/core/text.hpp"
#include "wire/error.hpp"

namespace sedlink::directum {
namespace {

namespace js = boost::json;

Result<js::value> parse(std::string_view body) {
  if (body.starts_with("\xEF\xBB\xBF")) body.remove_prefix(3);
  if (looks_like_html(body)) {
    return make_error(Fault::transient, Audience::admin, "rx.html",
                      "Вместо ответа сервиса интеграции пришла веб-страница: «" + error_text(body) +
                          "». Проверьте url (…/Integration/odata/) и способ входа auth");
  }
  if (text::trim(body).empty())
    return make_error(Fault::transient, Audience::admin, "rx.json", "Ответ Directum RX пуст, хотя не 204");
  auto parsed = json::parse(text::trim(body));
  if (parsed) return parsed;
  return make_error(Fault::transient, Audience::admin, "rx.json",
                    "Ответ Directum RX оборван или повреждён: " + parsed.error().message);
}

Error shape(const std::string& what) {
  return make_error(Fault::defect, Audience::developer, "rx.shape", "Ответ Directum RX не по протоколу: " + what);
}

Error wrong_type(std::string_view name, const char* expected) {
  return make_error(Fault::defect, Audience::developer, "rx.type",
                    "Ответ Directum RX не по протоколу: свойство " + std::string(name) + " — ожидалось " + expected);
}

const js::value* member(const Row& row, std::string_view name) {
  const js::value* v = row.if_contains(name);
  return v == nullptr || v->is_null() ? nullptr : v;
}

std::optional<std::int64_t> as_integer(const js::value& v) {
  if (v.is_int64()) return v.get_int64();
  if (v.is_uint64() && v.get_uint64() <= static_cast<std::uint64_t>(INT64_MAX))
    return static_cast<std::int64_t>(v.get_uint64());
  return std::nullopt;
}

}  // namespace

Result<Page> read_collection(int status, std::string_view body) {
  if (status == 204) return Page();
  auto parsed = parse(body);
  if (!parsed) return parsed.error();
  js::value& v = parsed.value();
  js::value* list = v.is_array() ? &v : v.is_object() ? v.get_object().if_contains("value") : nullptr;
  if (list == nullptr || !list->is_array()) return shape("нет списка «value»");
  Page page;
  for (js::value& item : list->get_array()) {
    if (!item.is_object()) return shape("в списке не объект");
    page.rows.push_back(std::move(item.get_object()));
  }
  if (v.is_object()) page.next = json::text(v, "@odata.nextLink");
  return page;
}

Result<Row> read_entity(std::string_view body) {
  auto parsed = parse(body);
  if (!parsed) return parsed.error();
  if (!parsed.value().is_object()) return shape("ожидался объект");
  return std::move(parsed.value().get_object());
}

Result<js::value> read_value(int status, std::string_view body) {
  if (status == 204 || text::trim(body).empty()) return js::value(nullptr);
  auto parsed = parse(body);
  if (!parsed) return parsed.error();
  if (js::object* o = parsed.value().if_object()) {
    if (js::value* inner = o->if_contains("value")) return std::move(*inner);
  }
  return parsed;
}

Result<std::int64_t> read_created_id(int status, std::string_view body) {
  auto value = read_value(status, body);
  std::optional<std::int64_t> id;
  if (value) {
    id = as_integer(value.value());
    if (const js::string* s = value.value().if_string()) {
      std::int64_t n = 0;
      const auto [end, failed] = std::from_chars(s->data(), s->data() + s->size(), n);
      if (failed == std::errc() && end == s->data() + s->size()) id = n;
    }
  }
  if (id && *id > 0) return *id;
  return make_error(Fault::ambiguous, Audience::developer, "rx.shape",
                    "Directum RX не назвала номер созданного объекта");
}

Result<std::string> read_token(std::string_view body) {
  if (body.starts_with("\xEF\xBB\xBF")) body.remove_prefix(3);
  std::string token(text::trim(body));
  if (!token.empty() && (token.front() == '"' || token.front() == '{')) {
    const auto parsed = json::parse(token);
    token.clear();
    if (parsed && parsed.value().is_string()) token = std::string(parsed.value().get_string());
    for (const char* key : {"token", "access_token", "accessToken", "value"}) {
      if (parsed && token.empty()) token = json::text(parsed.value(), key);
    }
  }
  const bool sendable =
      !token.empty() && token.size() < 16'384 &&
      token.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~+/=") ==
          std::string::npos;
  if (sendable) return token;
  const bool garbled = !text::is_valid_utf8(body) || std::any_of(body.begin(), body.end(), [](unsigned char c) {
    return c < 0x20 && c != '\n' && c != '\r' && c != '\t';
  });
  if (garbled) return make_error(Fault::transient, Audience::admin, "rx.json", "Токен Directum RX пришёл повреждённым");
  return make_error(
      Fault::unauthorized, Audience::admin, "rx.token",
      "По адресу token_url пришёл не токен. Проверьте адрес и настройку выдачи токенов сервиса интеграции");
}

Result<std::optional<std::int64_t>> integer_of(const Row& row, std::string_view name) {
  const js::value* v = member(row, name);
  if (v == nullptr) return std::optional<std::int64_t>();
  const auto n = as_integer(*v);
  if (!n) return wrong_type(name, "целое число");
  return n;
}

Result<std::int64_t> id_of(const Row& row) {
  const auto id = integer_of(row, "Id");
  if (!id) return id.error();
  if (!id.value() || *id.value() <= 0) return wrong_type("Id", "положительное число");
  return *id.value();
}

Result<std::string> text_of(const Row& row, std::string_view name) {
  const js::value* v = member(row, name);
  if (v == nullptr) return std::string();
  if (!v->is_string()) return wrong_type(name, "строка");
  return std::string(v->get_string());
}

Result<bool> flag_of(const Row& row, std::string_view name) {
  const js::value* v = member(row, name);
  if (v == nullptr) return false;
  if (!v->is_bool()) return wrong_type(name, "true или false");
  return v->get_bool();
}

Result<std::optional<Time>> time_of(const Row& row, std::string_view name, const TimeZone& zone) {
  const auto raw = text_of(row, name);
  if (!raw) return wrong_type(name, "дата");
  if (raw.value().empty()) return std::optional<Time>();
  std::string value = raw.value();
  if (value.size() == 10) value += "T00:00:00";
  if (const auto t = parse_iso8601(value)) return std::optional<Time>(t.value());
  if (const auto t = zone.from_local(value)) return std::optional<Time>(t.value());
  return wrong_type(name, "дата");
}

Result<const Row*> link_of(const Row& row, std::string_view name) {
  const js::value* v = member(row, name);
  if (v == nullptr) return static_cast<const Row*>(nullptr);
  if (!v->is_object()) return wrong_type(name, "объект");
  return &v->get_object();
}

Result<std::vector<const Row*>> rows_of(const Row& row, std::string_view name) {
  std::vector<const Row*> out;
  const js::value* v = member(row, name);
  if (v == nullptr) return out;
  if (!v->is_array()) return wrong_type(name, "список");
  for (const js::value& item : v->get_array()) {
    if (!item.is_object()) return wrong_type(name, "список объектов");
    out.push_back(&item.get_object());
  }
  return out;
}

std::string type_of(const Row& row) {
  const js::value* v = row.if_contains("@odata.type");
  if (v == nullptr || !v->is_string()) return {};
  const std::string_view all = v->get_string();
  const auto dot = all.find_last_of(".#");
  return std::string(dot == std::string_view::npos ? all : all.substr(dot + 1));
}

}  // namespace sedlink::directum
