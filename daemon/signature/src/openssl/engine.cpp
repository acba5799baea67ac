#define OPENSSL_SUPPRESS_DEPRECATED
#include "openssl/engine.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ui.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>

#include "sedlink/core/text.hpp"

#ifndef OPENSSL_NO_ENGINE
#include <openssl/engine.h>
#endif

namespace sedlink::signature {
namespace {

Error engine_missing(const std::string& name, const char* cure) {
  return openssl_error("engine", fmt::format("движок OpenSSL «{}» не загружается: {}", name, cure));
}

constexpr const char* gost_cure = "установите пакет libengine-gost-openssl";
constexpr const char* pkcs11_cure = "установите пакет libengine-pkcs11-openssl";

}  // namespace

#ifdef OPENSSL_NO_ENGINE

Result<void> load_engine(const std::string& name) {
  return refused("engine", fmt::format("движок OpenSSL «{}» не загрузить: эта сборка OpenSSL движков не знает", name));
}
Result<TokenKey> token_key(const std::string&, const std::string&, const Secret&) {
  return refused("engine", "ключ на токене недоступен: эта сборка OpenSSL движков не знает");
}

#else

namespace {

// Where a token's library usually is; the first that exists. Vendors' own places: Rutoken, JaCarta, SoftHSM in Debian.
constexpr std::array usual_modules{"/usr/lib/librtpkcs11ecp.so",
                                   "/usr/lib/x86_64-linux-gnu/librtpkcs11ecp.so",
                                   "/usr/lib/libjcPKCS11-2.so",
                                   "/usr/lib/softhsm/libsofthsm2.so",
                                   "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
                                   "/usr/lib/x86_64-linux-gnu/p11-kit-proxy.so"};

struct Uri {
  std::string path, module;
};

// RFC 7512: pk11-path attributes by ';', then '?', then query attributes by '&'.
Result<Uri> parse_uri(const std::string& uri) {
  if (!uri.starts_with("pkcs11:")) return refused("pkcs11_uri", "адрес ключа на токене начинается с «pkcs11:»");
  Uri out;
  const std::size_t question = uri.find('?');
  out.path = uri.substr(0, question);
  std::vector<std::string> attributes = text::split(out.path.substr(7), ';');
  if (question != std::string::npos)
    for (auto& one : text::split(uri.substr(question + 1), '&')) attributes.push_back(one);
  for (const auto& one : attributes) {
    if (one.starts_with("pin-value=") || one.starts_with("pin-source="))
      return refused("pkcs11_uri",
                     "PIN в адресе ключа не принимается: адрес виден в списке процессов и в файлах; "
                     "укажите PIN ссылкой на секрет");
    if (one.starts_with("module-path=")) out.module = text::url_decode(one.substr(12), false);
  }
  return out;
}

Result<std::string> find_module(const std::string& given, const Uri& uri) {
  std::string module = !given.empty() ? given : uri.module;
  if (const char* variable = std::getenv("PKCS11_MODULE_PATH"); module.empty() && variable != nullptr)
    module = variable;
  std::error_code problem;
  if (module.empty()) {
    const auto found =
        std::ranges::find_if(usual_modules, [&](const char* m) { return std::filesystem::exists(m, problem); });
    if (found == usual_modules.end())
      return refused("pkcs11_module", "не найдена библиотека токена (PKCS#11): укажите путь к ней");
    module = *found;
  }
  if (!std::filesystem::exists(module, problem))
    return refused("pkcs11_module", fmt::format("нет библиотеки токена (PKCS#11): {}", module));
  return module;
}

// What the token's library said about the PIN, by the reasons in the queue.
bool is_about_pin(const std::string& reason) {
  return reason.find("PIN") != std::string::npos || reason.find("pin") != std::string::npos ||
         reason.find("ogin") != std::string::npos;
}

}  // namespace

Result<void> load_engine(const std::string& name) {
  if (name.empty()) return {};
  if (name != "gost" && name != "pkcs11")
    return refused("engine", fmt::format("движок OpenSSL «{}» не поддерживается", name));
  ENGINE_load_dynamic();
  ENGINE* engine = ENGINE_by_id(name.c_str());
  if (engine == nullptr) return engine_missing(name, name == "gost" ? gost_cure : pkcs11_cure);
  if (name == "pkcs11") {  // initialised once the module and the PIN are known
    ENGINE_free(engine);
    ERR_clear_error();
    return {};
  }
  if (ENGINE_init(engine) != 1)
    return engine_missing(name, "библиотека повреждена или не подходит к этой версии OpenSSL");
  if (ENGINE_set_default(engine, ENGINE_METHOD_ALL) != 1) return engine_missing(name, "его алгоритмы не подключаются");
  // Both references stay for the life of the process: the algorithms point into the engine.
  const int key = OBJ_txt2nid("1.2.643.7.1.1.1.1");
  if (key == NID_undef || EVP_get_digestbyname("md_gost12_256") == nullptr)
    return refused("engine", "движок ГОСТ загрузился, но алгоритмов ГОСТ Р 34.10-2012 не даёт");
  ERR_clear_error();
  return {};
}

Result<TokenKey> token_key(const std::string& uri, const std::string& module, const Secret& pin) {
  const auto parsed = parse_uri(uri);
  if (!parsed) return parsed.error();
  const auto library = find_module(module, parsed.value());
  if (!library) return library.error();
  ENGINE* engine = ENGINE_by_id("pkcs11");
  if (engine == nullptr) return engine_missing("pkcs11", pkcs11_cure);
  ENGINE_ctrl_cmd_string(engine, "MODULE_PATH", library.value().c_str(), 0);
  if (!pin.empty()) ENGINE_ctrl_cmd_string(engine, "PIN", pin.reveal().c_str(), 0);
  if (ENGINE_init(engine) != 1) {
    ENGINE_free(engine);
    return openssl_error("pkcs11_module", fmt::format("библиотека токена {} не загружается", library.value()));
  }
  const bool typed = parsed->path.find("type=") != std::string::npos;
  const std::string key_uri = typed ? parsed->path : parsed->path + ";type=private";
  TokenKey out;
  out.key.reset(ENGINE_load_private_key(engine, key_uri.c_str(), const_cast<UI_METHOD*>(UI_null()), nullptr));
  if (!out.key) {
    std::string reasons;
    for (unsigned long code = ERR_peek_error(); (code = ERR_get_error()) != 0;) {
      const char* reason = ERR_reason_error_string(code);
      if (reason != nullptr) reasons += std::string(reasons.empty() ? "" : "; ") + reason;
    }
    Error e = is_about_pin(reasons)
                  ? refused("passphrase", "токен не принял PIN; после нескольких неверных попыток он блокируется")
                  : refused("key", "ключ на токене не найден или не открывается: проверьте адрес ключа и PIN");
    e.vendor_code = reasons;
    return e;
  }
  struct {
    const char* uri;
    X509* certificate;
  } found{nullptr, nullptr};
  const std::string certificate_uri = text::replace_all(key_uri, "type=private", "type=cert");
  found.uri = certificate_uri.c_str();
  ENGINE_ctrl_cmd(engine, "LOAD_CERT_CTRL", 0, &found, nullptr, 0);
  out.certificate.reset(found.certificate);
  ERR_clear_error();
  return out;
}

#endif

}  // namespace sedlink::signature
