#include <algorithm>

#include "files.hpp"
#include "list_conditions.hpp"
#include "sedlink/core/text.hpp"
#include "task_requests.hpp"

namespace sedlink::sim::onec_docflow {
namespace {

// Conditions are judged by what the full object shows.
bool satisfies(const Xdto& shown, const Xdto& condition) {
  const std::string property = text::to_lower_ascii(condition.get("property"));
  static const Xdto nothing;
  const Xdto& value = condition.find("value") != nullptr ? *condition.find("value") : nothing;
  const std::string_view operation = condition.get("comparisonOperator");
  if (property == "ignoredeletionmark") return true;
  if (property == "name") return name_holds(operation, std::string(shown.get("name")), value.text);
  if (property == "selecteditem") return shown.ref_id() == value_text(value);
  for (const Member& member : shown.members) {
    if (text::iequals_ascii(member.name, property)) return condition_holds(condition, value_text(member.value));
  }
  return condition_holds(condition, "");
}

}  // namespace

void list_files(Session& session, const std::string& type, const Xdto& query, ListItems& into) {
  const Names names = searchable(type);
  const std::vector<std::string> columns = columns_of(query);
  check_columns(names, columns);
  const std::vector<const Xdto*> conditions = query.all("conditions");
  bool deleted_too = false;
  for (const Xdto* condition : conditions) {
    const std::string property = text::to_lower_ascii(condition->get("property"));
    if (property == "ignoredeletionmark") deleted_too = condition->is_true("value");
    const bool special = property == "name" || property == "selecteditem" || property == "ignoredeletionmark";
    if (!special && !contains(names, property)) {
      throw DmError("Неизвестное поле в условии отбора: " + std::string(condition->get("property")));
    }
  }
  const auto consider = [&](const Xdto& whole, Xdto wanted) {
    const bool fits =
        std::all_of(conditions.begin(), conditions.end(), [&](const Xdto* c) { return satisfies(whole, *c); });
    if (fits) into.emplace_back(text::fold(whole.get("name")), list_item(std::move(wanted)));
  };
  // An empty columnSet of a list means name and objectID only: a column that no object has gives just those.
  const std::vector<std::string> shown = columns.empty() ? std::vector<std::string>{"name"} : columns;
  for (const File& file : session.base.data.files) {
    if (file.deleted && !deleted_too) continue;
    if (type == "DMFile") {
      consider(show_file(session, file, {}), show_file(session, file, shown));
      continue;
    }
    for (const FileVersion& version : file.versions) {
      consider(show_version(session, file, version, {}), show_version(session, file, version, shown));
    }
  }
}

}  // namespace sedlink::sim::onec_docflow
