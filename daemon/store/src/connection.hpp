#pragma once
// One SQLite connection with the store's settings, and its errors as ours.
#include <filesystem>
#include <functional>
#include <memory>

#include "sedlink/store/store.hpp"

namespace soci {
class session;
}

namespace sedlink::store {

class Connection {
 public:
  enum class Mode { write = 1, read };
  // Throws what classify() understands. The file exists already.
  Connection(const std::filesystem::path& file, Mode mode);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  [[nodiscard]] soci::session& session() noexcept { return *session_; }
  // False when SQLite has rolled back by itself (full disk, I/O error).
  [[nodiscard]] bool in_transaction() const;
  void begin();  // BEGIN IMMEDIATE for writers: a deferred one would fail at once at its first write, timeout or not
  void commit();
  void rollback() noexcept;  // quiet: it runs when something worse is being reported
  void savepoint();
  void release_savepoint();
  void rollback_to_savepoint();

 private:
  void run(const char* sql);
  Mode mode_;
  std::unique_ptr<soci::session> session_;
};

// Inside a catch block: the exception in flight as an Error.
[[nodiscard]] Error current_error();
// Runs `unit`; what it throws becomes its Error.
[[nodiscard]] Result<void> guarded(const std::function<Result<void>()>& unit);

}  // namespace sedlink::store
