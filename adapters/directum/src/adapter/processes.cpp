// Tasks: prepared as a draft whose text ends with our key, found by it, started by id, decided and aborted (directum
// A8, A9).
#include <algorithm>

#include "adapter/directum_adapter.hpp"
#include "sedlink/core/hash.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::directum {
namespace {

constexpr std::size_t subject_limit = 250;  // of Task.Subject (assumed): a label, a longer one would refuse the task

Result<const TaskType*> known_type(const Session& session, const std::string& name) {
  const TaskType* t = task_type(name);
  if (t == nullptr) {
    return rejected("edms.process_kind",
                    "Directum RX не знает процесса «" + name + "»; есть: rule, free, process, simple", Audience::admin);
  }
  if (!session.has(t->create)) {
    return rejected("edms.process_kind",
                    "В этой Directum RX нет функции " + std::string(t->create) + " («" + std::string(t->russian) +
                        "»): нужна более новая редакция",
                    Audience::admin);
  }
  return t;
}

Result<const TaskType*> type_of(const ProcessRef& process) {
  if (const TaskType* t = task_type(process.type)) return t;
  return make_error(Fault::defect, Audience::developer, "edms.process_kind",
                    "Неизвестный вид задачи «" + process.type + "»");
}

std::string create_function(const TaskType& type) {
  return (type.kind == TaskKind::process ? "DocflowApproval/" : "Docflow/") + std::string(type.create);
}

// A deadline is a moment, not a day.
void put_deadline(Body& body, const char* name, const std::optional<Duration>& due, Time now) {
  if (due) {
    body.text(name, to_iso8601(std::chrono::floor<std::chrono::seconds>(now + *due)));
  } else {
    body.null(name);
  }
}

}  // namespace

ProcessRef DirectumAdapter::process_ref(const TaskType& type, std::int64_t id, const DocumentRef& document) const {
  ProcessRef ref;
  ref.id = std::to_string(id);
  ref.type = type.set;
  ref.url = card_link(session_->settings().web_url, type.guid, id);
  ref.document = document;
  return ref;
}

Task<ProcessRef> DirectumAdapter::prepare_process(api::CallContext ctx, DocumentRef document, ProcessDraft draft) {
  auto connected = co_await session_->ready(ctx);
  if (!connected) co_return connected.error();
  const auto type = known_type(*session_, draft.kind);
  if (!type) co_return type.error();
  if (!uuid::is_valid(ctx.key)) {
    co_return make_error(Fault::defect, Audience::developer, "edms.key", "Процесс готовится без ключа");
  }
  const auto id = number_of(document.id, "Документ");
  if (!id) co_return id.error();
  // Nothing on the other side refuses a second one: the look belongs to the create, whose later steps may fail.
  auto existing = co_await find_process(ctx, document, draft);
  if (!existing) co_return existing.error();
  if (existing.value()) co_return *existing.value();
  auto still_there = co_await document_still_ours(ctx, document);
  if (!still_there) co_return still_there.error();
  const TaskKind kind = type.value()->kind;
  auto rule = co_await find_template(ctx, type.value(), draft.template_name);
  if (!rule) co_return rule.error();
  std::vector<std::int64_t> approvers;
  for (const Reference& approver : draft.approvers) {
    auto found = co_await session_->resolve(ctx, "IEmployees", approver, "Согласующий");
    if (!found) co_return found.error();
    if (std::find(approvers.begin(), approvers.end(), found.value()) == approvers.end())
      approvers.push_back(found.value());
  }
  if (approvers.empty() && (kind == TaskKind::free || kind == TaskKind::simple)) {
    co_return rejected("edms.approvers", "Для вида «" + std::string(type.value()->russian) +
                                             "» нужны исполнители: approvers в сопоставлении");
  }
  const Time now = session_->now();
  Body body;
  if (kind == TaskKind::simple) {
    std::vector<std::int64_t> attached{id.value()};
    auto further = co_await addenda(ctx, id.value());
    if (!further) co_return further.error();
    attached.insert(attached.end(), further.value().begin(), further.value().end());
    body.text("assignmentType", "Assignment")
        .text("subject", draft.name.empty() ? "Согласование документа" : text::ellipsis(draft.name, subject_limit));
    put_deadline(body, "deadline", draft.due, now);
    body.text("importance", "Normal").text("text", with_key(draft.description, ctx.key, 0));
    body.list("performerIds", approvers).list("observerIds", {}).list("documentIds", attached);
  } else {
    body.number("documentId", id.value()).text("text", with_key(draft.description, ctx.key, 0));
    if (kind == TaskKind::rule) body.null("signatoryId");
    if (kind == TaskKind::free) {
      put_deadline(body, "deadline", draft.due, now);
      body.list("approverIds", approvers);
    } else {
      body.list("addApproverIds", approvers);
    }
  }
  auto answer = co_await session_->action(ctx, create_function(*type.value()), std::move(body));
  if (!answer) co_return answer.error();
  const auto task = read_created_id(answer.value().status, answer.value().body);
  if (!task) co_return task.error();
  auto dressed = co_await dress(ctx, type.value(), task.value(), rule.value(), std::move(draft));
  if (!dressed) co_return dressed.error();
  co_return process_ref(*type.value(), task.value(), document);
}

