#pragma once
// SignedData in pieces: OpenSSL makes the detached message; attached content is put into it here, so that the signature
// is made over exactly the bytes that are written, in one reading.
#include "sedlink/signature/backend.hpp"

namespace sedlink::signature {

// Parts of a detached SignedData in DER; views into it.
struct Pieces {
  std::string_view head;  // version and digestAlgorithms
  std::string_view type;  // eContentType
  std::string_view tail;  // certificates, crls, signerInfos
};
[[nodiscard]] Result<Pieces> take_apart(std::string_view detached);

// One definite-length DER element.
struct Element {
  unsigned char tag = 0;
  std::string_view whole, body;
};
// The element at the front of `in`, which moves past it. Nothing at the end or when it is cut.
[[nodiscard]] std::optional<Element> next_element(std::string_view& in);
[[nodiscard]] std::string wrap(unsigned char tag, std::string_view body);

// One element in DER: lengths definite and shortest, sets in order, octet strings in one piece. Nothing when it is
// broken or nested too deep.
[[nodiscard]] std::optional<std::string> canonical(std::string_view ber);

// Detached, DER.
[[nodiscard]] std::string without_content(const Pieces& pieces);
// Attached, DER.
[[nodiscard]] std::string with_content(const Pieces& pieces, std::string_view content);

// Attached, BER with indefinite lengths: begin, any number of pieces, end.
[[nodiscard]] std::string stream_begin(const Pieces& pieces);
[[nodiscard]] std::string stream_piece_header(std::size_t length);
[[nodiscard]] std::string stream_end(const Pieces& pieces);

}  // namespace sedlink::signature
