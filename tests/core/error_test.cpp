#include "sedlink/core/error.hpp"

#include <gtest/gtest.h>

#include "sedlink/core/secret.hpp"

namespace sedlink {
namespace {

TEST(Error, every_fault_survives_its_name) {
  for (const Fault fault : {Fault::transient, Fault::throttled, Fault::ambiguous, Fault::unauthorized, Fault::not_found,
                            Fault::rejected, Fault::defect})
    EXPECT_EQ(fault_from_string(to_string(fault)), fault);
  EXPECT_EQ(fault_from_string("nonsense"), std::nullopt);
}

TEST(Error, description_holds_fault_code_message_vendor_code_and_pause) {
  const Error e{Fault::throttled, Audience::admin,        "b24.query_limit",
                "Слишком часто",  "QUERY_LIMIT_EXCEEDED", std::chrono::seconds(5)};
  EXPECT_EQ(describe(e), "throttled b24.query_limit: Слишком часто (vendor: QUERY_LIMIT_EXCEEDED) (retry after 5 s)");
}

TEST(Error, asking_a_failed_result_for_its_value_throws_the_error) {
  const Result<int> failed = Error{Fault::not_found, Audience::user, "x.y", "нет", {}};
  try {
    (void)failed.value();
    FAIL() << "no exception";
  } catch (const ErrorException& e) {
    EXPECT_EQ(e.error.code, "x.y");
    EXPECT_EQ(e.error.fault, Fault::not_found);
    EXPECT_STREQ(e.what(), "not_found x.y: нет");
  }
}

TEST(Secret, is_equal_to_its_text_only) {
  const Secret secret("token-1");
  EXPECT_TRUE(secret.equals_constant_time("token-1"));
  EXPECT_FALSE(secret.equals_constant_time("token-2"));
  EXPECT_FALSE(secret.equals_constant_time("token-1token-1"));
  EXPECT_FALSE(secret.equals_constant_time("token-"));
  EXPECT_FALSE(secret.equals_constant_time(""));
  EXPECT_TRUE(Secret().equals_constant_time(""));
  EXPECT_FALSE(Secret().equals_constant_time(std::string_view("\0", 1)));
}

TEST(Secret, leaves_nothing_where_it_was) {
  std::string text = "canary";  // short: within the string itself
  const char* const bytes = text.data();
  wipe(text);
  EXPECT_TRUE(text.empty());
  EXPECT_EQ(std::string_view(bytes, 6), std::string_view("\0\0\0\0\0\0", 6));
  Secret first("short"), second(std::string(100, 'x'));
  const Secret copy = second;
  first = std::move(second);
  EXPECT_EQ(first.reveal(), std::string(100, 'x'));
  EXPECT_EQ(copy.reveal(), first.reveal());
  const Secret moved(std::move(first));
  EXPECT_EQ(moved.reveal(), copy.reveal());
}

TEST(Secret, is_masked_everywhere_unless_too_short) {
  EXPECT_EQ(mask("a=hook77&b=hook77", Secret("hook77")), "a=***&b=***");
  EXPECT_EQ(mask("abc", Secret("abc")), "abc");
  EXPECT_EQ(mask("abc", Secret()), "abc");
}

}  // namespace
}  // namespace sedlink
