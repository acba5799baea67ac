#include "sedlink/http_service/settings.hpp"

#include <charconv>

#include "sedlink/core/text.hpp"
#include "sedlink/net/http.hpp"

namespace sedlink::http_service {
namespace {

Error wrong(const std::string& setting, const std::string& message) {
  return {Fault::rejected, Audience::admin, "config." + setting, setting + ": " + message, {}, {}};
}

// The config's reader has turned units into bytes and milliseconds.
Result<void> read_number(const api::ConnectionSettings& from, const char* key, std::uint64_t least, std::uint64_t most,
                         std::uint64_t& out) {
  const std::string given = from.get(key);
  if (given.empty()) return {};
  const auto [end, failed] = std::from_chars(given.data(), given.data() + given.size(), out);
  if (failed == std::errc() && end == given.data() + given.size() && out >= least && out <= most) return {};
  return wrong(key, "«" + given + "» — ожидалось число от " + std::to_string(least) + " до " + std::to_string(most));
}

Secret secret_of(const api::ConnectionSettings& from, const char* key) {
  const auto it = from.secrets.find(key);
  return it == from.secrets.end() ? Secret() : it->second;
}

Result<void> read_auth(const api::ConnectionSettings& from, Settings& s) {
  const bool basic = !from.get("user").empty(), bearer = from.secrets.contains("access_token");
  const std::string word = from.get("auth", basic ? "basic" : bearer ? "bearer" : "none");
  if (word != "none" && word != "basic" && word != "bearer")
    return wrong("auth", "«" + word + "» — допустимо: none, basic, bearer");
  s.auth = word == "basic" ? Auth::basic : word == "bearer" ? Auth::bearer : Auth::none;
  if (s.auth == Auth::basic && (!basic || !from.secrets.contains("password")))
    return wrong("auth", "для basic нужны user и password");
  if (s.auth == Auth::bearer && !bearer) return wrong("auth", "для bearer нужен access_token");
  s.user = from.get("user");
  s.password = secret_of(from, "password");
  s.access_token = secret_of(from, "access_token");
  return {};
}

}  // namespace

const std::vector<std::string>& setting_names() {
  static const std::vector<std::string> names = {"*url",           "auth",
                                                 "user",           "password!",
                                                 "access_token!",  "headers.*!",
                                                 "ca_file",        "client_certificate_file",
                                                 "client_key!",    "client_key_pass!",
                                                 "limits.answer#", "limits.calls+",
                                                 "timeout~"};
  return names;
}

Result<Settings> read_settings(const api::ConnectionSettings& from) {
  Settings s;
  s.connection = from.name;
  s.url = from.get("url");
  const auto url = net::Url::parse(s.url);
  if (!url) return wrong("url", url.error().message);
  if (url->target.find_first_of("?#") != std::string::npos)
    return wrong("url", "адрес службы без «?»: путь и параметры пишут в calls сопоставления");
  while (s.url.ends_with('/')) s.url.pop_back();
  if (auto done = read_auth(from, s); !done) return done.error();
  constexpr std::string_view prefix = "headers.";
  for (const auto& [key, value] : from.secrets)
    if (key.starts_with(prefix)) s.headers.emplace(key.substr(prefix.size()), value);
  if (const std::string file = from.get("ca_file"); !file.empty()) s.ca_file = file;
  if (const std::string file = from.get("client_certificate_file"); !file.empty()) s.client_certificate = file;
  if (s.client_certificate.has_value() != from.secrets.contains("client_key"))
    return wrong("client_certificate_file", "для взаимного TLS нужны и client_certificate_file, и client_key");
  s.client_key = secret_of(from, "client_key");
  s.client_key_pass = secret_of(from, "client_key_pass");
  std::uint64_t calls = s.calls, timeout = static_cast<std::uint64_t>(s.timeout.count());
  if (auto done = read_number(from, "limits.answer", 1, 1ull << 30, s.max_answer); !done) return done.error();
  if (auto done = read_number(from, "limits.calls", 1, 64, calls); !done) return done.error();
  if (auto done = read_number(from, "timeout", 1, 3'600'000, timeout); !done) return done.error();
  s.calls = calls;
  s.timeout = std::chrono::milliseconds(timeout);
  return s;
}

}  // namespace sedlink::http_service
