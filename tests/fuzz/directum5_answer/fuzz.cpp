// Answers of scripts: whatever comes is read or refused; what was read keeps its bounds and can be written again; the
// scanner gives the same in any pieces.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "sedlink/core/text.hpp"
#include "wire/answer.hpp"
#include "wire/envelope.hpp"

namespace {

struct Scanned {
  bool good = false;
  std::string decoded, rest;
};

Scanned scan(std::string_view bytes, std::size_t step) {
  Scanned out;
  sedlink::directum5::ContentScanner scanner(
      "content",
      [&](std::string_view piece) {
        out.decoded += piece;
        return sedlink::Result<void>();
      },
      1024 * 1024);
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    if (!scanner.feed(bytes.substr(at, step))) return out;
  }
  out.good = static_cast<bool>(scanner.finish());
  out.rest = scanner.envelope();
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace d5 = sedlink::directum5;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::string words = d5::plain_text(bytes);
  if (!sedlink::text::is_valid_utf8(words) || sedlink::text::code_points(words) > 300) std::abort();
  (void)d5::looks_like_html(bytes);
  const Scanned whole = scan(bytes, bytes.size() + 1), pieces = scan(bytes, 3);
  if (whole.good != pieces.good) std::abort();
  if (whole.good && (whole.decoded != pieces.decoded || whole.rest != pieces.rest)) std::abort();

  const std::vector<std::string> path{"RunScriptResponse", "RunScriptResult"};
  const d5::NameTable names{{"ID", "id"}, {"Task", "task"}};
  const auto answer = d5::read_answer(bytes, path, names);
  if (!answer) return 0;
  if (answer.value().rows.size() > d5::max_rows) std::abort();
  if (answer.value().error || answer.value().fault) return 0;
  std::string again = "<Envelope><Body><RunScriptResponse><RunScriptResult><answer>";
  for (const d5::Row& row : answer.value().rows) {
    if (row.fields.size() > d5::max_fields || !d5::is_xml_name(row.kind)) return 0;  // names with odd bytes
    again += "<" + row.kind + ">";
    for (const auto& [name, value] : row.fields) {
      if (!sedlink::text::is_valid_utf8(value)) std::abort();
      if (!d5::is_xml_name(name)) return 0;
      again += "<" + name + ">" + d5::escape_xml(value) + "</" + name + ">";
    }
    again += "</" + row.kind + ">";
  }
  again += "</answer></RunScriptResult></RunScriptResponse></Body></Envelope>";
  const auto second = d5::read_answer(again, path, d5::NameTable());
  if (!second || second.value().rows.size() != answer.value().rows.size()) std::abort();
  return 0;
}
