#include "translate/item.hpp"

#include <boost/json/object.hpp>

#include "sedlink/core/text.hpp"
#include "translate/entity.hpp"

namespace sedlink::bitrix24 {
namespace {

Time time_at(const wire::json::value& raw, const char* name, const Formats& formats) {
  return formats.zone.parse(wire::text_at(raw, {name})).value_or(Time{});
}

Fields plain_fields(const wire::json::value& raw, const Formats& formats) {
  Fields out;
  if (const auto* object = raw.if_object())
    for (const auto& pair : *object) out[std::string(pair.key())] = read_value(pair.value(), nullptr, {}, formats);
  return out;
}

}  // namespace

Item read_item(const wire::json::value& raw, const ItemRef& ref, int type, const FieldMap& fields,
               const std::string& web_url, const Formats& formats) {
  Item item;
  item.ref = ref;
  item.title = wire::text_at(raw, {"title"});
  item.url = card_url(web_url, type, ref.id);
  item.category = pipeline_of(type, wire::text_at(raw, {"categoryId"}));
  item.stage = wire::text_at(raw, {"stageId"});
  item.moved_at = time_at(raw, "movedTime", formats);
  item.updated_at = time_at(raw, "updatedTime", formats);
  item.moved_by = wire::id_at(raw, {"movedBy"});
  item.updated_by = wire::id_at(raw, {"updatedBy"});
  item.created_by = wire::id_at(raw, {"createdBy"});
  item.assigned_by = wire::id_at(raw, {"assignedById"});
  item.company_id = wire::id_at(raw, {"companyId"});
  const auto currency = wire::text_at(raw, {"currencyId"});
  if (const auto* object = raw.if_object())
    for (const auto& pair : *object) {
      const std::string name(pair.key());
      item.fields[name] = read_value(pair.value(), find_field(fields, name), currency, formats);
    }
  return item;
}

Fields read_company(const wire::json::value& raw, const std::vector<const wire::json::value*>& requisites,
                    const std::string& chosen, const Formats& formats) {
  Fields out = plain_fields(raw, formats);
  const wire::json::value* row = nullptr;
  for (const auto* candidate : requisites) {
    if (wire::text_at(*candidate, {"ID"}) == chosen && !chosen.empty()) {
      row = candidate;
      break;
    }
    const auto older = [&] {
      return wire::integer_at(*candidate, {"ID"}).value_or(0) < wire::integer_at(*row, {"ID"}).value_or(0);
    };
    if (row == nullptr || older()) row = candidate;
  }
  if (row == nullptr) return out;
  if (const auto* object = row->if_object())
    for (const auto& pair : *object) {
      const std::string name(pair.key());
      if (name.starts_with("RQ_")) out["requisite." + text::to_lower_ascii(name.substr(3))] = wire::text(pair.value());
    }
  out["requisite.id"] = wire::text_at(*row, {"ID"});
  for (const char* name : {"RQ_COMPANY_FULL_NAME", "RQ_COMPANY_NAME", "NAME"})
    if (auto known = wire::text_at(*row, {name}); !known.empty()) {
      out["requisite.name"] = std::move(known);
      break;
    }
  return out;
}

Fields read_contact(const wire::json::value& raw, const Formats& formats) {
  Fields out = plain_fields(raw, formats);
  std::vector<std::string> parts;
  for (const char* name : {"lastName", "name", "secondName"})
    if (auto part = wire::text_at(raw, {name}); !part.empty()) parts.push_back(std::move(part));
  out["firstName"] = wire::text_at(raw, {"name"});
  out["name"] = text::join(parts, " ");
  return out;
}

std::string contact_id(const wire::json::value& item) {
  if (auto id = wire::id_at(item, {"contactId"}); !id.empty()) return id;
  return wire::id_at(item, {"contactIds", "0"});
}

std::vector<CrmFile> read_files(const wire::json::value& item, const std::string& field) {
  const auto* raw = wire::find(item, {field});
  return raw ? read_value(*raw, nullptr, {}, Formats()).files() : std::vector<CrmFile>{};
}

}  // namespace sedlink::bitrix24
