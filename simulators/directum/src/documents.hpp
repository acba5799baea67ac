#pragma once
// What the server does with documents (directum.md A7.3, A7.5).
#include "installation.hpp"

namespace sedlink::sim::directum {

// Before the posted properties: what the card is filled with.
void begin_document(Installation& base, Entity& document, const Caller& caller);
// After a change by a client or a person: the name, numbering, required properties, life cycle, Modified. `created`:
// for the first time. Throws Refusal.
void save_document(Installation& base, Entity& document, bool created);
// Fills what a version has from its beginning; its document is touched.
void begin_version(Installation& base, Entity& document, Entity& version, const Caller& caller);
// Puts a body (Body or PublicBody) into a version; version and document are touched.
void set_body(Installation& base, Entity& document, Entity& version, std::string_view property, ContentPtr content);
// The visible version with the largest number; null when there is none.
[[nodiscard]] Entity* last_version(const Entity& document);
// Gives the last version its PDF representation; false when it has no body.
bool convert_to_pdf(Installation& base, Entity& document);
void register_document(Installation& base, Entity& document, Entity& journal, std::optional<Time> date,
                       std::string number, bool reserve);
// Sets InternalApprovalState as the rules of approval allow and moves the life cycle; touches the document when it
// changed.
void set_approval_state(Installation& base, Entity& document, const std::string& state);
// What a signature is given.
struct Signing {
  std::string_view type = "Approval";  // or Endorsing, NotEndorsing
  const Entity* by = nullptr;
  std::string comment;
  bool certificate = false;
};
// A signature of the last version; throws Refusal when there is none.
void sign_document(Installation& base, Entity& document, const Signing& signing);
// The same without a trace in the document's card: what approvers leave. Nothing without a version.
void leave_signature(Installation& base, const Entity& document, const Signing& signing);
// Throws Refusal when the caller may not change it now: 403 without rights, 400 while somebody has it open.
void check_changeable(const Installation& base, const Entity& document);

}  // namespace sedlink::sim::directum
