#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <fstream>

#include "store_fixture.hpp"

namespace sedlink::store {
namespace {

class OpenStore : public StoreFixture {
 protected:
  Error refused() {
    auto opened = Store::open(options_for(file()), logger_);
    if (opened.has_error()) return opened.error();
    ADD_FAILURE() << "the store was opened";
    return {};
  }
  void sql(const std::string& text) const {
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open(file().c_str(), &db), SQLITE_OK);
    char* message = nullptr;
    EXPECT_EQ(sqlite3_exec(db, text.c_str(), nullptr, nullptr, &message), SQLITE_OK) << (message ? message : "");
    sqlite3_free(message);
    sqlite3_close(db);
  }
};

TEST_F(OpenStore, makes_missing_folders_and_a_file_that_strangers_cannot_read) {
  auto opened = Store::open(options_for(folder_ / "a" / "sedlink.db"), logger_);
  ASSERT_TRUE(opened) << describe(opened.error());
  struct stat info {};
  ASSERT_EQ(stat((folder_ / "a/sedlink.db").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0007U, 0U);
}

TEST_F(OpenStore, a_second_daemon_is_refused_until_the_first_is_gone) {
  const Error error = refused();
  EXPECT_EQ(error.code, "store.locked");
  EXPECT_EQ(error.fault, Fault::rejected);
  EXPECT_EQ(error.audience, Audience::admin);
  EXPECT_NE(error.message.find(std::to_string(getpid())), std::string::npos) << error.message;
  store_->close();
  auto opened = Store::open(options_for(file()), logger_);
  EXPECT_TRUE(opened) << describe(opened.error());
}

TEST_F(OpenStore, a_store_of_a_newer_version_is_refused_and_left_alone) {
  write([](Tx& tx) { tx.put("a", "b", "c"); });
  store_.reset();
  sql("insert into schema_version values (99, 0)");
  const Error error = refused();
  EXPECT_EQ(error.code, "store.newer_version");
  EXPECT_EQ(error.fault, Fault::rejected);
  EXPECT_NE(error.message.find("99"), std::string::npos);
  EXPECT_NE(error.message.find("более новой версией"), std::string::npos);
  sql("delete from schema_version where version = 99");
  open();
  EXPECT_EQ(read([](Tx& tx) { return tx.get("a", "b"); }), "c");
}

TEST_F(OpenStore, runs_of_the_first_version_are_found_by_their_processes_after_the_upgrade) {
  InstanceRow row = add_instance("i1");
  row.process_id = "p-1";
  row.next_poll_at = minute(60);
  write([row](Tx& tx) {
    InstanceRow saved = row;
    tx.save_instance(saved);
  });
  store_.reset();
  sql("drop index instances_process; drop index instances_document; alter table instances drop column document_id;"
      "alter table instances drop column notices; delete from schema_version where version = 2");
  open();
  EXPECT_EQ(write([](Tx& tx) { return tx.hasten_polls("docflow", "p-1", "", minute(5)); }), 1);
  const auto back = read([](Tx& tx) { return tx.instance("i1"); });
  ASSERT_TRUE(back);
  EXPECT_EQ(back->next_poll_at, minute(5));
  EXPECT_EQ(back->document_id, "");
  EXPECT_EQ(back->state, row.state);
}

TEST_F(OpenStore, another_programs_database_is_refused) {
  store_.reset();
  std::filesystem::remove(file());
  sql("create table foreign_table (x)");
  EXPECT_EQ(refused().code, "store.corrupt");
}

TEST_F(OpenStore, a_file_that_is_no_database_is_refused) {
  store_.reset();
  std::ofstream(file()) << std::string(8192, 'x');
  const Error error = refused();
  EXPECT_EQ(error.code, "store.corrupt");
  EXPECT_EQ(error.fault, Fault::rejected);
  EXPECT_NE(error.message.find(file().string()), std::string::npos);
}

TEST_F(OpenStore, a_damaged_page_is_found_when_opening) {
  write([](Tx& tx) {
    for (int n = 0; n < 500; ++n) tx.put("space", std::to_string(n), std::string(200, 'v'));
  });
  store_.reset();
  const auto size = std::filesystem::file_size(file());
  std::fstream stream(file(), std::ios::in | std::ios::out | std::ios::binary);
  stream.seekp(static_cast<std::streamoff>(size / 4096 / 2 * 4096));
  stream << std::string(4096 * 4, '\xA5');
  stream.close();
  EXPECT_EQ(refused().code, "store.corrupt");
}

// Root writes wherever it likes, so the child becomes nobody first.
TEST_F(OpenStore, a_read_only_store_is_refused_for_the_admin) {
  store_.reset();
  std::filesystem::permissions(folder_.path(), std::filesystem::perms(0555));
  std::filesystem::permissions(file(), std::filesystem::perms(0444));
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    if (geteuid() == 0 && setuid(65534) != 0) _exit(10);
    auto opened = Store::open(options_for(file()), logger_);
    if (opened.has_value()) _exit(11);
    const Error& error = opened.error();
    if (error.code != "store.read_only") _exit(12);
    if (error.fault != Fault::rejected || error.audience != Audience::admin) _exit(13);
    if (error.message.find(folder_.path().string()) == std::string::npos) _exit(14);
    _exit(0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "exit " << WEXITSTATUS(status);
  std::filesystem::permissions(folder_.path(), std::filesystem::perms(0755));
}

TEST_F(OpenStore, the_database_keeps_a_write_ahead_log) {
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(file().c_str(), &db), SQLITE_OK);
  std::string mode;
  sqlite3_exec(
      db, "pragma journal_mode",
      [](void* out, int, char** values, char**) {
        *static_cast<std::string*>(out) = values[0];
        return 0;
      },
      &mode, nullptr);
  sqlite3_close(db);
  EXPECT_EQ(mode, "wal");
}

TEST_F(OpenStore, after_close_every_call_is_told_so) {
  store_->close();
  const auto done = try_write<int>([](Tx&) -> Result<int> { return 0; });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, "store.closed");
  EXPECT_EQ(done.error().fault, Fault::transient);
}

}  // namespace
}  // namespace sedlink::store
