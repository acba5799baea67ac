// Any bytes as a mapping file: findings or a model, never a crash, and every finding prints in every format.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "sedlink/mapping/compile.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sedlink;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const mapping::CompileResult result = mapping::compile(text, "fuzz.yaml", {});
  if ((result.mapping == nullptr) != config::has_errors(result.findings)) std::abort();
  for (const auto format : {config::FindingFormat::text, config::FindingFormat::json, config::FindingFormat::github})
    if (config::format_findings(result.findings, {{"fuzz.yaml", text}}, format).empty() && !result.findings.empty() &&
        format != config::FindingFormat::json)
      std::abort();
  if (result.mapping == nullptr) return 0;
  const mapping::Scope nothing = [](std::string_view) { return std::nullopt; };
  const mapping::Scope text_for_all = [](std::string_view path) { return Value(std::string(path)); };
  for (const mapping::FieldRule& rule : result.mapping->fields) {
    (void)rule.value.render(nothing);
    (void)rule.value.render(text_for_all);
  }
  if (result.mapping->folder) {
    for (const std::string& segment : result.mapping->folder->render(text_for_all).segments)
      if (segment.empty() || segment.find('/') != std::string::npos || segment == "..") std::abort();
  }
  return 0;
}
