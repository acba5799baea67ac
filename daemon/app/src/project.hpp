#pragma once
// A config with its mappings, read and judged together: what check, test and run start from.
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sedlink/config/config.hpp"
#include "sedlink/mapping/compile.hpp"

namespace sedlink::app {

struct Project {
  std::optional<config::Config> config;       // present when the config has no error
  std::vector<mapping::MappingPtr> mappings;  // those without errors
  std::vector<config::Finding> findings;
  std::map<std::string, std::string> sources;
  std::map<std::string, config::Places> places;  // by file: where each path was read
};

[[nodiscard]] Project load_project(const std::filesystem::path& config, bool resolve_secrets);
// Mapping files alone, without a config.
[[nodiscard]] Project load_mappings(const std::vector<std::filesystem::path>& files);
// Runs the tests of every mapping; failures become findings (rule mapping.test). Returns how many tests ran.
std::size_t run_mapping_tests(Project&);

}  // namespace sedlink::app
