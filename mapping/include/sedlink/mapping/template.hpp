#pragma once
// {{ path | filter: 'argument' }}: values into text. No code, a closed set of filters, known names only.
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sedlink/config/finding.hpp"
#include "sedlink/core/clock.hpp"
#include "sedlink/core/value.hpp"

namespace sedlink::config {
struct YamlNode;
}

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

// The filter `money`: "150000.5" -> "150 000,50" with no-break spaces; what is no decimal number stays as it is.
[[nodiscard]] Value money_text(const Value&);

class Template {
 public:
  struct Rendered {
    Value value;                   // typed when the template is one expression, else text
    std::vector<Missing> missing;  // absent paths of item/company/contact/requisite without a default
  };
  Template() = default;
  // Parses; findings carry exact places (`at` = range of the scalar, for a plain or quoted single-line scalar).
  static Template parse(std::string_view text, const config::Range& at, const std::string& file,
                        std::vector<config::Finding>& findings);
  // The same with exact places in any style of scalar.
  static Template parse(const config::YamlNode& scalar, const std::string& file,
                        std::vector<config::Finding>& findings);
  // `zone`: times inside a text and the filter `date` are written in it ("01.03.2024 10:00"); without one a time inside
  // a text is ISO-8601 and `date` counts in UTC. A template that is one expression keeps its type.
  [[nodiscard]] Rendered render(const Scope&, const TimeZone* zone = nullptr) const;
  // Text whose values went through `escape`, the template's own words did not; `missing` as in Rendered.
  [[nodiscard]] std::string render_escaped(const Scope&, const TimeZone* zone, std::string (*escape)(std::string_view),
                                           std::vector<Missing>& missing) const;
  [[nodiscard]] bool empty() const noexcept { return parts_.empty(); }
  [[nodiscard]] const std::string& source() const noexcept { return source_; }
  [[nodiscard]] std::vector<const Expression*> expressions() const;

 private:
  struct Part {
    std::string literal;
    std::optional<Expression> expression;
  };
  [[nodiscard]] static Value evaluate(const Expression&, const Scope&, const TimeZone*, std::vector<Missing>&);

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
    int company_segment = -1;  // the segment that holds company.title, -1 = none
    std::vector<Missing> missing;
  };
  [[nodiscard]] Rendered render(const Scope&, const TimeZone* zone = nullptr) const;
  [[nodiscard]] const Template& text() const noexcept { return template_; }

 private:
  Template template_;
};

// What a template may name. `closed` roots list their names; the others take any single field name.
struct KnownRoot {
  std::string_view root, doc;
  bool closed = true;
  bool before_launch = true;  // has values before a process exists
  bool required = true;       // an absent value is a pre-flight message; otherwise it renders empty
  struct Name {
    std::string_view name, doc;
  };
  std::vector<Name> names;
};
[[nodiscard]] const std::vector<KnownRoot>& known_roots();
[[nodiscard]] const KnownRoot* find_root(std::string_view path);  // by the part before the first dot

}  // namespace sedlink::mapping
