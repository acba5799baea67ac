// Documents: found by our key, created once, then registered and linked (directum A7; architecture §7).
#include "adapter/directum_adapter.hpp"
#include "sedlink/core/hash.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::directum {
namespace {

constexpr std::size_t note_limit = 1000;  // OfficialDocument.Note (directum-rx-entity-types)
constexpr std::string_view registration_number = "RegistrationNumber";

Result<const DocumentType*> known_type(const Session& session, const std::string& name) {
  const DocumentType* t = document_type(name);
  if (t == nullptr) {
    std::vector<std::string> known;
    for (const DocumentType& one : document_types()) known.emplace_back(one.neutral);
    return rejected("edms.document_type",
                    "Directum RX не знает типа документа «" + name + "»; есть: " + text::join(known, ", "),
                    Audience::admin);
  }
  if (!session.metadata().has_set(t->set)) {
    return rejected("edms.document_type",
                    "В этой Directum RX нет типа «" + std::string(t->russian) + "» (" + std::string(t->set) +
                        "): включите «Использовать в сервисе интеграции» у типа",
                    Audience::admin);
  }
  return t;
}

const DraftField* field_of(const DocumentDraft& draft, std::string_view name) {
  for (const DraftField& f : draft.fields) {
    const auto* value = std::get_if<Value>(&f.value);
    if (f.name == name && (value == nullptr || !value->empty())) return &f;
  }
  return nullptr;
}

std::string text_field(const DocumentDraft& draft, std::string_view name) {
  const DraftField* f = field_of(draft, name);
  const auto* value = f == nullptr ? nullptr : std::get_if<Value>(&f->value);
  return value == nullptr ? std::string() : value->to_text();
}

bool registers(const DocumentType& type, const DocumentDraft& draft) {
  return type.number == registration_number && field_of(draft, "number") != nullptr;
}

// Written by the registration, not by the create.
bool belongs_to_registration(const DocumentType& type, const DocumentDraft& draft, const std::string& name) {
  if (type.number != registration_number) return false;
  return name == "number" || (registers(type, draft) && (name == "date" || name == "vendor.DocumentRegister"));
}

Error no_key(const char* what) {
  return make_error(Fault::defect, Audience::developer, "edms.key", std::string(what) + " без ключа");
}

}  // namespace

DocumentRef DirectumAdapter::document_ref(const DocumentType& type, std::int64_t id) const {
  DocumentRef ref;
  ref.id = std::to_string(id);
  ref.type = type.set;
  ref.url = card_link(session_->settings().web_url, type.guid, id);
  return ref;
}

Task<std::optional<Row>> DirectumAdapter::find_by_key(api::CallContext ctx, std::string set, std::string key,
                                                      std::string select) {
  const Metadata& has = session_->metadata();
  const bool external = has.property(set, "ExternalId") != nullptr;
  Query query(set);
  query.filter = external ? "ExternalId eq " + literal(key) : "contains(Note," + literal(key_line(key)) + ")";
  query.select = select;
  query.order = "Id";
  query.top = 2;
  auto found = co_await session_->page(ctx, std::move(query));
  if (!found) co_return found.error();
  if (!found.value().rows.empty()) co_return std::optional<Row>(found.value().rows.front());
  if (!has_links()) co_return std::optional<Row>();
  // Somebody may have cleared the field: the row beside it still tells.
  auto linked = co_await links(ctx, "ExtEntityId eq " + literal(key), "Id,EntityId");
  if (!linked) co_return linked.error();
  if (linked.value().empty()) co_return std::optional<Row>();
  const auto id = integer_of(linked.value().front(), "EntityId");
  if (!id) co_return id.error();
  if (!id.value()) co_return std::optional<Row>();
  Query one(entity(set, *id.value()));
  one.select = std::move(select);
  auto row = co_await session_->entity(ctx, std::move(one));
  if (!row && row.error().fault == Fault::not_found) co_return std::optional<Row>();
  if (!row) co_return row.error();
  co_return std::optional<Row>(row.value());
}

void DirectumAdapter::put_key(Body& body, std::string_view set, const std::string& key, const std::string& note) const {
  if (session_->metadata().property(set, "ExternalId") != nullptr) {
    body.text("ExternalId", key);
    if (!note.empty()) body.text("Note", text::ellipsis(note, note_limit));
  } else {
    body.text("Note", with_key(note, key, note_limit));
  }
}

