#include "door.hpp"

#include <charconv>

#include "sedlink/core/text.hpp"
#include "sedlink/net/http.hpp"
#include "translate/entity.hpp"
#include "wire/query.hpp"

namespace sedlink::bitrix24 {
namespace {

Error refuse(Fault fault, const char* code, const char* message) {
  return Error{fault, Audience::admin, code, message, {}};
}

// "portal.example.ru:8443" -> "portal.example.ru", lower case.
std::string bare_host(std::string_view domain) {
  if (const auto scheme = domain.find("://"); scheme != std::string_view::npos) domain.remove_prefix(scheme + 3);
  return text::to_lower_ascii(domain.substr(0, domain.find_first_of(":/")));
}

bool is_portal(const std::string& domain, const Settings& settings, const std::string& portal_host) {
  const auto named = bare_host(domain);
  if (!settings.domain.empty()) return named == bare_host(settings.domain);
  // Without the setting a delivery that names no domain is judged by its token alone.
  return named.empty() || named == bare_host(settings.host) || named == bare_host(portal_host);
}

}  // namespace

std::optional<ItemRef> item_of_event(const std::string& connection, std::string_view event, std::string_view id,
                                     std::string_view type_text) {
  if (!is_number(id) || id == "0") return std::nullopt;
  const auto ends_with_action = [](std::string_view rest) {
    return rest == "ADD" || rest == "UPDATE" || rest == "DELETE" || rest == "MOVETOCATEGORY";
  };
  for (const auto& [prefix, type] : {std::pair{"ONCRMDEAL", deal_type},
                                     {"ONCRMLEAD", lead_type},
                                     {"ONCRMQUOTE", quote_type},
                                     {"ONCRMSMARTINVOICE", invoice_type}})
    if (event.starts_with(prefix) && ends_with_action(event.substr(std::string_view(prefix).size())))
      return ItemRef{connection, entity_name(type), std::string(id)};
  constexpr std::string_view dynamic = "ONCRMDYNAMICITEM";
  if (!event.starts_with(dynamic)) return std::nullopt;
  auto action = event.substr(dynamic.size());
  const auto underscore = action.find('_');
  const auto suffix = underscore == std::string_view::npos ? std::string_view{} : action.substr(underscore + 1);
  action = action.substr(0, underscore);
  const auto number = type_text.empty() ? suffix : type_text;
  int type = 0;
  const auto [end, fault] = std::from_chars(number.data(), number.data() + number.size(), type);
  if (!ends_with_action(action) || fault != std::errc{} || end != number.data() + number.size() || type <= 0)
    return std::nullopt;
  return ItemRef{connection, entity_name(type), std::string(id)};
}

Result<std::vector<api::InboundEvent>> accept_delivery(const api::InboundRequest& request, const Settings& settings,
                                                       const std::string& portal_host) {
  if (net::media_type(request.content_type) != "application/x-www-form-urlencoded")
    return refuse(Fault::rejected, "crm.door.media",
                  "Событие портала должно прийти как application/x-www-form-urlencoded");
  const auto form = net::parse_form(request.body);
  if (!form) return refuse(Fault::rejected, "crm.door.form", "Тело события не разбирается как форма");
  const wire::json::value data = wire::nest(*form);
  const auto event = text::to_upper_ascii(wire::text_at(data, {"event"}));

  const bool known_token = !settings.event_token.empty() && settings.event_token.equals_constant_time(
                                                                wire::text_at(data, {"auth", "application_token"}));
  if (!known_token) {
    // Whoever knows no token learns nothing about the form either, unless it is no event at all.
    if (event.empty()) return refuse(Fault::rejected, "crm.door.form", "В форме нет события");
    return refuse(Fault::unauthorized, "crm.door", "Событие с неверным application_token");
  }
  const auto member = wire::text_at(data, {"auth", "member_id"});
  if (!settings.member_id.empty() && !text::iequals_ascii(member, settings.member_id))
    return refuse(Fault::unauthorized, "crm.door", "Событие другого портала: member_id не совпадает");
  if (!is_portal(wire::text_at(data, {"auth", "domain"}), settings, portal_host))
    return refuse(Fault::unauthorized, "crm.door", "Событие другого портала: domain не совпадает");
  if (event.empty()) return refuse(Fault::rejected, "crm.door.form", "В форме нет события");

  api::InboundEvent found;
  found.name = text::sanitize_utf8(text::prefix(event, 100));
  found.item = item_of_event(settings.connection, event, wire::text_at(data, {"data", "FIELDS", "ID"}),
                             wire::text_at(data, {"data", "FIELDS", "ENTITY_TYPE_ID"}));
  found.deleted = found.item && event.find("DELETE") != std::string::npos;
  std::vector<api::InboundEvent> events;
  events.push_back(std::move(found));
  return events;
}

}  // namespace sedlink::bitrix24
