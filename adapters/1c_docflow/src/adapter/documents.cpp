// Documents: found by our key both as a link and as the UUID, created once (onec-docflow 7.1).
#include <algorithm>

#include "adapter/dialect.hpp"
#include "sedlink/core/hash.hpp"
#include "sedlink/core/text.hpp"
#include "translate/links.hpp"

namespace sedlink::onec_docflow {
namespace {

Element external_object(std::string name, const std::string& title, const std::string& key, const std::string& type) {
  Element e(std::move(name));
  e.children.emplace_back("name", title);
  e.children.emplace_back("id", key);
  e.children.emplace_back("type", type);
  return e;
}

Error rejected(std::string code, std::string message, Audience audience = Audience::user) {
  return make_error(Fault::rejected, audience, std::move(code), std::move(message));
}

// 1C takes nothing but a UUID (onec-docflow 7.1).
Error without_key() {
  return make_error(Fault::defect, Audience::developer, "edms.key", "У документа нет ключа: нужен UUID");
}

Error marked_as_deleted() { return rejected("edms.document_deleted", "Документ в 1С помечен на удаление"); }

Result<DocumentType> known_type(Edition edition, const std::string& name) {
  if (const DocumentType* t = document_type(edition, name)) return *t;
  return rejected("edms.document_type", "1С:Документооборот не знает типа документа «" + name + "»", Audience::admin);
}

// 1C tells a missing object from other failures by no text (onec-docflow 5): these surely are others.
bool is_other_failure(const Error& e) {
  return e.fault == Fault::transient || e.fault == Fault::throttled || e.fault == Fault::unauthorized ||
         e.code == "onec.rights" || e.code == "onec.type" || e.code == "onec.unknown_message";
}

std::string title_of(const DocumentDraft& draft) {
  for (const DraftField& f : draft.fields) {
    const auto* value = std::get_if<Value>(&f.value);
    if (f.name == "title" && value != nullptr) return value->to_text();
  }
  return {};
}

struct Words {
  std::string_view field, russian;
};
constexpr Words words[] = {{"kind", "Вид документа"},
                           {"folder", "Папка"},
                           {"our_company", "Организация"},
                           {"counterparty", "Контрагент"},
                           {"department", "Подразделение"},
                           {"responsible", "Ответственный"},
                           {"author", "Автор"},
                           {"addressee", "Адресат"},
                           {"signer", "Подписавший"},
                           {"currency", "Валюта"},
                           {"category", "Вопрос деятельности"}};

std::string russian_field(std::string_view field) {
  for (const Words& w : words) {
    if (w.field == field) return std::string(w.russian);
  }
  return "Поле «" + std::string(field) + "»";
}

}  // namespace

Task<std::optional<DocumentRef>> Dialect::find_document(api::CallContext ctx, DocumentDraft draft) {
  const auto type = known_type(words_.edition, draft.type);
  if (!type) co_return type.error();
  if (!uuid::is_valid(ctx.key)) co_return without_key();
  const ObjectId by_uuid(ctx.key, std::string(type.value().type));
  std::vector<Element> questions;
  Element linked = session_->request("DMGetDocumentListRequest");
  session_->put(linked, external_object("externalObjects", "", ctx.key, session_->settings().link_type));
  session_->put(linked, Element("columnSet", "deletionMark"));  // an empty set would bring the whole document
  questions.push_back(std::move(linked));
  questions.push_back(session_->retrieve(by_uuid, {"deletionMark"}));
  auto answers = co_await session_->batch(ctx, std::move(questions));
  if (!answers) co_return answers.error();
  const Result<Element>& retrieved = answers.value()[1];
  if (retrieved) {
    const Element* object = retrieved.value().child("objects");
    const ObjectId id = object_id(object);
    if (text::iequals_ascii(id.id, ctx.key)) {
      if (object->flag("deletionMark")) co_return marked_as_deleted();
      co_return std::optional<DocumentRef>(document_ref(id));
    }
  } else if (is_other_failure(retrieved.error())) {
    co_return retrieved.error();
  }
  const Result<Element>& list = answers.value()[0];
  if (!list) co_return list.error();
  for (const Element* e : list.value().all("documents")) {
    const ObjectId id = object_id(*e);
    if (!id.id.empty() && e->flag("deletionMark")) co_return marked_as_deleted();
    if (!id.id.empty() && document_type(words_.edition, id.type) != nullptr)
      co_return std::optional<DocumentRef>(document_ref(id));
    if (object_name(e).starts_with("<")) {  // "<нет прав доступа …>"
      co_return rejected("onec.rights",
                         "Документ с ключом " + ctx.key + " есть в 1С, но пользователю интеграции он не виден",
                         Audience::admin);
    }
  }
  co_return std::optional<DocumentRef>();
}

Task<Element> Dialect::field_element(api::CallContext ctx, DocumentType type, DraftField field, std::string own,
                                     std::string declared) {
  if (declared.starts_with("xs:")) {
    const auto* value = std::get_if<Value>(&field.value);
    if (value == nullptr) {
      co_return rejected("edms.value", russian_field(field.name) + " (" + own + ") принимает значение, а не ссылку",
                         Audience::admin);
    }
    auto text = scalar_text(field.name, declared, *value, session_->zone());
    if (!text) co_return text.error();
    co_return Element(own, text.value());
  }
  const std::vector<std::string> allowed = session_->schema().values(declared);
  if (!allowed.empty()) {  // 3.0: a plain word of a closed list
    const auto* value = std::get_if<Value>(&field.value);
    const std::string word = value == nullptr ? std::string() : value->to_text();
    if (std::find(allowed.begin(), allowed.end(), word) != allowed.end()) co_return Element(own, word);
    co_return rejected("edms.value",
                       russian_field(field.name) + " (" + own + ") принимает только: " + text::join(allowed, ", "),
                       Audience::admin);
  }
  Reference reference;
  if (const auto* r = std::get_if<Reference>(&field.value)) {
    reference = *r;
  } else {
    reference.name = std::get<Value>(field.value).to_text();
  }
  std::string what = russian_field(field.name);
  if (session_->schema().knows(declared) && !session_->schema().derives(declared, "DMObject")) {
    co_return rejected("edms.field_unknown", what + " (" + own + ") — таблица 1С, её заполнить нельзя",
                       Audience::admin);
  }
  std::string wanted_type = declared;
  if (own == "documentType") wanted_type = type.kind_type;
  auto resolved = co_await session_->resolve(ctx, wanted_type, reference, what);
  if (!resolved) co_return resolved.error();
  co_return onec_docflow::reference(own, resolved.value().id, resolved.value().name);
}

Task<Element> Dialect::draft_element(api::CallContext ctx, DocumentType type, DocumentDraft draft) {
  const Schema& schema = session_->schema();
  const std::string own_type(type.type);
  Element object("object");
  object.type = own_type;
  const std::string title = title_of(draft);
  schema.put(object, own_type, Element("name", title));
  schema.put(object, own_type, id_element("objectID", ObjectId("", own_type)));
  schema.put(object, own_type,
             external_object("externalObject", draft.key_source, ctx.key, session_->settings().link_type));
  for (const DraftField& field : draft.fields) {
    const auto* value = std::get_if<Value>(&field.value);
    if (value != nullptr && value->empty()) continue;
    const std::string own = own_field(type, field.name);
    const Property* property = own.empty() ? nullptr : schema.property(own_type, own);
    if (property == nullptr) {
      std::vector<std::string> known;
      for (const Property* p : schema.properties(own_type)) known.push_back(p->name);
      const std::string near = text::nearest(own, known);
      co_return rejected("edms.field_unknown",
                         "У типа «" + std::string(type.russian) + "» в 1С нет поля «" + field.name + "»" +
                             (near.empty() ? "" : "; похоже на vendor." + near),
                         Audience::admin);
    }
    auto element = co_await field_element(ctx, type, field, own, property->type);
    if (!element) co_return element.error();
    schema.put(object, own_type, std::move(element).value());
  }
  co_return object;
}

// Every repeated DMCreate makes one more document (onec-docflow 7.1): who calls has looked with find_document. What
// came in between the look and the create is settled afterwards, by the UUID that 1C gave.
Task<DocumentRef> Dialect::create_document(api::CallContext ctx, DocumentDraft draft) {
  const auto type = known_type(words_.edition, draft.type);
  if (!type) co_return type.error();
  if (!uuid::is_valid(ctx.key)) co_return without_key();
  auto connected = co_await session_->ready(ctx);  // the schema decides about fields
  if (!connected) co_return connected.error();
  auto object = co_await draft_element(ctx, type.value(), draft);
  if (!object) co_return object.error();
  Element create = session_->request("DMCreateRequest");
  session_->put(create, std::move(object).value());
  auto made = co_await session_->write(ctx, std::move(create));
  if (!made) co_return made.error();
  ObjectId id = object_id(made.value().child("object"));
  if (id.id.empty()) {
    co_return make_error(Fault::ambiguous, Audience::developer, "onec.protocol", "1С не назвала созданного документа");
  }
  if (id.type.empty()) id.type = type.value().type;
  if (text::iequals_ascii(id.id, ctx.key)) co_return document_ref(id);
  const ObjectId wanted(ctx.key, id.type);
  auto settled = co_await settle_duplicate(ctx, id, wanted);
  co_return settled;
}

// 1C gave another UUID than asked: one with ours was there (onec-docflow 7.1). If it can be read, the new one goes.
Task<DocumentRef> Dialect::settle_duplicate(api::CallContext ctx, ObjectId made, ObjectId wanted) {
  session_->log().warning("onec_duplicate", {{"wanted", wanted.id}, {"made", made.id}});
  if (!session_->settings().delete_duplicate) co_return document_ref(made);
  std::vector<std::string> columns{"deletionMark"};
  auto first = co_await session_->retrieve_object(ctx, wanted, std::move(columns));
  if (!first) co_return document_ref(made);
  Element remove = session_->request("DMDeleteRequest");  // toggles the mark; a new document has none
  session_->put(remove, id_element("objectIds", made));
  auto removed = co_await session_->write(ctx, std::move(remove));
  if (!removed) co_return document_ref(made);
  co_return document_ref(wanted);
}

}  // namespace sedlink::onec_docflow
