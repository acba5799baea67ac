#include "sedlink/config/finding.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <tuple>

#include "sedlink/core/text.hpp"
#include "source_text.hpp"

namespace sedlink::config {
namespace {

auto order(const Finding& f) { return std::tie(f.file, f.range, f.severity, f.rule, f.message, f.help); }

const char* russian(Severity s) { return s == Severity::error ? "ошибка" : "предупреждение"; }
const char* english(Severity s) { return s == Severity::error ? "error" : "warning"; }

std::string place(const Finding& f) {
  if (f.range.start.line == 0) return f.file;
  return fmt::format("{}:{}:{}", f.file, f.range.start.line, f.range.start.column);
}

// The line and carets under the exact characters; tabs stay tabs so that both lines indent alike.
std::string excerpt(const Finding& f, std::string_view line) {
  const std::string number = std::to_string(f.range.start.line);
  const std::string gutter(std::max<std::size_t>(number.size(), 4), ' ');
  const auto before = static_cast<std::size_t>(std::max(f.range.start.column - 1, 0));
  const std::size_t width = text::code_points(line);
  const std::size_t end =
      f.range.end.line == f.range.start.line ? static_cast<std::size_t>(std::max(f.range.end.column - 1, 0)) : width;
  std::string carets;
  std::string_view rest = line;
  for (std::size_t i = 0; i < before; ++i) {
    const std::string_view one = text::prefix(rest, 1);
    carets += one == "\t" ? '\t' : ' ';
    rest.remove_prefix(one.size());
  }
  carets += '^';
  const std::size_t last = std::min(end, std::max(width, before + 1));
  if (last > before + 1) carets.append(last - before - 1, '~');
  return fmt::format("{0:>4} | {1}\n{2} | {3}\n", number, line, gutter, carets);
}

std::string as_text(const std::vector<Finding>& findings, const std::map<std::string, std::string>& sources) {
  std::string out;
  for (const Finding& f : findings) {
    out += fmt::format("{}: {}: {} [{}]\n", place(f), russian(f.severity), f.message, f.rule);
    const auto source = sources.find(f.file);
    if (source != sources.end() && f.range.start.line > 0)
      out += excerpt(f, SourceText(source->second).line(f.range.start.line));
    if (!f.help.empty()) out += fmt::format("     = {}\n", f.help);
  }
  return out;
}

boost::json::object as_json(const Position& p) { return {{"line", p.line}, {"column", p.column}}; }

std::string as_json(const std::vector<Finding>& findings) {
  boost::json::array out;
  for (const Finding& f : findings) {
    out.push_back(boost::json::object{{"severity", english(f.severity)},
                                      {"rule", f.rule},
                                      {"file", f.file},
                                      {"range", {{"start", as_json(f.range.start)}, {"end", as_json(f.range.end)}}},
                                      {"message", f.message},
                                      {"help", f.help}});
  }
  return boost::json::serialize(out) + "\n";
}

// Workflow commands: https://docs.github.com/actions/reference/workflow-commands
std::string github_data(std::string text) {
  text = text::replace_all(std::move(text), "%", "%25");
  text = text::replace_all(std::move(text), "\r", "%0D");
  return text::replace_all(std::move(text), "\n", "%0A");
}
std::string github_property(std::string text) {
  text = text::replace_all(github_data(std::move(text)), ":", "%3A");
  return text::replace_all(std::move(text), ",", "%2C");
}

std::string as_github(const std::vector<Finding>& findings) {
  std::string out;
  for (const Finding& f : findings) {
    out += fmt::format("::{} file={}", english(f.severity), github_property(f.file));
    if (f.range.start.line > 0) {
      out += fmt::format(",line={},endLine={}", f.range.start.line, f.range.end.line);
      // GitHub takes columns only within one line.
      if (f.range.start.line == f.range.end.line)
        out += fmt::format(",col={},endColumn={}", f.range.start.column, f.range.end.column);
    }
    const std::string message = f.help.empty() ? f.message : f.message + "\n" + f.help;
    out += fmt::format(",title={}::{}\n", github_property(f.rule), github_data(message));
  }
  return out;
}

}  // namespace

void sort_findings(std::vector<Finding>& findings) {
  std::sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) { return order(a) < order(b); });
  const auto same = [](const Finding& a, const Finding& b) { return order(a) == order(b); };
  findings.erase(std::unique(findings.begin(), findings.end(), same), findings.end());
}

bool has_errors(const std::vector<Finding>& findings) {
  return std::any_of(findings.begin(), findings.end(), [](const Finding& f) { return f.severity == Severity::error; });
}

std::string format_findings(const std::vector<Finding>& findings, const std::map<std::string, std::string>& sources,
                            FindingFormat format) {
  switch (format) {
    case FindingFormat::json: return as_json(findings);
    case FindingFormat::github: return as_github(findings);
    case FindingFormat::text: break;
  }
  return as_text(findings, sources);
}

}  // namespace sedlink::config
