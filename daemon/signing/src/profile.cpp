#include "sedlink/signing/profile.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>

#include "sedlink/core/text.hpp"
#include "sedlink/signature/backends.hpp"
#include "sedlink/signing/carriage.hpp"

namespace sedlink::signing {
namespace {

constexpr std::uint64_t longest_certificate = 1024 * 1024, longest_template = 1024 * 1024;

Result<std::string> read_file(const std::filesystem::path& path, std::uint64_t limit) {
  const auto content = signature::Content::file(path);
  if (!content) return content.error();
  return content->whole(limit);
}

Result<std::vector<std::string>> read_files(const std::vector<std::filesystem::path>& paths) {
  std::vector<std::string> out;
  for (const auto& path : paths) {
    auto bytes = read_file(path, longest_certificate);
    if (!bytes) return bytes.error();
    out.push_back(std::move(*bytes));
  }
  return out;
}

Result<signature::KeyMaterial> key_material(const config::SigningProfile& s) {
  signature::KeyMaterial key;
  key.private_key = s.key;
  key.pkcs12 = s.pkcs12;
  key.passphrase = s.pass;
  key.pkcs11_uri = s.pkcs11;
  key.pkcs11_module = s.pkcs11_module;
  if (!s.certificate.empty()) {
    auto bytes = read_file(s.certificate, longest_certificate);
    if (!bytes) return bytes.error();
    key.certificate = std::move(*bytes);
  }
  auto chain = read_files(s.chain);
  if (!chain) return chain.error();
  key.chain = std::move(*chain);
  return key;
}

bool is_program(const std::string& word) {
  if (word.find('/') != std::string::npos) return ::access(word.c_str(), X_OK) == 0;
  const char* path = std::getenv("PATH");
  for (const std::string& folder : text::split(path == nullptr ? "/usr/bin:/bin" : path, ':'))
    if (::access((folder + "/" + word).c_str(), X_OK) == 0) return true;
  return false;
}

}  // namespace

Result<void> Profile::open_backend() {
  const config::SigningProfile& s = settings_;
  auto key = key_material(s);
  if (!key) return key.error();
  signature::SignerProcess process;
  process.timeout = s.timeout;
  if (!s.command.empty()) {
    if (!is_program(s.command.front()))
      return Error{Fault::rejected,
                   Audience::admin,
                   "signature.command",
                   fmt::format("программы «{}» нет или её нельзя запустить", s.command.front()),
                   {},
                   {}};
    signature::ExternalCommand command;
    (s.attached ? command.sign_attached : command.sign_detached) = s.command;
    command.thumbprint = s.thumbprint;
    command.certificate = std::move(key->certificate);
    command.pin = std::move(key->passphrase);
    command.timeout = s.timeout;
    process.engine = "gost";
    if (!command.certificate.empty()) {
      const auto info = signature::describe_certificate(command.certificate);
      if (!info) return info.error();
      signer_ = *info;
    }
    auto opened = signature::open_external(std::move(command), signature::open_verifier(std::move(process)));
    if (!opened) return opened.error();
    backend_ = std::move(*opened);
    return {};
  }
  process.engine = !s.pkcs11.empty() ? "pkcs11" : s.engine;
  auto opened = process.engine.empty() ? signature::open_in_process(std::move(*key))
                                       : signature::open_signer_process(std::move(*key), std::move(process));
  if (!opened) return opened.error();
  backend_ = std::move(*opened);
  auto info = backend_->describe();
  if (!info) return info.error();
  signer_ = std::move(*info);
  return {};
}

Result<std::shared_ptr<Profile>> Profile::open(const config::SigningProfile& settings) {
  std::shared_ptr<Profile> out(new Profile(settings));
  if (const auto opened = out->open_backend(); !opened) return opened.error();
  auto trust = read_files(settings.tsa_trust);
  if (!trust) return trust.error();
  out->time_stamp_trust_ = std::move(*trust);
  if (settings.carriage.kind == config::Carriage::Kind::xml) {
    auto envelope = read_file(settings.carriage.template_file, longest_template);
    if (!envelope) return envelope.error();
    if (const auto checked = check_envelope(*envelope); !checked) return checked.error();
    out->envelope_ = std::move(*envelope);
  }
  return out;
}

Result<std::string> Profile::sign(const signature::Content& content, const signature::Fetch& fetch, Time now) {
  signature::SignRequest request;
  request.form = signature::form_from_string(settings_.form).value_or(signature::Form::cades_bes);
  request.attached = settings_.attached;
  request.now = now;
  request.fetch = fetch;
  if (!settings_.tsa.empty()) {
    request.authority.emplace();
    request.authority->url = settings_.tsa;
    request.authority->digest = settings_.tsa_digest;
    request.authority->trust = time_stamp_trust_;
  }
  std::string der;
  const signature::Sink sink = [&der](std::string_view piece) -> Result<void> {
    der += piece;
    return {};
  };
  if (const auto done = backend_->sign(request, content, sink); !done) return done.error();
  return der;
}

Examined examine(const config::SigningProfile& settings, Time now) {
  Examined out;
  const auto opened = Profile::open(settings);
  if (!opened) {
    // A process that did not start, a token that is not in its slot: the daemon asks again with every request.
    out.problems.push_back({opened.error().code, opened.error().message, opened.error().fault != Fault::transient});
    return out;
  }
  const signature::CertificateInfo& who = (*opened)->signer();
  if (who.thumbprint.empty()) return out;  // an external tool that knows its certificate by itself
  out.signer = who;
  if (who.not_after < now)
    out.problems.push_back({"signature.expired",
                            fmt::format("сертификат подписанта просрочен: действовал до {}", to_iso8601(who.not_after)),
                            false});
  else if (now < who.not_before)
    out.problems.push_back({"signature.not_yet",
                            fmt::format("сертификат подписанта начнёт действовать {}", to_iso8601(who.not_before)),
                            false});
  return out;
}

}  // namespace sedlink::signing
