#include "list_requests.hpp"

#include <algorithm>
#include <array>

#include "documents.hpp"
#include "enumerations.hpp"
#include "files.hpp"
#include "sedlink/core/text.hpp"
#include "task_requests.hpp"
#include "type_table.hpp"

namespace sedlink::sim::onec_docflow {
namespace {

using Names = std::vector<std::string_view>;

// Searchable properties of 5.1; they are also all that a columnSet may name.
Names searchable(std::string_view type) {
  static const Names document = {
      "documentType", "title",        "summary",     "comment",     "regNumber",       "regDate",        "sum",
      "currency",     "organization", "subdivision", "accessLevel", "performanceDate", "activityMatter", "responsible",
      "project",      "status",       "anyDate"};
  Names names;
  if (is_document(type)) names = document;
  const auto add = [&names](std::initializer_list<std::string_view> more) { names.insert(names.end(), more); };
  if (type == "DMInternalDocument") {
    add({"folder", "beginDate", "endDate", "openEnded", "correspondent", "contactPerson", "signer", "author",
         "prolongationProcedure"});
  } else if (type == "DMIncomingDocument") {
    add({"externalNumber", "externalDate", "correspondent", "signer", "addressee", "deliveryMethod"});
  } else if (type == "DMOutgoingDocument") {
    add({"signer", "author", "correspondent"});
  } else if (type == "DMCorrespondent") {
    add({"inn", "kpp", "okpo", "fullName", "comment", "privatePerson", "legalPrivatePerson", "responsible"});
  } else if (type == "DMOrganization") {
    add({"inn", "kpp", "okpo", "fullName", "comment", "legalPrivatePerson", "prefix", "VATpayer"});
  } else if (type == "DMUser") {
    add({"name", "comment", "subdivision"});
  } else if (type == "DMFile") {
    add({"owner", "author", "encrypted", "signed", "size", "creationDate", "modificationDate", "description",
         "extension", "deletionMark"});
  }
  return names;
}

bool contains(const Names& names, std::string_view name) {
  return std::any_of(names.begin(), names.end(), [&](std::string_view n) { return text::iequals_ascii(n, name); });
}

// SQL-like pattern with % and _ over folded text.
bool like(std::string_view pattern, std::string_view value) {
  if (pattern.empty()) return value.empty();
  if (pattern.front() == '%') {
    for (std::size_t i = 0; i <= value.size(); ++i) {
      if (like(pattern.substr(1), value.substr(i))) return true;
    }
    return false;
  }
  if (value.empty()) return false;
  if (pattern.front() == '_') return like(pattern.substr(1), value.substr(text::prefix(value, 1).size()));
  return pattern.front() == value.front() && like(pattern.substr(1), value.substr(1));
}

// -1, 0, 1 of two values.
int compare(std::string_view a, std::string_view b, bool numbers) {
  if (numbers) {
    const double left = std::strtod(std::string(a).c_str(), nullptr);
    const double right = std::strtod(std::string(b).c_str(), nullptr);
    return left < right ? -1 : (left > right ? 1 : 0);
  }
  const std::string left = text::fold(a);
  const std::string right = text::fold(b);
  return left < right ? -1 : (left > right ? 1 : 0);
}

bool holds(std::string_view operation, const std::string& actual, const std::string& wanted, bool numbers = false) {
  if (operation == "LIKE") return like(text::fold(wanted), text::fold(actual));
  const int order = compare(actual, wanted, numbers);
  if (operation == "<>") return order != 0;
  if (operation == ">") return order > 0;
  if (operation == ">=") return order >= 0;
  if (operation == "<") return order < 0;
  if (operation == "<=") return order <= 0;
  return order == 0;  // "=", IN and IN HIERARCHY of one value
}

std::string value_text(const Xdto& value) {
  if (value.type == "DMObjectID") return std::string(value.get("id"));
  return value.ref_id().empty() ? value.text : std::string(value.ref_id());
}

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
    for (const std::string& column : columns_) {
      if (!contains(names_, column)) throw DmError("Поле объекта не обнаружено (" + column + ")");
    }
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
    if (property == "name") {
      if (operation.empty()) return holds("LIKE", object.name, "%" + wanted + "%");
      return holds(operation, object.name, wanted);
    }
    if (property == "anydate") {
      return holds(operation, property_text(object, "regDate"), wanted) ||
             holds(operation, property_text(object, "beginDate"), wanted);
    }
    const bool numbers = value.type == "xs:decimal" || value.type.starts_with("xs:int");
    return holds(operation, property_text(object, property), wanted, numbers);
  }

  Session& session_;
  std::string type_;
  Names names_;
  std::vector<std::string> columns_;
  std::vector<const Xdto*> conditions_;
  bool deleted_too_ = false;
};

void list_files(Session& session, const Xdto& query, std::vector<std::pair<std::string, Xdto>>& into) {
  std::string owner;
  std::string name;
  for (const Xdto* condition : query.all("conditions")) {
    const std::string property = text::to_lower_ascii(condition->get("property"));
    if (property == "owner") {
      owner = text::to_lower_ascii(value_text(*condition->find("value")));
    } else if (property == "name") {
      name = text::fold(condition->get("value"));
    } else if (!contains(searchable("DMFile"), property) && property != "ignoredeletionmark") {
      throw DmError("Неизвестное поле в условии отбора: " + std::string(condition->get("property")));
    }
  }
  for (const File& file : session.base.data.files) {
    if (file.deleted || (!owner.empty() && file.owner.id != owner)) continue;
    if (text::fold(file.name).find(name) == std::string::npos) continue;
    const std::vector<std::string> columns = columns_of(query);
    into.emplace_back(text::fold(file.name), list_item(columns.empty() ? session.objects.reference({"DMFile", file.id})
                                                                       : show_file(session, file, columns)));
  }
}

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
    } else if (type == "DMFile") {
      list_files(session, query, found);
    } else if (is_reference_type(type)) {
      CatalogList(session, type, query).collect(found);
    } else {
      throw DmError("Попытка получить ссылку 1С:Документооборота для неизвестного типа XDTO: " + type);
    }
  }
  if (found.empty() && types.empty())
    throw DmError("Попытка получить ссылку 1С:Документооборота для неизвестного типа XDTO: ");
  std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  const std::string limit(query.get("limit"));
  const std::size_t most = limit.empty() || limit == "0" ? found.size() : std::strtoull(limit.c_str(), nullptr, 10);
  for (std::size_t i = 0; i < found.size() && i < most; ++i) answer.add("items", std::move(found[i].second));
  if (found.size() > most) answer.add("tooManyObjects", true);
  return answer;
}

}  // namespace sedlink::sim::onec_docflow
