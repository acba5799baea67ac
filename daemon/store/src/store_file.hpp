#pragma once
// The store's file before SQLite sees it: it exists, may be written, and nobody else has it.
#include <filesystem>

#include "sedlink/core/error.hpp"

namespace sedlink::store {

// flock on "<file>-lock", beside the database: SQLite's own locks live on the database itself and let two daemons in.
// Freed by the kernel when the process dies.
class FileLock {
 public:
  FileLock() = default;
  ~FileLock() { release(); }
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  // Errors: rejected store.locked (names the holder's pid), store.read_only; transient store.full.
  Result<void> acquire(const std::filesystem::path& database);
  void release() noexcept;

 private:
  int fd_ = -1;
};

// Makes the folder and an empty file (mode 0640: the payloads are people's data) when they are missing.
// Errors: rejected store.read_only with the path and the system's reason; transient store.full.
[[nodiscard]] Result<void> prepare_file(const std::filesystem::path& database);

}  // namespace sedlink::store
