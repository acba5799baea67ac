// Names that have no value yet where they are used: they would always render empty.
#include <fmt/format.h>

#include "lint.hpp"
#include "tables.hpp"

namespace sedlink::mapping {
namespace {

class Early {
 public:
  explicit Early(Reader& r) : r_(r) {}

  void check(const Template& pattern) {
    for (const Expression* e : pattern.expressions()) {
      const KnownRoot* root = find_root(e->path);
      if (root == nullptr || root->before_launch) continue;
      r_.error(e->range, "too-early", fmt::format("«{}» здесь всегда пусто: {}", e->path, "процесс ещё не начат"),
               "здесь есть item, company, contact, requisite");
    }
  }
  void check(const std::optional<Template>& pattern) {
    if (pattern) check(*pattern);
  }
  void check(const ReferenceSpec& s) { check(s.id), check(s.name), check(s.inn), check(s.kpp), check(s.user); }
  void check(const Reaction& reaction) {
    check(reaction.comment), check(reaction.notify_text);
    if (!reaction.task) return;
    check(reaction.task->title), check(reaction.task->checklist), check(reaction.task->description);
  }

 private:
  Reader& r_;
};

}  // namespace

void lint_templates(const CompiledMapping& m, Reader& r) {
  Early early(r);
  for (const DocumentField& field : m.document.fields)
    std::visit([&](const auto& value) { early.check(value); }, field.value);
  for (const ReferenceSpec& approver : m.process.approvers) early.check(approver);
  if (m.process.author) early.check(*m.process.author);
  early.check(m.process.name);
  early.check(m.process.description);
  early.check(m.launch.refused);
}

}  // namespace sedlink::mapping