Task<std::optional<DocumentRef>> DirectumAdapter::find_document(api::CallContext ctx, DocumentDraft draft) {
  auto connected = co_await session_->ready(ctx);
  if (!connected) co_return connected.error();
  const auto type = known_type(*session_, draft.type);
  if (!type) co_return type.error();
  if (!uuid::is_valid(ctx.key)) co_return no_key("Документ ищется");
  auto found = co_await find_by_key(ctx, std::string(type.value()->set), ctx.key, "Id,RegistrationState");
  if (!found) co_return found.error();
  if (!found.value()) co_return std::optional<DocumentRef>();
  const auto id = id_of(*found.value());
  if (!id) co_return id.error();
  const auto state = text_of(*found.value(), "RegistrationState");
  if (!state) co_return state.error();
  // A create may have been cut off before its last steps.
  auto finished = co_await finish_document(ctx, type.value(), id.value(), state.value() == "Registered", draft);
  if (!finished) co_return finished.error();
  co_return std::optional<DocumentRef>(document_ref(*type.value(), id.value()));
}

Task<void> DirectumAdapter::put_field(api::CallContext ctx, const DocumentType* type, DraftField field, Body* body) {
  std::string own = own_field(*type, field.name);
  const Metadata& has = session_->metadata();
  // A date without a number registers nothing: it is the document's own date.
  if (field.name == "date" && own == "RegistrationDate") own = "DocumentDate";
  const Metadata::Property* property = own.empty() ? nullptr : has.property(type->set, own);
  // Every document has one, of the platform's own type (A7.2), be that described or not.
  static const Metadata::Property name = Metadata::text_property();
  if (property == nullptr && own == "Name") property = &name;
  if (property == nullptr || property->many) {
    const std::string near = text::nearest(own, has.property_names(type->set));
    co_return rejected("edms.field_unknown",
                       "У типа «" + std::string(type->russian) + "» в Directum RX нет поля «" + field.name + "»" +
                           (near.empty() || near == own ? "" : "; похоже на vendor." + near),
                       Audience::admin);
  }
  if (!property->link) {
    const auto* value = std::get_if<Value>(&field.value);
    if (value == nullptr) {
      co_return rejected("edms.value", russian_field(field.name) + " (" + own + ") принимает значение, а не ссылку",
                         Audience::admin);
    }
    co_return put_value(*body, own, property->type, field.name, *value, session_->zone(), session_->settings().dates);
  }
  Reference reference;
  if (const auto* r = std::get_if<Reference>(&field.value)) {
    reference = *r;
  } else {
    reference.name = std::get<Value>(field.value).to_text();
  }
  Result<std::int64_t> id = std::int64_t{0};
  if (own == "DocumentKind") {
    id = co_await session_->resolve_kind(ctx, *type, reference);
  } else {
    const std::string set = has.set_of_type(property->type);
    const std::string what = russian_field(field.name);
    if (set.empty()) {
      co_return rejected("edms.field_unknown",
                         what + " (" + own + ") — такого справочника сервис интеграции не показывает", Audience::admin);
    }
    id = co_await session_->resolve(ctx, set, reference, what);
  }
  if (!id) co_return id.error();
  body->link(own, id.value());
  co_return Result<void>();
}

// Approval rules are chosen by department and business unit (A7.3): those of the responsible, unless the mapping names
// others; the server would take the connector's own.
Task<void> DirectumAdapter::complete_units(api::CallContext ctx, const DocumentType* type, const DocumentDraft* draft,
                                           Body* body) {
  const DraftField* field = field_of(*draft, "responsible");
  const bool wanted = session_->metadata().property(type->set, "Department") != nullptr && !body->has("Department");
  if (field == nullptr || !wanted) co_return Result<void>();
  Reference who;
  if (const auto* r = std::get_if<Reference>(&field->value)) {
    who = *r;
  } else {
    who.name = std::get<Value>(field->value).to_text();
  }
  auto id = co_await session_->resolve(ctx, "IEmployees", std::move(who), "Ответственный");
  if (!id) co_return id.error();
  Query query("IEmployees");
  query.filter = "Id eq " + std::to_string(id.value());
  query.select = "Id";
  query.expand = "Department($select=Id;$expand=BusinessUnit($select=Id))";
  query.top = 1;
  auto rows = co_await session_->cached(ctx, std::move(query));
  if (!rows) co_return rows.error();
  if (rows.value().empty()) co_return Result<void>();
  const auto department = link_of(rows.value().front(), "Department");
  if (!department) co_return department.error();
  if (department.value() == nullptr) co_return Result<void>();
  const auto department_id = id_of(*department.value());
  if (!department_id) co_return department_id.error();
  body->link("Department", department_id.value());
  const auto unit = link_of(*department.value(), "BusinessUnit");
  if (!unit) co_return unit.error();
  if (unit.value() == nullptr || body->has("BusinessUnit")) co_return Result<void>();
  const auto unit_id = id_of(*unit.value());
  if (!unit_id) co_return unit_id.error();
  body->link("BusinessUnit", unit_id.value());
  co_return Result<void>();
}

