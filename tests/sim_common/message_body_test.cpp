#include "sedlink/sim/message_body.hpp"

#include <gtest/gtest.h>

#include "sedlink/core/text.hpp"
#include "support/run_task.hpp"
#include "support/temp_dir.hpp"

namespace sedlink::sim {
namespace {

class Body : public ::testing::Test {
 protected:
  static std::string read_all(net::BodySource& body, std::size_t piece) {
    std::string all, buffer(piece, '\0');
    for (;;) {
      const std::span<char> space(buffer);
      const Result<std::size_t> n = testing_support::run_task(body.read(space));
      EXPECT_TRUE(n.has_value());
      if (!n || *n == 0) return all;
      all.append(buffer, 0, *n);
    }
  }
  testing_support::TempDir folder_;
  ContentStore store_{folder_.path()};
};

TEST_F(Body, puts_base64_where_tokens_stand_and_knows_its_length_before) {
  const ContentPtr large = store_.generate("large", 100'001), small = store_.keep("AB"), empty = store_.keep("");
  net::ServerResponse response(
      200, "text/xml", "<a>" + large->token() + "</a><b>" + small->token() + "</b><c>" + empty->token() + "</c>");
  insert_contents(response, store_);
  ASSERT_NE(response.source, nullptr);
  const std::string expected = "<a>" + text::base64_encode(large->text()) + "</a><b>QUI=</b><c></c>";
  EXPECT_EQ(response.source->size(), expected.size());
  for (const std::size_t piece : {std::size_t{10'000}, std::size_t{65'536}}) {
    EXPECT_TRUE(response.source->rewind().has_value());
    EXPECT_EQ(read_all(*response.source, piece), expected);
  }
}

TEST_F(Body, leaves_answers_without_contents_as_they_are) {
  net::ServerResponse response(200, "text/xml", "<a/>");
  insert_contents(response, store_);
  EXPECT_EQ(response.source, nullptr);
  EXPECT_EQ(response.body, "<a/>");
}

TEST_F(Body, of_a_download_is_the_content_itself) {
  const ContentPtr large = store_.generate("large", 100'001);
  net::ServerResponse response;
  set_body(response, large);
  ASSERT_NE(response.source, nullptr);
  EXPECT_EQ(response.source->size(), 100'001u);
  EXPECT_EQ(read_all(*response.source, 4096), large->text());
  net::ServerResponse small;
  set_body(small, store_.keep("AB"));
  EXPECT_EQ(small.body, "AB");
}

}  // namespace
}  // namespace sedlink::sim
