#pragma once
// Kinds of CRM items: the names mappings use, the portal's numbers, and every spelling the vendor has for the same
// thing. Source: bitrix24 documentation, crm/data-types (object types) and crm/status (stages).
#include <optional>
#include <string>
#include <string_view>

#include "sedlink/bitrix24/settings.hpp"

namespace sedlink::bitrix24 {

inline constexpr int lead_type = 1, deal_type = 2, contact_type = 3, company_type = 4, quote_type = 7,
                     invoice_type = 31;

// "deal" -> 2, "dynamic:1036" -> 1036. Errors: rejected crm.entity.
[[nodiscard]] Result<int> type_id(std::string_view entity);
[[nodiscard]] std::string entity_name(int type_id);       // 2 -> "deal", 1036 -> "dynamic:1036"
[[nodiscard]] bool is_number(std::string_view) noexcept;  // one digit or more, nothing else

// ENTITY_TYPE of timeline comments: "deal", "dynamic_1036".
[[nodiscard]] std::string comment_entity(int type_id, const Settings&);
// Value of a `crm` user field and of UF_CRM_TASK: "D_10", "T40c_7".
[[nodiscard]] std::string binding(int type_id, std::string_view id);
// The pipeline a stage id names: "C9:NEW" -> "9", "DT1036_10:NEW" -> "10", "NEW" -> "0".
[[nodiscard]] std::string category_of_stage(std::string_view stage);
// The pipeline of a raw card; leads and quotes have one without a number: "0".
[[nodiscard]] std::string pipeline_of(int type_id, const std::string& category);
// ENTITY_ID of the stage list where the portal's own table does not tell: "DEAL_STAGE_9", "DYNAMIC_1036_STAGE_10".
[[nodiscard]] std::string stage_list(int type_id, std::string_view category);
// The card for people.
[[nodiscard]] std::string card_url(const std::string& web_url, int type_id, std::string_view id);

}  // namespace sedlink::bitrix24
