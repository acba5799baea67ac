// {{ path | filter: 'argument' }} into parts, with a finding at the exact characters of each mistake.
#include <fmt/format.h>

#include "filters.hpp"
#include "sedlink/config/yaml.hpp"
#include "sedlink/core/text.hpp"
#include "sedlink/mapping/template.hpp"
#include "tables.hpp"

namespace sedlink::mapping {
namespace {

using config::Range;

// Place of `count` code points of the decoded text from `first` on.
using Places = std::function<Range(std::size_t first, std::size_t count)>;

bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

std::string propose(std::string_view word, const std::vector<std::string>& known, std::string_view prefix = {}) {
  const std::string near = text::nearest(word, known);
  if (!near.empty()) return fmt::format("возможно, вы имели в виду «{}{}»?", prefix, near);
  return "бывают: " + text::join(known, ", ");
}

class Parser {
 public:
  Parser(std::string_view text, Places places, const std::string& file, std::vector<config::Finding>& findings)
      : text_(text), places_(std::move(places)), file_(file), findings_(findings) {}

  struct Piece {
    std::string literal;
    std::optional<Expression> expression;
  };

  std::vector<Piece> run() {
    std::vector<Piece> out;
    while (at_ < text_.size()) {
      const std::size_t open = text_.find("{{", at_);
      const std::string_view literal = text_.substr(at_, open == std::string_view::npos ? open : open - at_);
      if (const std::size_t stray = literal.find("}}"); stray != std::string_view::npos)
        report(at_ + stray, at_ + stray + 2, "template", "лишние «}}»: перед ними нет «{{»", {});
      if (!literal.empty()) out.push_back({std::string(literal), std::nullopt});
      if (open == std::string_view::npos) break;
      at_ = open + 2;
      const std::size_t close = find_close(at_);
      if (close == std::string_view::npos) {
        report(open, text_.size(), "template", "шаблон не закрыт: нет «}}»", "закройте его: {{ item.title }}");
        break;
      }
      if (auto expression = parse_expression(open, close)) out.push_back({{}, std::move(expression)});
      at_ = close + 2;
    }
    return out;
  }

 private:
  // The closing braces outside quotes.
  [[nodiscard]] std::size_t find_close(std::size_t from) const {
    char quote = '\0';
    for (std::size_t i = from; i < text_.size(); ++i) {
      const char c = text_[i];
      if (quote != '\0') {
        if (c == quote) quote = '\0';
      } else if (c == '\'' || c == '"') {
        quote = c;
      } else if (text_.substr(i, 2) == "}}") {
        return i;
      }
    }
    return std::string_view::npos;
  }

  void report(std::size_t begin, std::size_t end, std::string_view rule, std::string message, std::string help) {
    const std::size_t first = text::code_points(text_.substr(0, begin));
    const std::size_t count = text::code_points(text_.substr(begin, end - begin));
    findings_.push_back({config::Severity::error, fmt::format("mapping.{}", rule), file_,
                         places_(first, std::max<std::size_t>(count, 1)), std::move(message), std::move(help)});
  }

