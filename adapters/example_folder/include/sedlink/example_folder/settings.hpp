#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "sedlink/api/factory.hpp"

namespace sedlink::example_folder {

// Every key a connection of type example_folder may have, with its mark, for the config linter.
[[nodiscard]] const std::vector<std::string>& setting_names();

struct Settings {
  Settings() = default;
  std::filesystem::path folder;                  // absolute
  std::string user = "Sedlink";                  // our name in the folder: the author of what we start
  bool cancel = true;                            // whether we may interrupt a process
  std::uint64_t max_file = 50ull * 1024 * 1024;  // bytes; limits.file
};

// Errors: rejected config.<setting>, in Russian.
[[nodiscard]] Result<Settings> read_settings(const api::ConnectionSettings&);

}  // namespace sedlink::example_folder
