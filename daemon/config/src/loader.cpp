#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <system_error>

#include "draft.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::config {
namespace {

// A literal secret must not reach a terminal or a CI log with the line that is printed under the finding.
std::string mask_ranges(const std::string& text, const std::vector<Range>& ranges) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";  // no column of its own
  std::string out;
  Position here{1, 1};
  std::string_view rest = text;
  if (rest.starts_with(byte_order_mark)) {
    out += byte_order_mark;
    rest.remove_prefix(byte_order_mark.size());
  }
  while (!rest.empty()) {
    const std::string_view one = text::prefix(rest, 1);
    bool hidden = false;
    for (const Range& range : ranges) hidden = hidden || (here >= range.start && here < range.end);
    if (one == "\n") {
      ++here.line, here.column = 1;
      out += one;
    } else {
      ++here.column;
      hidden ? out += '*' : out += one;
    }
    rest.remove_prefix(one.size());
  }
  return out;
}

void check_people(Reader& r, const Config& config) {
  std::vector<std::string> names;
  for (const auto& [name, unused] : config.connections) names.push_back(name);
  const auto check = [&](const std::string& name, const std::string& path) {
    if (config.connections.contains(name)) return;
    const std::string near = text::nearest(name, names);
    r.error(r.place(path), "unknown-connection", fmt::format("подключения «{}» нет в connections", name),
            near.empty() ? "" : fmt::format("возможно, вы имели в виду «{}»?", near));
  };
  for (const auto& [crm, by_edms] : config.people) {
    check(crm, "people." + crm);
    for (const auto& [edms, unused] : by_edms) check(edms, fmt::format("people.{}.{}", crm, edms));
  }
}

void check_whole(Reader& r, const YamlNode& root, Draft& d) {
  const YamlNode* store = root.find("store");
  if (store != nullptr && store->kind == YamlNode::Kind::mapping && store->find("sqlite") == nullptr &&
      store->find("postgresql") == nullptr) {
    r.error(r.place("store"), "missing", "в «store» нет обязательного ключа «sqlite»",
            "например sqlite: /var/lib/sedlink/sedlink.db");
  }
  // Follow-ups of a broken connections section are no news.
  if (!has_errors(r.findings())) {
    check_people(r, d.config);
    check_trust(r, d.config);
    check_signing(r, d);
  }
  if (d.config.spool.empty() && !d.config.sqlite.empty()) d.config.spool = d.config.sqlite.parent_path() / "spool";
  auto& engine = d.config.engine;
  if (engine.retry_max < engine.retry_first)
    r.error(r.place("engine.retry_max"), "value", "retry_max меньше retry_first",
            "самая долгая пауза не короче первой");
}

}  // namespace

LoadResult load_config(const std::filesystem::path& file, const AdapterSettings& adapters, bool resolve_secrets) {
  LoadResult out;
  const std::string name = file.string();
  std::error_code problem;
  std::ifstream in(file, std::ios::binary);
  if (!in || std::filesystem::is_directory(file, problem)) {
    out.findings.push_back({Severity::error, "config.file-missing", name, {}, "файла нет или он не читается", {}});
    return out;
  }
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};

  Draft draft;
  draft.adapters = &adapters;
  draft.resolve_secrets = resolve_secrets;
  draft.config.file = std::filesystem::absolute(file, problem).lexically_normal();
  draft.folder = draft.config.file.parent_path();

  if (const auto root = parse_yaml(text, name, out.findings)) {
    Reader reader(name, "config", out.findings);
    if (read_section<Draft>(reader, *root, root_settings(), draft)) check_whole(reader, *root, draft);
    out.places = reader.places();
  }
  out.sources.emplace(name, mask_ranges(text, draft.literal_secrets));
  sort_findings(out.findings);
  if (!has_errors(out.findings)) out.config = std::move(draft.config);
  return out;
}

std::string config_reference(const AdapterSettings& adapters, const SettingWords& words) {
  std::vector<SectionInfo> sections = fixed_sections();
  for (SectionInfo& section : connection_sections(adapters, words)) sections.push_back(std::move(section));
  return reference_tables(sections);
}

}  // namespace sedlink::config
