#include "sedlink/mapping/compile.hpp"

#include "config/golden.hpp"
#include "sedlink/core/hash.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::mapping {
namespace {

const std::filesystem::path root = SEDLINK_SOURCE_DIR;
const std::filesystem::path examples = root / "mapping/examples";

std::string printed(const std::vector<config::Finding>& findings, const std::string& text) {
  return config::format_findings(findings, {{findings.empty() ? "" : findings.front().file, text}},
                                 config::FindingFormat::text);
}

MappingPtr example(const std::string& name) {
  const std::string text = testing::read_text(examples / name);
  CompileResult result = compile(text, name, {});
  EXPECT_TRUE(result.findings.empty()) << printed(result.findings, text);
  return result.mapping;
}

TEST(Examples, all_compile_without_a_finding) {
  std::size_t count = 0;
  for (const std::string& name : testing::golden_names(examples)) {
    EXPECT_NE(example(name + ".yaml"), nullptr);
    ++count;
  }
  EXPECT_GE(count, 3u);
}

TEST(Compile, launch_and_withdraw_are_read) {
  const MappingPtr m = example("contracts.yaml");
  ASSERT_TRUE(m);
  EXPECT_EQ(m->id, "contracts");
  EXPECT_EQ(m->title, "Согласование договоров");
  EXPECT_EQ(m->crm, "portal");
  EXPECT_EQ(m->edms, "docflow");
  EXPECT_EQ(m->launch.entity, "dynamic:1036");
  EXPECT_EQ(m->launch.category, "10");
  EXPECT_EQ(m->launch.stage, "DT1036_10:PREPARATION");
  EXPECT_EQ(m->launch.once_per, OncePer::revision);
  EXPECT_EQ(m->launch.require, (std::vector<std::string>{"ufCrm10Contract", "companyId"}));
  ASSERT_TRUE(m->launch.sent.comment);
  EXPECT_EQ(m->launch.sent.comment->source(), "Отправлено на согласование в СЭД");
  EXPECT_FALSE(m->launch.refused.crm);
  EXPECT_EQ(m->launch.refused.notify, (std::vector<Recipient>{Recipient::initiator}));
  ASSERT_TRUE(m->withdraw);
  EXPECT_EQ(m->withdraw->stage, "DT1036_10:WITHDRAWN");
  ASSERT_TRUE(m->withdraw->reason);
}

TEST(Compile, document_and_process_are_read) {
  const MappingPtr m = example("contracts.yaml");
  ASSERT_TRUE(m);
  EXPECT_EQ(m->document.type, "internal");
  std::vector<std::string> names;
  for (const DocumentField& f : m->document.fields) names.push_back(f.name);
  EXPECT_EQ(names,
            (std::vector<std::string>{"kind", "folder", "our_company", "title", "sum", "counterparty", "responsible"}));
  const auto& counterparty = std::get<ReferenceSpec>(m->document.fields[5].value);
  EXPECT_TRUE(counterparty.create);
  EXPECT_TRUE(counterparty.inn && counterparty.kpp && !counterparty.name);
  ASSERT_EQ(m->document.files.size(), 2u);
  EXPECT_EQ(m->document.files[0].field, "ufCrm10Contract");
  EXPECT_EQ(m->document.files[0].role, "main");
  EXPECT_TRUE(m->document.files[1].optional);
  EXPECT_EQ(m->process.kind, "approval");
  EXPECT_EQ(m->process.template_name, "Согласование договора");
  EXPECT_EQ(m->process.due, Duration(std::chrono::hours(120)));
  EXPECT_EQ(m->process.rework, Rework::edms);
}

TEST(Compile, tables_results_and_folder_are_read) {
  const MappingPtr m = example("contracts.yaml");
  ASSERT_TRUE(m);
  ASSERT_EQ(m->stages.size(), 4u);
  EXPECT_EQ(m->stages[1].edms, "На доработке");
  EXPECT_EQ(m->stages[1].reaction.crm, "DT1036_10:REWORK");
  EXPECT_EQ(m->stages[1].range.start.line, 42);
  EXPECT_FALSE(m->stages[3].reaction.crm);
  ASSERT_EQ(m->outcomes.size(), 5u);
  const Reaction& rejected = m->outcomes.at(Outcome::rejected);
  ASSERT_TRUE(rejected.task && rejected.task->checklist);
  EXPECT_EQ(rejected.task->title.source(), "Работа над ошибками");
  ASSERT_EQ(m->fields.size(), 5u);
  EXPECT_EQ(m->fields[2].field, "ufCrm10EdmsDue");
  ASSERT_EQ(m->results.size(), 3u);
  EXPECT_EQ(m->results[0].take, Take::document);
  ASSERT_EQ(m->results[0].to.size(), 3u);
  EXPECT_EQ(m->results[0].to[0].kind, ResultTarget::Kind::field);
  EXPECT_EQ(m->results[0].to[0].field, "ufCrm10Signed");
  EXPECT_EQ(m->results[0].to[1].kind, ResultTarget::Kind::folder);
  EXPECT_EQ(m->results[0].to[2].kind, ResultTarget::Kind::timeline);
  ASSERT_TRUE(m->folder);
  EXPECT_EQ(m->folder->text().source(), "Контрагенты/{{ company.title }}/Договоры");
}

TEST(Compile, tests_are_read_with_their_types) {
  const MappingPtr m = example("contracts.yaml");
  ASSERT_TRUE(m);
  const TestCase& test = m->tests.front();
  EXPECT_EQ(test.item.at("id"), Value(77));
  EXPECT_EQ(test.item.at("opportunity"), Value("150000.00"));
  ASSERT_EQ(test.item.at("ufCrm10Contract").files().size(), 1u);
  EXPECT_EQ(test.item.at("ufCrm10Contract").files().front().name, "contract.pdf");
  EXPECT_TRUE(test.item.at("ufCrm10Annexes").empty());
  EXPECT_EQ(test.company.at("requisite.inn"), Value("7717586110"));
  ASSERT_EQ(test.events.size(), 3u);
  EXPECT_EQ(test.events[0].kind, TestEvent::Kind::crm_launch);
  EXPECT_EQ(test.events[1].at, Duration(std::chrono::hours(2)));
  EXPECT_EQ(test.events[1].holders, (std::vector<std::string>{"Петров Пётр Петрович"}));
  EXPECT_EQ(test.events[2].outcome, Outcome::rejected);
  EXPECT_EQ(test.expect[1].task, "Работа над ошибками");
  const TestCase& withdrawn = m->tests[3];
  EXPECT_EQ(withdrawn.events[2].kind, TestEvent::Kind::crm_move);
  EXPECT_EQ(withdrawn.events[2].stage, "DT1036_10:WITHDRAWN");
}

TEST(Compile, author_rounds_and_card_edits_of_tests_are_read) {
  const MappingPtr m = example("contracts-rework-in-crm.yaml");
  ASSERT_TRUE(m);
  EXPECT_EQ(m->process.rework, Rework::crm);
  EXPECT_EQ(m->process.give_up, (std::vector<std::string>{"DT1038_12:GIVE_UP"}));
  const TestCase& test = m->tests.front();
  EXPECT_EQ(test.events[2].round_result, Verdict::rejected);
  EXPECT_EQ(test.events[3].kind, TestEvent::Kind::crm_edit);
  ASSERT_EQ(test.events[3].fields.at("ufCrm12Contract").files().size(), 1u);
  EXPECT_EQ(test.events[4].kind, TestEvent::Kind::crm_move);
  EXPECT_EQ(test.expect[2].decide, TestExpectation::Decide::again);
}

TEST(Compile, revision_is_the_hash_of_the_text) {
  const MappingPtr m = example("deals.yaml");
  ASSERT_TRUE(m);
  EXPECT_EQ(m->revision, sha256_hex(testing::read_text(examples / "deals.yaml")));
}

// ---- the world around the file --------------------------------------------------------------------------------------

std::vector<std::string> rules_in(const LintWorld& world, const std::string& from, const std::string& to) {
  std::string text = testing::read_text(examples / "contracts.yaml");
  EXPECT_NE(text.find(from), std::string::npos);
  text = text::replace_all(std::move(text), from, to);
  std::vector<std::string> rules;
  for (const config::Finding& f : compile(text, "contracts.yaml", world).findings) rules.push_back(f.rule);
  return rules;
}
using Rules = std::vector<std::string>;

LintWorld world() {
  LintWorld w;
  w.connections = {"docflow", "portal"};
  w.sides = {{"portal", "crm"}, {"docflow", "edms"}};
  return w;
}

TEST(Lint, fits_a_world_that_has_everything) { EXPECT_EQ(rules_in(world(), "crm: portal", "crm: portal"), Rules{}); }

TEST(Lint, lists_the_kinds_of_documents_and_processes_that_the_edms_has) {
  LintWorld w = world();
  w.document_types = {"contract", "letter"};
  w.process_kinds = {"rule", "free"};
  EXPECT_EQ(rules_in(w, "crm: portal", "crm: portal"), (Rules{"mapping.document-type", "mapping.process-kind"}));
}

TEST(Lint, finds_a_connection_that_the_config_lacks) {
  EXPECT_EQ(rules_in(world(), "crm: portal", "crm: protal"), Rules{"mapping.unknown-connection"});
}

TEST(Lint, finds_a_connection_of_the_wrong_side) {
  EXPECT_EQ(rules_in(world(), "edms: docflow", "edms: portal"), Rules{"mapping.wrong-side"});
}

TEST(Lint, finds_what_the_edms_cannot) {
  LintWorld w = world();
  w.resubmit = false;
  EXPECT_EQ(rules_in(w, "  rework: edms\n", "  rework: crm\n  give_up: [X]\n"), Rules{"mapping.capability"});
  w = world();
  w.cancel = w.set_due = false;
  EXPECT_EQ(rules_in(w, "rework: edms", "rework: edms"), (Rules{"mapping.capability", "mapping.capability"}));
  w = world();
  w.process_kinds = {"processing"};
  EXPECT_EQ(rules_in(w, "rework: edms", "rework: edms"), Rules{"mapping.process-kind"});
  w = world();
  w.document_fields = {"title", "kind", "folder", "our_company", "counterparty", "responsible"};
  EXPECT_EQ(rules_in(w, "rework: edms", "rework: edms"), Rules{"mapping.document-field"});
}

// ---- matching -------------------------------------------------------------------------------------------------------

TEST(MatchStage, first_row_that_matches_any_open_stage_wins) {
  const MappingPtr m = example("contracts.yaml");
  ASSERT_TRUE(m);
  const auto row = [&](std::vector<OpenStage> open) {
    const StageRow* found = match_stage(*m, open);
    return found == nullptr ? std::string() : found->edms;
  };
  EXPECT_EQ(row({{StageKind::approval, "Согласовать договор"}}), "Согласование");
  EXPECT_EQ(row({{StageKind::confirmation, "x"}, {StageKind::rework, "y"}}), "На доработке");
  EXPECT_EQ(row({{StageKind::other, "утверждение"}}), "Утверждение");
  EXPECT_EQ(row({{StageKind::signing, "Подписать"}}), "*");
  EXPECT_EQ(row({}), "");
}

}  // namespace
}  // namespace sedlink::mapping
