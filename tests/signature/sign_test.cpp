// What we sign is judged by `openssl cms -verify`; bad keys and broken surroundings are told and leave nothing behind.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <fstream>

#include "sedlink/core/text.hpp"
#include "sedlink/signature/encoding.hpp"
#include "signature/tools.hpp"

namespace sedlink::signature::test {
namespace {

struct FormCase {
  const char* key;
  Form form;
  bool attached;
};
std::string name_of(const testing::TestParamInfo<FormCase>& info) {
  return text::replace_all(std::string(info.param.key) + "_" + to_string(info.param.form) +
                               (info.param.attached ? "_attached" : "_detached"),
                           "-", "_");
}

Ran openssl_verify(const std::filesystem::path& folder, const std::filesystem::path& signature, bool detached,
                   bool cades) {
  return shell("openssl cms -verify -binary -inform DER -in " + signature.string() +
               (detached ? " -content " + (folder / "document").string() : "") + (cades ? " -cades" : "") +
               " -purpose any -CAfile " + (table_folder() / "root" / "ca.pem").string() + " -out " +
               (folder / "out").string());
}

class SignedForm : public testing::TestWithParam<FormCase> {};

TEST_P(SignedForm, is_accepted_by_openssl_and_by_us) {
  const auto& [key, form, attached] = GetParam();
  const auto folder = fresh_folder();
  const std::string document = "Договор № 7\r\nстрока без конца\n\0и нулевой байт";
  const auto path = write(folder / "document", document);
  auto backend = open_in_process(pair_of("root", key));
  ASSERT_TRUE(backend) << describe(backend.error());
  const std::string made = sign(*backend.value(), request(form, attached), Content::file(path).value());
  const auto file = write(folder / "made.sig", made);
  const Ran ran = openssl_verify(folder, file, !attached, form == Form::cades_bes);
  EXPECT_EQ(ran.code, 0) << ran.output;
  EXPECT_EQ(read(folder / "out"), document);
  const Ran printed = shell("openssl cms -cmsout -print -inform DER -in " + file.string());
  EXPECT_EQ(printed.output.find("S/MIME Capabilities"), std::string::npos);
  EXPECT_EQ(printed.output.find("id-smime-aa-signingCertificateV2") != std::string::npos, form == Form::cades_bes);
  EXPECT_EQ(printed.output.find("signingTime") != std::string::npos, form != Form::no_attributes);

  VerifyRequest q = question(made);
  if (!attached) q.content = Content::file(path).value();
  if (form == Form::cades_bes) q.policy.require = Require::cades_bes;
  const auto verdict = backend.value()->verify(q);
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->status, Status::valid) << boost::json::serialize(to_json(verdict.value()));
  EXPECT_EQ(verdict->attached, attached);
  ASSERT_EQ(verdict->signers.size(), 1u);
  EXPECT_EQ(to_string(verdict->signers[0].shape), std::string(to_string(form)));
}

INSTANTIATE_TEST_SUITE_P(Forms, SignedForm,
                         testing::Values(FormCase{"signer", Form::cades_bes, false},
                                         FormCase{"signer", Form::cades_bes, true},
                                         FormCase{"signer", Form::cms, false}, FormCase{"signer", Form::cms, true},
                                         FormCase{"signer", Form::no_attributes, false},
                                         FormCase{"signer", Form::no_attributes, true},
                                         FormCase{"ec", Form::cades_bes, false}, FormCase{"ec", Form::cades_bes, true},
                                         FormCase{"ec", Form::no_attributes, true}),
                         name_of);

TEST(Signing, attached_content_above_the_limit_is_written_as_ber_that_openssl_accepts) {
  const auto folder = fresh_folder();
  const std::string document(700'000, 'x');
  const auto path = write(folder / "document", document);
  auto backend = open_in_process(pair_of("root", "ec"));
  ASSERT_TRUE(backend);
  SignRequest r = request(Form::cades_bes, true);
  r.attached_limit = 100'000;
  const std::string made = sign(*backend.value(), r, Content::file(path).value());
  EXPECT_EQ(made.substr(0, 2), "\x30\x80");
  const Ran ran = openssl_verify(folder, write(folder / "made.sig", made), false, true);
  EXPECT_EQ(ran.code, 0) << ran.output;
  EXPECT_EQ(read(folder / "out"), document);
  VerifyRequest q = question(made);
  const auto verdict = backend.value()->verify(q);
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->status, Status::valid);
  q.policy.attached_limit = 100'000;
  const auto refused = backend.value()->verify(q);
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, Status::indeterminate);
  EXPECT_TRUE(refused->has("too_large"));
}

