#include <gtest/gtest.h>

#include "sedlink/core/text.hpp"

namespace sedlink::text {
namespace {

TEST(Base64, agrees_with_the_vectors_of_rfc_4648) {
  const std::vector<std::pair<std::string, std::string>> vectors{{"", ""},
                                                                 {"f", "Zg=="},
                                                                 {"fo", "Zm8="},
                                                                 {"foo", "Zm9v"},
                                                                 {"foob", "Zm9vYg=="},
                                                                 {"fooba", "Zm9vYmE="},
                                                                 {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, coded] : vectors) {
    EXPECT_EQ(base64_encode(plain), coded);
    const auto decoded = base64_decode(coded);
    ASSERT_TRUE(decoded) << coded;
    EXPECT_EQ(*decoded, plain);
  }
}

TEST(Base64, carries_every_byte_and_ignores_line_breaks) {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(static_cast<unsigned char>(i));
  std::string coded = base64_encode(all);
  for (std::size_t at = 76; at < coded.size(); at += 78) coded.insert(at, "\r\n");
  const auto decoded = base64_decode(coded);
  ASSERT_TRUE(decoded);
  EXPECT_EQ(*decoded, all);
}

TEST(Base64, refuses_cut_and_foreign_text) {
  for (const char* bad : {"Zg", "Zm9v!", "Z", "Zg=", "Zg==Zg==", "Zm9v=", "===="}) {
    const auto decoded = base64_decode(bad);
    ASSERT_FALSE(decoded) << bad;
    EXPECT_EQ(decoded.error().code, "core.base64");
  }
}

TEST(UrlEncoding, leaves_only_unreserved_characters) { EXPECT_EQ(url_encode("a-b._~ /я+"), "a-b._~%20%2F%D1%8F%2B"); }

TEST(UrlEncoding, decodes_forms_and_paths) {
  EXPECT_EQ(url_decode("a+b%20c", true), "a b c");
  EXPECT_EQ(url_decode("a+b%20c", false), "a+b c");
  EXPECT_EQ(url_decode("%d1%8F", false), "я");
  EXPECT_EQ(url_decode("100%", false), "100%");
  EXPECT_EQ(url_decode("%4", false), "%4");
  EXPECT_EQ(url_decode("%zz", false), "%zz");
}

TEST(Hex, is_lower_case) { EXPECT_EQ(hex(std::string_view("\x00\xAB\xff", 3)), "00abff"); }

}  // namespace
}  // namespace sedlink::text
