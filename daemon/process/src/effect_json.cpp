#include <array>
#include <utility>

#include "call_json.hpp"
#include "sedlink/core/json.hpp"
#include "sedlink/process/effect.hpp"

namespace sedlink::process {
namespace {

template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};
template <class... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;

const json::value& member(const json::value& v, std::string_view key) {
  static const json::value none;
  const json::value* m = json::find(v, key);
  return m == nullptr ? none : *m;
}

json::value duration_to_json(const std::optional<Duration>& d) {
  return d ? json::value(static_cast<std::int64_t>(d->count())) : json::value(nullptr);
}

json::value to_json(const Reference& r) {
  json::object o{{"id", r.id},   {"name", r.name},           {"inn", r.inn},
                 {"kpp", r.kpp}, {"edms_name", r.edms_name}, {"create", r.create}};
  if (r.user) o["user"] = json::object{{"id", r.user->id}, {"name", r.user->name}, {"email", r.user->email}};
  return o;
}
Reference reference_from_json(const json::value& v) {
  Reference r;
  r.id = json::text(v, "id");
  r.name = json::text(v, "name");
  r.inn = json::text(v, "inn");
  r.kpp = json::text(v, "kpp");
  r.edms_name = json::text(v, "edms_name");
  r.create = json::boolean(v, "create");
  if (const json::value* u = json::find(v, "user"))
    r.user = Person{json::text(*u, "id"), json::text(*u, "name"), json::text(*u, "email")};
  return r;
}

json::value to_json(const DocumentDraft& d) {
  json::array fields;
  for (const auto& f : d.fields) {
    json::object o{{"name", f.name}};
    if (const auto* reference = std::get_if<Reference>(&f.value))
      o["reference"] = to_json(*reference);
    else
      o["value"] = sedlink::to_json(std::get<Value>(f.value));
    fields.push_back(std::move(o));
  }
  return json::object{{"type", d.type}, {"fields", std::move(fields)}, {"key_source", d.key_source}};
}
DocumentDraft document_draft_from_json(const json::value& v) {
  DocumentDraft d;
  d.type = json::text(v, "type");
  d.key_source = json::text(v, "key_source");
  for (const auto& f : json::list(v, "fields")) {
    if (const json::value* reference = json::find(f, "reference"))
      d.fields.emplace_back(json::text(f, "name"), reference_from_json(*reference));
    else
      d.fields.emplace_back(json::text(f, "name"), value_from_json(member(f, "value")));
  }
  return d;
}

json::value to_json(const ProcessDraft& d) {
  json::array approvers;
  for (const auto& a : d.approvers) approvers.push_back(to_json(a));
  return json::object{{"kind", d.kind},
                      {"template", d.template_name},
                      {"approvers", std::move(approvers)},
                      {"name", d.name},
                      {"description", d.description},
                      {"author", d.author ? to_json(*d.author) : json::value(nullptr)},
                      {"due", duration_to_json(d.due)}};
}
ProcessDraft process_draft_from_json(const json::value& v) {
  ProcessDraft d;
  d.kind = json::text(v, "kind");
  d.template_name = json::text(v, "template");
  d.approvers = json::to_list<Reference>(v, "approvers", reference_from_json);
  d.name = json::text(v, "name");
  d.description = json::text(v, "description");
  if (const json::value* a = json::find(v, "author"); a != nullptr && a->is_object())
    d.author = reference_from_json(*a);
  if (const json::value* due = json::find(v, "due"); due != nullptr && due->is_int64())
    d.due = Duration(due->get_int64());
  return d;
}

json::value to_json(const CrmAction& action) {
  return std::visit(
      Overloaded{
          [](const MoveStage& m) -> json::value {
            return json::object{{"do", "move"},
                                {"item", sedlink::to_json(m.item)},
                                {"expected", json::from_texts(m.expected)},
                                {"to", m.to}};
          },
          [](const SetFields& s) -> json::value {
            return json::object{
                {"do", "fields"}, {"item", sedlink::to_json(s.item)}, {"fields", sedlink::to_json(s.fields)}};
          },
          [](const Comment& c) -> json::value {
            return json::object{{"do", "comment"}, {"item", sedlink::to_json(c.item)}, {"text", c.text}};
          },
          [](const Notify& n) -> json::value {
            return json::object{
                {"do", "notify"}, {"item", sedlink::to_json(n.item)}, {"user", n.user_id}, {"text", n.text}};
          },
          [](const CreateTask& t) -> json::value {
            return json::object{{"do", "task"},
                                {"item", sedlink::to_json(t.item)},
                                {"title", t.title},
                                {"description", t.description},
                                {"responsible", t.responsible_id},
                                {"creator", t.creator_id},
                                {"checklist", json::from_texts(t.checklist)},
                                {"due", json::from_time(t.due)}};
          },
          [](const EnsureFolder& f) -> json::value {
            return json::object{{"do", "folder"},
                                {"path", json::from_texts(f.path)},
                                {"company_segment", f.company_segment},
                                {"company_id", f.company_id},
                                {"company_tag", f.company_tag}};
          },
      },
      action);
}
CrmAction crm_action_from_json(const json::value& v) {
  const std::string what = json::text(v, "do");
  const ItemRef item = item_ref_from_json(member(v, "item"));
  if (what == "move") {
    MoveStage m;
    m.item = item;
    m.expected = json::texts(v, "expected");
    m.to = json::text(v, "to");
    return m;
  }
  if (what == "fields") {
    SetFields s;
    s.item = item;
    s.fields = fields_from_json(member(v, "fields"));
    return s;
  }
  if (what == "notify") {
    Notify n;
    n.item = item;
    n.user_id = json::text(v, "user");
    n.text = json::text(v, "text");
    return n;
  }
  if (what == "task") {
    CreateTask t;
    t.item = item;
    t.title = json::text(v, "title");
    t.description = json::text(v, "description");
    t.responsible_id = json::text(v, "responsible");
    t.creator_id = json::text(v, "creator");
    t.checklist = json::texts(v, "checklist");
    t.due = json::time(v, "due");
    return t;
  }
  if (what == "folder") {
    EnsureFolder f;
    f.path = json::texts(v, "path");
    f.company_segment = static_cast<int>(json::integer(v, "company_segment", -1));
    f.company_id = json::text(v, "company_id");
    f.company_tag = json::text(v, "company_tag");
    return f;
  }
  Comment c;
  c.item = item;
  c.text = json::text(v, "text");
  return c;
}

json::value to_json(const FileTarget& target) {
  if (const auto* f = std::get_if<FieldTarget>(&target))
    return json::object{{"to", "field"}, {"item", sedlink::to_json(f->item)}, {"field", f->field}};
  if (const auto* f = std::get_if<FolderTarget>(&target))
    return json::object{{"to", "folder"}, {"folder", f->folder_id}};
  const auto& t = std::get<TimelineTarget>(target);
  return json::object{{"to", "timeline"}, {"item", sedlink::to_json(t.item)}, {"text", t.text}};
}
FileTarget file_target_from_json(const json::value& v) {
  const std::string to = json::text(v, "to");
  if (to == "folder") {
    FolderTarget f;
    f.folder_id = json::text(v, "folder");
    return f;
  }
  if (to == "timeline") {
    TimelineTarget t;
    t.item = item_ref_from_json(member(v, "item"));
    t.text = json::text(v, "text");
    return t;
  }
  FieldTarget f;
  f.item = item_ref_from_json(member(v, "item"));
  f.field = json::text(v, "field");
  return f;
}

// Every text of a sheet, in one list: written and read by the same table.
using SheetText = std::pair<const char*, std::string SheetData::*>;
constexpr std::array<SheetText, 22> sheet_texts{{
    {"title", &SheetData::title},
    {"document_title", &SheetData::document_title},
    {"kind", &SheetData::kind},
    {"number", &SheetData::number},
    {"date", &SheetData::date},
    {"company", &SheetData::company},
    {"counterparty", &SheetData::counterparty},
    {"sum", &SheetData::sum},
    {"card", &SheetData::card},
    {"link", &SheetData::link},
    {"file_name", &SheetData::file_name},
    {"file_sha256", &SheetData::file_sha256},
    {"process_name", &SheetData::process_name},
    {"started", &SheetData::started},
    {"ended", &SheetData::ended},
    {"outcome", &SheetData::outcome},
    {"time_zone", &SheetData::time_zone},
    {"card_title", &SheetData::card_title},
    {"document_link", &SheetData::document_link},
    {"crm", &SheetData::crm},
    {"initiator", &SheetData::initiator},
    {"responsible", &SheetData::responsible},
}};

json::value to_json(const SheetData& s) {
  json::object o;
  for (const auto& [name, text] : sheet_texts) o[name] = s.*text;
  json::array signatures;
  for (const auto& g : s.signatures)
    signatures.push_back(json::object{{"signer", g.signer},
                                      {"time", g.time},
                                      {"thumbprint", g.thumbprint},
                                      {"file", g.file},
                                      {"version", g.version}});
  o["signatures"] = std::move(signatures);
  o["participants"] = json::from_list(s.participants);
  o["added"] = json::from_texts(s.added_from_edms);
  o["made_at"] = to_epoch_ms(s.made_at);
  return o;
}
SheetData sheet_from_json(const json::value& v) {
  SheetData s;
  for (const auto& [name, text] : sheet_texts) s.*text = json::text(v, name);
  for (const auto& g : json::list(v, "signatures"))
    s.signatures.push_back({json::text(g, "signer"), json::text(g, "time"), json::text(g, "thumbprint"),
                            json::text(g, "file"), json::text(g, "version")});
  s.participants = json::to_list<Participant>(v, "participants", participant_from_json);
  s.added_from_edms = json::texts(v, "added");
  s.made_at = json::time(v, "made_at").value_or(Time{});
  return s;
}

json::object payload(const Action& action) {
  return std::visit(
      Overloaded{
          [](const CollectFiles& a) {
            return json::object{{"item", sedlink::to_json(a.item)}, {"files", json::from_list(a.files)}};
          },
          [](const EnsureCounterparty& a) {
            return json::object{{"reference", to_json(a.reference)}, {"title", a.title}};
          },
          [](const CreateDocument& a) {
            return json::object{{"draft", to_json(a.draft)}};
          },
          [](const AttachFile& a) {
            return json::object{{"document", sedlink::to_json(a.document)}, {"file", process::to_json(a.file)}};
          },
          [](const AddVersion& a) {
            return json::object{{"document", sedlink::to_json(a.document)}, {"file", process::to_json(a.file)}};
          },
          [](const PrepareProcess& a) {
            return json::object{{"document", sedlink::to_json(a.document)}, {"draft", to_json(a.draft)}};
          },
          [](const StartProcess& a) {
            return json::object{{"process", sedlink::to_json(a.process)}};
          },
          [](const DecideRound& a) {
            const auto& d = a.decision;
            return json::object{{"process", sedlink::to_json(a.process)},
                                {"verdict", static_cast<std::int64_t>(d.round_verdict)},
                                {"task", d.task_id},
                                {"round", d.round},
                                {"ours", d.ours},
                                {"author", d.author.name},
                                {"again", a.again},
                                {"comment", a.comment}};
          },
          [](const CancelProcess& a) {
            return json::object{{"process", sedlink::to_json(a.process)}, {"reason", a.reason}};
          },
          [](const ListResults& a) {
            return json::object{{"process", sedlink::to_json(a.process)}};
          },
          [](const ChangeCrm& a) {
            return json::object{{"action", to_json(a.action)}};
          },
          [](const Deliver& a) {
            json::object o{{"source", static_cast<std::int64_t>(a.source)},
                           {"file", a.file.id},
                           {"version", a.file.version_id},
                           {"size", static_cast<std::int64_t>(a.size)},
                           {"bytes", a.bytes_base64},
                           {"name", a.name},
                           {"target", to_json(a.target)},
                           {"to_folder_of_run", a.to_folder_of_run}};
            if (a.source == Deliver::Source::sheet) o["sheet"] = to_json(a.sheet);
            return o;
          },
          [](const CallService& a) { return call_to_json(a); },
          [](const Attention& a) {
            return json::object{{"code", a.code}, {"text", a.text}};
          },
      },
      action);
}

Action action_from_json(std::string_view kind, const json::value& v) {
  const DocumentRef document = document_ref_from_json(member(v, "document"));
  const ProcessRef process = process_ref_from_json(member(v, "process"));
  if (kind == "collect_files")
    return CollectFiles{item_ref_from_json(member(v, "item")),
                        json::to_list<DocumentFile>(v, "files", document_file_from_json)};
  if (kind == "ensure_counterparty")
    return EnsureCounterparty{reference_from_json(member(v, "reference")), json::text(v, "title")};
  if (kind == "create_document") return CreateDocument{document_draft_from_json(member(v, "draft"))};
  if (kind == "attach_file") return AttachFile{document, document_file_from_json(member(v, "file"))};
  if (kind == "add_version") return AddVersion{document, document_file_from_json(member(v, "file"))};
  if (kind == "prepare_process") return PrepareProcess{document, process_draft_from_json(member(v, "draft"))};
  if (kind == "start_process") return StartProcess{process};
  if (kind == "decide_round") {
    DecideRound a;
    a.process = process;
    a.decision.round_verdict = static_cast<Verdict>(json::integer(v, "verdict"));
    a.decision.task_id = json::text(v, "task");
    a.decision.round = static_cast<int>(json::integer(v, "round", 1));
    a.decision.ours = json::boolean(v, "ours");
    a.decision.author.name = json::text(v, "author");
    a.again = json::boolean(v, "again");
    a.comment = json::text(v, "comment");
    return a;
  }
  if (kind == "cancel_process") return CancelProcess{process, json::text(v, "reason")};
  if (kind == "list_results") return ListResults{process};
  if (kind == "deliver") {
    Deliver a;
    a.source = static_cast<Deliver::Source>(json::integer(v, "source", 1));
    a.file = EdmsFileRef{json::text(v, "file"), json::text(v, "version")};
    a.size = static_cast<std::uint64_t>(json::integer(v, "size", 0));
    a.bytes_base64 = json::text(v, "bytes");
    a.name = json::text(v, "name");
    a.target = file_target_from_json(member(v, "target"));
    a.to_folder_of_run = json::boolean(v, "to_folder_of_run");
    a.sheet = sheet_from_json(member(v, "sheet"));
    return a;
  }
  if (kind == "call_service") return call_from_json(v);
  if (kind == "attention") return Attention{json::text(v, "code"), json::text(v, "text")};
  return ChangeCrm{crm_action_from_json(member(v, "action"))};
}

}  // namespace

boost::json::value to_json(const Effect& effect) {
  return json::object{{"key", effect.key},
                      {"object_key", effect.object_key},
                      {"kind", kind_of(effect.action)},
                      {"payload", payload(effect.action)}};
}

Effect effect_from_json(const boost::json::value& v) {
  Effect e;
  e.key = json::text(v, "key");
  e.object_key = json::text(v, "object_key");
  e.action = action_from_json(json::text(v, "kind"), member(v, "payload"));
  return e;
}

}  // namespace sedlink::process