TEST(Signing, a_second_signer_of_another_algorithm_joins_and_both_verify) {
  for (const bool attached : {false, true}) {
    const auto folder = fresh_folder();
    const auto path = write(folder / "document", "двое под одним");
    const auto content = Content::file(path).value();
    auto first = open_in_process(pair_of("root", "signer")), second = open_in_process(pair_of("root", "ec"));
    ASSERT_TRUE(first && second);
    SignRequest r = request(Form::cades_bes, attached);
    r.existing = text::base64_encode(sign(*first.value(), r, content));
    const std::string made = sign(*second.value(), r, content);
    const Ran ran = openssl_verify(folder, write(folder / "made.sig", made), !attached, true);
    EXPECT_EQ(ran.code, 0) << ran.output;
    const auto verdict = first.value()->verify(question(made, content));
    ASSERT_TRUE(verdict);
    EXPECT_EQ(verdict->status, Status::valid);
    EXPECT_EQ(verdict->signers.size(), 2u);
    std::string none;
    const auto other =
        second.value()->sign(r, Content::memory("другое"), [&none](std::string_view piece) -> Result<void> {
          none += piece;
          return {};
        });
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().code, "signature.existing");
    EXPECT_EQ(none, "");
  }
}

TEST(Signing, encodings_are_read_back) {
  std::string der;
  for (int i = 0; i < 1000; ++i) der.push_back(static_cast<char>(i * 7));
  der[0] = '\x30';
  for (const auto encoding : {Encoding::der, Encoding::base64, Encoding::base64url, Encoding::pem}) {
    std::string text;
    Encoder encoder(encoding, [&text](std::string_view piece) -> Result<void> {
      text += piece;
      return {};
    });
    for (std::size_t at = 0; at < der.size(); at += 37)
      ASSERT_TRUE(encoder.write(std::string_view(der).substr(at, 37)));
    ASSERT_TRUE(encoder.finish());
    const auto back = decode(text);
    ASSERT_TRUE(back);
    EXPECT_EQ(back.value(), der);
    const bool one_line = encoding == Encoding::base64 || encoding == Encoding::base64url;
    EXPECT_EQ(text.find('\n') == std::string::npos, one_line);
    if (encoding == Encoding::base64url) {
      EXPECT_EQ(text.find_first_of("+/="), std::string::npos);
      EXPECT_NE(text.find_first_of("-_"), std::string::npos);
    }
  }
}

// Error code of opening, after which the message must not hold the canary.
std::string opening_error(KeyMaterial key) {
  const std::string canary = key.passphrase.reveal();
  const auto backend = open_in_process(std::move(key));
  if (backend) return "opened";
  EXPECT_TRUE(canary.empty() || describe(backend.error()).find(canary) == std::string::npos);
  EXPECT_EQ(describe(backend.error()).find("PRIVATE KEY"), std::string::npos);
  return backend.error().code;
}

TEST(Keys, every_bad_key_has_its_own_error) {
  const auto folder = fresh_folder();
  const std::string key = (table_folder() / "root" / "signer.key").string(),
                    pem = (table_folder() / "root" / "signer.pem").string();
  ASSERT_EQ(shell("openssl pkcs8 -topk8 -in " + key + " -out " + (folder / "locked.key").string() +
                  " -passout pass:canary-7341 -v2 aes-256-cbc")
                .code,
            0);
  ASSERT_EQ(shell("openssl pkcs12 -export -inkey " + key + " -in " + pem + " -certfile " +
                  (table_folder() / "root" / "ca.pem").string() + " -out " + (folder / "k.p12").string() +
                  " -passout pass:canary-7341")
                .code,
            0);
  ASSERT_EQ(
      shell("openssl pkcs8 -topk8 -nocrypt -outform DER -in " + key + " -out " + (folder / "k.der").string()).code, 0);

  KeyMaterial k = pair_of("root", "signer");
  k.private_key = Secret(read(folder / "locked.key"));
  EXPECT_EQ(opening_error(k), "signature.passphrase");
  k.passphrase = Secret("canary-0000");
  EXPECT_EQ(opening_error(k), "signature.passphrase");
  k.passphrase = Secret("canary-7341");
  EXPECT_EQ(opening_error(k), "opened");
  k.private_key = Secret(read(folder / "k.der"));
  EXPECT_EQ(opening_error(k), "opened");
  k.private_key = Secret("canary-7341 is no key");
  EXPECT_EQ(opening_error(k), "signature.key");
  KeyMaterial mixed = pair_of("root", "signer");
  mixed.certificate = pair_of("root", "second").certificate;
  EXPECT_EQ(opening_error(mixed), "signature.mismatch");
  mixed.certificate += pair_of("root", "signer").certificate;  // chosen by the key, wherever it stands
  EXPECT_EQ(opening_error(mixed), "opened");
  mixed.certificate = "rubbish";
  EXPECT_EQ(opening_error(mixed), "signature.certificate");
  mixed.certificate.clear();
  EXPECT_EQ(opening_error(mixed), "signature.certificate");

  KeyMaterial p12;
  p12.pkcs12 = Secret(read(folder / "k.p12"));
  EXPECT_EQ(opening_error(p12), "signature.passphrase");
  p12.passphrase = Secret("canary-0000");
  EXPECT_EQ(opening_error(p12), "signature.passphrase");
  p12.passphrase = Secret("canary-7341");
  EXPECT_EQ(opening_error(p12), "opened");
  p12.pkcs12 = Secret("no container");
  EXPECT_EQ(opening_error(p12), "signature.pkcs12");
}

