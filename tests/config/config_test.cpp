#include "sedlink/config/config.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "adapters.hpp"

namespace sedlink::config {
namespace {

using namespace std::chrono_literals;

class ConfigFile : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "sedlink-config-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    std::filesystem::create_directory(folder_ / "mappings");
    write("mappings/b.yaml", "");
    write("mappings/a.yaml", "");
    write("company.pem", "");
    write("secret", "пароль\n");
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }
  [[nodiscard]] LoadResult load(const std::string& text, bool resolve = true) const {
    write("sedlink.yaml", text);
    return load_config(folder_ / "sedlink.yaml", testing::adapter_settings(), resolve);
  }
  std::filesystem::path folder_;
};

constexpr const char* whole = R"(instance: head-office
listen: { address: 0.0.0.0, port: 9000, public_url: "https://bridge.example.ru/" }
admin_socket: run/admin.sock
store: { sqlite: data/sedlink.db }
mappings: [ mappings/*.yaml, mappings/a.yaml ]
connections:
  portal:
    type: bitrix24
    webhook_url: file:secret
    event_token: file:secret
    limits: { file: 300 MB, inline_file: 20 MB }
  docflow:
    type: 1c_docflow
    url: https://1c.example.ru/doc/ws/dm.1cws
    time_zone: Asia/Yekaterinburg
    user: integration
    password: file:secret
    limits: { file: 50 MB, calls: 4 }
    timeout: 2 min
    ca_file: company.pem
    signatures: partners
trust:
  partners: { certificates: company.pem, crls: [secret], require: cades-bes, when_invalid: incident }
  bureau: { certificates: [company.pem], time_stamps: company.pem, ocsp: "http://ocsp.example.ru/" }
  plain: { certificates: [company.pem], ocsp: false }
people: { portal: { docflow: { '14': Иванов Иван Иванович } } }
time_zone: Asia/Yekaterinburg
spool: { path: files, quota: 2 GB }
log: { level: debug, format: json }
engine: { poll_active: 2s, poll_quiet: 10s, poll_asleep: 1 min, sweep: 5s, stop: 3s, retry_first: 100ms, retry_max: 5s,
          attempts_before_incident: 7 }
)";

TEST_F(ConfigFile, every_key_is_read) {
  const LoadResult result = load(whole);
  ASSERT_TRUE(result.config) << format_findings(result.findings, result.sources, FindingFormat::text);
  const Config& c = *result.config;
  EXPECT_TRUE(result.findings.empty());
  EXPECT_EQ(c.file, folder_ / "sedlink.yaml");
  EXPECT_EQ(c.instance, "head-office");
  EXPECT_EQ(c.listen.address, "0.0.0.0");
  EXPECT_EQ(c.listen.port, 9000);
  EXPECT_EQ(c.listen.public_url, "https://bridge.example.ru/");
  EXPECT_EQ(c.admin_socket, folder_ / "run/admin.sock");
  EXPECT_EQ(c.sqlite, folder_ / "data/sedlink.db");
  EXPECT_EQ(c.mappings, (std::vector<std::filesystem::path>{folder_ / "mappings/a.yaml", folder_ / "mappings/b.yaml"}));
  EXPECT_EQ(c.people.at("portal").at("docflow").at("14"), "Иванов Иван Иванович");
  EXPECT_EQ(c.connections.at("docflow").values.at("signatures"), "partners");
  const TrustPolicy& partners = c.trust.at("partners");
  EXPECT_EQ(partners.certificates, (std::vector<std::filesystem::path>{folder_ / "company.pem"}));
  EXPECT_EQ(partners.crls, (std::vector<std::filesystem::path>{folder_ / "secret"}));
  EXPECT_EQ(partners.require, "cades-bes");
  EXPECT_EQ(partners.revocation, "signer");
  EXPECT_EQ(partners.when_invalid, "incident");
  EXPECT_TRUE(c.trust.at("bureau").ocsp);
  EXPECT_EQ(c.trust.at("bureau").ocsp_url, "http://ocsp.example.ru/");
  EXPECT_EQ(c.trust.at("bureau").time_stamps.size(), 1U);
  EXPECT_EQ(c.trust.at("plain").revocation, "none");
  EXPECT_EQ(c.trust.at("plain").when_invalid, "tell");
  EXPECT_EQ(c.time_zone, "Asia/Yekaterinburg");
  EXPECT_EQ(c.spool, folder_ / "files");
  EXPECT_EQ(c.spool_quota, 2ull * 1024 * 1024 * 1024);
  EXPECT_EQ(c.log_level, "debug");
  EXPECT_EQ(c.log_format, "json");
  EXPECT_EQ(c.engine.poll_active, Duration(2s));
  EXPECT_EQ(c.engine.poll_quiet, Duration(10s));
  EXPECT_EQ(c.engine.poll_asleep, Duration(1min));
  EXPECT_EQ(c.engine.sweep, Duration(5s));
  EXPECT_EQ(c.engine.stop, Duration(3s));
  EXPECT_EQ(c.engine.retry_first, Duration(100));
  EXPECT_EQ(c.engine.retry_max, Duration(5s));
  EXPECT_EQ(c.engine.attempts_before_incident, 7);
}

TEST_F(ConfigFile, connections_are_flattened_with_plain_units) {
  const LoadResult result = load(whole);
  ASSERT_TRUE(result.config);
  const Connection& docflow = result.config->connections.at("docflow");
  EXPECT_EQ(docflow.name, "docflow");
  EXPECT_EQ(docflow.type, "1c_docflow");
  EXPECT_EQ(docflow.values.at("url"), "https://1c.example.ru/doc/ws/dm.1cws");
  EXPECT_EQ(docflow.values.at("limits.file"), "52428800");
  EXPECT_EQ(docflow.values.at("limits.calls"), "4");
  EXPECT_EQ(docflow.values.at("timeout"), "120000");
  EXPECT_EQ(docflow.values.at("ca_file"), (folder_ / "company.pem").string());
  EXPECT_EQ(docflow.secrets.at("password").reveal(), "пароль");
  EXPECT_FALSE(docflow.values.contains("password"));
  EXPECT_EQ(docflow.range.start.line, 12);
}

TEST_F(ConfigFile, short_file_has_defaults) {
  const LoadResult result = load(
      "instance: a\nstore: { sqlite: d/s.db }\nmappings: []\nconnections: { portal: { type: bitrix24, "
      "webhook_url: file:secret, event_token: file:secret } }\n");
  ASSERT_TRUE(result.config) << format_findings(result.findings, result.sources, FindingFormat::text);
  EXPECT_EQ(result.config->listen.port, 8480);
  EXPECT_EQ(result.config->spool, folder_ / "d/spool");
  EXPECT_EQ(result.config->admin_socket, "/run/sedlink/admin.sock");
}

TEST_F(ConfigFile, references_are_judged_by_form_only_when_not_resolved) {
  std::string text = whole;
  text.replace(text.find("password: file:secret"), 21, "password: credential:absent");
  EXPECT_FALSE(load(text).config);
  EXPECT_TRUE(load(text, false).config);
}

TEST_F(ConfigFile, literal_secret_is_never_printed) {
  std::string text = whole;
  text.replace(text.find("password: file:secret"), 21, "password: hunter2");
  const LoadResult result = load(text);
  EXPECT_FALSE(result.config);
  for (const FindingFormat format : {FindingFormat::text, FindingFormat::json, FindingFormat::github}) {
    const std::string printed = format_findings(result.findings, result.sources, format);
    EXPECT_NE(printed.find("config.secret-literal"), std::string::npos);
    EXPECT_EQ(printed.find("hunter2"), std::string::npos);
  }
}

TEST_F(ConfigFile, a_setting_marked_as_text_is_no_path_whatever_its_name) {
  std::string text = whole;
  text.replace(text.find("    ca_file: company.pem"), 24, "    scripts: { attach_file: SL_AttachFile }");
  const LoadResult result = load(text);
  ASSERT_TRUE(result.config);
  EXPECT_EQ(result.config->connections.at("docflow").values.at("scripts.attach_file"), "SL_AttachFile");
}

TEST_F(ConfigFile, absent_file_is_a_finding) {
  const LoadResult result = load_config(folder_ / "none.yaml", testing::adapter_settings(), true);
  EXPECT_FALSE(result.config);
  ASSERT_EQ(result.findings.size(), 1u);
  EXPECT_EQ(result.findings[0].rule, "config.file-missing");
  EXPECT_EQ(load_config(folder_, testing::adapter_settings(), true).findings.size(), 1u);
}

TEST(ConfigReference, names_fixed_and_adapter_keys) {
  const std::string text = config_reference(testing::adapter_settings());
  for (const char* key :
       {"`instance`", "`poll_active`", "`webhook_url`", "`database_id`", "`inline_file`", "`postgresql`"})
    EXPECT_NE(text.find(key), std::string::npos) << key;
}

TEST_F(ConfigFile, profiles_and_routes_of_signed_requests_are_read) {
  const LoadResult result = load(R"(instance: a
store: { sqlite: a.db }
mappings: []
connections:
  bureau:
    type: http
    url: https://bureau.example.ru/
    headers: { X-Api-Key: file:secret }
    signing: whole
    signing_routes: [ { method: get, path: "*/dlanswer*", signing: none }, { path: /esia, signing: login } ]
trust: { bureau: { certificates: company.pem } }
signing:
  whole: { key: file:secret, pass: file:secret, certificate: company.pem, engine: gost, carriage: { body: attached },
           answers: { signed: attached, trust: bureau } }
  login: { pkcs12: file:secret, form: no-attributes, carriage: { form: client_secret, signed: [scope, state] } }
  place: { command: [sign, "{input}"], carriage: { json: /data } }
  bytes: { key: file:secret, certificate: company.pem, form: cades-t, tsa: "http://tsa.example.ru/",
           carriage: { json: /sign, signed: /data, signed_as: base64 } }
)");
  ASSERT_TRUE(result.config) << format_findings(result.findings, result.sources, FindingFormat::text);
  const Config& c = *result.config;
  const Connection& bureau = c.connections.at("bureau");
  EXPECT_EQ(bureau.signing, "whole");
  ASSERT_EQ(bureau.signing_routes.size(), 2u);
  EXPECT_EQ(bureau.signing_routes[0].method, "GET");
  EXPECT_EQ(bureau.signing_routes[0].profile, "");
  EXPECT_EQ(bureau.signing_routes[1].profile, "login");
  EXPECT_EQ(bureau.secrets.at("headers.X-Api-Key").reveal(), "пароль");
  const SigningProfile& request = c.signing.at("whole");
  EXPECT_EQ(request.carriage.kind, Carriage::Kind::body);
  EXPECT_TRUE(request.attached);
  EXPECT_EQ(request.encoding, "der");
  EXPECT_EQ(request.key.reveal(), "пароль\n") << "a key is taken byte for byte";
  EXPECT_EQ(request.pass.reveal(), "пароль");
  EXPECT_EQ(request.certificate, folder_ / "company.pem");
  EXPECT_EQ(request.answers.trust, "bureau");
  EXPECT_EQ(c.signing.at("login").encoding, "base64url");
  EXPECT_FALSE(c.signing.at("login").attached);
  EXPECT_EQ(c.signing.at("login").carriage.signed_fields, (std::vector<std::string>{"scope", "state"}));
  EXPECT_TRUE(c.signing.at("place").attached);
  EXPECT_EQ(c.signing.at("place").command.size(), 2u);
  EXPECT_FALSE(c.signing.at("bytes").attached);
  EXPECT_TRUE(c.signing.at("bytes").carriage.signed_base64);
}

}  // namespace
}  // namespace sedlink::config
