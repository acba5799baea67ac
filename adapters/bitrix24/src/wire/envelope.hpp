#pragma once
// The portal's envelopes: {"result":…,"time":…}, {"error":…} and the four maps of a batch. Pure.
// Source: bitrix24 documentation, general-principles, error-codes, batch.
#include <map>
#include <variant>

#include "wire/json.hpp"

namespace sedlink::bitrix24::wire {

// The block "time"; every part may be missing in older portals.
struct CallTime {
  CallTime() = default;
  std::optional<double> duration;            // seconds
  std::optional<double> finish;              // the portal's clock, unix seconds
  std::optional<double> operating;           // seconds of this method in the running window
  std::optional<double> operating_reset_at;  // unix seconds
  std::string date_finish;                   // ISO with the portal's offset
};

struct Answer {
  Answer() = default;
  json::value result;
  std::optional<std::int64_t> total, next;
  CallTime time;
};

// The portal answered, and the answer is no success.
struct Refusal {
  Refusal() = default;
  int status = 0;                 // 0 inside a batch
  bool readable = false;          // it was JSON with the key "error"
  std::string code, description;  // verbatim; code may be empty or a number
  CallTime time;
};

using Outcome = std::variant<Answer, Refusal>;

// An answer is a refusal when it has "error" and no "result", whatever the status; or when it is no such JSON at all.
[[nodiscard]] Outcome read_answer(int status, std::string_view body);

// One entry per command key. A key that the portal left out of every map is absent here too.
// `keys` are in the order of the commands: portals answer some batches with arrays instead of maps.
[[nodiscard]] std::map<std::string, Outcome> read_batch(const Answer& outer, const std::vector<std::string>& keys);

// Text of a description without tags, one line, at most 500 characters.
[[nodiscard]] std::string plain_text(std::string_view description);

}  // namespace sedlink::bitrix24::wire
