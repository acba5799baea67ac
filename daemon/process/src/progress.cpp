// While the EDMS works: snapshots, the author's decision, withdrawal.
#include <algorithm>

#include <boost/json.hpp>

#include "sedlink/core/text.hpp"
#include "stepper.hpp"

namespace sedlink::process {

void Stepper::on_item_while_active(const ItemSeen& e) {
  const Item& item = e.item;
  if (in_.phase == Phase::delivering || in_.cancel_requested || is_own_move(item)) return sync_fields();
  if (mapping_.withdraw && item.stage == mapping_.withdraw->stage) {
    std::string reason = mapping_.withdraw->reason ? text(*mapping_.withdraw->reason) : std::string();
    return request_cancel(reason.empty() ? "Отозвано в CRM" : std::move(reason));
  }
  const bool asked = in_.last && in_.last->author_decision && in_.last->author_decision->ours &&
                     task_of(*in_.last->author_decision) != in_.decided_task;
  if (asked) {
    const auto& give_up = mapping_.process.give_up;
    if (!in_.gave_up && std::find(give_up.begin(), give_up.end(), item.stage) != give_up.end()) {
      in_.gave_up = true;
      in_.decided_task = task_of(*in_.last->author_decision);
      note("Человек отказался от доработки: завершаем с отказом");
      return emit(DecideRound{*in_.process, *in_.last->author_decision, false, "Доработка не планируется"});
    }
    // Entering the launch stage again sends the corrected files.
    if (item.stage == mapping_.launch.stage && !in_.resubmitting && in_.entry != item.moved_at) {
      std::vector<std::string> problems = preflight();
      if (!problems.empty()) return refuse(std::move(problems));
      in_.entry = item.moved_at;
      in_.resubmitting = true;
      in_.gave_up = false;  // the EDMS could not end it, and the person thought better of it
      in_.told.clear();
      in_.problems.clear();
      if (!item.moved_by.empty()) in_.initiator = item.moved_by;
      note("Повторное согласование: отправляем исправленные файлы");
      return collect();
    }
  }
  sync_fields();
}

void Stepper::request_cancel(std::string reason) {
  if (in_.cancel_requested) return;
  in_.cancel_requested = true;
  in_.withdraw_reason = std::move(reason);
  note("Отзыв: " + in_.withdraw_reason);
  switch (in_.phase) {
    case Phase::collecting:
    case Phase::counterparty:
    case Phase::document:
    case Phase::preparing:  // nothing runs in the EDMS yet
      out_.drop_edms_effects = true;
      return conclude(Outcome::withdrawn);
    case Phase::running: return send_cancel();
    default: return;  // starting: the cancel goes out as soon as the start is certain
  }
}

void Stepper::send_cancel() {
  if (!rules_.can_cancel) {
    Error e;
    e.code = "edms.no_cancel";
    return cancel_failed(e);
  }
  in_.cancel_sent = true;
  emit(CancelProcess{*in_.process, in_.withdraw_reason});
}

void Stepper::cancel_failed(const Error& error) {
  if (error.code == "edms.already_ended") {
    comment("Согласование в СЭД уже завершилось, отзывать нечего: карточка получит его итог.");
    out_.poll_soon = true;
    return;
  }
  if (error.code == "edms.no_cancel") {
    in_.cancel_requested = false;
    in_.cancel_sent = false;
    tell_where_to_end("Эта СЭД не позволяет отозвать согласование извне.");
    return move_card(in_.put_stage.empty() ? mapping_.launch.stage : in_.put_stage, false);
  }
  out_.handled = false;
}

void Stepper::tell_where_to_end(std::string sentence) {
  const std::string link = in_.process && !in_.process->url.empty() ? in_.process->url
                           : in_.document                           ? in_.document->url
                                                                    : std::string();
  sentence += " Прервите процесс в самой СЭД: " + link;
  comment(sentence);
  notify({mapping::Recipient::initiator}, sentence);
}

// It stays given up, on the stage where the person put the card: once broken off in the EDMS, that is the refusal.
void Stepper::giving_up_failed() {
  in_.decided_task.clear();
  tell_where_to_end("Эта СЭД не позволяет завершить согласование отказом извне.");
}

void Stepper::remember_participants(const std::vector<Participant>& participants) {
  for (const auto& p : participants) {
    const auto it = std::find_if(in_.seen.begin(), in_.seen.end(), [&](const Participant& s) {
      return s.round == p.round && s.stage == p.stage && s.stage_name == p.stage_name && s.person.name == p.person.name;
    });
    if (it == in_.seen.end())
      in_.seen.push_back(p);
    else if (p.verdict != Verdict::none || it->verdict == Verdict::none)  // a decision once seen stays
      *it = p;
  }
}

void Stepper::on(const SnapshotTaken& e) {
  const Snapshot& s = e.snapshot;
  if (in_.phase != Phase::running) return;
  if (in_.last && s.asked_at <= in_.last->asked_at) {
    note("Устаревший ответ СЭД отброшен");
    return;
  }
  users_ = e.users;
  const bool moved = !in_.last || in_.last->state != s.state || in_.last->stages != s.stages ||
                     in_.last->round != s.round ||
                     (s.complete && in_.last->author_decision.has_value() != s.author_decision.has_value());
  const bool failed_before = in_.last && in_.last->state == ProcessState::failed_start;
  const bool stuck_before = in_.last && in_.last->state == ProcessState::paused && !in_.last->ended_how.empty();
  const bool unknown_before = in_.last && in_.last->complete && in_.last->outcome == Outcome::unknown;
  const std::optional<AuthorDecision> decision_before = in_.last ? in_.last->author_decision : std::nullopt;
  in_.last = s;
  if (!s.complete && !s.author_decision) in_.last->author_decision = decision_before;  // it did not say there is none
  remember_participants(s.participants);
  if (moved) {
    out_.poll_soon = true;
    in_.edms_moved_at = now_;
    note(describe(Event(e)));
  }
  if (s.state == ProcessState::failed_start && !failed_before)
    attention("edms.failed_start", "СЭД не смогла запустить процесс по карточке «" + in_.card.title +
                                       "». Запустите его в СЭД или отзовите карточку.");
  if (s.state == ProcessState::paused && !s.ended_how.empty() && !stuck_before)
    attention("edms.stuck", "Процесс в СЭД остановился сам: " + s.ended_how + ". " +
                                (in_.process ? in_.process->url : std::string()));
  if (s.outcome && s.complete) {
    if (*s.outcome == Outcome::unknown) {
      if (!unknown_before)
        attention("edms.outcome_unknown", "Процесс в СЭД завершён, а его итог непонятен. Проверьте процесс в СЭД: " +
                                              (in_.process ? in_.process->url : ""));
      return sync_fields();
    }
    // Broken off after our request is our withdrawal, whatever was said before it.
    const bool broken_off = *s.outcome == Outcome::interrupted || s.state == ProcessState::interrupted;
    if (broken_off && in_.cancel_sent) return conclude(Outcome::withdrawn);
    // Given up after a refused round: that is the refusal, whoever of the round spoke last.
    if (broken_off && in_.gave_up) return conclude(Outcome::rejected);
    return conclude(*s.outcome);
  }
  if (s.author_decision) author_decision(*s.author_decision);
  show_stage();
  sync_fields();
}

void Stepper::author_decision(const AuthorDecision& decision) {
  // Nothing to decide: the round was won, and the EDMS waits for its author to say so.
  if (decision.ours && decision.round_verdict == Verdict::approved && rules_.can_resubmit && !in_.cancel_requested) {
    if (task_of(decision) == in_.decided_task) return;
    in_.decided_task = task_of(decision);
    return emit(DecideRound{*in_.process, decision, false, {}});
  }
  // Ours also where the mapping leaves it to the EDMS, when the EDMS makes us the author of every process: nobody else
  // could answer.
  if (!decision.ours || !rules_.can_resubmit || in_.cancel_requested) return;
  if (task_of(decision) == in_.decided_task) return;  // executed already, the EDMS has not finished with it
  if (decision.round_verdict == Verdict::approved_with_remarks) {
    in_.decided_task = task_of(decision);
    return emit(DecideRound{*in_.process, decision, false, "Замечания приняты"});
  }
  if (in_.told_task == task_of(decision)) return;
  in_.told_task = task_of(decision);
  std::string sentence = "Круг " + std::to_string(decision.round) + ": не согласовано.";
  const auto list = remarks(in_);
  if (!list.empty()) sentence += " " + text::join(list, "; ") + ".";
  sentence += " Исправьте файлы и верните карточку на стадию запуска — уйдёт на повторное согласование.";
  comment(sentence);
  // The row of the table usually tells somebody; when it does not, the responsible must still learn of it.
  const mapping::StageRow* row = mapping::match_stage(mapping_, in_.last->stages);
  if (row == nullptr || row->reaction.notify.empty()) notify({mapping::Recipient::responsible}, sentence);
}

void Stepper::show_stage() {
  if (!in_.last || in_.last->stages.empty()) return;
  const mapping::StageRow* row = mapping::match_stage(mapping_, in_.last->stages);
  if (row == nullptr) {
    const std::string marker = "unmapped|" + stage_text(in_);
    if (in_.shown_row == marker) return;
    in_.shown_row = marker;
    return attention("mapping.unmapped_stage", "Стадии СЭД «" + stage_text(in_) + "» нет в таблице stages: файла «" +
                                                   mapping_.id + "». Карточка оставлена на месте.");
  }
  const std::string shown = row->edms + "|" + stage_text(in_) + "|" + std::to_string(in_.last->round);
  if (in_.shown_row == shown) return;
  in_.shown_row = shown;
  react(row->reaction, false);
  call_services(mapping::CallWhen::stage, row->edms);
}

void Stepper::sync_fields() {
  if (in_.card_gone) return;
  const mapping::Scope scope = make_scope(in_, rules_.zone);
  SetFields change;
  change.item = in_.item;
  for (const auto& rule : mapping_.fields) {
    const Value value = rule.value.render(scope, &rules_.zone).value;
    const std::string as_json = boost::json::serialize(to_json(value));
    auto& shown = in_.shown_fields[rule.field];
    if (shown == as_json || (shown.empty() && value.empty())) continue;
    shown = as_json;
    change.fields[rule.field] = value;
  }
  if (!change.fields.empty()) emit(ChangeCrm{std::move(change)});
}

}  // namespace sedlink::process
