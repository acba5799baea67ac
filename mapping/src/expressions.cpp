#include "sedlink/mapping/model.hpp"

namespace sedlink::mapping {
namespace {

class Collector {
 public:
  void take(const Template& t) {
    for (const Expression* e : t.expressions()) found.push_back(e);
  }
  void take(const std::optional<Template>& t) {
    if (t) take(*t);
  }
  void take(const ReferenceSpec& s) { take(s.id), take(s.name), take(s.inn), take(s.kpp), take(s.user); }
  void take(const Reaction& r) {
    take(r.comment), take(r.notify_text);
    if (!r.task) return;
    take(r.task->title), take(r.task->checklist), take(r.task->description);
  }
  std::vector<const Expression*> found;
};

}  // namespace

std::vector<const Expression*> expressions_of(const CompiledMapping& m) {
  Collector c;
  c.take(m.launch.sent), c.take(m.launch.refused);
  if (m.withdraw) c.take(m.withdraw->reason);
  for (const DocumentField& field : m.document.fields)
    std::visit([&](const auto& value) { c.take(value); }, field.value);
  for (const ReferenceSpec& approver : m.process.approvers) c.take(approver);
  if (m.process.author) c.take(*m.process.author);
  c.take(m.process.name), c.take(m.process.description);
  for (const StageRow& row : m.stages) c.take(row.reaction);
  for (const auto& [outcome, reaction] : m.outcomes) c.take(reaction);
  for (const FieldRule& field : m.fields) c.take(field.value);
  if (m.folder) c.take(m.folder->text());
  for (const CallSpec& call : m.calls) {
    c.take(call.path), c.take(call.body);
    for (const auto& [name, value] : call.headers) c.take(value);
    if (call.ready) c.take(call.ready->path);
    for (const CallAnswer& answer : call.answer) c.take(answer.text);
  }
  for (const DeadlineRule& deadline : m.deadlines) c.take(deadline.text);
  return c.found;
}

}  // namespace sedlink::mapping
