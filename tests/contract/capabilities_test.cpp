// Capabilities are honest: what they promise works, what they deny is refused with a clear fault and not attempted.
#include <algorithm>

#include "contract/battery.hpp"

namespace sedlink::contract {
namespace {

bool lists(const std::vector<std::string>& all, std::string_view name) {
  return std::find(all.begin(), all.end(), name) != all.end();
}

TEST_P(Contract, capabilities_name_what_a_mapping_may_use) {
  const api::Capabilities can = capabilities();
  EXPECT_GE(can.poll_batch, 1u);
  EXPECT_GT(can.max_file, 1024u * 1024u);
  EXPECT_TRUE(lists(can.document_types, stand().draft("Договор").type));
  EXPECT_TRUE(lists(can.process_kinds, stand().route().kind));
  for (const DraftField& f : stand().draft("Договор").fields)
    EXPECT_TRUE(lists(can.document_fields, f.name) || f.name.starts_with("vendor.")) << f.name;
}

TEST_P(Contract, the_connection_reports_what_it_found_and_changes_nothing) {
  const Tally before = stand().tally();
  const api::ConnectionReport report = must(edms().test_connection(context()));
  EXPECT_FALSE(report.product.empty());
  EXPECT_FALSE(report.version.empty());
  EXPECT_FALSE(report.user.empty());
  const Tally after = stand().tally();
  EXPECT_EQ(after.documents, before.documents);
  EXPECT_EQ(after.counterparties, before.counterparties);
  EXPECT_EQ(after.processes, before.processes);
}

TEST_P(Contract, the_catalog_names_what_a_draft_refers_to) {
  const api::Catalog catalog = must(edms().discover(context()));
  const std::string approver = stand().approver();
  bool person = false;
  for (const api::CatalogEntry& e : catalog) {
    EXPECT_FALSE(e.kind.empty());
    EXPECT_FALSE(e.id.empty()) << e.kind << " " << e.name;
    person = person || (e.kind == "person" && e.name == approver);
  }
  EXPECT_TRUE(person);
}

TEST_P(Contract, an_unknown_document_type_is_refused) {
  capabilities();
  DocumentDraft draft = stand().draft("Договор");
  draft.type = "nothing_of_the_kind";
  const Result<DocumentRef> made = run(edms().create_document(context(key()), draft));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().fault, Fault::rejected) << describe(made.error());
  EXPECT_EQ(stand().tally().documents, 0u);
}

TEST_P(Contract, an_unknown_field_is_refused_and_not_dropped) {
  DocumentDraft draft = stand().draft("Договор");
  draft.fields.emplace_back("vendor.NothingOfTheKind", Value("значение"));
  const Result<DocumentRef> made = run(edms().create_document(context(key()), draft));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().fault, Fault::rejected) << describe(made.error());
  EXPECT_EQ(made.error().code, "edms.field_unknown");
  EXPECT_EQ(made.error().audience, Audience::admin);
  EXPECT_EQ(stand().tally().documents, 0u);
}

TEST_P(Contract, promised_fields_are_taken) {
  const api::Capabilities can = capabilities();
  const std::vector<DraftField> values{{"subject", Value("О поставке")},
                                       {"comment", Value("Срочно")},
                                       {"sum", Value("125000.50")},
                                       {"valid_from", Value("2026-01-15")},
                                       {"valid_till", Value("31.12.2026")},
                                       {"date", Value("2026-01-14")},
                                       {"number", Value("15/Д")}};
  std::size_t taken = 0;
  for (const DraftField& field : values) {
    if (!lists(can.document_fields, field.name)) continue;
    DocumentDraft draft = stand().draft("Договор с полем " + field.name);
    std::erase_if(draft.fields, [&](const DraftField& f) { return f.name == field.name; });
    draft.fields.push_back(field);
    const Result<DocumentRef> made = run(edms().create_document(context(key()), draft));
    EXPECT_TRUE(made) << field.name << ": " << describe(made.error());
    ++taken;
  }
  EXPECT_EQ(stand().tally().documents, taken);
  EXPECT_GT(taken, 0u);
}

