// The connection, people, counterparties and documents.
#include <algorithm>

#include "adapter/directum5_adapter.hpp"
#include "sedlink/core/hash.hpp"
#include "sedlink/core/text.hpp"
#include "sedlink/directum5/adapter.hpp"
#include "translate/snapshot.hpp"

namespace sedlink::directum5 {
namespace {

Error rejected(Audience audience, std::string code, std::string message) {
  return make_error(Fault::rejected, audience, std::move(code), std::move(message));
}

bool is_person(std::string_view field) {
  return field == "responsible" || field == "author" || field == "addressee" || field == "signer";
}
bool is_date(std::string_view field) { return field == "date" || field == "valid_from" || field == "valid_till"; }

std::string wanted_name(const Reference& r) {
  if (!r.edms_name.empty()) return r.edms_name;
  if (!r.name.empty()) return r.name;
  return r.user ? r.user->name : std::string();
}

std::string listed(const std::vector<Row>& rows) {
  std::string out;
  for (const Row& row : rows) out += (out.empty() ? "«" : ", «") + row.get("name") + "» (" + row.get("id") + ")";
  return out;
}

}  // namespace

Error unagreed(const std::string& what, Effect effect) {
  return make_error(effect == Effect::read ? Fault::defect : Fault::ambiguous, Audience::admin, "directum5.answer",
                    "Сценарий DIRECTUM ответил не то, о чём договорились: " + what);
}

std::string link(const std::string& pattern, const std::string& id) {
  return text::replace_all(pattern, "{id}", text::url_encode(id));
}

const std::string* find(const Pairs& pairs, std::string_view key) {
  const auto it = std::find_if(pairs.begin(), pairs.end(), [&](const auto& p) { return p.first == key; });
  return it == pairs.end() ? nullptr : &it->second;
}

Result<std::unique_ptr<api::EdmsAdapter>> make_adapter(api::ConnectionSettings from,
                                                       api::AdapterEnvironment environment) {
  auto read = read_settings(from);
  if (!read) return read.error();
  auto settings = std::make_unique<Settings>(std::move(read).value());
  auto envelope = EnvelopeTemplate::compile(settings->envelope);
  if (!envelope) return envelope.error();
  net::ClientOptions options;
  options.hook = environment.hook;
  options.certificate_seen = environment.certificate_seen;
  options.ca_file = settings->ca_file;
  options.max_connections_per_origin = settings->calls;
  auto http = net::Client::create(environment.executor, std::move(options));
  if (!http) return http.error();
  auto client = std::make_unique<ScriptClient>(*settings, std::move(envelope).value(), std::move(http).value());
  std::unique_ptr<api::EdmsAdapter> adapter =
      std::make_unique<Directum5Adapter>(std::move(settings), std::move(client), std::move(environment));
  return adapter;
}

Directum5Adapter::Directum5Adapter(std::unique_ptr<Settings> settings, std::unique_ptr<ScriptClient> client,
                                   api::AdapterEnvironment environment)
    : settings_(std::move(settings)), client_(std::move(client)), environment_(std::move(environment)) {}

api::Capabilities Directum5Adapter::capabilities() const {
  api::Capabilities c;
  c.cancel = c.cancel_reason = settings_->has(Operation::cancel_task);
  c.set_due = !settings_->package.due.empty();
  c.new_version = settings_->has(Operation::add_version);
  c.poll_batch = settings_->poll_batch;
  // Bounds what is sent and what is taken; without either nothing fits.
  const bool files = settings_->has(Operation::attach_file) || settings_->has(Operation::read_file);
  c.max_file = files ? settings_->max_file : 0;
  for (const auto& [ours, theirs] : settings_->document_types) c.document_types.push_back(ours);
  for (const auto& [ours, theirs] : settings_->routes) c.process_kinds.push_back(ours);
  for (const auto& [ours, theirs] : settings_->document_fields) c.document_fields.push_back(ours);
  return c;
}

Task<api::ConnectionReport> Directum5Adapter::test_connection(api::CallContext ctx) {
  Parameters none;
  auto answer = co_await client_->call(ctx, Operation::about, std::move(none), Effect::read);
  if (!answer) co_return answer.error();
  const auto rows = answer.value().all("about");
  if (rows.size() != 1) co_return unagreed("about", Effect::read);
  api::ConnectionReport report;
  report.product = "DIRECTUM 5 (экспериментально)";
  if (const std::string product = rows.front()->get("product"); !product.empty()) {
    report.product = product + " (экспериментально)";
  }
  report.version = rows.front()->get("version");
  report.user = rows.front()->get("user");
  report.warnings.emplace_back(experimental_notice);
  for (const Operation o :
       {Operation::catalog, Operation::find_person, Operation::find_reference, Operation::find_counterparty,
        Operation::create_counterparty, Operation::list_files, Operation::attach_file, Operation::add_version,
        Operation::read_file, Operation::cancel_task}) {
    if (!settings_->has(o))
      report.warnings.push_back("не настроено и потому недоступно: scripts." + std::string(name_of(o)));
  }
  co_return report;
}

Task<api::Catalog> Directum5Adapter::discover(api::CallContext ctx) {
  Parameters none;
  auto answer = co_await client_->call(ctx, Operation::catalog, std::move(none), Effect::read);
  if (!answer) co_return answer.error();
  api::Catalog catalog;
  for (const Row* row : answer.value().all("entry")) {
    api::CatalogEntry entry(row->get("kind"), row->get("id"), row->get("name"));
    entry.detail = row->get("detail");
    if (entry.kind.empty()) co_return unagreed("entry/kind", Effect::read);
    catalog.push_back(std::move(entry));
  }
  co_return catalog;
}

Task<std::vector<Person>> Directum5Adapter::find_person(api::CallContext ctx, Reference reference) {
  const std::string name = reference.id.empty() ? wanted_name(reference) : std::string();
  if (reference.id.empty() && name.empty()) co_return std::vector<Person>();
  Arguments arguments(*settings_);
  arguments.put("id", reference.id).put("name", name);
  arguments.put("email", reference.user ? reference.user->email : std::string());
  Parameters parameters = arguments.take();
  auto answer = co_await client_->call(ctx, Operation::find_person, std::move(parameters), Effect::read);
  if (!answer) co_return answer.error();
  std::vector<Person> found;
  for (const Row* row : answer.value().all("person")) {
    Person person{row->get("id"), row->get("name"), row->get("email")};
    if (person.id.empty()) co_return unagreed("person/id", Effect::read);
    const bool same = reference.id.empty() ? text::fold(person.name) == text::fold(name) : person.id == reference.id;
    if (same && std::find(found.begin(), found.end(), person) == found.end()) found.push_back(std::move(person));
  }
  co_return found;
}

// The id a script is given for a reference. Errors: rejected edms.reference.none|several (audience user).
Task<std::string> Directum5Adapter::resolve(api::CallContext ctx, std::string field, Reference reference) {
  if (!reference.id.empty()) co_return reference.id;
  std::vector<Row> hits;
  const std::string name = wanted_name(reference);
  if (field == "counterparty") {
    reference.create = false;  // the engine makes them by ensure_counterparty, with a key of their own
    auto counterparty = co_await ensure_counterparty(ctx, reference, name);
    if (!counterparty) co_return counterparty.error();
    co_return counterparty.value().id;
  }
  if (is_person(field)) {
    auto people = co_await find_person(ctx, reference);
    if (!people) co_return people.error();
    for (const Person& p : people.value()) {
      Row row;
      row.fields = {{"id", p.id}, {"name", p.name}};
      hits.push_back(std::move(row));
    }
  } else {
    Arguments arguments(*settings_);
    arguments.put("field", field).put("name", name);
    Parameters parameters = arguments.take();
    auto answer = co_await client_->call(ctx, Operation::find_reference, std::move(parameters), Effect::read);
    if (!answer) co_return answer.error();
    for (const Row* row : answer.value().all("entry")) {
      if (text::fold(row->get("name")) == text::fold(name)) hits.push_back(*row);
    }
  }
  if (hits.empty()) {
    co_return rejected(Audience::user, "edms.reference.none", "В DIRECTUM не найдено (" + field + "): «" + name + "»");
  }
  if (hits.size() > 1) {
    co_return rejected(Audience::user, "edms.reference.several",
                       "В DIRECTUM найдено несколько (" + field + "): " + listed(hits));
  }
  if (hits.front().get("id").empty()) co_return unagreed("entry/id", Effect::read);
  co_return hits.front().get("id");
}

Task<std::vector<Row>> Directum5Adapter::counterparties(api::CallContext ctx, std::string inn, std::string kpp,
                                                        std::string name, std::string key) {
  Arguments arguments(*settings_);
  arguments.put("inn", inn).put("kpp", kpp).put("name", name).put("key", key);
  Parameters parameters = arguments.take();
  auto answer = co_await client_->call(ctx, Operation::find_counterparty, std::move(parameters), Effect::read);
  if (!answer) co_return answer.error();
  std::vector<Row> rows;
  for (const Row* row : answer.value().all("counterparty")) {
    if (row->get("id").empty()) co_return unagreed("counterparty/id", Effect::read);
    rows.push_back(*row);
  }
  co_return rows;
}

Task<Reference> Directum5Adapter::ensure_counterparty(api::CallContext ctx, Reference wanted, std::string title) {
  if (!wanted.id.empty()) co_return wanted;
  const std::string inn(text::trim(wanted.inn)), kpp(text::trim(wanted.kpp));
  std::string name(text::trim(wanted.name));
  if (name.empty()) name = std::string(text::trim(title));
  if (inn.empty() && name.empty()) {
    co_return rejected(Audience::user, "edms.counterparty.none", "У компании нет ни ИНН, ни названия");
  }
  const std::string told = inn.empty() ? "«" + name + "»" : "ИНН " + inn + (kpp.empty() ? "" : ", КПП " + kpp);
  struct Search {
    std::string inn, kpp, name, key;
  };
  std::vector<Search> searches;
  if (inn.empty()) {
    searches.push_back(Search{"", "", name, ""});
  } else {
    if (!kpp.empty()) searches.push_back(Search{inn, kpp, "", ""});
    searches.push_back(Search{inn, "", "", ""});
  }
  if (wanted.create && !ctx.key.empty()) searches.push_back(Search{"", "", "", ctx.key});
  for (const Search& search : searches) {
    auto hits = co_await counterparties(ctx, search.inn, search.kpp, search.name, search.key);
    if (!hits) co_return hits.error();
    if (hits.value().size() > 1) {
      co_return rejected(Audience::user, "edms.counterparty.several",
                         "Контрагентов (" + told + ") в DIRECTUM несколько: " + listed(hits.value()));
    }
    if (hits.value().empty()) continue;
    wanted.id = hits.value().front().get("id");
    wanted.name = hits.value().front().get("name");
    co_return wanted;
  }
  if (!wanted.create) {
    co_return rejected(Audience::user, "edms.counterparty.none", "Контрагента (" + told + ") в DIRECTUM нет");
  }
  Arguments arguments(*settings_);
  arguments.put("key", ctx.key).put("inn", inn).put("kpp", kpp).put("name", name);
  Parameters parameters = arguments.take();
  auto made = co_await client_->call(ctx, Operation::create_counterparty, std::move(parameters), Effect::write);
  if (!made) co_return made.error();
  const auto rows = made.value().all("counterparty");
  if (rows.size() != 1 || rows.front()->get("id").empty()) co_return unagreed("counterparty/id", Effect::write);
  wanted.id = rows.front()->get("id");
  wanted.name = name;
  co_return wanted;
}

Task<std::optional<DocumentRef>> Directum5Adapter::find_document(api::CallContext ctx, DocumentDraft draft) {
  Arguments arguments(*settings_);
  arguments.put("key", ctx.key);
  Parameters parameters = arguments.take();
  auto answer = co_await client_->call(ctx, Operation::find_document, std::move(parameters), Effect::read);
  if (!answer) co_return answer.error();
  bool deleted_one = false;
  for (const Row* row : answer.value().all("document")) {
    // A script that forgets its filter must not give us somebody's document.
    if (row->get("key") != ctx.key || row->get("id").empty()) {
      co_return unagreed("document/key — не тот, что спрашивали", Effect::read);
    }
    const auto deleted = read_flag(*row, "deleted");
    if (!deleted) co_return deleted.error();
    if (deleted.value()) {
      deleted_one = true;
      continue;
    }
    DocumentRef ref{row->get("id"), draft.type, link(settings_->document_url, row->get("id"))};
    co_return std::optional<DocumentRef>(ref);
  }
  if (deleted_one) co_return rejected(Audience::user, "edms.document_deleted", "Документ в DIRECTUM удалён");
  co_return std::optional<DocumentRef>();
}

Task<DocumentRef> Directum5Adapter::create_document(api::CallContext ctx, DocumentDraft draft) {
  const std::string* type = find(settings_->document_types, draft.type);
  if (type == nullptr) {
    co_return rejected(Audience::admin, "edms.document_type",
                       "Вид документа «" + draft.type + "» не описан в documents.types подключения");
  }
  if (!uuid::is_valid(ctx.key)) {
    co_return make_error(Fault::defect, Audience::developer, "edms.key", "Документ создаётся без ключа");
  }
  Arguments arguments(*settings_);
  arguments.put("key", ctx.key).put("source", draft.key_source).put("type", *type);
  for (const DraftField& field : draft.fields) {
    const std::string* own = find(settings_->document_fields, field.name);
    if (own == nullptr) {
      co_return rejected(Audience::admin, "edms.field_unknown",
                         "Поле «" + field.name + "» не описано в documents.fields подключения");
    }
    const auto* reference = std::get_if<Reference>(&field.value);
    if (reference == nullptr) {
      arguments.put_theirs(*own, write_value(std::get<Value>(field.value), *settings_, is_date(field.name)));
      continue;
    }
    auto id = co_await resolve(ctx, field.name, *reference);
    if (!id) co_return id.error();
    arguments.put_theirs(*own, id.value());
  }
  auto known = co_await find_document(ctx, draft);  // nobody promises that a script refuses a key twice
  if (!known) co_return known.error();
  if (known.value()) co_return *known.value();
  Parameters parameters = arguments.take();
  auto made = co_await client_->call(ctx, Operation::create_document, std::move(parameters), Effect::write);
  if (!made) co_return made.error();
  const auto rows = made.value().all("document");
  if (rows.size() != 1 || rows.front()->get("id").empty()) co_return unagreed("document/id", Effect::write);
  const std::string id = rows.front()->get("id");
  DocumentRef ref{id, draft.type, link(settings_->document_url, id)};
  co_return ref;
}

}  // namespace sedlink::directum5