TEST(Keys, a_certificate_that_does_not_hold_signs_nothing) {
  for (const char* name : {"expired", "future"}) {
    auto backend = open_in_process(pair_of("root", name));
    ASSERT_TRUE(backend);
    std::string made;
    const auto done = backend.value()->sign(request(Form::cades_bes), Content::memory("x"),
                                            [&made](std::string_view piece) -> Result<void> {
                                              made += piece;
                                              return {};
                                            });
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, "signature.expired");
    EXPECT_EQ(made, "");
  }
}

// PrivateKeyUsagePeriod { notAfter [1] }: the certificate still holds, its key must not sign any more.
TEST(Keys, a_key_whose_own_period_is_over_signs_nothing) {
  const auto folder = fresh_folder();
  const std::string line =
      "cd " + folder.string() +
      " && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout k -out c.pem -days 400 -subj "
      "/CN=period -addext '2.5.29.16=DER:3011810f32303230303130313030303030305a'";
  const Ran made = shell(line);
  ASSERT_EQ(made.code, 0) << made.output;
  KeyMaterial key;
  key.private_key = Secret(read(folder / "k"));
  key.certificate = read(folder / "c.pem");
  const auto info = describe_certificate(key.certificate);
  ASSERT_TRUE(info);
  ASSERT_TRUE(info->key_not_after.has_value());
  EXPECT_EQ(to_iso8601(*info->key_not_after).substr(0, 10), "2020-01-01");
  EXPECT_LT(info->signs_until(), info->not_after);
  auto backend = open_in_process(key);
  ASSERT_TRUE(backend);
  const auto done = backend.value()->sign(request(Form::cades_bes), Content::memory("x"),
                                          [](std::string_view) -> Result<void> { return {}; });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, "signature.expired");
  EXPECT_NE(done.error().message.find("срок ключа сертификата «period» истёк"), std::string::npos);
}

TEST(Signing, a_file_written_to_meanwhile_is_refused) {
  const auto folder = fresh_folder();
  const auto path = write(folder / "document", std::string(600'000, 'a'));
  auto backend = open_in_process(pair_of("root", "ec"));
  ASSERT_TRUE(backend);
  const auto content = Content::file(path).value();
  std::ofstream(path, std::ios::app) << "more";
  const auto done =
      backend.value()->sign(request(Form::cades_bes), content, [](std::string_view) -> Result<void> { return {}; });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, "signature.content_changed");
}

TEST(Signing, what_the_sink_says_ends_the_signing) {
  auto backend = open_in_process(pair_of("root", "ec"));
  ASSERT_TRUE(backend);
  const auto done =
      backend.value()->sign(request(Form::cades_bes), Content::memory("x"), [](std::string_view) -> Result<void> {
        return Error{Fault::transient, Audience::admin, "disk.full", "нет места", {}};
      });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, "disk.full");
}

// The authority of cases.py behind a function instead of a network.
Fetch authority(const char* folder_name, const char* config) {
  return [folder_name, config](const FetchRequest& question) -> Result<std::string> {
    EXPECT_EQ(question.content_type, "application/timestamp-query");
    const auto folder = fresh_folder();
    const auto query = write(folder / "q", question.body);
    const Ran ran = shell("openssl ts -reply -config " + (table_folder() / folder_name / config).string() +
                          " -queryfile " + query.string() + " -out " + (folder / "r").string());
    EXPECT_EQ(ran.code, 0) << ran.output;
    return read(folder / "r");
  };
}

TEST(TimeStamp, a_token_from_the_authority_makes_cades_t) {
  for (const bool attached : {false, true}) {
    auto backend = open_in_process(pair_of("root", "signer"));
    ASSERT_TRUE(backend);
    SignRequest r = request(Form::cades_t, attached);
    r.authority.emplace();
    r.authority->url = "http://tsa.test/";
    r.authority->trust = {root()};
    r.fetch = authority("root", "tsa.tsa.cnf");
    r.attached_limit = 10;  // streaming, when attached
    const auto content = Content::memory("подписано и со временем");
    const std::string made = sign(*backend.value(), r, content);
    VerifyRequest q = question(made);
    if (!attached) q.content = content;
    q.policy.require = Require::cades_t;
    const auto verdict = backend.value()->verify(q);
    ASSERT_TRUE(verdict);
    EXPECT_EQ(verdict->status, Status::valid) << boost::json::serialize(to_json(verdict.value()));
  }
}

