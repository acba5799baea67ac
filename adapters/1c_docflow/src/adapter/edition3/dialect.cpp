#include "adapter/edition3/dialect.hpp"

namespace sedlink::onec_docflow {
namespace {

// Processes of one poll: each is one sub-request, their documents come in two more.
constexpr std::size_t batches_of_poll = 5;
constexpr std::size_t retrieves_of_poll = 4;

}  // namespace

api::Capabilities Edition3::capabilities() const {
  api::Capabilities c = common_capabilities();
  c.cancel_reason = true;
  c.resubmit = false;  // the round's result is processed in 1C only
  c.set_due = false;   // terms come from the rules of 1C
  c.sheet = api::SheetSource::pdf;
  c.poll_batch = session_->settings().batch_size * batches_of_poll - retrieves_of_poll;
  c.process_kinds = {"processing"};
  return c;
}

Task<api::ConnectionReport> Edition3::test_connection(api::CallContext ctx) {
  auto user = co_await session_->current_user(ctx);
  if (!user) co_return user.error();
  api::ConnectionReport report;
  report.version = session_->version();
  report.product =
      session_->release().corp() ? "1С:Документооборот КОРП, редакция 3.0" : "1С:Документооборот, редакция 3.0";
  report.user = user.value().name;
  if (session_->employees().empty()) {
    report.warnings.emplace_back(
        "У пользователя интеграции нет сотрудника в 1С: обработку документов он не начнёт и не прервёт");
  }
  if (!session_->can_cancel()) {
    report.warnings.emplace_back("Прерывание обработки выключено в настройках подключения: отзыв возможен только в 1С");
  }
  for (const char* type : {"DMDocumentType", "DMEmployee"}) {
    auto items = co_await session_->catalog(ctx, type);
    const std::string what = std::string_view(type) == "DMEmployee" ? "сотрудников" : "видов документов";
    if (!items) {
      report.warnings.push_back("Список " + what + " не читается: " + items.error().message);
    } else if (items.value()->empty()) {
      report.warnings.push_back("Пользователю интеграции не видно " + what);
    }
  }
  co_return report;
}

Task<api::Catalog> Edition3::discover(api::CallContext ctx) {
  std::vector<std::pair<std::string, std::string>> wanted;
  wanted.emplace_back("document_kind.document", "DMDocumentType");
  wanted.emplace_back("folder", "DMDocumentFolder");
  wanted.emplace_back("organization", "DMOrganization");
  wanted.emplace_back("person", "DMEmployee");
  wanted.emplace_back("template.processing", "DMDocumentTemplate");
  auto catalog = co_await list_catalogs(ctx, std::move(wanted));
  if (!catalog) co_return catalog.error();
  // Incoming, outgoing or internal is a property of the kind: a mapping may call the document any of them.
  api::Catalog all;
  for (api::CatalogEntry& entry : catalog.value()) {
    const bool unread = entry.kind == api::unread_list;
    if ((unread ? entry.id : entry.kind) == "document_kind.document") {
      for (const DocumentType& t : document_types(words_.edition)) {
        const std::string kind = "document_kind." + std::string(t.neutral);
        if (t.neutral != "document") all.emplace_back(unread ? entry.kind : kind, unread ? kind : entry.id, entry.name);
      }
    }
    all.push_back(std::move(entry));
  }
  add_document_fields(all);
  co_return all;
}

}  // namespace sedlink::onec_docflow
