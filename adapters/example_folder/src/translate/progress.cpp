#include "translate/progress.hpp"

#include <algorithm>

#include "sedlink/core/text.hpp"

namespace sedlink::example_folder {
namespace {

const std::string stage_name = "Согласование";

bool is(const Person& p, const std::string& words) { return p.id == words || text::fold(p.name) == text::fold(words); }

const Fact* first(const std::vector<Fact>& facts, Deed deed, int round) {
  for (const Fact& f : facts)
    if (f.deed == deed && (round == 0 || f.round == round)) return &f;
  return nullptr;
}

// The first answer counts: an outcome that was told once must not change.
const Fact* answer_of(const std::vector<Fact>& facts, const Person& p, int round) {
  for (const Fact& f : facts)
    if (f.deed == Deed::answer && f.round == round && is(p, f.person)) return &f;
  return nullptr;
}

// Verdicts are declared from good to bad.
Outcome outcome_of(Verdict worst) {
  if (worst == Verdict::rejected) return Outcome::rejected;
  return worst == Verdict::approved_with_remarks ? Outcome::approved_with_remarks : Outcome::approved;
}

void end(Snapshot& s, ProcessState state, Outcome outcome, Time at) {
  s.state = state;
  s.outcome = outcome;
  s.ended_at = at;
}

// One round: everybody is asked at once. Answers whether all have answered, the worst verdict, the last answer's time.
struct Round {
  Round() = default;
  bool all = true;
  Verdict worst = Verdict::none;
  Time decided_at{};
};
Round add_round(Snapshot& s, const Route& route, const std::vector<Fact>& facts, int number, Time since) {
  Round round;
  for (const Person& person : route.participants) {
    Participant p;
    p.person = person;
    p.role = "Согласующий";
    p.stage = StageKind::approval;
    p.stage_name = stage_name;
    p.round = number;
    p.since = since;
    p.due = s.due;
    p.state = ParticipantState::working;
    if (const Fact* said = answer_of(facts, person, number)) {
      p.state = ParticipantState::done;
      p.verdict = said->verdict;
      p.comment = said->comment;
      p.decided_at = said->at;
      round.worst = std::max(round.worst, said->verdict);
      round.decided_at = std::max(round.decided_at, said->at);
    } else {
      round.all = false;
    }
    s.participants.push_back(std::move(p));
  }
  return round;
}

OpenStage open_stage(StageKind kind, const std::string& name) {
  OpenStage stage;
  stage.kind = kind;
  stage.name = name;
  return stage;
}

// What opens the next round: only a refusal that was not accepted before can be followed by one.
const Fact* next_round(const std::vector<Fact>& facts, int round, const Round& last) {
  const Fact* again = first(facts, Deed::again, round + 1);
  const Fact* accepted = first(facts, Deed::accept, round);
  const bool refused = last.all && last.worst == Verdict::rejected;
  return refused && again != nullptr && (accepted == nullptr || again->at < accepted->at) ? again : nullptr;
}

// Where the last round leaves the process, when nobody has interrupted it.
void judge(Snapshot& s, const Route& route, const Round& last, const Fact* accepted) {
  if (!last.all) {
    s.stages.push_back(open_stage(StageKind::approval, stage_name));
  } else if (last.worst != Verdict::rejected) {
    end(s, ProcessState::completed, outcome_of(last.worst), last.decided_at);
  } else if (accepted != nullptr) {
    end(s, ProcessState::completed, Outcome::rejected, std::max(last.decided_at, accepted->at));
  } else {
    s.stages.push_back(open_stage(StageKind::rework, "Доработка"));
    AuthorDecision decision;
    decision.round_verdict = last.worst;
    decision.author = route.author;
    decision.ours = route.ours;
    decision.task_id = "round-" + std::to_string(s.round);
    decision.round = s.round;
    s.author_decision = std::move(decision);
  }
}

}  // namespace

Result<Snapshot> progress(const ProcessRef& ref, const Route& route, std::vector<Fact> facts, Time asked) {
  std::stable_sort(facts.begin(), facts.end(), [](const Fact& a, const Fact& b) { return a.at < b.at; });
  for (const Fact& f : facts) {
    const auto asked_person = [&f](const Person& p) { return is(p, f.person); };
    if (f.deed != Deed::answer || std::any_of(route.participants.begin(), route.participants.end(), asked_person))
      continue;
    Error e;
    e.fault = Fault::transient;  // people put it right
    e.code = "example_folder.stranger";
    e.message = "В процессе «" + route.name + "» ответил тот, кого не спрашивали: «" + f.person + "»";
    return e;
  }
  Snapshot s;
  s.ref = ref;
  s.asked_at = asked;
  const Fact* start = first(facts, Deed::start, 0);
  if (start == nullptr) {
    s.state = ProcessState::queued;
  } else {
    s.started_at = start->at;
    if (route.due) s.due = Time(start->at + *route.due);
    Round last = add_round(s, route, facts, 1, start->at);
    while (const Fact* again = next_round(facts, s.round, last)) {
      ++s.round;
      last = add_round(s, route, facts, s.round, again->at);
    }
    judge(s, route, last, first(facts, Deed::accept, s.round));
  }
  // Whichever came first ends it: neither does a late answer undo an interruption, nor the other way round.
  const Fact* interrupt = first(facts, Deed::interrupt, 0);
  if (interrupt == nullptr || (s.ended_at && *s.ended_at <= interrupt->at)) return s;
  end(s, ProcessState::interrupted, Outcome::interrupted, interrupt->at);
  s.stages.clear();
  s.author_decision.reset();
  s.ended_how = "прерван";
  if (!interrupt->comment.empty()) s.ended_how += ": " + interrupt->comment;
  for (Participant& p : s.participants)
    if (p.state == ParticipantState::working) p.state = ParticipantState::skipped;
  return s;
}

std::vector<SheetRow> sheet(const Snapshot& s) {
  std::vector<SheetRow> rows;
  for (const Participant& p : s.participants) {
    if (p.verdict == Verdict::none) continue;
    SheetRow row;
    row.person = p.person.name;
    row.position = p.position;
    row.result = russian_name(p.verdict);
    row.comment = p.comment;
    row.date = p.decided_at;
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace sedlink::example_folder
