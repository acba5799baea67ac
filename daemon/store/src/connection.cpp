// The one place that sees SOCI's SQLite header: it hides sqlite3.h in a namespace of its own, so nothing else may mix.
#include "connection.hpp"

#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include "statement.hpp"

namespace sedlink::store {
namespace {

constexpr int busy_timeout_ms = 5000;

// Result codes of sqlite.org/rescode.html, primary ones: extended codes stay off.
Error from_sqlite(int code, const std::string& text) {
  const auto make = [&](Fault fault, const char* ours, const char* message) {
    return Error{fault, Audience::admin, ours, message, "sqlite " + std::to_string(code) + ": " + text};
  };
  switch (code) {
    case SQLITE_FULL:
      return make(Fault::transient, "store.full",
                  "На диске хранилища нет места: запись отложена, освободите место / the store's disk is full");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return make(Fault::transient, "store.busy",
                  "Хранилище занято другой программой, запись отложена / the store is busy");
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return make(Fault::rejected, "store.read_only",
                  "Хранилище доступно только для чтения: проверьте права на файл и каталог / the store is read-only");
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return make(Fault::rejected, "store.corrupt",
                  "Файл хранилища повреждён: восстановите его из резервной копии / the store's file is corrupt");
    case SQLITE_IOERR:
    case SQLITE_NOMEM:
    case SQLITE_CANTOPEN:
      return make(Fault::transient, "store.io",
                  "Ошибка чтения или записи хранилища: проверьте диск / the store's disk failed");
    default: break;
  }
  Error error = make(Fault::defect, "store.sql", "Внутренняя ошибка хранилища / internal store error");
  error.audience = Audience::developer;
  return error;
}

}  // namespace

Error current_error() {
  try {
    throw;
  } catch (const StoreException& e) { return e.error; } catch (const ErrorException& e) {
    return e.error;
  } catch (const soci::sqlite3_soci_error& e) {
    // Without SOCI's context: it would carry the values of the parameters into logs.
    return from_sqlite(e.result(), e.get_error_message());
  } catch (const soci::soci_error& e) {
    return from_sqlite(SQLITE_ERROR, e.get_error_message());
  } catch (const std::exception& e) { return from_sqlite(SQLITE_ERROR, e.what()); } catch (...) {
    return from_sqlite(SQLITE_ERROR, "unknown exception");
  }
}

Result<void> guarded(const std::function<Result<void>()>& unit) {
  try {
    return unit();
  } catch (...) { return current_error(); }
}

Connection::Connection(const std::filesystem::path& file, Mode mode) : mode_(mode) {
  session_ = std::make_unique<soci::session>(soci::sqlite3, "dbname=\"" + file.string() + "\"");
  execute(*session_, "pragma busy_timeout=" + std::to_string(busy_timeout_ms));
  const auto journal = query_one<std::string>(*session_, "pragma journal_mode=wal");
  if (journal != "wal") throw soci::sqlite3_soci_error("journal_mode is " + journal.value_or("?"), SQLITE_READONLY);
  execute(*session_, "pragma synchronous=full");
  execute(*session_, "pragma foreign_keys=on");
  execute(*session_, "pragma journal_size_limit=67108864");  // the WAL of a busy hour is cut back to 64 MB
  if (mode == Mode::read) execute(*session_, "pragma query_only=on");
}

Connection::~Connection() = default;

bool Connection::in_transaction() const {
  const auto* backend = static_cast<soci::sqlite3_session_backend*>(session_->get_backend());
  return sqlite_api::sqlite3_get_autocommit(backend->conn_) == 0;
}

void Connection::run(const char* sql) { execute(*session_, sql); }

void Connection::begin() { run(mode_ == Mode::write ? "begin immediate" : "begin"); }
void Connection::commit() { run("commit"); }

void Connection::rollback() noexcept {
  try {
    if (in_transaction()) run("rollback");
  } catch (const std::exception&) {  // SQLite rolls back by itself when even this fails
  }
}

void Connection::savepoint() { run("savepoint unit"); }
void Connection::release_savepoint() { run("release unit"); }
void Connection::rollback_to_savepoint() {
  run("rollback to unit");
  run("release unit");
}

}  // namespace sedlink::store
