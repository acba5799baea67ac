#include "seen.hpp"

#include <algorithm>

#include "sedlink/core/text.hpp"

namespace sedlink::process {
namespace {

std::string names_of(const std::set<mapping::Recipient>& recipients) {
  std::vector<std::string> names;
  for (const auto r : recipients)
    names.emplace_back(r == mapping::Recipient::initiator     ? "initiator"
                       : r == mapping::Recipient::responsible ? "responsible"
                                                              : "holder");
  return names.empty() ? "никого" : text::join(names, ", ");
}

std::string quoted(const std::vector<std::string>& texts) {
  return texts.empty() ? "ничего" : "«" + text::join(texts, "», «") + "»";
}

bool any_contains(const std::vector<std::string>& texts, const std::string& part) {
  return std::any_of(texts.begin(), texts.end(),
                     [&](const std::string& t) { return t.find(part) != std::string::npos; });
}

void compare_call(const std::string& when, const Seen& seen, const mapping::TestExpectation& e,
                  std::vector<std::string>& failures) {
  std::vector<std::string> made;
  for (const CallService& c : seen.calls) {
    if (c.name == e.call.value_or(c.name) && c.body.find(e.body.value_or("")) != std::string::npos) return;
    made.push_back(c.name + ": " + c.body);
  }
  failures.push_back(when + ": ждали вызов «" + e.call.value_or("") + "»" +
                     (e.body ? " с телом «" + *e.body + "»" : "") + ", было " + quoted(made));
}

}  // namespace

void compare(const std::string& when, const Seen& seen, const std::vector<const mapping::TestExpectation*>& expected,
             std::vector<std::string>& failures) {
  std::vector<std::string> stages, tasks;
  std::set<mapping::Recipient> notified;
  std::vector<mapping::TestExpectation::Decide> decisions;
  for (const auto* e : expected) {
    if (e->decide) decisions.push_back(*e->decide);
    if (e->stage) stages.push_back(*e->stage);
    if (e->task) tasks.push_back(*e->task);
    if (e->notify) notified.insert(e->notify->begin(), e->notify->end());
    if (e->comment && !any_contains(seen.comments, *e->comment))
      failures.push_back(when + ": ждали комментарий «" + *e->comment + "», было " + quoted(seen.comments));
    if (e->problem && !any_contains(seen.problems, *e->problem))
      failures.push_back(when + ": ждали отказ «" + *e->problem + "», было " + quoted(seen.problems));
    if (e->call || e->body) compare_call(when, seen, *e, failures);
    for (const auto& [name, value] : e->fields) {
      const auto it = seen.fields.find(name);
      const std::string actual = it == seen.fields.end() ? std::string("не записано") : it->second.to_text();
      if (it == seen.fields.end() || actual != value.to_text())
        failures.push_back(when + ": поле " + name + ": ждали «" + value.to_text() + "», было «" + actual + "»");
    }
  }
  if (stages != seen.stages)
    failures.push_back(when + ": переходы карточки: ждали " + quoted(stages) + ", было " + quoted(seen.stages));
  if (tasks != seen.tasks)
    failures.push_back(when + ": задачи: ждали " + quoted(tasks) + ", было " + quoted(seen.tasks));
  if (decisions != seen.decisions)
    failures.push_back(when + ": решений за автора ждали " + std::to_string(decisions.size()) + ", было " +
                       std::to_string(seen.decisions.size()));
  if (notified != seen.notified)
    failures.push_back(when + ": уведомления: ждали " + names_of(notified) + ", было " + names_of(seen.notified));
}

}  // namespace sedlink::process
