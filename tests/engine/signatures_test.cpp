// Signatures of an EDMS: whose failures are counted, and a dossier that tells of time-stamps and OCSP and is checked
// again by the commands it contains.
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "judging.hpp"
#include "running.hpp"
#include "sedlink/core/hash.hpp"
#include "sedlink/core/text.hpp"
#include "sedlink/signature/backends.hpp"

namespace sedlink::engine::testing {
namespace {

// A signer process that dies so many times and then finds everything valid.
class DyingBackend final : public signature::Backend {
 public:
  int deaths = 0, asked = 0;

  Result<signature::CertificateInfo> describe() override { return Error(); }
  Result<void> sign(const signature::SignRequest&, const signature::Content&, const signature::Sink&) override {
    return Error();
  }
  Result<void> decrypt(const signature::Content&, std::uint64_t, const signature::Sink&) override { return Error(); }
  Result<signature::Verdict> verify(const signature::VerifyRequest&) override {
    ++asked;
    if (deaths-- > 0)
      return Error{Fault::transient, Audience::admin, "signature.process", "процесс подписи завершился", {}};
    signature::Verdict good;
    good.status = signature::Status::valid;
    good.signers.emplace_back().status = signature::Status::valid;
    return good;
  }
};

class SignedResults : public Running {
 protected:
  void SetUp() override {
    auto backend = std::make_shared<DyingBackend>();
    backend_ = backend.get();
    auto trust = std::make_shared<signing::Trust>(config::TrustPolicy());
    verifier_ = std::make_shared<signing::Verifier>(std::move(backend), std::move(trust), signature::Fetch());
    Running::SetUp();
    edms_->signature = "p7s";
  }
  bool told(const std::string& words) {
    return std::any_of(crm_->comments.begin(), crm_->comments.end(),
                       [&](const std::string& said) { return said.find(words) != std::string::npos; });
  }
  // The process ends well; true once the verdicts are in the card.
  bool ends() {
    edms_->outcome = Outcome::approved;
    return until([this] { return told("Проверка подписей"); });
  }
  DyingBackend* backend_ = nullptr;
};

TEST_F(SignedResults, an_outage_of_the_edms_is_no_failure_of_the_signer) {
  for (int i = 0; i < 7; ++i) edms_->script.next("fetch", Fault::transient);
  backend_->deaths = 2;
  ASSERT_TRUE(ends());
  EXPECT_EQ(backend_->asked, 3);
  EXPECT_FALSE(told("проверить не удалось"));
}

TEST_F(SignedResults, a_signer_that_keeps_dying_does_not_hold_the_results) {
  backend_->deaths = 1000;
  ASSERT_TRUE(ends());
  EXPECT_EQ(backend_->asked, 5);
  EXPECT_TRUE(told("проверить не удалось"));
}

std::string bytes_of_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// Signed by BouncyCastle on 2026-05-15, stamped; its OCSP answer is of 2026-06-15 (tests/signature/others).
class StampedDossier : public ::testing::Test {
 protected:
  StampedDossier() : folder_(std::filesystem::temp_directory_path() / ("sedlink-dossier-" + uuid::random())) {
    std::filesystem::create_directories(folder_);
  }
  ~StampedDossier() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path kept(const std::string& name) const {
    return std::filesystem::path(SEDLINK_SOURCE_DIR) / "tests/signature/others/bc" / name;
  }
  // The dossier, unpacked into folder_.
  process::CheckedSignature unpack() {
    const Time now = parse_iso8601("2026-06-15T12:00:00Z").value();
    config::TrustPolicy policy;
    policy.certificates = {kept("root-1001.cer")};
    policy.require = "cades-t";
    policy.revocation = "signer";
    policy.ocsp = true;
    policy.ocsp_url = "http://ocsp.test/";
    const auto trust = std::make_shared<signing::Trust>(policy);
    auto opened = signature::open_in_process({});
    EXPECT_TRUE(opened.has_value());
    const std::shared_ptr<signature::Backend> backend(std::move(opened).value());
    const signing::Verifier verifier(backend, trust, [this](const signature::FetchRequest&) -> Result<std::string> {
      return bytes_of_file(kept("t-with-ocsp.ocsp"));
    });
    process::CheckedSignature about;
    about.file_id = "1";
    about.file = "Договор.txt";
    about.name = "Договор.txt.1.p7s";
    const std::string signature = bytes_of_file(kept("t-detached.sig"));
    auto done = judged(verifier, about, signature, kept("content.txt").string(), now);
    EXPECT_TRUE(done.has_value());
    if (!done) return about;
    done->file_sha256 = sha256_hex(bytes_of_file(kept("content.txt")));

    process::DossierData data;
    data.title = "Договор";
    data.facts = {{"Процесс СЭД", "p-1"}};
    data.check.at = now;
    data.check.revocation = "signer";
    data.check.signatures = {done.value()};
    data.files.emplace_back().ref.id = "1";
    data.files.back().name = "Договор.txt";
    process::DossierData::Signature raw;
    raw.name = about.name;
    raw.bytes_base64 = text::base64_encode(signature);
    raw.file_id = "1";
    raw.number = 1;
    data.signatures = {raw};
    data.made_at = now;
    DossierParts parts;
    parts.paths["1"] = kept("content.txt").string();
    parts.trust = trust.get();
    parts.zone = TimeZone::find("Europe/Moscow").value();
    EXPECT_FALSE(render::write_dossier(dossier_of(data, std::move(parts)), folder_ / "d.zip").has_error());
    EXPECT_EQ(run("python3 -m zipfile -e d.zip ."), 0);
    return done.value();
  }
  int run(const std::string& command) const {
    return std::system(("cd '" + folder_.string() + "' && (" + command + ") >>out.txt 2>&1").c_str());
  }
  // The manual's commands that have `word` in them and are to succeed.
  std::vector<std::string> commands(const std::string& word) const {
    const std::string manual = bytes_of_file(folder_ / "ПРОВЕРКА.md");
    const std::string begin = "```sh\n# ожидается: успех\n";
    std::vector<std::string> out;
    for (std::size_t at = manual.find(begin); at != std::string::npos; at = manual.find(begin, at + 1)) {
      const std::size_t from = at + begin.size();
      const std::string command = manual.substr(from, manual.find("\n```", from) - from);
      if (command.find(word) != std::string::npos) out.push_back(command);
    }
    return out;
  }
  std::filesystem::path folder_;
};

TEST_F(StampedDossier, says_who_stamped_and_is_checked_by_its_own_commands) {
  const process::CheckedSignature judged_so = unpack();
  ASSERT_EQ(judged_so.standing, process::Standing::valid) << judged_so.verdict;
  EXPECT_EQ(judged_so.ocsp.size(), 1u);
  ASSERT_EQ(judged_so.signers.size(), 1u);
  EXPECT_TRUE(judged_so.signers[0].stamped_at);
  EXPECT_NE(bytes_of_file(folder_ / "verdicts.json").find("2026-05-15T10:00:30"), std::string::npos);
  EXPECT_EQ(bytes_of_file(folder_ / "trust/ocsp-1.der"), bytes_of_file(kept("t-with-ocsp.ocsp")));
  EXPECT_EQ(commands("openssl cms").size(), 2u);
  EXPECT_EQ(commands("openssl ts").size(), 1u);
  EXPECT_EQ(commands("openssl ocsp").size(), 1u);
  for (const auto& command : commands(""))
    EXPECT_EQ(run(command), 0) << command << "\n" << bytes_of_file(folder_ / "out.txt");
}

TEST_F(StampedDossier, with_another_stamp_or_answer_fails_its_own_commands) {
  unpack();
  ASSERT_EQ(commands("openssl ts").size(), 1u);
  std::filesystem::path token, value;
  for (const auto& one : std::filesystem::directory_iterator(folder_ / "time-stamps"))
    (one.path().extension() == ".tst" ? token : value) = one.path();
  std::ofstream(value, std::ios::binary) << "another value";
  EXPECT_NE(run(commands("openssl ts")[0]), 0);
  std::string answer = bytes_of_file(folder_ / "trust/ocsp-1.der");
  answer[answer.find("20260615110000Z") + 7] = '6';
  std::ofstream(folder_ / "trust/ocsp-1.der", std::ios::binary) << answer;
  EXPECT_NE(run(commands("openssl ocsp")[0]), 0);
}

}  // namespace
}  // namespace sedlink::engine::testing
