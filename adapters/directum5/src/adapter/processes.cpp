// Tasks: made from a package, started, polled, interrupted.
#include "adapter/directum5_adapter.hpp"
#include "sedlink/core/hash.hpp"
#include "sedlink/core/text.hpp"
#include "translate/snapshot.hpp"
#include "wire/package.hpp"

namespace sedlink::directum5 {
namespace {

Error unsent(const char* what, const char* setting) {
  return make_error(Fault::rejected, Audience::admin, "directum5.not_configured",
                    std::string(what) + " передать нельзя: у подключения DIRECTUM 5 не указано " + setting);
}

bool is_over(ProcessState state) {
  return state == ProcessState::completed || state == ProcessState::interrupted || state == ProcessState::deleted;
}

}  // namespace

ProcessRef Directum5Adapter::process_ref(const std::string& id, DocumentRef document) const {
  ProcessRef ref;
  ref.id = id;
  ref.type = "task";
  ref.url = link(settings_->task_url, id);
  ref.document = std::move(document);
  return ref;
}

Task<std::optional<ProcessRef>> Directum5Adapter::find_process(api::CallContext ctx, DocumentRef document,
                                                               ProcessDraft) {
  Arguments arguments(*settings_);
  arguments.put("key", ctx.key).put("document", document.id);
  Parameters parameters = arguments.take();
  auto answer = co_await client_->call(ctx, Operation::find_task, std::move(parameters), Effect::read);
  if (!answer) co_return answer.error();
  std::optional<ProcessRef> found;
  for (const Row* row : answer.value().all("task")) {
    if (row->get("key") != ctx.key || row->get("id").empty()) {
      co_return unagreed("task/key — не тот, что спрашивали", Effect::read);
    }
    const auto state = read_state(*row, *settings_);
    if (!state) co_return state.error();
    if (!found || !state.value().draft) found = process_ref(row->get("id"), document);
    if (!state.value().draft) break;  // of several the started one
  }
  co_return found;
}

// The package with everything of the draft that the settings have a place for; the rest is refused.
Task<std::string> Directum5Adapter::package(api::CallContext ctx, std::string key, DocumentRef document,
                                            ProcessDraft draft) {
  const PackageSettings& p = settings_->package;
  TaskPackage task;
  const std::string* route = find(settings_->routes, draft.kind);
  if (route == nullptr) {
    co_return make_error(Fault::rejected, Audience::admin, "edms.process_kind",
                         "Вид процесса «" + draft.kind + "» не описан в routes подключения");
  }
  task.route_code = draft.template_name.empty() ? *route : draft.template_name;
  Attachment attached;
  attached.id = document.id;
  attached.name = draft.name;  // assumed: the name is for people only
  task.attachments.push_back(std::move(attached));
  if (!p.system_code.empty()) {
    Attachment mark;
    mark.type = AttachmentType::link;
    mark.id = key;
    mark.object_key = p.system_code;
    mark.object_type = p.link_type;
    task.attachments.push_back(std::move(mark));
  }
  if (!p.key.empty()) task.params.emplace_back(p.key, p.string_type, key);
  if (!p.subject.empty()) task.params.emplace_back(p.subject, p.string_type, draft.name);
  if (!p.description.empty()) task.params.emplace_back(p.description, p.string_type, draft.description);
  if (draft.due) {
    if (p.due.empty()) co_return unsent("Срок", "workflow.due");
    task.params.emplace_back(p.due, p.date_type, write_time(environment_.clock->now() + *draft.due, *settings_, false));
  }
  if (draft.author) {
    if (p.author.empty()) co_return unsent("Автора", "workflow.author");
    auto id = co_await resolve(ctx, "author", *draft.author);
    if (!id) co_return id.error();
    WorkflowParam author(p.author, p.users_type, id.value());
    author.list = true;
    task.params.push_back(std::move(author));
  }
  if (!draft.approvers.empty()) {
    if (p.approvers.empty()) co_return unsent("Согласующих", "workflow.approvers");
    WorkflowParam approvers;
    approvers.name = p.approvers;
    approvers.type = p.users_type;
    approvers.list = true;
    for (const Reference& person : draft.approvers) {
      auto id = co_await resolve(ctx, "responsible", person);
      if (!id) co_return id.error();
      approvers.values.push_back(id.value());
    }
    task.params.push_back(std::move(approvers));
  }
  co_return write_package(task, p);
}

Task<ProcessRef> Directum5Adapter::prepare_process(api::CallContext ctx, DocumentRef document, ProcessDraft draft) {
  if (!uuid::is_valid(ctx.key)) {
    co_return make_error(Fault::defect, Audience::developer, "edms.key", "Задача создаётся без ключа");
  }
  auto xml = co_await package(ctx, ctx.key, document, draft);
  if (!xml) co_return xml.error();
  auto known = co_await find_process(ctx, document, draft);
  if (!known) co_return known.error();
  if (known.value()) co_return *known.value();
  Arguments arguments(*settings_);
  arguments.put("key", ctx.key).put("document", document.id).put("package", xml.value());
  Parameters parameters = arguments.take();
  auto made = co_await client_->call(ctx, Operation::create_task, std::move(parameters), Effect::write);
  if (!made) co_return made.error();
  const auto rows = made.value().all("task");
  if (rows.size() != 1 || rows.front()->get("id").empty()) co_return unagreed("task/id", Effect::write);
  co_return process_ref(rows.front()->get("id"), document);
}

// The task's own row. Errors: not_found when the script does not list it.
Task<Row> Directum5Adapter::task_row(api::CallContext ctx, ProcessRef process) {
  Arguments arguments(*settings_);
  arguments.put("tasks", process.id);
  Parameters parameters = arguments.take();
  auto answer = co_await client_->call(ctx, Operation::task_state, std::move(parameters), Effect::read);
  if (!answer) co_return answer.error();
  for (const Row* row : answer.value().all("task")) {
    if (row->get("id") == process.id) co_return *row;
  }
  co_return make_error(Fault::not_found, Audience::user, "directum5.not_found",
                       "Задачи " + process.id + " в DIRECTUM не видно");
}

Task<void> Directum5Adapter::start_process(api::CallContext ctx, ProcessRef process) {
  auto row = co_await task_row(ctx, process);
  if (!row) co_return row.error();
  const auto state = read_state(row.value(), *settings_);
  if (!state) co_return state.error();
  if (!state.value().draft) {
    const bool never = is_over(state.value().state) && state.value().state != ProcessState::completed &&
                       row.value().get("started").empty();
    if (!never) co_return Result<void>();
    co_return make_error(Fault::rejected, Audience::user, "edms.already_ended",
                         "Задача в DIRECTUM прекращена до старта");
  }
  Arguments arguments(*settings_);
  arguments.put("task", process.id);
  Parameters parameters = arguments.take();
  auto started = co_await client_->call(ctx, Operation::start_task, std::move(parameters), Effect::write);
  if (!started) co_return started.error();
  co_return Result<void>();
}

Task<api::PollAnswer> Directum5Adapter::poll(api::CallContext ctx, std::vector<ProcessRef> processes) {
  api::PollAnswer out;
  if (processes.empty()) co_return out;
  const Time asked_at = environment_.clock->now();
  std::vector<std::string> ids;
  for (const ProcessRef& p : processes) ids.push_back(p.id);
  Arguments arguments(*settings_);
  arguments.put("tasks", text::join(ids, settings_->list_separator));
  Parameters parameters = arguments.take();
  auto answer = co_await client_->call(ctx, Operation::task_state, std::move(parameters), Effect::read);
  if (!answer) co_return answer.error();
  const auto tasks = answer.value().all("task");
  const auto jobs = answer.value().all("job");
  for (const ProcessRef& p : processes) {
    const Row* task = nullptr;
    for (const Row* row : tasks) {
      if (row->get("id") == p.id) task = row;
    }
    if (task == nullptr) {
      // A script that lists nothing has not said «deleted»: that is a state of its own.
      out.snapshots.emplace_back(make_error(Fault::transient, Audience::admin, "directum5.task_missing",
                                            "Сценарий task_state не рассказал о задаче " + p.id));
      continue;
    }
    std::vector<const Row*> own;
    for (const Row* job : jobs) {
      if (job->get("task") == p.id) own.push_back(job);
    }
    out.snapshots.push_back(build_snapshot(p, *task, own, *settings_, asked_at));
  }
  co_return out;
}

Task<void> Directum5Adapter::decide_round(api::CallContext, ProcessRef, AuthorDecision, bool, std::string) {
  co_return make_error(Fault::rejected, Audience::user, "edms.no_decision", "Доработку решают в самой DIRECTUM");
}

Task<void> Directum5Adapter::cancel(api::CallContext ctx, ProcessRef process, std::string reason) {
  auto before = co_await task_row(ctx, process);
  if (!before) co_return before.error();
  const auto state = read_state(before.value(), *settings_);
  if (!state) co_return state.error();
  if (state.value().state == ProcessState::completed) {
    co_return make_error(Fault::rejected, Audience::user, "edms.already_ended", "Задача в DIRECTUM уже выполнена");
  }
  if (is_over(state.value().state)) co_return Result<void>();
  if (!settings_->has(Operation::cancel_task)) {
    co_return make_error(Fault::rejected, Audience::user, "edms.no_cancel",
                         "Прекратить задачу можно только в DIRECTUM");
  }
  Arguments arguments(*settings_);
  arguments.put("task", process.id).put("reason", reason);
  Parameters parameters = arguments.take();
  auto done = co_await client_->call(ctx, Operation::cancel_task, std::move(parameters), Effect::write);
  if (!done) co_return done.error();
  auto after = co_await task_row(ctx, process);
  const auto now = after ? read_state(after.value(), *settings_) : Result<TaskState>(after.error());
  if (now && now.value().state == ProcessState::completed) {
    co_return make_error(Fault::rejected, Audience::user, "edms.already_ended", "Задача в DIRECTUM успела выполниться");
  }
  if (now && is_over(now.value().state)) co_return Result<void>();
  co_return make_error(Fault::ambiguous, Audience::admin, "directum5.unsure",
                       now ? "Задача в DIRECTUM всё ещё не прекращена" : "Прекращена ли задача в DIRECTUM, неизвестно");
}

}  // namespace sedlink::directum5
