#pragma once
// How outbound requests are signed: plain values out of `signing:`. What they mean is docs/signatures.md; files named
// here exist, secrets are resolved when the configuration was loaded so.
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "sedlink/config/finding.hpp"
#include "sedlink/core/clock.hpp"
#include "sedlink/core/secret.hpp"

namespace sedlink::config {

// Where the bytes of the signature go. The real counterparties of each: docs/signatures.md.
struct Carriage {
  enum class Kind { none = 0, header, body, part, json, form, sidecar, xml };
  Kind kind = Kind::none;
  std::string name;  // header: its name; part, form: the field; json: pointer "/data"; sidecar: suffix ".sig"
  std::uint64_t header_limit = 8 * 1024;      // header: bytes of the value
  std::string content_part = "content";       // part: the field that holds the signed body
  std::string content_file, signature_file;   // part: their file names; empty: no filename
  std::map<std::string, std::string> fields;  // part: further text fields; "{id}" = the call's id
  std::string signed_json;                    // json: pointer to the string that is signed; empty: the same as name
  bool signed_base64 = false;                 // json: that string is base64 of what is signed
  std::vector<std::string> signed_fields;     // form: values signed one after another; empty: the whole body
  bool padding = false;                       // form: base64url with '='
  bool sidecar_after = false;                 // sidecar: after the request itself instead of before it
  std::filesystem::path template_file;        // xml
  std::string content_type;                   // of what goes out; empty: by the carriage
};

struct SignedAnswers {
  bool attached = false;  // answers are attached signatures: verified, then unwrapped
  std::string trust;      // name of a trust policy
  bool errors = false;    // answers outside 2xx are signed, too
};

struct SigningProfile {
  std::string name;
  Range range;  // of its name
  // The key: exactly one of key, pkcs12, pkcs11, command. References as written, for messages.
  std::string key_reference, pkcs12_reference, pass_reference;
  Secret key, pkcs12, pass;
  std::string pkcs11, pkcs11_module;
  std::vector<std::string> command;  // words with {input} {output} {thumbprint}
  std::string thumbprint;
  std::filesystem::path certificate;
  std::vector<std::filesystem::path> chain;
  std::string engine;              // "gost" or empty
  std::string form = "cades-bes";  // cades-bes | cades-t | cms | no-attributes
  bool attached = false;
  std::string tsa, tsa_digest;
  std::vector<std::filesystem::path> tsa_trust;
  Carriage carriage;
  std::string encoding;                            // der | base64 | base64url | pem; never empty once loaded
  std::uint64_t body_limit = 16ull * 1024 * 1024;  // bytes of a request that is signed
  Duration timeout{60'000};                        // of one signature
  SignedAnswers answers;
};

// Which requests of a connection a profile signs. `path` is a glob over the path of the URL: * is any run of bytes.
struct SigningRoute {
  std::string method;  // upper case; empty: any
  std::string path;
  std::string profile;  // empty: none, the request goes as it is
  Range range;
};

}  // namespace sedlink::config