Task<std::int64_t> DirectumAdapter::find_template(api::CallContext ctx, const TaskType* type, std::string name) {
  if (name.empty()) co_return std::int64_t{0};
  const bool by_rule = type->kind == TaskKind::rule;
  const std::string set = by_rule ? "IApprovalRuleBases" : "IProcessKinds";
  const bool writable = by_rule || (type->kind == TaskKind::process && session_->metadata().has_set(set));
  if (!writable || !session_->settings().patch_draft) {
    co_return rejected("edms.template",
                       "Для вида «" + std::string(type->russian) + "» шаблон («" + name +
                           "») не выбирается: уберите template или включите patch_draft",
                       Audience::admin);
  }
  const std::string what = by_rule ? "Регламент" : "Вариант процесса";
  Reference rule;
  rule.name = std::move(name);
  co_return co_await session_->resolve(ctx, set, std::move(rule), what);
}

// What the function has no parameter for: the rule, the subject (assumed writable in a draft, A9.1). Not the term: the
// start recalculates it (A9.5). Repeats do no harm.
Task<void> DirectumAdapter::dress(api::CallContext ctx, const TaskType* type, std::int64_t task, std::int64_t rule,
                                  ProcessDraft draft) {
  Body body;
  if (rule != 0) body.link(type->kind == TaskKind::rule ? "ApprovalRule" : "ProcessKind", rule);
  if (session_->settings().patch_draft && type->kind != TaskKind::simple) {
    if (!draft.name.empty()) body.text("Subject", text::ellipsis(draft.name, subject_limit));
  }
  if (body.empty()) co_return Result<void>();
  auto patched = co_await session_->patch(ctx, entity(type->set, task), std::move(body));
  if (!patched && patched.error().fault == Fault::rejected) {
    Error e = patched.error();
    e.message += ". Если эта Directum RX не даёт править черновик задачи, поставьте patch_draft: false";
    co_return e;
  }
  co_return patched;
}

