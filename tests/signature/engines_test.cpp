// Engines in the signer process: GOST R 34.10-2012, a PKCS#11 token (SoftHSM), and what happens when the process dies.
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "sedlink/core/text.hpp"
#include "signature/tools.hpp"

namespace sedlink::signature::test {
namespace {

constexpr const char* gost_configuration =
    "openssl_conf=o\n[o]\nengines=e\n[e]\ngost=g\n[g]\nengine_id=gost\ndefault_algorithms=ALL\n"
    "[req]\ndistinguished_name=dn\nx509_extensions=v3\nprompt=no\n[dn]\nCN=gost\n[v3]\nbasicConstraints=CA:TRUE\n"
    "keyUsage=digitalSignature,keyCertSign,keyEncipherment,keyAgreement\n";

// A self-signed GOST certificate that is its own anchor, and how to call openssl with the engine.
struct Gost {
  std::filesystem::path folder;
  std::string openssl;

  explicit Gost(int bits) : folder(fresh_folder()) {
    write(folder / "gost.cnf", gost_configuration);
    openssl = "OPENSSL_CONF=" + (folder / "gost.cnf").string() + " openssl ";
    const std::string parameters =
        bits == 256 ? "-algorithm gost2012_256 -pkeyopt paramset:TCB" : "-algorithm gost2012_512 -pkeyopt paramset:A";
    const Ran made = shell("cd " + folder.string() + " && " + openssl + "genpkey " + parameters + " -out k.pem && " +
                           openssl + "req -x509 -config gost.cnf -key k.pem -days 30 -out c.pem");
    EXPECT_EQ(made.code, 0) << made.output;
  }
  [[nodiscard]] KeyMaterial key() const {
    KeyMaterial out;
    out.private_key = Secret(read(folder / "k.pem"));
    out.certificate = read(folder / "c.pem");
    return out;
  }
};

SignerProcess with_engine(const char* engine) {
  SignerProcess out;
  out.engine = engine;
  return out;
}

class GostForm : public testing::TestWithParam<int> {};

TEST_P(GostForm, every_form_is_accepted_by_openssl_with_the_engine) {
  const Gost gost(GetParam());
  auto backend = open_signer_process(gost.key(), with_engine("gost"));
  ASSERT_TRUE(backend) << describe(backend.error());
  const auto info = backend.value()->describe();
  ASSERT_TRUE(info);
  EXPECT_EQ(info->key_algorithm, "GOST R 34.10-2012 " + std::to_string(GetParam()));
  const auto document = write(gost.folder / "document", "под ГОСТ\r\nстрока\n");
  for (const Form form : {Form::cades_bes, Form::cms, Form::no_attributes}) {
    for (const bool attached : {false, true}) {
      SCOPED_TRACE(std::string(to_string(form)) + (attached ? " attached" : " detached"));
      const std::string made = sign(*backend.value(), request(form, attached), Content::file(document).value());
      write(gost.folder / "made.sig", made);
      const Ran ran = shell("cd " + gost.folder.string() + " && " + gost.openssl +
                            "cms -verify -binary -inform DER -in made.sig" + (attached ? "" : " -content document") +
                            (form == Form::cades_bes ? " -cades" : "") + " -purpose any -CAfile c.pem -out out");
      EXPECT_EQ(ran.code, 0) << ran.output;
      EXPECT_EQ(read(gost.folder / "out"), read(document));
      VerifyRequest q = question(made);
      q.policy.trust = {read(gost.folder / "c.pem")};
      if (!attached) q.content = Content::file(document).value();
      const auto there = backend.value()->verify(q);
      ASSERT_TRUE(there);
      EXPECT_EQ(there->status, Status::valid) << boost::json::serialize(to_json(there.value()));
      const auto here = open_in_process({}).value()->verify(q);
      ASSERT_TRUE(here);
      EXPECT_EQ(here->status, Status::indeterminate);
      EXPECT_TRUE(here->has("algorithm_unavailable"));
      const auto anywhere = open_verifier(with_engine("gost"))->verify(q);
      ASSERT_TRUE(anywhere);
      EXPECT_EQ(anywhere->status, Status::valid);
    }
  }
}
INSTANTIATE_TEST_SUITE_P(Sizes, GostForm, testing::Values(256, 512));

TEST(GostProcess, judges_what_openssl_signed_and_notices_a_changed_content) {
  const Gost gost(256);
  write(gost.folder / "document", "чужая подпись");
  ASSERT_EQ(
      shell("cd " + gost.folder.string() + " && " + gost.openssl +
            "cms -sign -binary -cades -nosmimecap -in document -signer c.pem -inkey k.pem -outform DER -out theirs.sig")
          .code,
      0);
  auto backend = open_signer_process({}, with_engine("gost"));
  ASSERT_TRUE(backend) << describe(backend.error());
  VerifyRequest q = question(read(gost.folder / "theirs.sig"), Content::file(gost.folder / "document").value());
  q.policy.trust = {read(gost.folder / "c.pem")};
  q.policy.require = Require::cades_bes;
  const auto good = backend.value()->verify(q);
  ASSERT_TRUE(good);
  EXPECT_EQ(good->status, Status::valid) << boost::json::serialize(to_json(good.value()));
  // Some senders name the algorithm by signature with digest (…1.1.3.2) instead of the key's OID.
  std::string renamed = q.signature;
  const std::string key_oid("\x06\x08\x2a\x85\x03\x07\x01\x01\x01\x01", 10),
      signature_oid("\x06\x08\x2a\x85\x03\x07\x01\x01\x03\x02", 10);
  const std::size_t at = renamed.rfind(key_oid);
  ASSERT_NE(at, std::string::npos);
  renamed.replace(at, key_oid.size(), signature_oid);
  q.signature = renamed;
  const auto also = backend.value()->verify(q);
  ASSERT_TRUE(also);
  EXPECT_EQ(also->status, Status::valid) << boost::json::serialize(to_json(also.value()));
  q.content = Content::memory("чужая подпись.");
  const auto bad = backend.value()->verify(q);
  ASSERT_TRUE(bad);
  EXPECT_EQ(bad->status, Status::invalid);
  EXPECT_TRUE(bad->has("content_changed"));
}

TEST(GostProcess, a_gost_key_without_the_engine_is_told_plainly) {
  const Gost gost(256);
  const auto here = open_in_process(gost.key());
  ASSERT_FALSE(here);
  EXPECT_EQ(here.error().code, "signature.algorithm");
  // Where the package is not installed there is no gost.so.
  ::setenv("OPENSSL_ENGINES", gost.folder.c_str(), 1);
  const auto absent = open_signer_process(gost.key(), with_engine("gost"));
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().code, "signature.engine");
  EXPECT_NE(absent.error().message.find("libengine-gost-openssl"), std::string::npos);
  ::unsetenv("OPENSSL_ENGINES");
  const auto no_such = open_signer_process(gost.key(), with_engine("stribog"));
  ASSERT_FALSE(no_such);
  EXPECT_EQ(no_such.error().code, "signature.engine");
}

// Processes whose parent we are and whose name is that of the signer process.
std::vector<pid_t> signer_processes() {
  std::vector<pid_t> out;
  const std::string mine = std::to_string(::getpid());
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (!std::ranges::all_of(name, [](char c) { return c >= '0' && c <= '9'; })) continue;
    const auto fields = text::split(read(entry.path() / "stat"), ' ');
    if (fields.size() > 4 && fields[fields.size() > 4 ? 3 : 0] == mine && fields[2] != "Z")
      out.push_back(std::stoi(name));
  }
  return out;
}

