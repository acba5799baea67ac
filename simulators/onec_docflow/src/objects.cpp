#include "objects.hpp"

#include <algorithm>
#include <array>

#include "sedlink/core/hash.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::sim::onec_docflow {
namespace {

// Members that the server computes: what a message says about them is not written.
bool is_computed(std::string_view name) {
  static constexpr std::array<std::string_view, 35> names = {"name",
                                                             "objectID",
                                                             "externalObject",
                                                             "externalObjects",
                                                             "files",
                                                             "relations",
                                                             "signatures",
                                                             "enabledProperties",
                                                             "keyPropertiesValue",
                                                             "visas",
                                                             "resolutions",
                                                             "deletionMark",
                                                             "checkRelations",
                                                             "registrationAvailable",
                                                             "statusRegistration",
                                                             "statusApproval",
                                                             "statusConfirmation",
                                                             "statusSigning",
                                                             "statusConsideration",
                                                             "statusPerformance",
                                                             "status",
                                                             "contentAvailable",
                                                             "organizationEnabled",
                                                             "activityMatterEnabled",
                                                             "accessLevelEnabled",
                                                             "filesEnabled",
                                                             "documentTypeEnabled",
                                                             "statusEnabled",
                                                             "statusChangeEnabled",
                                                             "processingState",
                                                             "statusExamination",
                                                             "statusByActionTypeRows",
                                                             "updateSignatures",
                                                             "expressionResultsForAttributes",
                                                             "expressionResultsForTabularSections"};
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_empty_value(std::string_view type, std::string_view text) {
  if (text.empty()) return true;
  if (type == "xs:boolean") return text == "false" || text == "0";
  if (type == "xs:dateTime" || type == "xs:date") return text.starts_with("0001-01-01");
  if (type == "xs:decimal" || type == "xs:integer" || type == "xs:int") {
    return text.find_first_not_of("+-0.") == std::string_view::npos;
  }
  return false;
}

// Who a counterparty is when the message does not say (6.2).
std::string_view person_kind(std::string_view inn) {
  if (inn.empty()) return "ЮрЛицоНеРезидент";
  return inn.size() == 12 ? "ФизЛицо" : "ЮрЛицо";
}

bool same_name(std::string_view a, std::string_view b) { return text::fold(a) == text::fold(b); }

}  // namespace

std::vector<std::string> columns_of(const Xdto& request) {
  std::vector<std::string> columns;
  for (const Xdto* column : request.all("columnSet")) columns.push_back(column->text);
  return columns;
}

bool wants(const std::vector<std::string>& columns, std::string_view column) {
  return columns.empty() || std::any_of(columns.begin(), columns.end(),
                                        [&](const std::string& c) { return text::iequals_ascii(c, column); });
}

std::string adopted_id(Infobase& base, const Xdto& message) {
  const Xdto* external = message.find("externalObject");
  if (external == nullptr) return base.new_id();
  const std::string id = text::to_lower_ascii(external->get("id"));
  if (!uuid::is_valid(id)) {
    if (!base.edition.external_id_must_be_uuid) return base.new_id();
    throw DmError(module_error(2217,
                               "Ошибка при вызове конструктора (УникальныйИдентификатор): "
                               "Неверный формат уникального идентификатора: " +
                                   std::string(external->get("id"))));
  }
  return base.data.uses(id) ? base.new_id() : id;
}

void Objects::store_members(Object& object, const Xdto& message) {
  for (const Member& member : message.members) {
    if (is_computed(member.name)) continue;
    const PropertyRow* row = base_.edition.types.property(object.ref.type, member.name);
    if (row == nullptr) continue;
    Xdto stored = canonical(member.value, row->type);
    if (row->many) {
      if (member.value.nil) continue;
      // The first of a repeated member has replaced the old list.
      const auto earlier = std::find_if(message.members.begin(), message.members.end(),
                                        [&](const Member& m) { return m.name == member.name; });
      if (&*earlier == &member) object.fields.remove(member.name);
      object.fields.add(member.name, std::move(stored));
      continue;
    }
    object.fields.remove(member.name);
    const bool simple = row->type.starts_with("xs:");
    if (stored.nil || (simple && is_empty_value(row->type, stored.text))) continue;
    object.fields.add(member.name, std::move(stored));
  }
}

Object Objects::prepare(const Xdto& message) {
  Object object;
  object.ref = {message.type, adopted_id(base_, message)};
  object.fields = Xdto(message.type);
  object.name = std::string(message.get("name"));
  store_members(object, message);
  if (base_.edition.is_document(message.type) && !object.fields.get("title").empty())
    object.name = object.fields.get("title");
  const bool says_nothing = message.type == "DMCorrespondent" && !object.fields.has("legalPrivatePerson");
  if (says_nothing && base_.edition.enumerations_are_objects) {
    Xdto kind("DMLegalPrivatePerson");
    Xdto& id = kind.add("objectID", Xdto());
    id.add("id", std::string(person_kind(object.fields.get("inn"))));
    id.add("type", "DMLegalPrivatePerson");
    object.fields.add("legalPrivatePerson", std::move(kind));
  }
  return object;
}

Object& Objects::write(Object object, const Xdto& message) {
  const std::string id = object.ref.id;
  Object& written = base_.data.objects.put(id, std::move(object));
  if (const Xdto* external = message.find("externalObject")) add_link(*external, written.ref);
  for (const Xdto* external : message.all("externalObjects")) add_link(*external, written.ref);
  return written;
}

void Objects::update(Object& object, const Xdto& message) {
  store_members(object, message);
  if (base_.edition.is_document(object.ref.type)) {
    if (!object.fields.get("title").empty()) object.name = object.fields.get("title");
  } else if (!message.get("name").empty()) {
    object.name = message.get("name");
  }
  if (const Xdto* external = message.find("externalObject")) add_link(*external, object.ref);
}

void Objects::add_link(const Xdto& external, const Ref& object) {
  Link link{caller_.node, text::to_lower_ascii(external.get("id")), std::string(external.get("type")), object};
  if (link.id.empty()) return;
  for (const Link& known : base_.data.links) {
    if (known.node == link.node && known.id == link.id && known.type == link.type && known.object == object) return;
  }
  base_.data.links.push_back(std::move(link));
}

void Objects::show_links(Xdto& into, const Ref& object) {
  bool first = true;
  for (const Link* link : base_.data.links_of(caller_.node, object)) {
    Xdto external;
    external.add("name", "");
    external.add("id", link->id);
    external.add("type", link->type);
    if (first) into.add("externalObject", external);
    first = false;
    into.add("externalObjects", std::move(external));
  }
}

Xdto Objects::show(const Object& object, const std::vector<std::string>& columns) {
  Xdto shown = reference(object.ref);
  if (columns.empty() || wants(columns, "externalObject") || wants(columns, "externalObjects"))
    show_links(shown, object.ref);
  for (const Member& member : object.fields.members) {
    if (wants(columns, member.name)) shown.add(member.name, present(member.value));
  }
  const bool marks = base_.edition.types.property(object.ref.type, "deletionMark") != nullptr;
  if (object.deleted && marks && wants(columns, "deletionMark")) shown.set("deletionMark", Xdto::simple("true"));
  return shown;
}

// The order of 6.2: INN+KPP, registration number without INN, INN+name when one KPP is empty, KPP+name, INN, name.
Object* Objects::find_correspondent(const Xdto& r) {
  const std::string_view inn = r.get("inn");
  const std::string_view kpp = r.get("kpp");
  const std::string_view number = r.get("registrationNumber");
  const std::string_view name = r.get("name");
  const auto first = [&](auto&& matches) -> Object* {
    for (Object& o : base_.data.objects) {
      if (o.ref.type == "DMCorrespondent" && !o.deleted && matches(o)) return &o;
    }
    return nullptr;
  };
  const auto has = [](const Object& o, std::string_view field, std::string_view value) {
    return o.fields.get(field) == value;
  };
  Object* found = nullptr;
  if (!inn.empty() && !kpp.empty())
    found = first([&](const Object& o) { return has(o, "inn", inn) && has(o, "kpp", kpp); });
  if (found == nullptr && inn.empty() && !number.empty()) {
    found = first([&](const Object& o) { return has(o, "registrationNumber", number); });
  }
  if (found == nullptr && !inn.empty()) {
    found = first([&](const Object& o) {
      return has(o, "inn", inn) && same_name(o.name, name) && (kpp.empty() || o.fields.get("kpp").empty());
    });
  }
  if (found == nullptr && !kpp.empty())
    found = first([&](const Object& o) { return has(o, "kpp", kpp) && same_name(o.name, name); });
  if (found == nullptr && !inn.empty()) found = first([&](const Object& o) { return has(o, "inn", inn); });
  if (found == nullptr && inn.empty()) found = first([&](const Object& o) { return same_name(o.name, name); });
  return found;
}

Ref Objects::resolve_external(const Xdto& r, std::string_view type) {
  const Xdto& external = *r.find("externalObject");
  const std::string id = text::to_lower_ascii(external.get("id"));
  Object* found = nullptr;
  if (!id.empty()) {
    for (const Link* link : base_.data.links_to(caller_.node, id, external.get("type"))) {
      if (link->object.type == type) found = base_.data.object(link->object);
    }
    if (found == nullptr && type == "DMCorrespondent") found = find_correspondent(r);
  }
  if (found == nullptr && (id.empty() || type != "DMCorrespondent")) found = base_.data.by_name(type, r.get("name"));
  if (found != nullptr) {
    if (!id.empty()) update(*found, r);  // fields given overwrite what was found
    return found->ref;
  }
  Xdto message = r;
  message.type = std::string(type);
  if (id.empty()) {
    message.remove("externalObject");
    message.remove("externalObjects");
  }
  return create(message).ref;
}

}  // namespace sedlink::sim::onec_docflow
