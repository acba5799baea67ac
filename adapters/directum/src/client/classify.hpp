#pragma once
// Every way the service refuses, as our Error. Pure. Source: directum A2, A5, A8, A9.3, A14.
#include <string>
#include <string_view>

#include "sedlink/core/error.hpp"
#include "wire/error.hpp"

namespace sedlink::directum {

// What a lost answer means: a read may be repeated, a write may have happened.
enum class Effect { read = 1, write };

// What an address stands for, for the words about 404 and 403.
enum class Target {
  service = 1,  // the root: $metadata
  token,        // token_url
  entity,       // one object: 404 = it is not there or not visible
  list,         // a set
  function,     // a module's function: 404 may also mean a parameter left out
};

// An answer that is neither 2xx nor read. `where` is the address without the host, shown to the admin.
[[nodiscard]] Error http_error(int status, std::string_view body, Effect, Target, std::string_view where,
                               std::string_view offered_schemes = {});
// A page in place of a 2xx answer: a proxy's maintenance or login page passes, a wrong url does not; the words name
// both.
[[nodiscard]] Error web_page(std::string_view body, Effect, std::string_view where);
// A body that should have been readable: a write may have happened all the same.
[[nodiscard]] Error damaged(Error parse_error, Effect);
// For a read nothing is ambiguous; of a write whose answer was too long, everything. TLS failures and long answers get
// the words of an admin.
[[nodiscard]] Error for_effect(Error, Effect);

}  // namespace sedlink::directum
