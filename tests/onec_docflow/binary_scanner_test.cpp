#include "wire/binary_scanner.hpp"

#include <gtest/gtest.h>

#include "sedlink/core/text.hpp"

namespace sedlink::onec_docflow {
namespace {

struct Scan {
  std::string envelope, bytes;
  Result<void> result;
  bool found = false;
};

Scan scan(const std::string& answer, std::size_t piece, std::size_t limit = 100'000) {
  Scan s;
  const auto take = [&s](std::string_view b) {
    s.bytes += b;
    return Result<void>();
  };
  BinaryScanner scanner(take, limit);
  for (std::size_t at = 0; at < answer.size() && s.result; at += piece)
    s.result = scanner.feed(std::string_view(answer).substr(at, piece));
  if (s.result) s.result = scanner.finish();
  s.envelope = scanner.envelope();
  s.found = scanner.found();
  return s;
}

TEST(OnecBinaryScanner, takes_the_file_out_of_the_answer_however_it_is_cut) {
  std::string bytes;
  for (int i = 0; i < 1000; ++i) bytes += static_cast<char>(i * 7);
  const std::string answer = "<a x=\">\"><d2:name>1</d2:name><d2:binaryData xsi:type='q'>" +
                             text::base64_encode(bytes) + "</d2:binaryData><d2:size>1000</d2:size></a>";
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{64}, answer.size()}) {
    const Scan s = scan(answer, piece);
    ASSERT_TRUE(s.result) << describe(s.result.error());
    EXPECT_EQ(s.bytes, bytes);
    EXPECT_EQ(s.envelope,
              "<a x=\">\"><d2:name>1</d2:name><d2:binaryData xsi:type='q'></d2:binaryData><d2:size>1000</d2:size></a>");
  }
}

TEST(OnecBinaryScanner, skips_line_breaks_and_their_character_references) {
  const Scan s = scan("<binaryData>SGVs\r\n bG8&#13;\n=</binaryData>", 3);
  ASSERT_TRUE(s.result) << describe(s.result.error());
  EXPECT_EQ(s.bytes, "Hello");
}

TEST(OnecBinaryScanner, takes_an_empty_element_for_an_empty_file) {
  const Scan s = scan("<a><m:binaryData/><b/></a>", 2);
  ASSERT_TRUE(s.result);
  EXPECT_FALSE(s.found);
  EXPECT_EQ(s.envelope, "<a><m:binaryData/><b/></a>");
}

TEST(OnecBinaryScanner, says_that_a_cut_answer_is_transient) {
  const Scan s = scan("<a><binaryData>SGVsbG8=", 5);
  ASSERT_FALSE(s.result);
  EXPECT_EQ(s.result.error().fault, Fault::transient);
}

TEST(OnecBinaryScanner, refuses_what_is_not_base64) {
  for (const std::string text : {"SGVs*G8=", "SGVsbG8", "SG=sbG8="}) {
    const Scan s = scan("<binaryData>" + text + "</binaryData>", 4);
    ASSERT_FALSE(s.result) << text;
    EXPECT_EQ(s.result.error().code, "onec.base64");
  }
}

TEST(OnecBinaryScanner, bounds_the_envelope_around_the_file) {
  const Scan s = scan("<a>" + std::string(500, 'x') + "</a>", 10, 100);
  ASSERT_FALSE(s.result);
  EXPECT_EQ(s.result.error().code, "onec.body_limit");
}

}  // namespace
}  // namespace sedlink::onec_docflow
