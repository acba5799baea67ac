// Answers that must be signed: believed, or not taken at all.
#include "signing/stand.hpp"

namespace sedlink::signing::test {
namespace {

using Kind = config::Carriage::Kind;

class Answers : public Stand {
 protected:
  void trusting(const std::string& crl) {
    config::TrustPolicy policy;
    policy.name = "bureau";
    policy.certificates = {keys() / "root" / "ca.pem"};
    policy.revocation = "none";
    if (!crl.empty()) {
      policy.crls = {keys() / "root" / (crl + ".crl")};
      policy.revocation = "signer";
    }
    config_.trust.insert_or_assign("bureau", policy);
    auto p = profile(Kind::body, "attached", true, "der");
    p.answers.attached = true;
    p.answers.trust = "bureau";
    use(p);
  }
  std::string signed_by(const std::string& key, const std::string& content) {
    write(folder_ / "answer", content);
    const std::string k = (keys() / "root" / key).string();
    const Ran ran = shell("openssl cms -sign -binary -nodetach -outform DER -in " + (folder_ / "answer").string() +
                          " -signer " + k + ".pem -inkey " + k + ".key -out " + (folder_ / "answer.p7s").string());
    EXPECT_EQ(ran.code, 0) << ran.output;
    return read(folder_ / "answer.p7s");
  }
  void answers(std::string body, int status = 200) {
    answer_ = [body, status](const Got&) { return net::ServerResponse(status, "application/octet-stream", body); };
  }
};

TEST_F(Answers, a_signed_answer_is_verified_and_unwrapped) {
  trusting("fresh");
  answers(signed_by("other", "<Ответ>742</Ответ>"));
  const auto answer = post("<Запрос/>");
  ASSERT_TRUE(answer) << describe(answer.error());
  EXPECT_EQ(answer->body, "<Ответ>742</Ответ>");
}

class Gather : public net::BodySink {
 public:
  Task<void> write(std::string_view piece) override {
    text += piece;
    co_return Result<void>();
  }
  std::string text;
};

TEST_F(Answers, a_caller_that_streams_gets_verified_bytes_only) {
  trusting("");
  Gather sink;
  const auto ask = [&] {
    Result<net::Response> answer = Error();
    loop_.run([](net::Client& client, std::string where, net::BodySink* to,
                 Result<net::Response>& out) -> boost::asio::awaitable<void> {
      net::Request request;
      request.method = "POST";
      request.url = where;
      request.body = "<Запрос/>";
      net::CallOptions options;
      options.deadline = net::test::in(Duration(20'000));
      options.sink = to;
      out = co_await client.send(std::move(request), options);
    }(*client_, url(), &sink, answer));
    return answer;
  };
  answers(signed_by("other", "отчёт"));
  ASSERT_TRUE(ask());
  EXPECT_EQ(sink.text, "отчёт");
  answers("без подписи");
  EXPECT_FALSE(ask());
  EXPECT_EQ(sink.text, "отчёт");
}

TEST_F(Answers, tampered_unsigned_and_foreign_answers_are_refused_for_good) {
  trusting("");
  std::string broken = signed_by("other", "<Ответ>742</Ответ>");
  broken.replace(broken.find("742"), 3, "999");
  for (const std::string& body : {broken, std::string("<Ответ>742</Ответ>"), std::string()}) {
    answers(body);
    const auto answer = post("<Запрос/>");
    ASSERT_FALSE(answer) << body;
    EXPECT_EQ(answer.error().code, "signing.answer");
    EXPECT_EQ(answer.error().fault, Fault::rejected) << describe(answer.error());
    EXPECT_NE(answer.error().message.find("Запрос выполнен, но ответ не принят"), std::string::npos);
  }
}

TEST_F(Answers, a_stale_revocation_list_leaves_doubt) {
  trusting("stale");
  answers(signed_by("other", "<Ответ/>"));
  const auto answer = post("<Запрос/>");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().fault, Fault::ambiguous) << describe(answer.error());
  EXPECT_NE(answer.error().message.find("подпись не проверить"), std::string::npos) << answer.error().message;
}

TEST_F(Answers, an_error_page_and_a_bare_202_need_no_signature) {
  trusting("");
  answers("перегружены", 503);
  const auto busy = post("<Запрос/>");
  ASSERT_TRUE(busy);
  EXPECT_EQ(busy->status, 503);
  answers("", 202);
  const auto later = post("<Запрос/>");
  ASSERT_TRUE(later) << describe(later.error());
  EXPECT_EQ(later->status, 202);
}

}  // namespace
}  // namespace sedlink::signing::test
