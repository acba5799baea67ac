#include "project.hpp"

#include <fstream>
#include <iterator>

#include "adapters.hpp"
#include "sedlink/process/simulate.hpp"

namespace sedlink::app {
namespace {

void add_mapping(Project& project, const std::filesystem::path& file, const mapping::LintWorld& world) {
  std::ifstream in(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (!in.good() && text.empty()) {
    config::Finding f;
    f.rule = "mapping.unreadable";
    f.file = file.string();
    f.message = "Файл сопоставления не читается";
    f.help = "проверьте путь в mappings: и права на файл";
    project.findings.push_back(std::move(f));
    return;
  }
  project.sources[file.string()] = text;
  mapping::CompileResult result = mapping::compile(text, file.string(), world);
  project.findings.insert(project.findings.end(), result.findings.begin(), result.findings.end());
  if (result.mapping) project.mappings.push_back(result.mapping);
}

void finish(Project& project) {
  auto together = mapping::check_together(project.mappings);
  project.findings.insert(project.findings.end(), together.begin(), together.end());
  config::sort_findings(project.findings);
}

}  // namespace

Project load_project(const std::filesystem::path& file, bool resolve_secrets) {
  Project project;
  config::LoadResult loaded = config::load_config(file, adapter_settings(), resolve_secrets);
  project.findings = std::move(loaded.findings);
  project.sources = std::move(loaded.sources);
  project.config = std::move(loaded.config);
  mapping::LintWorld world;
  if (project.config) {
    for (const auto& [name, connection] : project.config->connections) {
      world.connections.push_back(name);
      if (const AdapterEntry* entry = find_adapter(connection.type)) world.sides.emplace_back(name, entry->side);
    }
    for (const auto& mapping_file : project.config->mappings) add_mapping(project, mapping_file, world);
  }
  finish(project);
  return project;
}

Project load_mappings(const std::vector<std::filesystem::path>& files) {
  Project project;
  for (const auto& file : files) add_mapping(project, file, mapping::LintWorld());
  finish(project);
  return project;
}

std::size_t run_mapping_tests(Project& project) {
  std::size_t count = 0;
  for (const auto& m : project.mappings)
    for (const auto& outcome : process::run_tests(*m)) {
      ++count;
      for (const auto& failure : outcome.failures) {
        config::Finding f;
        f.rule = "mapping.test";
        f.file = m->file;
        f.range = outcome.range;
        f.message = "Тест «" + outcome.name + "»: " + failure;
        project.findings.push_back(std::move(f));
      }
    }
  config::sort_findings(project.findings);
  return count;
}

}  // namespace sedlink::app
