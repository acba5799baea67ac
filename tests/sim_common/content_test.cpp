#include "sedlink/sim/content.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <stdexcept>

#include "sedlink/core/text.hpp"
#include "support/temp_dir.hpp"

namespace sedlink::sim {
namespace {

std::string many_bytes(std::size_t n) {
  std::string bytes(n, '\0');
  for (std::size_t i = 0; i < n; ++i) bytes[i] = static_cast<char>(i * 31 + i / 251);
  return bytes;
}

class ContentTest : public ::testing::Test {
 protected:
  testing_support::TempDir folder_;
  ContentStore store_{folder_.path()};
};

TEST_F(ContentTest, is_read_in_any_piece_whether_it_lives_in_memory_or_in_a_file) {
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{3}, ContentStore::in_memory, ContentStore::in_memory + 1, std::size_t{1'000'000}}) {
    const std::string bytes = many_bytes(size);
    const ContentPtr content = store_.keep(bytes);
    EXPECT_EQ(content->size(), size);
    EXPECT_EQ(content->sha256(), sha256_hex(bytes));
    EXPECT_EQ(content->text(), bytes);
    std::string tail(10, '\0');
    const std::size_t n = content->read(size - std::min<std::size_t>(size, 4), tail);
    EXPECT_EQ(tail.substr(0, n), bytes.substr(size - std::min<std::size_t>(size, 4)));
  }
}

TEST_F(ContentTest, leaves_no_named_file_behind) {
  const ContentPtr content = store_.keep(many_bytes(1'000'000));
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

TEST_F(ContentTest, is_found_by_its_token_as_long_as_somebody_holds_it) {
  ContentPtr content = store_.keep("bytes");
  const std::string token = content->token();
  EXPECT_TRUE(text::base64_decode(token).has_value());
  EXPECT_EQ(token.size(), store_.token_size());
  EXPECT_EQ(store_.from_base64(" " + token + "\n"), content);
  EXPECT_EQ(store_.from_bytes(token), content);
  EXPECT_EQ(store_.from_base64(token + "QUJD"), nullptr) << "a token with something behind it is no file";
  content.reset();
  EXPECT_EQ(store_.from_base64(token), nullptr);
}

TEST_F(ContentTest, is_decoded_from_base64_and_from_nothing_else) {
  const ContentPtr content = store_.from_base64("QUJD");
  ASSERT_NE(content, nullptr);
  EXPECT_EQ(content->text(), "ABC");
  EXPECT_EQ(store_.from_base64("QUJ"), nullptr);
}

TEST_F(ContentTest, is_made_up_the_same_for_the_same_name_and_size) {
  const ContentPtr one = store_.generate("a", 200'001);
  EXPECT_EQ(one->size(), 200'001u);
  EXPECT_EQ(one->sha256(), store_.generate("a", 200'001)->sha256());
  EXPECT_NE(one->sha256(), store_.generate("b", 200'001)->sha256());
}

TEST(ContentStoreTest, says_that_its_folder_cannot_be_written) {
  ContentStore store("/nonexistent/folder");
  EXPECT_EQ(store.keep("few")->text(), "few");
  EXPECT_THROW(static_cast<void>(store.keep(many_bytes(100'000))), std::runtime_error);
}

}  // namespace
}  // namespace sedlink::sim
