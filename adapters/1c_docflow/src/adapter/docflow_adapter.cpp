#include "adapter/docflow_adapter.hpp"

#include "sedlink/core/text.hpp"
#include "sedlink/onec_docflow/adapter.hpp"

namespace sedlink::onec_docflow {

Result<std::unique_ptr<api::EdmsAdapter>> make_adapter(api::ConnectionSettings from,
                                                       api::AdapterEnvironment environment) {
  auto settings = read_settings(from);
  if (!settings) return settings.error();
  net::ClientOptions options;
  options.ca_file = settings.value().ca_file;
  options.max_connections_per_origin = settings.value().calls;
  auto http = net::Client::create(environment.executor, std::move(options));
  if (!http) return http.error();
  auto session = std::make_unique<Session>(std::make_unique<Settings>(std::move(settings).value()),
                                           std::move(http).value(), std::move(environment));
  std::unique_ptr<api::EdmsAdapter> adapter = std::make_unique<DocflowAdapter>(std::move(session));
  return adapter;
}

api::Capabilities DocflowAdapter::capabilities() const {
  api::Capabilities c;
  c.cancel = session_->can_cancel();
  c.cancel_reason = false;  // 1C has no field for it
  c.resubmit = true;
  c.set_due = true;
  c.new_version = true;
  c.signatures = true;
  c.sheet = api::SheetSource::rows;
  c.poll_batch = session_->settings().batch_size - 1;  // one sub-request is the task tree
  c.max_file = session_->settings().max_file;
  for (const DocumentType& t : document_types()) c.document_types.emplace_back(t.neutral);
  for (const ProcessKind& k : process_kinds()) c.process_kinds.emplace_back(k.neutral);
  c.process_kinds.insert(c.process_kinds.end(), {"examination", "review"});
  c.document_fields = neutral_fields();
  return c;
}

Task<api::ConnectionReport> DocflowAdapter::test_connection(api::CallContext ctx) {
  auto user = co_await session_->current_user(ctx);
  if (!user) co_return user.error();
  auto connected = co_await session_->ready(ctx);
  if (!connected) co_return connected.error();
  api::ConnectionReport report;
  report.version = session_->version();
  report.product = report.version.ends_with(".CORP") ? "1С:Документооборот КОРП" : "1С:Документооборот";
  report.user = user.value().name;
  if (!session_->can_cancel()) {
    report.warnings.emplace_back("Эта редакция 1С не прерывает процессы через веб-сервис: отзыв возможен только в 1С");
  }
  for (const DocumentType& type : document_types()) {
    auto kinds = co_await session_->catalog(ctx, std::string(type.kind_type));
    if (!kinds) {
      report.warnings.push_back("Виды документов (" + std::string(type.russian) +
                                ") не читаются: " + kinds.error().message);
    } else if (kinds.value()->empty()) {
      report.warnings.push_back("Пользователю интеграции не видно ни одного вида: " + std::string(type.russian));
    }
  }
  co_return report;
}

Task<api::Catalog> DocflowAdapter::discover(api::CallContext ctx) {
  auto connected = co_await session_->ready(ctx);
  if (!connected) co_return connected.error();
  std::vector<std::pair<std::string, std::string>> wanted;  // our kind, type of 1C
  for (const DocumentType& t : document_types()) {
    wanted.emplace_back("document_kind." + std::string(t.neutral), std::string(t.kind_type));
  }
  wanted.emplace_back("folder", "DMInternalDocumentFolder");
  wanted.emplace_back("organization", "DMOrganization");
  wanted.emplace_back("person", "DMUser");
  for (const ProcessKind& k : process_kinds()) {
    if (!k.template_type.empty())
      wanted.emplace_back("template." + std::string(k.neutral), std::string(k.template_type));
  }
  std::vector<Element> questions;
  for (const auto& [kind, type] : wanted) questions.push_back(session_->list_request(type));
  auto answers = co_await session_->batch(ctx, std::move(questions));
  if (!answers) co_return answers.error();
  api::Catalog catalog;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const Result<Element>& answer = answers.value()[i];
    if (!answer) {
      // ПРОФ has no complex processes; an administrator may hide others.
      session_->log().warning("onec_catalog", {{"type", wanted[i].second}, {"error", describe(answer.error())}});
      continue;
    }
    for (const CatalogItem& item : read_items(answer.value()))
      catalog.emplace_back(wanted[i].first, item.id.id, item.name);
  }
  for (const DocumentType& t : document_types()) {
    for (const Property* p : session_->schema().properties(t.type)) {
      api::CatalogEntry entry("document_field." + std::string(t.neutral), p->name, p->name);
      entry.detail = p->type;
      catalog.push_back(std::move(entry));
    }
  }
  co_return catalog;
}

Task<std::vector<Person>> DocflowAdapter::find_person(api::CallContext ctx, Reference reference) {
  auto users = co_await session_->catalog(ctx, "DMUser");
  if (!users) co_return users.error();
  std::vector<Person> found;
  const auto add = [&found](const CatalogItem& item) {
    Person p;
    p.id = item.id.id;
    p.name = item.name;
    found.push_back(std::move(p));
  };
  if (!reference.id.empty()) {
    for (const CatalogItem& item : *users.value()) {
      if (text::iequals_ascii(item.id.id, reference.id)) add(item);
    }
    co_return found;
  }
  std::string name = reference.edms_name.empty() ? reference.name : reference.edms_name;
  if (name.empty() && reference.user) name = reference.user->name;
  if (text::trim(name).empty()) co_return found;
  for (const std::size_t i : matches(*users.value(), name)) add((*users.value())[i]);
  co_return found;
}

}  // namespace sedlink::onec_docflow
