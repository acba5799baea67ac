#pragma once
// The settings of a connection of type 1c_docflow. What the protocol leaves open is a setting with a default, marked
// "assumed".
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "sedlink/api/factory.hpp"

namespace sedlink::onec_docflow {

// Every key a connection may have, for the config linter.
[[nodiscard]] const std::vector<std::string>& setting_names();

enum class CancelSupport { by_version = 1, always, never };

struct Settings {
  Settings(std::string connection_name, TimeZone zone)
      : connection(std::move(connection_name)), time_zone(std::move(zone)) {}
  std::string connection;

  std::string base;                              // url without /ws/… and locale: "https://1c.example.ru/doc"
  std::vector<std::string> endpoints;            // what to call, best first: …/ws/dm.1cws, then …/ws/DMService
  std::string web_url;                           // web_url: what people open, ends in '/'; default: base
  TimeZone time_zone;                            // time_zone: of the 1C server; its dates carry none
  std::string user;                              // user: may be Cyrillic
  Secret password, access_token;                 // access_token: used when there is no user
  std::string database_id;                       // database_id: UUID, the same for ever: links are stored under it
  std::optional<std::filesystem::path> ca_file;  // ca_file

  std::uint64_t max_file = 50ull * 1024 * 1024;    // limits.file
  std::uint64_t max_answer = 64ull * 1024 * 1024;  // limits.answer: of one answer without a file in it
  std::size_t calls = 4;                           // limits.calls: at once; each is a session of the infobase
  std::size_t batch_size = 20;                     // batch_size: sub-requests of one DMBatchRequest
  std::chrono::milliseconds catalog_age{600'000};  // catalog_age: how long lists of names are believed

  bool cp1251_login = true;  // cp1251_login: repeat a refused Cyrillic login in cp1251 (assumed: some web servers)
  bool live_schema = true;   // schema: wsdl | builtin: order of elements from the live WSDL or the built-in table
  bool own_first = true;  // performer_order: own | inherited: elements of performers of Исполнение (assumed)
  CancelSupport cancel =
      CancelSupport::by_version;           // cancel: version | always | never (assumed: 2.1 КОРП only, any 3.0)
  std::string link_type = "sedlink.item";  // link_type: type of the external object that holds our key
  std::string file_role;  // file_role: role of every file sent (3.0); empty: the demanded role that is still missing
  bool delete_duplicate = true;  // delete_duplicate: mark a document that 1C made twice for deletion
};

// Errors: rejected config.* naming the setting, in Russian.
[[nodiscard]] Result<Settings> read_settings(const api::ConnectionSettings&);

}  // namespace sedlink::onec_docflow
