// The tree of actions and people of a processing (onec-docflow 9.4).
#include <map>

#include "sedlink/core/text.hpp"
#include "translate/dates.hpp"
#include "translate/processing.hpp"

namespace sedlink::onec_docflow {
namespace {

constexpr int max_nesting = 20;

struct KindRow {
  std::string_view type, word;  // word: how the name of the action type begins, folded
  StageKind stage;
};
constexpr KindRow kinds[] = {
    {"DMActionApproval", "соглас", StageKind::approval},
    {"DMActionConfirmation", "утвержд", StageKind::confirmation},
    {"DMActionSigning", "подпис", StageKind::signing},
    {"DMActionRegistration", "регистр", StageKind::registration},
    {"DMActionExamination", "ознаком", StageKind::examination},
    {"DMActionPerformance", "исполн", StageKind::performance},
    {"", "рассмотр", StageKind::review},
};

struct ResultRow {
  std::string_view result;
  Verdict verdict;
};
constexpr ResultRow results[] = {
    {"Approved", Verdict::approved},
    {"ApprovedWithReservations", Verdict::approved_with_remarks},
    {"NotApproved", Verdict::rejected},
    {"Confirmed", Verdict::approved},
    {"NotConfirmed", Verdict::rejected},
    {"Signed", Verdict::approved},
    {"NotSigned", Verdict::rejected},
    {"Registered", Verdict::approved},
    {"NotRegistered", Verdict::rejected},
    {"RefusalOfExamination", Verdict::rejected},
    {"RefusalOfPerformance", Verdict::rejected},
    {"RefusalOfReview", Verdict::rejected},
    {"ReturnForRevision", Verdict::rejected},
};

StageKind stage_of(const Element* fields) {
  if (fields == nullptr) return StageKind::other;
  const Element* action = fields->child("action");
  const std::string own = action == nullptr ? std::string() : action->type;
  const std::string referred = object_id(action).type;
  const Element* type = fields->child("actionType");
  const std::string word = text::fold(object_name(type)) + ' ' + text::fold(object_id(type).id);
  for (const KindRow& k : kinds) {
    if (!k.type.empty() && (own == k.type || referred == k.type)) return k.stage;
  }
  for (const KindRow& k : kinds) {
    if (word.find(k.word) != std::string::npos) return k.stage;
  }
  return StageKind::other;
}

// "Иванов Иван Иванович (Юрист)" -> name and position (assumed: how 1C shows an employee).
void read_person(const std::string& shown, Participant& p) {
  std::string_view name = text::trim(shown);
  const auto open = name.rfind('(');
  if (name.ends_with(')') && open != std::string_view::npos && open > 0) {
    p.position = std::string(text::trim(name.substr(open + 1, name.size() - open - 2)));
    name = text::trim(name.substr(0, open));
  }
  p.person.name = std::string(name);
}

Due due_of(const Element& row) {
  std::string shown(text::trim(row.text_of("dueDatePresentation")));
  return shown.empty() ? Due() : Due(DueText{std::move(shown)});
}

ParticipantState participant_state(std::string_view state, std::string_view result) {
  if (state == "Skipped") return ParticipantState::skipped;
  if (state == "Completed" || !result.empty()) return ParticipantState::done;
  if (state == "Performing" || state == "ReadyingForExecution" || state == "ReadyingForCompletion" ||
      state == "ProcessingResult") {
    return ParticipantState::working;
  }
  return ParticipantState::waiting;
}

std::string name_of(const Element& row, const Element* fields) {
  std::string name = fields == nullptr ? std::string() : fields->text_of("cleanPresentation");
  return name.empty() ? row.text_of("presentation") : name;
}

Participant participant(const Element& row, const Element* fields, const ActionFact& action, const TimeZone& zone) {
  Participant p;
  std::string shown = row.text_of("employeesPresentation");
  if (text::trim(shown).empty()) shown = name_of(row, fields);
  read_person(shown, p);
  const std::string state = fields == nullptr ? std::string() : fields->text_of("state");
  const std::string result = fields == nullptr ? std::string() : fields->text_of("result");
  if (fields != nullptr) {
    const Element* task = fields->child("taskAction");
    const Element* performer = task == nullptr ? nullptr : task->child("performer");
    const Element* employee = performer == nullptr ? nullptr : performer->child("employee");
    p.person.id = object_id(employee).id;
    if (!p.person.id.empty() && !object_name(employee).empty()) p.person.name = object_name(employee);
  }
  p.stage = action.stage;
  p.stage_name = action.name;
  p.state = participant_state(state, result);
  p.verdict = verdict_of_result(result);
  p.comment = row.text_of("comment");
  p.due = due_of(row);
  const auto at = read_local(row, "statusDate", zone);
  if (p.state == ParticipantState::done) p.decided_at = at;
  if (p.state == ParticipantState::working) {
    p.since = at;
    // Who decides what to do with a round that ended badly.
    if (action.state == "ProcessingResult") p.stage = StageKind::rework;
  }
  return p;
}

void visit(const Element* rows, std::optional<std::size_t> owner, std::vector<ActionFact>& into, const TimeZone& zone,
           int depth) {
  if (rows == nullptr || depth > max_nesting) return;
  for (const Element* row : rows->all("rows")) {
    const Element* fields = row->child("additionalFields");
    const auto is = [fields](const char* name) { return fields != nullptr && fields->flag(name); };
    if (is("deletionMark") || is("willBeDeleted") || is("itIsSubtask")) continue;
    std::optional<std::size_t> below = owner;
    if (is("itIsAction")) {
      ActionFact action;
      action.action = object_id(fields->child("action"));
      if (const Element* e = fields->child("action"); e != nullptr && !e->type.empty()) action.action.type = e->type;
      action.stage = stage_of(fields);
      action.name = name_of(*row, fields);
      action.state = fields->text_of("state");
      action.result = fields->text_of("result");
      action.people = row->text_of("employeesPresentation");
      action.since = read_local(*row, "statusDate", zone);
      action.due = due_of(*row);
      below = into.size();
      into.push_back(std::move(action));
    } else if (is("itIsParticipant") && owner) {
      into[*owner].participants.push_back(participant(*row, fields, into[*owner], zone));
    }
    visit(row->child("actionsRows"), below, into, zone, depth + 1);
  }
}

// The same person again in one action is asked in the next round.
void number_rounds(ActionFact& action) {
  std::map<std::string, int> seen;
  for (Participant& p : action.participants) {
    if (p.stage != StageKind::rework) p.round = ++seen[p.person.id + '|' + p.person.name];
  }
}

}  // namespace

Verdict verdict_of_result(std::string_view result) {
  for (const ResultRow& row : results) {
    if (row.result == result) return row.verdict;
  }
  return Verdict::none;
}

ProcessingFacts read_processing(const Element& answer, const TimeZone& zone) {
  ProcessingFacts facts;
  // 3.0 writes empty values out: an empty date or reason is none (4.2).
  facts.terminated_at = read_local(answer, "endDate", zone);
  facts.terminated_by = object_name(answer.child("interrupted"));
  facts.reason = std::string(text::trim(answer.text_of("terminationReason")));
  facts.terminated = facts.terminated_at || !facts.terminated_by.empty() || !facts.reason.empty();
  const Element* processing = answer.child("objectProcessing");
  if (processing == nullptr || processing->nil || object_id(*processing).id.empty()) return facts;
  facts.present = true;
  facts.id = object_id(*processing).id;
  facts.state = std::string(text::trim(processing->text_of("state")));
  facts.started_at = read_local(*processing, "startDate", zone);
  facts.changed_at = read_local(*processing, "stateChangeDate", zone);
  facts.begun = !facts.state.empty() || facts.started_at || !object_id(processing->child("began")).id.empty();
  visit(processing->child("actionsRows"), std::nullopt, facts.actions, zone, 0);
  for (ActionFact& action : facts.actions) number_rounds(action);
  return facts;
}

}  // namespace sedlink::onec_docflow
