#pragma once
// What conditions of DMObjectListQuery mean (onec-docflow 5.1).
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "session.hpp"

namespace sedlink::sim::onec_docflow {

using Names = std::vector<std::string_view>;

// Searchable properties of a type; they are also all that a columnSet may name.
Names searchable(std::string_view type);
bool contains(const Names& names, std::string_view name);  // ignores case
// Throws DmError for a column that the list does not know.
void check_columns(const Names& names, const std::vector<std::string>& columns);

// Whether `actual` stands in the relation to a condition's value. Numbers and booleans compare by the type of the
// value.
bool holds(std::string_view operation, const std::string& actual, const Xdto& value);
bool holds(std::string_view operation, const std::string& actual, const std::string& wanted, bool numbers = false);
// `name` without operator means "contains".
bool name_holds(std::string_view operation, const std::string& name, const std::string& wanted);
// A whole condition of 3.0: `value`, or any of `valueList`; neither means an empty value.
bool condition_holds(const Xdto& condition, const std::string& actual);
// Text of a condition's value or of a member: the id of a reference.
std::string value_text(const Xdto& value);

// Items of a list, with what they are ordered by.
using ListItems = std::vector<std::pair<std::string, Xdto>>;
// DMGetObjectListResponse: ordered, cut at the query's limit.
Xdto limited_list(ListItems found, const Xdto& query);
// DMFile and DMFileVersion (file_list.cpp).
void list_files(Session& session, const std::string& type, const Xdto& query, ListItems& into);

}  // namespace sedlink::sim::onec_docflow
