// Services asked on the way: when, with which bytes, and where their answers go.
#include <boost/json.hpp>

#include "sedlink/core/hash.hpp"
#include "sedlink/process/simulate.hpp"
#include "world.hpp"

namespace sedlink::process::testing {
namespace {

// The example with these calls: added; the smallest form of one is enough where nothing else is asked.
std::shared_ptr<const mapping::CompiledMapping> with_calls(const std::string& calls) {
  const std::string path = std::string(SEDLINK_SOURCE_DIR) + "/mapping/examples/contracts.yaml";
  std::ifstream in(path);
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  auto result = mapping::compile(text + "\ncalls:\n" + calls, path, mapping::LintWorld());
  for (const auto& f : result.findings)
    if (f.severity == config::Severity::error) ADD_FAILURE() << f.message << " " << f.help;
  return result.mapping;
}

class CallingWorld : public World {
 public:
  explicit CallingWorld(const std::string& calls) { use(with_calls(calls)); }
  void use(std::shared_ptr<const mapping::CompiledMapping> m) {
    mapping = std::move(m);
    rules.mapping = mapping.get();
    instance = new_instance(*mapping, item.ref);
  }
  [[nodiscard]] std::vector<CallService> calls() const {
    std::vector<CallService> out;
    for (const auto& e : effects)
      if (const auto* c = std::get_if<CallService>(&e.action)) out.push_back(*c);
    return out;
  }
  Transition answer(const CallService& asked, std::vector<std::optional<std::string>> values) {
    EffectSucceeded done;
    done.effect = Effect{asked.call_id, asked.call_id, asked};
    done.result = ServiceAnswered{std::move(values)};
    return apply(done);
  }
};

const char* const json_at_launch =
    "  - { name: score, when: launch, service: bureau, path: '/s/{{ item.title }}?x=1', content_type: "
    "application/json,\n"
    "      headers: { X-Title: '{{ item.title }}' }, idempotency_key: Idempotency-Key,\n"
    "      body: '{\"id\":\"{{ call.id }}\",\"title\":\"{{ item.title }}\"}', answer: [ { take: /a, to: [timeline] } ] "
    "}\n";

TEST(Calls, values_are_escaped_by_where_they_stand_and_the_id_is_one_for_the_run) {
  CallingWorld w(json_at_launch);
  w.item.title = "Аренда \"Б\" & <В>/Г\n";
  w.see();
  w.settle();
  ASSERT_EQ(w.calls().size(), 1u);
  const CallService c = w.calls()[0];
  EXPECT_TRUE(uuid::is_valid(c.call_id));
  EXPECT_EQ(c.body, "{\"id\":\"" + c.call_id + "\",\"title\":\"Аренда \\\"Б\\\" & <В>/Г\\n\"}");
  EXPECT_EQ(c.path, "/s/%D0%90%D1%80%D0%B5%D0%BD%D0%B4%D0%B0%20%22%D0%91%22%20%26%20%3C%D0%92%3E%2F%D0%93%0A?x=1");
  ASSERT_EQ(c.headers.size(), 2u);
  EXPECT_EQ(c.headers[0].second, "Аренда \"Б\" & <В>/Г ");
  EXPECT_EQ(c.headers[1], (std::pair<std::string, std::string>{"Idempotency-Key", c.call_id}));
  // Polls of the same run make no second one; the next run has a key of its own.
  w.snapshot(World::at_stage(StageKind::approval));
  w.settle();
  EXPECT_EQ(w.calls().size(), 1u);
}

TEST(Calls, a_stage_and_an_outcome_are_answered_once_each) {
  CallingWorld w(
      "  - { name: s, when: stage, stage: Согласование, service: b, path: /s }\n"
      "  - { name: r, when: outcome, outcomes: [rejected], service: b, path: /r }\n"
      "  - { name: a, when: outcome, service: b, path: /a, content_type: text/xml, body: '<t>{{ item.title }}</t>' "
      "}\n");
  w.item.title = "А&Б";
  w.see();
  w.settle();
  EXPECT_TRUE(w.calls().empty());
  for (int round = 0; round < 2; ++round) {
    w.snapshot(World::at_stage(StageKind::approval));
    w.snapshot(World::at_stage(StageKind::rework));
  }
  w.snapshot(World::ended(Outcome::approved));
  w.settle();
  ASSERT_EQ(w.calls().size(), 2u);
  EXPECT_EQ(w.calls()[0].path, "/s");
  EXPECT_EQ(w.calls()[1].body, "<t>А&amp;Б</t>");
  EXPECT_EQ(w.instance.called, (std::vector<std::string>{"s", "a"}));
}

TEST(Calls, an_empty_field_keeps_the_request_at_home_and_the_approval_going) {
  CallingWorld w("  - { name: s, when: launch, service: b, path: '/s?x={{ item.ufCrmAbsent }}' }\n");
  w.see();
  w.settle();
  EXPECT_TRUE(w.calls().empty());
  EXPECT_EQ(w.instance.phase, Phase::running);
  const bool told = std::any_of(w.effects.begin(), w.effects.end(), [](const Effect& e) {
    const auto* a = std::get_if<Attention>(&e.action);
    return a != nullptr && a->code == "call.incomplete" && a->text.find("item.ufCrmAbsent") != std::string::npos;
  });
  EXPECT_TRUE(told);
}

const char* const slow =
    "  - name: s\n    when: launch\n    service: b\n    path: /ask\n    body: '{{ call.id }}'\n"
    "    ready: { id: /id, path: '/get?id={{ call.ticket }}', wait: 2s, wait_ms: /ms, limit: 1h }\n"
    "    answer: [ { take: /v, to: [field:ufCrmScore, timeline], text: 'Балл {{ call.value }}' }, { to: [timeline] } "
    "]\n";

TEST(Calls, a_ticket_becomes_a_question_and_its_answer_goes_to_the_card) {
  CallingWorld w(slow);
  w.see();
  w.settle();
  ASSERT_EQ(w.calls().size(), 1u);
  EXPECT_EQ(w.calls()[0].takes, (std::vector<std::string>{"/id"}));
  CallService first;
  first.name = "s";
  first.service = "b";
  first.call_id = w.calls()[0].call_id;
  w.effects.clear();
  w.answer(first, {"т 1"});
  ASSERT_EQ(w.calls().size(), 1u);
  const CallService poll = w.calls()[0];
  EXPECT_TRUE(poll.poll);
  EXPECT_EQ(poll.path, "/get?id=%D1%82%201");
  EXPECT_EQ(poll.takes, (std::vector<std::string>{"/v", ""}));
  EXPECT_EQ(poll.wait, Duration(2'000));
  EXPECT_EQ(poll.give_up_at, w.now + Duration(3'600'000));
  const std::string written = boost::json::serialize(to_json(w.effects[0]));
  EXPECT_EQ(boost::json::serialize(to_json(effect_from_json(boost::json::parse(written)))), written);

  w.effects.clear();
  w.answer(poll, {"742", "весь ответ"});
  std::vector<std::string> said;
  std::string written_field;
  for (const auto& e : w.effects) {
    const auto& change = std::get<ChangeCrm>(e.action).action;
    if (const auto* c = std::get_if<Comment>(&change)) said.push_back(c->text);
    if (const auto* f = std::get_if<SetFields>(&change)) written_field = f->fields.at("ufCrmScore").to_text();
  }
  EXPECT_EQ(said, (std::vector<std::string>{"Балл 742", "весь ответ"}));
  EXPECT_EQ(written_field, "742");
}

TEST(Calls, an_answer_without_the_value_is_told_and_a_failure_is_an_incident_of_its_own) {
  CallingWorld w(slow);
  w.see();
  w.settle();
  CallService asked;
  asked.name = "s";
  asked.service = "b";
  w.effects.clear();
  w.answer(asked, {std::nullopt});
  ASSERT_EQ(w.effects.size(), 1u);
  EXPECT_EQ(std::get<Attention>(w.effects[0].action).code, "call.no_value");

  EffectFailed failed;
  failed.effect = Effect{"k", "k", asked};
  failed.error.fault = Fault::rejected;
  failed.error.audience = Audience::user;
  const Phase before = w.instance.phase;
  EXPECT_FALSE(w.apply(failed).handled);
  EXPECT_EQ(w.instance.phase, before);
}

TEST(Calls, a_test_of_the_mapping_answers_for_the_service) {
  const auto m = with_calls(
      std::string(json_at_launch) +
      "  - { name: done, when: outcome, service: b, path: /d, answer: [ { take: /n, to: [field:ufCrmN] } ] }\n");
  ASSERT_TRUE(m);
  auto own = std::make_shared<mapping::CompiledMapping>(*m);
  ASSERT_FALSE(own->tests.empty());
  mapping::TestCase test = own->tests.front();
  test.answers["score"]["/a"] = Value("12");
  test.expect.clear();
  mapping::TestExpectation expect;
  expect.at = test.events.front().at;
  expect.call = "score";
  expect.body = "\"title\":";
  expect.comment = "12";
  test.expect.push_back(expect);
  own->tests = {test};
  std::string failures;
  for (const auto& f : run_tests(*own).front().failures) failures += f + "\n";
  EXPECT_EQ(failures.find("ждали вызов"), std::string::npos) << failures;
  EXPECT_EQ(failures.find("ждали комментарий"), std::string::npos) << failures;
  own->tests.front().expect.front().body = "чего не было";
  failures.clear();
  for (const auto& f : run_tests(*own).front().failures) failures += f + "\n";
  EXPECT_NE(failures.find("ждали вызов «score» с телом «чего не было»"), std::string::npos) << failures;
}

}  // namespace
}  // namespace sedlink::process::testing
