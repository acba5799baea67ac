// Whatever happens in whatever order, some things never happen.
#include <random>
#include <set>

#include "world.hpp"

namespace sedlink::process::testing {
namespace {

class AnyOrder : public ::testing::TestWithParam<int> {};

TEST_P(AnyOrder, keys_are_unique_and_a_launch_prepares_one_process) {
  World w(GetParam() % 2 == 0 ? "contracts.yaml" : "contracts-rework-in-crm.yaml");
  std::mt19937 random(static_cast<unsigned>(GetParam()));
  const auto pick = [&](int n) { return std::uniform_int_distribution<int>(0, n - 1)(random); };
  const std::string prefix = w.mapping->launch.stage.substr(0, w.mapping->launch.stage.find(':') + 1);
  const std::vector<std::string> stages{"PREPARATION", "NEW", "WITHDRAWN", "APPROVAL", "SUCCESS", "FAIL"};
  for (int i = 0; i < 200; ++i) {
    switch (pick(8)) {
      case 0: w.move(prefix + stages[static_cast<std::size_t>(pick(6))]); break;
      case 1: w.see(); break;
      case 2: w.snapshot(World::at_stage(static_cast<StageKind>(1 + pick(11)), 1 + pick(2))); break;
      case 3: w.snapshot(World::ended(static_cast<Outcome>(1 + pick(6)))); break;
      case 4: {
        Snapshot s = World::at_stage(StageKind::rework);
        s.author_decision = AuthorDecision{static_cast<Verdict>(1 + pick(3)), {}, pick(2) == 0, "t", 1 + pick(3)};
        w.snapshot(s);
        break;
      }
      case 5: w.apply(pick(10) == 0 ? Event(ItemGone{}) : Event(WithdrawAsked{"так"})); break;
      case 6:
        if (w.next < w.effects.size()) {
          EffectFailed failed;
          failed.effect = w.effects[w.next++];
          failed.error.fault = Fault::rejected;
          failed.error.audience = pick(2) == 0 ? Audience::user : Audience::admin;
          failed.error.code = pick(3) == 0 ? "edms.version_refused" : pick(3) == 0 ? "edms.already_ended" : "x";
          w.apply(failed);
        }
        break;
      default:
        if (w.next < w.effects.size()) {
          EffectSucceeded done;
          done.effect = w.effects[w.next++];
          done.result = w.result_of(done.effect.action);
          w.apply(done);
        }
    }
  }
  std::set<std::string> keys;
  std::map<std::string, int> starts;
  for (const auto& e : w.effects) {
    EXPECT_TRUE(keys.insert(e.key).second) << "twice: " << kind_of(e.action);
    if (const auto* s = std::get_if<StartProcess>(&e.action)) ++starts[s->process.id];
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, AnyOrder, ::testing::Range(0, 40));

}  // namespace
}  // namespace sedlink::process::testing
