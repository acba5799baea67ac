#include "sedlink/process/simulate.hpp"
#include "world.hpp"

namespace sedlink::process::testing {
namespace {

class Example : public ::testing::TestWithParam<const char*> {};

TEST_P(Example, passes_its_own_tests) {
  const auto m = example(GetParam());
  ASSERT_TRUE(m);
  const auto outcomes = run_tests(*m);
  ASSERT_FALSE(outcomes.empty());
  for (const auto& o : outcomes)
    for (const auto& f : o.failures) ADD_FAILURE() << o.name << ": " << f;
}

INSTANTIATE_TEST_SUITE_P(Files, Example,
                         ::testing::Values("contracts.yaml", "contracts-rework-in-crm.yaml", "deals.yaml"));

TEST(Runner, tells_what_was_expected_and_what_was) {
  auto m = std::make_shared<mapping::CompiledMapping>(*example("contracts.yaml"));
  ASSERT_FALSE(m->tests.empty());
  m->tests.front().expect.clear();
  const auto outcomes = run_tests(*m);
  ASSERT_FALSE(outcomes.front().failures.empty());
  EXPECT_NE(outcomes.front().failures.front().find("DT1036_10:APPROVAL"), std::string::npos);
}

}  // namespace
}  // namespace sedlink::process::testing
