// Processes: a folder each, named by its key. process.json is written once; whatever happens later is a file of its
// own, written whole and never changed. Nobody reads, changes and writes back, so no answer of a person can be lost to
// us.
#include <algorithm>

#include "adapter/work.hpp"
#include "translate/progress.hpp"

namespace sedlink::example_folder {
namespace {

const char* const route_file = "process.json";
const char* const process_type = "approval";
constexpr std::size_t most_remembered = 1000;  // processes
// A file so young may be changed again within the same tick of the disk's clock, and look the same.
constexpr Duration settled_after{2000};

Disk::Path folder_of(const std::string& process) { return Disk::Path("processes") / process; }

bool same(const Entry& a, const Entry& b) { return a.size == b.size && a.modified_at == b.modified_at; }

ProcessRef ref_of(const std::string& key, const DocumentRef& document) {
  ProcessRef ref;
  ref.id = key;
  ref.type = process_type;
  ref.document = document;
  return ref;
}

Error already_ended(const std::string& what) {
  return make_error(Fault::rejected, Audience::user, "edms.already_ended", "Процесс уже " + what + " в папке обмена");
}

// A write of ours, named so that the second of the same kind finds its place taken.
Result<bool> put_fact(Requests& disk, const std::string& process, const std::string& name, const Fact& fact) {
  return disk.put_text(folder_of(process) / name, write_fact(fact));
}

}  // namespace

Result<std::optional<ProcessRef>> Processes::find(const std::string& key, const DocumentRef& document) {
  if (const auto valid = check_id(key, "ключа процесса"); !valid) return valid.error();
  const auto listed = disk_.list(folder_of(key), [](const Entry& e) { return e.name == route_file; });
  if (!listed) return listed.error();
  if (!listed.value()) return std::optional<ProcessRef>();
  const Entry* file = find_entry(*listed.value(), route_file);
  const auto route = file == nullptr ? std::nullopt : read_route(file->text);
  if (!route) return damaged(folder_of(key) / route_file);
  if (route->document != document.id) return std::optional<ProcessRef>();
  if (const auto lasting = disk_.make_last("processes"); !lasting) return lasting.error();
  return std::optional<ProcessRef>(ref_of(key, document));
}

Result<ProcessRef> Processes::prepare(const std::string& key, const DocumentRef& document, const ProcessDraft& draft) {
  if (draft.kind != process_type)
    return make_error(Fault::rejected, Audience::admin, "edms.process_kind",
                      "В папке обмена нет процессов вида «" + draft.kind + "»");
  if (!draft.template_name.empty() || draft.approvers.empty())
    return make_error(Fault::rejected, Audience::admin, "example_folder.approvers",
                      "Шаблонов процессов в папке обмена нет: согласующих называет сопоставление");
  if (const auto valid = check_id(key, "ключа процесса"); !valid) return valid.error();
  const auto there = find_document(disk_, document.id);
  if (!there) return there.error();
  if (!there.value()) return not_there("документа " + document.id);
  Route route;
  route.key = key;
  route.document = document.id;
  route.kind = draft.kind;
  route.name = draft.name;
  route.description = draft.description;
  route.due = draft.due;
  route.ours = !draft.author;
  route.author.name = user_;
  if (draft.author) {
    auto author = resolve_person(disk_, *draft.author);
    if (!author) return author.error();
    route.author = std::move(author).value();
  }
  for (const Reference& approver : draft.approvers) {
    auto person = resolve_person(disk_, approver);
    if (!person) return person.error();
    route.participants.push_back(std::move(person).value());
  }
  const auto made = disk_.put_folder(folder_of(key), route_file, write_route(route));
  if (!made) return made.error();
  return ref_of(key, document);
}

Result<void> Processes::start(const ProcessRef& ref) {
  const auto seen = look(ref);
  if (!seen) return seen.error();
  if (!seen.value().started_at && seen.value().state == ProcessState::interrupted) return already_ended("прерван");
  Fact fact;
  fact.deed = Deed::start;
  fact.person = user_;
  if (seen.value().started_at) return disk_.make_last(folder_of(ref.id));
  const auto put = put_fact(disk_, ref.id, "start.json", fact);
  if (!put) return put.error();
  return {};
}

// One request for the whole process: its names, and the texts of what is new since the last look.
Result<Snapshot> Processes::look(const ProcessRef& ref) {
  if (const auto valid = check_id(ref.id, "процесса"); !valid) return valid.error();
  const Time asked = clock_.now();
  std::map<std::string, Entry> known;
  if (const auto it = remembered_.find(ref.id); it != remembered_.end()) known = it->second;
  const auto is_news = [&known, asked](const Entry& e) {
    const auto it = known.find(e.name);
    return e.name.ends_with(".json") &&
           (it == known.end() || !same(it->second, e) || e.modified_at + settled_after > asked);
  };
  const auto listed = disk_.list(folder_of(ref.id), is_news);
  if (!listed) return listed.error();
  if (!listed.value()) return not_there("процесса " + ref.id);
  std::optional<Route> route;
  std::vector<Fact> facts;
  std::map<std::string, Entry> now;
  for (Entry entry : *listed.value()) {
    if (!entry.name.ends_with(".json")) continue;
    if (!is_news(entry)) entry.text = known.at(entry.name).text;
    const bool is_route = entry.name == route_file;
    if (is_route) route = read_route(entry.text);
    auto fact = is_route ? std::nullopt : read_fact(entry.text);
    if (is_route ? !route : !fact) return damaged(folder_of(ref.id) / entry.name);
    if (fact) {
      fact->at = entry.modified_at;
      facts.push_back(std::move(*fact));
    }
    std::string name = entry.name;
    now.emplace(std::move(name), std::move(entry));
  }
  if (!route) return damaged(folder_of(ref.id) / route_file);
  if (remembered_.size() >= most_remembered) remembered_.clear();
  remembered_[ref.id] = std::move(now);
  return progress(ref, *route, std::move(facts), asked);
}

Result<void> Processes::decide(const ProcessRef& ref, const AuthorDecision& decision, bool again,
                               const std::string& comment) {
  const auto seen = look(ref);
  if (!seen) return seen.error();
  const Snapshot& s = seen.value();
  if (s.ended_at || s.round > decision.round) return disk_.make_last(folder_of(ref.id));
  if (!s.author_decision || !s.author_decision->ours)
    return make_error(Fault::rejected, Audience::user, "edms.no_decision",
                      "Круг ещё не закончен, или решает его не служба");
  Fact fact;
  fact.deed = again ? Deed::again : Deed::accept;
  fact.round = s.round + (again ? 1 : 0);
  fact.person = user_;
  fact.comment = comment;
  const std::string name = (again ? "again-" : "accept-") + std::to_string(fact.round) + ".json";
  const auto put = put_fact(disk_, ref.id, name, fact);
  if (!put) return put.error();
  return {};
}

Result<void> Processes::cancel(const ProcessRef& ref, const std::string& reason) {
  const auto before = look(ref);
  if (!before) return before.error();
  if (before.value().state == ProcessState::completed) return already_ended("завершён");
  if (before.value().state == ProcessState::interrupted) return disk_.make_last(folder_of(ref.id));
  Fact fact;
  fact.deed = Deed::interrupt;
  fact.person = user_;
  fact.comment = reason;
  const auto put = put_fact(disk_, ref.id, "interrupt.json", fact);
  if (!put) return put.error();
  // The last answer may have come between the look and the write; then it counts, and ours is a late one.
  auto after = look(ref);
  if (!after) {
    Error doubt = after.error();
    if (doubt.fault == Fault::transient) doubt.fault = Fault::ambiguous;
    return doubt;
  }
  if (after.value().state == ProcessState::interrupted) return {};
  return already_ended("завершён");
}

}  // namespace sedlink::example_folder
