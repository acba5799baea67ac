#pragma once
// A store in a folder of its own, and blocking shapes of its two calls.
#include <gtest/gtest.h>

#include <memory>

#include "sedlink/store/store.hpp"
#include "support/run_task.hpp"
#include "support/temp_dir.hpp"

namespace sedlink::store {

inline Time at(const char* iso) { return parse_iso8601(iso).value(); }
inline Time minute(int n) { return at("2026-05-14T07:00:00Z") + std::chrono::minutes(n); }

inline ItemRef item(const std::string& id) { return {"portal", "dynamic:1036", id}; }

inline StoreOptions options_for(const std::filesystem::path& file) {
  StoreOptions options;
  options.file = file;
  return options;
}

class StoreFixture : public testing::Test {
 protected:
  void SetUp() override { open(); }

  void open() {
    auto opened = Store::open(options_for(file()), logger_);
    ASSERT_TRUE(opened) << describe(opened.error());
    store_ = std::move(*opened);
  }
  void reopen() {
    store_.reset();
    open();
  }
  [[nodiscard]] std::filesystem::path file() const { return folder_ / "sedlink.db"; }

  template <class T>
  Result<T> try_write(std::function<Result<T>(Tx&)> unit) {
    return testing_support::run_task(context_, store_->write<T>(std::move(unit)));
  }
  // The value of a unit that must succeed.
  template <class Unit>
  auto write(Unit unit) {
    using T = std::invoke_result_t<Unit, Tx&>;
    if constexpr (std::is_void_v<T>) {
      const Result<int> done = try_write<int>([unit](Tx& tx) -> Result<int> {
        unit(tx);
        return 0;
      });
      EXPECT_TRUE(done) << describe(done.error());
    } else {
      Result<T> done = try_write<T>([unit](Tx& tx) -> Result<T> { return unit(tx); });
      EXPECT_TRUE(done) << describe(done.error());
      return std::move(done).value();
    }
  }
  template <class Unit>
  auto read(Unit unit) {
    using T = std::invoke_result_t<Unit, Tx&>;
    Result<T> done =
        testing_support::run_task(context_, store_->read<T>([unit](Tx& tx) -> Result<T> { return unit(tx); }));
    EXPECT_TRUE(done) << describe(done.error());
    return std::move(done).value();
  }

  InstanceRow add_instance(const std::string& id, int launch_no = 1) {
    InstanceRow row;
    row.id = id;
    row.mapping = "contract";
    row.revision = "r1";
    row.edms = "docflow";
    row.item = item("77");
    row.launch_no = launch_no;
    row.phase = "running";
    row.state = R"({"a":1})";
    row.created_at = row.updated_at = minute(launch_no);
    return write([row](Tx& tx) {
      InstanceRow saved = row;
      tx.save_instance(saved);
      return saved;
    });
  }

  testing_support::TempDir folder_;
  NullLogger logger_;
  boost::asio::io_context context_;  // outlives the store, whose threads post to it
  std::unique_ptr<Store> store_;
};

}  // namespace sedlink::store
