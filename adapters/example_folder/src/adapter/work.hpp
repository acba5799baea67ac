#pragma once
// What the port promises, done by blocking requests. Every function is one call of the port on the pool's thread.
//
// Exactly once, without a database: the name of an object is its key. The second create of a key finds the name taken,
// and a rename never replaces; so no crash, race or repetition makes two.
#include <map>

#include "client/requests.hpp"
#include "sedlink/core/domain.hpp"

namespace sedlink::example_folder {

// --- people and counterparties
Result<std::vector<Person>> people(Requests&);
Result<std::vector<Person>> find_person(Requests&, const Reference&);
// The one that answers. Errors: rejected edms.reference.none, edms.reference.several.
Result<Person> resolve_person(Requests&, const Reference&);
Result<Person> resolve_counterparty(Requests&, const Reference&);  // id and name
Result<Reference> ensure_counterparty(Requests&, const std::string& key, Reference, const std::string& title);

// --- documents and their files
Result<std::optional<DocumentRef>> find_document(Requests&, const std::string& key);
Result<DocumentRef> create_document(Requests&, const std::string& key, const DocumentDraft&);
[[nodiscard]] const std::vector<std::string>& document_fields();
[[nodiscard]] const char* document_type();
Result<std::optional<EdmsFileRef>> find_file(Requests&, const DocumentRef&, const SpooledFile&);
Result<EdmsFileRef> attach_file(Requests&, const std::string& key, const DocumentRef&, const SpooledFile&);
Result<EdmsFileRef> add_version(Requests&, const DocumentRef&, const EdmsFileRef&, const SpooledFile&);
Result<bool> has_version(Requests&, const EdmsFileRef&, const SpooledFile&);
Result<std::vector<ResultFile>> latest_files(Requests&, const DocumentRef&);
Result<SpooledFile> fetch(Requests&, const EdmsFileRef&, const std::string& path);

// --- processes
// What polls have read: of a process only the files that have changed are read again. An entry of the disk, by its
// name.
using Remembered = std::map<std::string, std::map<std::string, Entry>>;

class Processes {
 public:
  Processes(Requests& disk, Remembered& remembered, const Clock& clock, std::string user)
      : disk_(disk), remembered_(remembered), clock_(clock), user_(std::move(user)) {}

  Result<std::optional<ProcessRef>> find(const std::string& key, const DocumentRef&);
  Result<ProcessRef> prepare(const std::string& key, const DocumentRef&, const ProcessDraft&);
  Result<void> start(const ProcessRef&);
  Result<Snapshot> look(const ProcessRef&);
  Result<void> decide(const ProcessRef&, const AuthorDecision&, bool again, const std::string& comment);
  Result<void> cancel(const ProcessRef&, const std::string& reason);

 private:
  Requests& disk_;
  Remembered& remembered_;
  const Clock& clock_;
  std::string user_;
};

// Ids come from our store, but they become paths: nothing but a UUID does.
[[nodiscard]] Result<void> check_id(const std::string& id, const std::string& what);
[[nodiscard]] Error not_there(const std::string& what);

}  // namespace sedlink::example_folder
