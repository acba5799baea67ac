#pragma once
// Files on their way, on disk: bytes never live in memory whole. Content files are named by their SHA-256.
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "sedlink/core/domain.hpp"

namespace sedlink::engine {

class Spool {
 public:
  Spool(std::filesystem::path folder, std::uint64_t quota) : folder_(std::move(folder)), quota_(quota) {}
  // Creates the folder. Error: rejected spool.folder.
  Result<void> prepare();
  // Room for a file that is about to come: `size` bytes, or at most `bound` when the size is not known (0). Removes
  // contents nobody holds, oldest first, when there is none: whoever needs one later reads it from its source again.
  // Keep the reservation until the file is there. Errors: transient spool.full when the quota is used up; rejected
  // spool.quota when a file of that size never fits.
  struct Reservation {
    Reservation() = default;
    std::shared_ptr<void> held;
  };
  [[nodiscard]] Result<Reservation> reserve(std::uint64_t size, std::uint64_t bound);
  // A path for bytes that are on their way; the same name replaces an earlier, broken attempt.
  [[nodiscard]] std::string incoming(const std::string& key) const;
  // Removes what an attempt that failed has left at such a path: the next one begins anew.
  void discard(const std::string& path) const;
  // Moves a complete file to its content name. `file.path` becomes the new place. Error: rejected spool.quota when a
  // file that came without a size was larger than everything; it is removed.
  Result<SpooledFile> keep(SpooledFile file) const;
  [[nodiscard]] std::optional<SpooledFile> find(const std::string& sha256, const std::string& name,
                                                std::uint64_t size) const;
  Result<SpooledFile> store(const std::string& bytes, const std::string& name) const;
  // Files untouched for `age` go. Returns how many went.
  std::size_t clean(std::chrono::minutes age) const;
  [[nodiscard]] std::uint64_t used() const;
  // While it lives, reserve() leaves the content alone.
  [[nodiscard]] std::shared_ptr<void> hold(const std::string& sha256);

 private:
  Result<SpooledFile> place(SpooledFile file) const;
  [[nodiscard]] Error never_fits(std::uint64_t size) const;
  std::uint64_t make_room(std::uint64_t used, std::uint64_t wanted) const;
  std::filesystem::path folder_;
  std::uint64_t quota_;
  std::map<std::string, std::weak_ptr<void>> held_;
  std::shared_ptr<std::uint64_t> reserved_ = std::make_shared<std::uint64_t>(0);  // bytes
  std::filesystem::file_time_type cleaned_{};
};

}  // namespace sedlink::engine
