// The stored form of what comes back: lists of results, approval sheets, dossiers.
#include <array>
#include <utility>

#include "effect_json.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::process {
namespace {

const json::value& member(const json::value& v, std::string_view key) {
  static const json::value none;
  const json::value* m = json::find(v, key);
  return m == nullptr ? none : *m;
}

json::object ref_to_json(const EdmsFileRef& r) { return json::object{{"id", r.id}, {"version", r.version_id}}; }
EdmsFileRef ref_from_json(const json::value& v) { return EdmsFileRef{json::text(v, "id"), json::text(v, "version")}; }
std::optional<EdmsFileRef> optional_ref(const json::value& v, std::string_view key) {
  const json::value* r = json::find(v, key);
  if (r == nullptr || !r->is_object()) return std::nullopt;
  return ref_from_json(*r);
}

json::value signature_to_json(const SignatureInfo& s) {
  return json::object{{"signer", s.signer},
                      {"subject", s.certificate_subject},
                      {"thumbprint", s.thumbprint},
                      {"file_name", s.file_name},
                      {"comment", s.comment},
                      {"signed_at", json::from_time(s.signed_at)},
                      {"bytes", text::base64_encode(s.bytes)}};
}
SignatureInfo signature_from_json(const json::value& v) {
  SignatureInfo s;
  s.signer = json::text(v, "signer");
  s.certificate_subject = json::text(v, "subject");
  s.thumbprint = json::text(v, "thumbprint");
  s.file_name = json::text(v, "file_name");
  s.comment = json::text(v, "comment");
  s.signed_at = json::time(v, "signed_at");
  if (auto bytes = text::base64_decode(json::text(v, "bytes"))) s.bytes = std::move(bytes).value();
  return s;
}

ResultFile file_from_json(const json::value& v) {
  ResultFile f;
  f.ref = ref_from_json(member(v, "ref"));
  f.name = json::text(v, "name");
  f.size = static_cast<std::uint64_t>(json::integer(v, "size"));
  f.sha256 = json::text(v, "sha256");
  f.modified_at = json::time(v, "modified_at");
  f.signatures = json::to_list<SignatureInfo>(v, "signatures", signature_from_json);
  return f;
}

SheetRow row_from_json(const json::value& v) {
  SheetRow r;
  r.person = json::text(v, "person");
  r.position = json::text(v, "position");
  r.result = json::text(v, "result");
  r.comment = json::text(v, "comment");
  r.date = json::time(v, "date");
  return r;
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

}  // namespace

json::value to_json(const SheetData& s) {
  json::object o;
  for (const auto& [name, text] : sheet_texts) o[name] = s.*text;
  json::array signatures;
  for (const auto& g : s.signatures)
    signatures.push_back(json::object{{"signer", g.signer},
                                      {"time", g.time},
                                      {"thumbprint", g.thumbprint},
                                      {"file", g.file},
                                      {"version", g.version},
                                      {"verdict", g.verdict},
                                      {"reason", g.reason}});
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
                            json::text(g, "file"), json::text(g, "version"), json::text(g, "verdict"),
                            json::text(g, "reason")});
  s.participants = json::to_list<Participant>(v, "participants", participant_from_json);
  s.added_from_edms = json::texts(v, "added");
  s.made_at = json::time(v, "made_at").value_or(Time{});
  return s;
}

json::value to_json(const ResultSet& results) {
  json::array files, rows;
  for (const auto& f : results.files) {
    json::array signatures;
    for (const auto& s : f.signatures) signatures.push_back(signature_to_json(s));
    files.push_back(json::object{{"ref", ref_to_json(f.ref)},
                                 {"name", f.name},
                                 {"size", static_cast<std::int64_t>(f.size)},
                                 {"sha256", f.sha256},
                                 {"modified_at", json::from_time(f.modified_at)},
                                 {"signatures", std::move(signatures)}});
  }
  for (const auto& r : results.sheet_rows)
    rows.push_back(json::object{{"person", r.person},
                                {"position", r.position},
                                {"result", r.result},
                                {"comment", r.comment},
                                {"date", json::from_time(r.date)}});
  json::object out{{"files", std::move(files)}, {"rows", std::move(rows)}};
  if (results.sheet_pdf) out["sheet_pdf"] = ref_to_json(*results.sheet_pdf);
  return out;
}

ResultSet result_set_from_json(const json::value& v) {
  ResultSet out;
  out.files = json::to_list<ResultFile>(v, "files", file_from_json);
  out.sheet_rows = json::to_list<SheetRow>(v, "rows", row_from_json);
  out.sheet_pdf = optional_ref(v, "sheet_pdf");
  return out;
}

json::value to_json(const DossierData& d) {
  json::array facts, files, signatures;
  for (const auto& [name, value] : d.facts) facts.push_back(json::array{name, value});
  for (const auto& f : d.files)
    files.push_back(json::object{{"ref", ref_to_json(f.ref)},
                                 {"name", f.name},
                                 {"sha256", f.sha256},
                                 {"size", static_cast<std::int64_t>(f.size)}});
  for (const auto& s : d.signatures)
    signatures.push_back(
        json::object{{"name", s.name}, {"bytes", s.bytes_base64}, {"file_id", s.file_id}, {"number", s.number}});
  json::object out{{"title", d.title},
                   {"facts", std::move(facts)},
                   {"files", std::move(files)},
                   {"signatures", std::move(signatures)},
                   {"check", to_json(d.check)},
                   {"sheet_name", d.sheet_name},
                   {"absent", json::from_texts(d.absent)},
                   {"made_at", to_epoch_ms(d.made_at)}};
  if (d.sheet_pdf)
    out["sheet_pdf"] = ref_to_json(*d.sheet_pdf);
  else
    out["sheet"] = to_json(d.sheet);
  return out;
}

DossierData dossier_from_json(const json::value& v) {
  DossierData d;
  d.title = json::text(v, "title");
  for (const auto& f : json::list(v, "facts"))
    if (const auto* pair = f.if_array();
        pair != nullptr && pair->size() == 2 && pair->at(0).is_string() && pair->at(1).is_string())
      d.facts.emplace_back(std::string(pair->at(0).get_string()), std::string(pair->at(1).get_string()));
  for (const auto& f : json::list(v, "files"))
    d.files.push_back({ref_from_json(member(f, "ref")), json::text(f, "name"), json::text(f, "sha256"),
                       static_cast<std::uint64_t>(json::integer(f, "size"))});
  for (const auto& s : json::list(v, "signatures"))
    d.signatures.push_back({json::text(s, "name"), json::text(s, "bytes"), json::text(s, "file_id"),
                            static_cast<int>(json::integer(s, "number"))});
  d.check = signature_check_from_json(member(v, "check"));
  d.sheet_name = json::text(v, "sheet_name");
  d.sheet_pdf = optional_ref(v, "sheet_pdf");
  d.sheet = sheet_from_json(member(v, "sheet"));
  d.absent = json::texts(v, "absent");
  d.made_at = json::time(v, "made_at").value_or(Time{});
  return d;
}

}  // namespace sedlink::process
