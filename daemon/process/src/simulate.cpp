#include "sedlink/process/simulate.hpp"

#include <algorithm>
#include <chrono>
#include <deque>
#include <map>
#include <set>

#include "sedlink/core/hash.hpp"
#include "sedlink/core/text.hpp"
#include "sedlink/process/step.hpp"
#include "seen.hpp"

namespace sedlink::process {
namespace {

const std::string initiator_id = "(initiator)";
const std::string holder_id = "(holder)";

std::string duration_text(Duration d) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(d).count();
  if (seconds % 3600 == 0 && seconds != 0) return std::to_string(seconds / 3600) + "h";
  if (seconds % 60 == 0 && seconds != 0) return std::to_string(seconds / 60) + "m";
  return std::to_string(seconds) + "s";
}

// The world of one test: a card, an EDMS that does what it is told, and nothing else.
class TestWorld {
 public:
  TestWorld(const mapping::CompiledMapping& m, const mapping::TestCase& test) : mapping_(m), test_(test) {
    rules_.instance_name = "test";
    rules_.mapping = &m;
    make_item();
    instance_ = new_instance(m, item_.ref);
  }

  void happen(const mapping::TestEvent& e) {
    at_ = e.at;
    now_ = start_ + e.at + Duration(++ticks_);
    switch (e.kind) {
      case mapping::TestEvent::Kind::crm_launch: move(mapping_.launch.stage); break;
      case mapping::TestEvent::Kind::crm_move: move(e.stage); break;
      case mapping::TestEvent::Kind::crm_edit:
        for (const auto& [name, value] : e.fields) set_field(name, value);
        look();
        break;
      case mapping::TestEvent::Kind::edms: snapshot(e); break;
    }
    run_effects();
    if (look_again_) {
      look_again_ = false;
      look();
      run_effects();
    }
  }

  [[nodiscard]] const std::map<Duration, Seen>& seen() const { return seen_; }

 private:
  void set_field(const std::string& name, const Value& value) {
    if (name == "id") item_.ref.id = value.to_text();
    if (name == "title") item_.title = value.to_text();
    if (name == "stageId") item_.stage = value.to_text();
    if (name == "assignedById") item_.assigned_by = value.to_text();
    if (name == "companyId") item_.company_id = value.to_text();
    Value stored = value;
    const bool is_file = std::any_of(mapping_.document.files.begin(), mapping_.document.files.end(),
                                     [&](const mapping::FileSpec& f) { return f.field == name; });
    if (is_file) {  // a test writes file names
      Value::List files;
      const auto add = [&](const std::string& file) {
        if (!file.empty()) files.emplace_back(CrmFile{file, file, {}});
      };
      if (const auto* list = std::get_if<Value::List>(&value.variant()))
        for (const auto& v : *list) add(v.to_text());
      else
        add(value.to_text());
      stored = std::move(files);
    }
    item_.fields[name] = std::move(stored);
  }

  void make_item() {
    item_.ref = ItemRef{mapping_.crm, mapping_.launch.entity, "1"};
    item_.category = mapping_.launch.category;
    item_.stage = mapping_.launch.stage;
    for (const auto& [name, value] : test_.item) set_field(name, value);
    item_.company = test_.company;
    item_.contact = test_.contact;
    if (!item_.company.empty() && !item_.company.contains("id")) item_.company["id"] = item_.company_id;
  }

  void move(const std::string& stage) {
    item_.stage = stage;
    item_.moved_at = now_;
    item_.moved_by = initiator_id;
    look();
  }

  void look() {
    item_.read_at = now_;
    ItemSeen e;
    e.item = item_;
    apply(e);
  }

