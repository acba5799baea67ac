#include "wire/edition.hpp"

#include <charconv>

#include "sedlink/core/text.hpp"

namespace sedlink::onec_docflow {

Version::Version(std::string_view from) : text(sedlink::text::trim(from)) {
  for (const std::string& part : sedlink::text::split(text, '.')) {
    int number = 0;
    const auto [end, failed] = std::from_chars(part.data(), part.data() + part.size(), number);
    if (failed != std::errc() || end != part.data() + part.size()) break;
    parts.push_back(number);
  }
}

std::optional<Edition> Version::edition() const {
  if (parts.size() < 2) return std::nullopt;
  if (parts.front() == 1 || parts.front() == 2) return Edition::v2;
  if (parts.front() == 3) return Edition::v3;
  return std::nullopt;
}

bool Version::corp() const {
  return text.ends_with(".CORP") || text.starts_with("1.2.7.3") || text.starts_with("1.2.8.1");
}

}  // namespace sedlink::onec_docflow
