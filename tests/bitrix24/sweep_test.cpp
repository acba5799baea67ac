#include <algorithm>

#include "scripted_portal.hpp"

namespace sedlink::bitrix24::testing {
namespace {

class Sweeping : public PortTest {
 protected:
  Sweeping() {
    script_metadata();
    portal_.on("crm.stagehistory.list", [this](const Asked& asked) {
      auto rows = ids_;
      const bool newest = asked.text({"order", "ID"}) == "DESC";
      if (newest) std::reverse(rows.begin(), rows.end());
      const auto after = asked.text({"filter", ">ID"});
      if (!after.empty()) std::erase_if(rows, [&](int id) { return id <= std::stoi(after); });
      const auto start = static_cast<std::size_t>(asked.text({"start"}).empty() ? 0 : std::stoi(asked.text({"start"})));
      json::array items;
      for (std::size_t i = start; i < rows.size() && i < start + 50; ++i)
        items.push_back(json::object{{"ID", rows[i]},
                                     {"TYPE_ID", 2},
                                     {"OWNER_ID", 77},
                                     {"CREATED_TIME", "2026-05-14T10:26:32+03:00"},
                                     {"CATEGORY_ID", 10},
                                     {"STAGE_SEMANTIC_ID", "P"},
                                     {"STAGE_ID", "DT1036_10:APPROVAL"}});
      return Reply(json::object{{"items", items}});
    });
  }
  api::SweepPage sweep(const std::string& cursor) {
    auto page = run(adapter_->sweep(context(), "dynamic:1036", cursor));
    if (!page) throw std::runtime_error(describe(page.error()));
    return *page;
  }
  std::vector<int> ids_;
};

TEST_F(Sweeping, an_empty_cursor_begins_at_the_newest_id_without_the_archive) {
  for (int i = 1; i <= 500; ++i) ids_.push_back(i);
  const auto page = sweep("");
  EXPECT_TRUE(page.moves.empty());
  EXPECT_EQ(page.next_cursor, "500");
  EXPECT_FALSE(page.more);
}

TEST_F(Sweeping, a_portal_without_history_begins_at_zero) {
  EXPECT_EQ(sweep("").next_cursor, "0");
  ids_ = {3};
  const auto page = sweep("0");
  ASSERT_EQ(page.moves.size(), 1u);
  EXPECT_EQ(page.next_cursor, "3");
}

TEST_F(Sweeping, a_portal_that_ignores_the_filter_ends_the_sweep_all_the_same) {
  for (int i = 1; i <= 1000; ++i) ids_.push_back(i);
  portal_.on("crm.stagehistory.list", [](const Asked&) {
    json::array items;  // the first page again and again, whatever is asked
    for (int i = 1; i <= 50; ++i)
      items.push_back(json::object{{"ID", i}, {"OWNER_ID", 77}, {"CREATED_TIME", "2026-05-14T10:26:32+03:00"}});
    return Reply(json::object{{"items", items}});
  });
  const auto page = sweep("1000");
  EXPECT_FALSE(page.more);
  EXPECT_EQ(page.next_cursor, "1000") << "the cursor never goes back";
}

TEST_F(Sweeping, the_overlap_is_read_again_in_one_request) {
  for (int i = 1; i <= 1000; ++i) ids_.push_back(i);
  ids_.push_back(1001);
  const auto page = sweep("1000");
  EXPECT_EQ(page.moves.front().id, "801");
  EXPECT_EQ(page.moves.back().id, "1001");
  EXPECT_EQ(page.moves.size(), 201u);
  EXPECT_EQ(page.next_cursor, "1001");
  EXPECT_FALSE(page.more);
  EXPECT_EQ(portal_.requests.size(), 1u);
  EXPECT_EQ(page.moves.back().stage, "DT1036_10:APPROVAL");
  EXPECT_EQ(page.moves.back().category, "10");
  EXPECT_EQ(page.moves.back().item, item_);
  EXPECT_EQ(to_iso8601(page.moves.back().at), "2026-05-14T07:26:32Z");
}

TEST_F(Sweeping, a_long_backlog_is_read_to_its_end) {
  for (int i = 1; i <= 2000; ++i) ids_.push_back(i);
  std::string cursor = "1000";
  int rounds = 0;
  for (bool more = true; more; ++rounds) {
    ASSERT_LT(rounds, 100);
    const auto page = sweep(cursor);
    cursor = page.next_cursor;
    more = page.more;
  }
  EXPECT_EQ(cursor, "2000");
}

TEST_F(Sweeping, cards_of_a_stage_are_listed_newest_first_up_to_the_limit) {
  portal_.on("crm.item.list", [](const Asked& asked) {
    json::array items;
    const int start = std::stoi(asked.text({"start"}));
    for (int i = 0; i < 50; ++i) items.push_back(json::object{{"id", 1000 - start - i}});
    Reply reply(json::object{{"items", items}});
    reply.next = start + 50;
    return reply;
  });
  const auto found = run(adapter_->list_on_stage(context(), "dynamic:1036", "10", "DT1036_10:NEW", 70));
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 70u);
  EXPECT_EQ(found->front().id, "1000");
  EXPECT_EQ(found->back().id, "931");
  EXPECT_EQ(portal_.asked[0].text({"filter", "=stageId"}), "DT1036_10:NEW");
}

}  // namespace
}  // namespace sedlink::bitrix24::testing
