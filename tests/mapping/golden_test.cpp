#include "config/golden.hpp"

#include "sedlink/mapping/compile.hpp"

namespace sedlink::mapping {
namespace {

const std::filesystem::path folder = std::filesystem::path(SEDLINK_SOURCE_DIR) / "tests/mapping/golden";

class Golden : public ::testing::TestWithParam<std::string> {};

TEST_P(Golden, mistake_is_told_in_these_words) {
  const std::string file = GetParam() + ".yaml";
  const std::string text = testing::read_text(folder / file);
  const CompileResult result = compile(text, file, {});
  EXPECT_EQ(result.mapping == nullptr, config::has_errors(result.findings));
  const std::string printed = config::format_findings(result.findings, {{file, text}}, config::FindingFormat::text);
  EXPECT_EQ(printed.empty(), GetParam() == "good");
  testing::expect_golden(folder, GetParam(), printed);
}

INSTANTIATE_TEST_SUITE_P(Mapping, Golden, ::testing::ValuesIn(testing::golden_names(folder)), testing::test_name);

}  // namespace
}  // namespace sedlink::mapping
