#include "spool.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "sedlink/core/hash.hpp"

namespace sedlink::engine {
namespace {

class SpoolTest : public ::testing::Test {
 protected:
  void SetUp() override { folder_ = std::filesystem::temp_directory_path() / ("sedlink-spool-" + uuid::random()); }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::filesystem::path folder_;
};

TEST_F(SpoolTest, keeps_a_file_under_its_hash_and_finds_it_again) {
  Spool spool(folder_, 1000);
  ASSERT_TRUE(spool.prepare().has_value());
  const auto kept = spool.store("bytes", "договор.pdf");
  ASSERT_TRUE(kept.has_value());
  const auto found = spool.find(sha256_hex("bytes"), "другое имя.pdf", 5);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->name, "другое имя.pdf");
  EXPECT_FALSE(spool.find(sha256_hex("bytes"), "x", 6).has_value()) << "a cut file is not taken for whole";
}

TEST_F(SpoolTest, says_when_its_quota_is_used_up) {
  Spool spool(folder_, 4);
  ASSERT_TRUE(spool.prepare().has_value());
  EXPECT_TRUE(spool.room().has_value());
  ASSERT_TRUE(spool.store("bytes", "a").has_value());
  const auto room = spool.room();
  ASSERT_TRUE(room.has_error());
  EXPECT_EQ(room.error().fault, Fault::transient);
  EXPECT_EQ(room.error().code, "spool.full");
}

TEST_F(SpoolTest, makes_room_by_dropping_what_nobody_has_touched_for_a_while) {
  Spool spool(folder_, 8);
  ASSERT_TRUE(spool.prepare().has_value());
  const auto old = spool.store("old bytes", "old");
  ASSERT_TRUE(old.has_value());
  const auto fresh = spool.store("new", "new");
  ASSERT_TRUE(fresh.has_value());
  ASSERT_TRUE(spool.room().has_error()) << "all of it may still be wanted";
  std::filesystem::last_write_time(old->path, std::filesystem::file_time_type::clock::now() - std::chrono::hours(2));
  EXPECT_TRUE(spool.room().has_value());
  EXPECT_FALSE(std::filesystem::exists(old->path));
  EXPECT_TRUE(std::filesystem::exists(fresh->path));
}

TEST_F(SpoolTest, a_folder_that_cannot_be_made_is_told_with_its_name) {
  std::ofstream(folder_.string()) << "a file stands here";
  Spool spool(folder_ / "below", 4);
  const auto made = spool.prepare();
  ASSERT_TRUE(made.has_error());
  EXPECT_NE(made.error().message.find(folder_.string()), std::string::npos);
}

}  // namespace
}  // namespace sedlink::engine
