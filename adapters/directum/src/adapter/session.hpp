#pragma once
// What every call of the port shares: the client, what the installation has ($metadata, read once), pages of rows, and
// names found lately.
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "client/rx_client.hpp"
#include "sedlink/api/edms.hpp"
#include "sedlink/api/factory.hpp"
#include "sedlink/directum/settings.hpp"
#include "translate/documents.hpp"
#include "wire/answer.hpp"
#include "wire/metadata.hpp"
#include "wire/query.hpp"

namespace sedlink::directum {

// Functions of the customer-side module (docs/directum-module.md).
namespace module {
inline constexpr const char* version = "GetConnectorVersion";
inline constexpr const char* signatures = "GetDocumentSignatures";
inline constexpr const char* sheet = "GetApprovalSheetPdf";
inline constexpr const char* abort = "AbortApprovalTask";
inline constexpr const char* target = "SetNotificationTarget";
inline constexpr const char* segment = "SedlinkConnector/";
}  // namespace module

class Session {
 public:
  Session(std::unique_ptr<Settings> settings, std::unique_ptr<net::Client> http, api::AdapterEnvironment environment);

  // Reads $metadata unless it is known. Learnt anew after an answer that does not fit it (the installation was
  // upgraded).
  Task<void> ready(api::CallContext ctx);
  [[nodiscard]] const Metadata& metadata() const noexcept { return metadata_; }
  [[nodiscard]] bool known() const noexcept { return known_; }
  [[nodiscard]] bool has(std::string_view function) const { return known_ && metadata_.has_function(function); }

  // "Id,Name" and those of `optional` that this installation's set has, comma-separated.
  [[nodiscard]] std::string select(std::string_view set, std::string always, std::string_view optional) const;

  // One answer, read. Errors of the client; a damaged answer of a write is ambiguous.
  Task<Page> page(api::CallContext ctx, Query query);
  // Every row, page by page: by key, never by $skip (A4). Query::order and top are the session's.
  Task<std::vector<Row>> rows(api::CallContext ctx, Query query);
  // In groups of ids that fit the line; an id that is not there has no row.
  Task<std::vector<Row>> rows_of_ids(api::CallContext ctx, Query query, std::string path,
                                     std::vector<std::int64_t> ids);
  // "ISet(7)?…": not_found rx.gone when it is not there (A5: 404, or an empty 204).
  Task<Row> entity(api::CallContext ctx, Query query);
  Task<Row> create(api::CallContext ctx, std::string target, Body body);
  Task<void> patch(api::CallContext ctx, std::string target, Body body);
  Task<void> remove(api::CallContext ctx, std::string target);
  // POST Module/Action; every parameter must be there (A8).
  Task<Answer> action(api::CallContext ctx, std::string name, Body parameters);
  Task<boost::json::value> function(api::CallContext ctx, std::string target);

  // The id a reference means in that set. Errors: rejected edms.reference.none | several (audience user).
  Task<std::int64_t> resolve(api::CallContext ctx, std::string set, Reference reference, std::string what);
  Task<std::int64_t> resolve_kind(api::CallContext ctx, const DocumentType& type, Reference reference);
  // The only active kind of that type; nullopt: none, or several, of which the server takes its default (A7.3).
  Task<std::optional<std::int64_t>> only_kind(api::CallContext ctx, const DocumentType& type);
  // Active employees: by id, the name in RX, e-mail, name, whichever the reference has, in that order.
  Task<std::vector<Person>> employees(api::CallContext ctx, Reference reference);
  // Rows of a small question, believed for catalog_age; an empty answer is never kept.
  Task<std::vector<Row>> cached(api::CallContext ctx, Query query);
  // IAssociatedApplications by extension (A7.5). Errors: rejected edms.file_type.
  Task<std::int64_t> application(api::CallContext ctx, std::string extension);

  [[nodiscard]] const Settings& settings() const noexcept { return *settings_; }
  [[nodiscard]] RxClient& client() noexcept { return client_; }
  [[nodiscard]] Logger& log() const noexcept { return *environment_.logger; }
  [[nodiscard]] Time now() const noexcept { return environment_.clock->now(); }
  [[nodiscard]] const TimeZone& zone() const noexcept { return settings_->time_zone; }

 private:
  Error noted(Error error);

  std::unique_ptr<Settings> settings_;
  api::AdapterEnvironment environment_;
  RxClient client_;
  Metadata metadata_;
  std::size_t page_;  // rows asked for at once: the setting, or less since the server refused (A4)
  bool known_ = false;
  bool doubted_ = false;  // answers have stopped fitting: $metadata is read again, but not more often than it ages
  Time read_at_{};
  struct Cached {
    std::vector<Row> rows;
    Time until{};
  };
  std::map<std::string, Cached, std::less<>> cache_;
};

[[nodiscard]] Error rejected(std::string code, std::string message, Audience audience = Audience::user);
// A positive id out of our own references' text. Errors: rejected edms.reference.id.
[[nodiscard]] Result<std::int64_t> number_of(std::string_view id, const std::string& what);

}  // namespace sedlink::directum
