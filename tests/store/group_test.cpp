#include "group.hpp"

#include <gtest/gtest.h>

#include "schema.hpp"
#include "statement.hpp"
#include "store_file.hpp"
#include "support/temp_dir.hpp"

namespace sedlink::store {
namespace {

class Group : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(prepare_file(file_));
    connection_ = std::make_unique<Connection>(file_, Connection::Mode::write);
    migrate(connection_->session(), Time{});
  }
  static Job put(const std::string& key, std::size_t size = 10) {
    return Job(
        [key, size](Tx& tx) -> Result<void> {
          tx.put("test", key, std::string(size, 'x'));
          return {};
        },
        nullptr);
  }
  std::int64_t count() {
    return query_one<std::int64_t>(connection_->session(), "select count(*) from facts").value_or(-1);
  }
  void limit_pages(std::int64_t spare) {
    const auto pages = query_one<std::int64_t>(connection_->session(), "pragma page_count").value_or(0);
    execute(connection_->session(), "pragma max_page_count=" + std::to_string(pages + spare));
  }

  testing_support::TempDir folder_;
  std::filesystem::path file_ = folder_ / "sedlink.db";
  std::unique_ptr<Connection> connection_;
};

TEST_F(Group, a_database_that_may_not_grow_answers_full_and_serves_again_when_it_may) {
  limit_pages(2);
  const GroupResult full = run_group(*connection_, {put("big", 1 << 20)});
  ASSERT_EQ(full.units.size(), 1U);
  ASSERT_TRUE(full.units[0].has_error());
  EXPECT_EQ(full.units[0].error().code, "store.full");
  EXPECT_EQ(full.units[0].error().fault, Fault::transient);
  EXPECT_EQ(full.units[0].error().audience, Audience::admin);
  EXPECT_FALSE(full.committed);
  EXPECT_FALSE(connection_->in_transaction());
  EXPECT_EQ(count(), 0);
  limit_pages(1000);
  const GroupResult well = run_group(*connection_, {put("big", 1 << 20)});
  EXPECT_TRUE(well.units[0].has_value());
  EXPECT_TRUE(well.committed);
  EXPECT_EQ(count(), 1);
}

TEST_F(Group, what_is_told_done_is_stored_and_what_is_told_failed_is_not_when_the_disk_fills_in_the_middle) {
  limit_pages(2);
  const GroupResult out = run_group(*connection_, {put("a"), put("big", 1 << 20), put("b")});
  ASSERT_EQ(out.units.size(), 3U);
  EXPECT_TRUE(out.units[1].has_error());
  std::int64_t told = 0;
  for (const auto& unit : out.units) told += unit.has_value() ? 1 : 0;
  EXPECT_EQ(count(), told);
  EXPECT_EQ(out.committed, told > 0);
}

TEST_F(Group, a_writer_of_another_program_makes_every_unit_busy) {
  Connection other(file_, Connection::Mode::write);
  other.begin();
  execute(connection_->session(), "pragma busy_timeout=10");
  const GroupResult busy = run_group(*connection_, {put("a"), put("b")});
  ASSERT_EQ(busy.units.size(), 2U);
  for (const auto& unit : busy.units) {
    ASSERT_TRUE(unit.has_error());
    EXPECT_EQ(unit.error().code, "store.busy");
    EXPECT_EQ(unit.error().fault, Fault::transient);
  }
  other.rollback();
  EXPECT_TRUE(run_group(*connection_, {put("a")}).committed);
}

TEST_F(Group, a_group_of_failures_commits_nothing) {
  const Job fails(
      [](Tx&) -> Result<void> {
        return Error{Fault::rejected, Audience::user, "x.y", "нет", {}};
      },
      nullptr);
  const GroupResult out = run_group(*connection_, {fails, fails});
  EXPECT_FALSE(out.committed);
  EXPECT_FALSE(connection_->in_transaction());
  EXPECT_EQ(out.units.at(1).error().code, "x.y");
}

TEST_F(Group, connections_have_the_durable_settings) {
  EXPECT_EQ(query_one<std::int64_t>(connection_->session(), "pragma synchronous"), 2) << "FULL";
  EXPECT_EQ(query_one<std::string>(connection_->session(), "pragma journal_mode"), "wal");
  EXPECT_EQ(query_one<std::int64_t>(connection_->session(), "pragma foreign_keys"), 1);
}

TEST_F(Group, statements_carry_whole_64_bit_numbers_and_null) {
  const std::int64_t big = 9223372036854775807;
  EXPECT_EQ(query_one<std::int64_t>(connection_->session(), "select :x", big), big);
  EXPECT_EQ(query_one<std::int64_t>(connection_->session(), "select 5000000000"), 5000000000);
  EXPECT_EQ(query_one<std::string>(connection_->session(), "select null"), "");
  EXPECT_EQ(query_one<std::optional<Time>>(connection_->session(), "select :t", std::optional<Time>()),
            std::optional<std::optional<Time>>(std::optional<Time>()));
  EXPECT_EQ(query_one<std::int64_t>(connection_->session(), "select 1 where 1 = 0"), std::nullopt);
}

TEST_F(Group, migrating_twice_changes_nothing) {
  migrate(connection_->session(), Time{});
  EXPECT_EQ(query_one<std::int64_t>(connection_->session(), "select count(*) from schema_version"), schema_version());
}

}  // namespace
}  // namespace sedlink::store
