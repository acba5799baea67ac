#pragma once
// The settings of a connection of type http: any service that answers requests.
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sedlink/api/factory.hpp"

namespace sedlink::http_service {

[[nodiscard]] const std::vector<std::string>& setting_names();

enum class Auth { none = 1, basic, bearer };

struct Settings {
  Settings() = default;
  std::string connection;
  std::string url;  // without a '/' at its end
  Auth auth = Auth::none;
  std::string user;
  Secret password, access_token;
  std::map<std::string, Secret> headers;  // headers.NAME: sent with every request
  std::optional<std::filesystem::path> ca_file;
  std::optional<std::filesystem::path> client_certificate;  // client_certificate_file: mutual TLS
  Secret client_key, client_key_pass;
  std::uint64_t max_answer = 16ull * 1024 * 1024;  // limits.answer
  std::size_t calls = 4;                           // limits.calls: at once
  std::chrono::milliseconds timeout{60'000};       // timeout: of one request with its answer
};

// Errors: rejected config.*.
[[nodiscard]] Result<Settings> read_settings(const api::ConnectionSettings&);

// Nothing is asked of the other side before the first call.
[[nodiscard]] Result<std::unique_ptr<api::Service>> make_service(api::ConnectionSettings, api::AdapterEnvironment);

}  // namespace sedlink::http_service
