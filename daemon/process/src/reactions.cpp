// What the card and its people see.
#include <algorithm>
#include <set>

#include "sedlink/core/text.hpp"
#include "stepper.hpp"

namespace sedlink::process {

// Text for people: times inside it are local.
std::string Stepper::text(const mapping::Template& t) const {
  return t.render(make_scope(in_, rules_.zone), &rules_.zone).value.to_text();
}

std::string Stepper::headline() const { return "«" + in_.card.title + "»: " + stage_text(in_); }

void Stepper::comment(std::string text) {
  if (in_.card_gone || text.empty()) return;
  Comment c;
  c.item = in_.item;
  c.text = std::move(text);
  emit(ChangeCrm{std::move(c)});
}

void Stepper::react(const mapping::Reaction& reaction, bool outcome) {
  if (in_.card_gone) return;
  if (reaction.crm) move_card(*reaction.crm, outcome);
  const std::string said = reaction.comment ? text(*reaction.comment) : std::string();
  comment(said);
  if (reaction.task) make_task(*reaction.task);
  if (!reaction.notify.empty()) {
    const std::string words = reaction.notify_text ? text(*reaction.notify_text)
                              : said.empty()       ? headline()
                                                   : headline() + ". " + said;
    notify(reaction.notify, words);
  }
}

void Stepper::move_card(const std::string& to, bool outcome) {
  if (in_.card_gone) return;
  if (!outcome && (in_.cancel_requested || in_.gave_up)) return;  // only the outcome moves it now
  std::set<std::string> expected{mapping_.launch.stage};
  if (!in_.put_stage.empty()) expected.insert(in_.put_stage);
  if (in_.wanted_stage) expected.insert(*in_.wanted_stage);
  if (mapping_.withdraw) expected.insert(mapping_.withdraw->stage);
  expected.insert(mapping_.process.give_up.begin(), mapping_.process.give_up.end());
  if (in_.wanted_stage.value_or(in_.put_stage) == to && in_.card.stage == to) return;
  MoveStage m;
  m.item = in_.item;
  m.expected.assign(expected.begin(), expected.end());
  m.to = to;
  in_.wanted_stage = to;
  emit(ChangeCrm{std::move(m)});
}

void Stepper::card_moved(const MoveStage& asked, const CardMoved& receipt) {
  if (in_.wanted_stage == asked.to) in_.wanted_stage.reset();
  if (receipt.moved || receipt.stage == asked.to) {
    in_.put_stage = asked.to;
    in_.own_move = OwnMove{asked.to, receipt.moved_at};
    in_.card.stage = asked.to;
    return;
  }
  // A person has moved it. Within the open stages of its pipeline we go on; elsewhere the card is theirs.
  const bool same_pipeline =
      receipt.category.empty() || mapping_.launch.category.empty() || receipt.category == mapping_.launch.category;
  const bool theirs =
      std::find(mapping_.hands_off.begin(), mapping_.hands_off.end(), receipt.stage) != mapping_.hands_off.end();
  if (!same_pipeline || theirs || receipt.semantics != StageSemantics::open) {
    note("Карточка стоит на стадии " + receipt.stage + ", её поставил человек: не двигаем");
    return;
  }
  if (asked.expected.size() == 1 && asked.expected.front() == receipt.stage) return;  // asked exactly this once already
  note("Карточку передвинули вручную на " + receipt.stage + ": возвращаем за СЭД");
  comment("Карточку передвинули вручную, но стадию ведёт СЭД: возвращаем на «" + stage_text(in_) + "».");
  MoveStage again = asked;
  again.expected = {receipt.stage};
  in_.wanted_stage = asked.to;
  emit(ChangeCrm{std::move(again)});
}

void Stepper::notify(const std::vector<mapping::Recipient>& recipients, const std::string& words) {
  if (in_.card_gone) return;
  std::vector<std::pair<std::string, std::string>> targets;  // user, text
  const auto add = [&](const std::string& user, const std::string& said) {
    const bool known = std::any_of(targets.begin(), targets.end(), [&](const auto& t) { return t.first == user; });
    if (!user.empty() && !known) targets.emplace_back(user, said);
  };
  for (const auto recipient : recipients) {
    switch (recipient) {
      case mapping::Recipient::initiator:
        add(in_.initiator.empty() ? in_.card.assigned_by : in_.initiator, words);
        break;
      case mapping::Recipient::responsible: add(in_.card.assigned_by, words); break;
      case mapping::Recipient::holder: {
        const auto names = holders(in_);
        bool any = false;
        for (const auto& name : names) {
          const auto it = users_.find(name);
          if (it == users_.end()) continue;
          add(it->second, words);
          any = true;
        }
        if (!any) add(in_.card.assigned_by, names.empty() ? words : words + " Сейчас у: " + text::join(names, ", "));
        break;
      }
    }
  }
  for (auto& [user, said] : targets) {
    Notify n;
    n.item = in_.item;
    n.user_id = user;
    n.text = said;
    emit(ChangeCrm{std::move(n)});
  }
}

void Stepper::make_task(const mapping::TaskSpec& spec) {
  CreateTask t;
  t.item = in_.item;
  t.title = text(spec.title);
  if (spec.description) t.description = text(*spec.description);
  if (spec.checklist) {
    const Value list = spec.checklist->render(make_scope(in_, rules_.zone)).value;
    if (const auto* items = std::get_if<Value::List>(&list.variant())) {
      for (const auto& item : *items)
        if (!item.empty()) t.checklist.push_back(item.to_text());
    } else if (!list.empty()) {
      t.checklist.push_back(list.to_text());
    }
  }
  t.responsible_id = in_.card.assigned_by;
  if (spec.responsible == mapping::Recipient::initiator && !in_.initiator.empty()) t.responsible_id = in_.initiator;
  if (spec.responsible == mapping::Recipient::holder)
    for (const auto& name : holders(in_))
      if (const auto it = users_.find(name); it != users_.end()) {
        t.responsible_id = it->second;
        break;
      }
  if (spec.due) t.due = now_ + *spec.due;
  emit(ChangeCrm{std::move(t)});
}

}  // namespace sedlink::process
