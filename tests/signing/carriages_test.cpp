// Each carriage by its bytes, as a listener gets them; `openssl cms -verify` is the judge.
#include "sedlink/core/text.hpp"
#include "signing/stand.hpp"

namespace sedlink::signing::test {
namespace {

using Kind = config::Carriage::Kind;

const std::string document = "<?xml version=\"1.0\"?>\r\n<Запрос>Иванов & сын</Запрос>\n";

std::string decoded(const std::string& base64) {
  const auto bytes = text::base64_decode(base64);
  EXPECT_TRUE(bytes) << base64;
  return bytes ? *bytes : std::string();
}

class Carriages : public Stand {};

// СУЗ (row 6).
TEST_F(Carriages, header_holds_one_line_of_base64_over_the_body_that_is_sent) {
  use(profile(Kind::header, "X-Signature", false, "base64"));
  const auto answer = post(document);
  ASSERT_TRUE(answer) << describe(answer.error());
  ASSERT_EQ(got_.size(), 1u);
  EXPECT_EQ(got_[0].body, document);
  EXPECT_EQ(got_[0].headers.get("Content-Type"), "application/xml");
  const std::string header = got_[0].headers.get("X-Signature").value_or("");
  EXPECT_EQ(header.find_first_of(" \r\n"), std::string::npos);
  judged(decoded(header), &got_[0].body);
}

// КБКИ (row 1).
TEST_F(Carriages, body_is_the_attached_signature_and_has_no_content_type) {
  use(profile(Kind::body, "attached", true, "der"));
  ASSERT_TRUE(post(document));
  ASSERT_EQ(got_.size(), 1u);
  EXPECT_FALSE(got_[0].headers.get("Content-Type"));
  EXPECT_EQ(judged(got_[0].body, nullptr), document);
}

// КБКИ certadd (row 1b).
TEST_F(Carriages, parts_are_the_fields_the_body_and_its_signature) {
  auto p = profile(Kind::part, "sign", false, "der");
  p.carriage.content_part = "cert";
  p.carriage.content_file = "cert.cer";
  p.carriage.fields = {{"id", "{id}"}};
  use(p);
  ASSERT_TRUE(post(document, "application/octet-stream"));
  ASSERT_EQ(got_.size(), 1u);
  const std::string type = got_[0].headers.get("Content-Type").value_or("");
  const std::string before = "multipart/form-data; boundary=";
  ASSERT_TRUE(type.starts_with(before)) << type;
  const std::string boundary = type.substr(before.size());
  const std::string head =
      "--" + boundary +
      "\r\nContent-Disposition: form-data; name=\"id\"\r\n\r\n7b1d5c1e-5f0a-4a55-9a7e-2f0c6a0b24aa\r\n"
      "--" +
      boundary +
      "\r\nContent-Disposition: form-data; name=\"cert\"; filename=\"cert.cer\"\r\n"
      "Content-Type: application/octet-stream\r\n\r\n" +
      document + "\r\n--" + boundary +
      "\r\nContent-Disposition: form-data; name=\"sign\"\r\n"
      "Content-Type: application/octet-stream\r\n\r\n";
  const std::string tail = "\r\n--" + boundary + "--\r\n";
  ASSERT_TRUE(got_[0].body.starts_with(head)) << got_[0].body;
  ASSERT_TRUE(got_[0].body.ends_with(tail));
  judged(got_[0].body.substr(head.size(), got_[0].body.size() - head.size() - tail.size()), &document);
}

// Честный ЗНАК (row 5).
TEST_F(Carriages, json_string_gives_its_place_to_its_attached_signature) {
  use(profile(Kind::json, "/data", true, "base64"));
  const std::string begin = "{\"uuid\": \"u-1\", \"amount\": 1.10, \"data\": ", end = " , \"last\":[ 1 ]}";
  ASSERT_TRUE(post(begin + "\"случайная строка\"" + end, "application/json"));
  ASSERT_EQ(got_.size(), 1u);
  const std::string& body = got_[0].body;
  ASSERT_TRUE(body.starts_with(begin + "\"") && body.ends_with("\"" + end)) << body;
  const std::string put = body.substr(begin.size() + 1, body.size() - begin.size() - end.size() - 2);
  EXPECT_EQ(judged(decoded(put), nullptr), "случайная строка");
}

// Saby, Diadoc (rows 9, 10): bytes in base64 beside their signature.
TEST_F(Carriages, json_carries_the_signature_of_the_bytes_another_string_encodes) {
  auto p = profile(Kind::json, "/Подпись/0/Файл/ДвоичныеДанные", false, "base64");
  p.carriage.signed_json = "/Файл/ДвоичныеДанные";
  p.carriage.signed_base64 = true;
  use(p);
  const std::string begin = "{\"Файл\":{\"ДвоичныеДанные\":\"" + text::base64_encode(document) +
                            "\"},\"Подпись\":[{\"Файл\":{\"ДвоичныеДанные\":\"";
  ASSERT_TRUE(post(begin + "\"}}]}", "application/json"));
  ASSERT_EQ(got_.size(), 1u);
  ASSERT_TRUE(got_[0].body.starts_with(begin)) << got_[0].body;
  judged(decoded(got_[0].body.substr(begin.size(), got_[0].body.size() - begin.size() - 5)), &document);
}

// ЕСИА (row 7): values one after another, no attributes, base64url without padding.
TEST_F(Carriages, form_field_signs_the_values_and_is_base64url) {
  auto p = profile(Kind::form, "client_secret", false, "base64url");
  p.form = "no-attributes";
  p.carriage.signed_fields = {"scope", "timestamp", "client_id", "state"};
  use(p);
  const std::string form = "client_id=SED&scope=openid+email&state=st-1&timestamp=2024.03.01%2010%3A00%3A00%20%2B0300";
  ASSERT_TRUE(post(form, "application/x-www-form-urlencoded"));
  ASSERT_EQ(got_.size(), 1u);
  ASSERT_TRUE(got_[0].body.starts_with(form + "&client_secret=")) << got_[0].body;
  std::string secret = got_[0].body.substr(form.size() + 15);
  EXPECT_EQ(secret.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
            std::string::npos);
  for (char& c : secret) c = c == '-' ? '+' : c == '_' ? '/' : c;
  while (secret.size() % 4 != 0) secret += '=';
  const std::string content = "openid email2024.03.01 10:00:00 +0300SEDst-1";
  judged(decoded(secret), &content);

  net::Request query;
  query.url = url("/ac?" + form);
  ASSERT_TRUE(send(std::move(query)));
  EXPECT_TRUE(got_.back().target.starts_with("/ac?" + form + "&client_secret=")) << got_.back().target;
}

// portal5 (row 4): the signature is a file of its own.
TEST_F(Carriages, sidecar_is_there_before_the_file_it_belongs_to) {
  use(profile(Kind::sidecar, ".sig", false, "der"));
  net::Request request;
  request.method = "PUT";
  request.url = url("/files/report.zip?part=1");
  request.body = document;
  request.headers.set("Authorization", "Basic x");
  ASSERT_TRUE(send(std::move(request)));
  ASSERT_EQ(got_.size(), 2u);
  EXPECT_EQ(got_[0].target, "/files/report.zip.sig?part=1");
  EXPECT_EQ(got_[0].headers.get("Authorization"), "Basic x");
  EXPECT_EQ(got_[1].target, "/files/report.zip?part=1");
  EXPECT_EQ(got_[1].body, document);
  judged(got_[0].body, &document);
}

TEST_F(Carriages, a_refused_sidecar_keeps_the_file_at_home) {
  use(profile(Kind::sidecar, ".sig", false, "der"));
  answer_ = [](const Got&) { return net::ServerResponse(403, "text/plain", "нельзя"); };
  const auto answer = post(document);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, "net.companion");
  EXPECT_EQ(answer.error().fault, Fault::rejected);
  EXPECT_EQ(got_.size(), 1u);
}

// DirectBank (row 8).
TEST_F(Carriages, envelope_holds_content_signature_and_signer) {
  auto p = profile(Kind::xml, "", false, "base64");
  p.carriage.template_file = folder_ / "packet.xml";
  write(p.carriage.template_file,
        "<P><Data>{{ content }}</Data><S serial=\"{{serial}}\" issuer=\"{{ issuer }}\">{{ signature }}</S></P>");
  use(p);
  ASSERT_TRUE(post(document));
  ASSERT_EQ(got_.size(), 1u);
  const std::string begin = "<P><Data>" + text::base64_encode(document) + "</Data><S serial=\"10";
  ASSERT_TRUE(got_[0].body.starts_with(begin)) << got_[0].body;
  EXPECT_NE(got_[0].body.find("issuer=\"CN=root,O=Test\""), std::string::npos) << got_[0].body;
  const std::size_t at = got_[0].body.find("\">") + 2;
  judged(decoded(got_[0].body.substr(at, got_[0].body.find("</S>") - at)), &document);
}

class Pieces : public net::BodySource {
 public:
  explicit Pieces(std::uint64_t size) : size_(size) {}
  [[nodiscard]] std::optional<std::uint64_t> size() const override { return size_; }
  Task<std::size_t> read(std::span<char> buffer) override {
    std::size_t n = 0;
    for (; n < buffer.size() && at_ < size_; ++n, ++at_) buffer[n] = static_cast<char>('a' + at_ % 23);
    co_return n;
  }
  Result<void> rewind() override {
    at_ = 0;
    return {};
  }

