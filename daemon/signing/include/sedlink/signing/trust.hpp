#pragma once
// An entry of the config's section `trust` as what verification takes: bytes of files, read again when they change.
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "sedlink/config/trust.hpp"
#include "sedlink/signature/backend.hpp"

namespace sedlink::signing {

class Trust {
 public:
  explicit Trust(config::TrustPolicy policy) : policy_(std::move(policy)) {}

  struct Loaded {
    Loaded() = default;
    signature::Policy policy;  // without `now`
    std::vector<std::string>
        unread;  // Russian: which files could not be read and why; a verdict must not be valid then
  };
  // Reads what changed since the last call (by inode, size and time of change), so that a fresh CRL needs no restart.
  // Blocks on the disk. Thread-safe.
  [[nodiscard]] Loaded load();
  [[nodiscard]] const config::TrustPolicy& policy() const noexcept { return policy_; }

 private:
  struct File {
    File() = default;
    std::uint64_t inode = 0, size = 0;
    std::int64_t changed = 0;  // nanoseconds
    std::string bytes;
  };
  void add(const std::vector<std::filesystem::path>& paths, std::vector<std::string>& out, Loaded& loaded);

  const config::TrustPolicy policy_;
  std::mutex mutex_;
  std::map<std::filesystem::path, File> files_;
};

}  // namespace sedlink::signing