  void snapshot(const mapping::TestEvent& e) {
    SnapshotTaken taken;
    Snapshot& s = taken.snapshot;
    s.asked_at = now_;
    s.round = 1;
    s.outcome = e.outcome;
    s.state = !e.outcome                                                               ? ProcessState::running
              : *e.outcome == Outcome::interrupted || *e.outcome == Outcome::withdrawn ? ProcessState::interrupted
                                                                                       : ProcessState::completed;
    if (e.outcome == Outcome::withdrawn) s.outcome = Outcome::interrupted;
    if (e.outcome) s.ended_at = now_;
    if (!e.stage.empty()) {
      const auto kind = stage_kind_from_russian(e.stage);
      s.stages.push_back(OpenStage{kind.value_or(StageKind::other), e.stage});
    }
    for (const auto& name : e.holders) {
      Participant p;
      p.person.name = name;
      p.state = ParticipantState::working;
      if (!s.stages.empty()) p.stage = s.stages.front().kind;
      p.due = e.due;
      s.participants.push_back(std::move(p));
      taken.users[name] = holder_id;
    }
    for (const auto& remark : e.remarks) {
      Participant p;
      const auto colon = remark.find(": ");
      p.person.name = colon == std::string::npos ? "Участник" : remark.substr(0, colon);
      p.comment = colon == std::string::npos ? remark : remark.substr(colon + 2);
      p.stage = StageKind::approval;
      p.state = ParticipantState::done;
      p.verdict = e.outcome == Outcome::approved_with_remarks ? Verdict::approved_with_remarks : Verdict::rejected;
      p.decided_at = now_;
      s.participants.push_back(std::move(p));
    }
    s.due = e.due;
    s.document.number = e.number;
    s.round = rounds_ + 1;
    for (auto& p : s.participants) p.round = s.round;
    if (e.round_result) {
      for (auto& p : s.participants)
        if (p.verdict != Verdict::none) p.verdict = *e.round_result;
      AuthorDecision d;
      d.round_verdict = *e.round_result;
      d.ours = mapping_.process.rework == mapping::Rework::crm;
      d.round = ++rounds_;
      s.author_decision = d;
    }
    apply(taken);
  }

  void apply(const Event& event) {
    Transition t = step(instance_, event, rules_, now_);
    if (!t.next.problems.empty() && t.next.problems != instance_.problems)
      for (const auto& p : t.next.problems) seen_[at_].problems.push_back(p);
    instance_ = std::move(t.next);
    look_again_ = look_again_ || t.look_again;
    for (auto& e : t.effects) queue_.push_back(std::move(e));
  }

  void run_effects() {
    for (int guard = 0; !queue_.empty() && guard < 10'000; ++guard) {
      EffectSucceeded done;
      done.effect = std::move(queue_.front());
      queue_.pop_front();
      done.result = carry_out(done.effect.action);
      apply(done);
    }
  }

  Success carry_out(const Action& action) {
    if (const auto* a = std::get_if<CollectFiles>(&action)) {
      FilesCollected r;
      r.files = a->files;
      for (auto& f : r.files) {
        f.sha256 = sha256_hex(f.crm_id);
        f.size = 1;
      }
      return r;
    }
    if (std::holds_alternative<EnsureCounterparty>(action)) return CounterpartyFound{"counterparty"};
    if (std::holds_alternative<CreateDocument>(action)) return DocumentCreated{DocumentRef{"document", "", ""}};
    if (const auto* a = std::get_if<AttachFile>(&action)) return FileSent{"file:" + a->file.name};
    if (const auto* a = std::get_if<AddVersion>(&action)) return FileSent{a->file.edms_file};
    if (std::holds_alternative<PrepareProcess>(action)) return ProcessPrepared{ProcessRef{"process", "", "", {}}};
    if (std::holds_alternative<ListResults>(action)) {
      ResultsListed r;
      for (const auto& f : instance_.files) {
        ResultFile file;
        file.ref.id = f.edms_file;
        file.name = f.name;
        r.results.files.push_back(std::move(file));
      }
      return r;
    }
    if (const auto* a = std::get_if<CallService>(&action)) return call(*a);
    if (const auto* a = std::get_if<DecideRound>(&action))
      seen_[at_].decisions.push_back(a->again ? mapping::TestExpectation::Decide::again
                                              : mapping::TestExpectation::Decide::end);
    if (const auto* a = std::get_if<ChangeCrm>(&action)) return change(a->action);
    return Done{};
  }

  // Services answer what the test says; one that is to be asked again is ready at once.
  Success call(const CallService& a) {
    seen_[at_].calls.push_back(a);
    ServiceAnswered answer;
    const auto said = test_.answers.find(a.name);
    for (const auto& take : a.takes) {
      std::optional<std::string>& value = answer.values.emplace_back();
      if (said == test_.answers.end()) value = "ответ";
      if (said != test_.answers.end() && said->second.contains(take)) value = said->second.at(take).to_text();
    }
    return answer;
  }

