// The adapter against the imitated Directum RX, in process and over real HTTP: whole lives of documents.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <fstream>

#include "sedlink/api/edms.hpp"
#include "sedlink/core/hash.hpp"
#include "sedlink/directum/adapter.hpp"
#include "sedlink/sim/directum.hpp"
#include "sedlink/sim/host.hpp"
#include "support/run_task.hpp"
#include "support/temp_dir.hpp"

namespace sedlink::directum::test {
namespace {

using testing::Contains;
using testing::HasSubstr;

constexpr const char* key = "21111111-2222-4333-8444-555555555555";
constexpr const char* process_key = "31111111-2222-4333-8444-555555555555";
const char* const lawyer = "Петров Пётр Петрович";
const char* const accountant = "Сидорова Анна Сергеевна";
const char* const director = "Морозова Елена Викторовна";

class RxSim : public testing::Test {
 protected:
  void begin(const std::string& edition = "4.11", bool module = true, const std::string& scenario = {}) {
    sim::Options options;
    options.edition = edition;
    options.module = module;
    if (!scenario.empty()) {
      auto parsed = sim::Scenario::parse(scenario);
      ASSERT_TRUE(parsed) << parsed.error().message;
      options.scenario = std::move(parsed).value();
    }
    auto simulator = sim::make_directum(options);
    auto made =
        sim::Host::create(io_.get_executor(), clock_, sim::HostOptions(), std::move(options), std::move(simulator));
    ASSERT_TRUE(made) << made.error().message;
    host_ = std::move(made).value();
    host_->start();
    api::ConnectionSettings s;
    s.name = "directum";
    s.type = "directum";
    s.values["url"] = host_->base_url() + "/Integration/odata/";
    s.values["user"] = "connector";
    s.secrets["password"] = Secret("rx-secret");
    for (const auto& [name, value] : extra_) s.values[name] = value;
    api::AdapterEnvironment environment;
    environment.executor = io_.get_executor();
    environment.clock = &clock_;
    environment.logger = &logger_;
    environment.spool = folder_.path();
    auto adapter = make_adapter(std::move(s), environment);
    ASSERT_TRUE(adapter) << describe(adapter.error());
    adapter_ = std::move(adapter).value();
  }
  void TearDown() override {
    adapter_.reset();
    if (!host_) return;
    boost::asio::co_spawn(io_, host_->stop(Duration(0)), boost::asio::detached);
    io_.restart();
    io_.run_for(std::chrono::seconds(5));
    host_.reset();
  }

  template <class T>
  T run(Task<T> task) {
    Result<T> result = testing_support::run_task(io_, std::move(task));
    if (!result) ADD_FAILURE() << describe(result.error());
    return result ? std::move(result).value() : T();
  }
  template <class T>
  Error refusal(Task<T> task) {
    Result<T> result = testing_support::run_task(io_, std::move(task));
    if (result) ADD_FAILURE() << "not refused";
    return result ? Error() : result.error();
  }
  api::CallContext context(const std::string& with_key = key) const {
    api::CallContext ctx;
    ctx.deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    ctx.key = with_key;
    return ctx;
  }
  SpooledFile spool(const std::string& name, const std::string& bytes) {
    SpooledFile f;
    f.path = folder_ / "spooled";
    std::ofstream(f.path, std::ios::binary) << bytes;
    f.name = name;
    f.size = bytes.size();
    f.sha256 = sha256_hex(bytes);
    return f;
  }
  static DocumentDraft contract() {
    DocumentDraft d;
    d.type = "contract";
    d.fields.emplace_back("title", Value("Договор 15"));
    Reference kind;
    kind.name = "Договор";
    d.fields.emplace_back("kind", kind);
    Reference ours;
    ours.edms_name = lawyer;
    d.fields.emplace_back("responsible", ours);
    d.fields.emplace_back("sum", Value(Money{"125000.50", "RUB"}));
    d.fields.emplace_back("currency", Value("RUB"));
    return d;
  }
  // A contract with a counterparty and one file.
  DocumentRef document() {
    DocumentDraft draft = contract();
    Reference company;
    company.inn = "7717586110";
    company.create = true;
    const Reference found =
        run(adapter_->ensure_counterparty(context("41111111-2222-4333-8444-555555555555"), company, "ООО Ромашка"));
    draft.fields.emplace_back("counterparty", found);
    const DocumentRef made = run(adapter_->create_document(context(), draft));
    run(adapter_->attach_file(context(), made, spool("Договор 15.docx", "содержимое")));
    return made;
  }
  ProcessRef start(const DocumentRef& document, const ProcessDraft& draft) {
    const ProcessRef prepared = run(adapter_->prepare_process(context(process_key), document, draft));
    EXPECT_EQ(poll(prepared).state, ProcessState::queued);
    const auto found = run(adapter_->find_process(context(process_key), document, draft));
    EXPECT_EQ(found ? found->id : "", prepared.id);
    Result<void> started = testing_support::run_task(io_, adapter_->start_process(context(), prepared));
    EXPECT_TRUE(started) << describe(started.error());
    return prepared;
  }
  static ProcessDraft draft(const char* kind, std::vector<const char*> people = {}) {
    ProcessDraft d;
    d.kind = kind;
    d.description = "Прошу согласовать";
    for (const char* name : people) {
      Reference r;
      r.edms_name = name;
      d.approvers.push_back(r);
    }
    return d;
  }
  Snapshot poll(const ProcessRef& process) {
    auto answer = run(adapter_->poll(context(""), {process}));
    if (answer.snapshots.size() != 1 || !answer.snapshots[0]) {
      ADD_FAILURE() << (answer.snapshots.empty() ? "no snapshot" : describe(answer.snapshots[0].error()));
      return {};
    }
    return answer.snapshots[0].value();
  }
  void act(const ProcessRef& process, const char* person, const char* what, const char* comment = "") {
    boost::json::object asked{{"process", process.id}, {"do", what}};
    if (*person != 0) asked["person"] = person;
    if (*comment != 0) asked["comment"] = comment;
    const auto done = host_->simulator().act(asked);
    EXPECT_TRUE(done) << what << ": " << done.error().message;
  }
  void decide(const ProcessRef& process, bool again) {
    const Snapshot s = poll(process);
    ASSERT_TRUE(s.author_decision) << "nothing to decide";
    EXPECT_TRUE(s.author_decision->ours);
    const auto done = testing_support::run_task(
        io_, adapter_->decide_round(context(), process, *s.author_decision, again, "исправлено"));
    EXPECT_TRUE(done) << describe(done.error());
  }

