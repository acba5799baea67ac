#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sedlink/config/finding.hpp"
#include "sedlink/mapping/model.hpp"

namespace sedlink::mapping {

// What the linter may know about the world around the file. Everything empty = a file judged alone.
struct LintWorld {
  std::vector<std::string> connections;  // names of the config
  // connection -> its type and side ("crm" | "edms"); used to check crm:/edms:
  std::vector<std::pair<std::string, std::string>> sides;
  std::vector<std::string>
      document_fields;  // neutral names the EDMS adapter publishes; empty = the language's own list
  std::vector<std::string> document_types, process_kinds;
  bool resubmit = true, cancel = true, set_due = true;  // capabilities of the EDMS
};

struct CompileResult {
  MappingPtr mapping;  // null when there is an error
  std::vector<config::Finding> findings;
  config::Places places;  // "process.template", "launch.entity", …
};

// Pure: text in, findings or a compiled mapping out.
[[nodiscard]] CompileResult compile(const std::string& text, const std::string& file, const LintWorld&);

// Findings across files: duplicate ids, two mappings launched by one stage.
[[nodiscard]] std::vector<config::Finding> check_together(const std::vector<MappingPtr>&);

// Markdown tables of every key, neutral field name, template name and filter, from the tables that parse.
[[nodiscard]] std::string mapping_reference();
// JSON Schema (draft 2020-12) for editors, from the same tables.
[[nodiscard]] std::string mapping_schema();

}  // namespace sedlink::mapping
