// Answers of the integration service and of the customer-side module: whatever comes is read or refused, and what was
// read makes a snapshot whose end is told only where the task has ended.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "client/classify.hpp"
#include "sedlink/core/text.hpp"
#include "translate/snapshot.hpp"
#include "translate/versions.hpp"
#include "wire/answer.hpp"
#include "wire/signatures.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace rx = sedlink::directum;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  static const sedlink::TimeZone zone = sedlink::TimeZone::find("Europe/Moscow").value();
  const std::string words = rx::error_text(bytes);
  if (!sedlink::text::is_valid_utf8(words) || sedlink::text::code_points(words) > 500) std::abort();
  (void)rx::http_error(400, bytes, rx::Effect::write, rx::Target::entity, "IContracts(1)");
  if (const auto token = rx::read_token(bytes); token && token.value().find('\n') != std::string::npos) std::abort();
  (void)rx::read_created_id(200, bytes);
  (void)rx::read_value(200, bytes);
  (void)rx::read_signatures(bytes, zone);
  const auto page = rx::read_collection(200, bytes);
  if (!page) return 0;
  rx::SnapshotParts parts;
  parts.ref.type = "IApprovalTasks";
  for (const rx::Row& row : page.value().rows) {
    (void)rx::read_bodies(row, zone);
    if (auto task = rx::read_task(row, zone)) parts.task = task.value();
    if (auto document = rx::read_document(row, zone)) parts.document = document.value();
    if (auto assignment = rx::read_assignment(row, zone)) parts.assignments.push_back(assignment.value());
  }
  const sedlink::Snapshot snapshot = rx::build_snapshot(parts);
  const bool over = parts.task.status == "Completed" || parts.task.status == "Aborted";
  if (snapshot.outcome.has_value() != over) std::abort();
  return 0;
}
