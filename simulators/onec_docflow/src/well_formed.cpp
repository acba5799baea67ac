#include "well_formed.hpp"

#include <array>

#include "sedlink/core/text.hpp"

namespace sedlink::sim::onec_docflow {
namespace {

bool is_known_entity(std::string_view name) {
  static constexpr std::array<std::string_view, 5> known = {"lt", "gt", "amp", "quot", "apos"};
  for (const std::string_view entity : known) {
    if (name == entity) return true;
  }
  if (name.size() < 2 || name.front() != '#') return false;
  const bool hexadecimal = name[1] == 'x';
  const std::string_view digits = name.substr(hexadecimal ? 2 : 1);
  return !digits.empty() &&
         digits.find_first_not_of(hexadecimal ? "0123456789abcdefABCDEF" : "0123456789") == std::string_view::npos;
}

}  // namespace

std::string well_formedness_fault(std::string_view xml) {
  if (!text::is_valid_utf8(xml)) return "Недопустимая последовательность байт UTF-8";
  for (std::size_t i = 0; i < xml.size(); ++i) {
    const auto c = static_cast<unsigned char>(xml[i]);
    if (c < 0x20 && c != '\t' && c != '\n' && c != '\r') return "Недопустимый символ XML";
    if (c == '<') {
      const std::string_view rest = xml.substr(i);
      if (rest.starts_with("<!DOCTYPE")) return "Объявление типа документа не допускается";
      const bool comment = rest.starts_with("<!--");
      if (!comment && !rest.starts_with("<![CDATA[")) continue;
      const std::size_t end = rest.find(comment ? "-->" : "]]>");
      if (end == std::string_view::npos) return "Неожиданный конец документа";
      i += end;
      continue;
    }
    if (c != '&') continue;
    const std::size_t end = xml.substr(i, 16).find(';');
    if (end == std::string_view::npos || !is_known_entity(xml.substr(i + 1, end - 1))) return "Неизвестная сущность";
  }
  return {};
}

}  // namespace sedlink::sim::onec_docflow
