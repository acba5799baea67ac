#include "sedlink/core/error.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace sedlink {
namespace {

constexpr std::array<std::pair<Fault, const char*>, 7> fault_names{{
    {Fault::transient, "transient"},
    {Fault::throttled, "throttled"},
    {Fault::ambiguous, "ambiguous"},
    {Fault::unauthorized, "unauthorized"},
    {Fault::not_found, "not_found"},
    {Fault::rejected, "rejected"},
    {Fault::defect, "defect"},
}};

}  // namespace

const char* to_string(Fault fault) noexcept {
  for (const auto& [value, name] : fault_names)
    if (value == fault) return name;
  return "defect";
}

std::optional<Fault> fault_from_string(std::string_view text) noexcept {
  for (const auto& [value, name] : fault_names)
    if (text == name) return value;
  return std::nullopt;
}

const char* to_string(Audience audience) noexcept {
  switch (audience) {
    case Audience::user: return "user";
    case Audience::admin: return "admin";
    case Audience::developer: return "developer";
  }
  return "developer";
}

std::string describe(const Error& e) {
  std::string out = to_string(e.fault);
  out += ' ';
  out += e.code;
  if (!e.message.empty()) out += ": " + e.message;
  if (!e.vendor_code.empty()) out += " (vendor: " + e.vendor_code + ")";
  if (e.retry_after) out += " (retry after " + std::to_string(e.retry_after->count()) + " s)";
  return out;
}

void throw_exception_from_error(const Error& e, const boost::source_location& /*loc*/) { throw ErrorException(e); }

}  // namespace sedlink
