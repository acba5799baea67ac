#include <libfyaml.h>

#include <charconv>
#include <cmath>
#include <memory>

#include "sedlink/sim/scenario.hpp"

namespace sedlink::sim {
namespace {

// YAML 1.2 core schema for plain scalars.
json::value plain(std::string_view s) {
  if (s.empty() || s == "~" || s == "null" || s == "Null" || s == "NULL") return nullptr;
  if (s == "true" || s == "True" || s == "TRUE") return true;
  if (s == "false" || s == "False" || s == "FALSE") return false;
  const bool leading_zero = s.size() > 1 && s[0] == '0' && s[1] != '.';  // ИНН and КПП written without quotes stay text
  if (!leading_zero) {
    std::int64_t whole = 0;
    const auto [end, ec] = std::from_chars(s.data(), s.data() + s.size(), whole);
    if (ec == std::errc() && end == s.data() + s.size()) return whole;
    double number = 0;
    const auto [dend, dec] = std::from_chars(s.data(), s.data() + s.size(), number);
    if (dec == std::errc() && dend == s.data() + s.size() && std::isfinite(number)) return number;
  }
  return json::string(s);
}

json::value convert(fy_node* node) {
  if (node == nullptr) return nullptr;
  switch (fy_node_get_type(node)) {
    case FYNT_SCALAR: {
      std::size_t length = 0;
      const char* text = fy_node_get_scalar(node, &length);
      const std::string_view s(text == nullptr ? "" : text, text == nullptr ? 0 : length);
      return fy_node_get_style(node) == FYNS_PLAIN ? plain(s) : json::value(json::string(s));
    }
    case FYNT_SEQUENCE: {
      json::array out;
      void* at = nullptr;
      while (fy_node* item = fy_node_sequence_iterate(node, &at)) out.push_back(convert(item));
      return out;
    }
    case FYNT_MAPPING: {
      json::object out;
      void* at = nullptr;
      while (fy_node_pair* pair = fy_node_mapping_iterate(node, &at)) {
        out[text_of(convert(fy_node_pair_key(pair)))] = convert(fy_node_pair_value(pair));
      }
      return out;
    }
  }
  return nullptr;
}

}  // namespace

Result<json::value> parse_yaml(const std::string& text) {
  fy_diag_cfg diag_cfg;
  fy_diag_cfg_default(&diag_cfg);
  std::unique_ptr<fy_diag, decltype(&fy_diag_destroy)> diag(fy_diag_create(&diag_cfg), &fy_diag_destroy);
  fy_diag_set_collect_errors(diag.get(), true);
  fy_parse_cfg cfg{};
  cfg.flags = static_cast<fy_parse_cfg_flags>(FYPCF_DEFAULT_DOC | FYPCF_QUIET);
  cfg.diag = diag.get();
  std::unique_ptr<fy_document, decltype(&fy_document_destroy)> document(
      fy_document_build_from_string(&cfg, text.data(), text.size()), &fy_document_destroy);
  if (!document) {
    std::string message = "bad YAML";
    void* at = nullptr;
    if (const fy_diag_error* error = fy_diag_errors_iterate(diag.get(), &at)) {
      message = "line " + std::to_string(error->line) + ": " + error->msg;
    }
    return control_error(std::move(message));
  }
  return convert(fy_document_root(document.get()));
}

}  // namespace sedlink::sim
