#pragma once
// A document's versions as the service tells them. Pure. Source: directum A7.5.
#include <string>
#include <vector>

#include "wire/answer.hpp"

namespace sedlink::directum {

struct Version {
  Version() = default;
  std::int64_t id = 0, number = 0;
  std::string note, extension;  // extension: of the associated application, lower case, no dot
  std::optional<Time> changed;
};
struct Bodies {
  Bodies() = default;
  std::int64_t id = 0;
  std::string name, internal_approval;
  bool locked = false;
  std::optional<bool> has_public;  // of any version; not told: unknown
  bool approved = false;           // the last version carries an approving signature
  std::vector<Version> versions;   // not hidden, by number
};
// Errors: defect rx.type.
[[nodiscard]] Result<Bodies> read_bodies(const Row& document, const TimeZone& zone);

// The name people know: the note of our upload, as long as it fits the type; else the document's name.
[[nodiscard]] std::string file_name(const std::string& note, const std::string& document, const std::string& extension);

}  // namespace sedlink::directum
