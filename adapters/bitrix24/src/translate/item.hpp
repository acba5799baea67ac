#pragma once
// The portal's card -> Item.
#include "sedlink/core/domain.hpp"
#include "translate/field_value.hpp"

namespace sedlink::bitrix24 {

// `raw`: `item` of crm.item.get. Semantics, company and contact are the reader's to fill in.
[[nodiscard]] Item read_item(const wire::json::value& raw, const ItemRef& ref, int type, const FieldMap& fields,
                             const std::string& web_url, const Formats& formats);
// "title", "requisite.inn", …: `requisites` are the company's active rows; the one with `chosen` as ID is meant, else
// the oldest.
[[nodiscard]] Fields read_company(const wire::json::value& raw, const std::vector<const wire::json::value*>& requisites,
                                  const std::string& chosen, const Formats& formats);
[[nodiscard]] Fields read_contact(const wire::json::value& raw, const Formats& formats);
[[nodiscard]] std::string contact_id(const wire::json::value& item);  // the main contact; empty = none
// Files of a field of a raw card.
[[nodiscard]] std::vector<CrmFile> read_files(const wire::json::value& item, const std::string& field);

}  // namespace sedlink::bitrix24