  boost::asio::io_context io_{1};
  SystemClock clock_;
  NullLogger logger_;
  testing_support::TempDir folder_;
  std::unique_ptr<sim::Host> host_;
  std::unique_ptr<api::EdmsAdapter> adapter_;
  std::map<std::string, std::string> extra_;
};

TEST_F(RxSim, a_contract_is_approved_by_rule_signed_and_brought_back) {
  begin();
  const auto report = run(adapter_->test_connection(context()));
  if (!adapter_->capabilities().signatures) GTEST_SKIP() << "this simulator plays no module";
  EXPECT_THAT(report.warnings, testing::Each(HasSubstr("http://"))) << "an employee, a whole module";
  const DocumentRef made = document();
  EXPECT_EQ(run(adapter_->find_document(context(), contract()))->id, made.id);
  const ProcessRef process = start(made, draft("rule"));
  Snapshot s = poll(process);
  EXPECT_EQ(s.state, ProcessState::running);
  EXPECT_THAT(s.stages, testing::Not(testing::IsEmpty()));
  EXPECT_EQ(s.document.state, "На согласовании");
  act(process, lawyer, "approve", "хорошо");
  act(process, accountant, "remark", "сумма прописью");
  s = poll(process);
  ASSERT_EQ(s.stages.size(), 1U);
  EXPECT_EQ(s.stages[0].kind, StageKind::signing);
  act(process, director, "sign");
  s = poll(process);
  EXPECT_EQ(s.outcome, Outcome::approved_with_remarks);
  EXPECT_THAT(s.participants, Contains(testing::Field(&Participant::comment, "сумма прописью")));
  const ResultSet results = run(adapter_->list_results(context(), process));
  ASSERT_FALSE(results.files.empty());
  EXPECT_EQ(results.files[0].name, "Договор 15.docx");
  EXPECT_THAT(results.files[0].signatures,
              Contains(testing::Field(&SignatureInfo::bytes, testing::Not(testing::IsEmpty()))));
  ASSERT_TRUE(results.sheet_pdf);
  const SpooledFile back = run(adapter_->fetch(context(), results.files[0].ref, (folder_ / "back").string()));
  EXPECT_EQ(back.sha256, sha256_hex("содержимое"));
}

TEST_F(RxSim, a_refused_contract_comes_back_corrected_and_is_approved_in_the_second_round) {
  begin("4.11", false);
  const DocumentRef made = document();
  const ProcessRef process = start(made, draft("rule"));
  act(process, accountant, "approve");
  act(process, lawyer, "rework", "нет печати");
  Snapshot s = poll(process);
  ASSERT_TRUE(s.author_decision);
  EXPECT_EQ(s.author_decision->round_verdict, Verdict::rejected);
  EdmsFileRef file;
  file.id = made.id;
  run(adapter_->add_version(context(), made, file, spool("Договор 15.docx", "исправлено")));
  decide(process, true);
  s = poll(process);
  EXPECT_EQ(s.round, 2);
  act(process, lawyer, "approve");
  act(process, accountant, "approve");
  act(process, director, "sign");
  EXPECT_EQ(poll(process).outcome, Outcome::approved);
  const ResultSet results = run(adapter_->list_results(context(), process));
  ASSERT_FALSE(results.files.empty());
  EXPECT_THAT(results.files[0].signatures, Contains(testing::Field(&SignatureInfo::signer, director)));
  EXPECT_FALSE(results.sheet_pdf);
}

TEST_F(RxSim, a_free_approval_ends_when_its_author_says_so) {
  begin("4.7", false);
  const ProcessRef process = start(document(), draft("free", {lawyer, accountant}));
  act(process, lawyer, "approve");
  act(process, accountant, "rework", "не согласна");
  decide(process, true);
  act(process, accountant, "approve");
  Snapshot s = poll(process);
  EXPECT_FALSE(s.outcome);
  ASSERT_TRUE(s.author_decision);
  EXPECT_EQ(s.author_decision->round_verdict, Verdict::approved);
  decide(process, false);
  EXPECT_EQ(poll(process).outcome, Outcome::approved);
}

TEST_F(RxSim, a_process_variant_is_rejected_by_the_signatory) {
  begin();
  const ProcessRef process = start(document(), draft("process"));
  act(process, lawyer, "approve");
  act(process, accountant, "approve");
  act(process, director, "reject", "не будем");
  EXPECT_EQ(poll(process).outcome, Outcome::rejected);
}

TEST_F(RxSim, a_simple_task_that_is_done_is_no_approval) {
  begin("4.4", false);
  const ProcessRef process = start(document(), draft("simple", {lawyer}));
  act(process, lawyer, "approve");
  Snapshot s = poll(process);
  if (s.author_decision) decide(process, false);
  EXPECT_EQ(poll(process).outcome, Outcome::unknown);
}

TEST_F(RxSim, the_module_aborts_what_we_withdraw_and_without_it_nobody_does) {
  begin("4.11", true);
  const auto report = run(adapter_->test_connection(context()));
  if (!adapter_->capabilities().cancel_reason) GTEST_SKIP() << "this simulator plays no module: " << report.version;
  const ProcessRef process = start(document(), draft("rule"));
  act(process, lawyer, "approve");
  const auto cancelled = testing_support::run_task(io_, adapter_->cancel(context(), process, "Отозвано в CRM"));
  ASSERT_TRUE(cancelled) << describe(cancelled.error());
  EXPECT_EQ(poll(process).outcome, Outcome::interrupted) << "whose abort it was is the process's to know";
}

TEST_F(RxSim, without_the_module_an_approval_is_not_aborted_and_people_can) {
  begin("4.11", false);
  const ProcessRef process = start(document(), draft("rule"));
  EXPECT_EQ(refusal(adapter_->cancel(context(), process, "Отозвано")).code, "edms.no_cancel");
  act(process, "", "suspend");
  EXPECT_EQ(poll(process).state, ProcessState::paused);
  act(process, "", "resume");
  act(process, "", "interrupt");
  EXPECT_EQ(poll(process).outcome, Outcome::interrupted);
}

TEST_F(RxSim, a_deleted_task_is_an_interruption) {
  begin("4.11", false);
  const ProcessRef process = start(document(), draft("rule"));
  EXPECT_EQ(poll(process).state, ProcessState::running);
  act(process, "", "delete");
  const Snapshot s = poll(process);
  EXPECT_EQ(s.state, ProcessState::deleted);
  EXPECT_EQ(s.outcome, Outcome::interrupted);
}

TEST_F(RxSim, the_oldest_edition_keeps_the_key_in_the_note) {
  begin("4.4", false);
  const DocumentRef made = document();
  const auto found = run(adapter_->find_document(context(), contract()));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, made.id);
  EXPECT_FALSE(run(adapter_->find_document(context("51111111-2222-4333-8444-555555555555"), contract())));
  EXPECT_THAT(adapter_->capabilities().process_kinds, testing::Not(Contains("process")));
}

TEST_F(RxSim, a_catalog_lists_what_mappings_name) {
  begin();
  const api::Catalog catalog = run(adapter_->discover(context()));
  const auto has = [&](const char* kind, const char* name) {
    return std::any_of(catalog.begin(), catalog.end(),
                       [&](const api::CatalogEntry& e) { return e.kind == kind && e.name == name; });
  };
  EXPECT_TRUE(has("document_kind.contract", "Договор"));
  EXPECT_TRUE(has("template.rule", "Согласование договора"));
  EXPECT_TRUE(has("person", lawyer));
  const auto company =
      std::find_if(catalog.begin(), catalog.end(), [](const auto& e) { return e.kind == "organization"; });
  ASSERT_NE(company, catalog.end());
  EXPECT_EQ(company->detail, "7701234567") << "mappings name our company by its ИНН";
}

TEST_F(RxSim, tokens_are_taken_and_renewed) {
  extra_["auth"] = "token";
  begin("4.11", false, "access: { basic: on, token_lifetime: 30m }\n");
  EXPECT_TRUE(adapter_ != nullptr);
  Reference who;
  who.edms_name = lawyer;
  EXPECT_EQ(run(adapter_->find_person(context(), who)).size(), 1U);
}

}  // namespace
}  // namespace sedlink::directum::test
