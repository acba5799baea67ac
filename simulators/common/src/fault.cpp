#include "sedlink/sim/fault.hpp"

#include <array>
#include <boost/json/serialize.hpp>

#include "sedlink/core/text.hpp"

namespace sedlink::sim {
namespace {

constexpr std::array<std::pair<std::string_view, FaultKind>, 9> kinds{{{"refuse", FaultKind::refuse},
                                                                       {"hang", FaultKind::hang},
                                                                       {"close", FaultKind::close},
                                                                       {"delay", FaultKind::delay},
                                                                       {"corrupt", FaultKind::corrupt},
                                                                       {"status", FaultKind::status},
                                                                       {"throttle", FaultKind::throttle},
                                                                       {"lose_answer", FaultKind::lose_answer},
                                                                       {"truncate", FaultKind::truncate}}};

Result<FaultKind> kind_of(std::string_view name) {
  for (const auto& [text, kind] : kinds) {
    if (text == name) return kind;
  }
  return control_error("unknown do: \"" + std::string(name) +
                       "\" (refuse, hang, close, delay, corrupt, status, throttle, lose_answer, truncate)");
}

std::string_view name_of(FaultKind kind) {
  for (const auto& [text, k] : kinds) {
    if (k == kind) return text;
  }
  return "?";
}

bool path_matches(const std::string& pattern, const std::string& path) {
  return pattern.find('*') != std::string::npos
             ? glob(pattern, path, true)
             : text::to_lower_ascii(path).find(text::to_lower_ascii(pattern)) != std::string::npos;
}

bool carries(const Call& call, const std::string& pattern) {
  for (const std::string& inner : call.inner) {
    if (glob(pattern, inner, true)) return true;
  }
  return false;
}

// Acts on the connection or the bytes of the whole answer, whatever it carries.
bool by_content(const Fault& fault) { return fault.kind != FaultKind::status && fault.kind != FaultKind::throttle; }

bool hits(const Fault& fault, const Call& call) {
  if (!fault.path.empty() && !path_matches(fault.path, call.path)) return false;
  if (!fault.method.empty() && !glob(fault.method, call.method, true) &&
      !(by_content(fault) && carries(call, fault.method))) {
    return false;
  }
  if (fault.type.starts_with('!')) return !glob(fault.type.substr(1), call.type, true);
  return fault.type.empty() || glob(fault.type, call.type, true) || glob(fault.type, call.method, true) ||
         (by_content(fault) && carries(call, fault.type));
}

}  // namespace

Result<json::value> FaultBox::add(const json::object& text) {
  Fault fault;
  const auto kind = kind_of(text_of(text, "do"));
  if (!kind) return kind.error();
  fault.kind = *kind;
  std::uint64_t seed = 1;
  for (const auto& member : text) {
    const std::string_view key(member.key().data(), member.key().size());
    const json::value& value = member.value();
    if (key == "do") continue;
    if (key == "match") {
      const json::object* match = value.if_object();
      if (match == nullptr) return control_error("match must be an object of method, path, type");
      for (const auto& by : *match) {
        const std::string_view name(by.key().data(), by.key().size());
        if (name == "method")
          fault.method = text_of(by.value());
        else if (name == "path")
          fault.path = text_of(by.value());
        else if (name == "type")
          fault.type = text_of(by.value());
        else
          return control_error("unknown key in match: \"" + std::string(name) + "\"");
      }
    } else if (key == "status" || key == "ms" || key == "skip" || key == "next" || key == "seed") {
      const auto number = int_of(value);
      if (!number || *number < 0) return control_error(std::string(key) + " must be a whole number");
      if (key == "status") fault.status = static_cast<int>(*number);
      if (key == "ms") fault.pause = Duration(*number);
      if (key == "skip") fault.skip = *number;
      if (key == "next") fault.left = *number;
      if (key == "seed") seed = static_cast<std::uint64_t>(*number);
    } else if (key == "rate") {
      if (value.is_number()) fault.rate = value.to_number<double>();
      if (!value.is_number() || fault.rate < 0 || fault.rate > 1) return control_error("rate must be a number 0..1");
    } else if (key == "body") {
      fault.body = value.is_string() ? text_of(value) : json::serialize(value);
    } else if (key == "headers") {
      const json::object* headers = value.if_object();
      if (headers == nullptr) return control_error("headers must be an object");
      for (const auto& header : *headers) fault.headers.set(std::string(header.key()), text_of(header.value()));
    } else {
      return control_error("unknown key: \"" + std::string(key) + "\"");
    }
  }
  fault.rng = Rng(seed);
  fault.id = next_id_++;
  faults_.push_back(fault);
  return json::value{{"id", fault.id}};
}

std::optional<Fault> FaultBox::take(const Call& call) { return take(call, false); }
std::optional<Fault> FaultBox::take_inner(const Call& call) { return take(call, true); }

std::optional<Fault> FaultBox::take(const Call& call, bool inner) {
  for (Fault& fault : faults_) {
    if (fault.left == 0 || (inner && by_content(fault)) || !hits(fault, call)) continue;
    if (fault.rate < 1 && !fault.rng.chance(fault.rate)) continue;
    if (fault.skip > 0) {
      --fault.skip;
      continue;
    }
    if (fault.left > 0) --fault.left;
    ++fault.fired;
    return fault;
  }
  return std::nullopt;
}

json::array FaultBox::to_json() const {
  json::array out;
  for (const Fault& fault : faults_) {
    json::object match;
    if (!fault.method.empty()) match["method"] = fault.method;
    if (!fault.path.empty()) match["path"] = fault.path;
    if (!fault.type.empty()) match["type"] = fault.type;
    out.push_back({{"id", fault.id},
                   {"match", std::move(match)},
                   {"do", std::string(name_of(fault.kind))},
                   {"fired", fault.fired},
                   {"left", fault.left}});
  }
  return out;
}

}  // namespace sedlink::sim
