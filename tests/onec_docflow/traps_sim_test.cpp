// Traps against the switches of the simulator: the adapter and a strict DMService with its people, over HTTP.
// docs/traps-1c-docflow.md says which test proves which trap.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <fstream>
#include <functional>
#include <map>

#include "scripted_service.hpp"
#include "sedlink/core/hash.hpp"
#include "sedlink/onec_docflow/adapter.hpp"
#include "sedlink/sim/host.hpp"
#include "sedlink/sim/onec_docflow.hpp"

namespace sedlink::onec_docflow::test {
namespace {

using testing::HasSubstr;

class OnecSimTraps : public ::testing::Test {
 protected:
  ~OnecSimTraps() override {
    adapter_.reset();
    if (host_) run(stop(host_.get()));
  }
  static boost::asio::awaitable<int> stop(sim::Host* host) {
    co_await host->stop(Duration(200));
    co_return 0;
  }
  template <class T>
  T run(boost::asio::awaitable<T> task) {
    return testing_support::run_task(io_, std::move(task));
  }
  // `settings`: of the scenario, e.g. "bom: on". Costs are off unless a test needs them.
  void start(const std::string& edition, const std::string& settings = {}, const std::string& more = {}) {
    sim::Options options;
    options.edition = edition;
    auto scenario = sim::Scenario::parse("settings: { " + (settings.empty() ? "costs: off" : settings) + " }\n" + more);
    ASSERT_TRUE(scenario) << describe(scenario.error());
    options.scenario = std::move(*scenario);
    auto simulator = sim::make_onec_docflow(options);
    sim::HostOptions where;
    auto host = sim::Host::create(io_.get_executor(), clock_, where, std::move(options), std::move(simulator));
    ASSERT_TRUE(host) << describe(host.error());
    host_ = std::move(*host);
    host_->start();
    connect();
  }
  void connect(const std::map<std::string, std::string>& more = {}) {
    const sim::json::object access = host_->simulator().access();
    api::ConnectionSettings s;
    s.name = "docflow";
    s.type = "1c_docflow";
    for (const char* key : {"user", "database_id"}) s.values[key] = sim::text_of(access, key);
    s.values["url"] = sim::text_of(access, "base_url");
    s.values["time_zone"] = "Europe/Moscow";
    for (const auto& [name, value] : more) s.values[name] = value;
    s.secrets["password"] = Secret(sim::text_of(access, "password"));
    api::AdapterEnvironment environment;
    environment.executor = io_.get_executor();
    environment.clock = &clock_;
    environment.logger = &logger_;
    environment.spool = folder_.path();
    auto made = make_adapter(std::move(s), environment);
    ASSERT_TRUE(made) << describe(made.error());
    adapter_ = std::move(*made);
  }
  [[nodiscard]] api::EdmsAdapter& edms() { return *adapter_; }
  [[nodiscard]] static api::CallContext context(std::string with_key = key) {
    api::CallContext ctx;
    ctx.deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    ctx.key = std::move(with_key);
    return ctx;
  }
  void act(const sim::json::object& what) {
    const auto done = host_->simulator().act(what);
    EXPECT_TRUE(done) << describe(done.error());
  }
  void decide(const ProcessRef& process, const char* what, const char* comment = "") {
    act({{"process", process.id}, {"do", what}, {"comment", comment}});
  }

