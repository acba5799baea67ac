#include "list_3_0.hpp"

#include <algorithm>
#include <array>

#include "document_3_0.hpp"
#include "documents.hpp"
#include "list_conditions.hpp"
#include "sedlink/core/text.hpp"
#include "task_requests.hpp"

namespace sedlink::sim::onec_docflow {
namespace {

// The server's own table; DMDocument, DMCorrespondent and DMMeeting are not in it (5.1).
Names fixed_names(std::string_view type) {
  if (type == "DMEmployee") return {"position", "subdivision", "privatePerson", "beginDate", "endDate", "isActual"};
  if (type == "DMUser") return {"name", "comment", "subdivision"};
  if (type == "DMDocumentType") return {"isIncoming", "isOutgoing", "automaticNumeration"};
  if (type == "DMDocumentTemplate") return {"documentType", "organization", "comment"};
  if (type == "DMContactPerson") return {"correspondent", "position", "comment", "privatePerson"};
  if (type == "DMOrganization" || type == "DMFile" || type == "DMFileVersion") return searchable(type);
  return {};
}

// Attributes of 1C whose names are known; a pair that says otherwise names no field. Others are taken as they are.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> known_attributes = {
    {{"regNumber", "РегистрационныйНомер"},
     {"inn", "ИНН"},
     {"title", "Заголовок"},
     {"sum", "Сумма"},
     {"correspondent", "Контрагент"}}};

void check_pair(std::string_view property, std::string_view attribute) {
  const auto known = std::find_if(known_attributes.begin(), known_attributes.end(),
                                  [&](const auto& pair) { return text::iequals_ascii(pair.first, property); });
  const bool fits = known != known_attributes.end() ? known->second == attribute : !attribute.empty();
  if (!fits) throw DmError("Поле объекта не обнаружено (" + std::string(attribute) + ")");
}

class List {
 public:
  List(Session& session, std::string type, const Xdto& query)
      : session_(session), type_(std::move(type)), names_(fixed_names(type_)), columns_(columns_of(query)) {
    for (const Xdto* pair : query.all("columnConformity")) {
      const std::string_view property = pair->get("xdtoPropertyName");
      check_pair(property, pair->get("dmPropertyName"));
      if (session_.base.edition.types.property(type_, property) != nullptr) names_.push_back(property);
    }
    check_columns(names_, columns_);
    for (const Xdto* condition : query.all("conditions")) {
      conditions_.push_back(condition);
      const std::string property = text::to_lower_ascii(condition->get("property"));
      if (property == "ignoredeletionmark") deleted_too_ = condition->is_true("value");
      if (property == "getalldata") whole_ = condition->is_true("value");
      if (!is_special(property) && !contains(names_, property))
        throw DmError("Неизвестное поле в условии отбора: " + std::string(condition->get("property")));
    }
  }

  void collect(ListItems& into) {
    for (const Object& object : session_.base.data.objects) {
      if (object.ref.type != type_ || (object.deleted && !deleted_too_) || !may_read(session_, object)) continue;
      const bool fits =
          std::all_of(conditions_.begin(), conditions_.end(), [&](const Xdto* c) { return satisfies(object, *c); });
      if (!fits) continue;
      const bool bare = columns_.empty() && !whole_;
      Xdto shown = bare ? session_.objects.reference(object.ref)
                        : show_object_3_0(session_, object, whole_ ? std::vector<std::string>() : columns_);
      Xdto item = list_item(std::move(shown));
      if (const Xdto* parent = object.fields.find("parent"))
        item.add("parentID", session_.objects.object_id({type_, std::string(parent->ref_id())}));
      into.emplace_back(text::fold(object.name), std::move(item));
    }
  }

 private:
  [[nodiscard]] bool is_special(std::string_view property) const {
    static constexpr std::array<std::string_view, 6> always = {"name",           "parent",     "selecteditem",
                                                               "externalobject", "getalldata", "ignoredeletionmark"};
    const bool of_documents = property == "documenttype" || property == "anydate" || property == "status";
    return (of_documents && type_ == "DMDocument") || std::find(always.begin(), always.end(), property) != always.end();
  }

  [[nodiscard]] std::string value_of(const Object& object, std::string_view property) const {
    if (property == "status") return current_state(object);
    for (const Member& member : object.fields.members) {
      if (text::iequals_ascii(member.name, property)) return value_text(member.value);
    }
    return {};
  }

  bool satisfies(const Object& object, const Xdto& condition) {
    const std::string property = text::to_lower_ascii(condition.get("property"));
    const std::string_view operation = condition.get("comparisonOperator");
    const Xdto nothing;
    const Xdto& value = condition.find("value") != nullptr ? *condition.find("value") : nothing;
    if (property == "ignoredeletionmark" || property == "getalldata") return true;
    if (property == "externalobject") {
      const auto links =
          session_.base.data.links_to(session_.caller.node, text::to_lower_ascii(value.get("id")), value.get("type"));
      return std::any_of(links.begin(), links.end(), [&](const Link* link) { return link->object == object.ref; });
    }
    if (property == "selecteditem") return condition_holds(condition, object.ref.id);
    if (property == "name" && condition.all("valueList").empty()) return name_holds(operation, object.name, value.text);
    if (property == "name") return condition_holds(condition, object.name);
    if (property == "anydate")
      return condition_holds(condition, value_of(object, "regDate")) ||
             condition_holds(condition, value_of(object, "beginDate"));
    return condition_holds(condition, value_of(object, property));
  }

  Session& session_;
  std::string type_;
  Names names_;
  std::vector<std::string> columns_;
  std::vector<const Xdto*> conditions_;
  bool deleted_too_ = false, whole_ = false;
};

}  // namespace

Xdto object_list_3_0(Session& session, const Xdto& request) {
  const std::string types(request.get("type"));
  const Xdto nothing;
  const Xdto& query = request.find("query") != nullptr ? *request.find("query") : nothing;
  ListItems found;
  for (const std::string& part : text::split(types, ';')) {
    const std::string type(text::trim(part));
    if (type.empty() && types.find(';') != std::string::npos) continue;
    if (type == "DMFile" || type == "DMFileVersion") {
      list_files(session, type, query, found);
    } else if (session.base.edition.is_reference_type(type)) {
      List(session, type, query).collect(found);
    } else {
      throw DmError("Попытка получить ссылку 1С:Документооборота для неизвестного типа XDTO: " + type);
    }
  }
  return limited_list(std::move(found), query);
}

}  // namespace sedlink::sim::onec_docflow
