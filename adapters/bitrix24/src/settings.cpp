#include "sedlink/bitrix24/settings.hpp"

#include <charconv>

#include "sedlink/core/text.hpp"
#include "sedlink/net/http.hpp"

namespace sedlink::bitrix24 {
namespace {

Error bad(std::string_view connection, std::string_view key, std::string what) {
  return Error{Fault::rejected, Audience::admin, "config.value",
               "Подключение «" + std::string(connection) + "», настройка «" + std::string(key) + "»: " + what,
               std::string(key)};
}

// Digits with an optional fraction; nullopt for anything else.
std::optional<double> number(std::string_view text) {
  text = text::trim(text);
  double value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (fault != std::errc{} || end != text.data() + text.size() || !(value >= 0)) return std::nullopt;
  return value;
}

// "300 MB", "20 МБ", "1048576".
std::optional<std::uint64_t> bytes(std::string_view given) {
  given = text::trim(given);
  const auto digits = given.find_first_not_of("0123456789.");
  const auto count = number(given.substr(0, digits));
  if (!count) return std::nullopt;
  const std::string unit = digits == std::string_view::npos ? "" : text::fold(given.substr(digits));
  static const std::vector<std::pair<std::string_view, double>> units = {{"", 1},
                                                                         {"b", 1},
                                                                         {"б", 1},
                                                                         {"kb", 1024.0},
                                                                         {"кб", 1024.0},
                                                                         {"mb", 1048576.0},
                                                                         {"мб", 1048576.0},
                                                                         {"gb", 1073741824.0},
                                                                         {"гб", 1073741824.0}};
  for (const auto& [name, factor] : units)
    if (unit == name && *count * factor < 1e15) return static_cast<std::uint64_t>(*count * factor);
  return std::nullopt;
}

std::optional<bool> boolean(std::string_view given) {
  const std::string word = text::fold(given);
  for (const char* yes : {"true", "yes", "on", "да", "1"})
    if (word == yes) return true;
  for (const char* no : {"false", "no", "off", "нет", "0"})
    if (word == no) return false;
  return std::nullopt;
}

// Takes one setting after the other and remembers the first fault.
class Reader {
 public:
  explicit Reader(const api::ConnectionSettings& given) : given_(given) {}

  void take(std::string_view key, std::string& to) {
    if (const auto it = given_.values.find(key); it != given_.values.end()) to = std::string(text::trim(it->second));
  }
  void take(std::string_view key, double& to, double least, double most) {
    const auto it = given_.values.find(key);
    if (it == given_.values.end()) return;
    const auto value = number(it->second);
    if (!value || *value < least || *value > most)
      return fail(key, "нужно число от " + plain(least) + " до " + plain(most) + ", а указано «" + it->second + "»");
    to = *value;
  }
  void take(std::string_view key, std::uint64_t& to) {
    const auto it = given_.values.find(key);
    if (it == given_.values.end()) return;
    const auto value = bytes(it->second);
    if (!value || *value == 0) return fail(key, "нужен размер, например «300 MB», а указано «" + it->second + "»");
    to = *value;
  }
  void take(std::string_view key, bool& to) {
    const auto it = given_.values.find(key);
    if (it == given_.values.end()) return;
    const auto value = boolean(it->second);
    if (!value) return fail(key, "нужно on или off, а указано «" + it->second + "»");
    to = *value;
  }
  void fail(std::string_view key, std::string what) {
    if (!error_) error_ = bad(given_.name, key, std::move(what));
  }
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

