#pragma once
#include "installation.hpp"
#include "sedlink/net/http.hpp"

namespace sedlink::sim::directum {

// Who may ask (directum.md A2): Basic, the header pair, tokens of this service.
class Access {
 public:
  explicit Access(Installation& base) : base_(base) {}

  // Null: 401. `tokens`: whether a token will do.
  [[nodiscard]] Entity* caller(const net::Headers& headers, bool tokens) const;
  // A new token of the user, three parts of base64url; its signature is random, known to this service only.
  [[nodiscard]] std::string issue(Entity& user);

 private:
  [[nodiscard]] Entity* by_password(std::string_view login, std::string_view password) const;
  struct Issued {
    Id user = 0;
    Time expires;
  };
  Installation& base_;
  std::map<std::string, Issued, std::less<>> issued_;
};

}  // namespace sedlink::sim::directum
