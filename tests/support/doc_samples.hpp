// The ```yaml samples of a document: whole files, and parts that replace the same top-level keys of a whole one.
#pragma once
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "sedlink/core/text.hpp"

namespace sedlink::testing_support {

inline std::vector<std::string> yaml_blocks(const std::string& text) {
  std::vector<std::string> out;
  const std::string fence = "```yaml\n";
  for (std::size_t at = text.find(fence); at != std::string::npos; at = text.find(fence, at)) {
    at += fence.size();
    const std::size_t end = text.find("```", at);
    out.push_back(text.substr(at, end - at));
  }
  return out;
}

inline std::vector<std::pair<std::string, std::string>> top_level(const std::string& yaml) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const std::string& line : text::split(yaml, '\n')) {
    const bool key =
        !line.empty() && line[0] != ' ' && line[0] != '#' && line[0] != '-' && line.find(':') != std::string::npos;
    if (key) out.emplace_back(line.substr(0, line.find(':')), "");
    if (!out.empty()) out.back().second += line + "\n";
  }
  return out;
}

inline std::string overlay(const std::string& whole, const std::string& part) {
  auto sections = top_level(whole);
  for (const auto& [key, text] : top_level(part)) {
    const auto same = std::find_if(sections.begin(), sections.end(), [&](const auto& s) { return s.first == key; });
    if (same != sections.end()) {
      same->second = text;
    } else {
      sections.emplace_back(key, text);
    }
  }
  std::string out;
  for (const auto& [key, text] : sections) out += text;
  return out;
}

}  // namespace sedlink::testing_support
