// Strings found and replaced inside a JSON text, the rest of it untouched; and the paths of routes.
#include <gtest/gtest.h>

#include "sedlink/signing/carriage.hpp"
#include "sedlink/signing/requests.hpp"

namespace sedlink::signing {
namespace {

TEST(JsonPlace, the_string_is_found_by_pointer) {
  const std::string text = R"( {"a":[1.50,{"b/c":"\u0416\"x\"","~d":"t"}],"":"e", "n":{"a":"z"}} )";
  EXPECT_EQ(json_string_at(text, "/a/1/b~1c").value(), "Ж\"x\"");
  EXPECT_EQ(json_string_at(text, "/a/1/~0d").value(), "t");
  EXPECT_EQ(json_string_at(text, "/").value(), "e");
  EXPECT_EQ(json_string_at(text, "/n/a").value(), "z");
  for (const char* absent : {"/a/0", "/a/2", "/a/b", "/x", "/n/a/b", "/n"})
    EXPECT_EQ(json_string_at(text, absent).error().code, "signing.json") << absent;
  EXPECT_EQ(json_string_at("{\"a\":", "/a").error().code, "signing.json");
}

TEST(JsonPlace, everything_else_stays_byte_for_byte) {
  EXPECT_EQ(with_json_string(R"({ "n" : 1.10, "s":null , "t":[ ]})", "/s", "a\"b").value(),
            R"({ "n" : 1.10, "s":"a\"b" , "t":[ ]})");
  EXPECT_EQ(with_json_string(R"({"o":{"x":[{}, {}]}, "y":2})", "/o/x/1", "v").value(),
            R"({"o":{"x":[{}, "v"]}, "y":2})");
  EXPECT_EQ(with_json_string(R"({"o":{ }})", "/o/s", "v").value(), R"({"o":{"s":"v" }})");
  EXPECT_EQ(with_json_string(R"({"o":1})", "/s", "v").value(), R"({"s":"v","o":1})");
  EXPECT_FALSE(with_json_string(R"({"o":[1]})", "/o/5", "v"));
  EXPECT_FALSE(with_json_string(R"({"o":1})", "/p/q", "v"));
}

TEST(RoutePath, star_is_any_run_of_bytes) {
  EXPECT_TRUE(path_matches("/qbch/*", "/qbch/v2_0/dlrequest"));
  EXPECT_TRUE(path_matches("*/dl*st", "/a/dlrequest"));
  EXPECT_TRUE(path_matches("*", "/"));
  EXPECT_FALSE(path_matches("/qbch/*", "/qbc"));
  EXPECT_FALSE(path_matches("/a", "/a/b"));
}

}  // namespace
}  // namespace sedlink::signing
