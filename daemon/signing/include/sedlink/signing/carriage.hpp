#pragma once
// Carriages: which bytes of a request are signed, and where the signature goes. Pure. What the counterparties expect of
// each: docs/signatures.md.
#include "sedlink/config/signing.hpp"
#include "sedlink/net/hook.hpp"
#include "sedlink/signature/certificate.hpp"

namespace sedlink::signing {

// The bytes under the signature. Errors: rejected signing.json, signing.form_field.
[[nodiscard]] Result<std::string> signed_content(const config::Carriage&, const net::Request&);

// The requests as they go out. `signature`: encoded already. `envelope`: the template's text, for xml. Errors: rejected
// signing.header_limit, signing.json, signing.form_field, signing.template.
[[nodiscard]] Result<net::Prepared> carry(const config::Carriage&, net::Request request, const std::string& signature,
                                          const signature::CertificateInfo& signer, const std::string& envelope);

// Whether the request's body leaves as it came, so that a body of any size can be signed in pieces.
[[nodiscard]] bool leaves_body_alone(const config::Carriage&) noexcept;

// Errors: rejected signing.template (an unknown name, no signature, nothing of the request).
[[nodiscard]] Result<void> check_envelope(const std::string& text);

// DER as the profile writes it: der, base64 in one line, base64url without '=' unless `padding`, pem.
[[nodiscard]] Result<std::string> encode_signature(const std::string& encoding, bool padding, const std::string& der);

// Parts of these carriages, for their tests.
// The string at an RFC 6901 pointer of a JSON text. Errors: rejected signing.json.
[[nodiscard]] Result<std::string> json_string_at(const std::string& text, const std::string& pointer);
// The same text with a string written there; every other byte stays. An absent last member is added to its object.
[[nodiscard]] Result<std::string> with_json_string(const std::string& text, const std::string& pointer,
                                                   const std::string& value);

}  // namespace sedlink::signing
