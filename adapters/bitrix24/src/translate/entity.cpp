#include "translate/entity.hpp"

#include <fmt/format.h>

#include <charconv>

namespace sedlink::bitrix24 {

bool is_number(std::string_view s) noexcept {
  return !s.empty() && s.find_first_not_of("0123456789") == std::string_view::npos;
}

Result<int> type_id(std::string_view entity) {
  if (entity == "deal") return deal_type;
  if (entity == "lead") return lead_type;
  if (entity == "quote") return quote_type;
  if (entity == "smart-invoice") return invoice_type;
  constexpr std::string_view dynamic = "dynamic:";
  if (entity.starts_with(dynamic)) {
    const auto digits = entity.substr(dynamic.size());
    int id = 0;
    const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), id);
    if (fault == std::errc{} && end == digits.data() + digits.size() && id > 0) return id;
  }
  return Error{
      Fault::rejected, Audience::admin, "crm.entity",
      "Неизвестный вид карточки «" + std::string(entity) + "»: нужен deal, lead, quote, smart-invoice или dynamic:N",
      std::string(entity)};
}

std::string entity_name(int id) {
  switch (id) {
    case deal_type: return "deal";
    case lead_type: return "lead";
    case quote_type: return "quote";
    case invoice_type: return "smart-invoice";
    default: return "dynamic:" + std::to_string(id);
  }
}

std::string comment_entity(int id, const Settings& settings) {
  switch (id) {
    case deal_type: return "deal";
    case lead_type: return "lead";
    case quote_type: return settings.comment_entity_quote;
    case invoice_type: return settings.comment_entity_invoice;
    default: return "dynamic_" + std::to_string(id);
  }
}

std::string binding(int id, std::string_view item) {
  switch (id) {
    case deal_type: return fmt::format("D_{}", item);
    case lead_type: return fmt::format("L_{}", item);
    case quote_type: return fmt::format("Q_{}", item);
    case invoice_type: return fmt::format("SI_{}", item);
    default: return fmt::format("T{:x}_{}", id, item);
  }
}

std::string category_of_stage(std::string_view stage) {
  const auto colon = stage.find(':');
  if (colon == std::string_view::npos) return "0";
  auto head = stage.substr(0, colon);
  if (head.starts_with("DT")) {
    const auto underscore = head.rfind('_');
    head = underscore == std::string_view::npos ? std::string_view{} : head.substr(underscore + 1);
  } else if (head.starts_with("C")) {
    head.remove_prefix(1);
  }
  return is_number(head) ? std::string(head) : "0";
}

std::string pipeline_of(int id, const std::string& category) {
  return category.empty() && (id == lead_type || id == quote_type) ? "0" : category;
}

std::string stage_list(int id, std::string_view category) {
  switch (id) {
    case lead_type: return "STATUS";
    case quote_type: return "QUOTE_STATUS";
    case deal_type: return category.empty() || category == "0" ? "DEAL_STAGE" : fmt::format("DEAL_STAGE_{}", category);
    case invoice_type: return fmt::format("SMART_INVOICE_STAGE_{}", category);
    case 36: return fmt::format("SMART_DOCUMENT_STAGE_{}", category);
    default: return fmt::format("DYNAMIC_{}_STAGE_{}", id, category);
  }
}

std::string card_url(const std::string& web_url, int id, std::string_view item) {
  switch (id) {
    case deal_type: return fmt::format("{}/crm/deal/details/{}/", web_url, item);
    case lead_type: return fmt::format("{}/crm/lead/details/{}/", web_url, item);
    default: return fmt::format("{}/crm/type/{}/details/{}/", web_url, id, item);
  }
}

}  // namespace sedlink::bitrix24
