// Counterparties: found by ИНН and КПП, then ИНН, created only on demand (directum A11).
#include "adapter/directum_adapter.hpp"
#include "sedlink/core/hash.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::directum {
namespace {

constexpr std::string_view companies = "ICompanies";

std::string requisites(const Reference& r) {
  if (r.inn.empty()) return "«" + r.name + "»";
  return "ИНН " + r.inn + (r.kpp.empty() ? "" : ", КПП " + r.kpp);
}

Error several(const Reference& wanted, const std::vector<Row>& hits) {
  std::string message = "Контрагентов с " + requisites(wanted) + " в Directum RX несколько:";
  for (const Row& row : hits) {
    const auto name = text_of(row, "Name");
    const auto id = id_of(row);
    message += " «" + (name ? name.value() : std::string()) + "»";
    if (id) message += " (" + std::to_string(id.value()) + ")";
    message += ",";
  }
  message.pop_back();
  return rejected("edms.counterparty.several", message);
}

Result<Reference> found(Reference wanted, const Row& row) {
  const auto id = id_of(row);
  const auto name = text_of(row, "Name");
  if (!id) return id.error();
  if (!name) return name.error();
  wanted.id = std::to_string(id.value());
  wanted.name = name.value();
  return wanted;
}

}  // namespace

Task<Reference> DirectumAdapter::ensure_counterparty(api::CallContext ctx, Reference wanted, std::string title) {
  if (!wanted.id.empty()) co_return wanted;
  auto connected = co_await session_->ready(ctx);
  if (!connected) co_return connected.error();
  wanted.inn = std::string(text::trim(wanted.inn));
  wanted.kpp = std::string(text::trim(wanted.kpp));
  if (text::trim(wanted.name).empty()) wanted.name = std::string(text::trim(title));
  if (wanted.inn.empty() && wanted.name.empty()) {
    co_return rejected("edms.counterparty.none", "У компании нет ни ИНН, ни названия");
  }
  const std::string active = " and Status eq 'Active'";
  // Branches share one ИНН; persons, entrepreneurs and banks have no КПП and stand in the common set.
  const std::string all = session_->metadata().has_set("ICounterparties") ? "ICounterparties" : std::string(companies);
  std::vector<std::pair<std::string, std::string>> searches;
  if (wanted.inn.empty()) {
    searches.emplace_back(all, "Name eq " + literal(wanted.name));
  } else {
    const std::string by_inn = "TIN eq " + literal(wanted.inn);
    if (!wanted.kpp.empty()) searches.emplace_back(companies, by_inn + " and TRRC eq " + literal(wanted.kpp));
    searches.emplace_back(all, by_inn);
  }
  for (const auto& [set, filter] : searches) {
    Query query(set);
    query.filter = filter + active;
    query.select = "Id,Name";
    query.order = "Id";
    query.top = 20;
    auto hits = co_await session_->page(ctx, std::move(query));
    if (!hits) co_return hits.error();
    if (hits.value().rows.size() > 1) co_return several(wanted, hits.value().rows);
    if (hits.value().rows.size() == 1) co_return found(wanted, hits.value().rows.front());
  }
  if (!wanted.create) {
    co_return rejected("edms.counterparty.none",
                       "Действующего контрагента с " + requisites(wanted) + " в Directum RX нет");
  }
  if (!uuid::is_valid(ctx.key)) {
    co_return make_error(Fault::defect, Audience::developer, "edms.key", "Контрагент создаётся без ключа");
  }
  // Ours, though its requisites were changed in RX meanwhile.
  auto ours = co_await find_by_key(ctx, std::string(companies), ctx.key, "Id,Name");
  if (!ours) co_return ours.error();
  if (ours.value()) co_return found(wanted, *ours.value());
  Body body;
  body.text("Name", wanted.name).text("LegalName", wanted.name).text("Status", "Active");
  if (!wanted.inn.empty()) body.text("TIN", wanted.inn);
  if (!wanted.kpp.empty()) body.text("TRRC", wanted.kpp);
  put_key(body, companies, ctx.key, "");
  auto made = co_await session_->create(ctx, std::string(companies), std::move(body));
  if (!made) co_return made.error();
  co_return found(wanted, made.value());
}

}  // namespace sedlink::directum