TEST_P(Contract, an_unknown_kind_of_process_is_refused) {
  const DocumentRef about = document();
  ProcessDraft draft = stand().route();
  draft.kind = "nothing_of_the_kind";
  const Result<ProcessRef> made = run(edms().prepare_process(context(key()), about, draft));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().fault, Fault::rejected) << describe(made.error());
  EXPECT_EQ(made.error().code, "edms.process_kind");
  EXPECT_EQ(stand().tally().processes, 0u);
}

TEST_P(Contract, a_reference_that_nothing_answers_to_is_told_to_the_user) {
  DocumentDraft draft = stand().draft("Договор");
  Reference nobody;
  nobody.name = "Нет Такого Человека";
  bool replaced = false;
  for (DraftField& f : draft.fields) {
    if (f.name != "responsible") continue;
    f.value = nobody;
    replaced = true;
  }
  if (!replaced) draft.fields.emplace_back("responsible", nobody);
  const Result<DocumentRef> made = run(edms().create_document(context(key()), draft));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().fault, Fault::rejected) << describe(made.error());
  EXPECT_EQ(made.error().code, "edms.reference.none");
  EXPECT_EQ(made.error().audience, Audience::user);
  EXPECT_NE(made.error().message.find("Нет Такого Человека"), std::string::npos) << made.error().message;
  EXPECT_EQ(stand().tally().documents, 0u);
  EXPECT_TRUE(must(edms().find_person(context(), nobody)).empty());
}

TEST_P(Contract, a_counterparty_is_found_by_its_requisites_and_not_doubled) {
  const Tally before = stand().tally();
  const Reference found = must(edms().ensure_counterparty(context(key()), stand().known_counterparty(), "Иное имя"));
  EXPECT_FALSE(found.id.empty());
  EXPECT_EQ(stand().tally().counterparties, before.counterparties);
  Reference unknown = stand().new_counterparty(1);
  unknown.create = false;
  const Result<Reference> refused = run(edms().ensure_counterparty(context(key()), unknown, unknown.name));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "edms.counterparty.none");
  EXPECT_EQ(refused.error().fault, Fault::rejected);
  EXPECT_EQ(refused.error().audience, Audience::user);
  EXPECT_EQ(stand().tally().counterparties, before.counterparties);
  unknown.create = true;
  const std::string key = Contract::key();
  const Reference made = must(edms().ensure_counterparty(context(key), unknown, unknown.name));
  const Reference again = must(another()->ensure_counterparty(context(key), unknown, unknown.name));
  EXPECT_EQ(made.id, again.id);
  EXPECT_EQ(stand().tally().counterparties, before.counterparties + 1);
}