Task<Body> DirectumAdapter::draft_body(api::CallContext ctx, const DocumentType* type, DocumentDraft draft) {
  Body body;
  if (registers(*type, draft) && field_of(draft, "vendor.DocumentRegister") == nullptr) {
    co_return rejected("edms.registration",
                       "Чтобы зарегистрировать документ с номером, назовите журнал: vendor.DocumentRegister",
                       Audience::admin);
  }
  for (const DraftField& field : draft.fields) {
    const auto* value = std::get_if<Value>(&field.value);
    if (value != nullptr && value->empty()) continue;
    if (field.name == "comment" || belongs_to_registration(*type, draft, field.name)) continue;
    auto put = co_await put_field(ctx, type, field, &body);
    if (!put) co_return put.error();
  }
  if (type->subject_demanded && !body.has("Subject")) body.text("Subject", text_field(draft, "title"));
  auto units = co_await complete_units(ctx, type, &draft, &body);
  if (!units) co_return units.error();
  put_key(body, type->set, ctx.key, text_field(draft, "comment"));
  co_return body;
}

Task<DocumentRef> DirectumAdapter::create_document(api::CallContext ctx, DocumentDraft draft) {
  auto connected = co_await session_->ready(ctx);
  if (!connected) co_return connected.error();
  const auto type = known_type(*session_, draft.type);
  if (!type) co_return type.error();
  if (!uuid::is_valid(ctx.key)) co_return no_key("Документ создаётся");
  auto body = co_await draft_body(ctx, type.value(), draft);
  if (!body) co_return body.error();
  // Nothing on the other side refuses a second one: the look belongs to the create.
  auto existing = co_await find_document(ctx, draft);
  if (!existing) co_return existing.error();
  if (existing.value()) co_return *existing.value();
  auto made = co_await session_->create(ctx, std::string(type.value()->set), std::move(body).value());
  if (!made) co_return made.error();
  const auto id = id_of(made.value());
  if (!id) co_return id.error();
  auto finished = co_await finish_document(ctx, type.value(), id.value(), false, draft);
  if (!finished) co_return finished.error();
  co_return document_ref(*type.value(), id.value());
}

Task<void> DirectumAdapter::link_row(api::CallContext ctx, std::string guid, std::int64_t id, std::string key) {
  auto there = co_await links(ctx, "ExtEntityId eq " + literal(key), "Id");
  if (!there) co_return there.error();
  if (!there.value().empty()) co_return Result<void>();
  Body row;
  row.text("EntityType", guid).number("EntityId", id);
  row.text("ExtEntityType", session_->settings().link_type).text("ExtEntityId", key);
  row.text("ExtSystemId", link_system).text("SyncDate", to_iso8601(session_->now())).flag("IsDeleted", false);
  // A databook entry without a status may stay without one (A11).
  if (session_->metadata().property(link_set, "Status") != nullptr) row.text("Status", "Active");
  auto made = co_await session_->create(ctx, std::string(link_set), std::move(row));
  if (!made) co_return made.error();
  co_return Result<void>();
}

Task<void> DirectumAdapter::finish_document(api::CallContext ctx, const DocumentType* type, std::int64_t id,
                                            bool registered, DocumentDraft draft) {
  if (has_links()) {
    auto linked = co_await link_row(ctx, std::string(type->guid), id, ctx.key);
    // The key on the document is what counts; this row is for other integrations.
    if (!linked) {
      session_->log().warning("directum_link_row",
                              {{"document", std::to_string(id)}, {"error", describe(linked.error())}});
    }
  }
  if (registered || !registers(*type, draft)) co_return Result<void>();
  const DraftField* register_field = field_of(draft, "vendor.DocumentRegister");
  Reference reference;
  if (register_field != nullptr) {
    if (const auto* r = std::get_if<Reference>(&register_field->value)) {
      reference = *r;
    } else {
      reference.name = std::get<Value>(register_field->value).to_text();
    }
  }
  auto journal = co_await session_->resolve(ctx, "IDocumentRegisters", std::move(reference), "Журнал регистрации");
  if (!journal) co_return journal.error();
  Body body;
  const bool by_function = session_->has("RegisterDocument");
  const DraftField* date = field_of(draft, "date");
  const char* date_name = by_function ? "registrationDate" : "RegistrationDate";
  const Value today(session_->now());
  const Value* day_value = date == nullptr ? &today : std::get_if<Value>(&date->value);
  if (day_value == nullptr) day_value = &today;
  const auto day = day_text("date", *day_value, session_->zone(), session_->settings().dates);
  if (!day) co_return day.error();
  body.text(date_name, day.value());
  if (by_function) {
    body.number("documentId", id).number("documentRegisterId", journal.value());
    body.text("registrationNumber", text_field(draft, "number")).flag("numberReservation", false);
    auto done = co_await session_->action(ctx, "Docflow/RegisterDocument", std::move(body));
    if (!done) co_return done.error();
    co_return Result<void>();
  }
  body.text("RegistrationNumber", text_field(draft, "number")).link("DocumentRegister", journal.value());
  body.text("RegistrationState", "Registered");
  co_return co_await session_->patch(ctx, entity(type->set, id), std::move(body));
}

}  // namespace sedlink::directum
