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
                         ::testing::Values("contracts.yaml", "contracts-rework-in-crm.yaml", "contracts-directum.yaml",
                                           "deals.yaml"));

TEST(Runner, tells_what_was_expected_and_what_was) {
  auto m = std::make_shared<mapping::CompiledMapping>(*example("contracts.yaml"));
  ASSERT_FALSE(m->tests.empty());
  m->tests.front().expect.clear();
  const auto outcomes = run_tests(*m);
  ASSERT_FALSE(outcomes.front().failures.empty());
  EXPECT_NE(outcomes.front().failures.front().find("DT1036_10:APPROVAL"), std::string::npos);
}

// A test whose card lacks what the document asks for tells that, and not what follows from it.
TEST(Runner, tells_first_what_was_missing_and_leaves_the_consequences_out) {
  auto m = std::make_shared<mapping::CompiledMapping>(*example("contracts.yaml"));
  ASSERT_FALSE(m->tests.empty());
  auto& test = m->tests.front();
  test.item["ufCrm10Contrakt"] = test.item.at("ufCrm10Contract");
  test.item.erase("ufCrm10Contract");
  const auto outcomes = run_tests(*m);
  ASSERT_EQ(outcomes.front().failures.size(), 1u);
  EXPECT_EQ(
      outcomes.front().failures.front(),
      "0s: отправка отклонена: не заполнено item.ufCrm10Contract (в item: этого теста поля «ufCrm10Contract» нет, "
      "есть «ufCrm10Contrakt»)");
}

// contracts.yaml has a test of a refusal: it knows of it.
TEST(Runner, takes_a_refusal_that_is_expected_for_no_failure) {
  const auto m = example("contracts.yaml");
  const auto refused = std::find_if(m->tests.begin(), m->tests.end(), [](const mapping::TestCase& t) {
    return std::any_of(t.expect.begin(), t.expect.end(), [](const auto& e) { return e.problem.has_value(); });
  });
  ASSERT_NE(refused, m->tests.end());
  auto alone = std::make_shared<mapping::CompiledMapping>(*m);
  alone->tests = {*refused};
  EXPECT_TRUE(run_tests(*alone).front().failures.empty());
  alone->tests.front().expect.clear();
  ASSERT_EQ(run_tests(*alone).front().failures.size(), 1u);
}

}  // namespace
}  // namespace sedlink::process::testing
