// What a run does after an operator skipped an effect, and after a refusal in the middle of a new round.
#include <set>

#include "world.hpp"

namespace sedlink::process::testing {
namespace {

Transition skip(World& w, const Effect& effect) {
  EffectSkipped event;
  event.effect = effect;
  return w.apply(event);
}

const Effect* last_of(const World& w, const std::string& kind) {
  for (auto it = w.effects.rbegin(); it != w.effects.rend(); ++it)
    if (kind == kind_of(it->action)) return &*it;
  ADD_FAILURE() << "no effect " << kind;
  return nullptr;
}

// Settles, but what is of `kind` is refused for a reason the user can cure.
void settle_refusing(World& w, const std::string& kind) {
  while (w.next < w.effects.size()) {
    const Effect e = w.effects[w.next++];
    if (kind == kind_of(e.action)) {
      EffectFailed failed;
      failed.effect = e;
      failed.error.fault = Fault::rejected;
      failed.error.audience = Audience::user;
      failed.error.message = "Файл занят";
      EXPECT_TRUE(w.apply(failed).handled);
      continue;
    }
    EffectSucceeded done;
    done.effect = e;
    done.result = w.result_of(e.action);
    w.apply(done);
  }
}

World refused_in_the_first_round() {
  World w("contracts-rework-in-crm.yaml");
  w.see();
  w.settle();
  Snapshot s = World::at_stage(StageKind::rework);
  s.author_decision = AuthorDecision{Verdict::rejected, {}, true, "t1", 1};
  w.snapshot(s);
  w.settle();
  return w;
}

void new_file(World& w, const std::string& field, const std::string& id, const std::string& name) {
  w.item.fields[field] = Value(Value::List{Value(CrmFile{id, name, {}})});
}

std::string last_comment(const World& w) {
  std::string text;
  for (const auto& e : w.effects)
    if (const auto* c = std::get_if<ChangeCrm>(&e.action))
      if (const auto* said = std::get_if<Comment>(&c->action)) text = said->text;
  return text;
}

// The creation of the document is refused in these words, to be told to `audience`.
World refused_document(const std::string& words, Audience audience = Audience::user) {
  World w;
  w.see();
  w.settle_until("create_document");
  EffectFailed failed;
  failed.effect = w.effects[w.next - 1];
  failed.error.fault = Fault::rejected;
  failed.error.audience = audience;
  failed.error.message = words;
  w.apply(failed);
  return w;
}

TEST(Refused, what_the_mapping_names_wrong_is_the_administrators_to_cure) {
  const World w = refused_document("Наша организация с ИНН 7701234567 в 1С нет");
  EXPECT_EQ(w.instance.phase, Phase::waiting_for_data);
  const Effect* told = last_of(w, "attention");
  ASSERT_NE(told, nullptr);
  const auto& attention = std::get<Attention>(told->action);
  EXPECT_EQ(attention.code, "mapping.reference");
  EXPECT_NE(attention.text.find("ИНН 7701234567"), std::string::npos) << attention.text;
  const std::string said = last_comment(w);
  EXPECT_NE(said.find("администратору сообщено"), std::string::npos) << said;
  EXPECT_EQ(said.find("Дополните карточку"), std::string::npos) << said;
}

TEST(Refused, in_the_words_of_the_edms_may_be_nobodys_fault_in_the_card) {
  const World w = refused_document("Поле \"Срок\" не заполнено");
  EXPECT_EQ(w.count("attention"), 0);
  const std::string said = last_comment(w);
  EXPECT_NE(said.find("Если в карточке всё верно, обратитесь к администратору"), std::string::npos) << said;
}

TEST(Refused, for_an_empty_card_names_its_fields_in_words) {
  World w;
  w.item.company.erase("requisite.inn");
  w.item.fields["ufCrm10Contract"] = Value();
  w.see();
  const std::string said = last_comment(w);
  EXPECT_NE(said.find("Не заполнено: ИНН в реквизитах компании"), std::string::npos) << said;
  EXPECT_NE(said.find("Не заполнено: поле карточки ufCrm10Contract"), std::string::npos) << said;
  EXPECT_EQ(said.find("администратор"), std::string::npos) << said;
}

TEST(Refused, for_an_empty_card_calls_its_fields_as_the_form_does) {
  const std::map<std::string, std::string, std::less<>> titles{{"ufCrm10Contract", "Файл договора"}};
  World w;
  w.rules.field_titles = &titles;
  w.item.fields["ufCrm10Contract"] = Value();
  w.see();
  const std::string said = last_comment(w);
  EXPECT_NE(said.find("Не заполнено: поле карточки «Файл договора»"), std::string::npos) << said;
}

TEST(Refused, a_later_incident_takes_back_what_the_card_was_told) {
  World w = refused_document("Поле \"Срок\" не заполнено");
  w.see();
  w.settle_until("create_document");
  EffectFailed failed;
  failed.effect = w.effects[w.next - 1];
  failed.error.fault = Fault::rejected;
  failed.error.audience = Audience::admin;
  failed.error.message = "У типа нет поля";
  EXPECT_FALSE(w.apply(failed).handled);
  const std::string said = last_comment(w);
  EXPECT_NE(said.find("этим занимается администратор"), std::string::npos) << said;
}

TEST(Skipped, on_the_road_to_the_edms_is_told_in_the_card) {
  World w = refused_document("У типа нет поля", Audience::admin);
  const Effect create = w.effects[w.next - 1];
  skip(w, create);
  EXPECT_EQ(w.instance.phase, Phase::ended);
  const std::string said = last_comment(w);
  EXPECT_NE(said.find("верните карточку на стадию запуска"), std::string::npos) << said;
}

TEST(Skipped, a_cancel_can_be_asked_for_again) {
  World w;
  w.see();
  w.settle();
  w.move("DT1036_10:WITHDRAWN");
  ASSERT_EQ(w.count("cancel_process"), 1);
  skip(w, *last_of(w, "cancel_process"));
  w.next = w.effects.size();
  EXPECT_FALSE(w.instance.cancel_requested);
  w.move("DT1036_10:APPROVAL");
  w.move("DT1036_10:WITHDRAWN");
  EXPECT_EQ(w.count("cancel_process"), 2);
}

TEST(Skipped, an_unknown_outcome_ends_the_run_and_the_card_can_be_launched_anew) {
  World w;
  w.see();
  w.settle();
  w.snapshot(World::ended(Outcome::unknown));
  skip(w, *last_of(w, "attention"));
  EXPECT_EQ(w.instance.phase, Phase::ended);
  EXPECT_EQ(w.instance.closed_reason, "skipped");
  w.move("DT1036_10:NEW");
  new_file(w, "ufCrm10Contract", "f2", "contract.pdf");
  w.move("DT1036_10:PREPARATION");
  EXPECT_EQ(w.instance.launch_no, 2);
}

TEST(Skipped, a_folder_given_up_leaves_the_other_places_their_files) {
  World w;
  w.see();
  w.settle();
  w.snapshot(World::ended(Outcome::approved));
  std::vector<Effect> held;
  while (w.next < w.effects.size()) {
    const Effect e = w.effects[w.next++];
    if (std::string("ensure_folder") == kind_of(e.action)) {
      skip(w, e);
      continue;
    }
    EffectSucceeded done;
    done.effect = e;
    done.result = w.result_of(e.action);
    w.apply(done);
  }
  EXPECT_EQ(w.instance.folder_id, no_folder);
  EXPECT_EQ(w.instance.phase, Phase::ended);
}

TEST(Skipped, a_stage_move_is_not_made_later_either) {
  World w;
  w.see();
  w.settle();
  w.snapshot(World::at_stage(StageKind::approval));
  skip(w, *last_of(w, "move_stage"));
  EXPECT_FALSE(w.instance.wanted_stage.has_value());
}

TEST(Rework, a_refused_version_is_sent_again_with_the_next_change_of_the_card) {
  World w = refused_in_the_first_round();
  new_file(w, "ufCrm12Contract", "f2", "contract.pdf");
  w.move("DT1038_12:PREPARATION");
  settle_refusing(w, "add_version");
  EXPECT_EQ(w.instance.phase, Phase::running);
  EXPECT_EQ(w.count("decide_round"), 0);
  w.see();
  w.settle();
  EXPECT_EQ(w.count("add_version"), 2);
  EXPECT_EQ(w.count("decide_round"), 1);
}

TEST(Rework, an_annex_attached_before_a_refusal_is_not_attached_again) {
  World w = refused_in_the_first_round();
  new_file(w, "ufCrm12Contract", "f2", "contract.pdf");
  new_file(w, "ufCrm12Annexes", "a1", "annex.pdf");
  const int before = w.count("attach_file");
  w.move("DT1038_12:PREPARATION");
  settle_refusing(w, "add_version");
  w.move("DT1038_12:REWORK");
  w.move("DT1038_12:PREPARATION");
  w.settle();
  EXPECT_EQ(w.count("attach_file"), before + 1);
  EXPECT_EQ(w.count("decide_round"), 1);
}

TEST(Withdraw, while_the_document_is_being_made_nothing_more_is_sent) {
  World w;
  w.see();
  while (w.next < w.effects.size() && std::string("create_document") != kind_of(w.effects[w.next].action)) {
    EffectSucceeded done;
    done.effect = w.effects[w.next++];
    done.result = w.result_of(done.effect.action);
    w.apply(done);
  }
  ASSERT_LT(w.next, w.effects.size());
  w.move("DT1036_10:WITHDRAWN");
  w.settle();
  EXPECT_EQ(w.count("attach_file"), 0);
  EXPECT_EQ(w.count("prepare_process"), 0);
  EXPECT_EQ(w.instance.outcome, Outcome::withdrawn);
}

TEST(Rework, files_of_one_name_never_get_each_others_content) {
  World w("contracts-rework-in-crm.yaml");
  w.item.fields["ufCrm12Annexes"] =
      Value(Value::List{Value(CrmFile{"a1", "scan.pdf", {}}), Value(CrmFile{"a2", "scan.pdf", {}})});
  w.see();
  w.settle_with_ids();
  Snapshot s = World::at_stage(StageKind::rework);
  s.author_decision = AuthorDecision{Verdict::rejected, {}, true, "t1", 1};
  w.snapshot(s);
  new_file(w, "ufCrm12Contract", "f2", "contract.pdf");
  w.move("DT1038_12:PREPARATION");
  w.settle_with_ids();
  EXPECT_EQ(w.count("add_version"), 1) << "only the contract has changed";
  EXPECT_EQ(w.count("attach_file"), 3);
  std::set<std::string> ids;
  for (const auto& f : w.instance.files) ids.insert(f.edms_file);
  EXPECT_EQ(ids.size(), 3U);
}

TEST(Rework, each_step_of_a_route_counts_its_rounds_for_itself) {
  World w("contracts-rework-in-crm.yaml");
  w.see();
  w.settle();
  Snapshot s = World::at_stage(StageKind::rework);
  s.author_decision = AuthorDecision{Verdict::approved_with_remarks, {}, true, "t1", 1};
  w.snapshot(s);
  w.settle();
  Participant legal, head;
  legal.person.name = "Петров";
  legal.stage = StageKind::approval;
  legal.stage_name = "Согласование";
  legal.round = 2;
  legal.verdict = Verdict::approved;
  head.person.name = "Кузнецов";
  head.stage = StageKind::confirmation;
  head.stage_name = "Утверждение";
  head.round = 1;
  head.verdict = Verdict::rejected;
  head.comment = "Нет печати";
  s.author_decision = AuthorDecision{Verdict::rejected, {}, true, "t2", 1};
  s.participants = {legal, head};
  w.snapshot(s);
  EXPECT_EQ(remarks(w.instance), std::vector<std::string>{"Кузнецов: Нет печати"});
  EXPECT_EQ(w.instance.told_task, "t2");
  new_file(w, "ufCrm12Contract", "f2", "contract.pdf");
  w.move("DT1038_12:PREPARATION");
  w.settle();
  EXPECT_EQ(w.count("decide_round"), 2);
}

TEST(Rework, a_decision_taken_elsewhere_while_files_were_sent_does_not_block_the_next_round) {
  World w = refused_in_the_first_round();
  new_file(w, "ufCrm12Contract", "f2", "contract.pdf");
  w.move("DT1038_12:PREPARATION");
  w.snapshot(World::at_stage(StageKind::approval, 2));
  w.settle();
  EXPECT_EQ(w.count("decide_round"), 0);
  EXPECT_FALSE(w.instance.resubmitting);
  Snapshot s = World::at_stage(StageKind::rework, 2);
  s.author_decision = AuthorDecision{Verdict::rejected, {}, true, "t2", 2};
  w.snapshot(s);
  new_file(w, "ufCrm12Contract", "f3", "contract.pdf");
  w.move("DT1038_12:PREPARATION");
  w.settle();
  EXPECT_EQ(w.count("decide_round"), 1);
}

TEST(Launch, a_draft_whose_start_was_refused_is_never_started_later) {
  World w;
  w.see();
  settle_refusing(w, "start_process");
  EXPECT_EQ(w.instance.phase, Phase::waiting_for_data);
  EXPECT_FALSE(w.instance.process.has_value());
  const std::string first = last_of(w, "prepare_process")->object_key;
  w.see();
  w.settle();
  EXPECT_EQ(w.instance.phase, Phase::running);
  EXPECT_NE(last_of(w, "prepare_process")->object_key, first);
}

TEST(Launch, a_card_changed_after_the_document_was_made_is_told_once) {
  World w;
  w.see();
  settle_refusing(w, "prepare_process");
  w.item.fields["opportunity"] = Value("999.00");
  const int before = w.count("comment");
  w.see();
  w.settle();
  EXPECT_EQ(w.count("create_document"), 1);
  EXPECT_EQ(w.count("comment"), before + 2) << "that the document says something else, and that it was sent";
}

TEST(Launch, a_document_deleted_in_the_edms_is_made_anew) {
  World w;
  w.see();
  w.settle();
  Snapshot gone = World::ended(Outcome::interrupted);
  gone.state = ProcessState::deleted;
  w.snapshot(gone);
  w.settle();
  w.move("DT1036_10:PREPARATION");
  w.settle_until("create_document");
  const Effect lookup = *last_of(w, "create_document");
  EffectFailed failed;
  failed.effect = lookup;
  failed.error.fault = Fault::rejected;
  failed.error.code = "edms.document_deleted";
  EXPECT_TRUE(w.apply(failed).handled);
  w.settle();
  EXPECT_NE(last_of(w, "create_document")->object_key, lookup.object_key);
  EXPECT_EQ(w.instance.document_no, 2);
  EXPECT_EQ(w.instance.phase, Phase::running);
}

TEST(Withdraw, a_request_that_waits_for_data_can_be_withdrawn) {
  World w;
  w.item.fields.erase(w.mapping->document.files.front().field);
  w.see();
  ASSERT_EQ(w.instance.phase, Phase::waiting_for_data);
  EXPECT_TRUE(w.apply(WithdrawAsked{"не та сделка"}).handled);
  EXPECT_EQ(w.instance.phase, Phase::ended);
  EXPECT_FALSE(w.apply(WithdrawAsked{"ещё раз"}).handled) << "nothing is left to withdraw";
}

TEST(LoopGuard, a_move_whose_time_is_not_known_does_not_block_the_stage_for_ever) {
  World w;
  w.see();
  w.settle();
  w.snapshot(World::ended(Outcome::interrupted));
  w.settle();
  w.instance.own_move = OwnMove{"DT1036_10:PREPARATION", std::nullopt};
  w.move("DT1036_10:PREPARATION");
  EXPECT_EQ(w.instance.launch_no, 1) << "what is seen first is ours";
  w.now += Duration(60'000);
  w.move("DT1036_10:PREPARATION");
  EXPECT_EQ(w.instance.launch_no, 2);
}

}  // namespace
}  // namespace sedlink::process::testing
