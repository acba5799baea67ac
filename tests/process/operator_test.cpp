// What a run does after an operator skipped an effect, and after a refusal in the middle of a new round.
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

TEST(Rework, a_refused_version_leaves_the_round_to_be_decided_again) {
  World w = refused_in_the_first_round();
  new_file(w, "ufCrm12Contract", "f2", "contract.pdf");
  w.move("DT1038_12:PREPARATION");
  settle_refusing(w, "add_version");
  EXPECT_EQ(w.instance.phase, Phase::running);
  EXPECT_EQ(w.count("decide_round"), 0);
  w.move("DT1038_12:REWORK");
  w.move("DT1038_12:PREPARATION");
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

}  // namespace
}  // namespace sedlink::process::testing