TEST(SignerProcess, killed_mid_request_it_is_an_error_and_the_next_call_works) {
  SignerProcess options;
  auto backend = open_signer_process(pair_of("root", "ec"), options);
  ASSERT_TRUE(backend) << describe(backend.error());
  SignRequest r = request(Form::cades_t);  // the fetch happens in the middle of signing
  r.authority.emplace();
  r.authority->url = "http://tsa.test/";
  r.fetch = [](const FetchRequest&) -> Result<std::string> {
    for (const pid_t child : signer_processes()) ::kill(child, SIGKILL);
    return std::string("never read");
  };
  std::string made;
  const Sink sink = [&made](std::string_view piece) -> Result<void> {
    made += piece;
    return {};
  };
  const auto done = backend.value()->sign(r, Content::memory("x"), sink);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, "signature.process");
  EXPECT_EQ(done.error().fault, Fault::transient);
  EXPECT_EQ(made, "");
  const auto again = backend.value()->sign(request(Form::cades_bes), Content::memory("x"), sink);
  EXPECT_TRUE(again) << describe(again.error());
  for (const pid_t child : signer_processes()) ::kill(child, SIGKILL);  // between calls
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!signer_processes().empty() && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  EXPECT_TRUE(backend.value()->sign(request(Form::cades_bes), Content::memory("x"), sink));
}

