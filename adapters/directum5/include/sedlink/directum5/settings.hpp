#pragma once
// The settings of a connection of type directum5. No WSDL of DIRECTUM 5 is public (directum, Part B), so everything on
// the wire is a setting: the envelope, where the answer lies, one customer-written script per operation, their names.
#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sedlink/api/factory.hpp"
#include "sedlink/directum5/package_settings.hpp"

namespace sedlink::directum5 {

// What check and the connection's report tell the admin.
inline constexpr const char* experimental_notice =
    "экспериментально: драйвер DIRECTUM 5 ни разу не встречался с настоящей системой, описания её веб-сервиса в "
    "открытом "
    "доступе нет; всё задают настройки и сценарии заказчика — проверьте на стенде";

// Every key a connection may have, for the config linter.
[[nodiscard]] const std::vector<std::string>& setting_names();

// One script each; one without a name is denied.
enum class Operation {
  about = 0,
  catalog,
  find_person,
  find_reference,
  find_counterparty,
  create_counterparty,
  find_document,
  create_document,
  list_files,
  attach_file,
  add_version,
  read_file,
  find_task,
  create_task,
  start_task,
  task_state,
  cancel_task
};
inline constexpr std::size_t operation_count = 17;
[[nodiscard]] std::string_view name_of(Operation) noexcept;  // "find_document": the setting is scripts.find_document

enum class Auth { basic = 1, none };
enum class DateForm { iso = 1, russian };

// "one=two; three=four" of the config, in its order.
using Pairs = std::vector<std::pair<std::string, std::string>>;
using Words = std::map<std::string, std::string, std::less<>>;

struct Settings {
  Settings(std::string connection_name, TimeZone zone)
      : connection(std::move(connection_name)), time_zone(std::move(zone)) {}
  std::string connection;

  std::string url;                  // of the SOAP service
  std::string soap_action;          // soap_action: may hold {script}; empty: the header is ""
  bool soap12 = false;              // soap: 1.1 | 1.2
  std::string envelope;             // the text of envelope_file: wire/envelope.hpp
  std::vector<std::string> answer;  // answer: local names below Body, "RunScriptResponse/RunScriptResult"
  Auth auth = Auth::basic;          // auth: basic | none (NTLM: by a proxy of the customer)
  std::string user;
  Secret password;
  std::optional<std::filesystem::path> ca_file;
  std::string document_url, task_url;  // links for people with {id}; empty: none
  TimeZone time_zone;                  // time_zone: of the server; dates carry none
  DateForm dates = DateForm::iso;      // dates: iso | russian: what scripts are given
  std::string list_separator = ",";    // list_separator: between the ids of one task_state

  std::uint64_t max_file = 20ull * 1024 * 1024;    // limits.file
  std::uint64_t max_answer = 16ull * 1024 * 1024;  // limits.answer: of one answer without a file in it
  std::size_t calls = 2;                           // limits.calls: at once
  std::size_t poll_batch = 20;                     // poll_batch: tasks of one task_state
  bool unknown_error_is_refusal = true;            // unknown_error: refused | unsure

  std::array<std::string, operation_count> scripts;  // scripts.*
  Words parameters, answers;                         // names.parameters, names.answers: ours -> theirs
  Words errors, states, outcomes, verdicts, stages;  // names.errors, …: theirs -> ours
  Pairs constants;                                   // names.constants: parameters of every call
  Pairs document_types, document_fields, routes;     // documents.types, documents.fields, routes: ours -> theirs
  PackageSettings package;

  [[nodiscard]] bool has(Operation o) const noexcept { return !script(o).empty(); }
  [[nodiscard]] const std::string& script(Operation o) const noexcept { return scripts[static_cast<std::size_t>(o)]; }
  [[nodiscard]] std::string parameter(std::string_view ours) const;  // the name scripts know it by
  [[nodiscard]] std::string answer_name(std::string_view ours) const;
};

// Errors: rejected config.* naming the setting, in Russian.
[[nodiscard]] Result<Settings> read_settings(const api::ConnectionSettings&);

}  // namespace sedlink::directum5
