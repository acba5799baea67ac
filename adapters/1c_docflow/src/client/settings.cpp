#include "sedlink/onec_docflow/settings.hpp"

#include <charconv>

#include "client/classify.hpp"
#include "client/endpoint.hpp"
#include "sedlink/core/hash.hpp"
#include "sedlink/core/text.hpp"
#include "sedlink/net/http.hpp"

namespace sedlink::onec_docflow {
namespace {

Error wrong(std::string_view setting, const std::string& message) {
  return make_error(Fault::rejected, Audience::admin, "config." + std::string(setting),
                    std::string(setting) + ": " + message);
}

// "20", "50 MB", "10 min": the config's reader may or may not have turned units into bytes and milliseconds.
Result<std::uint64_t> quantity(const api::ConnectionSettings& from, std::string_view key, std::uint64_t otherwise,
                               std::uint64_t least, std::uint64_t most) {
  const std::string text_value = from.get(key);
  const std::string_view all = text::trim(text_value);
  if (all.empty()) return otherwise;
  std::uint64_t value = 0;
  const auto [end, failed] = std::from_chars(all.data(), all.data() + all.size(), value);
  const std::string unit = text::fold(all.substr(static_cast<std::size_t>(end - all.data())));
  struct Unit {
    std::string_view name;
    std::uint64_t factor;
  };
  static constexpr Unit units[] = {
      {"", 1},         {"b", 1},        {"kb", 1024},       {"mb", 1024 * 1024}, {"gb", 1024 * 1024 * 1024},
      {"кб", 1024},    {"мб", 1048576}, {"гб", 1073741824}, {"ms", 1},           {"s", 1000},
      {"min", 60'000}, {"h", 3'600'000}};
  for (const Unit& u : units) {
    if (failed != std::errc() || unit != u.name) continue;
    if (value > most / u.factor || value * u.factor < least) break;
    return value * u.factor;
  }
  return wrong(key,
               "«" + text_value + "» — ожидалось число от " + std::to_string(least) + " до " + std::to_string(most));
}

Result<std::string> choice(const api::ConnectionSettings& from, std::string_view key,
                           std::vector<std::string> allowed) {
  std::string value = from.get(key, allowed.front());
  for (const std::string& a : allowed) {
    if (a == value) return value;
  }
  return wrong(key, "«" + value + "» — допустимо: " + text::join(allowed, ", "));
}

Result<bool> yes_no(const api::ConnectionSettings& from, std::string_view key, bool otherwise) {
  const std::string value = from.get(key, otherwise ? "true" : "false");
  if (value == "true" || value == "false") return value == "true";
  return wrong(key, "«" + value + "» — ожидалось true или false");
}

Result<void> read_switches(const api::ConnectionSettings& from, Settings& s) {
  const auto cp1251 = yes_no(from, "cp1251_login", true);
  if (!cp1251) return cp1251.error();
  const auto duplicates = yes_no(from, "delete_duplicate", true);
  if (!duplicates) return duplicates.error();
  const auto schema = choice(from, "schema", {"wsdl", "builtin"});
  if (!schema) return schema.error();
  const auto order = choice(from, "performer_order", {"own", "inherited"});
  if (!order) return order.error();
  const auto cancel = choice(from, "cancel", {"version", "always", "never"});
  if (!cancel) return cancel.error();
  s.cp1251_login = cp1251.value();
  s.delete_duplicate = duplicates.value();
  s.live_schema = schema.value() == "wsdl";
  s.own_first = order.value() == "own";
  s.cancel = cancel.value() == "always"  ? CancelSupport::always
             : cancel.value() == "never" ? CancelSupport::never
                                         : CancelSupport::by_version;
  s.file_role = text::trim(from.get("file_role"));
  s.link_type = from.get("link_type", s.link_type);
  if (text::trim(s.link_type).empty()) return wrong("link_type", "не может быть пустым");
  return {};
}

Result<void> read_limits(const api::ConnectionSettings& from, Settings& s) {
  const auto file = quantity(from, "limits.file", s.max_file, 1024, 2ull * 1024 * 1024 * 1024);
  if (!file) return file.error();
  const auto answer = quantity(from, "limits.answer", s.max_answer, 1024 * 1024, 1024ull * 1024 * 1024);
  if (!answer) return answer.error();
  const auto calls = quantity(from, "limits.calls", s.calls, 1, 64);
  if (!calls) return calls.error();
  const auto batch = quantity(from, "batch_size", s.batch_size, 2, 200);
  if (!batch) return batch.error();
  const auto age = quantity(from, "catalog_age", 600'000, 0, 86'400'000);
  if (!age) return age.error();
  s.max_file = file.value();
  s.max_answer = answer.value();
  s.calls = static_cast<std::size_t>(calls.value());
  s.batch_size = static_cast<std::size_t>(batch.value());
  s.catalog_age = std::chrono::milliseconds(static_cast<std::int64_t>(age.value()));
  return {};
}

Secret secret(const api::ConnectionSettings& from, std::string_view key) {
  const auto it = from.secrets.find(key);
  return it == from.secrets.end() ? Secret() : it->second;
}

}  // namespace

const std::vector<std::string>& setting_names() {
  static const std::vector<std::string> names = {
      "*url",         "web_url",        "*time_zone",       "user",
      "password!",    "access_token!",  "*database_id",     "ca_file",
      "limits.file#", "limits.answer#", "limits.calls+",    "batch_size+",
      "catalog_age~", "cp1251_login",   "schema",           "performer_order",
      "cancel",       "link_type",      "delete_duplicate", "file_role"};
  return names;
}

Result<Settings> read_settings(const api::ConnectionSettings& from) {
  const std::string zone_name = from.get("time_zone");
  if (zone_name.empty()) {
    return wrong("time_zone", "обязательна: даты 1С не содержат пояса; например, Europe/Moscow");
  }
  auto zone = TimeZone::find(zone_name);
  if (!zone) return wrong("time_zone", "неизвестный часовой пояс «" + zone_name + "»; например, Europe/Moscow");
  Settings s(from.name, zone.value());

  const std::string url = from.get("url");
  if (url.find('@') != std::string::npos) return wrong("url", "имя и пароль пишутся в user и password, не в адресе");
  const auto parsed = net::Url::parse(url);
  if (!parsed || (parsed.value().scheme != "https" && parsed.value().scheme != "http")) {
    return wrong("url",
                 "ожидался адрес публикации 1С, например https://1c.example.ru/doc/ws/dm.1cws, а не «" + url + "»");
  }
  Addresses where = addresses(url);
  s.base = std::move(where.base);
  s.endpoints = std::move(where.endpoints);
  s.web_url = from.get("web_url", s.base);
  if (!s.web_url.starts_with("http://") && !s.web_url.starts_with("https://")) {
    return wrong("web_url", "ожидался адрес, который открывают люди, например https://1c.example.ru/doc/");
  }
  if (!s.web_url.ends_with('/')) s.web_url += '/';

  s.user = from.get("user");
  s.password = secret(from, "password");
  s.access_token = secret(from, "access_token");
  if (s.user.empty() && s.access_token.empty()) {
    return wrong("user", "нужен пользователь 1С (user и password) или access_token");
  }
  s.database_id = text::to_lower_ascii(text::trim(from.get("database_id")));
  if (!uuid::is_valid(s.database_id)) {
    return wrong("database_id", "обязателен UUID этой связи, один и тот же навсегда; создать: uuidgen");
  }
  if (const std::string ca = from.get("ca_file"); !ca.empty()) s.ca_file = ca;
  if (auto limits = read_limits(from, s); !limits) return limits.error();
  if (auto switches = read_switches(from, s); !switches) return switches.error();
  return s;
}

}  // namespace sedlink::onec_docflow
