#pragma once
// A typed value of a CRM or EDMS field, as the mapping language sees it.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <boost/json/fwd.hpp>

#include "sedlink/core/clock.hpp"

namespace sedlink {

// Decimal text, never double: "150000.00".
struct Money {
  std::string amount;
  std::string currency;  // empty when the source has none
  friend bool operator==(const Money&, const Money&) = default;
};

// A file held by a CRM item's field. `id` identifies the content within the field; name and size are known after
// reading.
struct CrmFile {
  std::string id;
  std::string name;
  std::string url;  // signed, short-lived, secret: never stored, never logged
  friend bool operator==(const CrmFile& a, const CrmFile& b) { return a.id == b.id && a.name == b.name; }
};

// A point of time that is known only as a text ("до конца недели") keeps the text.
struct DueText {
  std::string text;
  friend bool operator==(const DueText&, const DueText&) = default;
};

class Value {
 public:
  using List = std::vector<Value>;
  using Variant = std::variant<std::monostate, bool, std::int64_t, std::string, Money, Time, DueText, CrmFile, List>;

  Value() = default;
  Value(bool v) : v_(v) {}
  Value(std::int64_t v) : v_(v) {}
  Value(int v) : v_(static_cast<std::int64_t>(v)) {}
  Value(std::string v) : v_(std::move(v)) {}
  Value(const char* v) : v_(std::string(v)) {}
  Value(Money v) : v_(std::move(v)) {}
  Value(Time v) : v_(v) {}
  Value(DueText v) : v_(std::move(v)) {}
  Value(CrmFile v) : v_(std::move(v)) {}
  Value(List v) : v_(std::move(v)) {}

  [[nodiscard]] const Variant& variant() const noexcept { return v_; }
  // Absent for the mapping: null, "", empty list, amount "".
  [[nodiscard]] bool empty() const noexcept;
  // Text for a template. Lists join with ", "; times as ISO-8601 UTC (adapters format by field type), money as amount.
  [[nodiscard]] std::string to_text() const;
  [[nodiscard]] std::vector<CrmFile> files() const;  // this value as files; empty when it holds none
  friend bool operator==(const Value&, const Value&) = default;

 private:
  Variant v_;
};

using Fields = std::map<std::string, Value, std::less<>>;

[[nodiscard]] boost::json::value to_json(const Value&);
[[nodiscard]] Value value_from_json(const boost::json::value&);  // unknown shapes become null
[[nodiscard]] boost::json::value to_json(const Fields&);
[[nodiscard]] Fields fields_from_json(const boost::json::value&);

}  // namespace sedlink
