#pragma once
// The daemon's configuration (docs: contracts of the config file). Parsed and linted from one table of settings.
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sedlink/config/finding.hpp"
#include "sedlink/config/signing.hpp"
#include "sedlink/config/trust.hpp"
#include "sedlink/core/clock.hpp"
#include "sedlink/core/secret.hpp"

namespace sedlink::config {

struct Listen {
  std::string address = "127.0.0.1";
  unsigned short port = 8480;
  std::string public_url;
};

struct Connection {
  std::string name, type;  // type: bitrix24 | 1c_docflow | directum …
  std::map<std::string, std::string, std::less<>>
      values;                                          // flattened: "url", "limits.calls" (sizes as bytes, times as ms)
  std::map<std::string, Secret, std::less<>> secrets;  // "webhook_url", "event_token", "password", …
  std::string signing;                                 // profile of every request that no route names; empty: none
  std::vector<SigningRoute> signing_routes;            // the first that fits decides
  Range range;                                         // of its name
  std::map<std::string, Range, std::less<>> ranges;    // of the values, by the same keys
};

// crm connection -> edms connection -> CRM user id -> EDMS name
using PeopleTable = std::map<std::string, std::map<std::string, std::map<std::string, std::string>>>;

struct Config {
  std::filesystem::path file;
  std::string instance;
  Listen listen;
  std::filesystem::path admin_socket = "/run/sedlink/admin.sock";
  std::filesystem::path sqlite;                            // store.sqlite
  std::filesystem::path spool;                             // default: next to the store, "spool"
  std::uint64_t spool_quota = 10ull * 1024 * 1024 * 1024;  // bytes
  std::vector<std::filesystem::path> mappings;             // globs expanded, sorted
  std::map<std::string, Connection> connections;
  PeopleTable people;
  std::map<std::string, SigningProfile> signing;
  std::map<std::string, TrustPolicy> trust;  // named by an EDMS connection's value "signatures"
  std::string time_zone = "Europe/Moscow";   // of sheets and texts for people
  std::string log_level = "info", log_format = "logfmt";
  // Engine intervals; defaults suit production, the demo and tests shorten them.
  struct {
    Duration poll_active{15'000}, poll_quiet{300'000}, poll_asleep{3'600'000};
    Duration sweep{60'000}, stop{20'000};
    Duration retry_first{1'000}, retry_max{900'000};
    int attempts_before_incident = 0;  // 0 = transient faults never become incidents
  } engine;
};

// What adapters tell about their settings, so that the linter knows every key: (connection type -> its setting names).
// Secret settings are marked by a trailing '!', sizes by '#', durations by '~', whole numbers by '+', required ones by
// a leading '*'. Names that end with url, _file or are time_zone are checked as such, unless '=' says: any text; so is
// "signing", which opens signing_routes, too. One level of nesting: "limits.file#"; "headers.*!" takes any name.
using AdapterSettings = std::map<std::string, std::vector<std::string>>;

struct LoadResult {
  std::optional<Config> config;  // present when there is no error
  std::vector<Finding> findings;
  std::map<std::string, std::string> sources;  // for format_findings; literal secrets are masked
  Places places;                               // of the file
};

// Reads the file, checks every key, resolves secret references (credential:, file:, env:). Relative paths are relative
// to the config file's folder. `resolve_secrets` false: references are checked for form only (offline check elsewhere).
[[nodiscard]] LoadResult load_config(const std::filesystem::path& file, const AdapterSettings& adapters,
                                     bool resolve_secrets);

// What a setting of a connection means, and what is written where its mark does not say it. For the reference only.
struct SettingWord {
  std::string_view setting, doc;  // "limits.file"
  std::string_view type = {};     // "true или false"; empty = by the mark
};
using SettingWords = std::map<std::string, std::vector<SettingWord>>;  // by connection type; texts live for ever

// The tables of keys in Markdown, from the same tables that parse.
[[nodiscard]] std::string config_reference(const AdapterSettings& adapters, const SettingWords& words = {});

}  // namespace sedlink::config
