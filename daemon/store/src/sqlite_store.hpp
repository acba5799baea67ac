#pragma once
// The embedded store: one writer thread with group commit, a few reader threads, one file.
#include <atomic>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "connection.hpp"
#include "job_queue.hpp"
#include "store_file.hpp"

namespace sedlink::store {

class SqliteStore final : public Store {
 public:
  // `lock` is held, the file is migrated. Throws what current_error() understands.
  SqliteStore(StoreOptions options, Logger& logger, std::unique_ptr<FileLock> lock, std::unique_ptr<Connection> writer);
  ~SqliteStore() override;

  [[nodiscard]] StoreStats stats() const override;
  void close() override;

 protected:
  Task<void> write_unit(std::function<Result<void>(Tx&)> unit) override;
  Task<void> read_unit(std::function<Result<void>(Tx&)> unit) override;

 private:
  void write_loop();
  void read_loop(Connection& connection);
  void report(const std::vector<Result<void>>& results);

  const StoreOptions options_;
  Logger& logger_;
  std::unique_ptr<FileLock> lock_;
  std::unique_ptr<Connection> writer_;
  std::vector<std::unique_ptr<Connection>> readers_;
  JobQueue writes_;
  JobQueue reads_;
  std::vector<std::thread> threads_;
  std::once_flag closed_;
  std::atomic<std::uint64_t> units_{0};
  std::atomic<std::uint64_t> commits_{0};
  std::atomic<std::uint64_t> failures_{0};
  bool complained_ = false;  // writer thread only: one log line per trouble, not one per unit
};

}  // namespace sedlink::store
