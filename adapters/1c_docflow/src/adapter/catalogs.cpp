// Lists of names: what references of a mapping are resolved against.
#include "adapter/session.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::onec_docflow {
namespace {

constexpr int list_limit = 20'000;

Element text_condition(const std::string& property, const std::string& value, std::string_view comparison) {
  Element condition("conditions");
  condition.children.emplace_back("property", property);
  Element v("value", value);
  v.type = "string";
  v.type_namespace = xs_namespace;
  condition.children.push_back(std::move(v));
  if (!comparison.empty()) condition.children.emplace_back("comparisonOperator", std::string(comparison));
  return condition;
}

// 3.0 has no table of its own for these types: the client says which attribute of 1C a property is (onec-docflow 5.1).
// "name" is one of the special names and needs none.
struct Conformity {
  std::string_view type, property, attribute;
};
constexpr Conformity conformities[] = {{"DMCorrespondent", "inn", "ИНН"},
                                       {"DMCorrespondent", "kpp", "КПП"},
                                       {"DMDocument", "regNumber", "РегистрационныйНомер"},
                                       {"DMDocument", "title", "Заголовок"},
                                       {"DMDocument", "sum", "Сумма"},
                                       {"DMDocument", "correspondent", "Контрагент"}};

void add_conformity(Element& query, std::string_view type, std::string_view property) {
  for (const Conformity& c : conformities) {
    if (c.type != type || c.property != property) continue;
    Element pair("columnConformity");
    pair.children.emplace_back("xdtoPropertyName", std::string(c.property));
    pair.children.emplace_back("dmPropertyName", std::string(c.attribute));
    query.children.push_back(std::move(pair));
  }
}

// 1C calls currencies by short Russian names, CRMs by their ISO codes.
struct CurrencyNames {
  std::string_view code;
  std::vector<std::string> names;
};
const std::vector<std::string>& currency_names(std::string_view code) {
  static const std::vector<CurrencyNames> table = {{"RUB", {"руб.", "руб", "RUR", "Российский рубль"}},
                                                   {"USD", {"долл.", "$", "Доллар США"}},
                                                   {"EUR", {"евро", "€"}},
                                                   {"BYN", {"бел. руб.", "Белорусский рубль"}},
                                                   {"KZT", {"тенге"}},
                                                   {"CNY", {"юань", "Китайский юань"}}};
  static const std::vector<std::string> none;
  for (const CurrencyNames& c : table) {
    if (c.code == code) return c.names;
  }
  return none;
}

std::string person_name(const Reference& r) {
  if (!r.edms_name.empty()) return r.edms_name;
  if (!r.name.empty()) return r.name;
  return r.user ? r.user->name : std::string();
}

}  // namespace

std::vector<CatalogItem> read_items(const Element& list_answer) {
  std::vector<CatalogItem> items;
  for (const Element* e : list_answer.all("items")) {
    const Element* object = e->child("object");
    if (object == nullptr || object_id(*object).id.empty()) continue;
    CatalogItem item;
    item.id = object_id(*object);
    // A group of people or companies is none of them; folders of documents are meant themselves.
    if (e->flag("isFolder") && !item.id.type.ends_with("Folder") && item.id.type != "DMSubdivision") continue;
    item.name = std::string(text::trim(object_name(object)));
    if (const Element* parent = e->child("parentID")) item.parent = parent->text_of("id");
    items.push_back(std::move(item));
  }
  return items;
}

Element Session::list_request(const std::string& type) const {
  Element e = request("DMGetObjectListRequest");
  put(e, Element("type", type));
  Element query("query");
  query.children.emplace_back("limit", std::to_string(list_limit));
  put(e, std::move(query));
  return e;
}

Task<Catalog> Session::catalog(api::CallContext ctx, std::string type) {
  const auto known = catalogs_.find(type);
  if (known != catalogs_.end() && now() < known->second.until) co_return known->second.items;
  Element question = list_request(type);
  auto answer = co_await read(ctx, std::move(question));
  if (!answer) co_return answer.error();
  Cached entry;
  entry.items = std::make_shared<const std::vector<CatalogItem>>(read_items(answer.value()));
  entry.until = now() + settings_->catalog_age;
  entry.cut = answer.value().flag("tooManyObjects");
  Catalog items = entry.items;
  catalogs_.insert_or_assign(std::move(type), std::move(entry));
  co_return items;
}

