// Drafts of tasks, their start and their forced endings.
#include "approval.hpp"

#include <algorithm>

#include "sedlink/core/text.hpp"

namespace sedlink::sim::directum {
namespace {

struct Groups {
  std::string_view document, addenda, other;
};

// directum.md A9.1.
Groups groups_of(Variant variant) {
  switch (variant) {
    case Variant::free:
      return {"cd77936e-884e-44bb-b869-9a60f9f5f2b4", "fe0d933f-02f8-4733-b110-1e49467a9cf8",
              "698df64c-b849-4786-ae93-19a1f086a2a8"};
    case Variant::process:
      return {"4195347f-2ca3-4fdc-9460-c22609cc3abf", "29cf286f-d756-44e4-a688-bff2999e0368",
              "4d26f724-46d5-44fa-83dc-d31375ab67bf"};
    case Variant::rule:
    case Variant::simple:
    case Variant::other: break;
  }
  return {"08e1ef90-521f-41a1-a13f-c6f175007e54", "852b3e7d-f178-47d3-8fad-a64021065cfd",
          "bd87e6b5-e247-485a-93bf-52f24a64af5a"};
}

std::string cut(const std::string& subject) { return std::string(text::prefix(subject, 250)); }

// The kind of step takes additional approvers: the first one of approval, else a new one in front.
void add_approvers(std::vector<Step>& steps, Variant variant, const std::vector<Id>& additional) {
  if (additional.empty()) return;
  const StepKind* kind = find_step(variant, "approval");
  auto place = std::find_if(steps.begin(), steps.end(), [&](const Step& step) { return step.kind == kind; });
  if (place == steps.end()) {
    place = steps.insert(steps.begin(), Step());
    place->kind = kind;
  }
  for (const Id id : additional) {
    if (std::find(place->performers.begin(), place->performers.end(), id) == place->performers.end())
      place->performers.push_back(id);
  }
}

}  // namespace

Entity& Approval::draft(std::string_view type, Variant variant, const Caller& author, Entity* document,
                        const std::string& body) {
  Entity& task = base_.store.create(base_.model.at(type));
  const Time now = base_.now();
  task.set("Status", std::string("Draft"));
  task.set("Importance", std::string("Normal"));
  task.set("Created", now);
  task.set("Modified", now);
  task.set("NeedsReview", false);
  task.set("Author", author.id());
  task.set("MainTask", task.id());
  task.set("ActiveText", body);
  if (document != nullptr) {
    const Groups groups = groups_of(variant);
    attach(task, document->id(), document->type->guid, groups.document);
    for (const Installation::Relation& relation : base_.relations) {
      if (relation.name != "Addendum" || relation.base != document->id()) continue;
      const Entity* addendum = base_.store.find("ElectronicDocument", relation.related);
      if (addendum != nullptr) attach(task, addendum->id(), addendum->type->guid, groups.addenda);
    }
    by_document_[document->id()].push_back(task.id());
  }
  Run& run = runs_[task.id()];
  run.task = task.id();
  run.variant = variant;
  run.document = document == nullptr ? 0 : document->id();
  return task;
}

void Approval::attach(Entity& task, Id entity, std::string_view type_guid, std::string_view group) {
  Entity& row = base_.store.add_row(task, task.type->at("AttachmentDetails"));
  row.set("AttachmentId", entity);
  row.set("AttachmentTypeGuid", std::string(type_guid));
  row.set("EntityTypeGuid", std::string(type_guid));
  row.set("GroupId", std::string(group));
  row.set("AttachedAt", base_.now());
  row.set("AttachedBy", task.get("Author"));
  row.set("Task", task.id());
  row.set("MainTask", task.id());
}

bool Approval::fits(const Route& route, const Entity& document) {
  return route.kinds.empty() || route.kinds.contains(document.link("DocumentKind"));
}

const Route* Approval::rule_for(const Entity& document) const {
  const Route* best = nullptr;
  for (const Route& rule : rules) {
    const Entity* entity = base_.store.find("ApprovalRuleBase", rule.rule);
    if (entity == nullptr || entity->text("Status") != "Active" || !fits(rule, document)) continue;
    if (best == nullptr || rule.priority > best->priority) best = &rule;
  }
  return best;
}

const Route* Approval::rule_by_id(Id id) const {
  const auto found = std::find_if(rules.begin(), rules.end(), [&](const Route& rule) { return rule.rule == id; });
  return found == rules.end() ? nullptr : &*found;
}

Entity& Approval::draft_by_rule(const Caller& author, Entity& document, const std::string& body, Entity* signatory,
                                const std::vector<Id>& additional) {
  const Route* rule = rule_for(document);
  // ApprovalRule is required: the save inside Create fails (directum.md A9.3) [guess].
  if (rule == nullptr) bad_request("Для документа не настроен регламент согласования.");
  Entity& task = draft("ApprovalTask", Variant::rule, author, &document, body);
  task.set("Subject", cut("Согласование: " + document.text("Name")));
  task.set("ThreadSubject", task.get("Subject"));
  task.set("ApprovalRule", rule->rule);
  if (signatory != nullptr) task.set("Signatory", signatory->id());
  for (const Id id : additional) base_.store.add_row(task, task.type->at("AddApprovers")).set("Approver", id);
  return task;
}

Entity& Approval::draft_free(const Caller& author, Entity& document, const std::string& body,
                             std::optional<Time> deadline, const std::vector<Id>& approvers) {
  Entity& task = draft("FreeApprovalTask", Variant::free, author, &document, body);
  task.set("Subject", cut("Согласование: " + document.text("Name")));
  task.set("ThreadSubject", task.get("Subject"));
  task.set("ReceiveOnCompletion", std::string("Assignment"));
  task.set("ReceiveNotice", false);
  if (deadline) task.set("MaxDeadline", *deadline);
  Step step;
  step.kind = find_step(Variant::free, "approval");
  for (const Id id : approvers) {
    base_.store.add_row(task, task.type->at("Approvers")).set("Approver", id);
    if (std::find(step.performers.begin(), step.performers.end(), id) == step.performers.end())
      step.performers.push_back(id);
  }
  Step last;
  last.kind = find_step(Variant::free, "finish");
  last.performers = {author.id()};
  runs_.at(task.id()).steps = {std::move(step), std::move(last)};
  return task;
}

Entity& Approval::draft_process(const Caller& author, Entity& document, const std::string& body,
                                const std::vector<Id>& additional) {
  Entity& task = draft("DocumentFlowTask", Variant::process, author, &document, body);
  task.set("Subject", cut("Согласование по процессу: " + document.text("Name")));
  task.set("ThreadSubject", task.get("Subject"));
  for (const Id id : additional) base_.store.add_row(task, task.type->at("AddApprovers")).set("Approver", id);
  return task;
}

Entity& Approval::draft_simple(const Caller& author, const std::string& subject, const std::string& body,
                               std::optional<Time> deadline, const std::string& importance, bool notice,
                               const std::vector<Id>& performers, const std::vector<Id>& observers,
                               const std::vector<Id>& documents) {
  Entity& task = draft("SimpleTask", Variant::simple, author, nullptr, body);
  task.set("Subject", cut(subject));
  task.set("ThreadSubject", task.get("Subject"));
  task.set("Importance", importance);
  if (deadline) task.set("MaxDeadline", *deadline);
  for (const Id id : observers) base_.store.add_row(task, task.type->at("Observers")).set("Observer", id);
  Run& run = runs_.at(task.id());
  for (const Id id : documents) {
    const Entity* document = base_.store.find("ElectronicDocument", id);
    attach(task, id, document->type->guid, groups_of(Variant::simple).other);
    by_document_[id].push_back(task.id());
    if (run.document == 0) run.document = id;
  }
  Step step;
  step.kind = notice ? nullptr : find_step(Variant::simple, "performance");  // null: nothing but notices
  step.name = subject;
  step.performers = performers;
  run.steps = {std::move(step)};
  return task;
}

Entity& Approval::draft_one_step(std::string_view type, std::string_view word, const Caller& author, Entity* document,
                                 const std::string& body, const std::vector<Id>& performers,
                                 std::optional<Time> deadline) {
  Entity& task = draft(type, Variant::other, author, document, body);
  Step step;
  step.kind = find_step(Variant::other, word);
  step.performers = performers;
  task.set("Subject", cut(std::string(step.kind->title) + (document == nullptr ? "" : ": " + document->text("Name"))));
  task.set("ThreadSubject", task.get("Subject"));
  if (deadline) task.set("MaxDeadline", *deadline);
  runs_.at(task.id()).steps = {std::move(step)};
  return task;
}

// Validation at the start (directum.md A2, A9.3).
void Approval::check_start(const Entity& task, const Run& run, const Caller& caller) const {
  if (task.text("Status") != "Draft") bad_request("Задача уже отправлена.");
  const bool checked = run.variant == Variant::rule || run.variant == Variant::free;
  const Entity* author = base_.store.find("User", task.link("Author"));
  if (checked && base_.settings.employees_only &&
      (author == nullptr || !author->type->is("Employee") || !caller.is_employee()))
    bad_request("Отправить задачу может только сотрудник. Войдите в систему под учетной записью сотрудника.");
  const Entity* document = document_of(run);
  if (document == nullptr) {
    if (run.document != 0 && base_.store.find("ElectronicDocument", run.document) == nullptr)
      bad_request("Документ, вложенный в задачу, удален.");
    return;
  }
  if (checked && base_.read_only.contains(document->id()))
    bad_request("Для отправки документа на согласование необходимо иметь права на его изменение.");
  if (run.variant == Variant::free) {
    if (const auto* deadline = std::get_if<Time>(&task.get("MaxDeadline"));
        deadline != nullptr && *deadline < base_.today())
      bad_request("Срок по заданию должен быть больше или равен текущей дате.");
  }
  if (run.variant == Variant::rule) {
    if (rule_for(*document) == nullptr) bad_request("Для документа не настроен регламент согласования.");
    const Route* rule = rule_by_id(task.link("ApprovalRule"));
    const Entity* entity = base_.store.find("ApprovalRuleBase", task.link("ApprovalRule"));
    if (rule == nullptr || entity == nullptr || entity->text("Status") != "Active" || !fits(*rule, *document))
      bad_request("Согласуемый документ или регламент были изменены. Выберите актуальный  регламент.");
  }
}

void Approval::start(Entity& task, const Caller& caller) {
  const auto found = runs_.find(task.id());
  if (found == runs_.end()) bad_request("Задачу нельзя отправить.");
  Run& run = found->second;
  check_start(task, run, caller);
  Entity* document = document_of(run);
  std::vector<Id> additional;
  if (run.variant == Variant::rule || run.variant == Variant::process) {
    const Route* route = nullptr;
    if (run.variant == Variant::rule) {
      route = rule_by_id(task.link("ApprovalRule"));
    } else {
      for (const Route& process : processes) {
        if (fits(process, *document) && (route == nullptr || process.priority > route->priority)) route = &process;
      }
      if (route == nullptr) bad_request("Для документа не найден подходящий вариант процесса.");
    }
    run.route = route->name;
    run.steps = route->steps;
    run.only_objectors_again = route->only_objectors_again;
    run.restricted_rights = route->restricts_initiator;
    for (const auto& row : task.list("AddApprovers")) additional.push_back(row->link("Approver"));
    add_approvers(run.steps, run.variant, additional);
    if (run.variant == Variant::rule && task.link("Signatory") != 0) {
      for (Step& step : run.steps) {
        if (step.kind->word == "signing") step.performers = {task.link("Signatory")};
      }
    }
  }
  const Time now = base_.now();
  task.set("Status", std::string("InProcess"));
  task.set("Started", now);
  task.set("StartedBy", caller.id());
  // A start by rule recalculates the term, whatever the draft said (directum.md A9.5, 1).
  const bool unset = is_null(task.get("MaxDeadline")) && run.variant != Variant::simple;
  if (unset || run.variant == Variant::rule) {
    int days = 0;
    for (const Step& step : run.steps) days += step.days;
    task.set("MaxDeadline", base_.after_working_days(now, days));
  }
  if (run.variant == Variant::rule) task.set("Iteration", std::int64_t{1});
  run.round = 1;
  if (const std::string body = task.text("ActiveText"); !body.empty()) add_text(task, task.link("Author"), body, false);
  if (base_.settings.text_moves_on_start) task.set("ActiveText", Value());
  base_.touch(task);
  if (document != nullptr && moves_document(run) && document->text("LifeCycleState") == "Obsolete") {
    document->set("LifeCycleState", std::string("Draft"));
    base_.touch(*document);
  }
  after_moment(task.id(), &Approval::open_step);
}

void Approval::abort(Entity& task, const std::string& reason) {
  const std::string status = task.text("Status");
  if (status == "Completed" || status == "Aborted") bad_request("Задача уже завершена.");
  Run* run = find(task.id());
  if (task.type->find("AbortingReason") != nullptr && !reason.empty()) task.set("AbortingReason", reason);
  if (status != "Draft" && run != nullptr) {
    for (const Id id : run->open) {
      const Entity* open = base_.store.find("Assignment", id);
      if (open != nullptr) notify(*run, "SimpleNotice", open->link("Performer"), "Прекращено: " + task.text("Subject"));
    }
    close_open(*run);
    Entity* document = document_of(*run);
    if (document != nullptr && moves_document(*run)) {
      set_approval_state(base_, *document, "Aborted");
      if (base_.settings.abort_makes_obsolete && document->set("LifeCycleState", std::string("Obsolete")))
        base_.touch(*document);
    }
    run->restricted_rights = false;
  }
  task.set("Status", std::string("Aborted"));
  base_.touch(task);
}

void Approval::suspend(Entity& task, bool suspended) {
  if (task.text("Status") != (suspended ? "InProcess" : "Suspended")) bad_request("Задача в другом состоянии.");
  task.set("Status", std::string(suspended ? "Suspended" : "InProcess"));
  base_.touch(task);
  const Run* run = find(task.id());
  for (const Id id : run == nullptr ? std::vector<Id>() : run->open) {
    if (Entity* open = base_.store.find("Assignment", id)) {
      open->set("Status", std::string(suspended ? "Suspended" : "InProcess"));
      base_.touch(*open);
    }
  }
}

void Approval::forget(Entity& task) {
  const Id id = task.id();
  for (const char* family : {"Assignment", "Notice"}) {
    for (const Id one : std::vector<Id>(base_.store.of_task(base_.model.at(family), id))) {
      if (Entity* gone = base_.store.find(family, one)) base_.store.remove(*gone);
    }
  }
  for (auto& [document, tasks] : by_document_) std::erase(tasks, id);
  runs_.erase(id);
  base_.store.remove(task);
}

Run* Approval::find(Id task) {
  const auto found = runs_.find(task);
  return found == runs_.end() ? nullptr : &found->second;
}

std::vector<Id> Approval::tasks_of(Id document) const {
  const auto found = by_document_.find(document);
  if (found == by_document_.end()) return {};
  return {found->second.rbegin(), found->second.rend()};
}

const Run* Approval::restricting(Id document) const {
  for (const Id task : tasks_of(document)) {
    const auto run = runs_.find(task);
    const Entity* entity = base_.store.find("Task", task);
    if (run != runs_.end() && run->second.restricted_rights && entity != nullptr &&
        entity->text("Status") == "InProcess")
      return &run->second;
  }
  return nullptr;
}

}  // namespace sedlink::sim::directum
