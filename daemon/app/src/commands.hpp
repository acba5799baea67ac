#pragma once
// The subcommands. Each returns the exit code of the process.
#include <filesystem>
#include <string>
#include <vector>

#include "sedlink/config/finding.hpp"
#include "sedlink/core/clock.hpp"

namespace sedlink::app {

int run_daemon(const std::filesystem::path& config);

struct CheckOptions {
  std::filesystem::path config;
  bool online = false, strict = false;
  config::FindingFormat format = config::FindingFormat::text;
};
int check(const CheckOptions&);

int test(const std::filesystem::path& config, const std::vector<std::filesystem::path>& mappings);

struct ProcessOptions {
  std::filesystem::path socket;
  std::string command;  // list, show, launch, retry, skip, pause, resume, cancel, status
  std::string id, item, mapping, phase, reason, caller;
  long long effect = 0;
  long long limit = 200;
  bool running = false, incidents = false, json = false;
  TimeZone zone;  // of the times that people read; UTC when no config is at hand
};
int process(const ProcessOptions&);

int docs(const std::string& what);

}  // namespace sedlink::app
