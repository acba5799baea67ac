#include "echoes.hpp"

#include <gtest/gtest.h>

namespace sedlink::engine {
namespace {

ItemRef card(const std::string& id) { return ItemRef{"portal", "deal", id}; }

std::vector<api::CrmEffect> comment_on(const ItemRef& item) {
  Comment comment;
  comment.item = item;
  std::vector<api::CrmEffect> effects;
  effects.emplace_back("key", CrmAction(comment));
  return effects;
}

class EchoesOf : public ::testing::Test {
 protected:
  Time at(int seconds) const { return Time(std::chrono::hours(500'000)) + std::chrono::seconds(seconds); }
  Echoes echoes;
};

TEST_F(EchoesOf, a_card_we_never_wrote_is_read_at_once) { EXPECT_EQ(echoes.due(card("7"), at(0)), at(0)); }

TEST_F(EchoesOf, our_own_changes_are_read_soon_and_together) {
  echoes.written(comment_on(card("7")), at(0));
  FieldTarget field;
  field.item = card("8");
  echoes.written(FileTarget(field), at(1));
  const Time first = echoes.due(card("7"), at(1));
  EXPECT_GT(first, at(1));
  EXPECT_LE(first, at(6));
  EXPECT_EQ(echoes.due(card("8"), at(2)), first);
  EXPECT_EQ(echoes.due(card("9"), at(2)), at(2)) << "a card of somebody else does not wait with them";
}

TEST_F(EchoesOf, what_comes_after_the_reading_opens_the_next_one) {
  echoes.written(comment_on(card("7")), at(0));
  const Time first = echoes.due(card("7"), at(0));
  EXPECT_GT(echoes.due(card("7"), first), first);
}

TEST_F(EchoesOf, an_old_change_has_no_echo) {
  echoes.written(comment_on(card("7")), at(0));
  EXPECT_EQ(echoes.due(card("7"), at(30)), at(30));
}

TEST_F(EchoesOf, a_change_of_a_folder_concerns_no_card) {
  FolderTarget folder;
  folder.folder_id = "15";
  echoes.written(FileTarget(folder), at(0));
  EXPECT_EQ(echoes.due(card("7"), at(0)), at(0));
}

}  // namespace
}  // namespace sedlink::engine