 private:
  std::uint64_t size_, at_ = 0;
};

TEST_F(Carriages, a_large_body_is_signed_in_pieces_where_it_stays_as_it_is_and_refused_elsewhere) {
  const std::uint64_t size = 17 * 1024 * 1024 + 5;
  net::Request request;
  request.method = "PUT";
  request.url = url("/file");
  request.source = std::make_shared<Pieces>(size);
  use(profile(Kind::header, "X-Signature", false, "base64"));
  const auto sent = send(request);
  ASSERT_TRUE(sent) << describe(sent.error());
  ASSERT_EQ(got_.size(), 1u);
  ASSERT_EQ(got_[0].body.size(), size);
  judged(decoded(got_[0].headers.get("X-Signature").value_or("")), &got_[0].body);

  request.source = std::make_shared<Pieces>(size);
  use(profile(Kind::body, "attached", true, "der"));
  const auto refused = send(request);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "signing.body_limit");
  EXPECT_EQ(got_.size(), 1u);
}

TEST_F(Carriages, a_gost_key_signs_in_its_own_process) {
  auto p = profile(Kind::header, "X-Signature", false, "base64");
  p.engine = "gost";
  p.key = Secret(read(keys() / "gost" / "k.pem"));
  p.certificate = keys() / "gost" / "c.pem";
  use(p);
  const auto answer = post(document);
  ASSERT_TRUE(answer) << describe(answer.error());
  ASSERT_EQ(got_.size(), 1u);
  judged(decoded(got_[0].headers.get("X-Signature").value_or("")), &got_[0].body, true);
}

TEST_F(Carriages, routes_choose_the_profile_and_none_leaves_the_request_alone) {
  auto p = profile(Kind::header, "X-Signature", false, "base64");
  auto whole = profile(Kind::body, "attached", true, "der");
  whole.name = "whole";
  config_.signing.emplace("whole", whole);
  config::SigningRoute status, request;
  status.path = "*/status*";
  request.method = "POST";
  request.path = "/qbch/*";
  request.profile = "whole";
  config_.connections.at("bureau").signing_routes = {status, request};
  use(p);
  net::Request plain;
  plain.url = url("/qbch/status?id=1");
  ASSERT_TRUE(send(std::move(plain)));
  EXPECT_FALSE(got_.back().headers.get("X-Signature"));
  ASSERT_TRUE(post(document));
  EXPECT_EQ(judged(got_.back().body, nullptr), document);
  net::Request put;
  put.method = "PUT";
  put.url = url("/qbch/dlput");
  put.body = document;
  ASSERT_TRUE(send(std::move(put)));
  EXPECT_TRUE(got_.back().headers.get("X-Signature"));
  EXPECT_EQ(got_.back().body, document);
}

}  // namespace
}  // namespace sedlink::signing::test
