#pragma once
// The mappings in force, and old revisions that running instances are pinned to. Thread-safe: read on the store's
// threads.
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "sedlink/mapping/model.hpp"
#include "sedlink/store/store.hpp"

namespace sedlink::engine {

class Catalog {
 public:
  Catalog(std::vector<mapping::MappingPtr> current, std::function<mapping::MappingPtr(const std::string&)> recompile)
      : current_(std::move(current)), recompile_(std::move(recompile)) {
    for (const auto& m : current_) by_revision_[m->revision] = m;
  }
  [[nodiscard]] const std::vector<mapping::MappingPtr>& current() const noexcept { return current_; }
  [[nodiscard]] mapping::MappingPtr find(const std::string& id) const;
  // Those launched by items of this connection and entity.
  [[nodiscard]] std::vector<mapping::MappingPtr> of_entity(const std::string& crm, const std::string& entity) const;
  // The revision an instance began with; the current one of that id when the stored text no longer compiles.
  [[nodiscard]] mapping::MappingPtr revision(const std::string& revision, const std::string& id, store::Tx& tx);
  // The same, inside a unit that writes: an alarm tells of a revision that had to be replaced, and ends once it
  // compiles again (by a newer version of ours).
  [[nodiscard]] mapping::MappingPtr pinned(const std::string& revision, const std::string& id, store::Tx& tx, Time now);

 private:
  std::vector<mapping::MappingPtr> current_;
  std::function<mapping::MappingPtr(const std::string&)> recompile_;
  std::mutex mutex_;
  std::map<std::string, mapping::MappingPtr> by_revision_;  // null: its text is gone or no longer compiles
  std::set<std::string> sound_;                             // revisions without an alarm
};

// "contracts|dynamic:1036|10|DT1036_10:PREPARATION": what an activation time belongs to.
[[nodiscard]] std::string activation_scope(const mapping::CompiledMapping&);

}  // namespace sedlink::engine
