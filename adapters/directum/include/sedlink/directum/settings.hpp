#pragma once
// The settings of a connection of type directum. What the protocol leaves open is a setting with a default, marked
// "assumed".
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "sedlink/api/factory.hpp"

namespace sedlink::directum {

// Every key a connection may have, for the config linter.
[[nodiscard]] const std::vector<std::string>& setting_names();

enum class Auth { basic = 1, headers, token, bearer };  // A2
enum class CancelBy { automatic = 1, patch, never };    // how an approval task is aborted (A9.6)
enum class DateForm { local = 1, utc, plain };          // how a date without time is written (A10, end)
enum class SimpleOutcome { unknown = 1, approved };     // what a completed simple task means

struct Settings {
  Settings(std::string connection_name, TimeZone zone)
      : connection(std::move(connection_name)), time_zone(std::move(zone)) {}
  std::string connection;

  std::string base;         // url: the service root, ends in '/': "https://rx.example.ru/Integration/odata/"
  std::string token_url;    // token_url: default: the root without "odata/" plus "token"
  std::string web_url;      // web_url: the web client, ends in '/'; default: <origin>/Client/
  TimeZone time_zone;       // time_zone: of the installation; default Europe/Moscow
  Auth auth = Auth::basic;  // auth: basic | headers | token | bearer
  std::string user;         // user: login, may be Cyrillic
  Secret password;
  Secret access_token;        // bearer: of an external identity provider
  Secret notification_token;  // notifications of the module carry it; empty: they are neither asked for nor taken
  std::optional<std::filesystem::path> ca_file;

  std::uint64_t max_file = 100ull * 1024 * 1024;   // limits.file
  std::uint64_t max_answer = 64ull * 1024 * 1024;  // limits.answer: of one answer without a file in it
  std::size_t calls = 4;                           // limits.calls: at once
  std::size_t ids_per_call = 30;                   // ids_per_call: in one filter; more worked nowhere so far (A1)
  std::size_t page = 5000;  // page: most rows asked for at once; halved where the server finds it too wide
  std::chrono::milliseconds catalog_age{600'000};  // catalog_age: how long found names are believed
  std::chrono::milliseconds reread{3'600'000};     // reread: every assignment is read anew so often

  CancelBy cancel = CancelBy::automatic;          // cancel: auto (module, Shell/AbortTask) | patch (assumed) | never
  DateForm dates = DateForm::local;               // dates: local | utc | plain (assumed)
  SimpleOutcome simple = SimpleOutcome::unknown;  // simple_outcome: unknown | approved
  bool patch_draft = true;                 // patch_draft: rule and subject are written into the draft task (assumed)
  bool entity_links = true;                // entity_links: an IExternalEntityLinks row beside our key
  bool extra_files = true;                 // extra_files: further files become addenda; false: refused
  std::string link_type = "sedlink.item";  // link_type: ExtEntityType of that row; ExtSystemId is "sedlink"
};

// Errors: rejected config.* naming the setting, in Russian.
[[nodiscard]] Result<Settings> read_settings(const api::ConnectionSettings&);

}  // namespace sedlink::directum
