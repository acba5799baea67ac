#pragma once
// {{ path | filter: 'argument' }}: values into text. No code, a closed set of filters, known names only.
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sedlink/config/finding.hpp"
#include "sedlink/core/value.hpp"

namespace sedlink::mapping {

// Answers "item.title", "company.requisite.inn", "process.stage" …; nullopt or an empty Value = absent.
using Scope = std::function<std::optional<Value>(std::string_view path)>;

struct Filter {
  std::string name;
  std::vector<std::string> arguments;
};
struct Expression {
  std::string path;
  std::vector<Filter> filters;
  config::Range range;
};

// A value that an absent path left without: names the path for the pre-flight message.
struct Missing {
  std::string path;
};

class Template {
 public:
  struct Rendered {
    Value value;                    // typed when the template is one expression, else text
    std::vector<Missing> missing;   // absent paths of item/company/contact/requisite without a default
  };
  Template() = default;
  // Parses; findings carry exact places (`at` = range of the scalar, for a plain or quoted single-line scalar).
  static Template parse(std::string_view text, const config::Range& at, const std::string& file,
                        std::vector<config::Finding>& findings);
  [[nodiscard]] Rendered render(const Scope&) const;
  [[nodiscard]] bool empty() const noexcept { return parts_.empty(); }
  [[nodiscard]] const std::string& source() const noexcept { return source_; }
  [[nodiscard]] std::vector<const Expression*> expressions() const;

 private:
  struct Part {
    std::string literal;
    std::optional<Expression> expression;
  };
  std::vector<Part> parts_;
  std::string source_;
  // Literal pieces and expressions stay apart so that folder names clean values only.
  friend class FolderTemplate;
};

// A path whose '/' separate only in the template's own text; values become safe names.
class FolderTemplate {
 public:
  FolderTemplate() = default;
  explicit FolderTemplate(Template t) : template_(std::move(t)) {}
  struct Rendered {
    std::vector<std::string> segments;
    int company_segment = -1;       // the segment that holds company.title, -1 = none
    std::vector<Missing> missing;
  };
  [[nodiscard]] Rendered render(const Scope&) const;
  [[nodiscard]] const Template& text() const noexcept { return template_; }

 private:
  Template template_;
};

}  // namespace sedlink::mapping
