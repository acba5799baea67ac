// Counterparties: found by ИНН+КПП, then ИНН; created only on demand. The implicit find-or-create of 2.1 overwrites
// what it finds (onec-docflow 6.2) and is never used: references always carry a filled objectID.
#include "adapter/dialect.hpp"
#include "sedlink/core/hash.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::onec_docflow {
namespace {

constexpr std::string_view correspondent = "DMCorrespondent";

Element external_object(std::string name, const std::string& title, const std::string& key, const std::string& type) {
  Element e(std::move(name));
  e.children.emplace_back("name", title);
  e.children.emplace_back("id", key);
  e.children.emplace_back("type", type);
  return e;
}

std::string requisites(const Reference& r) {
  if (r.inn.empty()) return "«" + r.name + "»";
  return "ИНН " + r.inn + (r.kpp.empty() ? "" : ", КПП " + r.kpp);
}

Error several(const Reference& wanted, const std::vector<CatalogItem>& hits) {
  std::string message = "Контрагентов с " + requisites(wanted) + " в 1С несколько:";
  for (const CatalogItem& i : hits) message += " «" + i.name + "»,";
  message.pop_back();
  return make_error(Fault::rejected, Audience::user, "edms.counterparty.several", message);
}

Reference found(const Reference& wanted, const CatalogItem& item) {
  Reference r = wanted;
  r.id = item.id.id;
  r.name = item.name;
  return r;
}

}  // namespace

Task<Reference> Dialect::ensure_counterparty(api::CallContext ctx, Reference wanted, std::string title) {
  if (!wanted.id.empty()) co_return wanted;
  wanted.inn = std::string(text::trim(wanted.inn));
  wanted.kpp = std::string(text::trim(wanted.kpp));
  if (wanted.name.empty()) wanted.name = title;
  if (wanted.inn.empty() && text::trim(wanted.name).empty()) {
    co_return make_error(Fault::rejected, Audience::user, "edms.counterparty.none",
                         "У компании нет ни ИНН, ни названия");
  }
  std::vector<std::vector<std::pair<std::string, std::string>>> searches;
  if (wanted.inn.empty()) {
    searches.push_back({{"name", wanted.name}});
  } else {
    if (!wanted.kpp.empty()) searches.push_back({{"inn", wanted.inn}, {"kpp", wanted.kpp}});
    searches.push_back({{"inn", wanted.inn}});
  }
  for (auto& conditions : searches) {
    auto hits = co_await session_->search(ctx, std::string(correspondent), std::move(conditions));
    if (!hits) co_return hits.error();
    if (hits.value().size() > 1) co_return several(wanted, hits.value());
    if (hits.value().size() == 1) co_return found(wanted, hits.value().front());
  }
  if (!wanted.create) {
    co_return make_error(Fault::rejected, Audience::user, "edms.counterparty.none",
                         "Контрагента с " + requisites(wanted) + " в 1С нет");
  }
  if (!uuid::is_valid(ctx.key)) {
    co_return make_error(Fault::defect, Audience::developer, "edms.key", "Контрагент создаётся без ключа");
  }
  // Ours, though its requisites were changed in 1C meanwhile: the link tells.
  Element look = session_->request("DMGetDocumentListRequest");
  session_->put(look,
                external_object("externalObjects", "", ctx.key, session_->settings().link_type + ".counterparty"));
  session_->put(look, Element("columnSet", "inn"));
  auto linked = co_await session_->read(ctx, std::move(look));
  if (!linked) co_return linked.error();
  for (const Element* e : linked.value().all("documents")) {
    if (object_id(*e).type != correspondent) continue;
    CatalogItem item;
    item.id = object_id(*e);
    item.name = object_name(e);
    co_return found(wanted, item);
  }
  Element object("object");
  object.type = correspondent;
  const Schema& schema = session_->schema();
  schema.put(object, correspondent, Element("name", wanted.name));
  schema.put(object, correspondent, id_element("objectID", ObjectId("", std::string(correspondent))));
  schema.put(object, correspondent,
             external_object("externalObject", wanted.name, ctx.key, session_->settings().link_type + ".counterparty"));
  if (!wanted.inn.empty()) schema.put(object, correspondent, Element("inn", wanted.inn));
  if (!wanted.kpp.empty()) schema.put(object, correspondent, Element("kpp", wanted.kpp));
  schema.put(object, correspondent, Element("fullName", wanted.name));
  Element create = session_->request("DMCreateRequest");
  session_->put(create, std::move(object));
  auto made = co_await session_->write(ctx, std::move(create));
  if (!made) co_return made.error();
  const ObjectId id = object_id(made.value().child("object"));
  if (id.id.empty()) {
    co_return make_error(Fault::ambiguous, Audience::developer, "onec.protocol",
                         "1С не назвала созданного контрагента");
  }
  wanted.id = id.id;
  co_return wanted;
}

}  // namespace sedlink::onec_docflow
