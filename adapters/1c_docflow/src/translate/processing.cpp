#include "translate/processing.hpp"

#include <algorithm>

#include "sedlink/core/text.hpp"
#include "translate/dates.hpp"

namespace sedlink::onec_docflow {
namespace {

constexpr std::string_view processing_type = "DMObjectProcessing";

// Which of several statuses is the document's state for people: first one that is going on, else the one of the
// furthest action.
constexpr const char* status_fields[] = {"statusPerformance",  "statusRegistration", "statusSigning",
                                         "statusConfirmation", "statusApproval",     "statusExamination"};

struct StatusRow {
  std::string_view id, russian;
  bool going_on;
  Verdict verdict;
};
constexpr StatusRow statuses[] = {
    {"Registered", "Зарегистрирован", false, Verdict::approved},
    {"Performed", "Исполнен", false, Verdict::none},
    {"UnderDevelopment", "На доработке", true, Verdict::none},
    {"AwaitingPerformance", "На исполнении", true, Verdict::none},
    {"OnExamination", "На ознакомлении", true, Verdict::none},
    {"InPreparation", "На подготовке", true, Verdict::none},
    {"AwaitsSigning", "На подписании", true, Verdict::none},
    {"AwaitingReviewal", "На рассмотрении", true, Verdict::none},
    {"AwaitingRegistration", "На регистрации", true, Verdict::none},
    {"AwaitingApproval", "На согласовании", true, Verdict::none},
    {"AwaitingConfirmation", "На утверждении", true, Verdict::none},
    {"NotRegistered", "Не зарегистрирован", false, Verdict::rejected},
    {"NotApproved", "Не согласован", false, Verdict::rejected},
    {"NotConfirmed", "Не утвержден", false, Verdict::rejected},
    {"ExaminationCompleted", "Ознакомление завершено", false, Verdict::none},
    {"Rejected", "Отклонен", false, Verdict::rejected},
    {"Signed", "Подписан", false, Verdict::approved},
    {"Considered", "Рассмотрен", false, Verdict::none},
    {"Approved", "Согласован", false, Verdict::approved},
    {"Confirmed", "Утвержден", false, Verdict::approved},
};

const StatusRow* status(std::string_view id) {
  for (const StatusRow& row : statuses) {
    if (row.id == id) return &row;
  }
  return nullptr;
}

// A refusal outweighs remarks, remarks outweigh consent.
Verdict worse(Verdict a, Verdict b) {
  for (const Verdict v : {Verdict::rejected, Verdict::approved_with_remarks, Verdict::approved}) {
    if (a == v || b == v) return v;
  }
  return Verdict::none;
}

Outcome outcome_of(Verdict v) {
  if (v == Verdict::rejected) return Outcome::rejected;
  if (v == Verdict::approved_with_remarks) return Outcome::approved_with_remarks;
  return v == Verdict::approved ? Outcome::approved : Outcome::unknown;
}

Verdict verdict_of(const ActionFact& action) {
  if (const Verdict own = verdict_of_result(action.result); own != Verdict::none) return own;
  int last = 0;
  for (const Participant& p : action.participants) last = std::max(last, p.round);
  Verdict v = Verdict::none;
  for (const Participant& p : action.participants) {
    if (p.round == last) v = worse(v, p.verdict);
  }
  return v;
}

Outcome completed_outcome(const ProcessingFacts& facts, const DocumentFacts& document) {
  Verdict v = Verdict::none;
  bool judges = false, done = false;  // judges: an action whose answer is yes or no
  for (const ActionFact& action : facts.actions) {
    if (action.state == "Skipped") continue;
    v = worse(v, verdict_of(action));
    judges = judges || action.stage == StageKind::approval || action.stage == StageKind::confirmation ||
             action.stage == StageKind::signing || action.stage == StageKind::registration;
    done = done || action.state == "Completed" || !action.result.empty();
  }
  if (v == Verdict::none) v = document.verdict;
  if (v == Verdict::none && done && !judges) v = Verdict::approved;  // Ознакомление, Исполнение: done is done
  return outcome_of(v);
}

void add_stage(std::vector<OpenStage>& stages, StageKind kind, const std::string& name) {
  OpenStage stage;
  stage.kind = kind;
  stage.name = name;
  if (std::find(stages.begin(), stages.end(), stage) == stages.end()) stages.push_back(std::move(stage));
}

// An action without rows of people tells who performs it by itself.
Participant holder(const ActionFact& action) {
  Participant p;
  p.person.name = action.people;
  p.stage = action.stage;
  p.stage_name = action.name;
  p.state = ParticipantState::working;
  p.since = action.since;
  p.due = action.due;
  return p;
}

void read_open_work(const ProcessingFacts& facts, Snapshot& s) {
  bool waiting = false;
  for (const ActionFact& action : facts.actions) {
    const bool performing = action.state == "Performing" || action.state == "ReadyingForExecution" ||
                            action.state == "ReadyingForCompletion";
    const bool rework = action.state == "ProcessingResult";
    if (action.state == "OnPause") add_stage(s.stages, StageKind::paused, action.name);
    waiting = waiting || action.state == "InTheExecutionQueue" || action.state == "DelayedStart";
    if (!performing && !rework) continue;
    add_stage(s.stages, rework ? StageKind::rework : action.stage, action.name);
    const auto working = std::find_if(action.participants.begin(), action.participants.end(),
                                      [](const Participant& p) { return p.state == ParticipantState::working; });
    if (performing && action.participants.empty() && !action.people.empty()) s.participants.push_back(holder(action));
    if (!rework) continue;
    // In 3.0 it is taken in 1C only. The people of the action are those who have decided, not who processes the result:
    // who that is, the tree tells by an open row or not at all.
    AuthorDecision decision;
    decision.round_verdict = verdict_of(action);
    if (working != action.participants.end()) decision.author = working->person;
    decision.task_id = action.action.id;
    decision.round = s.round;
    s.author_decision = std::move(decision);
  }
  if (s.stages.empty() && waiting) add_stage(s.stages, StageKind::queued, "Ожидает своей очереди");
}

void end(Snapshot& s, ProcessState state, Outcome outcome, std::string how) {
  s.state = state;
  s.outcome = outcome;
  s.ended_how = std::move(how);
}

void end_terminated(Snapshot& s, const ProcessingFacts& facts) {
  std::string how = "обработка прервана в 1С";
  if (!facts.terminated_by.empty()) how += ", прервал(а) " + facts.terminated_by;
  if (!facts.reason.empty()) how += ": " + facts.reason;
  end(s, ProcessState::interrupted, Outcome::interrupted, std::move(how));
  s.ended_at = facts.terminated_at;
}

void queue(Snapshot& s) {
  s.state = ProcessState::queued;
  add_stage(s.stages, StageKind::queued, "Ожидает старта");
}

// Ordered to start, but 1C has not got round to it: it has no state, and nobody works.
bool waits_for_its_start(const ProcessingFacts& facts) {
  const auto idle = [](const ActionFact& action) { return action.state.empty(); };
  if (facts.started_at) return false;
  return facts.state.empty() && (!facts.begun || std::all_of(facts.actions.begin(), facts.actions.end(), idle));
}

// No current processing: terminated, completed and put into history, or not begun (9.4).
void read_absent(Snapshot& s, const Launch& launch, const ProcessingFacts& facts, const DocumentFacts& document) {
  if (facts.terminated && launch_mark(facts.terminated_at) != launch.after) return end_terminated(s, facts);
  if (document.processing_state == "Terminated" && launch.after.empty()) return end_terminated(s, facts);
  // Statuses may be those of an earlier run where ours was never shown.
  const bool shown = !launch.processing.empty();
  if (document.processing_state == "Completed" && (shown || launch.after.empty())) {
    return end(s, ProcessState::completed, outcome_of(document.verdict), {});
  }
  if (document.processing_state == "Executing" || document.processing_state == "Stopped") {
    s.complete = false;  // the two answers are of different moments
    return;
  }
  if (!shown) return queue(s);
  end(s, ProcessState::completed, outcome_of(document.verdict), {});  // put into history
}

}  // namespace

DocumentFacts read_document(const Element& document, const TimeZone& zone) {
  DocumentFacts facts;
  facts.state.number = document.text_of("regNumber");
  facts.state.date = read_local(document, "regDate", zone);
  facts.processing_state = std::string(text::trim(document.text_of("processingState")));
  facts.deleted = document.flag("deletionMark");
  const StatusRow* shown = nullptr;
  for (const char* field : status_fields) {
    const StatusRow* row = status(text::trim(document.text_of(field)));
    if (row == nullptr) continue;
    facts.verdict = worse(facts.verdict, row->verdict);
    if (shown == nullptr || (row->going_on && !shown->going_on)) shown = row;
  }
  facts.state.state = shown == nullptr ? "Проект" : std::string(shown->russian);
  return facts;
}

const std::vector<std::string>& document_columns() {
  static const std::vector<std::string> columns = [] {
    std::vector<std::string> all{"regNumber", "regDate", "deletionMark", "processingState"};
    all.insert(all.end(), std::begin(status_fields), std::end(status_fields));
    return all;
  }();
  return columns;
}

std::string launch_mark(const std::optional<Time>& terminated_at) {
  return terminated_at ? to_iso8601(*terminated_at) : std::string();
}

ProcessRef launch_ref(const Launch& launch, DocumentRef document) {
  ProcessRef ref;
  ref.id = launch.processing.empty() ? launch.key : launch.processing;
  ref.type = std::string(processing_type) + ";key=" + launch.key;
  if (!launch.after.empty()) ref.type += ";after=" + launch.after;
  ref.url = document.url;
  ref.document = std::move(document);
  return ref;
}

Launch read_launch(const ProcessRef& ref) {
  Launch launch;
  for (const std::string& part : text::split(ref.type, ';')) {
    if (part.starts_with("key=")) launch.key = part.substr(4);
    if (part.starts_with("after=")) launch.after = part.substr(6);
  }
  if (ref.id != launch.key) launch.processing = ref.id;
  return launch;
}

Snapshot build_snapshot(const ProcessRef& ref, Time asked_at, const ProcessingFacts& facts,
                        const DocumentFacts& document) {
  Snapshot s;
  s.ref = ref;
  s.asked_at = asked_at;
  s.document = document.state;
  const Launch launch = read_launch(ref);
  const bool ours = facts.present && (launch.processing.empty() || launch.processing == facts.id);
  if (ours) {
    s.started_at = facts.started_at;
    for (const ActionFact& action : facts.actions) {
      for (const Participant& p : action.participants) {
        s.round = std::max(s.round, p.round);
        s.participants.push_back(p);
      }
    }
  }
  if (!facts.present) {
    read_absent(s, launch, facts, document);
  } else if (!ours) {
    end(s, ProcessState::interrupted, Outcome::interrupted, "обработка документа в 1С начата заново");
  } else if (facts.state == "Completed") {
    end(s, ProcessState::completed, completed_outcome(facts, document), {});
    s.ended_at = facts.changed_at;
  } else if (facts.state == "Terminated") {
    end_terminated(s, facts);
  } else if (facts.state == "Stopped") {
    s.state = ProcessState::paused;
    add_stage(s.stages, StageKind::paused, "Остановлена");
  } else if (waits_for_its_start(facts)) {
    queue(s);
  } else {
    s.state = ProcessState::running;
    read_open_work(facts, s);
  }
  const bool over = s.state == ProcessState::completed || s.state == ProcessState::interrupted;
  if (over) {
    for (Participant& p : s.participants) {
      if (p.state != ParticipantState::done) p.state = ParticipantState::skipped;
    }
  }
  if (document.deleted && !over) {
    end(s, ProcessState::deleted, Outcome::interrupted, "документ помечен на удаление в 1С");
    s.stages.clear();
    s.author_decision.reset();
  }
  if (!s.complete) s.outcome.reset();
  return s;
}

}  // namespace sedlink::onec_docflow
