#include "sedlink/mapping/compile.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lint.hpp"
#include "sedlink/config/yaml.hpp"
#include "sedlink/core/hash.hpp"
#include "sedlink/core/text.hpp"
#include "tables.hpp"

namespace sedlink::mapping {
namespace {

// After these the model has holes: every conclusion drawn from it would be a follow-up.
bool leaves_holes(const config::Finding& f) {
  constexpr std::array<std::string_view, 3> rules{"mapping.unknown-key", "mapping.type", "mapping.missing"};
  return f.rule.starts_with("yaml.") || std::find(rules.begin(), rules.end(), f.rule) != rules.end();
}

bool matches(const StageRow& row, const OpenStage& stage) {
  if (row.edms == "*") return true;
  const std::string wanted = text::fold(row.edms);
  return text::fold(russian_name(stage.kind)) == wanted || text::fold(stage.name) == wanted;
}

}  // namespace

CompileResult compile(const std::string& text, const std::string& file, const LintWorld& world) {
  CompileResult out;
  if (const auto root = config::parse_yaml(text, file, out.findings)) {
    if (root->kind != config::YamlNode::Kind::sequence && root->entries.empty() && text::trim(root->text).empty()) {
      config::Finding f;
      f.rule = "mapping.empty";
      f.file = file;
      f.message = "Файл сопоставления пуст";
      f.help = "начните с наименьшего файла из docs/mapping.md или с готового примера";
      out.findings.push_back(std::move(f));
      return out;
    }
    auto mapping = std::make_shared<CompiledMapping>();
    mapping->file = file;
    mapping->text = text;
    mapping->revision = sha256_hex(text);
    config::Reader reader(file, "mapping", out.findings);
    config::read_section<CompiledMapping>(reader, *root, root_table(), *mapping);
    if (std::none_of(out.findings.begin(), out.findings.end(), leaves_holes)) {
      mapping->id_range = reader.place("mapping");
      mapping->launch.stage_range = reader.place("launch.when.stage");
      for (auto& [outcome, reaction] : mapping->outcomes)
        reaction.crm_range = reader.place(fmt::format("outcomes.{}.crm", to_string(outcome)));
      finish_tests(reader, *mapping);
      lint_world(*mapping, world, reader);
      lint_document(*mapping, world, reader);
      lint_rows(*mapping, reader);
      lint_bounces(*mapping, reader);
      lint_templates(*mapping, reader);
      lint_results(*mapping, reader);
      lint_calls(*mapping, world, reader);
    }
    lint_deadlines(*mapping, reader);
    out.places = reader.places();
    if (!config::has_errors(out.findings)) out.mapping = std::move(mapping);
  }
  config::sort_findings(out.findings);
  return out;
}

const StageRow* match_stage(const CompiledMapping& mapping, const std::vector<OpenStage>& open) {
  for (const StageRow& row : mapping.stages)
    for (const OpenStage& stage : open)
      if (matches(row, stage)) return &row;
  return nullptr;
}

}  // namespace sedlink::mapping