  Success change(const CrmAction& action) {
    Seen& seen = seen_[at_];
    if (const auto* m = std::get_if<MoveStage>(&action)) {
      CardMoved r;
      r.category = item_.category;
      r.moved =
          item_.stage != m->to && std::find(m->expected.begin(), m->expected.end(), item_.stage) != m->expected.end();
      if (r.moved) {
        item_.stage = m->to;
        item_.moved_at = now_;
        item_.moved_by.clear();
        r.moved_at = now_;
        seen.stages.push_back(m->to);
      }
      r.stage = item_.stage;
      return r;
    }
    if (const auto* n = std::get_if<Notify>(&action))
      seen.notified.insert(n->user_id == holder_id      ? mapping::Recipient::holder
                           : n->user_id == initiator_id ? mapping::Recipient::initiator
                                                        : mapping::Recipient::responsible);
    if (const auto* t = std::get_if<CreateTask>(&action)) seen.tasks.push_back(t->title);
    if (const auto* c = std::get_if<Comment>(&action)) seen.comments.push_back(c->text);
    if (const auto* f = std::get_if<SetFields>(&action))
      for (const auto& [name, value] : f->fields) seen.fields[name] = value;
    if (std::holds_alternative<EnsureFolder>(action)) return FolderReady{"folder"};
    return Done{};
  }

  const mapping::CompiledMapping& mapping_;
  const mapping::TestCase& test_;
  Rules rules_;
  Instance instance_;
  Item item_;
  Time start_ = Time(std::chrono::sys_days(std::chrono::year(2026) / 1 / 12) + std::chrono::hours(6));
  Time now_ = start_;
  Duration at_{};
  int ticks_ = 0, rounds_ = 0;
  bool look_again_ = false;
  std::deque<Effect> queue_;
  std::map<Duration, Seen> seen_;
};

// What was refused although the test does not expect a refusal at that moment.
struct Refusal {
  Duration at{};
  std::string words;
};

std::string refusal_words(const std::vector<std::string>& problems, const mapping::TestCase& test) {
  constexpr std::string_view absent = "Не заполнено: ", item = "item.";
  std::vector<std::string> parts, hints;
  for (const std::string& problem : problems) {
    if (!problem.starts_with(absent)) {
      parts.push_back(problem);
      continue;
    }
    const std::string path = problem.substr(absent.size());
    parts.push_back("не заполнено " + path);
    if (!path.starts_with(item) || test.item.contains(path.substr(item.size()))) continue;
    std::vector<std::string> known;
    for (const auto& [name, value] : test.item) known.push_back(name);
    const std::string near = text::nearest(path.substr(item.size()), known);
    hints.push_back("в item: этого теста поля «" + path.substr(item.size()) + "» нет" +
                    (near.empty() ? "" : ", есть «" + near + "»"));
  }
  return "отправка отклонена: " + text::join(parts, "; ") + (hints.empty() ? "" : " (" + text::join(hints, "; ") + ")");
}

std::optional<Refusal> unexpected_refusal(const mapping::TestCase& test, const std::map<Duration, Seen>& seen) {
  for (const auto& [at, moment] : seen) {
    if (moment.problems.empty()) continue;
    // A test that expects anything of this moment's people or problems knows of the refusal.
    const bool known = std::any_of(test.expect.begin(), test.expect.end(), [&, at = at](const auto& e) {
      return e.at == at && (e.problem || e.notify || e.comment);
    });
    if (!known) return Refusal{at, refusal_words(moment.problems, test)};
  }
  return std::nullopt;
}

}  // namespace

std::vector<TestOutcome> run_tests(const mapping::CompiledMapping& m) {
  std::vector<TestOutcome> out;
  for (const auto& test : m.tests) {
    TestOutcome outcome;
    outcome.name = test.name;
    outcome.range = test.range;
    TestWorld world(m, test);
    std::vector<mapping::TestEvent> events = test.events;
    std::stable_sort(events.begin(), events.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
    for (const auto& e : events) world.happen(e);
    const auto refusal = unexpected_refusal(test, world.seen());
    std::map<Duration, std::vector<const mapping::TestExpectation*>> expected;
    for (const auto& e : test.expect) expected[e.at].push_back(&e);
    std::set<Duration> moments;
    for (const auto& [at, seen] : world.seen()) moments.insert(at);
    for (const auto& [at, list] : expected) moments.insert(at);
    for (const Duration at : moments) {
      if (refusal && at >= refusal->at) break;  // what follows from a refusal says nothing of its own
      const auto seen = world.seen().find(at);
      const auto wanted = expected.find(at);
      compare(duration_text(at), seen == world.seen().end() ? Seen() : seen->second,
              wanted == expected.end() ? std::vector<const mapping::TestExpectation*>() : wanted->second,
              outcome.failures);
    }
    if (refusal) outcome.failures.push_back(duration_text(refusal->at) + ": " + refusal->words);
    out.push_back(std::move(outcome));
  }
  return out;
}

}  // namespace sedlink::process
