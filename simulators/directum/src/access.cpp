#include "access.hpp"

#include <boost/json/serialize.hpp>

#include "sedlink/core/text.hpp"

namespace sedlink::sim::directum {
namespace {

std::string base64url(std::string_view bytes) {
  std::string text = text::base64_encode(bytes);
  while (text.ends_with('=')) text.pop_back();
  for (char& c : text) c = c == '+' ? '-' : (c == '/' ? '_' : c);
  return text;
}

}  // namespace

Entity* Access::by_password(std::string_view login, std::string_view password) const {
  for (const Account& account : base_.accounts) {
    if (account.login == login && account.password == password) return base_.store.find("User", account.user);
  }
  return nullptr;
}

Entity* Access::caller(const net::Headers& headers, bool tokens) const {
  const Settings& settings = base_.settings;
  const std::string authorization = headers.get("Authorization").value_or("");
  const std::size_t blank = authorization.find(' ');
  const std::string scheme = text::to_lower_ascii(authorization.substr(0, blank));
  const std::string_view value =
      blank == std::string::npos ? std::string_view() : text::trim(std::string_view(authorization).substr(blank));
  if (scheme == "basic" && settings.basic) {
    const Result<std::string> pair = text::base64_decode(value);
    const std::size_t colon = pair.has_value() ? pair.value().find(':') : std::string::npos;
    if (colon == std::string::npos || !text::is_valid_utf8(pair.value())) return nullptr;
    return by_password(pair.value().substr(0, colon), pair.value().substr(colon + 1));
  }
  if (scheme == "bearer") {
    const auto found = tokens && settings.tokens ? issued_.find(value) : issued_.end();
    return found == issued_.end() || found->second.expires <= base_.outside.now()
               ? nullptr
               : base_.store.find("User", found->second.user);
  }
  if (!authorization.empty() || !settings.header_pair) return nullptr;
  return by_password(headers.get("Username").value_or(""), headers.get("Password").value_or(""));
}

std::string Access::issue(Entity& user) {
  const Time now = base_.outside.now();
  const Time expires = now + base_.settings.token_lifetime;
  const json::object head{{"alg", "RS256"}, {"kid", "7B1D5C1E5F0A4A559A7E"}, {"x5t", "ex1cHl8KSlWafg"}, {"typ", "JWT"}};
  const json::object body{{"sub", user.text("Name")},
                          {"jti", base_.outside.new_id()},
                          {"iat", to_epoch_ms(now) / 1000},
                          {"exp", to_epoch_ms(expires) / 1000},
                          {"iss", "DirectumRX"}};
  const std::string token = base64url(json::serialize(head)) + "." + base64url(json::serialize(body)) + "." +
                            base64url(base_.outside.new_id() + base_.outside.new_id());
  issued_[token] = {user.id(), expires};
  return token;
}

}  // namespace sedlink::sim::directum
