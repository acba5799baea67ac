#include "adapter/edition2/dialect.hpp"

namespace sedlink::onec_docflow {
namespace {

// Processes of one poll, in batches: the tree of so many comes in one sub-request, their documents in few.
constexpr std::size_t batches_of_poll = 5;

}  // namespace

api::Capabilities Edition2::capabilities() const {
  api::Capabilities c = common_capabilities();
  c.cancel_reason = false;  // 1C has no field for it
  c.resubmit = true;
  c.set_due = true;
  c.sheet = api::SheetSource::rows;
  c.poll_batch = session_->settings().batch_size * batches_of_poll;
  for (const ProcessKind& k : process_kinds()) c.process_kinds.emplace_back(k.neutral);
  c.process_kinds.insert(c.process_kinds.end(), {"examination", "review"});
  return c;
}

Task<api::ConnectionReport> Edition2::test_connection(api::CallContext ctx) {
  auto user = co_await session_->current_user(ctx);
  if (!user) co_return user.error();
  api::ConnectionReport report;
  report.version = session_->version();
  report.product = session_->release().corp() ? "1С:Документооборот КОРП" : "1С:Документооборот";
  report.user = user.value().name;
  if (!session_->can_cancel()) {
    report.warnings.emplace_back("Эта редакция 1С не прерывает процессы через веб-сервис: отзыв возможен только в 1С");
  }
  for (const DocumentType& type : document_types(words_.edition)) {
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

Task<api::Catalog> Edition2::discover(api::CallContext ctx) {
  std::vector<std::pair<std::string, std::string>> wanted;  // our kind, type of 1C
  for (const DocumentType& t : document_types(words_.edition)) {
    wanted.emplace_back("document_kind." + std::string(t.neutral), std::string(t.kind_type));
  }
  wanted.emplace_back("folder", "DMInternalDocumentFolder");
  wanted.emplace_back("organization", "DMOrganization");
  wanted.emplace_back("person", "DMUser");
  for (const ProcessKind& k : process_kinds()) {
    if (!k.template_type.empty())
      wanted.emplace_back("template." + std::string(k.neutral), std::string(k.template_type));
  }
  auto catalog = co_await list_catalogs(ctx, std::move(wanted));
  if (!catalog) co_return catalog.error();
  add_document_fields(catalog.value());
  // The fill check of an internal document (onec-docflow 8.1: folder nearly always, the organisation where the kind
  // keeps organisations).
  catalog.value().emplace_back("required_field.internal", "folder", "Папка");
  catalog.value().emplace_back("required_field.internal", "our_company", "Организация");
  co_return catalog;
}

}  // namespace sedlink::onec_docflow
