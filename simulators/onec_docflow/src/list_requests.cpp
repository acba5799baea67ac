#include "list_requests.hpp"

#include <algorithm>
#include <array>

#include "documents.hpp"
#include "enumerations.hpp"
#include "list_conditions.hpp"
#include "sedlink/core/text.hpp"
#include "task_requests.hpp"

namespace sedlink::sim::onec_docflow {
namespace {

std::string property_text(const Object& object, std::string_view property) {
  if (text::iequals_ascii(property, "status")) return current_state(object);
  for (const Member& member : object.fields.members) {
    if (text::iequals_ascii(member.name, property)) return value_text(member.value);
  }
  return {};
}

class CatalogList {
 public:
  CatalogList(Session& session, std::string_view type, const Xdto& query)
      : session_(session), type_(type), names_(searchable(type)) {
    columns_ = columns_of(query);
    check_columns(names_, columns_);
    for (const Xdto* condition : query.all("conditions")) {
      conditions_.push_back(condition);
      const std::string property = text::to_lower_ascii(condition->get("property"));
      if (property == "ignoredeletionmark") deleted_too_ = condition->is_true("value");
      if (!is_special(property) && !contains(names_, property)) {
        throw DmError("Неизвестное поле в условии отбора: " + std::string(condition->get("property")));
      }
    }
  }

  void collect(std::vector<std::pair<std::string, Xdto>>& into) {
    for (const Object& object : session_.base.data.objects) {
      if (object.ref.type != type_ || (object.deleted && !deleted_too_)) continue;
      const bool fits =
          std::all_of(conditions_.begin(), conditions_.end(), [&](const Xdto* c) { return satisfies(object, *c); });
      if (!fits) continue;
      // An empty columnSet of a list means name and objectID only.
      Xdto shown = columns_.empty()     ? session_.objects.reference(object.ref)
                   : is_document(type_) ? show_document(session_, object, columns_)
                                        : session_.objects.show(object, columns_);
      Xdto item = list_item(std::move(shown));
      if (const Xdto* parent = object.fields.find("parent")) {
        item.add("parentID",
                 session_.objects.object_id({std::string(parent->ref_type()), std::string(parent->ref_id())}));
      }
      into.emplace_back(text::fold(object.name), std::move(item));
    }
  }

 private:
  [[nodiscard]] bool is_special(std::string_view property) const {
    static constexpr std::array<std::string_view, 8> special = {
        "name", "parent", "selecteditem", "ignoredeletionmark", "documenttype", "externalobject", "anydate", "status"};
    if (property == "correspondent" && type_ == "DMContactPerson") return true;
    if ((property == "documenttype" || property == "anydate" || property == "status") && !is_document(type_))
      return false;
    return std::find(special.begin(), special.end(), property) != special.end();
  }

  bool satisfies(const Object& object, const Xdto& condition) {
    const std::string property = text::to_lower_ascii(condition.get("property"));
    const Xdto& value = *condition.find("value");
    std::string operation(condition.get("comparisonOperator"));
    if (property == "ignoredeletionmark") return true;
    if (property == "externalobject") {
      const auto links =
          session_.base.data.links_to(session_.caller.node, text::to_lower_ascii(value.get("id")), value.get("type"));
      return std::any_of(links.begin(), links.end(), [&](const Link* link) { return link->object == object.ref; });
    }
    std::string wanted = value_text(value);
    if (property == "selecteditem") return object.ref.id == wanted;
    if (property == "name") return name_holds(operation, object.name, wanted);
    if (property == "anydate") {
      return holds(operation, property_text(object, "regDate"), wanted) ||
             holds(operation, property_text(object, "beginDate"), wanted);
    }
    return holds(operation, property_text(object, property), value);
  }

  Session& session_;
  std::string type_;
  Names names_;
  std::vector<std::string> columns_;
  std::vector<const Xdto*> conditions_;
  bool deleted_too_ = false;
};

void list_enumeration(Session& session, const Enumeration& enumeration,
                      std::vector<std::pair<std::string, Xdto>>& into) {
  for (const EnumerationValue& value : enumeration.values) {
    into.emplace_back(std::string(), list_item(session.objects.enumeration(enumeration.type, value.id)));
  }
}

}  // namespace

Xdto object_list(Session& session, const Xdto& request) {
  Xdto answer("DMGetObjectListResponse");
  const std::string types(request.get("type"));
  if (is_task(types)) {
    list_tasks(session, request, answer);
    return answer;
  }
  if (is_process(types)) {
    list_processes(session, request, answer);
    return answer;
  }
  const Xdto nothing;
  const Xdto& query = request.find("query") != nullptr ? *request.find("query") : nothing;
  std::vector<std::pair<std::string, Xdto>> found;
  for (const std::string& part : text::split(types, ';')) {
    const std::string type(text::trim(part));
    if (type.empty()) continue;
    if (const Enumeration* enumeration = find_enumeration(type)) {
      list_enumeration(session, *enumeration, found);
    } else if (type == "DMFile" || type == "DMFileVersion") {
      list_files(session, type, query, found);
    } else if (session.base.edition.is_reference_type(type)) {
      CatalogList(session, type, query).collect(found);
    } else {
      throw DmError("Попытка получить ссылку 1С:Документооборота для неизвестного типа XDTO: " + type);
    }
  }
  if (found.empty() && types.empty())
    throw DmError("Попытка получить ссылку 1С:Документооборота для неизвестного типа XDTO: ");
  return limited_list(std::move(found), query);
}

Xdto limited_list(ListItems found, const Xdto& query) {
  std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  Xdto answer("DMGetObjectListResponse");
  const std::string limit(query.get("limit"));
  const std::size_t most = limit.empty() || limit == "0" ? found.size() : std::strtoull(limit.c_str(), nullptr, 10);
  for (std::size_t i = 0; i < found.size() && i < most; ++i) answer.add("items", std::move(found[i].second));
  if (found.size() > most) answer.add("tooManyObjects", true);
  return answer;
}

}  // namespace sedlink::sim::onec_docflow
