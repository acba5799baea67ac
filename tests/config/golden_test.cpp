#include "golden.hpp"

#include <stdlib.h>

#include "adapters.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::config {
namespace {

const std::filesystem::path folder = std::filesystem::path(SEDLINK_SOURCE_DIR) / "tests/config/golden";

class Golden : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    ::setenv("SEDLINK_TEST_SECRET", "s3cret", 1);
    ::unsetenv("SEDLINK_TEST_ABSENT");
    ::setenv("CREDENTIALS_DIRECTORY", "/nonexistent/credentials", 1);
  }
};

TEST_P(Golden, mistake_is_told_in_these_words) {
  const LoadResult result = load_config(folder / (GetParam() + ".yaml"), testing::adapter_settings(), true);
  EXPECT_EQ(result.config.has_value(), !has_errors(result.findings));
  std::string printed = format_findings(result.findings, result.sources, FindingFormat::text);
  printed = text::replace_all(std::move(printed), folder.string() + "/", "");
  EXPECT_EQ(printed.empty(), GetParam() == "good");
  testing::expect_golden(folder, GetParam(), printed);
}

INSTANTIATE_TEST_SUITE_P(Config, Golden, ::testing::ValuesIn(testing::golden_names(folder)), testing::test_name);

}  // namespace
}  // namespace sedlink::config
