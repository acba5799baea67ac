#pragma once
// Files on their way, on disk: bytes never live in memory whole. Content files are named by their SHA-256.
#include <filesystem>
#include <optional>
#include <string>

#include "sedlink/core/domain.hpp"

namespace sedlink::engine {

class Spool {
 public:
  Spool(std::filesystem::path folder, std::uint64_t quota) : folder_(std::move(folder)), quota_(quota) {}
  // Creates the folder. Error: rejected spool.folder.
  Result<void> prepare();
  // transient spool.full when the quota is used up even after what nobody has touched for an hour has gone: a file that
  // is asked for again is read again.
  [[nodiscard]] Result<void> room() const;
  // A path for bytes that are on their way; the same name replaces an earlier, broken attempt.
  [[nodiscard]] std::string incoming(const std::string& key) const;
  // Moves a complete file to its content name. `file.path` becomes the new place.
  Result<SpooledFile> keep(SpooledFile file) const;
  [[nodiscard]] std::optional<SpooledFile> find(const std::string& sha256, const std::string& name,
                                                std::uint64_t size) const;
  Result<SpooledFile> store(const std::string& bytes, const std::string& name) const;
  // Files untouched for `age` go. Returns how many went.
  std::size_t clean(std::chrono::minutes age) const;
  [[nodiscard]] std::uint64_t used() const;

 private:
  std::filesystem::path folder_;
  std::uint64_t quota_;
};

}  // namespace sedlink::engine
