#pragma once
// What the adapter knows of one connected infobase: version, schema, integration user, lists of names. Shared by the
// parts of the adapter; single-threaded.
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "client/soap_client.hpp"
#include "sedlink/api/factory.hpp"
#include "translate/match.hpp"
#include "translate/process_draft.hpp"
#include "wire/schema.hpp"

namespace sedlink::onec_docflow {

using Catalog = std::shared_ptr<const std::vector<CatalogItem>>;

class Session {
 public:
  Session(std::unique_ptr<Settings> settings, std::unique_ptr<net::Client> http, api::AdapterEnvironment environment);

  [[nodiscard]] const Settings& settings() const noexcept { return *settings_; }
  [[nodiscard]] const TimeZone& zone() const noexcept { return settings_->time_zone; }
  [[nodiscard]] const Schema& schema() const noexcept { return schema_; }
  [[nodiscard]] const std::string& version() const noexcept { return version_.text; }
  [[nodiscard]] const Version& release() const noexcept { return version_; }
  [[nodiscard]] Edition edition() const { return version_.edition().value_or(Edition::v2); }
  [[nodiscard]] Time now() const { return environment_.clock->now(); }
  [[nodiscard]] const std::filesystem::path& spool() const noexcept { return environment_.spool; }
  [[nodiscard]] Logger& log() const { return *environment_.logger; }
  // Whether 1C interrupts processes through the service: by version unless set. Unknown version: assumed yes.
  [[nodiscard]] bool can_cancel() const;

  // Asks version (and schema) unless known. Errors: rejected onec.dialect for an edition nobody knows.
  Task<void> ready(api::CallContext ctx);
  void doubt_version() { version_known_ = false; }  // the next call asks it again
  Task<NamedId> current_user(api::CallContext ctx);
  // Names of the employees behind the user (3.0); empty before current_user().
  [[nodiscard]] const std::vector<std::string>& employees() const noexcept { return employees_; }

  // A request of that type with dataBaseID. put() adds a field at its place.
  [[nodiscard]] Element request(std::string type) const;
  void put(Element& request, Element field) const { schema_.put(request, request.type, std::move(field)); }
  void add(Element& request, Element field) const { schema_.add(request, request.type, std::move(field)); }
  [[nodiscard]] Element retrieve(const ObjectId&, std::vector<std::string> columns = {}) const;

  Task<Element> read(api::CallContext ctx, Element request);
  Task<Element> write(api::CallContext ctx, Element request);
  Task<Element> send_file(api::CallContext ctx, Element request, SpooledFile file);
  Task<SoapClient::Download> fetch_file(api::CallContext ctx, Element request, std::string path);
  // Reads in as few calls as batch_size allows, a result each. A batch that took long is followed by smaller ones for a
  // while; one that fails because of what is in it is split, so that one bad request spoils no other.
  Task<std::vector<Result<Element>>> batch(api::CallContext ctx, std::vector<Element> requests);
  // The same plus objects by id, several to a sub-request; where one of them cannot be read, all of its group are asked
  // for alone: a retrieve is all or nothing (onec-docflow 5). An object that did not come is not_found onec.not_found.
  struct Gathered {
    Gathered() = default;
    std::vector<Result<Element>> answers;  // of the requests
    std::vector<Result<Element>> objects;  // the objects themselves, in the order of the ids
  };
  Task<Gathered> gather(api::CallContext ctx, std::vector<Element> requests, std::vector<ObjectId> ids,
                        std::vector<std::string> columns);
  // The first object of a retrieve. Errors: not_found onec.not_found when the answer holds none.
  Task<Element> retrieve_object(api::CallContext ctx, ObjectId id, std::vector<std::string> columns);

  // All entries of a type, believed for catalog_age.
  Task<Catalog> catalog(api::CallContext ctx, std::string type);
  // Entries by conditions {property, value}, asked each time.
  Task<std::vector<CatalogItem>> search(api::CallContext ctx, std::string type,
                                        std::vector<std::pair<std::string, std::string>> equal);
  // The entry a reference means. `what` for messages: "Вид документа". Errors: edms.reference.none | several.
  Task<NamedId> resolve(api::CallContext ctx, std::string type, Reference reference, std::string what);

  [[nodiscard]] Element list_request(const std::string& type) const;

 private:
  Task<void> read_schema(api::CallContext ctx);
  Error noted(Error error);
  Task<std::vector<Result<Element>>> batch_once(api::CallContext ctx, std::vector<Element> requests);
  [[nodiscard]] std::size_t batch_size_now() const;

  std::unique_ptr<Settings> settings_;
  api::AdapterEnvironment environment_;
  SoapClient client_;
  Schema schema_ = Schema::builtin();
  Version version_;
  bool version_known_ = false;
  std::string schema_version_;  // the version whose schema is loaded
  std::optional<NamedId> user_;
  std::vector<std::string> employees_;
  std::size_t small_batch_ = 0;  // after a slow one, until slow_until_
  Time slow_until_{};
  std::set<std::string> alone_;  // ids that spoilt a group lately
  struct Cached {
    Catalog items;
    Time until{};
    bool cut = false;  // 1C had more
  };
  std::map<std::string, Cached, std::less<>> catalogs_;
};

[[nodiscard]] std::vector<CatalogItem> read_items(const Element& list_answer);

}  // namespace sedlink::onec_docflow