TEST(SignerProcess, one_that_hangs_or_is_no_signer_is_ended_in_time) {
  SignerProcess options;
  options.command = {"/bin/cat", "-"};
  options.timeout = Duration(300);
  const auto silent = open_signer_process(pair_of("root", "ec"), options);
  ASSERT_FALSE(silent);
  EXPECT_EQ(silent.error().code, "signature.process");
  options.command = {"/nonexistent/signer"};
  const auto missing = open_signer_process(pair_of("root", "ec"), options);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, "signature.process");
}

TEST(SignerProcess, holds_no_secret_in_its_arguments_environment_or_core_limit) {
  ::setenv("SEDLINK_CANARY", "canary-in-the-environment", 1);
  auto backend = open_signer_process(pair_of("root", "ec"), {});
  ASSERT_TRUE(backend);
  if (::geteuid() != 0) GTEST_SKIP() << "nobody but root may look: that is the point of it";
  const auto children = signer_processes();
  ASSERT_EQ(children.size(), 1u);
  const std::filesystem::path proc = "/proc/" + std::to_string(children.front());
  EXPECT_EQ(read(proc / "environ").find("canary"), std::string::npos);
  EXPECT_EQ(read(proc / "cmdline"), std::string("/proc/self/exe\0signer\0\0", 23));
  EXPECT_NE(read(proc / "limits").find("Max core file size        0                    0"), std::string::npos);
  std::vector<std::string> open;
  for (const auto& entry : std::filesystem::directory_iterator(proc / "fd")) open.push_back(entry.path().filename());
  std::ranges::sort(open);
  EXPECT_EQ(open, (std::vector<std::string>{"0", "1", "2", "3"}));
}

TEST(Token, a_key_in_softhsm_signs_and_decrypts_and_a_wrong_pin_is_told) {
  const auto folder = fresh_folder();
  std::filesystem::create_directories(folder / "tokens");
  write(folder / "softhsm2.conf", "directories.tokendir = " + (folder / "tokens").string() + "\n");
  ::setenv("SOFTHSM2_CONF", (folder / "softhsm2.conf").c_str(), 1);
  const Ran made = shell(
      "softhsm2-util --init-token --free --label sedlink --so-pin 12345678 --pin 98765432 && softhsm2-util --import " +
      (table_folder() / "root" / "signer.key").string() + " --token sedlink --label signing --id a1 --pin 98765432");
  ASSERT_EQ(made.code, 0) << made.output;
  KeyMaterial key;
  key.pkcs11_uri = "pkcs11:token=sedlink;object=signing";
  key.pkcs11_module = "/usr/lib/softhsm/libsofthsm2.so";
  key.certificate = pair_of("root", "signer").certificate;
  key.passphrase = Secret("98765432");
  auto backend = open_signer_process(key, with_engine("pkcs11"));
  ASSERT_TRUE(backend) << describe(backend.error());
  const auto content = Content::memory("под токеном");
  for (const Form form : {Form::cades_bes, Form::cms, Form::no_attributes}) {
    const auto verdict =
        open_in_process({}).value()->verify(question(sign(*backend.value(), request(form), content), content));
    ASSERT_TRUE(verdict);
    EXPECT_EQ(verdict->status, Status::valid) << boost::json::serialize(to_json(verdict.value()));
  }
  ASSERT_EQ(shell("printf secret | openssl cms -encrypt -binary -aes256 -outform DER -out " + (folder / "m").string() +
                  " " + (table_folder() / "root" / "signer.pem").string())
                .code,
            0);
  std::string opened;
  const auto done = backend.value()->decrypt(Content::file(folder / "m").value(), default_attached_limit,
                                             [&opened](std::string_view piece) -> Result<void> {
                                               opened += piece;
                                               return {};
                                             });
  EXPECT_TRUE(done) << describe(done.error());
  EXPECT_EQ(opened, "secret");

  key.passphrase = Secret("11111111");
  const auto wrong = open_signer_process(key, with_engine("pkcs11"));
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, "signature.passphrase") << describe(wrong.error());
  EXPECT_EQ(describe(wrong.error()).find("11111111"), std::string::npos);
  key.pkcs11_uri += "?pin-value=98765432";
  const auto shown = open_signer_process(key, with_engine("pkcs11"));
  ASSERT_FALSE(shown);
  EXPECT_EQ(shown.error().code, "signature.pkcs11_uri");
  EXPECT_EQ(describe(shown.error()).find("98765432"), std::string::npos);
  key.pkcs11_uri = "pkcs11:token=sedlink;object=absent";
  key.passphrase = Secret("98765432");
  const auto absent = open_signer_process(key, with_engine("pkcs11"));
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().code, "signature.key");
}

}  // namespace
}  // namespace sedlink::signature::test