Task<std::optional<ProcessRef>> DirectumAdapter::find_process(api::CallContext ctx, DocumentRef document,
                                                              ProcessDraft draft) {
  auto connected = co_await session_->ready(ctx);
  if (!connected) co_return connected.error();
  const auto type = known_type(*session_, draft.kind);
  if (!type) co_return type.error();
  const auto id = number_of(document.id, "Документ");
  if (!id) co_return id.error();
  Query query{std::string(type.value()->set)};
  query.filter = "AttachmentDetails/any(a: a/AttachmentId eq " + std::to_string(id.value()) + ")";
  query.select = session_->select(type.value()->set, "Id,Status", "ActiveText");
  query.expand = "Texts($select=Id,Body)";
  auto rows = co_await session_->rows(ctx, std::move(query));
  if (!rows) co_return rows.error();
  std::int64_t draft_task = 0;
  for (const Row& row : rows.value()) {
    const auto task = id_of(row);
    const auto status = text_of(row, "Status");
    const auto active = text_of(row, "ActiveText");
    const auto texts = rows_of(row, "Texts");
    if (!task) co_return task.error();
    if (!status) co_return status.error();
    if (!active) co_return active.error();
    if (!texts) co_return texts.error();
    bool ours = has_key(active.value(), ctx.key);
    for (const Row* t : texts.value()) {
      const auto body = text_of(*t, "Body");
      ours = ours || (body && has_key(body.value(), ctx.key));
    }
    if (!ours) continue;
    if (status.value() != "Draft") {
      co_return std::optional<ProcessRef>(process_ref(*type.value(), task.value(), document));
    }
    draft_task = task.value();
  }
  if (draft_task == 0) co_return std::optional<ProcessRef>();
  auto rule = co_await find_template(ctx, type.value(), draft.template_name);
  if (!rule) co_return rule.error();
  auto dressed = co_await dress(ctx, type.value(), draft_task, rule.value(), std::move(draft));
  if (!dressed) co_return dressed.error();
  co_return std::optional<ProcessRef>(process_ref(*type.value(), draft_task, document));
}

Task<void> DirectumAdapter::start_process(api::CallContext ctx, ProcessRef process) {
  auto connected = co_await session_->ready(ctx);
  if (!connected) co_return connected.error();
  const auto type = type_of(process);
  if (!type) co_return type.error();
  const auto id = number_of(process.id, "Задача");
  if (!id) co_return id.error();
  Query query(entity(type.value()->set, id.value()));
  query.select = "Id,Status,Started";
  auto row = co_await session_->entity(ctx, std::move(query));
  if (!row) co_return row.error();
  const auto status = text_of(row.value(), "Status");
  const auto since = text_of(row.value(), "Started");
  if (!status) co_return status.error();
  if (!since) co_return since.error();
  if (status.value() == "Aborted" && since.value().empty())
    co_return rejected("edms.already_ended", "Задача прервана в Directum RX до отправки");
  if (status.value() != "Draft") co_return Result<void>();
  Body body;
  body.number("taskId", id.value());
  auto started = co_await session_->action(ctx, "Docflow/StartTask", std::move(body));
  if (!started) co_return started.error();
  co_return Result<void>();
}

Task<void> DirectumAdapter::decide_round(api::CallContext ctx, ProcessRef process, AuthorDecision decision, bool again,
                                         std::string comment) {
  auto connected = co_await session_->ready(ctx);
  if (!connected) co_return connected.error();
  const auto id = number_of(decision.task_id, "Задание");
  if (!id) co_return id.error();
  Query query(entity("IAssignments", id.value()));
  query.select = "Id,Status";
  auto row = co_await session_->entity(ctx, std::move(query));
  if (!row && row.error().fault == Fault::not_found) co_return Result<void>();
  if (!row) co_return row.error();
  const auto status = text_of(row.value(), "Status");
  if (!status) co_return status.error();
  if (status.value() != "InProcess") co_return Result<void>();
  const AssignmentType& type = assignment_type(directum::type_of(row.value()));
  // Giving up ends the task with the verdict of the round; nothing else in RX does.
  if (!again && type.part == Part::rework) co_return co_await abort(ctx, std::move(process), std::move(comment));
  if (type.forward.empty() || type.part == Part::decision) {
    co_return make_error(Fault::defect, Audience::developer, "rx.shape",
                         "Задание " + decision.task_id + " — не решение автора");
  }
  if (!comment.empty() && session_->settings().patch_draft) {
    Body text_body;
    text_body.text("ActiveText", comment);  // CompleteAssignment takes none (A14, assumed)
    auto noted = co_await session_->patch(ctx, entity("IAssignments", id.value()), std::move(text_body));
    if (!noted)
      session_->log().warning("directum_comment",
                              {{"assignment", decision.task_id}, {"error", describe(noted.error())}});
  }
  Body body;
  body.number("assignmentId", id.value()).text("result", type.forward);
  auto done = co_await session_->action(ctx, "Docflow/CompleteAssignment", std::move(body));
  if (!done) co_return done.error();
  co_return Result<void>();
}

