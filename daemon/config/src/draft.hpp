#pragma once
// What the tables of settings fill while a config file is read.
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "sedlink/config/config.hpp"
#include "sedlink/config/reader.hpp"

namespace sedlink::config {

struct Draft {
  Config config;
  const AdapterSettings* adapters = nullptr;
  std::filesystem::path folder;  // of the config file: relative paths start there
  bool resolve_secrets = true;
  std::vector<Range> literal_secrets;  // to be masked before anybody prints the line

  [[nodiscard]] std::filesystem::path absolute(const std::string& path) const {
    return (folder / path).lexically_normal();
  }
};

[[nodiscard]] std::span<const Key<Draft>> root_settings();
[[nodiscard]] std::vector<SectionInfo> fixed_sections();
void read_connections(Reader&, const YamlNode&, Draft&);
void read_trust(Reader&, const YamlNode&, Draft&);
void check_trust(Reader&, const Config&);  // that every connection's `signatures` names an entry
[[nodiscard]] SectionInfo trust_section();
[[nodiscard]] std::vector<SectionInfo> connection_sections(const AdapterSettings&, const SettingWords&);
void read_signing(Reader&, const YamlNode&, Draft&);
void read_signing_routes(Reader&, const YamlNode&, Connection&);
// Profiles that connections name and nobody described.
void check_signing(Reader&, const Draft&);
[[nodiscard]] std::vector<SectionInfo> signing_sections();

// Shared readers of single values; nullopt after a finding.
[[nodiscard]] std::optional<std::string> read_url(Reader&, const YamlNode&, Draft&);
[[nodiscard]] std::optional<std::string> read_time_zone(Reader&, const YamlNode&);
[[nodiscard]] std::optional<std::filesystem::path> read_existing_file(Reader&, const YamlNode&, const Draft&);
// An empty secret where references are not resolved. `what` names the setting; `bytes`: a trailing line break stays.
[[nodiscard]] std::optional<Secret> read_secret(Reader&, const YamlNode&, const std::string& what, bool bytes, Draft&);

}  // namespace sedlink::config
