#include "sedlink/core/hash.hpp"

#include <gtest/gtest.h>

namespace sedlink {
namespace {

TEST(Sha256, agrees_with_fips_180) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Sha256, gives_the_same_digest_in_pieces) {
  Sha256 hash;
  hash.update("a");
  hash.update("");
  hash.update("bc");
  EXPECT_EQ(hash.hex_digest(), sha256_hex("abc"));
}

TEST(Uuid, v5_agrees_with_the_well_known_example) {
  EXPECT_EQ(uuid::v5("6ba7b810-9dad-11d1-80b4-00c04fd430c8", "www.example.com"),
            "2ed6657d-e927-568b-95e1-2665a8aea6a2");
  EXPECT_THROW((void)uuid::v5("not a uuid", "x"), std::invalid_argument);
}

TEST(Uuid, random_ones_are_valid_version_4_and_differ) {
  const std::string one = uuid::random();
  EXPECT_TRUE(uuid::is_valid(one));
  EXPECT_EQ(one[14], '4');
  EXPECT_NE(one, uuid::random());
}

TEST(Uuid, validity_is_about_the_whole_text) {
  EXPECT_TRUE(uuid::is_valid("7b1d5c1e-5f0a-4a55-9a7e-2f0c6a0b24aa"));
  EXPECT_FALSE(uuid::is_valid("7b1d5c1e5f0a4a559a7e2f0c6a0b24aa"));
  EXPECT_FALSE(uuid::is_valid("7b1d5c1e-5f0a-4a55-9a7e-2f0c6a0b24ag"));
  EXPECT_FALSE(uuid::is_valid(""));
}

TEST(IdempotencyKey, is_the_same_for_the_same_intent_and_differs_between_instances) {
  const std::string key = idempotency_key("head-office", "contract|deal:17|document|1");
  EXPECT_TRUE(uuid::is_valid(key));
  EXPECT_EQ(key, idempotency_key("head-office", "contract|deal:17|document|1"));
  EXPECT_NE(key, idempotency_key("branch", "contract|deal:17|document|1"));
  EXPECT_NE(key, idempotency_key("head-office", "contract|deal:17|document|2"));
  EXPECT_EQ(short_key(key), key.substr(0, 8));
}

TEST(IdempotencyKey, never_changes_between_versions) {
  // Keys live on remote objects for years: a change here makes running processes foreign.
  EXPECT_EQ(idempotency_key("head-office", "a|b"), "61a058fd-b917-59b8-88a3-330f38f2fca7");
}

}  // namespace
}  // namespace sedlink