  static DocumentDraft contract(const std::string& title = "Договор поставки 15") {
    DocumentDraft d;
    d.type = "internal";
    d.key_source = "dynamic:1036/77";
    const auto named = [](const char* name) {
      Reference r;
      r.name = name;
      return r;
    };
    d.fields.emplace_back("title", Value(title));
    d.fields.emplace_back("kind", named("Договор"));
    d.fields.emplace_back("folder", named("Договоры"));
    d.fields.emplace_back("our_company", named("ООО Вектор"));
    d.fields.emplace_back("counterparty", named("ООО Ромашка"));
    return d;
  }
  DocumentRef create(const DocumentDraft& draft = contract()) {
    auto made = run(edms().create_document(context(), draft));
    EXPECT_TRUE(made) << describe(made.error());
    return made ? made.value() : DocumentRef();
  }
  static ProcessDraft approval(bool edition3 = false) {
    ProcessDraft d;
    d.kind = edition3 ? "processing" : "approval";
    if (!edition3) d.template_name = "Согласование договора";
    d.name = "Согласовать: Договор поставки 15";
    return d;
  }
  ProcessRef prepare(const DocumentRef& document, const ProcessDraft& draft) {
    auto made = run(edms().prepare_process(context(), document, draft));
    EXPECT_TRUE(made) << describe(made.error());
    return made ? made.value() : ProcessRef();
  }
  ProcessRef launch(bool edition3 = false) {
    const ProcessRef process = prepare(create(), approval(edition3));
    const auto started = run(edms().start_process(context(), process));
    EXPECT_TRUE(started) << describe(started.error());
    return process;
  }
  Result<Snapshot> poll(const ProcessRef& process) {
    const std::vector<ProcessRef> one{process};
    auto answer = run(edms().poll(context(""), one));
    if (!answer) return answer.error();
    return answer.value().snapshots.at(0);
  }
  Snapshot seen(const ProcessRef& process) {
    auto snapshot = poll(process);
    EXPECT_TRUE(snapshot) << describe(snapshot.error());
    return snapshot ? snapshot.value() : Snapshot();
  }
  // Looks for a document so many times side by side; who was for a person. As they ended, with their errors.
  using Outcomes = std::vector<std::pair<std::string, std::optional<Error>>>;
  Outcomes at_once(const std::vector<std::pair<std::string, bool>>& calls) {
    Outcomes ended;
    const auto ask = [&](std::string name, bool for_people) -> boost::asio::awaitable<void> {
      auto ctx = context();
      ctx.for_people = for_people;
      const DocumentDraft draft = contract();
      const auto found = co_await edms().find_document(ctx, draft);
      ended.emplace_back(name, found ? std::nullopt : std::optional<Error>(found.error()));
    };
    for (const auto& [name, for_people] : calls)
      boost::asio::co_spawn(io_, ask(name, for_people), boost::asio::detached);
    EXPECT_TRUE(eventually([&] { return ended.size() == calls.size(); }));
    return ended;
  }
  bool eventually(const std::function<bool()>& condition) {
    const SteadyTime end = std::chrono::steady_clock::now() + Duration(20'000);
    while (!condition() && std::chrono::steady_clock::now() < end) {
      io_.restart();
      io_.run_for(Duration(20));
    }
    return condition();
  }
  SpooledFile file(const std::string& name, const std::string& content) {
    SpooledFile f;
    f.path = (folder_ / "sent").string();
    f.name = name;
    f.size = content.size();
    f.sha256 = sha256_hex(content);
    std::ofstream(f.path, std::ios::binary) << content;
    return f;
  }
  [[nodiscard]] std::size_t count(const char* what) { return host_->simulator().state().at(what).as_array().size(); }

  boost::asio::io_context io_{1};
  testing_support::TempDir folder_;
  SystemClock clock_;
  NullLogger logger_;
  std::unique_ptr<sim::Host> host_;
  std::unique_ptr<api::EdmsAdapter> adapter_;
};

// ---- both editions --------------------------------------------------------------------------------------------------

class OnecEveryEdition : public OnecSimTraps, public testing::WithParamInterface<const char*> {
 protected:
  [[nodiscard]] static bool third() { return std::string(GetParam()).starts_with("3"); }
};
INSTANTIATE_TEST_SUITE_P(Editions, OnecEveryEdition, testing::Values("2.1", "2.1.11", "3.0"));

TEST_P(OnecEveryEdition, answers_under_another_prefix_and_with_a_bom_are_understood) {
  start(GetParam(), "costs: off, prefix: d2p1, bom: on");
  const ProcessRef process = launch(third());
  EXPECT_EQ(seen(process).state, ProcessState::running);
  for (int i = 0; i < 2; ++i) decide(process, "approve");
  EXPECT_EQ(seen(process).outcome, Outcome::approved);
}

TEST_P(OnecEveryEdition, a_create_that_is_repeated_after_the_look_makes_no_second_document) {
  start(GetParam());
  const DocumentRef first = create();
  const auto found = run(edms().find_document(context(), contract()));
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->id, first.id);
  // The look was too early and the create went out all the same: the second one does not stay.
  const DocumentRef second = create();
  EXPECT_EQ(second.id, first.id);
  const auto again = run(edms().find_document(context(), contract()));
  ASSERT_TRUE(again && *again);
  EXPECT_EQ((*again)->id, first.id);
}

TEST_P(OnecEveryEdition, a_start_in_the_background_is_waited_for_and_not_ordered_twice) {
  if (std::string(GetParam()) == "2.1.11") GTEST_SKIP() << "its schema has no mark of a process that is queued";
  start(GetParam(), "costs: off, background_start: 300ms");
  const ProcessRef process = launch(third());
  EXPECT_EQ(seen(process).state, ProcessState::queued);
  const auto again = run(edms().start_process(context(), process));
  ASSERT_TRUE(again) << "queued is as good as started: " << describe(again.error());
  EXPECT_TRUE(eventually([&] { return seen(process).state == ProcessState::running; }));
  EXPECT_EQ(count("processes"), 1u);
}

TEST_P(OnecEveryEdition, an_interrupted_process_that_no_list_shows_is_told_as_interrupted) {
  start(GetParam());
  const ProcessRef process = launch(third());
  EXPECT_EQ(seen(process).state, ProcessState::running);
  act({{"process", process.id}, {"do", "interrupt"}, {"comment", "не нужно"}});
  EXPECT_EQ(seen(process).outcome, Outcome::interrupted);
}

TEST_P(OnecEveryEdition, a_second_start_is_success_and_starts_nothing) {
  start(GetParam());
  const ProcessRef process = launch(third());
  EXPECT_TRUE(run(edms().start_process(context(), process)));
  EXPECT_EQ(count("processes"), 1u);
  EXPECT_EQ(seen(process).participants.size(), 2u) << "nobody is asked twice";
}

TEST_P(OnecEveryEdition, a_refusal_waits_for_somebody_and_is_no_ending_yet) {
  start(GetParam());
  const ProcessRef process = launch(third());
  decide(process, "reject", "Нет печати");
  decide(process, "approve");
  const Snapshot s = seen(process);
  EXPECT_FALSE(s.outcome) << "the result of a round is no verdict of the process";
  EXPECT_TRUE(s.author_decision);
}

// ---- edition 2.1 ----------------------------------------------------------------------------------------------------

TEST_F(OnecSimTraps, a_login_the_web_server_reads_in_cp1251_is_accepted) {
  start("2.1", "", "access: { login_cp1251: on }\n");
  const auto report = run(edms().test_connection(context("")));
  ASSERT_TRUE(report) << describe(report.error());
  EXPECT_EQ(report.value().user, "Интеграция Битрикс24");
}

TEST_F(OnecSimTraps, sessions_beyond_the_licences_are_a_pause_and_no_refusal) {
  start("2.1", "licences: 1, costs: on, session_cost: 300ms");
  ASSERT_TRUE(run(edms().find_document(context(), contract())));
  const auto outcomes = at_once({{"bulk 1", false}, {"bulk 2", false}});
  std::size_t refused = 0;
  for (const auto& [name, error] : outcomes) {
    if (!error) continue;
    ++refused;
    EXPECT_EQ(error->fault, Fault::throttled) << describe(*error);
    EXPECT_TRUE(error->retry_after);
  }
  EXPECT_EQ(refused, 1u);
}

TEST_F(OnecSimTraps, no_more_calls_at_once_than_the_settings_allow_and_people_first) {
  start("2.1", "licences: 2, costs: on, session_cost: 100ms");
  connect({{"limits.calls", "2"}});
  ASSERT_TRUE(run(edms().find_document(context(), contract())));
  const auto outcomes = at_once({{"bulk 1", false}, {"bulk 2", false}, {"bulk 3", false}, {"person", true}});
  std::vector<std::string> order;
  for (const auto& [name, error] : outcomes) {
    EXPECT_FALSE(error) << name << ": " << describe(*error);
    order.push_back(name);
  }
  const auto at = [&](const char* name) { return std::find(order.begin(), order.end(), name) - order.begin(); };
  EXPECT_LT(at("person"), at("bulk 2")) << testing::PrintToString(order);
}

TEST_F(OnecSimTraps, people_who_decided_without_visas_are_known_from_their_tasks) {
  start("2.1", "costs: off, visas: off");
  const ProcessRef process = launch();
  decide(process, "approve");
  std::size_t approved = 0;
  for (const Participant& p : seen(process).participants) approved += p.verdict == Verdict::approved ? 1u : 0u;
  EXPECT_EQ(approved, 1u) << "the sheet of 1C shows nobody who has decided";
}

TEST_F(OnecSimTraps, the_prof_delivery_cannot_be_asked_to_interrupt) {
  start("2.1", "costs: off, edition: prof");
  const ProcessRef process = launch();
  ASSERT_TRUE(run(edms().test_connection(context(""))));
  EXPECT_FALSE(edms().capabilities().cancel);
  const auto cancelled = run(edms().cancel(context(), process, "отзыв"));
  ASSERT_FALSE(cancelled);
  EXPECT_EQ(cancelled.error().code, "edms.no_cancel");
  EXPECT_EQ(seen(process).state, ProcessState::running);
}

TEST_F(OnecSimTraps, a_completed_process_keeps_its_verdict_when_somebody_asks_to_interrupt_it) {
  start("2.1");
  const ProcessRef process = launch();
  for (int i = 0; i < 2; ++i) decide(process, "approve");
  const auto cancelled = run(edms().cancel(context(), process, "поздно"));
  ASSERT_FALSE(cancelled);
  EXPECT_EQ(cancelled.error().code, "edms.already_ended");
  EXPECT_EQ(seen(process).outcome, Outcome::approved);
}

TEST_F(OnecSimTraps, an_authors_decision_executed_in_the_background_is_not_executed_again) {
  start("2.1", "costs: off, background_tasks: 300ms");
  const ProcessRef process = launch();
  decide(process, "reject", "Нет печати");
  decide(process, "approve");
  ASSERT_TRUE(eventually([&] { return seen(process).author_decision.has_value(); }));
  const AuthorDecision decision = *seen(process).author_decision;
  ASSERT_TRUE(run(edms().decide_round(context(), process, decision, false, "Доработка не планируется")));
  EXPECT_FALSE(seen(process).author_decision) << "1C still writes it down: nobody is asked again";
  EXPECT_TRUE(run(edms().decide_round(context(), process, decision, false, "Доработка не планируется")));
  EXPECT_TRUE(eventually([&] { return seen(process).outcome == Outcome::rejected; }));
}

TEST_F(OnecSimTraps, a_template_that_no_request_applies_by_itself_is_asked_for_by_its_name) {
  start("2.1");
  ProcessDraft sequential = approval();
  sequential.template_name = "Последовательное согласование";
  const ProcessRef process = prepare(create(), sequential);
  ASSERT_TRUE(run(edms().start_process(context(), process)));
  std::size_t working = 0;
  for (const Participant& p : seen(process).participants) working += p.state == ParticipantState::working ? 1u : 0u;
  EXPECT_EQ(working, 1u);
}

// ---- edition 3.0 ----------------------------------------------------------------------------------------------------

TEST_F(OnecSimTraps, a_right_to_interrupt_that_is_missing_in_3_0_is_told_in_words) {
  start("3.0", "costs: off, terminate_role: off");
  DocumentDraft draft = contract();  // somebody else's: who is responsible may interrupt
  Reference responsible;
  responsible.name = "Иванов Иван Иванович";
  draft.fields.emplace_back("responsible", responsible);
  const ProcessRef process = prepare(create(draft), approval(true));
  ASSERT_TRUE(run(edms().start_process(context(), process)));
  const auto cancelled = run(edms().cancel(context(), process, "отзыв"));
  ASSERT_FALSE(cancelled);
  EXPECT_EQ(cancelled.error().fault, Fault::rejected);
  EXPECT_THAT(cancelled.error().message, HasSubstr("недостаточно прав"));
  EXPECT_EQ(seen(process).state, ProcessState::running);
}

TEST_F(OnecSimTraps, a_document_3_0_hides_from_us_spoils_no_other_and_is_not_called_deleted) {
  start("3.0", "costs: off, unreadable: 'Тайный*'");
  const ProcessRef open = launch(true);
  const std::string other = "31111111-2222-4333-8444-555555555555";
  ProcessRef hidden = open;
  hidden.document.id = hidden.id = other;
  const std::vector<ProcessRef> both{hidden, open};
  auto answer = run(edms().poll(context(""), both));
  ASSERT_TRUE(answer) << describe(answer.error());
  EXPECT_FALSE(answer.value().snapshots.at(0));
  ASSERT_TRUE(answer.value().snapshots.at(1)) << describe(answer.value().snapshots[1].error());
  EXPECT_EQ(answer.value().snapshots[1].value().state, ProcessState::running);
}

TEST_F(OnecSimTraps, a_state_that_takes_no_files_in_3_0_is_told_to_the_user) {
  start("3.0", "costs: off, files_refused_in: AwaitingApproval");
  const ProcessRef process = launch(true);
  const auto sent = run(edms().attach_file(context(), process.document, file("Договор.pdf", "текст")));
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().fault, Fault::rejected);
  EXPECT_THAT(sent.error().message, HasSubstr("запрещено добавление файлов"));
}

TEST_F(OnecSimTraps, a_processing_that_is_invisible_before_its_start_is_prepared_and_started_once) {
  start("3.0", "costs: off, unstarted_processing_visible: off");
  const ProcessRef process = launch(true);
  EXPECT_EQ(seen(process).state, ProcessState::running);
  EXPECT_EQ(count("processes"), 1u);
}

TEST_F(OnecSimTraps, a_termination_in_3_0_leaves_no_processing_to_read_and_is_an_ending) {
  start("3.0");
  const ProcessRef process = launch(true);
  ASSERT_TRUE(run(edms().cancel(context(), process, "Сделка отменена")));
  const Snapshot s = seen(process);
  EXPECT_EQ(s.outcome, Outcome::interrupted);
  EXPECT_TRUE(run(edms().cancel(context(), process, "Сделка отменена"))) << "once more is success";
}

}  // namespace
}  // namespace sedlink::onec_docflow::test
