#include "translate/versions.hpp"

#include <algorithm>

#include "sedlink/core/text.hpp"

namespace sedlink::directum {
namespace {

Result<Version> read_version(const Row& row, const TimeZone& zone) {
  Version version;
  const auto id = id_of(row);
  const auto number = integer_of(row, "Number");
  const auto note = text_of(row, "Note");
  const auto created = time_of(row, "Created", zone);
  const auto modified = time_of(row, "Modified", zone);
  const auto application = link_of(row, "AssociatedApplication");
  if (!id) return id.error();
  if (!number) return number.error();
  if (!note) return note.error();
  if (!created) return created.error();
  if (!modified) return modified.error();
  if (!application) return application.error();
  version.id = id.value();
  version.number = number.value().value_or(0);
  version.note = note.value();
  version.changed = modified.value() ? modified.value() : created.value();
  if (application.value() != nullptr) {
    const auto extension = text_of(*application.value(), "Extension");
    if (!extension) return extension.error();
    version.extension = text::to_lower_ascii(extension.value());
  }
  return version;
}

}  // namespace

Result<Bodies> read_bodies(const Row& document, const TimeZone& zone) {
  Bodies b;
  const auto id = id_of(document);
  const auto name = text_of(document, "Name");
  const auto state = text_of(document, "InternalApprovalState");
  const auto locked = flag_of(document, "VersionsLocked");
  const auto approved = flag_of(document, "LastVersionApproved");
  const auto shown = flag_of(document, "HasPublicBody");
  const auto versions = rows_of(document, "Versions");
  if (!id) return id.error();
  if (!name) return name.error();
  if (!state) return state.error();
  if (!locked) return locked.error();
  if (!approved) return approved.error();
  if (!shown) return shown.error();
  if (!versions) return versions.error();
  b.id = id.value();
  b.name = name.value();
  b.internal_approval = state.value();
  b.locked = locked.value();
  b.approved = approved.value();
  const auto* told = document.if_contains("HasPublicBody");
  if (told != nullptr && !told->is_null()) b.has_public = shown.value();
  for (const Row* row : versions.value()) {
    const auto hidden = flag_of(*row, "IsHidden");
    if (!hidden) return hidden.error();
    if (hidden.value()) continue;
    auto version = read_version(*row, zone);
    if (!version) return version.error();
    b.versions.push_back(std::move(version).value());
  }
  std::stable_sort(b.versions.begin(), b.versions.end(),
                   [](const Version& a, const Version& c) { return a.number < c.number; });
  return b;
}

std::string file_name(const std::string& note, const std::string& document, const std::string& extension) {
  if (!extension.empty() && text::to_lower_ascii(text::split_file_name(note).extension) == extension) return note;
  return text::safe_name(document) + (extension.empty() ? "" : "." + extension);
}

}  // namespace sedlink::directum
