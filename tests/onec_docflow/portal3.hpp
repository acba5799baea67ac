#pragma once
// Answers of edition 3.0, written by hand from the protocol page (onec-docflow 9) and judged by its schema.
#include <map>
#include <string>
#include <vector>

#include "scripted_service.hpp"

namespace sedlink::onec_docflow::test {

inline constexpr const char* version3 = "3.0.16.33.CORP";
inline constexpr const char* processing_id = "9a000000-6a1c-11ee-8f01-00155d000001";
inline constexpr const char* action_id = "9b000000-6a1c-11ee-8f01-00155d000001";
inline constexpr const char* employee_id = "9c000000-1111-11e9-80c1-00155d000001";

// A row of the tree: an approver.
struct Person3 {
  Person3() = default;
  std::string name, state, result, comment, date = "0001-01-01T00:00:00", due;
};
[[nodiscard]] std::string person_row(const Person3&);
// A row of an action with its people.
[[nodiscard]] std::string action_row(const std::string& type, const std::string& name, const std::string& state,
                                     const std::string& result, const std::vector<Person3>& people,
                                     const std::string& extra_flags = {});

// One document and its processing, as 1C would tell of them.
struct Document3 {
  Document3() = default;
  bool present = false;  // objectProcessing
  std::string processing = processing_id, state, rows, started = "0001-01-01T00:00:00";
  std::string ended, interrupted, reason;  // of a termination
  std::string document_fields;             // elements of the retrieved document, in the order of the schema
  bool readable = true;
};

// A small 3.0 that knows documents; orders change what a test says they change.
class Portal3 {
 public:
  std::map<std::string, Document3> documents;
  std::map<std::string, std::string> links;  // external id -> document
  // What an order does: by request type. Returning text answers with it instead of an empty success.
  std::function<std::string(const Element&)> on_order;
  std::map<std::string, std::vector<std::pair<std::string, std::string>>> lists;  // type -> {id, name}
  std::function<std::string(const Element&)> other;                               // requests this portal does not know

  std::string operator()(const Element& request);

 private:
  std::string current(const Document3&) const;
};

[[nodiscard]] DocumentRef document3(const std::string& id = document_id);
[[nodiscard]] ProcessRef process3(const std::string& document = document_id,
                                  const std::string& processing = processing_id);

}  // namespace sedlink::onec_docflow::test
