#pragma once
// The two domain models behind one service: 2.x (1.x answers alike) and 3.x (onec-docflow 0, 9.1, 11). Which one, and
// how a release of it differs, is read from versionNumber.
#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sedlink::onec_docflow {

enum class Edition { v2 = 1, v3 };

struct Version {
  Version() = default;
  explicit Version(std::string_view text);
  std::string text;        // "2.1.32.6.CORP"
  std::vector<int> parts;  // 2, 1, 32, 6; the suffix is no number

  [[nodiscard]] bool at_least(std::vector<int> other) const { return parts >= other; }
  // None for a release this adapter knows nothing of.
  [[nodiscard]] std::optional<Edition> edition() const;
  // КОРП: by the suffix; two releases reported themselves without one (onec-docflow 11).
  [[nodiscard]] bool corp() const;
};

}  // namespace sedlink::onec_docflow
