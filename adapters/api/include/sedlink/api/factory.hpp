#pragma once
// How the composition root makes adapters: each adapter offers one function that turns its own settings into a port.
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "sedlink/api/crm.hpp"
#include "sedlink/api/edms.hpp"
#include "sedlink/api/service.hpp"
#include "sedlink/core/secret.hpp"
#include "sedlink/net/hook.hpp"

namespace sedlink::api {

// A connection of the config, resolved. Keys are the config's own ("url", "time_zone", "limits.calls"); secrets apart.
struct ConnectionSettings {
  ConnectionSettings() = default;
  std::string name, type;
  std::map<std::string, std::string, std::less<>> values;
  std::map<std::string, Secret, std::less<>> secrets;
  [[nodiscard]] std::string get(std::string_view key, std::string_view otherwise = {}) const {
    const auto it = values.find(key);
    return it == values.end() ? std::string(otherwise) : it->second;
  }
};

struct AdapterEnvironment {
  AdapterEnvironment() = default;
  Executor executor;
  const Clock* clock = nullptr;  // outlives the adapter
  Logger* logger = nullptr;      // outlives the adapter
  std::filesystem::path spool;   // for temporary files
  // For the client of an adapter that speaks HTTP; may be null.
  std::shared_ptr<net::RequestHook> hook;
  net::CertificateSeen certificate_seen;
};

// Errors: rejected config.* naming the setting.
using CrmFactory = std::function<Result<std::unique_ptr<CrmAdapter>>(ConnectionSettings, AdapterEnvironment)>;
using EdmsFactory = std::function<Result<std::unique_ptr<EdmsAdapter>>(ConnectionSettings, AdapterEnvironment)>;
using ServiceFactory = std::function<Result<std::unique_ptr<Service>>(ConnectionSettings, AdapterEnvironment)>;

}  // namespace sedlink::api
