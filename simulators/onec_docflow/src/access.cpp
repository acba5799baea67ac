#include "access.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <boost/json/parse.hpp>

#include "sedlink/core/text.hpp"

namespace sedlink::sim::onec_docflow {
namespace {

std::string decode_base64url(std::string_view text) {
  std::string standard(text);
  for (char& c : standard) c = c == '-' ? '+' : (c == '_' ? '/' : c);
  while (standard.size() % 4 != 0) standard += '=';
  Result<std::string> bytes = text::base64_decode(standard);
  return bytes.has_value() ? bytes.value() : std::string();
}

std::string hmac_sha256(const std::string& key, std::string_view text) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()),
       text.size(), digest, &size);
  return {reinterpret_cast<const char*>(digest), size};
}

json::object json_part(std::string_view part) {
  boost::system::error_code failed;
  json::value parsed = json::parse(decode_base64url(part), failed);
  return !failed && parsed.is_object() ? parsed.as_object() : json::object();
}

bool is_valid_token(const Settings& settings, const std::string& token, Time now) {
  const std::vector<std::string> parts = text::split(token, '.');
  if (settings.access_token_key.empty() || parts.size() != 3) return false;
  if (text_of(json_part(parts[0]), "alg") != "HS256") return false;
  if (decode_base64url(parts[2]) != hmac_sha256(settings.access_token_key, parts[0] + "." + parts[1])) return false;
  const json::object claims = json_part(parts[1]);
  const auto expires = int_of(claims, "exp");
  if (expires && *expires * 1000 < to_epoch_ms(now)) return false;
  return text_of(claims, "sub") == settings.user;
}

}  // namespace

std::string to_cp1251(std::string_view utf8) {
  std::string out;
  for (std::size_t i = 0; i < utf8.size();) {
    const std::string_view character = text::prefix(utf8.substr(i), 1);
    i += character.empty() ? 1 : character.size();
    if (character.size() == 1) {
      out += character;
      continue;
    }
    const auto code = character.size() == 2 ? ((static_cast<unsigned char>(character[0]) & 0x1FU) << 6U) |
                                                  (static_cast<unsigned char>(character[1]) & 0x3FU)
                                            : 0U;
    if (code >= 0x410 && code <= 0x44F) {
      out += static_cast<char>(code - 0x410 + 0xC0);
    } else if (code == 0x401) {
      out += static_cast<char>(0xA8);
    } else if (code == 0x451) {
      out += static_cast<char>(0xB8);
    } else {
      out += '?';
    }
  }
  return out;
}

bool is_admitted(const Settings& settings, const net::Headers& headers, const net::FormPairs& query, Time now) {
  for (const auto& [name, value] : query) {
    if (name == "AccessToken") return is_valid_token(settings, value, now);
  }
  const std::string header = headers.get("Authorization").value_or("");
  if (header.size() < 6 || !text::iequals_ascii(header.substr(0, 6), "Basic ")) return false;
  const Result<std::string> given = text::base64_decode(text::trim(header.substr(6)));
  if (given.has_error()) return false;
  const std::string expected = settings.user + ":" + settings.password;
  return given.value() == (settings.login_cp1251 ? to_cp1251(expected) : expected);
}

}  // namespace sedlink::sim::onec_docflow
