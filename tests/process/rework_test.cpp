// A round decided anew, and a launch after the document is gone.
#include <algorithm>

#include "world.hpp"

namespace sedlink::process::testing {
namespace {

// A World after a process whose document is gone as well, relaunched with the very same files.
void relaunch(World& w, Snapshot ending) {
  w.see();
  w.settle();
  w.snapshot(std::move(ending));
  w.settle();
  w.move("DT1036_10:NEW");
  w.move(w.mapping->launch.stage);
}

TEST(Launch, a_document_made_in_place_of_a_deleted_one_gets_every_file_anew) {
  World w;
  Snapshot deleted = World::ended(Outcome::interrupted);
  deleted.state = ProcessState::deleted;
  relaunch(w, deleted);
  w.settle_until("create_document");
  EffectSucceeded created;
  created.effect = w.effects[w.next - 1];
  created.result = DocumentCreated{DocumentRef{"d2", "T", "https://edms/d2"}};
  w.apply(created);
  w.settle();
  EXPECT_EQ(w.count("create_document"), 2);
  EXPECT_EQ(w.count("attach_file"), 2);
  EXPECT_EQ(w.count("start_process"), 2);
  EXPECT_EQ(w.instance.phase, Phase::running);
}

TEST(Launch, a_document_found_again_after_its_process_was_deleted_keeps_its_files) {
  World w;
  Snapshot deleted = World::ended(Outcome::interrupted);
  deleted.state = ProcessState::deleted;
  relaunch(w, deleted);
  w.settle();
  EXPECT_EQ(w.count("attach_file"), 1);
  EXPECT_EQ(w.count("start_process"), 2);
}

TEST(Launch, a_document_that_turns_out_deleted_when_the_process_is_prepared_is_made_anew_with_its_files) {
  World w;
  relaunch(w, World::ended(Outcome::interrupted));
  w.settle_until("prepare_process");
  EffectFailed gone;
  gone.effect = w.effects[w.next - 1];
  gone.error.fault = Fault::rejected;
  gone.error.audience = Audience::user;
  gone.error.code = "edms.document_deleted";
  gone.error.message = "Документа нет";
  EXPECT_TRUE(w.apply(gone).handled);
  EXPECT_EQ(w.instance.document_no, 2);
  w.settle();
  EXPECT_EQ(w.count("create_document"), 2);
  EXPECT_EQ(w.count("attach_file"), 2);
  EXPECT_EQ(w.instance.phase, Phase::running);
}

TEST(Rework, in_the_crm_remarks_are_accepted_at_once) {
  World w("contracts-rework-in-crm.yaml");
  w.see();
  w.settle();
  Snapshot s = World::at_stage(StageKind::rework);
  s.author_decision = AuthorDecision{Verdict::approved_with_remarks, {}, true, "t1", 1};
  w.snapshot(s);
  ASSERT_EQ(w.count("decide_round"), 1);
  w.snapshot(s);
  EXPECT_EQ(w.count("decide_round"), 1) << "background execution is not asked for twice";
}

TEST(Rework, given_up_by_a_person_is_a_refusal_whoever_spoke_last_in_the_round) {
  World w("contracts-rework-in-crm.yaml");
  w.see();
  w.settle();
  Snapshot s = World::at_stage(StageKind::rework);
  s.author_decision = AuthorDecision{Verdict::rejected, {}, true, "t1", 1};
  w.snapshot(s);
  w.settle();
  w.move("DT1038_12:GIVE_UP");
  w.settle();
  ASSERT_EQ(w.count("decide_round"), 1);
  Snapshot broken_off;
  broken_off.state = ProcessState::interrupted;
  broken_off.outcome = Outcome::interrupted;
  w.snapshot(broken_off);
  EXPECT_EQ(w.instance.outcome, Outcome::rejected);
}

TEST(Rework, given_up_where_the_edms_cannot_end_it_is_told_and_stays_a_refusal_unless_sent_again) {
  World w("contracts-rework-in-crm.yaml");
  w.see();
  w.settle();
  Snapshot s = World::at_stage(StageKind::rework);
  s.author_decision = AuthorDecision{Verdict::rejected, {}, true, "t1", 1};
  w.snapshot(s);
  w.settle();
  w.move("DT1038_12:GIVE_UP");
  w.settle_until("decide_round");
  EffectFailed failed;
  failed.effect = w.effects.at(w.next - 1);
  failed.error.fault = Fault::rejected;
  failed.error.code = "edms.no_cancel";
  EXPECT_TRUE(w.apply(failed).handled) << "no incident: the person reads what to do";
  const auto told = [](const Effect& e) {
    const auto* c = std::get_if<ChangeCrm>(&e.action);
    const auto* n = c == nullptr ? nullptr : std::get_if<Notify>(&c->action);
    return n != nullptr && n->text.find("https://edms/p1") != std::string::npos;
  };
  EXPECT_EQ(std::count_if(w.effects.begin(), w.effects.end(), told), 1);
  w.settle();
  EXPECT_EQ(w.item.stage, "DT1038_12:GIVE_UP") << "it stays where the person put it";
  w.snapshot(s);
  w.see();
  w.settle();
  EXPECT_EQ(w.count("decide_round"), 1) << "not asked for again and again";
  World again = w;
  Snapshot broken_off;
  broken_off.state = ProcessState::interrupted;
  broken_off.outcome = Outcome::interrupted;
  w.snapshot(broken_off);
  EXPECT_EQ(w.instance.outcome, Outcome::rejected);
  again.move(again.mapping->launch.stage);
  EXPECT_TRUE(again.instance.resubmitting) << "the person thought better of it";
}

TEST(Rework, in_the_crm_a_refusal_waits_for_a_person_and_new_files_go_as_versions) {
  World w("contracts-rework-in-crm.yaml");
  w.see();
  w.settle();
  Snapshot s = World::at_stage(StageKind::rework);
  s.author_decision = AuthorDecision{Verdict::rejected, {}, true, "t1", 1};
  w.snapshot(s);
  w.settle();
  EXPECT_EQ(w.count("decide_round"), 0);
  w.item.fields["ufCrm12Contract"] = Value(Value::List{Value(CrmFile{"f2", "contract.pdf", {}})});
  w.move("DT1038_12:PREPARATION");
  w.settle();
  EXPECT_EQ(w.count("add_version"), 1);
  ASSERT_EQ(w.count("decide_round"), 1);
  for (const auto& e : w.effects) {
    const auto* d = std::get_if<DecideRound>(&e.action);
    EXPECT_TRUE(d == nullptr || d->again);
  }
  EXPECT_EQ(w.count("prepare_process"), 1);
}

TEST(Rework, falls_to_the_crm_where_the_edms_makes_us_the_author_whatever_the_mapping_says) {
  World w;
  ASSERT_EQ(w.mapping->process.rework, mapping::Rework::edms);
  w.see();
  w.settle();
  Snapshot s = World::at_stage(StageKind::rework);
  s.author_decision = AuthorDecision{Verdict::rejected, {}, false, "t1", 1};
  w.snapshot(s);
  w.settle();
  const int comments = w.count("comment");
  w.move(w.mapping->launch.stage);
  w.settle();
  EXPECT_EQ(w.count("decide_round"), 0) << "another author decides in the EDMS";
  s.author_decision->ours = true;
  w.snapshot(s);
  w.settle();
  EXPECT_GT(w.count("comment"), comments);
  w.move("DT1036_10:REWORK");
  w.item.fields["ufCrm10Contract"] = Value(Value::List{Value(CrmFile{"f2", "contract.pdf", {}})});
  w.move(w.mapping->launch.stage);
  w.settle();
  EXPECT_EQ(w.count("add_version"), 1);
  EXPECT_EQ(w.count("decide_round"), 1);
}

}  // namespace
}  // namespace sedlink::process::testing
