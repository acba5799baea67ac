#pragma once
// One field's value between the portal's JSON and the mapping's Value, by the field's type.
// Source: bitrix24 documentation, crm/universal (fields), user-field types, files.
#include "sedlink/core/value.hpp"
#include "translate/field_map.hpp"
#include "translate/zone.hpp"

namespace sedlink::bitrix24 {

struct Formats {
  Formats() = default;
  Formats(PortalZone z, std::string c) : zone(std::move(z)), currency(std::move(c)) {}
  PortalZone zone{std::chrono::minutes(180)};
  std::string currency = "RUB";
};

// `info` may be null (field unknown): the shape of the JSON decides then. `currency` is the item's own, for its amount.
[[nodiscard]] Value read_value(const wire::json::value& raw, const FieldInfo* info, const std::string& currency,
                               const Formats& formats);

// What goes under fields[name]. A null value clears. Errors: rejected crm.field_value (audience admin).
[[nodiscard]] Result<wire::json::value> write_value(const Value& value, const FieldInfo& info, const Formats& formats);

// "1.5E+3" -> "1500", "150 000,50" -> "150000.50"; nullopt when it is no decimal number.
[[nodiscard]] std::optional<std::string> plain_decimal(std::string_view given);

}  // namespace sedlink::bitrix24