  void skip_blanks(std::size_t end) {
    while (at_ < end && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n')) ++at_;
  }

  std::string_view take_name(std::size_t end, bool dots) {
    const std::size_t begin = at_;
    while (at_ < end && (is_name_char(text_[at_]) || (dots && text_[at_] == '.'))) ++at_;
    return text_.substr(begin, at_ - begin);
  }

  // Nullopt after a finding; `at_` stands behind "{{".
  std::optional<Expression> parse_expression(std::size_t open, std::size_t close) {
    Expression out;
    skip_blanks(close);
    const std::size_t begin = at_;
    out.path = take_name(close, true);
    const std::size_t end = at_;
    if (out.path.empty()) {
      report(open, close + 2, "template", "в шаблоне нет имени", "например {{ item.title }}");
      return std::nullopt;
    }
    out.range = places_(text::code_points(text_.substr(0, begin)), out.path.size());
    bool good = check_path(out.path, begin, end);
    for (;;) {
      skip_blanks(close);
      if (at_ >= close) break;
      if (text_[at_] != '|') {
        report(at_, close, "template", fmt::format("непонятно «{}»", text::trim(text_.substr(at_, close - at_))),
               "после имени бывает только «| фильтр»: кода в шаблонах нет");
        return std::nullopt;
      }
      ++at_;
      skip_blanks(close);
      auto filter = parse_filter(close);
      if (!filter) return std::nullopt;
      out.filters.push_back(std::move(*filter));
    }
    return good ? std::optional(std::move(out)) : std::nullopt;
  }

  bool check_path(std::string_view path, std::size_t begin, std::size_t end) {
    const KnownRoot* root = find_root(path);
    const std::size_t dot = path.find('.');
    if (root == nullptr) {
      std::vector<std::string> known;
      for (const KnownRoot& r : known_roots()) known.emplace_back(r.root);
      const std::size_t root_end = dot == std::string_view::npos ? end : begin + dot;
      report(begin, root_end, "unknown-name", fmt::format("неизвестное имя «{}»", path.substr(0, dot)),
             propose(path.substr(0, dot), known));
      return false;
    }
    if (dot == std::string_view::npos || dot + 1 == path.size()) {
      report(begin, end, "unknown-name", fmt::format("после «{}» нужно имя поля", root->root),
             fmt::format("например {}.{}", root->root, root->names.front().name));
      return false;
    }
    const std::string_view name = path.substr(dot + 1);
    if (!root->closed) {
      if (name.find('.') == std::string_view::npos) {
        if (is_database_name(name)) {
          report(begin + dot + 1, end, "field-name", fmt::format("«{}»: имя записано не так, как в REST", name),
                 std::string(rest_name_help));
          findings_.back().severity = config::Severity::warning;
        }
        return true;
      }
      report(begin + dot + 1, end, "unknown-name", fmt::format("«{}»: у карточки нет вложенных полей", path),
             "компания и её реквизиты: company.title, company.requisite.inn");
      return false;
    }
    std::vector<std::string> known;
    for (const KnownRoot::Name& n : root->names) {
      if (n.name == name) return true;
      known.emplace_back(n.name);
    }
    report(begin + dot + 1, end, "unknown-name", fmt::format("неизвестное имя «{}» в «{}»", name, root->root),
           propose(name, known, fmt::format("{}.", root->root)));
    return false;
  }

  std::optional<Filter> parse_filter(std::size_t close) {
    Filter out;
    const std::size_t begin = at_;
    out.name = take_name(close, false);
    const std::size_t end = at_;
    std::vector<std::string> known;
    for (const FilterInfo& f : filters()) known.emplace_back(f.name);
    if (out.name.empty()) {
      report(begin, begin + 1, "template", "после «|» нужно имя фильтра", "бывают: " + text::join(known, ", "));
      return std::nullopt;
    }
    skip_blanks(close);
    if (at_ < close && text_[at_] == ':') {
      ++at_;
      if (!parse_arguments(close, out)) return std::nullopt;
    }
    const FilterInfo* info = find_filter(out.name);
    if (info == nullptr) {
      report(begin, end, "unknown-filter", fmt::format("неизвестный фильтр «{}»", out.name), propose(out.name, known));
      return std::nullopt;
    }
    if (std::string problem = check_argument(*info, out.arguments); !problem.empty()) {
      report(begin, std::max(end, last_argument_end_), "filter-argument", std::move(problem), {});
      return std::nullopt;
    }
    return out;
  }

  bool parse_arguments(std::size_t close, Filter& out) {
    for (;;) {
      skip_blanks(close);
      const std::size_t begin = at_;
      if (at_ < close && (text_[at_] == '\'' || text_[at_] == '"')) {
        const std::size_t quote = text_.find(text_[at_], at_ + 1);
        out.arguments.emplace_back(text_.substr(begin + 1, quote - begin - 1));  // find_close saw the pair
        at_ = quote + 1;
      } else {
        const std::string_view word = take_name(close, false);
        if (word.empty() || word.find_first_not_of("0123456789") != std::string_view::npos) {
          report(begin, std::max(at_, begin + 1), "filter-argument", "аргумент фильтра — число или текст в кавычках",
                 "например default: 'нет'");
          return false;
        }
        out.arguments.emplace_back(word);
      }
      last_argument_end_ = at_;
      skip_blanks(close);
      if (at_ >= close || text_[at_] != ',') return true;
      ++at_;
    }
  }

  std::string_view text_;
  Places places_;
  const std::string& file_;
  std::vector<config::Finding>& findings_;
  std::size_t at_ = 0, last_argument_end_ = 0;
};

}  // namespace

Template Template::parse(std::string_view text, const Range& at, const std::string& file,
                         std::vector<config::Finding>& findings) {
  // Without the source only a scalar on one line that is written as it reads can be traced.
  const auto width = static_cast<std::size_t>(std::max(at.end.column - at.start.column, 0));
  const std::size_t plain = text::code_points(text);
  const bool one_line = at.start.line == at.end.line && (width == plain || width == plain + 2);
  const int quote = width == plain + 2 ? 1 : 0;
  Places places = [&](std::size_t first, std::size_t count) {
    if (!one_line) return at;
    const int start = at.start.column + quote + static_cast<int>(first);
    return Range{{at.start.line, start}, {at.start.line, start + static_cast<int>(count)}};
  };
  Template out;
  out.source_ = text;
  for (auto& piece : Parser(text, std::move(places), file, findings).run())
    out.parts_.push_back({std::move(piece.literal), std::move(piece.expression)});
  return out;
}

Template Template::parse(const config::YamlNode& scalar, const std::string& file,
                         std::vector<config::Finding>& findings) {
  Places places = [&](std::size_t first, std::size_t count) { return scalar.part(first, count); };
  Template out;
  out.source_ = scalar.text;
  for (auto& piece : Parser(scalar.text, std::move(places), file, findings).run())
    out.parts_.push_back({std::move(piece.literal), std::move(piece.expression)});
  return out;
}

}  // namespace sedlink::mapping