// Nothing in the base product aborts approval tasks (A9.6): the module does, or what the settings say.
Task<void> DirectumAdapter::abort(api::CallContext ctx, ProcessRef process, std::string reason) {
  const auto type = type_of(process);
  if (!type) co_return type.error();
  const auto id = number_of(process.id, "Задача");
  if (!id) co_return id.error();
  const CancelBy way = session_->settings().cancel;
  Body body;
  body.number("taskId", id.value());
  if (way != CancelBy::never && session_->has(module::abort)) {
    body.text("reason", reason);
    auto done = co_await session_->action(ctx, std::string(module::segment) + module::abort, std::move(body));
    if (!done && done.error().code == "rx.already_completed") {
      co_return rejected("edms.already_ended", "Задача в Directum RX уже завершена");
    }
    if (!done) co_return done.error();
    co_return Result<void>();
  }
  if (way == CancelBy::automatic && type.value()->kind == TaskKind::simple && session_->has("AbortTask")) {
    auto done = co_await session_->action(ctx, "Shell/AbortTask", std::move(body));
    if (!done) co_return done.error();
    co_return Result<void>();
  }
  if (way == CancelBy::patch) {
    Body status;
    status.text("Status", "Aborted");
    auto done = co_await session_->patch(ctx, entity(type.value()->set, id.value()), std::move(status));
    if (!done && done.error().fault != Fault::rejected) co_return done.error();
    Query query(entity(type.value()->set, id.value()));
    query.select = "Id,Status";
    auto row = co_await session_->entity(ctx, std::move(query));
    if (!row) co_return row.error();
    const auto now = text_of(row.value(), "Status");
    if (now && now.value() == "Aborted") co_return Result<void>();
  }
  co_return rejected("edms.no_cancel", "Directum RX без модуля Sedlink не даёт прекратить задачу «" +
                                           std::string(type.value()->russian) +
                                           "» извне: прервите её в самой Directum RX");
}

Task<void> DirectumAdapter::cancel(api::CallContext ctx, ProcessRef process, std::string reason) {
  auto connected = co_await session_->ready(ctx);
  if (!connected) co_return connected.error();
  const auto type = type_of(process);
  if (!type) co_return type.error();
  const auto id = number_of(process.id, "Задача");
  if (!id) co_return id.error();
  Query query(entity(type.value()->set, id.value()));
  query.select = "Id,Status";
  const Query seen = query;
  auto row = co_await session_->entity(ctx, std::move(query));
  if (!row && row.error().fault == Fault::not_found) co_return Result<void>();
  if (!row) co_return row.error();
  const auto status = text_of(row.value(), "Status");
  if (!status) co_return status.error();
  if (status.value() == "Completed") co_return rejected("edms.already_ended", "Задача в Directum RX уже завершена");
  if (status.value() == "Aborted") co_return Result<void>();
  if (status.value() == "Draft") co_return co_await session_->remove(ctx, entity(type.value()->set, id.value()));
  auto aborted = co_await abort(ctx, process, std::move(reason));
  if (!aborted) co_return aborted.error();
  // Done when it is seen: RX may abort in the background (A9.5).
  auto now = co_await session_->entity(ctx, seen);
  if (!now && now.error().fault == Fault::not_found) co_return Result<void>();
  if (!now) co_return now.error();
  const auto end = text_of(now.value(), "Status");
  if (!end) co_return end.error();
  if (end.value() == "Completed") co_return rejected("edms.already_ended", "Задача в Directum RX уже завершена");
  if (end.value() == "Aborted") co_return Result<void>();
  co_return make_error(Fault::transient, Audience::admin, "rx.aborting",
                       "Directum RX приняла прекращение задачи " + process.id + ", но ещё не прекратила её");
}

}  // namespace sedlink::directum
