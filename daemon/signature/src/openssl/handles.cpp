#include "openssl/handles.hpp"

#include <openssl/err.h>
#include <openssl/objects.h>

#include <ctime>

namespace sedlink::signature {

std::string last_reason() {
  const unsigned long code = ERR_peek_last_error();
  if (code == 0) return {};
  const char* library = ERR_lib_error_string(code);
  const char* reason = ERR_reason_error_string(code);
  std::string out = library == nullptr ? "OpenSSL" : library;
  out += ": ";
  out += reason == nullptr ? std::to_string(ERR_GET_REASON(code)) : reason;
  return out;
}

Error openssl_error(std::string code, std::string message, Fault fault) {
  Error e{fault, Audience::admin, "signature." + std::move(code), std::move(message), last_reason()};
  ERR_clear_error();
  return e;
}

Error refused(std::string code, std::string message) {
  return {Fault::rejected, Audience::admin, "signature." + std::move(code), std::move(message), {}};
}

std::string_view view(const ASN1_STRING* s) noexcept {
  if (s == nullptr) return {};
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(s)), static_cast<std::size_t>(ASN1_STRING_length(s))};
}

const unsigned char* bytes_of(std::string_view s) noexcept { return reinterpret_cast<const unsigned char*>(s.data()); }

std::string dotted(const ASN1_OBJECT* object) {
  char text[128];
  const int length = OBJ_obj2txt(text, sizeof text, object, 1);
  return length <= 0 ? std::string()
                     : std::string(text, std::min<std::size_t>(static_cast<std::size_t>(length), sizeof text - 1));
}

Result<Time> to_time(const ASN1_TIME* t) {
  std::tm parts{};
  if (t == nullptr || ASN1_TIME_to_tm(t, &parts) != 1) {
    ERR_clear_error();
    return refused("time", "время записано неверно");
  }
  return Time(std::chrono::seconds(::timegm(&parts)));
}

bool is_gost(std::string_view oid) noexcept { return oid.starts_with("1.2.643."); }

const EVP_MD* digest_of(const ASN1_OBJECT* algorithm) noexcept {
  const int nid = OBJ_obj2nid(algorithm);
  return nid == NID_undef ? nullptr : EVP_get_digestbynid(nid);
}

}  // namespace sedlink::signature