TEST_P(Contract, cancelling_denied_is_cancelling_refused) {
  const bool denied = !capabilities().cancel;
  std::unique_ptr<api::EdmsAdapter> adapter = another(denied ? std::string_view() : "cancel");
  if (!needs(adapter != nullptr, "a setting against cancel")) return;
  const ProcessRef process = running();
  must(adapter->test_connection(context()));
  EXPECT_FALSE(adapter->capabilities().cancel);
  const Result<void> refused = run(adapter->cancel(context(key()), process, "Отозвано"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, Fault::rejected) << describe(refused.error());
  EXPECT_EQ(refused.error().code, "edms.no_cancel");
  EXPECT_FALSE(refused.error().message.empty());
  EXPECT_EQ(stand().tally().interrupted, 0u);
  EXPECT_EQ(look(process).state, ProcessState::running);
}

TEST_P(Contract, deciding_a_round_denied_is_deciding_refused) {
  if (!needs(!capabilities().resubmit, "no resubmit")) return;
  const ProcessRef process = running();
  stand().act(Deed::reject, process, "Нет печати");
  const Tally before = stand().tally();
  AuthorDecision decision;
  decision.round_verdict = Verdict::rejected;
  decision.ours = true;
  const Result<void> refused = run(edms().decide_round(context(key()), process, decision, true, "Исправлено"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, Fault::rejected) << describe(refused.error());
  EXPECT_EQ(refused.error().code, "edms.no_decision");
  EXPECT_EQ(stand().tally().rounds, before.rounds);
}

TEST_P(Contract, a_promised_due_date_reaches_the_approver) {
  if (!needs(capabilities().set_due, "set_due")) return;
  const DocumentRef about = document();
  ProcessDraft draft = stand().route();
  draft.due = std::chrono::hours(72);
  const std::string key = Contract::key();
  const ProcessRef process = must(edms().prepare_process(context(key), about, draft));
  must(edms().start_process(context(key), process));
  const Snapshot s = look_until(process, [](const Snapshot& seen) { return !seen.participants.empty(); });
  const Time now = SystemClock().now();
  const auto near_three_days = [now](const Due& due) {
    const Time* time = std::get_if<Time>(&due);
    return time != nullptr && *time > now + std::chrono::hours(48) && *time < now + std::chrono::hours(24 * 8);
  };
  EXPECT_TRUE(near_three_days(s.due) || std::any_of(s.participants.begin(), s.participants.end(),
                                                    [&](const Participant& p) { return near_three_days(p.due); }));
}

TEST_P(Contract, the_approval_sheet_is_where_capabilities_say) {
  const DocumentRef about = document();
  file(about, "Договор.pdf", some_bytes(1000));
  const ProcessRef process = running(about);
  stand().act(Deed::approve, process, "Согласен");
  conclude(process);
  const ResultSet results = must(edms().list_results(context(), process));
  const api::SheetSource sheet = edms().capabilities().sheet;
  EXPECT_EQ(!results.sheet_rows.empty(), sheet == api::SheetSource::rows);
  EXPECT_EQ(results.sheet_pdf.has_value(), sheet == api::SheetSource::pdf);
  if (sheet == api::SheetSource::rows) { EXPECT_EQ(results.sheet_rows.at(0).person, stand().approver()); }
  if (sheet == api::SheetSource::pdf) { EXPECT_TRUE(fetched(*results.sheet_pdf).starts_with("%PDF")); }
}

TEST_P(Contract, trouble_is_classified_once_and_not_hammered) {
  const DocumentDraft draft = stand().draft("Договор");
  must(edms().create_document(context(key()), draft));  // connected
  for (const Mishap mishap : {Mishap::throttle, Mishap::refuse_credentials, Mishap::server_error, Mishap::close}) {
    if (!stand().has(mishap)) continue;
    const std::size_t before = stand().requests();
    stand().arm(mishap, 0, 1000);
    const Result<DocumentRef> refused = run(edms().create_document(context(key()), draft));
    stand().disarm();
    ASSERT_FALSE(refused) << to_string(mishap);
    EXPECT_LE(stand().requests() - before, 3u) << to_string(mishap) << ": repetitions are the engine's";
    if (refused.error().retry_after) { EXPECT_GT(refused.error().retry_after->count(), 0); }
    EXPECT_FALSE(refused.error().message.empty());
  }
  must(edms().create_document(context(key()), draft));
  EXPECT_EQ(stand().tally().documents, 2u);
}

TEST_P(Contract, a_deadline_that_has_passed_sends_nothing) {
  const DocumentDraft draft = stand().draft("Договор");
  must(edms().create_document(context(key()), draft));
  const std::size_t before = stand().requests();
  api::CallContext late = context(key());
  late.deadline = std::chrono::steady_clock::now() - std::chrono::seconds(1);
  const Result<DocumentRef> made = run(edms().create_document(late, draft));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().fault, Fault::transient) << describe(made.error());
  stand().settle();
  EXPECT_EQ(stand().requests(), before);
}

}  // namespace
}  // namespace sedlink::contract
