// Signatures of files at the command line: keys by reference, files in, files out.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iostream>

#include "sedlink/config/secrets.hpp"
#include "sedlink/config/units.hpp"
#include "sedlink/core/text.hpp"
#include "sedlink/signature/backends.hpp"
#include "sedlink/signature/encoding.hpp"
#include "signature_options.hpp"

namespace sedlink::app {
namespace {

using namespace signature;
using BackendResult = Result<std::unique_ptr<Backend>>;

constexpr int failed = 1, usage_error = 2, undecided = 4;
constexpr std::uint64_t longest_certificate_file = 64ull * 1024 * 1024;  // a CRL of a large authority takes tens of MB

Error refusal(std::string message) {
  return {Fault::rejected, Audience::admin, "signature.usage", std::move(message), {}};
}

int tell(const char* command, const Error& error, int code) {
  std::cerr << "sedlink " << command << ": " << error.message;
  if (!error.vendor_code.empty()) std::cerr << " (" << error.vendor_code << ")";
  std::cerr << "\n";
  return code;
}

// The usual slips are told in Russian; the rest is the system's to say.
Result<Content> open_file(const std::string& path) {
  std::error_code unknown;
  std::string slip;
  if (!std::filesystem::exists(path, unknown) && !unknown) slip = fmt::format("файла {} нет", path);
  if (std::filesystem::is_directory(path, unknown)) slip = fmt::format("{} — папка, а не файл", path);
  if (!slip.empty()) return Error{Fault::rejected, Audience::admin, "signature.file", std::move(slip), {}};
  return Content::file(path);
}

Result<std::string> read_file(const std::string& path) {
  const auto content = open_file(path);
  if (!content) return content.error();
  return content->whole(longest_certificate_file);
}

Result<std::vector<std::string>> read_files(const std::vector<std::string>& paths) {
  std::vector<std::string> out;
  for (const auto& path : paths) {
    auto bytes = read_file(path);
    if (!bytes) return bytes.error();
    out.push_back(std::move(bytes).value());
  }
  return out;
}

Result<std::uint64_t> limit_of(const std::string& text) {
  if (text.empty()) return default_attached_limit;
  const auto size = config::parse_size(text);
  if (!size) return refusal(fmt::format("размер «{}» не понят: пример 16 MB", text));
  return *size;
}

Result<KeyMaterial> read_key(const KeyOptions& o) {
  KeyMaterial out;
  if (!o.key.empty()) {
    auto secret = config::resolve_secret_bytes(o.key, {});
    if (!secret) return secret.error();
    out.private_key = std::move(secret).value();
  }
  if (!o.pkcs12.empty()) {
    auto secret = config::resolve_secret_bytes(o.pkcs12, {});
    if (!secret) return secret.error();
    out.pkcs12 = std::move(secret).value();
  }
  if (!o.pass.empty()) {
    auto secret = config::resolve_secret(o.pass, {});
    if (!secret) return secret.error();
    out.passphrase = std::move(secret).value();
  }
  if (!o.certificate.empty()) {
    auto bytes = read_file(o.certificate);
    if (!bytes) return bytes.error();
    out.certificate = std::move(bytes).value();
  }
  auto chain = read_files(o.chain);
  if (!chain) return chain.error();
  out.chain = std::move(chain).value();
  out.pkcs11_uri = o.pkcs11;
  out.pkcs11_module = o.pkcs11_module;
  return out;
}

BackendResult open_command(const KeyOptions& o, KeyMaterial key, bool attached, bool decrypting) {
  ExternalCommand command;
  auto words = text::split(o.command, ' ');
  std::erase(words, std::string());
  (decrypting ? command.decrypt : attached ? command.sign_attached : command.sign_detached) = std::move(words);
  command.thumbprint = o.thumbprint;
  command.certificate = std::move(key.certificate);
  command.pin = std::move(key.passphrase);
  command.timeout = std::chrono::seconds(o.timeout_seconds);
  SignerProcess gost;
  gost.engine = "gost";
  return open_external(std::move(command), open_verifier(std::move(gost)));
}

BackendResult open_backend(const KeyOptions& o, bool attached, bool decrypting) {
  const int sources = !o.key.empty() + !o.pkcs12.empty() + !o.pkcs11.empty() + !o.command.empty();
  if (sources != 1) return refusal("укажите ключ одним способом: --key, --pkcs12, --pkcs11 или --command");
  if (!o.engine.empty() && (!o.pkcs11.empty() || !o.command.empty()))
    return refusal("--engine — для ключа в файле: --key или --pkcs12");
  protect_memory();
  auto key = read_key(o);
  if (!key) return key.error();
  if (!o.command.empty()) return open_command(o, std::move(key).value(), attached, decrypting);
  SignerProcess process;
  process.engine = !o.pkcs11.empty() ? "pkcs11" : o.engine;
  process.timeout = std::chrono::seconds(o.timeout_seconds);
  if (!process.engine.empty()) return open_signer_process(std::move(key).value(), std::move(process));
  return open_in_process(std::move(key).value());
}

// The engine for GOST keys does others, too; who named it means a GOST key and should not get another signature.
Result<void> check_engine(const KeyOptions& o, Backend& backend) {
  if (o.engine != "gost") return {};
  const auto certificate = backend.describe();
  if (!certificate) return certificate.error();
  if (certificate->key_algorithm.starts_with("GOST")) return {};
  return refusal(
      fmt::format("--engine gost — для ключей ГОСТ Р 34.10-2012, а ключ этого сертификата — {}: возьмите другой "
                  "сертификат или уберите --engine",
                  certificate->key_algorithm));
}

int code_of(const Error& error) {
  return error.code == "signature.usage" || error.code == "config.secret-form" ? usage_error : failed;
}

void print(const CertificateInfo& c, long long days_left, const char* indent) {
  const std::pair<const char*, std::string> lines[] = {
      {"организация", c.organization},
      {"должность", c.title},
      {"ИНН", c.inn_legal.empty() ? c.inn : c.inn_legal},
      {"ОГРН", c.ogrn},
      {"ОГРНИП", c.ogrnip},
      {"издатель", c.issuer},
      {"действует", fmt::format("{} — {}", to_iso8601(c.not_before), to_iso8601(c.not_after))},
      {"ключ подписывает до", c.key_not_after ? to_iso8601(*c.key_not_after) : std::string()},
      {days_left < 0 ? "истёк, дней назад" : "осталось дней", std::to_string(days_left < 0 ? -days_left : days_left)},
      {"алгоритм ключа", c.key_algorithm},
      {"отпечаток", c.thumbprint}};
  for (const auto& [name, value] : lines)
    if (!value.empty()) std::cout << indent << name << ": " << value << "\n";
}

void print(const Verdict& verdict) {
  constexpr auto word = [](Status s) {
    return s == Status::valid ? "верна" : s == Status::invalid ? "НЕВЕРНА" : "не установлено";
  };
  const auto reasons = [](const std::vector<Reason>& list, const char* indent) {
    for (const auto& r : list)
      std::cout << indent << (r.weight == Status::valid ? "замечание: " : "") << r.text << " [" << r.code << "]\n";
  };
  std::cout << "Подпись: " << word(verdict.status) << " (" << to_string(verdict.status) << ")\n";
  reasons(verdict.reasons, "  ");
  for (const auto& s : verdict.signers) {
    const std::string who = s.certificate ? s.certificate->owner : s.serial_or_key;
    std::cout << "  " << who << ": " << word(s.status) << ", " << to_string(s.shape) << "\n";
    if (s.certificate) print(*s.certificate, s.days_left, "    ");
    if (s.signing_time) std::cout << "    время по словам подписанта: " << to_iso8601(*s.signing_time) << "\n";
    for (const auto& t : s.time_stamps)
      std::cout << "    метка времени: " << to_iso8601(t.time) << ", " << word(t.status) << "\n";
    reasons(s.reasons, "    ");
  }
}

Result<VerifyRequest> verify_request(const VerifyOptions& o) {
  VerifyRequest r;
  Policy& p = r.policy;
  p.now = SystemClock().now();
  p.require = *require_from_string(o.require);
  const bool asks = !o.crl.empty() || o.ocsp || !o.ocsp_url.empty();
  p.revocation = !o.revocation.empty() ? *revocation_from_string(o.revocation)
                 : asks                ? Revocation::signer
                                       : Revocation::none;
  p.ocsp = o.ocsp || !o.ocsp_url.empty();
  p.ocsp_url = o.ocsp_url;
  if (!o.at.empty()) {
    const auto at = parse_iso8601(o.at);
    if (!at) return refusal(fmt::format("время «{}» не понято: пример 2026-05-14T07:26:32Z", o.at));
    p.at = at.value();
  }
  const auto limit = limit_of(o.limit);
  if (!limit) return limit.error();
  p.attached_limit = limit.value();
  const std::pair<const std::vector<std::string>*, std::vector<std::string>*> files[] = {
      {&o.trust, &p.trust},
      {&o.crl, &p.crls},
      {&o.tsa_trust, &p.time_stamp_trust},
      {&o.certificates, &p.intermediates}};
  for (const auto& [paths, into] : files) {
    auto read = read_files(*paths);
    if (!read) return read.error();
    *into = std::move(read).value();
  }
  if (!o.content.empty()) {
    auto content = open_file(o.content);
    if (!content) return content.error();
    r.content = std::move(content).value();
  }
  const auto message = open_file(o.signature);
  if (!message) return message.error();
  if (message->size() > 2 * p.attached_limit) {  // base64 and PEM are a third longer; the exact limit is judged on DER
    r.signature.assign(static_cast<std::size_t>(p.attached_limit) + 1, '0');
  } else {
    auto bytes = message->whole(2 * p.attached_limit);
    if (!bytes) return bytes.error();
    r.signature = std::move(bytes).value();
  }
  r.fetch = blocking_fetch(std::chrono::seconds(30));
  r.keep_content = !o.out.empty();
  return r;
}

}  // namespace

int sign(const SignOptions& o) {
  auto backend = open_backend(o.key, o.attached, false);
  if (!backend) return tell("sign", backend.error(), code_of(backend.error()));
  if (const auto fits = check_engine(o.key, *backend.value()); !fits)
    return tell("sign", fits.error(), code_of(fits.error()));
  SignRequest request;
  request.form = *form_from_string(o.form);
  request.attached = o.attached;
  request.now = SystemClock().now();
  request.fetch = blocking_fetch(std::chrono::seconds(30));
  if (request.form == Form::cades_t && o.tsa.empty())
    return tell("sign", refusal("для cades-t укажите службу меток времени: --tsa"), usage_error);
  if (!o.tsa.empty()) {
    request.authority.emplace();
    request.authority->url = o.tsa;
    request.authority->digest = o.tsa_digest;
    auto trust = read_files(o.tsa_trust);
    if (!trust) return tell("sign", trust.error(), failed);
    request.authority->trust = std::move(trust).value();
  }
  if (!o.existing.empty()) {
    auto existing = read_file(o.existing);
    if (!existing) return tell("sign", existing.error(), failed);
    request.existing = std::move(existing).value();
  }
  const auto content = open_file(o.file);
  if (!content) return tell("sign", content.error(), failed);
  auto out = OutputFile::create(o.out, false);
  if (!out) return tell("sign", out.error(), failed);
  Encoder encoder(*encoding_from_string(o.encoding),
                  [&out](std::string_view bytes) { return out.value()->write(bytes); });
  auto done =
      backend.value()->sign(request, content.value(), [&encoder](std::string_view der) { return encoder.write(der); });
  if (done) done = encoder.finish();
  if (done) done = out.value()->commit();
  return done ? 0 : tell("sign", done.error(), failed);
}

int verify(const VerifyOptions& o) {
  auto request = verify_request(o);
  if (!request)
    return tell("verify", request.error(), request.error().code == "signature.usage" ? usage_error : undecided);
  SignerProcess gost;
  gost.engine = "gost";
  const auto verdict = open_verifier(std::move(gost))->verify(request.value());
  if (!verdict) return tell("verify", verdict.error(), undecided);
  if (o.json)
    std::cout << boost::json::serialize(to_json(verdict.value())) << "\n";
  else
    print(verdict.value());
  if (!o.out.empty() && verdict->status == Status::valid) {
    if (!verdict->attached) return tell("verify", refusal("подпись откреплённая: содержимого в ней нет"), usage_error);
    auto out = OutputFile::create(o.out, false);
    if (!out) return tell("verify", out.error(), undecided);
    auto written = out.value()->write(verdict->content);
    if (written) written = out.value()->commit();
    if (!written) return tell("verify", written.error(), undecided);
  }
  return verdict->status == Status::valid ? 0 : verdict->status == Status::invalid ? 1 : undecided;
}

int certificate(const CertificateOptions& o) {
  const auto look = [&o]() -> Result<CertificateInfo> {
    if (!o.file.empty()) {
      const auto bytes = read_file(o.file);
      return bytes ? describe_certificate(bytes.value()) : Result<CertificateInfo>(bytes.error());
    }
    auto backend = open_backend(o.key, false, false);
    return backend ? backend.value()->describe() : Result<CertificateInfo>(backend.error());
  };
  const auto info = look();
  if (!info) return tell("certificate", info.error(), code_of(info.error()));
  const long long days = info->days_left(SystemClock().now());
  if (o.json) {
    json::value out = to_json(info.value());
    out.as_object()["days_left"] = days;
    std::cout << boost::json::serialize(out) << "\n";
  } else {
    std::cout << info->subject << "\n";
    print(info.value(), days, "  ");
  }
  return 0;
}

int decrypt(const DecryptOptions& o) {
  const auto limit = limit_of(o.limit);
  if (!limit) return tell("decrypt", limit.error(), usage_error);
  auto backend = open_backend(o.key, false, true);
  if (!backend) return tell("decrypt", backend.error(), code_of(backend.error()));
  if (const auto fits = check_engine(o.key, *backend.value()); !fits)
    return tell("decrypt", fits.error(), code_of(fits.error()));
  const auto content = open_file(o.file);
  if (!content) return tell("decrypt", content.error(), failed);
  auto out = OutputFile::create(o.out, true);
  if (!out) return tell("decrypt", out.error(), failed);
  auto done = backend.value()->decrypt(content.value(), limit.value(),
                                       [&out](std::string_view bytes) { return out.value()->write(bytes); });
  if (done) done = out.value()->commit();
  return done ? 0 : tell("decrypt", done.error(), failed);
}

}  // namespace sedlink::app
