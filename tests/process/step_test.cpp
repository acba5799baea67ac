#include <gmock/gmock.h>

#include "world.hpp"

namespace sedlink::process::testing {
namespace {

TEST(Launch, goes_from_the_card_to_a_running_process) {
  World w;
  w.see();
  w.settle();
  EXPECT_EQ(w.instance.phase, Phase::running);
  EXPECT_EQ(w.count("create_document"), 1);
  EXPECT_EQ(w.count("attach_file"), 1);
  EXPECT_EQ(w.count("prepare_process"), 1);
  EXPECT_EQ(w.count("start_process"), 1);
  EXPECT_EQ(w.instance.initiator, "21");
}

TEST(Launch, leaves_no_trace_of_a_card_on_another_stage) {
  World w;
  w.item.stage = "DT1036_10:NEW";
  w.see();
  EXPECT_TRUE(w.instance.id.empty());
  EXPECT_TRUE(w.effects.empty());
}

TEST(Launch, does_not_touch_cards_moved_before_the_mapping_was_active) {
  World w;
  w.rules.active_since = w.now + Duration(60'000);
  w.see();
  EXPECT_TRUE(w.instance.id.empty());
  ItemSeen by_command;
  by_command.item = w.item;
  by_command.item.read_at = w.now;
  by_command.by_command = true;
  w.apply(by_command);
  EXPECT_EQ(w.instance.phase, Phase::collecting);
}

TEST(Launch, starts_no_second_process_while_one_runs) {
  World w;
  w.see();
  w.settle();
  const auto before = w.effects.size();
  w.move("DT1036_10:PREPARATION");
  w.see();
  w.settle();
  EXPECT_EQ(w.count("prepare_process"), 1);
  EXPECT_EQ(w.effects.size(), before);
}

TEST(Launch, tells_what_is_missing_once_and_launches_when_it_is_there) {
  World w;
  const Value file = w.item.fields["ufCrm10Contract"];
  w.item.fields["ufCrm10Contract"] = Value();
  w.see();
  EXPECT_EQ(w.instance.phase, Phase::waiting_for_data);
  EXPECT_EQ(w.count("comment"), 1);
  EXPECT_EQ(w.count("notify"), 1);
  w.see();
  EXPECT_EQ(w.count("comment"), 1) << "the same problems are told once";
  w.item.fields["ufCrm10Contract"] = file;
  w.see();
  w.settle();
  EXPECT_EQ(w.instance.phase, Phase::running);
}

TEST(Launch, leaving_the_stage_drops_the_request) {
  World w;
  w.item.fields["ufCrm10Contract"] = Value();
  w.see();
  w.move("DT1036_10:NEW");
  EXPECT_EQ(w.instance.phase, Phase::ended);
  EXPECT_EQ(w.instance.closed_reason, "left_stage");
}

TEST(Launch, the_same_files_are_not_approved_twice_and_new_ones_become_a_version) {
  World w;
  w.see();
  w.settle();
  w.snapshot(World::ended(Outcome::approved));
  w.settle();
  ASSERT_EQ(w.instance.phase, Phase::ended);
  w.move("DT1036_10:PREPARATION");
  w.settle();
  EXPECT_EQ(w.count("prepare_process"), 1);
  EXPECT_EQ(w.instance.closed_reason, "same_revision");
  w.move("DT1036_10:NEW");
  w.item.fields["ufCrm10Contract"] = Value(Value::List{Value(CrmFile{"f2", "contract.pdf", {}})});
  w.move("DT1036_10:PREPARATION");
  w.settle();
  EXPECT_EQ(w.count("create_document"), 1);
  EXPECT_EQ(w.count("add_version"), 1);
  EXPECT_EQ(w.count("prepare_process"), 2);
}

TEST(Launch, an_edms_refusal_takes_the_path_of_the_pre_flight) {
  World w;
  w.see();
  EffectFailed failed;
  failed.effect = w.effects.back();
  w.next = w.effects.size();
  failed.error.fault = Fault::rejected;
  failed.error.audience = Audience::user;
  failed.error.message = "Файл не найден";
  const Transition t = w.apply(failed);
  EXPECT_TRUE(t.handled);
  EXPECT_EQ(w.instance.phase, Phase::waiting_for_data);
  failed.error.audience = Audience::admin;
  w.see();
  failed.effect = w.effects.back();
  EXPECT_FALSE(w.apply(failed).handled) << "what an admin must cure is an incident";
}

TEST(LoopGuard, our_own_move_to_the_launch_stage_launches_nothing) {
  World w;
  w.see();
  w.settle();
  w.instance.own_move = OwnMove{"DT1036_10:PREPARATION", w.now};
  w.snapshot(World::ended(Outcome::interrupted));
  w.settle();
  w.instance.own_move = OwnMove{"DT1036_10:PREPARATION", w.now};
  w.item.stage = "DT1036_10:PREPARATION";
  w.item.moved_at = w.now + Duration(1'500);
  w.see();
  EXPECT_EQ(w.instance.launch_no, 1);
  w.item.moved_at = w.now + Duration(10'000);
  w.see();
  EXPECT_EQ(w.instance.launch_no, 2);
}

TEST(Progress, an_older_snapshot_never_overwrites_a_newer_one) {
  World w;
  w.see();
  w.settle();
  w.snapshot(World::at_stage(StageKind::confirmation));
  SnapshotTaken late;
  late.snapshot = World::at_stage(StageKind::approval);
  late.snapshot.asked_at = w.now - Duration(60'000);
  const auto before = w.effects.size();
  w.apply(late);
  EXPECT_EQ(w.effects.size(), before);
  EXPECT_EQ(w.last_move(), "DT1036_10:SIGNING");
}

TEST(Progress, an_incomplete_snapshot_never_ends_a_process) {
  World w;
  w.see();
  w.settle();
  Snapshot s = World::ended(Outcome::approved);
  s.complete = false;
  w.snapshot(s);
  EXPECT_EQ(w.instance.phase, Phase::running);
}

TEST(Progress, a_card_moved_by_a_person_within_open_stages_is_moved_again_with_a_comment) {
  World w;
  w.see();
  w.settle();
  w.snapshot(World::at_stage(StageKind::approval));
  w.settle();
  w.item.stage = "DT1036_10:NEW";
  w.snapshot(World::at_stage(StageKind::confirmation));
  w.settle();
  EXPECT_EQ(w.item.stage, "DT1036_10:SIGNING");
  EXPECT_EQ(w.instance.put_stage, "DT1036_10:SIGNING");
}

TEST(Progress, a_card_on_a_final_stage_belongs_to_the_person) {
  World w;
  w.see();
  w.settle();
  w.snapshot(World::at_stage(StageKind::approval));
  w.settle();
  const auto before = w.count("move_stage");
  EffectSucceeded moved;
  w.snapshot(World::at_stage(StageKind::confirmation));
  moved.effect = w.effects.back();
  for (const auto& e : w.effects)
    if (std::string("move_stage") == kind_of(e.action)) moved.effect = e;
  CardMoved elsewhere;
  elsewhere.stage = "DT1036_10:SUCCESS";
  elsewhere.category = "10";
  elsewhere.semantics = StageSemantics::success;
  moved.result = elsewhere;
  w.apply(moved);
  EXPECT_EQ(w.count("move_stage"), before + 1);
}

TEST(Withdraw, interrupted_after_our_cancel_is_withdrawn_and_without_one_interrupted) {
  World w;
  w.see();
  w.settle();
  w.move("DT1036_10:WITHDRAWN");
  w.settle();
  EXPECT_EQ(w.count("cancel_process"), 1);
  w.snapshot(World::ended(Outcome::interrupted));
  EXPECT_EQ(w.instance.outcome, Outcome::withdrawn);
  World other;
  other.see();
  other.settle();
  other.snapshot(World::ended(Outcome::interrupted));
  EXPECT_EQ(other.instance.outcome, Outcome::interrupted);
}

TEST(Withdraw, broken_off_after_our_cancel_is_withdrawn_whatever_was_said_before) {
  Snapshot broken_off;
  broken_off.state = ProcessState::interrupted;
  broken_off.outcome = Outcome::rejected;
  World w;
  w.see();
  w.settle();
  w.move("DT1036_10:WITHDRAWN");
  w.settle();
  w.snapshot(broken_off);
  EXPECT_EQ(w.instance.outcome, Outcome::withdrawn);
  World other;
  other.see();
  other.settle();
  other.snapshot(broken_off);
  EXPECT_EQ(other.instance.outcome, Outcome::rejected);
}

TEST(Progress, a_process_that_got_stuck_in_the_edms_calls_a_person_once) {
  World w;
  w.see();
  w.settle();
  const auto before = w.count("attention");
  Snapshot paused = World::at_stage(StageKind::paused);
  paused.state = ProcessState::paused;
  w.snapshot(paused);
  EXPECT_EQ(w.count("attention"), before) << "a person's pause is no incident";
  paused.ended_how = "ошибка маршрута";
  w.snapshot(paused);
  w.snapshot(paused);
  EXPECT_EQ(w.count("attention"), before + 1);
}

TEST(Progress, a_round_that_was_won_is_accepted_for_its_author_once_and_only_where_it_is_ours) {
  World w;
  w.rules.can_resubmit = true;
  w.see();
  w.settle();
  Snapshot won = World::at_stage(StageKind::review);
  won.author_decision.emplace();
  won.author_decision->round_verdict = Verdict::approved;
  won.author_decision->task_id = "77";
  w.snapshot(won);
  EXPECT_EQ(w.count("decide_round"), 0) << "somebody else's turn";
  won.author_decision->ours = true;
  w.snapshot(won);
  w.snapshot(won);
  EXPECT_EQ(w.count("decide_round"), 1);
  const auto* decided = std::get_if<DecideRound>(&w.effects.back().action);
  ASSERT_NE(decided, nullptr);
  EXPECT_FALSE(decided->again);
}

TEST(Withdraw, before_anything_runs_ends_without_asking_the_edms) {
  World w;
  w.see();
  w.move("DT1036_10:WITHDRAWN");
  EXPECT_EQ(w.instance.outcome, Outcome::withdrawn);
  EXPECT_EQ(w.instance.phase, Phase::ended);
  EXPECT_EQ(w.count("cancel_process"), 0);
}

TEST(Withdraw, without_the_capability_the_card_goes_back_and_the_person_reads_why) {
  World w;
  w.rules.can_cancel = false;
  w.see();
  w.settle();
  w.snapshot(World::at_stage(StageKind::approval));
  w.settle();
  w.move("DT1036_10:WITHDRAWN");
  EXPECT_FALSE(w.instance.cancel_requested);
  const auto told = [](const Effect& e) {
    const auto* c = std::get_if<ChangeCrm>(&e.action);
    const auto* n = c == nullptr ? nullptr : std::get_if<Notify>(&c->action);
    return n != nullptr && n->user_id == "21" && n->text.find("https://edms/p1") != std::string::npos;
  };
  EXPECT_EQ(std::count_if(w.effects.begin(), w.effects.end(), told), 1);
  w.settle();
  EXPECT_EQ(w.item.stage, "DT1036_10:APPROVAL");
}

TEST(Withdraw, only_the_outcome_moves_the_card_once_a_cancel_was_asked_for) {
  World w;
  w.see();
  w.settle();
  w.move("DT1036_10:WITHDRAWN");
  const auto moves = w.count("move_stage");
  w.snapshot(World::at_stage(StageKind::confirmation));
  EXPECT_EQ(w.count("move_stage"), moves);
}

TEST(Outcome, results_are_delivered_once_and_the_run_ends_when_all_are_there) {
  World w;
  w.see();
  w.settle();
  w.snapshot(World::ended(Outcome::approved));
  EXPECT_EQ(w.instance.phase, Phase::delivering);
  w.settle();
  EXPECT_EQ(w.instance.phase, Phase::ended);
  EXPECT_EQ(w.count("deliver"), 6);
  EXPECT_EQ(w.count("ensure_folder"), 1);
}

TEST(Outcome, an_unknown_one_is_no_row_of_the_table_and_asks_a_person) {
  World w;
  w.see();
  w.settle();
  w.snapshot(World::ended(Outcome::unknown));
  EXPECT_EQ(w.count("attention"), 1);
  EXPECT_FALSE(w.instance.outcome.has_value());
}

TEST(Outcome, a_place_that_cannot_take_a_file_does_not_keep_the_run_open) {
  World w;
  w.see();
  w.settle();
  w.snapshot(World::ended(Outcome::approved));
  while (w.next < w.effects.size()) {
    const Effect e = w.effects[w.next++];
    if (std::string("deliver") == kind_of(e.action)) {
      EffectFailed failed;
      failed.effect = e;
      failed.error.fault = Fault::rejected;
      failed.error.audience = Audience::user;
      failed.error.message = "Файл больше предела поля";
      EXPECT_TRUE(w.apply(failed).handled);
      continue;
    }
    EffectSucceeded done;
    done.effect = e;
    done.result = w.result_of(e.action);
    w.apply(done);
  }
  EXPECT_EQ(w.instance.phase, Phase::ended);
}

TEST(Card, deleted_while_it_runs_is_told_to_the_operator_once) {
  World w;
  w.see();
  w.settle();
  w.apply(ItemGone{});
  w.apply(ItemGone{});
  EXPECT_EQ(w.count("attention"), 1);
}

}  // namespace
}  // namespace sedlink::process::testing
