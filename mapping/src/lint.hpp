#pragma once
// What can be proved about a mapping that has been read without a mistake.
#include "sedlink/config/reader.hpp"
#include "sedlink/mapping/compile.hpp"

namespace sedlink::mapping {

// Each looks at one kind of mistake; `reader` knows the places by path.
void lint_world(const CompiledMapping&, const LintWorld&, config::Reader&);     // connections, capabilities
void lint_document(const CompiledMapping&, const LintWorld&, config::Reader&);  // files, fields, route
void lint_rows(const CompiledMapping&, config::Reader&);                        // shadowed, duplicate, unmapped
void lint_bounces(const CompiledMapping&, config::Reader&);                     // cards that would not come to rest
void lint_templates(const CompiledMapping&, config::Reader&);                   // names used before they have a value
void lint_results(const CompiledMapping&, config::Reader&);                     // fields written and read, folder
void lint_calls(const CompiledMapping&, const LintWorld&, config::Reader&);     // services, keys, names of calls
void lint_deadlines(const CompiledMapping&, config::Reader&);

}  // namespace sedlink::mapping
