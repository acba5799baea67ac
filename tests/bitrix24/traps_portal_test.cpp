// Portals that move, close, are not paid for, or lose their rights.
#include "sedlink/core/text.hpp"
#include "sedlink/net/server.hpp"
#include "traps.hpp"

namespace sedlink::bitrix24::testing {
namespace {

// ---- portals that move, close, lose rights --------------------------------------------------------------------------

TEST_F(Traps, a_portal_that_moved_is_followed_with_the_same_post_and_remembered) {
  const auto card = contract();
  const auto access = state().at("access").as_object();
  const std::string home = sim::text_of(access, "base_url");
  net::ServerOptions options;
  // An old address that only redirects.
  std::string seen_method;
  auto old_server = net::Server::listen(
      io_.get_executor(), options, [&](net::ServerRequest& request) -> boost::asio::awaitable<net::ServerResponse> {
        seen_method = request.method();
        net::ServerResponse away(302, "text/html", "");
        away.headers.set("Location", home + request.target());
        co_return away;
      });
  ASSERT_TRUE(old_server);
  (*old_server)->start();
  const std::string webhook = sim::text_of(access, "webhook_url");
  const std::string old_address = "http://127.0.0.1:" + std::to_string((*old_server)->port());
  api::ConnectionSettings settings;
  settings.name = "portal";
  settings.secrets["webhook_url"] = Secret(text::replace_all(webhook, home, old_address));
  api::AdapterEnvironment environment;
  environment.executor = io_.get_executor();
  environment.clock = &clock_;
  environment.logger = &logger_;
  auto first = make_adapter(settings, environment);
  ASSERT_TRUE(first);
  EXPECT_EQ((*first)->memory(), "");
  const std::vector<api::CrmEffect> effects{comment(card, "т", "k1")};
  const auto done = run((*first)->apply(context(), effects));
  ASSERT_TRUE(done && done->front()) << describe(done->front().error());
  EXPECT_EQ(seen_method, "POST");
  EXPECT_EQ(comments(card), 1u);
  const auto memory = (*first)->memory();
  EXPECT_NE(memory.find(home), std::string::npos);
  EXPECT_EQ(memory.find("/rest/"), std::string::npos) << "no secret in what is stored";

  // After a restart the new address is known; when the settings name another portal, the memory is worth nothing.
  auto second = make_adapter(settings, environment);
  (*second)->recall(memory);
  seen_method.clear();
  ASSERT_TRUE(run((*second)->people(context())));
  EXPECT_EQ(seen_method, "");
  settings.secrets["webhook_url"] = Secret(webhook);
  auto third = make_adapter(settings, environment);
  (*third)->recall(memory);
  EXPECT_EQ((*third)->memory(), "");
  const SteadyTime end = std::chrono::steady_clock::now() + Duration(200);
  const auto stop = [](net::Server& server, SteadyTime until) -> boost::asio::awaitable<int> {
    co_await server.stop(until);
    co_return 0;
  };
  run(stop(**old_server, end));
}

TEST_F(Traps, a_portal_that_is_closed_unpaid_or_lost_its_rights_pauses_the_connection_and_says_what_to_do) {
  const auto card = contract();
  struct Row {
    int status;
    const char* body;
    const char* advice;
  };
  for (const auto& [status, body, advice] :
       {Row{500, R"({"error":"PORTAL_DELETED","error_description":"This portal does not exist"})", "Восстановите"},
        Row{404, "<html><body>Портал не найден</body></html>", "сверьте webhook_url"},
        Row{402, R"({"error":"PAYMENT_REQUIRED","error_description":"Payment required"})", "Продлите"},
        Row{403, R"({"error":"ACCESS_DENIED","error_description":"REST API is available only on commercial plans"})",
            "подписку"},
        Row{403, R"({"error":"insufficient_scope","error_description":"x"})", "Добавьте"},
        Row{401, R"({"error":"expired_token","error_description":"x"})", "Продлите"},
        Row{401, R"({"error":"NO_AUTH_FOUND","error_description":"x"})", "Создайте"}}) {
    fault(answer("batch", status, body));
    const auto error = refused(card);
    EXPECT_EQ(error.fault, Fault::unauthorized) << body;
    EXPECT_NE(error.message.find(advice), std::string::npos) << error.message;
  }
  EXPECT_TRUE(apply({comment(card, "снова", "k9")})[0]) << "rights that came back need no restart";
}

TEST_F(Traps, a_missing_scope_of_one_method_inside_a_batch_is_told_as_such) {
  start("access: { scopes: [crm, disk] }");
  const auto card = contract();
  const auto done = apply({comment(card, "т", "k1"), notice(card, "14", "т", "k2")});
  EXPECT_TRUE(done[0]);
  ASSERT_FALSE(done[1]);
  EXPECT_EQ(done[1].error().code, "b24.scope");
  EXPECT_EQ(done[1].error().fault, Fault::rejected) << "the connection is not paused for it";
  EXPECT_EQ(done[1].error().audience, Audience::admin);
  EXPECT_NE(done[1].error().message.find("(scope) im: уведомления"), std::string::npos) << done[1].error().message;
}

TEST_F(Traps, a_missing_scope_of_files_holds_back_files_alone) {
  start("access: { scopes: [crm] }");
  FolderTarget folder;
  folder.folder_id = "1";
  const auto stored = run(adapter().upload(context("k3"), folder, spool("а.pdf", "файл"), ""));
  ASSERT_FALSE(stored);
  EXPECT_EQ(stored.error().fault, Fault::rejected);
  EXPECT_NE(stored.error().message.find("(scope) disk: папки и файлы"), std::string::npos) << stored.error().message;
}

TEST_F(Traps, without_the_scope_of_the_crm_the_connection_pauses) {
  start("access: { scopes: [im] }");
  const auto swept = run(adapter().sweep(context(), "deal", ""));
  ASSERT_FALSE(swept);
  EXPECT_EQ(swept.error().code, "b24.scope");
  EXPECT_EQ(swept.error().fault, Fault::unauthorized);
}

}  // namespace
}  // namespace sedlink::bitrix24::testing
