#include "wire/records.hpp"

#include <array>
#include <charconv>

#include "sedlink/core/json.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::example_folder {
namespace {

constexpr int most_rounds = 1000;
constexpr std::size_t id_length = 16;

struct DeedName {
  Deed deed;
  const char* name;
};
constexpr std::array<DeedName, 5> deeds{{{Deed::start, "start"},
                                         {Deed::answer, "answer"},
                                         {Deed::again, "again"},
                                         {Deed::accept, "accept"},
                                         {Deed::interrupt, "interrupt"}}};

std::optional<json::value> parse_object(std::string_view bytes) {
  auto parsed = json::parse(bytes);
  if (!parsed || !parsed.value().is_object()) return std::nullopt;
  return std::move(parsed).value();
}

std::string pretty(const json::object& record) { return boost::json::serialize(record) + "\n"; }

Person person_of(const json::value& v) {
  Person p;
  p.id = json::text(v, "id");
  p.name = json::text(v, "name");
  p.email = json::text(v, "email");
  return p;
}

json::object object_of(const Person& p) { return {{"id", p.id}, {"name", p.name}, {"email", p.email}}; }

// A list with a bad row is damaged: leaving the row out would be a list with gaps.
std::optional<std::vector<Person>> people_of(const json::array& rows) {
  std::vector<Person> people;
  for (const json::value& row : rows) {
    people.push_back(person_of(row));
    if (people.back().id.empty() || people.back().name.empty()) return std::nullopt;
  }
  return people;
}

}  // namespace

std::optional<Marker> read_marker(std::string_view bytes) {
  const auto v = parse_object(bytes);
  if (!v || json::find(*v, "format") == nullptr) return std::nullopt;
  Marker m;
  m.format = static_cast<int>(json::integer(*v, "format"));
  m.name = json::text(*v, "name");
  return m;
}

std::optional<std::vector<Person>> read_people(std::string_view bytes) {
  const auto parsed = json::parse(bytes);
  if (!parsed || !parsed.value().is_array()) return std::nullopt;
  return people_of(parsed.value().get_array());
}

std::optional<Counterparty> read_counterparty(std::string_view bytes) {
  const auto v = parse_object(bytes);
  if (!v) return std::nullopt;
  Counterparty c;
  c.id = json::text(*v, "id");
  c.name = json::text(*v, "name");
  c.inn = json::text(*v, "inn");
  c.kpp = json::text(*v, "kpp");
  if (c.id.empty()) return std::nullopt;
  return c;
}

std::string write_counterparty(const Counterparty& c) {
  return pretty({{"id", c.id}, {"name", c.name}, {"inn", c.inn}, {"kpp", c.kpp}});
}

std::optional<Card> read_card(std::string_view bytes) {
  const auto v = parse_object(bytes);
  if (!v) return std::nullopt;
  Card c;
  c.key = json::text(*v, "key");
  c.source = json::text(*v, "source");
  c.title = json::text(*v, "title");
  c.deleted = json::boolean(*v, "deleted");
  if (c.key.empty()) return std::nullopt;
  for (const json::value& row : json::list(*v, "fields")) {
    Card::Field f;
    f.name = json::text(row, "name");
    f.text = json::text(row, "text");
    f.id = json::text(row, "id");
    if (f.name.empty()) return std::nullopt;
    c.fields.push_back(std::move(f));
  }
  return c;
}

std::string write_card(const Card& c) {
  json::array fields;
  for (const Card::Field& f : c.fields) {
    json::object row{{"name", f.name}, {"text", f.text}};
    if (!f.id.empty()) row["id"] = f.id;
    fields.push_back(std::move(row));
  }
  json::object out{{"key", c.key}, {"source", c.source}, {"title", c.title}, {"fields", std::move(fields)}};
  if (c.deleted) out["deleted"] = true;
  return pretty(out);
}

