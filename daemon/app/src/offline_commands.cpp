// check (offline part), test and docs.
#include <algorithm>
#include <iostream>

#include "adapters.hpp"
#include "certificate_watch.hpp"
#include "commands.hpp"
#include "online.hpp"
#include "project.hpp"

namespace sedlink::app {
namespace {

int verdict(const Project& project, bool strict) {
  if (config::has_errors(project.findings)) return 1;
  if (!project.findings.empty()) return strict ? 3 : 0;
  return 0;
}

void print(const Project& project, config::FindingFormat format) {
  const std::string text = config::format_findings(project.findings, project.sources, format);
  (format == config::FindingFormat::text ? std::cerr : std::cout) << text;
}

}  // namespace

int check(const CheckOptions& options) {
  Project project = load_project(options.config, true);
  const std::size_t tests = run_mapping_tests(project);
  if (project.config) {
    judge_certificates(*project.config, SystemClock().now(), project.findings);
    config::sort_findings(project.findings);
  }
  if (options.online && project.config && !config::has_errors(project.findings)) check_online(project);
  print(project, options.format);
  const int code = verdict(project, options.strict);
  if (options.format == config::FindingFormat::text) {
    const auto errors = std::count_if(project.findings.begin(), project.findings.end(),
                                      [](const config::Finding& f) { return f.severity == config::Severity::error; });
    std::cout << (code == 1                  ? "Есть ошибки"
                  : project.findings.empty() ? "Всё верно"
                                             : "Есть предупреждения")
              << ": сопоставлений " << project.mappings.size() << ", тестов " << tests << ", ошибок " << errors
              << ", предупреждений " << static_cast<std::ptrdiff_t>(project.findings.size()) - errors << "\n";
  }
  return code;
}

int test(const std::filesystem::path& config_file, const std::vector<std::filesystem::path>& files) {
  if (config_file.empty() && files.empty()) {
    std::cerr << "sedlink test: укажите -c FILE или файлы сопоставлений\n";
    return 2;
  }
  Project project = files.empty() ? load_project(config_file, false) : load_mappings(files);
  const std::size_t tests = run_mapping_tests(project);
  print(project, config::FindingFormat::text);
  const bool failed = config::has_errors(project.findings);
  std::cout << (failed ? "Не прошли" : "Прошли") << ": тестов " << tests << ", сопоставлений "
            << project.mappings.size() << "\n";
  return failed ? 1 : 0;
}

int docs(const std::string& what) {
  if (what == "config" || what == "all")
    std::cout << config::config_reference(adapter_settings(), setting_words()) << "\n";
  if (what == "mapping" || what == "all") std::cout << mapping::mapping_reference() << "\n";
  if (what == "schema") std::cout << mapping::mapping_schema() << "\n";
  return 0;
}

}  // namespace sedlink::app