std::string stamp_error(const Fetch& fetch, const std::string& trust) {
  auto backend = open_in_process(pair_of("root", "ec"));
  SignRequest r = request(Form::cades_t);
  r.authority.emplace();
  r.authority->url = "http://tsa.test/";
  if (!trust.empty()) r.authority->trust = {trust};
  r.fetch = fetch;
  std::string made;
  const auto done = backend.value()->sign(r, Content::memory("x"), [&made](std::string_view piece) -> Result<void> {
    made += piece;
    return {};
  });
  EXPECT_EQ(made, "");
  return done ? "signed" : done.error().code;
}

TEST(TimeStamp, an_authority_that_is_down_wrong_or_foreign_leaves_nothing_signed) {
  EXPECT_EQ(stamp_error(
                [](const FetchRequest&) -> Result<std::string> {
                  return Error{Fault::transient, Audience::admin, "net.connect", "нет соединения", {}};
                },
                root()),
            "signature.time_stamp_unreachable");
  EXPECT_EQ(stamp_error([](const FetchRequest&) -> Result<std::string> { return std::string("<html>"); }, root()),
            "signature.time_stamp");
  EXPECT_EQ(stamp_error(authority("foreign", "rogue.tsa.cnf"), root()), "signature.time_stamp");
  const std::string old = authority("root", "tsa.tsa.cnf")([] {
                            FetchRequest q;
                            q.content_type = "application/timestamp-query";
                            q.body = read(table_folder() / "root" / "tsa.tsa.cnf.tsq");
                            return q;
                          }())
                              .value();
  EXPECT_EQ(stamp_error([&old](const FetchRequest&) -> Result<std::string> { return old; }, root()),
            "signature.time_stamp");  // replayed
}

TEST(Decryption, messages_for_us_open_and_others_are_told_apart) {
  const auto folder = fresh_folder();
  const auto document = write(folder / "document", "тайна\r\n");
  const auto root_folder = table_folder() / "root";
  auto backend = open_in_process(pair_of("root", "signer"));
  ASSERT_TRUE(backend);
  const auto open = [&](const std::string& message) -> Result<std::string> {
    std::string out;
    auto done = backend.value()->decrypt(Content::memory(message), default_attached_limit,
                                         [&out](std::string_view piece) -> Result<void> {
                                           out += piece;
                                           return {};
                                         });
    if (!done) return done.error();
    return out;
  };
  for (const char* cipher : {"-aes256", "-aes-256-gcm", "-des3"}) {
    for (const char* format : {"DER", "PEM"}) {
      const Ran made =
          shell(std::string("openssl cms -encrypt -binary ") + cipher + " -in " + document.string() + " -outform " +
                format + " -out " + (folder / "m").string() + " " + (root_folder / "signer.pem").string());
      ASSERT_EQ(made.code, 0) << made.output;
      const auto opened = open(read(folder / "m"));
      ASSERT_TRUE(opened) << cipher << describe(opened.error());
      EXPECT_EQ(opened.value(), "тайна\r\n");
    }
  }
  ASSERT_EQ(shell("openssl cms -encrypt -binary -aes-256-gcm -in " + document.string() + " -outform DER -out " +
                  (folder / "m").string() + " " + (root_folder / "signer.pem").string())
                .code,
            0);
  std::string broken = read(folder / "m");
  broken[broken.size() - 20] = static_cast<char>(broken[broken.size() - 20] ^ 1);
  const auto tampered = open(broken);
  ASSERT_FALSE(tampered);
  EXPECT_EQ(tampered.error().code, "signature.decrypt");
  ASSERT_EQ(shell("openssl cms -encrypt -binary -in " + document.string() + " -outform DER -out " +
                  (folder / "m").string() + " " + (root_folder / "second.pem").string())
                .code,
            0);
  const auto foreign = open(read(folder / "m"));
  ASSERT_FALSE(foreign);
  EXPECT_EQ(foreign.error().code, "signature.not_for_us");
  const auto wrong = open(read(table_folder() / "detached-bes.sig"));
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, "signature.not_enveloped");
  const auto rubbish = open("rubbish!");
  ASSERT_FALSE(rubbish);
  EXPECT_EQ(rubbish.error().code, "signature.encoding");
}

}  // namespace
}  // namespace sedlink::signature::test
