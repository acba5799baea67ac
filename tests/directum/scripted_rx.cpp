#include "scripted_rx.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "sedlink/core/hash.hpp"
#include "sedlink/core/text.hpp"
#include "sedlink/directum/adapter.hpp"

namespace sedlink::directum::test {
namespace {

constexpr const char* service = "/Integration/odata/";

std::string property(const std::string& name, const std::string& type) {
  return "<Property Name=\"" + name + "\" Type=\"Edm." + type + "\"/>";
}
std::string link(const std::string& name, const std::string& type) {
  return "<NavigationProperty Name=\"" + name + "\" Type=\"S.I" + type + "Dto\"/>";
}
std::string entity_type(const std::string& name, const std::string& base, const std::string& inside) {
  return "<EntityType Name=\"I" + name + "Dto\"" + (base.empty() ? "" : " BaseType=\"S.I" + base + "Dto\"") + ">" +
         inside + "</EntityType>";
}
std::string set(const std::string& name, const std::string& type) {
  return "<EntitySet Name=\"" + name + "\" EntityType=\"S.I" + type + "Dto\"/>";
}

}  // namespace

// Properties as far as tests need them: directum A7.2, A9.2, A11.
std::string metadata(const Offer& offer) {
  const std::string id = property("Id", offer.wide_ids ? "Int64" : "Int32");
  std::string types =
      entity_type("ElectronicDocument", "",
                  id + (!offer.platform ? ""
                                        : property("Name", "String") + property("HasPublicBody", "Boolean") +
                                              property("VersionsLocked", "Boolean") +
                                              "<NavigationProperty Name=\"Versions\" "
                                              "Type=\"Collection(S.IElectronicDocumentVersionsDto)\"/>")) +
      entity_type("OfficialDocument", "ElectronicDocument",
                  property("Subject", "String") + property("Note", "String") +
                      (offer.external_id ? property("ExternalId", "String") : "") +
                      property("DocumentDate", "DateTimeOffset") + property("RegistrationNumber", "String") +
                      property("RegistrationDate", "DateTimeOffset") + link("DocumentKind", "DocumentKind") +
                      link("BusinessUnit", "BusinessUnit") + link("Department", "Department") +
                      link("DocumentRegister", "DocumentRegister") + link("PreparedBy", "Employee") +
                      link("LeadingDocument", "OfficialDocument") + link("DocumentGroup", "DocumentGroupBase")) +
      entity_type("Contract", "OfficialDocument",
                  property("TotalAmount", "Double") + property("ValidTill", "DateTimeOffset") +
                      link("Counterparty", "Counterparty") + link("ResponsibleEmployee", "Employee") +
                      link("Currency", "Currency")) +
      entity_type("Addendum", "OfficialDocument", "") +
      entity_type("ElectronicDocumentVersions", "", id + property("IsHidden", "Boolean")) +
      entity_type("Task", "", id + property("Status", "String") + property("ActiveText", "String")) +
      entity_type("ApprovalTask", "Task", link("ApprovalRule", "ApprovalRuleBase")) +
      entity_type("FreeApprovalTask", "Task", "") + entity_type("DocumentFlowTask", "Task", "") +
      entity_type("SimpleTask", "Task", "") + entity_type("Assignment", "", id) +
      entity_type("Counterparty", "",
                  id + property("Name", "String") + property("TIN", "String") + property("Status", "String") +
                      property("Note", "String")) +
      entity_type("Company", "Counterparty", property("TRRC", "String")) + entity_type("BusinessUnit", "Company", "");
  for (const char* databook :
       {"Employee", "Department", "DocumentKind", "Currency", "DocumentRegister", "AssociatedApplication",
        "ApprovalRuleBase", "DocumentGroupBase", "ExternalEntityLink", "User"}) {
    types += entity_type(databook, "", id + property("Name", "String") + property("Status", "String"));
  }
  types += entity_type("DocumentType", "", id + property("DocumentTypeGuid", "String"));
  std::string container =
      set("IElectronicDocuments", "ElectronicDocument") + set("IOfficialDocuments", "OfficialDocument") +
      set("IContracts", "Contract") + set("IAddendums", "Addendum") +
      set("IElectronicDocumentVersionss", "ElectronicDocumentVersions") + set("ITasks", "Task") +
      set("IApprovalTasks", "ApprovalTask") + set("IFreeApprovalTasks", "FreeApprovalTask") +
      set("IDocumentFlowTasks", "DocumentFlowTask") + set("ISimpleTasks", "SimpleTask") +
      set("IAssignments", "Assignment") + set("ICounterparties", "Counterparty") + set("ICompanies", "Company") +
      set("IBusinessUnits", "BusinessUnit") + set("IEmployees", "Employee") + set("IDepartments", "Department") +
      set("IDocumentKinds", "DocumentKind") + set("IDocumentTypes", "DocumentType") + set("ICurrencies", "Currency") +
      set("IDocumentRegisters", "DocumentRegister") + set("IAssociatedApplications", "AssociatedApplication") +
      set("IApprovalRuleBases", "ApprovalRuleBase") + set("IUsers", "User");
  if (offer.entity_links) container += set("IExternalEntityLinks", "ExternalEntityLink");
  std::vector<std::string> functions = offer.functions;
  if (offer.module) {
    functions.insert(functions.end(),
                     {"GetDocumentSignatures", "GetApprovalSheetPdf", "AbortApprovalTask", "SetNotificationTarget"});
  }
  for (const std::string& f : functions) container += "<ActionImport Name=\"" + f + "\" Action=\"S." + f + "\"/>";
  return "<?xml version=\"1.0\" encoding=\"utf-8\"?><edmx:Edmx Version=\"4.0\" "
         "xmlns:edmx=\"http://docs.oasis-open.org/odata/ns/edmx\"><edmx:DataServices><Schema Namespace=\"S\" "
         "xmlns=\"http://docs.oasis-open.org/odata/ns/edm\">" +
         types + "</Schema><Schema Namespace=\"Sungero.IntegrationService\"><EntityContainer Name=\"Container\">" +
         container + "</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>";
}

net::ServerResponse json(int status, const std::string& body) {
  return net::ServerResponse(status, "application/json; odata.metadata=minimal", body);
}
net::ServerResponse nothing() {
  net::ServerResponse r;
  r.status = 204;
  return r;
}
net::ServerResponse rows(const std::string& inside) {
  return inside.empty() ? nothing() : json(200, "{\"@odata.context\":\"c\",\"value\":[" + inside + "]}");
}

ScriptedRx::ScriptedRx(Handler answer, Offer offer) : answer_(std::move(answer)), metadata_(metadata(offer)) {
  auto made = net::Server::listen(io_.get_executor(), net::ServerOptions(),
                                  [this](net::ServerRequest& request) { return serve(request); });
  EXPECT_TRUE(made) << describe(made.error());
  server_ = std::move(made).value();
  server_->start();
}

boost::asio::awaitable<net::ServerResponse> ScriptedRx::serve(net::ServerRequest& request) {
  Seen one;
  one.method = request.method();
  one.path = request.path();
  if (one.path.starts_with(service)) one.path = one.path.substr(std::string(service).size());
  one.query = text::url_decode(request.query(), false);
  one.line = request.method().size() + request.target().size() + std::string("  HTTP/1.1").size();
  one.headers = request.headers();
  auto body = co_await request.read_body(256ull * 1024 * 1024);
  if (!body) co_return net::ServerResponse(400, "text/plain", describe(body.error()));
  one.body = body.value();
  seen.push_back(one);
  if (before) {
    if (auto given = before(one)) co_return *given;
  }
  if (one.path == "$metadata") co_return net::ServerResponse(200, "application/xml", metadata_);
  if (auto given = answer_(one)) co_return *given;
  co_return json(404, "");
}

std::string ScriptedRx::root() const { return "http://127.0.0.1:" + std::to_string(server_->port()) + "/Integration/"; }

api::ConnectionSettings ScriptedRx::settings() const {
  api::ConnectionSettings s;
  s.name = "directum";
  s.type = "directum";
  s.values["url"] = root() + "odata/";
  s.values["web_url"] = "https://rx.example.ru/Client/";
  s.values["user"] = "служба";
  s.secrets["password"] = Secret("пароль");
  return s;
}

std::unique_ptr<api::EdmsAdapter> ScriptedRx::adapter() { return adapter(settings()); }

std::unique_ptr<api::EdmsAdapter> ScriptedRx::adapter(api::ConnectionSettings from) {
  api::AdapterEnvironment environment;
  environment.executor = io_.get_executor();
  environment.clock = &clock;
  environment.logger = &journal;
  environment.spool = folder.path();
  auto made = make_adapter(std::move(from), environment);
  EXPECT_TRUE(made) << describe(made.error());
  return std::move(made).value();
}

api::CallContext ScriptedRx::context(std::string with_key) const {
  api::CallContext ctx;
  ctx.deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  ctx.key = std::move(with_key);
  return ctx;
}

std::vector<Seen> ScriptedRx::asked(const std::string& prefix) const {
  std::vector<Seen> found;
  for (const Seen& s : seen) {
    if (s.path != "$metadata" && s.what().starts_with(prefix)) found.push_back(s);
  }
  return found;
}

SpooledFile ScriptedRx::spool(const std::string& name, const std::string& bytes) const {
  SpooledFile f;
  f.path = folder / "spooled";
  std::ofstream(f.path, std::ios::binary) << bytes;
  f.name = name;
  f.size = bytes.size();
  f.sha256 = sha256_hex(bytes);
  return f;
}

}  // namespace sedlink::directum::test
