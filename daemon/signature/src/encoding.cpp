#include "sedlink/signature/encoding.hpp"

#include <algorithm>

#include "sedlink/core/text.hpp"

namespace sedlink::signature {
namespace {

Error malformed(std::string message) {
  return {Fault::rejected, Audience::admin, "signature.encoding", std::move(message), {}};
}

// Text between "-----BEGIN X-----" and "-----END X-----". Headers ("Key: value") are not part of CMS in PEM.
Result<std::string> armored(std::string_view bytes) {
  constexpr std::string_view dashes = "-----";
  const std::size_t label_end = bytes.find(dashes, dashes.size());
  if (label_end == std::string_view::npos) return malformed("PEM: заголовок не закончен");
  const std::string_view label = bytes.substr(0, label_end).substr(dashes.size());
  if (!label.starts_with("BEGIN ")) return malformed("PEM: нет строки BEGIN");
  const std::string_view body = bytes.substr(label_end + dashes.size());
  const std::string footer = "-----END " + std::string(label.substr(6)) + "-----";
  const std::size_t end = body.find(footer);
  if (end == std::string_view::npos) return malformed("PEM: нет строки END с тем же именем");
  if (!text::trim(body.substr(end + footer.size())).empty()) return malformed("PEM: после строки END есть лишнее");
  return std::string(body.substr(0, end));
}

// Base64 and PEM saved as UTF-16 with its mark (PowerShell, Notepad): every other byte of their letters is zero.
std::optional<std::string> from_utf16(std::string_view bytes) {
  const bool little = bytes.starts_with("\xFF\xFE"), big = bytes.starts_with("\xFE\xFF");
  if (!little && !big) return std::nullopt;
  std::string out;
  for (std::size_t at = 2; at + 1 < bytes.size(); at += 2) {
    const char low = bytes[little ? at : at + 1], high = bytes[little ? at + 1 : at];
    out.push_back(high == 0 ? low : '?');
  }
  return out;
}

}  // namespace

std::optional<Encoding> encoding_from_string(std::string_view name) noexcept {
  if (name == "der") return Encoding::der;
  if (name == "base64") return Encoding::base64;
  if (name == "pem") return Encoding::pem;
  if (name == "base64url") return Encoding::base64url;
  return std::nullopt;
}

Result<std::string> decode(std::string_view bytes) {
  if (bytes.empty()) return malformed("данных нет: файл пуст");
  if (bytes.front() == '\x30') return std::string(bytes);  // SEQUENCE; base64 of one begins with M
  const std::optional<std::string> narrow = from_utf16(bytes);
  if (narrow) bytes = *narrow;
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  bytes = text::trim(bytes);
  std::string body;
  // RFC 7468, 2: text before the first boundary is allowed.
  if (const std::size_t begin = bytes.find("-----BEGIN "); begin != std::string_view::npos) {
    bytes.remove_prefix(begin);
    auto inside = armored(bytes);
    if (!inside) return inside.error();
    body = std::move(inside).value();
  } else {
    body = std::string(bytes);
    std::ranges::replace(body, '-', '+');  // base64url
    std::ranges::replace(body, '_', '/');
    std::erase_if(body, [](char c) { return c == '\r' || c == '\n' || c == ' ' || c == '\t'; });
    if (const std::size_t tail = body.size() % 4; !body.empty() && tail != 0 && body.back() != '=')
      body.append(4 - tail, '=');
  }
  auto der = text::base64_decode(body);
  if (der && !der.value().empty()) return der;
  if (bytes.find("Content-Type: ") != std::string_view::npos && bytes.find("pkcs7-") != std::string_view::npos)
    return malformed("это письмо S/MIME: подпись — его вложение (smime.p7s, smime.p7m), проверяется оно");
  return malformed("это не DER, не PEM и не base64");
}

Result<void> Encoder::write(std::string_view der) {
  if (encoding_ == Encoding::der) return sink_(der);
  if (!begun_ && encoding_ == Encoding::pem) {
    if (auto put = sink_("-----BEGIN CMS-----\n"); !put) return put;
  }
  begun_ = true;
  rest_ += der;
  const std::size_t whole = rest_.size() / 3 * 3;
  if (whole == 0) return {};
  std::string encoded = text::base64_encode(std::string_view(rest_).substr(0, whole));
  rest_.erase(0, whole);
  return put_lines(std::move(encoded));
}

Result<void> Encoder::finish() {
  if (encoding_ == Encoding::der) return {};
  if (!rest_.empty()) {
    if (auto put = put_lines(text::base64_encode(rest_)); !put) return put;
    rest_.clear();
  }
  if (encoding_ != Encoding::pem) return {};
  if (!line_.empty()) {
    if (auto put = sink_(line_ + "\n"); !put) return put;
    line_.clear();
  }
  return sink_("-----END CMS-----\n");
}

// PEM breaks lines at 64 characters; bare base64 is one line: it travels in JSON and headers.
Result<void> Encoder::put_lines(std::string encoded) {
  if (encoding_ == Encoding::base64url) {
    std::ranges::replace(encoded, '+', '-');
    std::ranges::replace(encoded, '/', '_');
    std::erase(encoded, '=');
  }
  if (encoding_ != Encoding::pem) return sink_(encoded);
  line_ += encoded;
  std::string ready;
  std::size_t at = 0;
  for (; line_.size() - at >= 64; at += 64) ready.append(line_, at, 64).push_back('\n');
  line_.erase(0, at);
  return ready.empty() ? Result<void>{} : sink_(ready);
}

}  // namespace sedlink::signature
