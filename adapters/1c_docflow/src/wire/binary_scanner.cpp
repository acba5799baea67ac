#include "wire/binary_scanner.hpp"

#include <array>

#include "sedlink/core/text.hpp"

namespace sedlink::onec_docflow {
namespace {

constexpr std::size_t decode_piece = 48 * 1024;  // multiple of 4 characters

// How many characters from the start mean nothing but themselves inside a file's text.
std::size_t plain_run(std::string_view text) {
  static constexpr auto special = [] {
    std::array<bool, 256> marks{};
    for (const char c : {'<', '&', '=', ' ', '\t', '\r', '\n'}) marks[static_cast<unsigned char>(c)] = true;
    return marks;
  }();
  std::size_t n = 0;
  while (n < text.size() && !special[static_cast<unsigned char>(text[n])]) ++n;
  return n;
}

Error scan_error(Fault fault, std::string code, std::string message) {
  Error e;
  e.fault = fault;
  e.audience = Audience::admin;
  e.code = std::move(code);
  e.message = std::move(message);
  return e;
}

// "<d2p1:binaryData xmlns…" -> "binaryData"; "" for end tags, comments and declarations.
std::string_view local_name(std::string_view tag) {
  tag.remove_prefix(1);
  if (tag.empty() || tag[0] == '/' || tag[0] == '!' || tag[0] == '?') return {};
  const auto end = tag.find_first_of(" \t\r\n/>");
  std::string_view name = tag.substr(0, end);
  const auto colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

}  // namespace

Result<void> BinaryScanner::keep(char c) {
  if (envelope_.size() >= envelope_limit_) {
    return scan_error(Fault::rejected, "onec.body_limit", "Ответ 1С без тела файла больше допустимого");
  }
  envelope_ += c;
  return {};
}

Result<void> BinaryScanner::feed(std::string_view piece) {
  for (std::size_t i = 0; i < piece.size();) {
    Result<void> step;
    if (place_ == Place::payload && !entity_ && !padded_) {  // most of a file, a run at a time
      const std::string_view run = piece.substr(i, decode_piece - digits_.size());
      if (const std::size_t n = plain_run(run); n > 0) {
        digits_ += run.substr(0, n);
        i += n;
        if (digits_.size() >= decode_piece) step = flush();
        if (!step) return step;
        continue;
      }
    }
    const char c = piece[i++];
    switch (place_) {
      case Place::text:
        step = keep(c);
        if (c == '<') {
          place_ = Place::tag;
          tag_ = "<";
          quote_ = 0;
        }
        break;
      case Place::tag:
        step = keep(c);
        if (tag_.size() < 512) tag_ += c;
        if (quote_ != 0) {
          if (c == quote_) quote_ = 0;
        } else if ((c == '"' || c == '\'') && !local_name(tag_).empty()) {
          quote_ = c;
        } else if (c == '>' && step) {
          step = end_tag();
        }
        break;
      case Place::payload: step = payload(c); break;
    }
    if (!step) return step;
  }
  return {};
}

Result<void> BinaryScanner::end_tag() {
  place_ = Place::text;
  const bool closed = tag_.size() >= 2 && tag_[tag_.size() - 2] == '/';
  const std::string_view name = local_name(tag_);
  if (!found_ && !closed && (name == "binaryData" || name == "printedForm")) {
    found_ = true;
    place_ = Place::payload;
  }
  return {};
}

Result<void> BinaryScanner::payload(char c) {
  if (c == '<') {
    place_ = Place::tag;
    tag_ = "<";
    quote_ = 0;
    auto flushed = flush();
    if (!flushed) return flushed;
    if (!digits_.empty()) return scan_error(Fault::transient, "onec.base64", "Тело файла в ответе 1С повреждено");
    return keep(c);
  }
  if (c == '&') entity_ = true;
  if (entity_) {
    if (c == ';') entity_ = false;
    return {};
  }
  if (c == ' ' || c == '\t' || c == '\r' || c == '\n') return {};
  if (padded_ && c != '=') return scan_error(Fault::transient, "onec.base64", "Тело файла в ответе 1С повреждено");
  if (c == '=') padded_ = true;
  digits_ += c;
  return digits_.size() >= decode_piece ? flush() : Result<void>();
}

Result<void> BinaryScanner::flush() {
  const std::size_t whole = digits_.size() - digits_.size() % 4;
  if (whole == 0) return {};
  auto bytes = text::base64_decode(std::string_view(digits_).substr(0, whole));
  if (!bytes) return scan_error(Fault::transient, "onec.base64", "Тело файла в ответе 1С повреждено");
  digits_.erase(0, whole);
  return decoded_(bytes.value());
}

Result<void> BinaryScanner::finish() {
  if (place_ != Place::text) return scan_error(Fault::transient, "onec.xml", "Ответ 1С с телом файла оборван");
  return {};
}

}  // namespace sedlink::onec_docflow
