#include "sedlink/net/file_body.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "loop.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::net::test {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;

class SpooledBody : public ::testing::Test {
 protected:
  SpooledBody() {
    std::string pattern = (fs::temp_directory_path() / "sedlink-body-XXXXXX").string();
    folder = mkdtemp(pattern.data());
  }
  ~SpooledBody() override {
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }
  SpooledFile spool(const std::string& bytes) const {
    SpooledFile file;
    file.path = (folder / "file").string();
    file.name = "Договор.pdf";
    file.size = bytes.size();
    std::ofstream(file.path, std::ios::binary) << bytes;
    return file;
  }
  // Everything, in pieces of `piece` bytes, or the error.
  Result<std::string> all(BodySource& body, std::size_t piece) {
    Result<std::string> out = std::string();
    loop.run([](BodySource& from, std::size_t size, Result<std::string>& to) -> asio::awaitable<void> {
      std::vector<char> buffer(size);
      std::string bytes;
      for (;;) {
        Result<std::size_t> got = co_await from.read(buffer);
        if (!got) {
          to = got.error();
          co_return;
        }
        if (got.value() == 0) break;
        bytes.append(buffer.data(), got.value());
      }
      to = bytes;
    }(body, piece, out));
    return out;
  }
  static std::string noise(std::size_t size) {
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>((i * 131 + i / 251) & 0xFF);
    return bytes;
  }
  Loop loop;
  fs::path folder;
};

TEST_F(SpooledBody, says_its_exact_length_and_hands_out_text_file_text_again_after_a_rewind) {
  for (const std::size_t size : {0UL, 1UL, 2UL, 3UL, 48UL * 1024, 48UL * 1024 + 1, 200'000UL}) {
    const std::string bytes = noise(size);
    for (const auto form : {FileBody::Form::raw, FileBody::Form::base64}) {
      auto body = FileBody::open("<", spool(bytes), ">", form);
      ASSERT_TRUE(body) << describe(body.error());
      const std::string expected = "<" + (form == FileBody::Form::raw ? bytes : text::base64_encode(bytes)) + ">";
      EXPECT_EQ(body.value()->size(), expected.size());
      EXPECT_EQ(all(*body.value(), 7'000).value(), expected) << size;
      ASSERT_TRUE(body.value()->rewind());
      EXPECT_EQ(all(*body.value(), 100'000).value(), expected) << size;
    }
  }
}

TEST_F(SpooledBody, does_not_send_a_file_that_is_gone_or_has_another_size) {
  SpooledFile file = spool("contract");
  file.size += 1;
  const auto other = FileBody::open("", file, "", FileBody::Form::raw);
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, "spool.read");
  EXPECT_EQ(other.error().fault, Fault::transient);
  EXPECT_THAT(other.error().message, ::testing::HasSubstr("Договор.pdf"));
  file.size -= 1;
  auto cut = FileBody::open("", file, "", FileBody::Form::raw);
  ASSERT_TRUE(cut);
  std::ofstream(file.path, std::ios::binary) << "con";
  EXPECT_EQ(all(*cut.value(), 100).error().code, "spool.read");
  fs::remove(file.path);
  ASSERT_TRUE(cut.value()->rewind());
  EXPECT_EQ(all(*cut.value(), 100).error().code, "spool.read");
}

TEST_F(SpooledBody, an_answer_is_written_counted_and_hashed_anew_after_a_restart_and_only_up_to_its_limit) {
  const std::string path = (folder / "answer").string();
  HashingFile file(path, {10, Error{Fault::rejected, Audience::user, "edms.file_too_large", "больше 10", ""}});
  ASSERT_TRUE(file.put("half of it"));
  EXPECT_EQ(file.put("!").error().code, "edms.file_too_large");
  ASSERT_TRUE(file.restart());
  ASSERT_TRUE(file.put("abc"));
  ASSERT_TRUE(file.finish());
  EXPECT_EQ(file.size(), 3U);
  EXPECT_EQ(file.head(), "abc");
  EXPECT_EQ(file.hex_digest(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  std::ifstream in(path, std::ios::binary);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), "abc");
  HashingFile counted("");
  ASSERT_TRUE(counted.put("abc"));
  ASSERT_TRUE(counted.finish());
  EXPECT_EQ(counted.size(), 3U);
  HashingFile nowhere((folder / "missing" / "answer").string());
  EXPECT_EQ(nowhere.put("abc").error().code, "spool.write");
}

}  // namespace
}  // namespace sedlink::net::test
