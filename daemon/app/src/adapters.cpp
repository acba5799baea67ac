#include "adapters.hpp"

#include "sedlink/bitrix24/adapter.hpp"
#include "sedlink/bitrix24/settings.hpp"
#include "sedlink/directum/adapter.hpp"
#include "sedlink/directum/settings.hpp"
#include "sedlink/directum5/adapter.hpp"
#include "sedlink/directum5/settings.hpp"
#include "sedlink/example_folder/adapter.hpp"
#include "sedlink/example_folder/settings.hpp"
#include "sedlink/http_service/settings.hpp"
#include "sedlink/onec_docflow/adapter.hpp"
#include "sedlink/onec_docflow/settings.hpp"

namespace sedlink::app {
namespace {

template <class Settings>
std::function<Result<void>(const api::ConnectionSettings&)> verdict_of(
    Result<Settings> (*read)(const api::ConnectionSettings&)) {
  return [read](const api::ConnectionSettings& given) -> Result<void> {
    const Result<Settings> settings = read(given);
    if (settings.has_error()) return settings.error();
    return {};
  };
}

}  // namespace

const std::vector<AdapterEntry>& adapters() {
  static const std::vector<AdapterEntry> table{
      {"bitrix24", "crm", bitrix24::setting_names(), verdict_of(bitrix24::parse_settings), bitrix24::make_adapter,
       nullptr},
      {"1c_docflow", "edms", onec_docflow::setting_names(), verdict_of(onec_docflow::read_settings), nullptr,
       onec_docflow::make_adapter},
      {"directum", "edms", directum::setting_names(), verdict_of(directum::read_settings), nullptr,
       directum::make_adapter},
      {"example_folder",
       "edms",
       example_folder::setting_names(),
       verdict_of(example_folder::read_settings),
       nullptr,
       example_folder::make_adapter,
       {},
       nullptr,
       false},
      {"directum5", "edms", directum5::setting_names(), verdict_of(directum5::read_settings), nullptr,
       directum5::make_adapter, directum5::experimental_notice},
      {"http",
       "service",
       http_service::setting_names(),
       verdict_of(http_service::read_settings),
       nullptr,
       nullptr,
       {},
       http_service::make_service},
  };
  return table;
}

const AdapterEntry* find_adapter(const std::string& type) {
  for (const auto& entry : adapters())
    if (entry.type == type) return &entry;
  return nullptr;
}

config::AdapterSettings adapter_settings() {
  config::AdapterSettings out;
  for (const auto& entry : adapters()) {
    out[entry.type] = entry.settings;
    if (entry.side == "edms") out[entry.type].emplace_back(trust_setting);
    if (entry.http) out[entry.type].emplace_back(signing_setting);
  }
  return out;
}

api::ConnectionSettings settings_of(const config::Connection& connection) {
  api::ConnectionSettings out;
  out.name = connection.name;
  out.type = connection.type;
  out.values = connection.values;
  out.values.erase(std::string(trust_setting));
  out.secrets = connection.secrets;
  return out;
}

}  // namespace sedlink::app
