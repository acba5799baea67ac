#include "list_conditions.hpp"

#include <algorithm>

#include "sedlink/core/text.hpp"

namespace sedlink::sim::onec_docflow {
namespace {

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

}  // namespace

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
  } else if (type == "DMFileVersion") {
    add({"owner", "author", "size", "creationDate", "modificationDate", "extension", "comment", "deletionMark"});
  }
  return names;
}

bool contains(const Names& names, std::string_view name) {
  return std::any_of(names.begin(), names.end(), [&](std::string_view n) { return text::iequals_ascii(n, name); });
}

void check_columns(const Names& names, const std::vector<std::string>& columns) {
  for (const std::string& column : columns) {
    if (!contains(names, column)) throw DmError("Поле объекта не обнаружено (" + column + ")");
  }
}

bool holds(std::string_view operation, const std::string& actual, const std::string& wanted, bool numbers) {
  if (operation == "LIKE") return like(text::fold(wanted), text::fold(actual));
  const int order = compare(actual, wanted, numbers);
  if (operation == "<>") return order != 0;
  if (operation == ">") return order > 0;
  if (operation == ">=") return order >= 0;
  if (operation == "<") return order < 0;
  if (operation == "<=") return order <= 0;
  return order == 0;  // "=", IN and IN HIERARCHY of one value
}

bool holds(std::string_view operation, const std::string& actual, const Xdto& value) {
  if (value.type == "xs:boolean") {
    const bool is = actual == "true" || actual == "1";
    const bool wanted = value.text == "true" || value.text == "1";
    return operation == "<>" ? is != wanted : is == wanted;
  }
  const bool numbers = value.type == "xs:decimal" || value.type.starts_with("xs:int");
  return holds(operation, actual, value_text(value), numbers);
}

bool name_holds(std::string_view operation, const std::string& name, const std::string& wanted) {
  return operation.empty() ? holds("LIKE", name, "%" + wanted + "%") : holds(operation, name, wanted);
}

bool condition_holds(const Xdto& condition, const std::string& actual) {
  const std::string_view operation = condition.get("comparisonOperator");
  const std::vector<const Xdto*> several = condition.all("valueList");
  if (!several.empty()) {
    const bool any = std::any_of(several.begin(), several.end(), [&](const Xdto* v) { return holds("=", actual, *v); });
    return operation == "<>" ? !any : any;
  }
  const Xdto* value = condition.find("value");
  return value != nullptr ? holds(operation, actual, *value) : holds(operation, actual, std::string());
}

std::string value_text(const Xdto& value) {
  if (value.type == "DMObjectID") return std::string(value.get("id"));
  return value.ref_id().empty() ? value.text : std::string(value.ref_id());
}

}  // namespace sedlink::sim::onec_docflow
