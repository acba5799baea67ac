// Budgets (bitrix24.md 2.2, 2.3).
#include "portal_fixture.hpp"

namespace sedlink::sim::b24_test {

class Limits : public PortalTest {};

TEST_F(Limits, overflow_the_bucket_with_503_before_executing) {
  start("limits: { rate: { capacity: 3, per_second: 0.001 } }");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(call("profile").status, 200);
  const Reply reply = call("profile");
  EXPECT_EQ(reply.status, 503);
  EXPECT_EQ(reply.body.at("error"), "QUERY_LIMIT_EXCEEDED");
  EXPECT_EQ(state().at("calls").at("profile"), 3);
}

TEST_F(Limits, block_one_method_by_its_execution_time) {
  start("limits: { operating: { limit: 5, costs: { profile: 3 } } }");
  EXPECT_EQ(call("profile").body.at("time").at("operating").to_number<double>(), 3.0);
  EXPECT_EQ(call("profile").status, 200);  // the call that crosses the line still completes
  const Reply blocked = call("profile");
  EXPECT_EQ(blocked.status, 429);
  EXPECT_EQ(blocked.body.at("error"), "OPERATION_TIME_LIMIT");
  EXPECT_EQ(call("server.time").status, 200);
  const json::value batch = ok("batch", {{"cmd", {{"a", "profile"}, {"b", "server.time"}}}});
  EXPECT_EQ(batch.at("result_error").at("a").at("error"), "OPERATION_TIME_LIMIT");
}

TEST_F(Limits, can_be_switched_off) {
  start("limits: { rate: false, operating: false }");
  for (int i = 0; i < 60; ++i) ASSERT_EQ(call("profile").status, 200);
}

}  // namespace sedlink::sim::b24_test
