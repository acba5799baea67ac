#pragma once
// The settings of a connection of type bitrix24. What the vendor's documents leave open is a setting with a default:
// see the remarks "assumed".
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "sedlink/api/factory.hpp"

namespace sedlink::bitrix24 {

// Every key a connection may have, for the config linter.
[[nodiscard]] const std::vector<std::string>& setting_names();

struct Settings {
  Settings() = default;
  std::string connection;

  // webhook_url, taken apart. `path` ends in '/' and holds the secret: "/rest/1/abc/".
  std::string origin, host;  // "https://portal.bitrix24.ru", "portal.bitrix24.ru"
  Secret path;
  std::string user_id;  // whose rights the webhook has

  Secret event_token;     // event_token: the outgoing webhook's application token; without it every delivery is refused
  std::string member_id;  // member_id: the portal's 32 hex digits; checked in deliveries when given
  std::string domain;     // domain: what deliveries must name; default: the webhook's host
  std::string web_url;    // web_url: what people open; default: the webhook's origin
  std::optional<std::filesystem::path> ca_file;

  std::uint64_t max_file = 300ull * 1024 * 1024;        // limits.file
  std::uint64_t max_inline_file = 20ull * 1024 * 1024;  // limits.inline_file: files that travel as base64
  double rate_per_second = 2, rate_burst = 50;          // limits.rate_per_second (0 = no limit), limits.rate_burst
  double operating_seconds = 480;                       // limits.operating: assumed; 0 = the portal has no such limit
  double batch_seconds = 25;                            // limits.batch_seconds: how long one batch may take
  std::chrono::milliseconds call_timeout{65'000};       // limits.call_seconds
  std::int64_t sweep_overlap = 200;                     // sweep_overlap: history ids read again

  bool notify_tag = true;        // notify_tag: send TAG with notifications (assumed to work without CLIENT_ID)
  std::string notify_client_id;  // notify_client_id: CLIENT_ID of notifications, where the portal asks for it
  std::string disk_storage_id;   // disk_storage_id: the storage of folders; default: the portal's shared disk
  std::string time_zone;         // time_zone: for dates in text fields; default: the offset the portal's answers show
  std::string currency = "RUB";  // currency: of money written without one
  bool count_downloads = true;   // count_downloads: downloads take from the rate limit (assumed)
  bool replace_single_file = false;                   // single_file_field: keep | replace
  std::string comment_entity_quote = "quote";         // comment_entity.quote (assumed)
  std::string comment_entity_invoice = "dynamic_31";  // comment_entity.smart_invoice (assumed)
};

// Errors: rejected config.* naming the setting, in Russian.
[[nodiscard]] Result<Settings> parse_settings(const api::ConnectionSettings& given);

}  // namespace sedlink::bitrix24
