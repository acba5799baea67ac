// What cannot be signed is not sent: each way to fail, what it says, and whether trying again may help.
#include <signal.h>

#include <cstdlib>
#include <fstream>
#include <utility>

#include "sedlink/core/text.hpp"
#include "sedlink/signing/profile.hpp"
#include "signing/stand.hpp"

namespace sedlink::signing::test {
namespace {

using Kind = config::Carriage::Kind;

class Refusals : public Stand {
 protected:
  config::SigningProfile header(const std::string& key = "signer") {
    return profile(Kind::header, "X-Signature", false, "base64", key);
  }
  // Sends, gets no answer and leaves nothing with the listener.
  Error refused() {
    const auto answer = post("<Запрос/>");
    EXPECT_TRUE(got_.empty());
    if (!answer) {
      EXPECT_NE(answer.error().message.find("Запрос не отправлен"), std::string::npos) << answer.error().message;
      return answer.error();
    }
    ADD_FAILURE() << "sent";
    return {};
  }
  // A profile that signs in a process of its own; without an engine of OpenSSL there is none.
  config::SigningProfile apart() {
    auto p = header();
    p.engine = "gost";
    p.key = Secret(read(keys() / "gost" / "k.pem"));
    p.certificate = keys() / "gost" / "c.pem";
    return p;
  }
};

TEST_F(Refusals, a_wrong_passphrase) {
  auto p = header();
  p.key = Secret(read(keys() / "root" / "locked.key"));
  p.pass = Secret("wrong");
  use(p);
  const Error e = refused();
  EXPECT_EQ(e.code, "signature.passphrase");
  EXPECT_EQ(e.fault, Fault::rejected);
  EXPECT_EQ(e.message.find("wrong"), std::string::npos);
  ASSERT_EQ(examine(p, clock_.now()).problems.size(), 1u);
  EXPECT_TRUE(examine(p, clock_.now()).problems[0].fatal);
}

TEST_F(Refusals, a_key_of_another_certificate) {
  auto p = header();
  p.certificate = keys() / "root" / "other.pem";
  use(p);
  const Error e = refused();
  EXPECT_EQ(e.code, "signature.mismatch");
  EXPECT_EQ(e.fault, Fault::rejected);
}

TEST_F(Refusals, an_expired_certificate) {
  const auto p = header("expired");
  use(p);
  const Error e = refused();
  EXPECT_EQ(e.code, "signature.expired");
  EXPECT_EQ(e.fault, Fault::rejected);
  const auto problems = examine(p, clock_.now()).problems;
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_FALSE(problems[0].fatal);  // the daemon starts, the rest of it works
  EXPECT_NE(problems[0].message.find("просрочен"), std::string::npos);
}

TEST_F(Refusals, a_missing_engine) {
  ::setenv("OPENSSL_ENGINES", folder_.c_str(), 1);
  const auto p = apart();
  use(p);
  const Error e = refused();
  const auto problems = examine(p, clock_.now()).problems;
  ::unsetenv("OPENSSL_ENGINES");
  EXPECT_EQ(e.code, "signature.engine");
  EXPECT_EQ(e.fault, Fault::rejected);
  EXPECT_NE(e.message.find("libengine-gost-openssl"), std::string::npos) << e.message;
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].code, "signature.engine");
}

TEST_F(Refusals, a_time_stamp_authority_that_is_down_may_come_back) {
  auto p = header();
  p.form = "cades-t";
  p.tsa = "http://tsa.example.ru/";
  use(p);
  const Error e = refused();
  EXPECT_EQ(e.code, "signature.time_stamp_unreachable");
  EXPECT_EQ(e.fault, Fault::transient);
}

TEST_F(Refusals, a_signature_that_a_header_cannot_hold) {
  auto p = header();
  p.carriage.header_limit = 500;
  use(p);
  const Error e = refused();
  EXPECT_EQ(e.code, "signing.header_limit");
  EXPECT_EQ(e.fault, Fault::rejected);
}

TEST_F(Refusals, a_tool_that_fails_and_one_that_is_not_there) {
  auto p = header();
  p.key = Secret();
  p.certificate.clear();
  p.command = {"/bin/false", "{input}", "{output}"};
  use(p);
  EXPECT_EQ(refused().code, "signature.command");
  p.command = {"нет-такой-программы"};
  const auto problems = examine(p, clock_.now()).problems;
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_NE(problems[0].message.find("нет-такой-программы"), std::string::npos);
}

std::vector<pid_t> children() {
  std::vector<pid_t> out;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
    std::ifstream in(task.path() / "children");
    for (pid_t pid = 0; in >> pid;) out.push_back(pid);
  }
  return out;
}

// The signer waits for the time-stamp when it dies: in the middle of a signature, every time.
TEST_F(Refusals, a_signer_process_killed_at_work_is_started_again_by_the_next_attempt) {
  pid_t victim = 0;
  fetch_ = [&](const signature::FetchRequest& question) -> Result<std::string> {
    if (victim != 0) ::kill(std::exchange(victim, 0), SIGKILL);
    write(folder_ / "query", question.body);
    const Ran ran = shell("openssl ts -reply -config " + (keys() / "root" / "tsa.tsa.cnf").string() + " -queryfile " +
                          (folder_ / "query").string() + " -out " + (folder_ / "reply").string());
    EXPECT_EQ(ran.code, 0) << ran.output;
    return read(folder_ / "reply");
  };
  auto p = apart();
  p.form = "cades-t";
  p.tsa = "http://tsa.example.ru/";
  p.tsa_digest = "sha256";
  use(p);
  const auto before = children();
  ASSERT_EQ(before.size(), 1u);
  victim = before[0];
  const Error e = refused();
  EXPECT_EQ(victim, 0);
  EXPECT_EQ(e.code, "signature.process") << describe(e);
  EXPECT_EQ(e.fault, Fault::transient);
  const auto again = post("<Запрос/>");
  ASSERT_TRUE(again) << describe(again.error());
  ASSERT_EQ(got_.size(), 1u);
  const auto der = text::base64_decode(got_[0].headers.get("X-Signature").value_or(""));
  ASSERT_TRUE(der);
  judged(*der, &got_[0].body, true);
}

TEST_F(Refusals, a_body_that_does_not_have_what_is_signed) {
  use(profile(Kind::json, "/data", true, "base64"));
  EXPECT_EQ(refused().code, "signing.json");
  auto p = profile(Kind::form, "client_secret", false, "base64url");
  p.carriage.signed_fields = {"scope"};
  use(p);
  EXPECT_EQ(refused().code, "signing.form_field");
}

TEST_F(Refusals, an_envelope_without_a_signature) {
  auto p = profile(Kind::xml, "", false, "base64");
  p.carriage.template_file = folder_ / "packet.xml";
  for (const char* text : {"<P>{{ content }}</P>", "<P>{{ signature }}</P>", "<P>{{ content }}{{ signatur }}</P>"}) {
    write(p.carriage.template_file, text);
    const auto problems = examine(p, clock_.now()).problems;
    ASSERT_EQ(problems.size(), 1u) << text;
    EXPECT_EQ(problems[0].code, "signing.template");
  }
}

}  // namespace
}  // namespace sedlink::signing::test
