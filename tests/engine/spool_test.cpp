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
  EXPECT_TRUE(spool.reserve(0, 100).has_value());
  const auto kept = spool.store("bytes", "a");
  ASSERT_TRUE(kept.has_value());
  const auto hold = spool.hold(kept->sha256);
  const auto room = spool.reserve(0, 100);
  ASSERT_TRUE(room.has_error());
  EXPECT_EQ(room.error().fault, Fault::transient);
  EXPECT_EQ(room.error().code, "spool.full");
}

TEST_F(SpoolTest, a_file_that_came_without_a_size_and_is_larger_than_everything_is_told_and_removed) {
  Spool spool(folder_, 100);
  ASSERT_TRUE(spool.prepare().has_value());
  ASSERT_TRUE(spool.reserve(0, 1'000'000).has_value()) << "nobody knows how large it is";
  SpooledFile file;
  file.path = spool.incoming("one");
  file.size = 300;
  std::ofstream(file.path) << std::string(300, 'x');
  const auto kept = spool.keep(file);
  ASSERT_TRUE(kept.has_error());
  EXPECT_EQ(kept.error().code, "spool.quota");
  EXPECT_EQ(kept.error().fault, Fault::rejected);
  EXPECT_NE(kept.error().message.find("spool.quota"), std::string::npos) << kept.error().message;
  EXPECT_EQ(spool.used(), 0U);
}

TEST_F(SpoolTest, makes_room_by_removing_the_oldest_contents_nobody_holds) {
  Spool spool(folder_, 10);
  ASSERT_TRUE(spool.prepare().has_value());
  const auto old = spool.store("1111", "a"), held = spool.store("2222", "b");
  ASSERT_TRUE(old.has_value() && held.has_value());
  const auto hour_ago = std::filesystem::file_time_type::clock::now() - std::chrono::hours(1);
  std::filesystem::last_write_time(held->path, hour_ago - std::chrono::hours(1));
  std::filesystem::last_write_time(old->path, hour_ago);
  std::shared_ptr<void> hold = spool.hold(held->sha256);
  EXPECT_TRUE(spool.reserve(2, 0).has_value());
  EXPECT_TRUE(std::filesystem::exists(old->path)) << "there was room";
  EXPECT_TRUE(spool.reserve(6, 0).has_value());
  EXPECT_FALSE(std::filesystem::exists(old->path));
  EXPECT_TRUE(std::filesystem::exists(held->path));
  EXPECT_EQ(spool.reserve(7, 0).error().code, "spool.full");
  hold.reset();
  EXPECT_TRUE(spool.reserve(7, 0).has_value());
}

TEST_F(SpoolTest, promises_no_byte_twice) {
  Spool spool(folder_, 10);
  ASSERT_TRUE(spool.prepare().has_value());
  auto first = spool.reserve(6, 0);
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(spool.reserve(5, 0).error().code, "spool.full");
  EXPECT_EQ(spool.reserve(0, 100).error().code, "spool.full");
  first->held.reset();
  EXPECT_TRUE(spool.reserve(0, 100).has_value()) << "alone, a file of unknown size may come";
}

TEST_F(SpoolTest, says_that_a_file_never_fits) {
  Spool spool(folder_, 10);
  ASSERT_TRUE(spool.prepare().has_value());
  const auto room = spool.reserve(11, 0);
  ASSERT_TRUE(room.has_error());
  EXPECT_EQ(room.error().fault, Fault::rejected);
  EXPECT_EQ(room.error().code, "spool.quota");
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
