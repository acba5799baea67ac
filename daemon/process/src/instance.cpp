#include "sedlink/process/instance.hpp"

#include <array>

#include "sedlink/core/json.hpp"

namespace sedlink::process {
namespace {

struct PhaseName {
  Phase phase;
  const char* code;
  const char* russian;
};
constexpr std::array<PhaseName, 10> phases{{
    {Phase::fresh, "fresh", "Новый"},
    {Phase::waiting_for_data, "waiting_for_data", "Ждёт данных"},
    {Phase::collecting, "collecting", "Читаем файлы"},
    {Phase::counterparty, "counterparty", "Контрагент"},
    {Phase::document, "document", "Создаём документ"},
    {Phase::preparing, "preparing", "Готовим процесс"},
    {Phase::starting, "starting", "Запускаем"},
    {Phase::running, "running", "Согласуется"},
    {Phase::delivering, "delivering", "Возвращаем результат"},
    {Phase::ended, "ended", "Завершён"},
}};

const json::value& member(const json::value& v, std::string_view key) {
  static const json::value none;
  const json::value* m = json::find(v, key);
  return m == nullptr ? none : *m;
}

}  // namespace

const char* to_string(Phase phase) noexcept {
  for (const auto& p : phases)
    if (p.phase == phase) return p.code;
  return "?";
}
std::optional<Phase> phase_from_string(std::string_view code) noexcept {
  for (const auto& p : phases)
    if (p.code == code) return p.phase;
  return std::nullopt;
}
const char* russian_name(Phase phase) noexcept {
  for (const auto& p : phases)
    if (p.phase == phase) return p.russian;
  return "?";
}
bool is_active(Phase phase) noexcept {
  return phase != Phase::fresh && phase != Phase::waiting_for_data && phase != Phase::ended;
}

boost::json::value to_json(const Item& i) {
  return json::object{{"ref", to_json(i.ref)},
                      {"title", i.title},
                      {"url", i.url},
                      {"category", i.category},
                      {"stage", i.stage},
                      {"semantics", static_cast<std::int64_t>(i.semantics)},
                      {"read_at", to_epoch_ms(i.read_at)},
                      {"moved_at", to_epoch_ms(i.moved_at)},
                      {"updated_at", to_epoch_ms(i.updated_at)},
                      {"moved_by", i.moved_by},
                      {"updated_by", i.updated_by},
                      {"created_by", i.created_by},
                      {"assigned_by", i.assigned_by},
                      {"company_id", i.company_id},
                      {"fields", to_json(i.fields)},
                      {"company", to_json(i.company)},
                      {"contact", to_json(i.contact)}};
}

Item item_from_json(const boost::json::value& v) {
  Item i;
  i.ref = item_ref_from_json(member(v, "ref"));
  i.title = json::text(v, "title");
  i.url = json::text(v, "url");
  i.category = json::text(v, "category");
  i.stage = json::text(v, "stage");
  i.semantics = static_cast<StageSemantics>(json::integer(v, "semantics", 1));
  i.read_at = json::time(v, "read_at").value_or(Time{});
  i.moved_at = json::time(v, "moved_at").value_or(Time{});
  i.updated_at = json::time(v, "updated_at").value_or(Time{});
  i.moved_by = json::text(v, "moved_by");
  i.updated_by = json::text(v, "updated_by");
  i.created_by = json::text(v, "created_by");
  i.assigned_by = json::text(v, "assigned_by");
  i.company_id = json::text(v, "company_id");
  i.fields = fields_from_json(member(v, "fields"));
  i.company = fields_from_json(member(v, "company"));
  i.contact = fields_from_json(member(v, "contact"));
  return i;
}

boost::json::value to_json(const DocumentFile& f) {
  return json::object{{"field", f.field},    {"role", f.role},     {"crm_id", f.crm_id},
                      {"name", f.name},      {"sha256", f.sha256}, {"size", static_cast<std::int64_t>(f.size)},
                      {"edms", f.edms_file}, {"sent", f.sent}};
}

DocumentFile document_file_from_json(const boost::json::value& v) {
  DocumentFile f;
  f.field = json::text(v, "field");
  f.role = json::text(v, "role");
  f.crm_id = json::text(v, "crm_id");
  f.name = json::text(v, "name");
  f.sha256 = json::text(v, "sha256");
  f.size = static_cast<std::uint64_t>(json::integer(v, "size"));
  f.edms_file = json::text(v, "edms");
  f.sent = json::boolean(v, "sent");
  return f;
}

boost::json::value to_json(const Instance& i) {
  json::object shown;
  for (const auto& [field, value] : i.shown_fields) shown[field] = value;
  json::value own_move = nullptr;
  if (i.own_move)
    own_move = json::object{{"stage", i.own_move->stage}, {"moved_at", json::from_time(i.own_move->moved_at)}};
  return json::object{
      {"id", i.id},
      {"mapping", i.mapping},
      {"revision", i.revision},
      {"crm", i.crm},
      {"edms", i.edms},
      {"item", to_json(i.item)},
      {"launch_no", i.launch_no},
      {"phase", static_cast<std::int64_t>(i.phase)},
      {"outcome", i.outcome ? json::value(static_cast<std::int64_t>(*i.outcome)) : json::value(nullptr)},
      {"closed_reason", i.closed_reason},
      {"card", to_json(i.card)},
      {"card_gone", i.card_gone},
      {"initiator", i.initiator},
      {"started_at", to_epoch_ms(i.started_at)},
      {"updated_at", to_epoch_ms(i.updated_at)},
      {"ended_at", json::from_time(i.ended_at)},
      {"counter", i.counter},
      {"entry", json::from_time(i.entry)},
      {"file_revision", i.file_revision},
      {"forced", i.forced},
      {"prior_revision", i.prior_revision},
      {"prior_outcome",
       i.prior_outcome ? json::value(static_cast<std::int64_t>(*i.prior_outcome)) : json::value(nullptr)},
      {"told", i.told},
      {"problems", json::from_texts(i.problems)},
      {"told_same_revision", json::from_time(i.told_same_revision)},
      {"document_no", i.document_no},
      {"document", i.document ? to_json(*i.document) : json::value(nullptr)},
      {"counterparty", i.counterparty},
      {"files", json::from_list(i.files)},
      {"incoming", json::from_list(i.incoming)},
      {"process", i.process ? to_json(*i.process) : json::value(nullptr)},
      {"last", i.last ? to_json(*i.last) : json::value(nullptr)},
      {"edms_moved_at", to_epoch_ms(i.edms_moved_at)},
      {"seen", json::from_list(i.seen)},
      {"cancel_requested", i.cancel_requested},
      {"cancel_sent", i.cancel_sent},
      {"withdraw_reason", i.withdraw_reason},
      {"gave_up", i.gave_up},
      {"decided_task", i.decided_task},
      {"resubmitting", i.resubmitting},
      {"told_task", i.told_task},
      {"document_data", i.document_data},
      {"refused_starts", i.refused_starts},
      {"put_stage", i.put_stage},
      {"own_move", std::move(own_move)},
      {"shown_row", i.shown_row},
      {"shown_fields", std::move(shown)},
      {"wanted_stage", i.wanted_stage ? json::value(*i.wanted_stage) : json::value(nullptr)},
      {"called", json::from_texts(i.called)},
      {"folder_id", i.folder_id},
      {"deliveries_open", i.deliveries_open},
      {"results_listed", i.results_listed}};
}

Instance instance_from_json(const boost::json::value& v) {
  Instance i;
  i.id = json::text(v, "id");
  i.mapping = json::text(v, "mapping");
  i.revision = json::text(v, "revision");
  i.crm = json::text(v, "crm");
  i.edms = json::text(v, "edms");
  i.item = item_ref_from_json(member(v, "item"));
  i.launch_no = static_cast<int>(json::integer(v, "launch_no"));
  i.phase = static_cast<Phase>(json::integer(v, "phase", 1));
  if (const json::value* o = json::find(v, "outcome"); o != nullptr && o->is_int64())
    i.outcome = static_cast<Outcome>(o->get_int64());
  i.closed_reason = json::text(v, "closed_reason");
  i.card = item_from_json(member(v, "card"));
  i.card_gone = json::boolean(v, "card_gone");
  i.initiator = json::text(v, "initiator");
  i.started_at = json::time(v, "started_at").value_or(Time{});
  i.updated_at = json::time(v, "updated_at").value_or(Time{});
  i.ended_at = json::time(v, "ended_at");
  i.counter = static_cast<int>(json::integer(v, "counter"));
  i.entry = json::time(v, "entry");
  i.file_revision = json::text(v, "file_revision");
  i.forced = json::boolean(v, "forced");
  i.prior_revision = json::text(v, "prior_revision");
  if (const json::value* o = json::find(v, "prior_outcome"); o != nullptr && o->is_int64())
    i.prior_outcome = static_cast<Outcome>(o->get_int64());
  i.told = json::text(v, "told");
  i.problems = json::texts(v, "problems");
  i.told_same_revision = json::time(v, "told_same_revision");
  i.document_no = static_cast<int>(json::integer(v, "document_no", 1));
  if (const json::value* d = json::find(v, "document"); d != nullptr && d->is_object())
    i.document = document_ref_from_json(*d);
  i.counterparty = json::text(v, "counterparty");
  i.files = json::to_list<DocumentFile>(v, "files", document_file_from_json);
  i.incoming = json::to_list<DocumentFile>(v, "incoming", document_file_from_json);
  if (const json::value* p = json::find(v, "process"); p != nullptr && p->is_object())
    i.process = process_ref_from_json(*p);
  if (const json::value* s = json::find(v, "last"); s != nullptr && s->is_object()) i.last = snapshot_from_json(*s);
  i.edms_moved_at = json::time(v, "edms_moved_at").value_or(Time{});
  i.seen = json::to_list<Participant>(v, "seen", participant_from_json);
  i.cancel_requested = json::boolean(v, "cancel_requested");
  i.cancel_sent = json::boolean(v, "cancel_sent");
  i.withdraw_reason = json::text(v, "withdraw_reason");
  i.gave_up = json::boolean(v, "gave_up");
  i.decided_task = json::text(v, "decided_task");
  i.resubmitting = json::boolean(v, "resubmitting");
  i.told_task = json::text(v, "told_task");
  i.document_data = json::text(v, "document_data");
  i.refused_starts = static_cast<int>(json::integer(v, "refused_starts"));
  i.put_stage = json::text(v, "put_stage");
  if (const json::value* m = json::find(v, "own_move"); m != nullptr && m->is_object())
    i.own_move = OwnMove{json::text(*m, "stage"), json::time(*m, "moved_at")};
  i.shown_row = json::text(v, "shown_row");
  if (const json::value* s = json::find(v, "shown_fields"); s != nullptr && s->is_object())
    for (const auto& [field, value] : s->get_object())
      if (value.is_string()) i.shown_fields.emplace(std::string(field), std::string(value.get_string()));
  if (const json::value* w = json::find(v, "wanted_stage"); w != nullptr && w->is_string())
    i.wanted_stage = std::string(w->get_string());
  i.called = json::texts(v, "called");
  i.folder_id = json::text(v, "folder_id");
  i.deliveries_open = static_cast<int>(json::integer(v, "deliveries_open"));
  i.results_listed = json::boolean(v, "results_listed");
  return i;
}

}  // namespace sedlink::process