Task<std::vector<CatalogItem>> Session::search(api::CallContext ctx, std::string type,
                                               std::vector<std::pair<std::string, std::string>> equal) {
  Element question = request("DMGetObjectListRequest");
  put(question, Element("type", type));
  Element query("query");
  for (const auto& [property, value] : equal) query.children.push_back(text_condition(property, value, "="));
  query.children.emplace_back("limit", "50");
  if (edition() == Edition::v3) {
    for (const auto& [property, value] : equal) add_conformity(query, type, property);
  }
  put(question, std::move(query));
  auto answer = co_await read(ctx, std::move(question));
  if (!answer) co_return answer.error();
  co_return read_items(answer.value());
}

Task<NamedId> Session::resolve(api::CallContext ctx, std::string type, Reference reference, std::string what) {
  if (!reference.id.empty()) co_return NamedId(ObjectId(reference.id, type), reference.name);
  if (!reference.inn.empty()) {
    std::vector<std::pair<std::string, std::string>> conditions{{"inn", reference.inn}};
    if (!reference.kpp.empty()) conditions.emplace_back("kpp", reference.kpp);
    const bool with_kpp = !reference.kpp.empty();
    auto hits = co_await search(ctx, type, std::move(conditions));
    if (!hits) co_return hits.error();
    if (hits.value().empty() && with_kpp) {
      std::vector<std::pair<std::string, std::string>> by_inn{{"inn", reference.inn}};
      hits = co_await search(ctx, type, std::move(by_inn));
      if (!hits) co_return hits.error();
    }
    if (hits.value().size() == 1) co_return NamedId(hits.value().front().id, hits.value().front().name);
    std::string message = what + " с ИНН " + reference.inn;
    const bool none = hits.value().empty();
    if (none) {
      message += " в 1С нет";
    } else {
      message += " в 1С не одна запись:";
      for (const CatalogItem& i : hits.value()) message += " «" + i.name + "» (" + i.id.id + ")";
    }
    co_return make_error(Fault::rejected, Audience::user, none ? "edms.reference.none" : "edms.reference.several",
                         message);
  }
  const std::string name = person_name(reference);
  if (text::trim(name).empty()) {
    co_return make_error(Fault::rejected, Audience::user, "edms.reference.none",
                         what + ": не указано, что искать в 1С");
  }
  // Counterparties and contact persons are too many to list.
  if (type == "DMCorrespondent" || type == "DMContactPerson") {
    std::vector<std::pair<std::string, std::string>> by_name{{"name", name}};
    auto hits = co_await search(ctx, type, std::move(by_name));
    if (!hits) co_return hits.error();
    auto chosen = choose(hits.value(), name, what);
    if (!chosen) co_return chosen.error();
    co_return NamedId(chosen.value().id, chosen.value().name);
  }
  auto items = co_await catalog(ctx, type);
  if (!items) co_return items.error();
  auto chosen = choose(*items.value(), name, what);
  if (!chosen && type == "DMCurrency") {
    for (const std::string& other : currency_names(name)) {
      auto by_name = choose(*items.value(), other, what);
      if (by_name) {
        chosen = std::move(by_name);
        break;
      }
    }
  }
  if (!chosen && chosen.error().code == "edms.reference.none" && catalogs_[type].cut) {
    std::vector<std::pair<std::string, std::string>> by_name{{"name", name}};
    auto hits = co_await search(ctx, type, std::move(by_name));
    if (!hits) co_return hits.error();
    chosen = choose(hits.value(), name, what);
  }
  if (!chosen) co_return chosen.error();
  co_return NamedId(ObjectId(chosen.value().id.id, type), chosen.value().name);
}

}  // namespace sedlink::onec_docflow
