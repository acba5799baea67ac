#include "sedlink/config/secrets.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

namespace sedlink::config {
namespace {

class Secrets : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "sedlink-secrets-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    ::setenv("CREDENTIALS_DIRECTORY", folder_.c_str(), 1);
  }
  void TearDown() override {
    std::filesystem::remove_all(folder_);
    ::unsetenv("CREDENTIALS_DIRECTORY");
  }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }
  [[nodiscard]] std::string reveal(std::string_view reference) const {
    const auto secret = resolve_secret(reference, folder_);
    return secret ? secret->reveal() : secret.error().code;
  }
  std::filesystem::path folder_;
};

TEST_F(Secrets, credential_is_read_by_name_then_with_the_units_prefix) {
  write("sedlink_portal", "из папки\n");
  EXPECT_EQ(reveal("credential:portal"), "из папки");
  write("portal", "прямой");
  EXPECT_EQ(reveal("credential:portal"), "прямой");
}

TEST_F(Secrets, missing_credential_names_both_files) {
  const auto secret = resolve_secret("credential:portal", "/");
  ASSERT_FALSE(secret);
  EXPECT_EQ(secret.error().code, "config.secret-missing");
  EXPECT_NE(secret.error().message.find((folder_ / "portal").string()), std::string::npos);
  EXPECT_NE(secret.error().message.find((folder_ / "sedlink_portal").string()), std::string::npos);
  ::unsetenv("CREDENTIALS_DIRECTORY");
  const auto without = resolve_secret("credential:portal", "/");
  ASSERT_FALSE(without);
  EXPECT_NE(without.error().message.find("/etc/sedlink/credentials/portal"), std::string::npos);
}

TEST_F(Secrets, only_one_trailing_line_break_is_dropped) {
  write("a", "тайна \r\n");
  EXPECT_EQ(reveal("file:a"), "тайна ");
  write("b", "x\n\n");
  EXPECT_EQ(reveal("file:" + (folder_ / "b").string()), "x\n");
}

TEST_F(Secrets, every_byte_of_a_key_file_is_kept) {
  write("key", "\x30\x03\x02\x01\n");
  const auto secret = resolve_secret_bytes("credential:key", folder_);
  ASSERT_TRUE(secret);
  EXPECT_EQ(secret->reveal(), "\x30\x03\x02\x01\n");
}

TEST_F(Secrets, environment_is_read) {
  ::setenv("SEDLINK_TEST_VARIABLE", "значение", 1);
  EXPECT_EQ(reveal("env:SEDLINK_TEST_VARIABLE"), "значение");
  ::unsetenv("SEDLINK_TEST_VARIABLE");
  EXPECT_EQ(reveal("env:SEDLINK_TEST_VARIABLE"), "config.secret-missing");
}

TEST_F(Secrets, empty_or_oversized_or_climbing_is_refused) {
  write("empty", "\n");
  EXPECT_EQ(reveal("credential:empty"), "config.secret-missing");
  write("large", std::string(70'000, 'x'));
  EXPECT_EQ(reveal("credential:large"), "config.secret-form");
  EXPECT_EQ(reveal("credential:../etc/passwd"), "config.secret-form");
  EXPECT_EQ(reveal("credential:"), "config.secret-form");
  EXPECT_EQ(reveal("literal"), "config.secret-form");
  EXPECT_FALSE(is_secret_reference("literal"));
  EXPECT_TRUE(is_secret_reference("file:x"));
}

}  // namespace
}  // namespace sedlink::config
