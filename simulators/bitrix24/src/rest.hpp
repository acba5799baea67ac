#pragma once
// The REST door: URL shapes, webhook secrets, budgets, envelopes, batch, signed links.
#include "methods.hpp"
#include "sedlink/net/server.hpp"

namespace sedlink::sim::b24 {

// What the URL says.
struct Route {
  enum class Kind { method, v3, not_rest };
  Kind kind = Kind::not_rest;
  std::string user, secret, method;  // method in lower case, without suffix
  bool xml = false;
};
[[nodiscard]] Route parse_route(std::string_view path);

// Methods inside a batch, in order, for faults and records.
[[nodiscard]] std::vector<std::string> methods_inside(const json::object& batch_params);

struct Served {
  net::ServerResponse response;
  double seconds = 0;  // charged
};
[[nodiscard]] Served serve(Portal& portal, const net::ServerRequest& request, const std::string& body);
[[nodiscard]] net::ServerResponse error_response(const RestError& error, bool xml = false);

// One method with its checks; throws RestError. `seconds` is what it was charged.
struct Executed {
  Answer answer;
  json::object time;
  double seconds = 0;
};
[[nodiscard]] Executed execute(Portal& portal, const Caller& caller, const std::string& method,
                               const json::object& params, bool in_batch);
[[nodiscard]] json::object time_block(Portal& portal, const Caller& caller, const std::string& method, Time start,
                                      double seconds);

struct BatchResult {
  json::value result;
  double seconds = 0;
  bool cut = false;  // the request ran out of time half way
};
[[nodiscard]] BatchResult run_batch(Portal& portal, const Caller& caller, const json::object& params,
                                    const std::string& path);

}  // namespace sedlink::sim::b24
