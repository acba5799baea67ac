// The control API, faults and recording: the same for every simulator.
#include <filesystem>
#include <fstream>
#include <sstream>

#include "portal_fixture.hpp"
#include "support/temp_dir.hpp"

namespace sedlink::sim::b24_test {

class Control : public PortalTest {
 protected:
  void fault(const json::value& what) { ASSERT_EQ(control("POST", "/_sim/fault", what).status, 200); }
  static std::string read(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::stringstream out;
    out << in.rdbuf();
    return out.str();
  }
};

TEST_F(Control, shows_how_to_reach_the_portal) {
  start("access: { user: 14, webhook: abc, event_token: tok, member_id: 0123456789abcdef0123456789abcdef }");
  const json::object shown = state().at("access").as_object();
  EXPECT_EQ(text_of(shown, "webhook_url"), base_url() + "/rest/14/abc/");
  EXPECT_EQ(shown.at("event_token"), "tok");
  EXPECT_EQ(text_of(shown, "base_url"), base_url());
  EXPECT_EQ(ok("user.current").at("ID"), "14");
}

TEST_F(Control, lets_people_create_edit_move_and_delete) {
  const json::value created =
      act({{"do", "create"},
           {"entity", "dynamic:1036"},
           {"title", "Поставка"},
           {"user", "Иванов Иван Иванович"},
           {"fields", {{"companyId", 5}, {"opportunity", 150000}}},
           {"files", {{"ufCrm10Contract", {{{"name", "contract.pdf"}, {"content_base64", "QUJD"}}, "annex.pdf"}}}}});
  EXPECT_EQ(created.at("item"), "dynamic:1036/1");
  const json::object item = state_item("dynamic:1036", 1);
  ASSERT_EQ(item.at("files").as_array().size(), 2u);
  EXPECT_EQ(item.at("files").at(0).at("sha256"), "b5d4045c3f466fa91fe2cc6abe79232a1a57cdf104f7a26e716e0a1e2789df78");
  EXPECT_GT(item.at("files").at(1).at("size").as_int64(), 100);
  EXPECT_EQ(item.at("fields").at("createdBy"), 14);
  act({{"item", {{"entity", "dynamic:1036"}, {"id", 1}}}, {"do", "move"}, {"stage", "DT1036_10:PREPARATION"}});
  EXPECT_EQ(state_item("dynamic:1036", 1).at("stage"), "DT1036_10:PREPARATION");
  act({{"item", "dynamic:1036/1"}, {"do", "delete"}});
  EXPECT_EQ(call("crm.item.get", {{"entityTypeId", 1036}, {"id", 1}}).status, 400);
}

TEST_F(Control, refuses_what_makes_no_sense) {
  start();
  EXPECT_EQ(control("POST", "/_sim/act", {{"do", "dance"}, {"item", "dynamic:1036/1"}}).status, 400);
  EXPECT_EQ(
      control("POST", "/_sim/act", {{"do", "create"}, {"entity", "dynamic:1036"}, {"fields", {{"nope", 1}}}}).status,
      400);
  EXPECT_EQ(control("POST", "/_sim/fault", {{"do", "explode"}}).status, 400);
  EXPECT_EQ(control("POST", "/_sim/fault", {{"do", "hang"}, {"mach", {{"method", "x"}}}}).status, 400);
  EXPECT_EQ(control("GET", "/_sim/nothing").status, 404);
}

TEST_F(Control, loses_an_answer_after_executing) {
  start();
  fault({{"match", {{"method", "crm.item.add"}}}, {"do", "lose_answer"}, {"next", 1}});
  EXPECT_EQ(call("crm.item.add", {{"entityTypeId", 1036}, {"fields", {{"title", "Есть"}}}}).status, 0);
  EXPECT_EQ(state_item("dynamic:1036", 1).at("title"), "Есть");
  EXPECT_EQ(call("crm.item.add", {{"entityTypeId", 1036}, {"fields", {{"title", "Ещё"}}}}).status, 200);
}

TEST_F(Control, loses_the_answer_of_a_batch_that_carries_the_method) {
  start();
  fault({{"match", {{"method", "crm.timeline.comment.add"}}}, {"do", "lose_answer"}, {"next", 1}});
  const std::int64_t id = new_contract();
  const std::string command =
      "crm.timeline.comment.add?fields[ENTITY_TYPE]=dynamic_1036&fields[ENTITY_ID]=" + std::to_string(id) +
      "&fields[COMMENT]=x";
  EXPECT_EQ(call("batch", {{"cmd", {{"a", command}}}}).status, 0);
  EXPECT_EQ(state_item("dynamic:1036", id).at("comments").as_array().size(), 1u);
}

TEST_F(Control, closes_without_executing) {
  start();
  fault({{"match", {{"method", "crm.item.*"}}}, {"do", "close"}, {"next", 1}});
  EXPECT_EQ(call("crm.item.add", {{"entityTypeId", 1036}, {"fields", {{"title", "Нет"}}}}).status, 0);
  EXPECT_FALSE(state().at("calls").as_object().contains("crm.item.add"));
}

TEST_F(Control, answers_any_status_and_body) {
  start();
  fault({{"match", {{"path", "/rest/"}}},
         {"do", "status"},
         {"status", 502},
         {"body", "<html>Bad Gateway</html>"},
         {"next", 1}});
  const Reply html = call("profile");
  EXPECT_EQ(html.status, 502);
  EXPECT_EQ(html.raw, "<html>Bad Gateway</html>");
  EXPECT_EQ(net::media_type(html.headers.get("Content-Type").value_or("")), "text/html");
  fault({{"match", {{"method", "profile"}}},
         {"do", "status"},
         {"status", 200},
         {"body", {{"error", ""}, {"error_description", "…"}}},
         {"next", 1}});
  EXPECT_EQ(call("profile").body.at("error"), "");
  EXPECT_EQ(call("profile").status, 200);
}

TEST_F(Control, throttles_garbles_truncates_and_forgets_faults) {
  start();
  fault({{"match", {{"method", "profile"}}}, {"do", "throttle"}, {"next", 1}});
  EXPECT_EQ(call("profile").body.at("error"), "QUERY_LIMIT_EXCEEDED");
  fault({{"match", {{"method", "profile"}}}, {"do", "corrupt"}, {"next", 1}});
  EXPECT_TRUE(call("profile").body.is_null());
  fault({{"match", {{"method", "profile"}}}, {"do", "truncate"}, {"next", 1}});
  EXPECT_EQ(call("profile").status, 0);
  fault({{"match", {{"method", "profile"}}}, {"do", "close"}});
  EXPECT_EQ(call("profile").status, 0);
  EXPECT_EQ(control("DELETE", "/_sim/fault").status, 200);
  EXPECT_EQ(call("profile").status, 200);
}

TEST_F(Control, draws_faults_by_rate_from_a_seed) {
  start("limits: { rate: false }");
  fault({{"match", {{"method", "profile"}}}, {"do", "throttle"}, {"rate", 0.5}, {"seed", 7}});
  int refused = 0;
  for (int i = 0; i < 60; ++i) refused += call("profile").status == 503 ? 1 : 0;
  EXPECT_GT(refused, 15);
  EXPECT_LT(refused, 45);
}

TEST_F(Control, records_every_exchange_but_its_own) {
  const testing_support::TempDir dir;
  start("", dir.path().string());
  ASSERT_EQ(post(webhook_url() + "profile", "application/json", "{\"a\":1}").status, 200);
  state();
  fault({{"match", {{"method", "profile"}}}, {"do", "lose_answer"}, {"next", 1}});
  call("profile");
  const std::string request = read(dir / "000001-request.http");
  EXPECT_TRUE(request.starts_with("POST /rest/9/")) << request;
  EXPECT_TRUE(request.ends_with("\r\n\r\n{\"a\":1}")) << request;
  const std::string response = read(dir / "000001-response.http");
  EXPECT_TRUE(response.starts_with("HTTP/1.1 200 OK\r\n")) << response;
  EXPECT_TRUE(std::filesystem::exists(dir / "000002-request.http"));
  EXPECT_FALSE(std::filesystem::exists(dir / "000002-response.http"));
  EXPECT_FALSE(std::filesystem::exists(dir / "000003-request.http"));
}

}  // namespace sedlink::sim::b24_test
