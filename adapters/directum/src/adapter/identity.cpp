// Whether an object of RX is the one that was made by us. RX counts its ids: another server, or this one restored from
// a backup, gives the same numbers to objects of others.
#include <utility>

#include "adapter/directum_adapter.hpp"
#include "sedlink/core/hash.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::directum {
namespace {

constexpr std::string_view key_property = "ExternalId", note_property = "Note";
constexpr std::string_view links_refused = "rx.links_refused";

}  // namespace

bool DirectumAdapter::has_links() const {
  return session_->settings().entity_links && session_->metadata().has_set(link_set);
}

Task<std::vector<Row>> DirectumAdapter::links(api::CallContext ctx, std::string condition, std::string select) {
  Query query{std::string(link_set)};
  query.filter = "ExtSystemId eq " + literal(link_system) + " and " + condition;
  query.select = std::move(select);
  query.top = 2;
  auto page = co_await session_->page(ctx, std::move(query));
  if (page) co_return std::move(page.value().rows);
  Error e = page.error();
  if (e.fault == Fault::rejected) {
    e.code = links_refused;
    e.message +=
        ". Дайте пользователю подключения права на справочник «Связи с внешними сущностями» или поставьте "
        "entity_links: false";
  }
  co_return e;
}

// The property that holds our key, of documents (A7.4).
std::string DirectumAdapter::mark_property() const {
  const bool external = session_->metadata().property("IOfficialDocuments", key_property) != nullptr;
  return std::string(external ? key_property : note_property);
}

Ownership ownership(std::string_view mark, std::string_view key) {
  if (key.empty()) return Ownership::unknown;  // made before keys were kept
  if (text::iequals_ascii(mark, key) || has_key(mark, key)) return Ownership::ours;
  const bool of_another = uuid::is_valid(mark) || mark.find(key_line("")) != std::string_view::npos;
  return of_another ? Ownership::foreign : Ownership::unknown;
}

Error foreign_object(const std::string& what, const std::string& id) {
  return make_error(Fault::rejected, Audience::admin, "rx.foreign",
                    what + " " + id +
                        " в Directum RX — не тот, что создал этот коннектор. Проверьте url подключения: похоже, "
                        "сервер другой или восстановлен из копии. Чужое не тронуто");
}

// Somebody may have cleared the field: what is found by the key tells, unless the databook of links may not be read.
Task<Ownership> DirectumAdapter::whose_by_key(api::CallContext ctx, std::int64_t id, std::string key) {
  auto found = co_await find_by_key(ctx, "IOfficialDocuments", std::move(key), "Id");
  if (!found && found.error().code == links_refused) co_return told_links_refused(found.error());
  if (!found) co_return found.error();
  if (found.value()) {
    const auto there = id_of(*found.value());
    if (!there) co_return there.error();
    co_return there.value() == id ? Ownership::ours : Ownership::foreign;
  }
  if (!has_links()) co_return Ownership::unknown;
  // Nothing of ours is found: its row may never have been written. Another key's row beside it proves more.
  auto of_another = co_await links(ctx, "EntityId eq " + std::to_string(id), "Id,ExtEntityId");
  if (!of_another && of_another.error().code == links_refused) co_return told_links_refused(of_another.error());
  if (!of_another) co_return of_another.error();
  co_return of_another.value().empty() ? Ownership::unknown : Ownership::foreign;
}

Ownership DirectumAdapter::told_links_refused(const Error& error) {
  if (!std::exchange(links_refusal_told_, true))
    session_->log().warning("directum_links_refused", {{"error", describe(error)}});
  return Ownership::unknown;
}

// Asked once in an hour for a document.
Task<void> DirectumAdapter::check_document(api::CallContext ctx, DocumentRef document, std::string mark,
                                           int* looks_left) {
  const auto id = number_of(document.id, "Документ");
  if (!id) co_return id.error();
  Ownership whose = ownership(mark, document.key);
  if (whose == Ownership::unknown && !document.key.empty()) {
    const auto known = doubtful_.find(id.value());
    if (known != doubtful_.end() && session_->now() - known->second.second < session_->settings().reread) {
      whose = known->second.first;
    } else if (*looks_left > 0) {
      --*looks_left;
      auto looked = co_await whose_by_key(ctx, id.value(), document.key);
      if (!looked) co_return looked.error();
      whose = looked.value();
      if (doubtful_.size() > 2000) doubtful_.clear();
      doubtful_[id.value()] = {whose, session_->now()};
    }
  }
  if (whose == Ownership::foreign) co_return foreign_object("Документ", document.id);
  co_return Result<void>();
}

// Before something is hung on a document that was made earlier. Errors: rejected edms.document_deleted, rx.foreign.
Task<void> DirectumAdapter::document_still_ours(api::CallContext ctx, DocumentRef document) {
  if (document.key.empty()) co_return Result<void>();
  const auto id = number_of(document.id, "Документ");
  if (!id) co_return id.error();
  Query query(entity("IOfficialDocuments", id.value()));
  const std::string mark_name = mark_property();
  query.select = "Id," + mark_name;
  auto row = co_await session_->entity(ctx, std::move(query));
  if (!row && row.error().fault == Fault::not_found)
    co_return rejected("edms.document_deleted", "Документа " + document.id + " в Directum RX больше нет");
  if (!row) co_return row.error();
  const auto mark = text_of(row.value(), mark_name);
  if (!mark) co_return mark.error();
  int looks_left = 1;
  co_return co_await check_document(ctx, std::move(document), mark.value(), &looks_left);
}

}  // namespace sedlink::directum
