#pragma once
// Intended changes of a CRM, as values. The state machine emits them, a CRM adapter carries them out.
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sedlink/core/domain.hpp"

namespace sedlink {

// Moves the card if it stands on one of `expected`; otherwise leaves it alone (Receipt::moved = false + where it is).
// A card that already stands on `to` is success with moved = false, stage = to.
struct MoveStage {
  MoveStage() = default;
  ItemRef item;
  std::vector<std::string> expected;
  std::string to;
};
// Values are formatted by the field's type. Only the named fields are written. Idempotent.
struct SetFields {
  SetFields() = default;
  ItemRef item;
  Fields fields;  // a null value clears
};
struct Comment {
  Comment() = default;
  ItemRef item;
  std::string text;  // plain text of ours and of the EDMS: the adapter escapes markup
};
struct Notify {
  Notify() = default;
  std::string user_id, text;
  ItemRef item;  // for the link
};
struct CreateTask {
  CreateTask() = default;
  ItemRef item;
  std::string title, description, responsible_id, creator_id;
  std::vector<std::string> checklist;
  std::optional<Time> due;
};
// Folder path below the portal's shared disk, created when missing. Receipt::id = folder id.
// `company_id` and `company_tag` (ИНН) keep two companies of one name apart at segment `company_segment` (-1 = none).
struct EnsureFolder {
  EnsureFolder() = default;
  std::vector<std::string> path;
  int company_segment = -1;
  std::string company_id, company_tag;
};

using CrmAction = std::variant<MoveStage, SetFields, Comment, Notify, CreateTask, EnsureFolder>;

// ---- where a file goes ----------------------------------------------------------------------------------------------

struct FieldTarget {
  FieldTarget() = default;
  ItemRef item;
  std::string field;
};
struct FolderTarget {
  FolderTarget() = default;
  std::string folder_id;
};
struct TimelineTarget {
  TimelineTarget() = default;
  ItemRef item;
  std::string text;
};
using FileTarget = std::variant<FieldTarget, FolderTarget, TimelineTarget>;

}  // namespace sedlink
