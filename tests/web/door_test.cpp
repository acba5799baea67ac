// The door of an EDMS connection answers as that of a CRM does.
#include "sedlink/web/web.hpp"

#include "../engine/running.hpp"

namespace sedlink::web {
namespace {

using engine::testing::Running;

class Sent final : public net::ServerRequest {
 public:
  std::string verb = "POST", where = "/hooks/docflow/", text = "token=good&id=p1";
  std::optional<std::string> trouble;  // code of the error that reading the body ends with
  net::Headers head;
  [[nodiscard]] const std::string& method() const override { return verb; }
  [[nodiscard]] const std::string& target() const override { return where; }
  [[nodiscard]] const net::Headers& headers() const override { return head; }
  [[nodiscard]] const std::string& remote_address() const override { return where; }
  Task<std::string> read_body(std::uint64_t limit) override {
    Error failed;
    failed.code = text.size() > limit ? "net.body_limit" : trouble.value_or("");
    if (!failed.code.empty()) co_return failed;
    co_return text;
  }
  Task<std::size_t> read_some(std::span<char>) override { co_return std::size_t{0}; }
};

class EdmsDoor : public Running {
 protected:
  void SetUp() override {
    Running::SetUp();
    edms_->on_accept = [](const api::InboundRequest& request) -> Result<std::vector<api::ChangeNotice>> {
      const auto refuse = [](Fault fault, const char* code) {
        return Error{fault, Audience::admin, code, "не принято", {}};
      };
      if (request.body == "odd") return refuse(Fault::rejected, "edms.door.form");
      if (!request.body.starts_with("token=good")) return refuse(Fault::unauthorized, "edms.door");
      std::vector<api::ChangeNotice> notices(1);
      notices[0].name = "Changed";
      notices[0].process_id = "p1";
      return notices;
    };
    web_ = std::make_unique<Web>(*engine_, clock_, log_, WebOptions());
    sent_.head.set("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8");
  }
  void TearDown() override {
    web_.reset();
    Running::TearDown();
  }
  net::ServerResponse answer() { return testing_support::run_task(io_, web_->handle(sent_)); }
  [[nodiscard]] std::uint64_t refused() const { return engine_->counters().deliveries_refused; }
  std::ptrdiff_t refusal_lines() {
    const auto lines = log_.lines();
    return std::count(lines.begin(), lines.end(), "delivery_refused");
  }
  std::unique_ptr<Web> web_;
  Sent sent_;
};

TEST_F(EdmsDoor, the_right_token_is_200_after_the_commit) {
  const auto units = store_->stats().units;
  const net::ServerResponse taken = answer();
  EXPECT_EQ(taken.status, 200);
  EXPECT_TRUE(taken.body.empty());
  EXPECT_EQ(store_->stats().units, units + 1);
  EXPECT_EQ(engine_->counters().notices_accepted, 1u);
  EXPECT_EQ(engine_->counters().notices_unknown, 1u) << "nothing runs here";
  EXPECT_EQ(refused(), 0u);
}

TEST_F(EdmsDoor, a_wrong_token_is_403_without_a_word_and_a_line_a_minute) {
  sent_.text = "token=bad&id=p1";
  const auto units = store_->stats().units;
  for (int i = 0; i < 5; ++i) {
    const net::ServerResponse no = answer();
    EXPECT_EQ(no.status, 403);
    EXPECT_TRUE(no.body.empty());
  }
  EXPECT_EQ(refused(), 5u);
  EXPECT_EQ(refusal_lines(), 1);
  EXPECT_EQ(store_->stats().units, units);
  clock_.shift += std::chrono::minutes(1);
  EXPECT_EQ(answer().status, 403);
  EXPECT_EQ(refusal_lines(), 2);
}

TEST_F(EdmsDoor, a_system_that_notifies_nobody_and_an_unknown_one_are_403_alike) {
  edms_->on_accept = nullptr;
  EXPECT_EQ(answer().status, 403);
  for (const char* where : {"/hooks/nobody/", "/hooks/", "/hooks/bureau/"}) {
    sent_.where = where;
    EXPECT_EQ(answer().status, 403) << where;
  }
}

TEST_F(EdmsDoor, other_bodies_have_their_statuses) {
  sent_.text = "odd";
  EXPECT_EQ(answer().status, 400);
  sent_.text = std::string(1024 * 1024 + 1, 'x');
  EXPECT_EQ(answer().status, 413);
  sent_.text = "token=good";
  sent_.trouble = "net.timeout";
  EXPECT_EQ(answer().status, 408);
  sent_.trouble.reset();
  sent_.head.set("Content-Type", "application/json");
  EXPECT_EQ(answer().status, 415);
  sent_.verb = "GET";
  EXPECT_EQ(answer().status, 405);
  EXPECT_EQ(engine_->counters().notices_accepted, 0u);
}

TEST_F(EdmsDoor, a_store_that_takes_no_writes_is_503_and_the_sender_may_come_again) {
  store_->refuse = 1;
  const net::ServerResponse later = answer();
  EXPECT_EQ(later.status, 503);
  EXPECT_EQ(later.headers.get("Retry-After"), "5");
  EXPECT_EQ(engine_->counters().notices_accepted, 0u);
  EXPECT_EQ(answer().status, 200);
}

TEST_F(EdmsDoor, a_name_in_russian_comes_percent_encoded) {
  sent_.where = "/hooks/%64ocflow/";
  EXPECT_EQ(answer().status, 200);
}

}  // namespace
}  // namespace sedlink::web
