#pragma once
// The visible table of adapters: what this build can connect to.
#include <functional>
#include <string>
#include <vector>

#include "sedlink/api/factory.hpp"
#include "sedlink/config/config.hpp"

namespace sedlink::app {

struct AdapterEntry {
  std::string type;  // as the config writes it
  std::string side;  // crm | edms | service
  std::vector<std::string> settings;
  std::function<Result<void>(const api::ConnectionSettings&)> validate;  // offline: what a factory would refuse
  api::CrmFactory crm;
  api::EdmsFactory edms;
  std::string notice = {};  // what every connection of this type is warned of by `check`; empty = nothing
  api::ServiceFactory service = {};
  bool http = true;  // its requests pass the environment's hook and may be signed
};

// Of every connection over HTTP, the daemon's own: which profile of `signing` signs its requests.
inline constexpr std::string_view signing_setting = "signing";
// Of every EDMS connection, the daemon's own: which entry of `trust` judges what its people sign.
inline constexpr std::string_view trust_setting = "signatures";

[[nodiscard]] const std::vector<AdapterEntry>& adapters();
[[nodiscard]] const AdapterEntry* find_adapter(const std::string& type);
[[nodiscard]] config::AdapterSettings adapter_settings();
[[nodiscard]] config::SettingWords setting_words();  // setting_words.cpp
[[nodiscard]] api::ConnectionSettings settings_of(const config::Connection&);

}  // namespace sedlink::app
