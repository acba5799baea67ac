// Whose signatures count: an entry of `trust`, and what is told without one.
#include <gtest/gtest.h>

#include <filesystem>

#include "sedlink/signature/inside.hpp"
#include "sedlink/signing/verifier.hpp"
#include "signature/tools.hpp"

namespace sedlink::signature::test {
namespace {

Result<std::string> no_network(const FetchRequest& question) {
  return Error{Fault::transient, Audience::admin, "test.fetch", question.url, {}};
}

signing::Verifier verifier(std::shared_ptr<signing::Trust> trust) {
  return {open_verifier({}), std::move(trust), no_network};
}

class TrustEntry : public testing::Test {
 protected:
  std::string signed_by(const std::string& authority, const std::string& name) {
    auto backend = open_in_process(pair_of(authority, name));
    if (!backend) throw std::runtime_error(describe(backend.error()));
    return sign(*backend.value(), request(Form::cades_bes), content_);
  }
  std::shared_ptr<signing::Trust> trust() {
    config::TrustPolicy policy;
    policy.certificates = {write(folder_ / "ca.pem", root())};
    policy.revocation = "none";
    return std::make_shared<signing::Trust>(policy);
  }
  std::filesystem::path folder_ = fresh_folder();
  Content content_ = Content::memory("Договор");
};

TEST_F(TrustEntry, makes_a_signature_valid) {
  const auto judged = verifier(trust()).judge(signed_by("root", "signer"), content_, now());
  ASSERT_TRUE(judged) << describe(judged.error());
  EXPECT_EQ(judged->verdict.status, Status::valid) << boost::json::serialize(to_json(judged->verdict));
}

TEST_F(TrustEntry, that_is_missing_leaves_trust_open_and_checks_the_rest) {
  const std::string made = signed_by("root", "signer");
  const auto judged = verifier(nullptr).judge(made, content_, now());
  ASSERT_TRUE(judged) << describe(judged.error());
  EXPECT_EQ(judged->verdict.status, Status::indeterminate);
  EXPECT_TRUE(judged->verdict.has("trust_not_configured"));
  EXPECT_FALSE(judged->verdict.has("issuer_unknown")) << "a follow-up of the missing trust is no news";
  const auto changed = verifier(nullptr).judge(made, Content::memory("Договор."), now());
  ASSERT_TRUE(changed) << describe(changed.error());
  EXPECT_EQ(changed->verdict.status, Status::invalid);
  EXPECT_TRUE(changed->verdict.has("content_changed"));
}

TEST_F(TrustEntry, reads_its_files_again_when_they_change) {
  const auto entry = trust();
  const std::string made = signed_by("root", "signer");
  ASSERT_EQ(verifier(entry).judge(made, content_, now())->verdict.status, Status::valid);
  write(folder_ / "new.pem", read(table_folder() / "foreign" / "ca.pem"));
  std::filesystem::rename(folder_ / "new.pem", folder_ / "ca.pem");
  EXPECT_NE(verifier(entry).judge(made, content_, now())->verdict.status, Status::valid);
}

TEST_F(TrustEntry, whose_file_is_gone_or_broken_makes_nothing_valid) {
  const auto entry = trust();
  const std::string made = signed_by("root", "signer");
  write(folder_ / "ca.pem", "не сертификат");
  const auto broken = verifier(entry).judge(made, content_, now());
  ASSERT_TRUE(broken) << describe(broken.error());
  EXPECT_EQ(broken->verdict.status, Status::indeterminate);
  EXPECT_TRUE(broken->verdict.has("trust_unreadable"));
  std::filesystem::remove(folder_ / "ca.pem");
  const auto gone = verifier(entry).judge(made, content_, now());
  ASSERT_TRUE(gone) << describe(gone.error());
  EXPECT_NE(gone->verdict.status, Status::valid);
  EXPECT_TRUE(gone->verdict.has("trust_unreadable"));
}

TEST_F(TrustEntry, is_shown_as_pem_whatever_form_its_files_have) {
  const std::string der = shell("openssl x509 -outform DER -out " + (folder_ / "ca.der").string() + " -in " +
                                (table_folder() / "root" / "ca.pem").string())
                              .output;
  EXPECT_EQ(der, "");
  const auto pem = as_pem(read(folder_ / "ca.der"));
  ASSERT_TRUE(pem) << describe(pem.error());
  EXPECT_TRUE(pem->self_signed);
  EXPECT_TRUE(pem->certificates.starts_with("-----BEGIN CERTIFICATE-----"));
  const auto inside = look_inside(signed_by("root", "signer"));
  ASSERT_TRUE(inside) << describe(inside.error());
  EXPECT_FALSE(inside->attached);
  EXPECT_FALSE(inside->gost);
  EXPECT_TRUE(inside->certificates.starts_with("-----BEGIN CERTIFICATE-----"));
  EXPECT_EQ(look_inside("мусор").error().code.substr(0, 10), "signature.");
}

}  // namespace
}  // namespace sedlink::signature::test
