#include "sqlite_store.hpp"

#include "group.hpp"
#include "offload.hpp"
#include "schema.hpp"
#include "statement.hpp"
#include "tx.hpp"

namespace sedlink::store {
namespace {

void check_integrity(soci::session& sql) {
  const std::string verdict = query_one<std::string>(sql, "pragma quick_check(1)").value_or("no answer");
  if (verdict == "ok") return;
  throw StoreException(
      Error{Fault::rejected, Audience::admin, "store.corrupt",
            "Файл хранилища повреждён: восстановите его из резервной копии / the store's file is corrupt", verdict});
}

// What a daemon that died held in its hands: read again; look before repeating.
void recover(Connection& connection, Logger& logger) {
  connection.begin();
  const std::int64_t unread = execute(connection.session(), "update inbox set status = 1 where status = 2");
  const std::int64_t doubtful =
      execute(connection.session(), "update effects set status = 1, doubtful = 1 where status = 2");
  connection.commit();
  if (unread + doubtful > 0) logger.warning("store.recovered", {{"unread", unread}, {"doubtful_effects", doubtful}});
}

Error with_path(Error error, const std::filesystem::path& file) {
  if (error.message.find(file.string()) == std::string::npos) error.message += " (" + file.string() + ")";
  return error;
}

}  // namespace

Result<std::unique_ptr<Store>> Store::open(StoreOptions options, Logger& logger) {
  if (options.file.string().find('"') != std::string::npos || options.file.empty())
    return Error{Fault::rejected, Audience::admin, "store.read_only",
                 "Недопустимое имя файла хранилища / bad file name", options.file.string()};
  if (Result<void> prepared = prepare_file(options.file); prepared.has_error()) return prepared.error();
  auto lock = std::make_unique<FileLock>();
  if (Result<void> locked = lock->acquire(options.file); locked.has_error()) return locked.error();
  const std::filesystem::path file = options.file;
  try {
    auto writer = std::make_unique<Connection>(file, Connection::Mode::write);
    check_integrity(writer->session());
    migrate(writer->session(), SystemClock().now());
    recover(*writer, logger);
    return std::unique_ptr<Store>(
        std::make_unique<SqliteStore>(std::move(options), logger, std::move(lock), std::move(writer)));
  } catch (...) { return with_path(current_error(), file); }
}

SqliteStore::SqliteStore(StoreOptions options, Logger& logger, std::unique_ptr<FileLock> lock,
                         std::unique_ptr<Connection> writer)
    : options_(std::move(options)),
      logger_(logger),
      lock_(std::move(lock)),
      writer_(std::move(writer)),
      writes_(options_.max_queue),
      reads_(options_.max_queue) {
  for (std::size_t i = 0; i < std::max<std::size_t>(options_.readers, 1); ++i)
    readers_.push_back(std::make_unique<Connection>(options_.file, Connection::Mode::read));
  threads_.emplace_back([this] { write_loop(); });
  for (const auto& reader : readers_) threads_.emplace_back([this, &connection = *reader] { read_loop(connection); });
}

SqliteStore::~SqliteStore() { close(); }

StoreStats SqliteStore::stats() const {
  StoreStats out;
  out.units = units_.load(std::memory_order_relaxed);
  out.commits = commits_.load(std::memory_order_relaxed);
  out.failures = failures_.load(std::memory_order_relaxed);
  return out;
}

void SqliteStore::close() {
  std::call_once(closed_, [this] {
    writes_.close();
    reads_.close();
    for (std::thread& thread : threads_) thread.join();
    readers_.clear();
    writer_.reset();  // the last connection: SQLite folds the log into the database
    lock_->release();
  });
}

Task<void> SqliteStore::write_unit(std::function<Result<void>(Tx&)> unit) { return offload(writes_, std::move(unit)); }
Task<void> SqliteStore::read_unit(std::function<Result<void>(Tx&)> unit) { return offload(reads_, std::move(unit)); }

void SqliteStore::write_loop() {
  for (;;) {
    const std::vector<Job> jobs = writes_.pop(std::max<std::size_t>(options_.max_group, 1));
    if (jobs.empty()) return;
    GroupResult group = run_group(*writer_, jobs);
    units_ += jobs.size();
    if (group.committed) ++commits_;
    report(group.units);
    for (std::size_t i = 0; i < jobs.size(); ++i) jobs[i].done(std::move(group.units[i]));
  }
}

void SqliteStore::report(const std::vector<Result<void>>& results) {
  bool trouble = false;
  bool success = false;
  for (const Result<void>& result : results) {
    if (result.has_value()) {
      success = true;
      continue;
    }
    ++failures_;
    const std::string& code = result.error().code;
    if (code != "store.full" && code != "store.io" && code != "store.read_only" && code != "store.corrupt") continue;
    trouble = true;
    if (!complained_) logger_.error("store.trouble", {{"error", describe(result.error())}});
    complained_ = true;
  }
  if (complained_ && success && !trouble) {
    complained_ = false;
    logger_.info("store.well_again");
  }
}

void SqliteStore::read_loop(Connection& connection) {
  for (;;) {
    const std::vector<Job> jobs = reads_.pop(1);
    if (jobs.empty()) return;
    // One transaction = one snapshot: what a unit reads first and last belongs together.
    Result<void> result = guarded([&] {
      connection.begin();
      SqliteTx tx(connection.session());
      Result<void> answer = jobs.front().unit(tx);
      connection.commit();
      return answer;
    });
    connection.rollback();  // nothing after a commit
    if (result.has_error() && result.error().code == "store.read_only") {
      // Not the disk: a unit tried to write through read().
      result = Error{Fault::defect, Audience::developer, "store.sql", "a read unit tried to write",
                     result.error().vendor_code};
    }
    jobs.front().done(std::move(result));
  }
}

}  // namespace sedlink::store
