#pragma once
// How a CMS travels: DER, one line of base64 or base64url, PEM. Reading recognises them all; writing streams.
#include <optional>
#include <string>
#include <string_view>

#include "sedlink/signature/content.hpp"

namespace sedlink::signature {

// base64url: RFC 4648, 5, without padding (the form field of ЕСИА; e-signature page, section 3, row 7).
enum class Encoding { der = 1, base64, pem, base64url };
[[nodiscard]] std::optional<Encoding> encoding_from_string(std::string_view) noexcept;

// DER or BER bytes out of what came: as it is, PEM (any label), base64 or base64url with any line breaks.
// Errors: rejected signature.encoding.
[[nodiscard]] Result<std::string> decode(std::string_view bytes);

// Writes DER as asked into `sink`; finish() writes what is left. One use. Not thread-safe.
class Encoder {
 public:
  Encoder(Encoding encoding, Sink sink) : encoding_(encoding), sink_(std::move(sink)) {}
  [[nodiscard]] Result<void> write(std::string_view der);
  [[nodiscard]] Result<void> finish();

 private:
  Result<void> put_lines(std::string text);
  Encoding encoding_;
  Sink sink_;
  std::string rest_, line_;
  bool begun_ = false;
};

}  // namespace sedlink::signature
