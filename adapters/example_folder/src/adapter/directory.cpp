// People (people.json, kept by hand) and counterparties (a file each).
#include <algorithm>

#include "adapter/work.hpp"
#include "sedlink/core/hash.hpp"
#include "sedlink/core/text.hpp"
#include "wire/records.hpp"

namespace sedlink::example_folder {
namespace {

const Disk::Path counterparties = "counterparties";

std::string words_of(const Reference& r) {
  for (const std::string* part : {&r.id, &r.edms_name, &r.name})
    if (!part->empty()) return *part;
  if (r.user) return r.user->name;
  return r.inn;
}

Error several(const std::string& code, const std::string& wanted, const std::vector<std::string>& hits) {
  return make_error(Fault::rejected, Audience::user, code,
                    "«" + wanted + "» — их несколько: " + text::join(hits, ", "));
}

Result<std::vector<Counterparty>> all_counterparties(Requests& disk) {
  const auto listed = disk.list(counterparties, [](const Entry& e) { return e.name.ends_with(".json"); });
  if (!listed) return listed.error();
  std::vector<Counterparty> all;
  if (!listed.value()) return all;
  for (const Entry& e : *listed.value()) {
    auto read = read_counterparty(e.text);
    if (!read) return damaged(counterparties / e.name);
    all.push_back(std::move(*read));
  }
  return all;
}

template <class Matches>
std::vector<Counterparty> those(const std::vector<Counterparty>& all, Matches matches) {
  std::vector<Counterparty> hits;
  std::copy_if(all.begin(), all.end(), std::back_inserter(hits), matches);
  return hits;
}

// By the strictest requisite that anybody answers to.
std::vector<Counterparty> matching(const std::vector<Counterparty>& all, const Reference& r) {
  std::vector<Counterparty> hits;
  if (!r.id.empty()) return those(all, [&r](const Counterparty& c) { return c.id == r.id; });
  if (!r.inn.empty()) {
    hits = those(all, [&r](const Counterparty& c) { return c.inn == r.inn && c.kpp == r.kpp; });
    if (hits.empty()) hits = those(all, [&r](const Counterparty& c) { return c.inn == r.inn; });
    return hits;
  }
  return those(all,
               [&r](const Counterparty& c) { return !r.name.empty() && text::fold(c.name) == text::fold(r.name); });
}

std::vector<std::string> titles(const std::vector<Counterparty>& all) {
  std::vector<std::string> out;
  for (const Counterparty& c : all) out.push_back(c.name + " (ИНН " + c.inn + ", КПП " + c.kpp + ")");
  return out;
}

Reference reference_of(const Counterparty& c) {
  Reference r;
  r.id = c.id;
  r.name = c.name;
  r.inn = c.inn;
  r.kpp = c.kpp;
  return r;
}

}  // namespace

Error not_there(const std::string& what) {
  return make_error(Fault::not_found, Audience::user, "example_folder.not_found", "В папке обмена нет " + what);
}

Result<void> check_id(const std::string& id, const std::string& what) {
  if (uuid::is_valid(id)) return {};
  return not_there(what + " «" + id + "»");
}

Result<std::vector<Person>> people(Requests& disk) {
  const auto root = disk.root();
  if (!root) return root.error();
  const Entry* file = find_entry(root.value(), "people.json");
  if (file == nullptr) return damaged("people.json");
  auto read = read_people(file->text);
  if (!read) return damaged("people.json");
  return std::move(*read);
}

Result<std::vector<Person>> find_person(Requests& disk, const Reference& r) {
  auto all = people(disk);
  if (!all) return all;
  std::vector<std::string> names;
  for (const std::string& name : {r.edms_name, r.name, r.user ? r.user->name : std::string()})
    if (!name.empty()) names.push_back(name);
  std::vector<Person> hits;
  const auto take = [&](auto matches) {
    if (hits.empty()) std::copy_if(all.value().begin(), all.value().end(), std::back_inserter(hits), matches);
  };
  if (!r.id.empty()) take([&](const Person& p) { return p.id == r.id; });
  for (const std::string& name : names) take([&](const Person& p) { return text::fold(p.name) == text::fold(name); });
  return hits;
}

Result<Person> resolve_person(Requests& disk, const Reference& r) {
  const auto hits = find_person(disk, r);
  if (!hits) return hits.error();
  if (hits.value().size() == 1) return hits.value().front();
  const std::string wanted = words_of(r);
  if (hits.value().empty())
    return make_error(Fault::rejected, Audience::user, "edms.reference.none",
                      "В папке обмена нет человека «" + wanted + "»");
  std::vector<std::string> ids;
  for (const Person& p : hits.value()) ids.push_back(p.name + " (" + p.id + ")");
  return several("edms.reference.several", wanted, ids);
}

Result<Person> resolve_counterparty(Requests& disk, const Reference& r) {
  const auto all = all_counterparties(disk);
  if (!all) return all.error();
  const std::vector<Counterparty> hits = matching(all.value(), r);
  if (hits.empty())
    return make_error(Fault::rejected, Audience::user, "edms.reference.none",
                      "В папке обмена нет контрагента «" + words_of(r) + "»");
  if (hits.size() > 1) return several("edms.reference.several", words_of(r), titles(hits));
  Person found;
  found.id = hits.front().id;
  found.name = hits.front().name;
  return found;
}

Result<Reference> ensure_counterparty(Requests& disk, const std::string& key, Reference r, const std::string& title) {
  const auto all = all_counterparties(disk);
  if (!all) return all.error();
  std::vector<Counterparty> hits = matching(all.value(), r);
  if (hits.size() > 1) return several("edms.counterparty.several", words_of(r), titles(hits));
  if (hits.empty()) hits = those(all.value(), [&key](const Counterparty& c) { return c.id == key; });
  if (!hits.empty()) {
    if (const auto lasting = disk.make_last(counterparties); !lasting) return lasting.error();
    return reference_of(hits.front());
  }
  if (!r.create)
    return make_error(Fault::rejected, Audience::user, "edms.counterparty.none",
                      "В папке обмена нет контрагента «" + title + "» (ИНН " + r.inn + ", КПП " + r.kpp + ")");
  if (const auto valid = check_id(key, "ключа контрагента"); !valid) return valid.error();
  Counterparty c;
  c.id = key;
  c.name = title.empty() ? r.name : title;
  c.inn = r.inn;
  c.kpp = r.kpp;
  const auto made = disk.put_text(counterparties / (key + ".json"), write_counterparty(c));
  if (!made) return made.error();
  return reference_of(c);
}

}  // namespace sedlink::example_folder
