// The table of verdicts (cases.py), and what verification says beside the verdict.
#include <gtest/gtest.h>

#include <algorithm>

#include "signature/tools.hpp"

namespace sedlink::signature::test {
namespace {

std::vector<std::string> files(const json::value& row, const char* key) {
  std::vector<std::string> out;
  for (const auto& path : json::texts(row, key)) out.push_back(read(path));
  return out;
}

double number(const json::value& row, const char* key) {
  const json::value* v = json::find(row, key);
  return v == nullptr ? 0 : v->to_number<double>();
}

Duration days(double n) { return Duration(static_cast<long long>(n * 86'400'000)); }

VerifyRequest of_row(const json::value& row) {
  VerifyRequest out;
  out.signature = read(json::text(row, "signature"));
  const std::string content = json::text(row, "content");
  if (!content.empty()) out.content = Content::file(content).value();
  Policy& p = out.policy;
  p.trust = files(row, "trust");
  p.crls = files(row, "crls");
  p.time_stamp_trust = files(row, "tsa_trust");
  p.intermediates = files(row, "intermediates");
  p.require = require_from_string(json::text(row, "require")).value_or(Require::cms);
  p.revocation = revocation_from_string(json::text(row, "revocation")).value_or(Revocation::none);
  p.now = now() + days(number(row, "days"));
  if (json::find(row, "at") != nullptr) p.at = now() + days(number(row, "at"));
  p.attached_limit = static_cast<std::uint64_t>(
      json::integer(row, "attached_limit", static_cast<std::int64_t>(default_attached_limit)));
  return out;
}

json::value table() { return json::parse(read(table_folder() / "cases.json")).value(); }

// A verdict that is not valid says why.
bool has_weight(const Verdict& v) {
  return worst(v.reasons) != Status::valid ||
         std::ranges::any_of(v.signers, [](const SignerVerdict& s) { return worst(s.reasons) != Status::valid; });
}

std::size_t judge_table(Backend& backend) {
  const json::value rows = table();
  for (const auto& row : rows.as_array()) {
    SCOPED_TRACE(json::text(row, "name"));
    const auto verdict = backend.verify(of_row(row));
    EXPECT_TRUE(verdict.has_value());
    if (!verdict) continue;
    const std::string told = boost::json::serialize(to_json(verdict.value()));
    EXPECT_EQ(to_string(verdict->status), json::text(row, "expect")) << told;
    const std::string code = json::text(row, "code");
    EXPECT_TRUE(code.empty() || verdict->has(code)) << told;
    EXPECT_TRUE(verdict->status == Status::valid || has_weight(verdict.value())) << told;
  }
  return rows.as_array().size();
}

TEST(Verification, every_row_of_the_table_gets_its_verdict_in_this_process) {
  const auto backend = open_in_process({});
  ASSERT_TRUE(backend);
  EXPECT_GE(judge_table(*backend.value()), 220u);
}

TEST(Verification, every_row_of_the_table_gets_the_same_verdict_from_a_signer_process) {
  const auto backend = open_signer_process({}, {});
  ASSERT_TRUE(backend) << describe(backend.error());
  EXPECT_GE(judge_table(*backend.value()), 220u);
}

TEST(Verification, each_prefix_of_a_signature_is_refused) {
  const auto backend = open_in_process({});
  ASSERT_TRUE(backend);
  const std::string whole = read(table_folder() / "cades-t.sig");
  for (std::size_t length = 0; length < whole.size(); length += 7) {
    const auto verdict = backend.value()->verify(
        question(whole.substr(0, length), Content::file(table_folder() / "content.txt").value()));
    ASSERT_TRUE(verdict);
    EXPECT_EQ(verdict->status, Status::invalid) << length;
  }
}

TEST(Verification, no_flipped_byte_under_the_signature_is_valid) {
  const auto backend = open_in_process({});
  ASSERT_TRUE(backend);
  const std::string whole = read(table_folder() / "attached-bes.sig");
  const auto first = backend.value()->verify(question(whole));
  ASSERT_TRUE(first);
  ASSERT_EQ(first->status, Status::valid);
  const std::size_t content = whole.find("Договор");
  ASSERT_NE(content, std::string::npos);
  for (std::size_t at = content; at < content + 400; at += 13) {
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 0x20);
    const auto verdict = backend.value()->verify(question(changed));
    ASSERT_TRUE(verdict);
    EXPECT_EQ(verdict->status, Status::invalid) << at;
  }
}

TEST(Verification, content_of_a_valid_attached_signature_is_handed_out_and_of_others_never) {
  const auto backend = open_in_process({});
  ASSERT_TRUE(backend);
  VerifyRequest q = question(read(table_folder() / "attached-bes.sig"));
  q.keep_content = true;
  const auto good = backend.value()->verify(q);
  ASSERT_TRUE(good);
  EXPECT_EQ(good->content, read(table_folder() / "content.txt"));
  q.signature = read(table_folder() / "attached-content-changed.sig");
  const auto bad = backend.value()->verify(q);
  ASSERT_TRUE(bad);
  EXPECT_EQ(bad->content, "");
}

TEST(Verification, trust_that_cannot_be_read_is_an_error_and_no_verdict) {
  const auto backend = open_in_process({});
  ASSERT_TRUE(backend);
  VerifyRequest q = question(read(table_folder() / "attached-bes.sig"));
  q.policy.trust = {"no certificate"};
  const auto verdict = backend.value()->verify(q);
  ASSERT_FALSE(verdict);
  EXPECT_EQ(verdict.error().code, "signature.certificate");
}

TEST(Verification, a_verdict_survives_the_way_through_json) {
  const auto backend = open_in_process({});
  ASSERT_TRUE(backend);
  const auto verdict = backend.value()->verify(
      question(read(table_folder() / "cades-t.sig"), Content::file(table_folder() / "content.txt").value()));
  ASSERT_TRUE(verdict);
  ASSERT_EQ(verdict->signers.size(), 1u);
  EXPECT_EQ(verdict->signers[0].time_stamps.size(), 1u);
  const json::value told = to_json(verdict.value());
  EXPECT_EQ(to_json(verdict_from_json(told)), told);
}

// `openssl ocsp` with the database of `root`, answering as `responder` (authority/pair).
Fetch responder(const std::string& who) {
  return [who](const FetchRequest& asked) -> Result<std::string> {
    EXPECT_EQ(asked.content_type, "application/ocsp-request");
    const auto folder = fresh_folder();
    const auto query = write(folder / "q", asked.body);
    const std::string signer = (table_folder() / who).string(), authority = (table_folder() / "root").string();
    const Ran ran = shell("openssl ocsp -index " + authority + "/index.txt -CA " + authority + "/ca.pem -rsigner " +
                          signer + ".pem -rkey " + signer + ".key -reqin " + query.string() + " -ndays 1 -respout " +
                          (folder / "r").string());
    EXPECT_EQ(ran.code, 0) << ran.output;
    return read(folder / "r");
  };
}

Verdict asked(const std::string& row, const Fetch& fetch) {
  VerifyRequest q =
      question(read(table_folder() / (row + ".sig")), Content::file(table_folder() / "content.txt").value());
  q.policy.revocation = Revocation::signer;
  q.policy.ocsp = true;
  q.policy.ocsp_url = "http://ocsp.test/";
  q.fetch = fetch;
  return open_in_process({}).value()->verify(q).value();
}

TEST(Ocsp, what_the_issuer_or_its_delegate_answers_counts) {
  for (const char* who : {"root/ca", "root/ocsp"}) {
    EXPECT_EQ(asked("detached-bes", responder(who)).status, Status::valid) << who;
    const Verdict revoked = asked("revoked", responder(who));
    EXPECT_EQ(revoked.status, Status::invalid) << who;
    EXPECT_TRUE(revoked.has("certificate_revoked"));
  }
}

TEST(Ocsp, strangers_old_answers_and_silence_settle_nothing) {
  for (const char* who : {"foreign/ca", "root/server", "impostor/ca"}) {
    const Verdict verdict = asked("detached-bes", responder(who));
    EXPECT_EQ(verdict.status, Status::indeterminate) << who;
    EXPECT_TRUE(verdict.has("revocation_unknown")) << who;
  }
  std::string first;
  const auto remember = [&first](const FetchRequest& q) {
    auto answer = responder("root/ca")(q);
    first = answer.value();
    return answer;
  };
  EXPECT_EQ(asked("detached-bes", remember).status, Status::valid);
  EXPECT_EQ(asked("detached-bes", [&first](const FetchRequest&) -> Result<std::string> { return first; }).status,
            Status::indeterminate);
  EXPECT_EQ(
      asked("detached-bes", [](const FetchRequest&) -> Result<std::string> { return std::string("<html>"); }).status,
      Status::indeterminate);
  const Error down{Fault::transient, Audience::admin, "net.connect", "нет соединения", {}};
  EXPECT_EQ(asked("detached-bes", [&down](const FetchRequest&) -> Result<std::string> { return down; }).status,
            Status::indeterminate);
  EXPECT_EQ(asked("detached-bes", {}).status, Status::indeterminate);
}

TEST(Ocsp, an_answer_that_is_over_or_knows_nothing_settles_nothing) {
  std::string kept;
  const auto remember = [&kept](const FetchRequest& q) {
    auto answer = responder("root/ca")(q);
    kept = answer.value();
    return answer;
  };
  VerifyRequest q =
      question(read(table_folder() / "detached-bes.sig"), Content::file(table_folder() / "content.txt").value());
  q.policy.revocation = Revocation::signer;
  q.policy.ocsp = true;
  q.policy.ocsp_url = "http://ocsp.test/";
  q.fetch = remember;
  q.policy.now = now() + days(3);  // the answer holds for a day
  const auto over = open_in_process({}).value()->verify(q);
  ASSERT_TRUE(over);
  EXPECT_EQ(over->status, Status::indeterminate);
  q.policy.now = now() - days(1);  // and is of tomorrow then
  const auto ahead = open_in_process({}).value()->verify(q);
  ASSERT_TRUE(ahead);
  EXPECT_EQ(ahead->status, Status::indeterminate);
  ASSERT_FALSE(kept.empty());
  const Verdict unknown = asked("negative-serial", responder("root/ca"));  // the database does not have it
  EXPECT_EQ(unknown.status, Status::indeterminate);
  EXPECT_TRUE(unknown.has("revocation_unknown"));
  // What the lists say does not give way to an answer that says nothing.
  q = question(read(table_folder() / "revoked.sig"), Content::file(table_folder() / "content.txt").value());
  q.policy.revocation = Revocation::signer;
  q.policy.ocsp = true;
  q.policy.ocsp_url = "http://ocsp.test/";
  q.policy.crls = {read(table_folder() / "root" / "good.crl")};
  q.fetch = [](const FetchRequest&) -> Result<std::string> { return std::string("<html>"); };
  const auto listed = open_in_process({}).value()->verify(q);
  ASSERT_TRUE(listed);
  EXPECT_TRUE(listed->has("certificate_revoked"));
}

TEST(Certificate, owner_organisation_and_tax_numbers_are_read) {
  const auto folder = fresh_folder();
  write(folder / "c.cnf", "oid_section=oids\n[oids]\nINNLE=1.2.643.100.4\n[req]\ndistinguished_name=dn\n[dn]\n");
  const std::string line =
      "cd " + folder.string() +
      " && openssl req -x509 -config c.cnf -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout k -out c.pem "
      "-days 10 -utf8 -subj "
      "'/CN=ООО Ромашка/SN=Иванов/GN=Иван Иванович/O=ООО Ромашка/title=Директор/INN=500100732259/INNLE=7717586110/"
      "OGRN=1027700132195/SNILS=11223344595'";
  const Ran made = shell(line);
  ASSERT_EQ(made.code, 0) << made.output;
  const auto info = describe_certificate(read(folder / "c.pem"));
  ASSERT_TRUE(info) << describe(info.error());
  EXPECT_EQ(info->owner, "Иванов Иван Иванович");
  EXPECT_EQ(info->organization, "ООО Ромашка");
  EXPECT_EQ(info->title, "Директор");
  EXPECT_EQ(info->inn, "500100732259");
  EXPECT_EQ(info->inn_legal, "7717586110");
  EXPECT_EQ(info->ogrn, "1027700132195");
  EXPECT_EQ(info->snils, "11223344595");
  EXPECT_EQ(info->key_algorithm, "EC P-256");
  EXPECT_TRUE(info->self_signed);
  EXPECT_EQ(info->days_left(now()), 9);
  EXPECT_LT(info->days_left(now() + days(30)), 0);
  EXPECT_EQ(certificate_from_json(to_json(info.value())).owner, info->owner);
}

}  // namespace
}  // namespace sedlink::signature::test
