#include "signature_commands.hpp"

#include <CLI/CLI.hpp>

#include "sedlink/signature/backends.hpp"
#include "signature_options.hpp"

namespace sedlink::app {

struct SignatureCommands::Options {
  SignOptions sign;
  VerifyOptions verify;
  DecryptOptions decrypt;
  CertificateOptions certificate;
  std::string engine;
  CLI::App *sign_command = nullptr, *verify_command = nullptr, *decrypt_command = nullptr,
           *certificate_command = nullptr, *signer_command = nullptr;
};

namespace {

void add_key(CLI::App* command, KeyOptions& key, bool signs) {
  command->add_option("--key", key.key, "Закрытый ключ: ссылка на секрет (file:, credential:, env:), PEM или DER");
  command->add_option("--pkcs12", key.pkcs12, "Ключ с сертификатом в PKCS#12: ссылка на секрет");
  command->add_option("--pkcs11", key.pkcs11, "Ключ на токене: адрес pkcs11:token=…;object=…");
  command->add_option("--pkcs11-module", key.pkcs11_module, "Библиотека токена");
  command->add_option("--pass", key.pass, "Пароль ключа или PIN токена: ссылка на секрет");
  command->add_option("--cert", key.certificate, "Сертификат, PEM или DER");
  if (signs) command->add_option("--chain", key.chain, "Сертификаты издателей, которые вложить в подпись");
  command->add_option("--engine", key.engine, "gost: ключ ГОСТ Р 34.10-2012, в отдельном процессе")
      ->check(CLI::IsMember({"gost"}));
  command->add_option("--command", key.command, "Внешняя программа: слова через пробел, {input} {output} {thumbprint}");
  command->add_option("--thumbprint", key.thumbprint, "Отпечаток сертификата для внешней программы");
  command->add_option("--timeout", key.timeout_seconds, "Предел времени, секунд")->check(CLI::Range(1, 86400));
}

}  // namespace

SignatureCommands::SignatureCommands(CLI::App& app) : options_(std::make_unique<Options>()) {
  Options& o = *options_;
  o.sign_command = app.add_subcommand("sign", "Подписать файл / sign a file");
  add_key(o.sign_command, o.sign.key, true);
  o.sign_command->add_option("--form", o.sign.form, "cades-bes | cades-t | cms | no-attributes")
      ->check(CLI::IsMember({"cades-bes", "cades-t", "cms", "no-attributes"}));
  o.sign_command->add_flag("--attached", o.sign.attached, "Присоединённая: файл внутри подписи");
  o.sign_command->add_option("--encoding", o.sign.encoding, "der | base64 | base64url | pem")
      ->check(CLI::IsMember({"der", "base64", "base64url", "pem"}));
  o.sign_command->add_option("--tsa", o.sign.tsa, "Адрес службы меток времени (RFC 3161)");
  o.sign_command->add_option("--tsa-digest", o.sign.tsa_digest, "Хеш для метки: sha256, md_gost12_256 …");
  o.sign_command->add_option("--tsa-trust", o.sign.tsa_trust, "Доверенные сертификаты службы времени");
  o.sign_command->add_option("--add-to", o.sign.existing, "Готовая подпись того же файла: добавить к ней ещё одну");
  o.sign_command->add_option("--out", o.sign.out, "Куда записать подпись")->required();
  o.sign_command->add_option("file", o.sign.file, "Файл")->required();

  o.verify_command = app.add_subcommand("verify", "Проверить подпись / verify a signature");
  o.verify_command->add_option("--trust", o.verify.trust, "Доверенные сертификаты, PEM или DER")->required();
  o.verify_command->add_option("--crl", o.verify.crl, "Списки отзыва, PEM или DER");
  o.verify_command->add_option("--tsa-trust", o.verify.tsa_trust,
                               "Доверенные сертификаты служб времени (без них — те же)");
  o.verify_command->add_option("--certs", o.verify.certificates, "Сертификаты, которых может не быть в подписи");
  o.verify_command->add_option("--at", o.verify.at, "Проверить на это время: 2026-05-14T07:26:32Z");
  o.verify_command->add_option("--require", o.verify.require, "cades-bes | cades-t | cms")
      ->check(CLI::IsMember({"cades-bes", "cades-t", "cms"}));
  o.verify_command
      ->add_option("--revocation", o.verify.revocation, "none | signer | chain: кто обязан иметь список отзыва")
      ->check(CLI::IsMember({"none", "signer", "chain"}));
  o.verify_command->add_flag("--ocsp", o.verify.ocsp, "Спросить службу OCSP, названную в сертификате");
  o.verify_command->add_option("--ocsp-url", o.verify.ocsp_url, "Спросить эту службу OCSP");
  o.verify_command->add_option("--content", o.verify.content, "Что подписано, если подпись откреплённая");
  o.verify_command->add_option("--out", o.verify.out, "Куда записать содержимое верной присоединённой подписи");
  o.verify_command->add_option("--limit", o.verify.limit, "Предел размера подписи с содержимым: 16 MB");
  o.verify_command->add_flag("--json", o.verify.json, "Ответ в JSON");
  o.verify_command->add_option("signature", o.verify.signature, "Файл подписи")->required();

  o.decrypt_command = app.add_subcommand("decrypt", "Расшифровать сообщение CMS / decrypt");
  add_key(o.decrypt_command, o.decrypt.key, false);
  o.decrypt_command->add_option("--out", o.decrypt.out, "Куда записать")->required();
  o.decrypt_command->add_option("--limit", o.decrypt.limit, "Предел размера сообщения: 16 MB");
  o.decrypt_command->add_option("file", o.decrypt.file, "Зашифрованное сообщение")->required();

  o.certificate_command = app.add_subcommand("certificate", "Что сказано в сертификате / describe a certificate");
  add_key(o.certificate_command, o.certificate.key, false);
  o.certificate_command->add_flag("--json", o.certificate.json, "Ответ в JSON");
  o.certificate_command->add_option("file", o.certificate.file, "Файл сертификата; без него — сертификат ключа");

  o.signer_command = app.add_subcommand("signer", "Процесс подписи: его запускает сам Sedlink")->group("");
  o.signer_command->add_option("engine", o.engine, "Движок OpenSSL");
}

SignatureCommands::~SignatureCommands() = default;

std::optional<int> SignatureCommands::run() {
  Options& o = *options_;
  if (o.sign_command->parsed()) return app::sign(o.sign);
  if (o.verify_command->parsed()) return app::verify(o.verify);
  if (o.decrypt_command->parsed()) return app::decrypt(o.decrypt);
  if (o.certificate_command->parsed()) return app::certificate(o.certificate);
  if (o.signer_command->parsed()) return signature::serve_signer(3, o.engine);
  return std::nullopt;
}

}  // namespace sedlink::app