 private:
  static std::string plain(double v) { return std::to_string(static_cast<long long>(v)); }
  const api::ConnectionSettings& given_;
  std::optional<Error> error_;
};

// https://HOST/rest/{user}/{secret}/ -> origin, host, path, user.
void take_webhook(const api::ConnectionSettings& given, Reader& reader, Settings& to) {
  const auto secret = given.secrets.find("webhook_url");
  const std::string whole = secret != given.secrets.end() ? secret->second.reveal() : given.get("webhook_url");
  constexpr const char* shape = "нужен адрес входящего вебхука вида https://портал/rest/1/секрет/";
  if (whole.empty()) return reader.fail("webhook_url", std::string("не указана; ") + shape);
  const auto url = net::Url::parse(text::trim(whole));
  if (!url || (url->scheme != "https" && url->scheme != "http")) return reader.fail("webhook_url", shape);
  auto parts = text::split(url->target, '/');  // "", "rest", user, secret[, ""]
  if (parts.size() > 4 && parts.back().empty()) parts.pop_back();
  const bool fits = parts.size() == 4 && parts[0].empty() && parts[1] == "rest" && !parts[2].empty() &&
                    parts[2].find_first_not_of("0123456789") == std::string::npos && !parts[3].empty() &&
                    parts[3].find_first_of("?#") == std::string::npos;
  if (!fits) return reader.fail("webhook_url", shape);
  to.origin = url->origin();
  to.host = url->host;
  to.user_id = parts[2];
  to.path = Secret("/rest/" + parts[2] + "/" + parts[3] + "/");
}

}  // namespace

// The marks are config::AdapterSettings': required, secret, size, whole number.
const std::vector<std::string>& setting_names() {
  static const std::vector<std::string> names = {"*webhook_url!",
                                                 "event_token!",
                                                 "member_id",
                                                 "domain",
                                                 "web_url",
                                                 "ca_file",
                                                 "limits.file#",
                                                 "limits.inline_file#",
                                                 "limits.rate_per_second",
                                                 "limits.rate_burst",
                                                 "limits.operating",
                                                 "limits.batch_seconds",
                                                 "limits.call_seconds",
                                                 "sweep_overlap+",
                                                 "notify_tag",
                                                 "notify_client_id",
                                                 "disk_storage_id",
                                                 "time_zone",
                                                 "currency",
                                                 "count_downloads",
                                                 "single_file_field",
                                                 "comment_entity.quote",
                                                 "comment_entity.smart_invoice"};
  return names;
}

Result<Settings> parse_settings(const api::ConnectionSettings& given) {
  Settings to;
  to.connection = given.name;
  Reader reader(given);
  take_webhook(given, reader, to);
  if (const auto it = given.secrets.find("event_token"); it != given.secrets.end())
    to.event_token = Secret(std::string(text::trim(it->second.reveal())));
  else if (const auto plain = given.get("event_token"); !plain.empty())
    to.event_token = Secret(plain);
  reader.take("member_id", to.member_id);
  reader.take("domain", to.domain);
  to.web_url = to.origin;
  reader.take("web_url", to.web_url);
  while (!to.web_url.empty() && to.web_url.back() == '/') to.web_url.pop_back();
  std::string ca_file;
  reader.take("ca_file", ca_file);
  if (!ca_file.empty()) to.ca_file = ca_file;
  reader.take("limits.file", to.max_file);
  reader.take("limits.inline_file", to.max_inline_file);
  reader.take("limits.rate_per_second", to.rate_per_second, 0, 1000);
  reader.take("limits.rate_burst", to.rate_burst, 1, 10'000);
  reader.take("limits.operating", to.operating_seconds, 0, 36'000);
  reader.take("limits.batch_seconds", to.batch_seconds, 1, 60);
  double seconds = 65, overlap = 200;
  reader.take("limits.call_seconds", seconds, 1, 600);
  to.call_timeout = std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
  reader.take("sweep_overlap", overlap, 0, 2000);
  to.sweep_overlap = static_cast<std::int64_t>(overlap);
  reader.take("notify_tag", to.notify_tag);
  reader.take("notify_client_id", to.notify_client_id);
  reader.take("disk_storage_id", to.disk_storage_id);
  reader.take("time_zone", to.time_zone);
  if (!to.time_zone.empty() && !TimeZone::find(to.time_zone))
    reader.fail("time_zone", "неизвестный часовой пояс «" + to.time_zone + "», нужен вид «Europe/Moscow»");
  reader.take("currency", to.currency);
  reader.take("count_downloads", to.count_downloads);
  std::string single = "keep";
  reader.take("single_file_field", single);
  if (single != "keep" && single != "replace")
    reader.fail("single_file_field", "нужно keep или replace, а указано «" + single + "»");
  to.replace_single_file = single == "replace";
  reader.take("comment_entity.quote", to.comment_entity_quote);
  reader.take("comment_entity.smart_invoice", to.comment_entity_invoice);
  if (reader.error()) return *reader.error();
  return to;
}

}  // namespace sedlink::bitrix24
