#include <boost/json.hpp>

#include "world.hpp"

namespace sedlink::process::testing {
namespace {

TEST(StoredForm, an_instance_reads_back_as_it_was_written_at_every_step) {
  World w;
  w.see();
  w.settle();
  w.snapshot(World::at_stage(StageKind::approval));
  w.settle();
  w.snapshot(World::ended(Outcome::approved));
  const auto written = to_json(w.instance);
  const auto again = to_json(instance_from_json(boost::json::parse(boost::json::serialize(written))));
  EXPECT_EQ(boost::json::serialize(again), boost::json::serialize(written));
}

TEST(StoredForm, every_effect_reads_back_as_it_was_written) {
  World w;
  w.see();
  w.settle();
  w.move("DT1036_10:WITHDRAWN");
  w.settle();
  w.snapshot(World::ended(Outcome::approved));
  w.settle();
  ASSERT_GT(w.effects.size(), 12u);
  for (const auto& e : w.effects) {
    const std::string written = boost::json::serialize(to_json(e));
    EXPECT_EQ(boost::json::serialize(to_json(effect_from_json(boost::json::parse(written)))), written)
        << kind_of(e.action);
  }
}

TEST(StoredForm, an_empty_object_becomes_defaults_instead_of_a_crash) {
  const Instance i = instance_from_json(boost::json::object{});
  EXPECT_EQ(i.phase, Phase::fresh);
  const Effect e = effect_from_json(boost::json::object{});
  EXPECT_TRUE(e.key.empty());
}

}  // namespace
}  // namespace sedlink::process::testing