std::optional<Route> read_route(std::string_view bytes) {
  const auto v = parse_object(bytes);
  if (!v) return std::nullopt;
  Route r;
  r.key = json::text(*v, "key");
  r.document = json::text(*v, "document");
  r.kind = json::text(*v, "kind");
  r.name = json::text(*v, "name");
  r.description = json::text(*v, "description");
  if (const json::value* author = json::find(*v, "author")) r.author = person_of(*author);
  r.ours = json::boolean(*v, "ours");
  auto participants = people_of(json::list(*v, "participants"));
  if (const auto due = json::integer(*v, "due_ms"); due > 0) r.due = Duration(due);
  if (r.key.empty() || r.document.empty() || !participants || participants->empty()) return std::nullopt;
  r.participants = std::move(*participants);
  return r;
}

std::string write_route(const Route& r) {
  json::array participants;
  for (const Person& p : r.participants) participants.push_back(object_of(p));
  json::object out{{"key", r.key},
                   {"document", r.document},
                   {"kind", r.kind},
                   {"name", r.name},
                   {"description", r.description},
                   {"author", object_of(r.author)},
                   {"ours", r.ours},
                   {"participants", std::move(participants)}};
  if (r.due) out["due_ms"] = r.due->count();
  return pretty(out);
}

std::optional<Fact> read_fact(std::string_view bytes) {
  const auto v = parse_object(bytes);
  if (!v) return std::nullopt;
  Fact f;
  const std::string word = json::text(*v, "do");
  const DeedName* deed = nullptr;
  for (const DeedName& d : deeds)
    if (word == d.name) deed = &d;
  if (deed == nullptr) return std::nullopt;
  f.deed = deed->deed;
  f.person = json::text(*v, "person");
  f.comment = json::text(*v, "comment");
  const std::int64_t round = json::integer(*v, "round", 1);
  if (round < 1 || round > most_rounds) return std::nullopt;
  f.round = static_cast<int>(round);
  if (f.deed == Deed::answer) {
    const auto verdict = verdict_from_string(json::text(*v, "verdict"));
    if (!verdict || *verdict == Verdict::none || *verdict == Verdict::delegated || f.person.empty())
      return std::nullopt;
    f.verdict = *verdict;
  }
  return f;
}

std::string write_fact(const Fact& f) {
  json::object out{{"person", f.person}, {"comment", f.comment}, {"round", f.round}};
  for (const DeedName& d : deeds)
    if (f.deed == d.deed) out["do"] = d.name;
  if (f.deed == Deed::answer) out["verdict"] = to_string(f.verdict);
  return pretty(out);
}

StoredName read_stored_name(std::string_view stored) {
  StoredName plain;
  plain.name = plain.id = std::string(stored);
  const text::FileName parts = text::split_file_name(stored);
  const std::size_t open = parts.stem.rfind(" [");
  if (open == std::string::npos || !parts.stem.ends_with(']')) return plain;
  const std::string_view inside = std::string_view(parts.stem).substr(open + 2, parts.stem.size() - open - 3);
  if (inside.size() < id_length + 3 || inside.substr(id_length, 2) != " v") return plain;
  if (inside.substr(0, id_length).find_first_not_of("0123456789abcdef") != std::string_view::npos) return plain;
  StoredName s;
  const char* end = inside.data() + inside.size();
  const auto [stopped, failed] = std::from_chars(inside.data() + id_length + 2, end, s.version);
  if (failed != std::errc() || stopped != end || s.version < 1) return plain;
  s.id = std::string(inside.substr(0, id_length));
  s.name = parts.stem.substr(0, open);
  if (!parts.extension.empty()) s.name += "." + parts.extension;
  return s;
}

std::string write_stored_name(const StoredName& s) {
  const text::FileName parts = text::split_file_name(s.name);
  std::string out = parts.stem + " [" + s.id + " v" + std::to_string(s.version) + "]";
  if (!parts.extension.empty()) out += "." + parts.extension;
  return out;
}

std::string storable(std::string_view name) {
  const text::FileName parts = text::split_file_name(name);
  std::string out = text::safe_name(parts.stem);
  if (!parts.extension.empty()) out += "." + text::safe_name(parts.extension);
  return out;
}

}  // namespace sedlink::example_folder
