#pragma once
// Misbehaviour on a switch: POST /_sim/fault.
#include <optional>
#include <string>
#include <vector>

#include "sedlink/core/clock.hpp"
#include "sedlink/net/http.hpp"
#include "sedlink/sim/json.hpp"
#include "sedlink/sim/rng.hpp"

namespace sedlink::sim {

// What a request is, for faults and for counting.
struct Call {
  std::string method;              // the API's method where it has one (crm.item.update), else the HTTP method
  std::string path;                // URL path
  std::string type;                // type of the message, where the API has one (DMCreateRequest)
  std::vector<std::string> inner;  // methods or types carried inside (batch)
};

enum class FaultKind {
  refuse = 1,   // connection reset, not executed
  hang,         // not executed, no answer for `ms` (default: until the peer gives up), then reset
  close,        // connection closed, not executed
  delay,        // executed after `ms`
  corrupt,      // executed, the body of the answer is garbled
  status,       // not executed, answers `status` with `body` and `headers`
  throttle,     // not executed, the system's own way of asking to slow down
  lose_answer,  // executed, the answer is never sent
  truncate,     // executed, half of the answer's body, then closed
};

struct Fault {
  FaultKind kind = FaultKind::close;
  std::string method, path, type;  // empty = any; '*' is a wildcard; method and type ignore case; type "!…": all but
  int status = 500;
  std::string body;
  net::Headers headers;
  Duration pause{};
  std::int64_t skip = 0;   // so many hits are let pass first
  std::int64_t left = -1;  // so many more times; negative = no limit
  double rate = 1;
  Rng rng{1};
  std::int64_t id = 0;
  std::int64_t fired = 0;
};

class FaultBox {
 public:
  // {match: {method|path|type}, do, status?, body?, headers?, ms?, skip?, next? | rate?, seed?} -> {id}. Unknown
  // keys are errors.
  Result<json::value> add(const json::object& text);
  void clear() { faults_.clear(); }
  // The first switched fault that hits this call, used up by one. A fault on the connection hits a batch by what it
  // carries; `status` and `throttle` do not: the batch asks for each inner call itself, with Call::inner empty.
  [[nodiscard]] std::optional<Fault> take(const Call& call);
  // For one call inside a batch: only `status` and `throttle`.
  [[nodiscard]] std::optional<Fault> take_inner(const Call& call);
  [[nodiscard]] json::array to_json() const;

 private:
  std::optional<Fault> take(const Call& call, bool inner);
  std::vector<Fault> faults_;
  std::int64_t next_id_ = 1;
};

}  // namespace sedlink::sim
