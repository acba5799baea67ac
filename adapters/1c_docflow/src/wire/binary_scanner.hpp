#pragma once
// Splits an answer while it arrives: the base64 text of the first <binaryData> (3.0: or <printedForm>) goes to one
// side, everything else (a small envelope with that element left empty) to the other. No I/O, fuzzed.
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "sedlink/core/error.hpp"

namespace sedlink::onec_docflow {

class BinaryScanner {
 public:
  // `decoded` takes bytes in order; its error ends the scan. `envelope_limit` bounds what is kept besides.
  using Decoded = std::function<Result<void>(std::string_view)>;
  BinaryScanner(Decoded decoded, std::size_t envelope_limit)
      : decoded_(std::move(decoded)), envelope_limit_(envelope_limit) {}

  // Errors: rejected onec.body_limit (the rest of the envelope is too large), transient onec.base64 (as any damaged
  // answer), those of `decoded`.
  Result<void> feed(std::string_view piece);
  // After the last piece. Errors: transient onec.xml when the binary was cut off, those of `decoded`.
  Result<void> finish();

  [[nodiscard]] const std::string& envelope() const noexcept { return envelope_; }
  [[nodiscard]] bool found() const noexcept { return found_; }

 private:
  enum class Place { text = 1, tag, payload };
  Result<void> keep(char c);
  Result<void> end_tag();
  Result<void> payload(char c);
  Result<void> flush();

  Decoded decoded_;
  std::size_t envelope_limit_;
  Place place_ = Place::text;
  char quote_ = 0;   // inside a quoted attribute value
  std::string tag_;  // of the tag being read, "<m:binaryData"
  std::string envelope_;
  std::string digits_;   // base64 characters not decoded yet
  bool entity_ = false;  // inside &#13; within the payload
  bool padded_ = false;
  bool found_ = false;
};

}  // namespace sedlink::onec_docflow
