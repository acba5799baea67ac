// Signatures made by other tools, kept in others/ (others/README.md): the verdict was written down by their makers from
// the standards, with its reason, before ours was looked at. Nothing here needs those tools.
#include <gtest/gtest.h>

#include "signature/tools.hpp"

namespace sedlink::signature::test {
namespace {

namespace fs = std::filesystem;

fs::path others() { return fs::path(SEDLINK_SOURCE_DIR) / "tests" / "signature" / "others"; }

// The table of one maker: a folder of others/.
class Others : public testing::TestWithParam<const char*> {
 protected:
  fs::path folder = others() / GetParam();
  json::value rows = json::parse(read(folder / "table.json")).value();

  std::string file(const json::value& row, const char* key) const { return read(folder / json::text(row, key)); }
  std::vector<std::string> files(const json::value& row, const char* key) const {
    std::vector<std::string> out;
    for (const auto& name : json::texts(row, key)) out.push_back(read(folder / name));
    return out;
  }

  VerifyRequest question_of(const json::value& row) const {
    VerifyRequest out;
    out.signature = file(row, "signature");
    if (const std::string content = json::text(row, "content"); !content.empty())
      out.content = Content::file(folder / content).value();
    Policy& p = out.policy;
    p.trust = files(row, "trust");
    p.crls = files(row, "crls");
    p.time_stamp_trust = files(row, "tsa_trust");
    p.intermediates = files(row, "intermediates");
    p.require = require_from_string(json::text(row, "require")).value_or(Require::cms);
    p.revocation = revocation_from_string(json::text(row, "revocation")).value_or(Revocation::none);
    p.now = parse_iso8601(json::text(row, "now")).value();
    if (json::find(row, "at") != nullptr) p.at = parse_iso8601(json::text(row, "at")).value();
    if (json::find(row, "ocsp") != nullptr) {
      p.ocsp = true;
      p.ocsp_url = "http://ocsp.test/";
      out.fetch = [answer = file(row, "ocsp")](const FetchRequest&) -> Result<std::string> { return answer; };
    }
    return out;
  }
};

TEST_P(Others, each_row_gets_the_verdict_that_its_maker_wrote_down) {
  const auto here = open_in_process({});
  ASSERT_TRUE(here);
  SignerProcess gost;
  gost.engine = "gost";
  const auto with_engine = open_signer_process({}, gost);
  ASSERT_TRUE(with_engine);
  ASSERT_GE(rows.as_array().size(), 20u);
  for (const auto& row : rows.as_array()) {
    SCOPED_TRACE(json::text(row, "name") + ": " + json::text(row, "why"));
    Backend& backend = json::boolean(row, "gost") ? *with_engine.value() : *here.value();
    const auto verdict = backend.verify(question_of(row));
    EXPECT_TRUE(verdict) << describe(verdict.error());
    if (!verdict) continue;
    const std::string told = boost::json::serialize(to_json(verdict.value()));
    EXPECT_EQ(to_string(verdict->status), json::text(row, "expect")) << told;
    const std::string code = json::text(row, "code"), form = json::text(row, "form"), owner = json::text(row, "owner");
    EXPECT_TRUE(code.empty() || verdict->has(code)) << told;
    const SignerVerdict first = verdict->signers.empty() ? SignerVerdict() : verdict->signers[0];
    EXPECT_TRUE(form.empty() || form == to_string(first.shape)) << told;
    EXPECT_TRUE(owner.empty() || (first.certificate && first.certificate->owner == owner)) << told;
  }
}
INSTANTIATE_TEST_SUITE_P(Makers, Others, testing::Values("bc", "cryptography", "gnutls", "gpgsm", "nss", "openssl"));

}  // namespace
}  // namespace sedlink::signature::test
