#include "adapter/dialect.hpp"

#include "sedlink/core/text.hpp"
#include "translate/links.hpp"

namespace sedlink::onec_docflow {

api::Capabilities Dialect::common_capabilities() const {
  api::Capabilities c;
  c.cancel = session_->can_cancel();
  c.new_version = true;
  c.signatures = true;
  c.max_file = session_->settings().max_file;
  for (const DocumentType& t : document_types(words_.edition)) c.document_types.emplace_back(t.neutral);
  c.document_fields = neutral_fields(words_.edition);
  return c;
}

Task<api::Catalog> Dialect::list_catalogs(api::CallContext ctx,
                                          std::vector<std::pair<std::string, std::string>> wanted) {
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
      if (answer.error().code == "onec.rights")
        catalog.emplace_back(api::unread_list, wanted[i].first, answer.error().message);
      continue;
    }
    for (const CatalogItem& item : read_items(answer.value()))
      catalog.emplace_back(wanted[i].first, item.id.id, item.name);
  }
  auto numbered = co_await add_company_numbers(ctx, catalog);
  if (!numbered) co_return numbered.error();
  co_return catalog;
}

// A list has names only; mappings name our companies by their ИНН. What 1C refuses to tell is not judged.
Task<void> Dialect::add_company_numbers(api::CallContext ctx, api::Catalog& catalog) {
  constexpr std::size_t most = 50;
  const std::string company_type = "DMOrganization";
  std::vector<std::size_t> at;
  std::vector<Element> questions;
  for (std::size_t i = 0; i < catalog.size() && at.size() < most; ++i) {
    if (catalog[i].kind != "organization") continue;
    at.push_back(i);
    const ObjectId id(catalog[i].id, company_type);
    std::vector<std::string> columns(1, "inn");
    questions.push_back(session_->retrieve(id, std::move(columns)));
  }
  if (at.empty()) co_return Result<void>{};
  auto answers = co_await session_->batch(ctx, std::move(questions));
  if (!answers) co_return answers.error();
  for (std::size_t k = 0; k < at.size(); ++k) {
    const Result<Element>& answer = answers.value()[k];
    const Element* company = answer.has_value() ? answer.value().child("objects") : nullptr;
    if (company != nullptr) catalog[at[k]].detail = company->text_of("inn");
  }
  co_return Result<void>{};
}

void Dialect::add_document_fields(api::Catalog& catalog) const {
  for (const DocumentType& t : document_types(words_.edition)) {
    for (const Property* p : session_->schema().properties(t.type)) {
      api::CatalogEntry entry("document_field." + std::string(t.neutral), p->name, p->name);
      entry.detail = p->type;
      catalog.push_back(std::move(entry));
    }
  }
}

Task<std::vector<Person>> Dialect::find_person(api::CallContext ctx, Reference reference) {
  auto users = co_await session_->catalog(ctx, std::string(words_.person_type));
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

DocumentRef Dialect::document_ref(const ObjectId& id) const {
  DocumentRef ref;
  ref.id = id.id;
  ref.type = id.type;
  ref.url = object_url(session_->settings().web_url, id);
  return ref;
}

ProcessRef Dialect::process_ref(const ObjectId& id, DocumentRef document) const {
  ProcessRef ref;
  ref.id = id.id;
  ref.type = id.type;
  ref.url = object_url(session_->settings().web_url, id);
  ref.document = std::move(document);
  return ref;
}

}  // namespace sedlink::onec_docflow
