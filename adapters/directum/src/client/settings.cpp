#include "sedlink/directum/settings.hpp"

#include <charconv>

#include "sedlink/core/text.hpp"
#include "sedlink/net/http.hpp"
#include "wire/error.hpp"

namespace sedlink::directum {
namespace {

constexpr std::size_t least_token = 16;  // bytes: what opens a door to the outside must not be guessed

Error wrong(std::string_view setting, const std::string& message) {
  return make_error(Fault::rejected, Audience::admin, "config." + std::string(setting),
                    std::string(setting) + ": " + message);
}

// The config's reader has turned units into bytes and milliseconds.
Result<std::uint64_t> quantity(const api::ConnectionSettings& from, std::string_view key, std::uint64_t otherwise,
                               std::uint64_t least, std::uint64_t most) {
  const std::string given = from.get(key);
  const std::string_view all = text::trim(given);
  if (all.empty()) return otherwise;
  std::uint64_t value = 0;
  const auto [end, failed] = std::from_chars(all.data(), all.data() + all.size(), value);
  if (failed == std::errc() && end == all.data() + all.size() && value >= least && value <= most) return value;
  return wrong(key, "«" + given + "» — ожидалось число от " + std::to_string(least) + " до " + std::to_string(most));
}

// The number of the word in `allowed`; the first is the default.
Result<std::size_t> choice(const api::ConnectionSettings& from, std::string_view key,
                           const std::vector<std::string>& allowed) {
  const std::string value = from.get(key, allowed.front());
  for (std::size_t i = 0; i < allowed.size(); ++i) {
    if (allowed[i] == value) return i;
  }
  return wrong(key, "«" + value + "» — допустимо: " + text::join(allowed, ", "));
}

Result<void> read_switches(const api::ConnectionSettings& from, Settings& s) {
  const auto auth = choice(from, "auth", {"basic", "headers", "token", "bearer"});
  if (!auth) return auth.error();
  const auto cancel = choice(from, "cancel", {"auto", "patch", "never"});
  if (!cancel) return cancel.error();
  const auto dates = choice(from, "dates", {"local", "utc", "plain"});
  if (!dates) return dates.error();
  const auto simple = choice(from, "simple_outcome", {"unknown", "approved"});
  if (!simple) return simple.error();
  const std::vector<std::string> yes_no{"true", "false"};
  for (const auto& [key, flag] : {std::pair<const char*, bool*>{"patch_draft", &s.patch_draft},
                                  {"entity_links", &s.entity_links},
                                  {"extra_files", &s.extra_files}}) {
    const auto said = choice(from, key, yes_no);
    if (!said) return said.error();
    *flag = said.value() == 0;
  }
  s.auth = static_cast<Auth>(auth.value() + 1);
  s.cancel = static_cast<CancelBy>(cancel.value() + 1);
  s.dates = static_cast<DateForm>(dates.value() + 1);
  s.simple = static_cast<SimpleOutcome>(simple.value() + 1);
  s.link_type = from.get("link_type", s.link_type);
  if (text::trim(s.link_type).empty()) return wrong("link_type", "не может быть пустым");
  return {};
}

Result<void> read_limits(const api::ConnectionSettings& from, Settings& s) {
  const auto file = quantity(from, "limits.file", s.max_file, 1024, 4ull * 1024 * 1024 * 1024);
  if (!file) return file.error();
  const auto answer = quantity(from, "limits.answer", s.max_answer, 1024 * 1024, 1024ull * 1024 * 1024);
  if (!answer) return answer.error();
  const auto calls = quantity(from, "limits.calls", s.calls, 1, 64);
  if (!calls) return calls.error();
  const auto ids = quantity(from, "ids_per_call", s.ids_per_call, 1, 100);
  if (!ids) return ids.error();
  const auto page = quantity(from, "page", s.page, 10, 5000);
  if (!page) return page.error();
  const auto age = quantity(from, "catalog_age", 600'000, 0, 86'400'000);
  if (!age) return age.error();
  const auto reread = quantity(from, "reread", 3'600'000, 60'000, 86'400'000);
  if (!reread) return reread.error();
  s.max_file = file.value();
  s.max_answer = answer.value();
  s.calls = static_cast<std::size_t>(calls.value());
  s.ids_per_call = static_cast<std::size_t>(ids.value());
  s.page = static_cast<std::size_t>(page.value());
  s.catalog_age = std::chrono::milliseconds(static_cast<std::int64_t>(age.value()));
  s.reread = std::chrono::milliseconds(static_cast<std::int64_t>(reread.value()));
  return {};
}

Secret secret(const api::ConnectionSettings& from, std::string_view key) {
  const auto it = from.secrets.find(key);
  return it == from.secrets.end() ? Secret() : it->second;
}

bool is_http(std::string_view url) { return url.starts_with("http://") || url.starts_with("https://"); }

// …/Integration, …/Integration/odata, …/Integration/odata/$metadata -> …/Integration/odata/ (A1: any service name).
std::string service_root(std::string url) {
  url.resize(std::min(url.size(), url.find_first_of("?#")));
  if (const auto at = url.find("/$metadata"); at != std::string::npos) url.resize(at);
  while (url.ends_with('/')) url.pop_back();
  if (!text::to_lower_ascii(url).ends_with("/odata")) url += "/odata";
  return url + '/';
}

Result<void> read_addresses(const api::ConnectionSettings& from, Settings& s) {
  const std::string url(text::trim(from.get("url")));
  const auto parsed = net::Url::parse(url);
  if (url.find('@') != std::string::npos) return wrong("url", "имя и пароль пишутся в user и password, не в адресе");
  if (!parsed || !is_http(url)) {
    return wrong("url", "ожидался адрес сервиса интеграции, например https://rx.example.ru/Integration/odata/, а не «" +
                            url + "»");
  }
  s.base = service_root(url);
  s.token_url = from.get("token_url", s.base.substr(0, s.base.size() - std::string_view("odata/").size()) + "token");
  if (!is_http(s.token_url)) return wrong("token_url", "ожидался адрес https://…/Integration/token");
  s.web_url = from.get("web_url", parsed.value().origin() + "/Client/");
  if (!is_http(s.web_url))
    return wrong("web_url", "ожидался адрес веб-клиента, например https://rx.example.ru/Client/");
  while (s.web_url.ends_with('/') || s.web_url.ends_with('#')) s.web_url.pop_back();
  s.web_url += '/';
  return {};
}

}  // namespace

const std::vector<std::string>& setting_names() {
  static const std::vector<std::string> names = {
      "*url",           "web_url",     "token_url",    "auth",         "user",           "password!",
      "access_token!",  "time_zone",   "ca_file",      "limits.file#", "limits.answer#", "limits.calls+",
      "ids_per_call+",  "page+",       "catalog_age~", "reread~",      "cancel",         "dates",
      "simple_outcome", "patch_draft", "entity_links", "extra_files",  "link_type",      "notification_token!"};
  return names;
}

Result<Settings> read_settings(const api::ConnectionSettings& from) {
  const std::string zone_name = from.get("time_zone", "Europe/Moscow");
  auto zone = TimeZone::find(zone_name);
  if (!zone) return wrong("time_zone", "неизвестный часовой пояс «" + zone_name + "»; например, Europe/Moscow");
  Settings s(from.name, zone.value());
  if (auto addresses = read_addresses(from, s); !addresses) return addresses.error();
  if (auto switches = read_switches(from, s); !switches) return switches.error();
  if (auto limits = read_limits(from, s); !limits) return limits.error();
  s.user = std::string(text::trim(from.get("user")));
  s.password = secret(from, "password");
  s.access_token = secret(from, "access_token");
  s.notification_token = secret(from, "notification_token");
  const bool given = from.secrets.find("notification_token") != from.secrets.end();
  if (given && s.notification_token.reveal().size() < least_token)
    return wrong("notification_token", "короче 16 знаков, такой угадают; создать: openssl rand -hex 32");
  if (s.auth == Auth::bearer) {
    if (s.access_token.empty()) return wrong("access_token", "при auth: bearer нужен токен внешнего поставщика");
  } else if (s.user.empty()) {
    return wrong("user", "нужен пользователь Directum RX со входом по паролю (user и password)");
  }
  if (s.auth == Auth::headers && s.user.find_first_of("\r\n") != std::string::npos) {
    return wrong("user", "недопустимые знаки");
  }
  if (const std::string ca = from.get("ca_file"); !ca.empty()) s.ca_file = ca;
  return s;
}

}  // namespace sedlink::directum
