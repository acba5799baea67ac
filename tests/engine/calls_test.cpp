// Requests to services: sent once, looked at by a person or repeated under the same key, never in the approval's way.
#include "running.hpp"

namespace sedlink::engine::testing {
namespace {

std::string call_of(const std::string& more) {
  return "\ncalls:\n  - name: report\n    when: outcome\n    service: bureau\n    path: /dlrequest\n"
         "    content_type: application/xml\n    body: '<Q id=\"{{ call.id }}\" inn=\"{{ company.requisite.inn "
         "}}\"/>'\n"
         "    answer: [{ take: /A, to: [field:ufCrm10Score, timeline], text: 'Балл: {{ call.value }}' }]\n" +
         more;
}

class Calling : public Running {
 protected:
  Calling() { calls_ = call_of(""); }
  void SetUp() override {
    Running::SetUp();
    if (edms_ != nullptr) edms_->outcome = Outcome::approved;
  }
  std::vector<store::EffectRow> of_calls() {
    auto rows = effects();
    std::erase_if(rows, [](const store::EffectRow& row) { return row.kind != "call_service"; });
    return rows;
  }
  [[nodiscard]] bool approved() const { return crm_->item.stage == "DT1036_10:SUCCESS" && crm_->uploads.size() == 6; }
  void operate(const std::string& request) {
    asio::co_spawn(io_, engine_->operate(request), [](std::exception_ptr e, const std::string& answer) {
      if (e) std::rethrow_exception(e);
      EXPECT_EQ(answer.find("error"), std::string::npos) << answer;
    });
    io_.restart();
    io_.run();
  }
};
class CallingSafely : public Calling {
 protected:
  CallingSafely() { calls_ = call_of("    repeat: safe\n"); }
};
class CallingAndWaiting : public Calling {
 protected:
  CallingAndWaiting() {
    calls_ = call_of("    ready: { id: /Id, path: '/dlanswer?id={{ call.ticket }}', wait: 1s }\n");
  }
};

TEST_F(Calling, an_approved_contract_asks_the_service_and_the_card_gets_the_answer) {
  EXPECT_TRUE(until([this] { return crm_->written.contains("ufCrm10Score") && approved(); }));
  EXPECT_EQ(crm_->written["ufCrm10Score"], "742");
  EXPECT_EQ(std::count(crm_->comments.begin(), crm_->comments.end(), "Балл: 742"), 1);
  ASSERT_EQ(service_->done.size(), 1u);
  const auto& [key, call] = service_->done[0];
  EXPECT_TRUE(uuid::is_valid(key));
  EXPECT_EQ(call.body, "<Q id=\"" + key + "\" inn=\"7717586110\"/>");
}

TEST_F(Calling, what_was_not_sent_is_sent_later) {
  for (int i = 0; i < 3; ++i) service_->script.next("call", Fault::transient);
  EXPECT_TRUE(until([this] { return crm_->written.contains("ufCrm10Score"); }));
  EXPECT_EQ(service_->script.calls["call"], 4);
  EXPECT_EQ(service_->done.size(), 1u);
}

TEST_F(Calling, a_refusal_is_an_incident_and_the_card_is_approved_all_the_same) {
  service_->script.next("call", Fault::rejected);
  EXPECT_TRUE(until([this] { return engine_->counters().incidents == 1 && approved(); }));
  EXPECT_EQ(service_->script.calls["call"], 1);
}

TEST_F(Calling, doubt_is_for_a_person_who_lets_it_go_out_again_under_the_same_key) {
  service_->script.next("call", Fault::ambiguous, true);
  EXPECT_TRUE(until([this] { return engine_->counters().incidents == 1 && approved(); }));
  EXPECT_EQ(service_->done.size(), 1u) << "nobody knows whether it arrived";
  const auto rows = of_calls();
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].status, store::EffectStatus::incident);
  EXPECT_NE(rows[0].last_error.find("Узнайте у службы, есть ли у неё запрос с ключом " + service_->done[0].first),
            std::string::npos)
      << rows[0].last_error;
  EXPECT_NE(rows[0].last_error.find("sedlink process retry --effect " + std::to_string(rows[0].id)), std::string::npos);
  const std::string along = "{\"command\":\"retry\",\"id\":\"" + rows[0].instance + "\"}";
  const std::string answer = testing_support::run_task(io_, engine_->operate(along));
  EXPECT_NE(answer.find("operator.nothing"), std::string::npos) << answer;
  EXPECT_EQ(of_calls().at(0).status, store::EffectStatus::incident) << "not along with whatever else had failed";
  operate("{\"command\":\"retry\",\"effect\":" + std::to_string(rows[0].id) + "}");
  const auto again = of_calls();
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(again[0].status, store::EffectStatus::pending);
  EXPECT_FALSE(again[0].doubtful);
}

TEST_F(CallingSafely, doubt_is_settled_by_the_same_request_under_the_same_key) {
  service_->script.next("call", Fault::ambiguous, true);
  EXPECT_TRUE(until([this] { return crm_->written.contains("ufCrm10Score"); }));
  ASSERT_EQ(service_->done.size(), 2u);
  EXPECT_EQ(service_->done[0].first, service_->done[1].first);
  EXPECT_EQ(service_->done[0].second.body, service_->done[1].second.body);
  EXPECT_EQ(engine_->counters().incidents, 0u);
}

TEST_F(CallingAndWaiting, an_answer_that_is_being_prepared_is_asked_for_until_it_is_there) {
  service_->answer = "A/1";
  service_->unready = 1;
  EXPECT_TRUE(until([this] { return crm_->written.contains("ufCrm10Score"); }));
  ASSERT_EQ(service_->done.size(), 3u);
  EXPECT_EQ(service_->done[1].second.method, "GET");
  EXPECT_EQ(service_->done[1].second.path, "/dlanswer?id=A%2F1");
  EXPECT_EQ(service_->done[2].second.path, "/dlanswer?id=A%2F1");
  EXPECT_EQ(engine_->counters().incidents, 0u);
  EXPECT_FALSE(engine_->counters().effects_failed.contains("call_service"));
}

}  // namespace
}  // namespace sedlink::engine::testing
