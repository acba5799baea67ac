// Processes: prepared unstarted with our key, found by it, started alone in a call, decided and interrupted
// (onec-docflow 8.6, 8.8, 8.9).
#include "adapter/edition2/dialect.hpp"
#include "sedlink/core/hash.hpp"
#include "sedlink/core/text.hpp"
#include "translate/links.hpp"
#include "translate/process_draft.hpp"

namespace sedlink::onec_docflow {
namespace {

Error rejected(std::string code, std::string message, Audience audience = Audience::user) {
  return make_error(Fault::rejected, audience, std::move(code), std::move(message));
}

Result<ProcessKind> known_kind(const std::string& name) {
  if (const ProcessKind* k = process_kind(name)) return *k;
  return rejected("edms.process_kind", "1С:Документооборот не знает процесса «" + name + "»", Audience::admin);
}

ObjectId process_id(const ProcessRef& ref) { return ObjectId(ref.id, ref.type); }

// The prefilled process: `object` of the answer, or the answer itself as DMGetNewObject gives it.
Element* prefilled(Element& answer) {
  if (Element* object = answer.child("object")) return object;
  return answer.child("objectID") != nullptr ? &answer : nullptr;
}

Element condition(const std::string& property, Element value) {
  Element c("conditions");
  c.children.emplace_back("property", property);
  c.children.push_back(std::move(value));
  return c;
}

Element object_value(const ObjectId& id) {
  Element v = id_element("value", id);
  v.type = "DMObjectID";
  return v;
}

Element true_value() {
  Element v("value", "true");
  v.type = "boolean";
  v.type_namespace = xs_namespace;
  return v;
}

}  // namespace

Task<NamedId> Edition2::template_of(api::CallContext ctx, ProcessKind kind, std::string name, ObjectId target) {
  Reference reference;
  reference.name = name;
  const std::string what = "Шаблон процесса";
  if (!kind.template_type.empty()) {
    auto found = co_await session_->resolve(ctx, std::string(kind.template_type), reference, what);
    co_return found;
  }
  Element question = session_->request("DMGetBusinessProcessTemplatesRequest");
  session_->put(question, id_element("businessProcessTargetId", target));
  session_->put(question, Element("businessProcessType", std::string(kind.type)));
  auto answer = co_await session_->read(ctx, std::move(question));
  if (!answer) co_return answer.error();
  std::vector<CatalogItem> items;
  for (const Element* e : answer.value().all("businessProcessTemplates")) {
    CatalogItem item;
    item.id = object_id(*e);
    item.name = object_name(e);
    items.push_back(std::move(item));
  }
  auto chosen = choose(items, name, what);
  if (!chosen) co_return chosen.error();
  co_return NamedId(chosen.value().id, chosen.value().name);
}

Task<ProcessRef> Edition2::prepare_process(api::CallContext ctx, DocumentRef document, ProcessDraft draft) {
  const auto kind = known_kind(draft.kind);
  if (!kind) co_return kind.error();
  if (!uuid::is_valid(ctx.key)) {
    co_return make_error(Fault::defect, Audience::developer, "edms.key", "Процесс готовится без ключа");
  }
  ProcessPlan plan;
  plan.target = NamedId(ObjectId(document.id, document.type), "");
  plan.name = draft.name;
  plan.description = draft.description;
  plan.key = ctx.key;
  plan.due = draft.due;
  plan.now = session_->now();
  if (draft.author) {
    Reference author = *draft.author;
    auto found = co_await session_->resolve(ctx, "DMUser", author, "Автор процесса");
    if (!found) co_return found.error();
    plan.author = found.value();
  } else {
    auto found = co_await session_->current_user(ctx);
    if (!found) co_return found.error();
    plan.author = found.value();
  }
  for (const Reference& approver : draft.approvers) {
    auto found = co_await session_->resolve(ctx, "DMUser", approver, "Согласующий");
    if (!found) co_return found.error();
    plan.approvers.push_back(found.value());
  }
  const bool by_template = !draft.template_name.empty();
  Element question =
      session_->request(by_template ? "DMGetBusinessProcessByTemplateRequest" : "DMGetNewBusinessProcessRequest");
  session_->put(question, Element("type", std::string(kind.value().type)));
  session_->put(question, id_element("targetID", plan.target.id));
  if (by_template) {
    auto found = co_await template_of(ctx, kind.value(), draft.template_name, plan.target.id);
    if (!found) co_return found.error();
    session_->put(question, id_element("businessProcessTemplateId", found.value().id));
  }
  auto answer = co_await session_->read(ctx, std::move(question));
  if (!answer) co_return answer.error();
  Element* process = prefilled(answer.value());
  if (process == nullptr) {
    co_return make_error(Fault::defect, Audience::developer, "onec.protocol", "1С не прислала заполненного процесса");
  }
  auto edited = edit_process(*process, kind.value(), plan, session_->schema(), session_->zone());
  if (!edited) co_return edited.error();
  process->name = "object";
  Element create = session_->request("DMCreateRequest");
  session_->put(create, std::move(*process));
  auto made = co_await session_->write(ctx, std::move(create));
  if (!made) co_return made.error();
  ObjectId id = object_id(made.value().child("object"));
  if (id.id.empty()) {
    co_return make_error(Fault::ambiguous, Audience::developer, "onec.protocol", "1С не назвала созданного процесса");
  }
  id.type = kind.value().type;
  co_return process_ref(id, document);
}

// A process has no external key (7.1): candidates come by their target, ours has the key at the end of its description.
Task<std::optional<ProcessRef>> Edition2::find_process(api::CallContext ctx, DocumentRef document, ProcessDraft draft) {
  const auto kind = known_kind(draft.kind);
  if (!kind) co_return kind.error();
  const ObjectId target(document.id, document.type);
  const std::string type(kind.value().type);
  std::vector<Element> questions;
  Element tree = session_->request("DMGetTasksTreeRequest");  // interrupted ones, too
  Element tree_query("query");
  tree_query.children.push_back(typed_reference("target", target));
  tree_query.children.emplace_back("withExecuted", "true");
  session_->put(tree, std::move(tree_query));
  questions.push_back(std::move(tree));
  Element list = session_->request("DMGetObjectListRequest");  // not started ones, too
  session_->put(list, Element("type", type));
  Element query("query");
  query.children.push_back(condition("target", object_value(target)));
  query.children.push_back(condition("withDelayed", true_value()));
  session_->put(list, std::move(query));
  questions.push_back(std::move(list));
  auto answers = co_await session_->batch(ctx, std::move(questions));
  if (!answers) co_return answers.error();
  if (!answers.value()[0]) co_return answers.value()[0].error();
  if (!answers.value()[1]) co_return answers.value()[1].error();

  std::map<std::string, ObjectId> candidates;
  for (const auto& [id, node] : read_tree(answers.value()[0].value())) {
    if (node.id.type == type || node.id.type == "DMBusinessProcess" || node.id.type.empty()) {
      candidates.emplace(id, ObjectId(id, type));
    }
  }
  for (const CatalogItem& item : read_items(answers.value()[1].value())) {
    candidates.emplace(item.id.id, ObjectId(item.id.id, type));
  }
  std::vector<Element> retrieves;
  std::vector<ObjectId> order;
  for (const auto& [id, object] : candidates) {
    retrieves.push_back(session_->retrieve(object));
    order.push_back(object);
  }
  if (retrieves.empty()) co_return std::optional<ProcessRef>();
  auto objects = co_await session_->batch(ctx, std::move(retrieves));
  if (!objects) co_return objects.error();
  std::optional<ProcessRef> unstarted;
  std::optional<Error> unread;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const Result<Element>& one = objects.value()[i];
    const Element* object = one ? one.value().child("objects") : nullptr;
    if (object == nullptr) {
      if (!one) unread = one.error();
      continue;
    }
    if (!ends_with_key(object->text_of("description"), ctx.key)) continue;
    ObjectId id = object_id(*object);
    id.type = type;
    if (object->flag("started") || object->flag("completed"))
      co_return std::optional<ProcessRef>(process_ref(id, document));
    if (!unstarted) unstarted = process_ref(id, document);
  }
  if (unstarted) co_return unstarted;
  if (unread) {
    // One of them may be ours: "not there" would start a second process.
    Error e = *unread;
    if (e.fault == Fault::rejected || e.fault == Fault::defect || e.fault == Fault::not_found)
      e.fault = Fault::transient;
    e.message = "Не все процессы документа удалось прочитать: " + e.message;
    co_return e;
  }
  co_return std::optional<ProcessRef>();
}

Task<void> Edition2::start_process(api::CallContext ctx, ProcessRef ref) {
  auto found = co_await session_->retrieve_object(ctx, process_id(ref), std::vector<std::string>());
  if (!found) co_return found.error();
  Element process = std::move(found).value();
  const ProcessHeader header = read_header(process);
  if (header.started.value_or(false) || header.completed.value_or(false)) co_return Result<void>();
  // Already in the background queue or waiting for its time.
  if (header.mark == "ReadyToExecute" || header.mark == "ReadyToStart") co_return Result<void>();
  if (header.state == "Прерван") co_return rejected("edms.already_ended", "Процесс в 1С прерван до старта");
  if (process.type.empty()) process.type = ref.type;
  process.name = "businessProcess";
  complete_process(process, session_->schema());
  Element launch = session_->request("DMLaunchBusinessProcessRequest");
  session_->put(launch, std::move(process));
  auto answer = co_await session_->write(ctx, std::move(launch));
  if (!answer) co_return answer.error();
  co_return Result<void>();
}

Task<void> Edition2::decide_round(api::CallContext ctx, ProcessRef ref, AuthorDecision decision, bool again,
                                  std::string comment) {
  (void)ref;
  const ObjectId id = task_id(decision.task_id);
  auto found = co_await session_->retrieve_object(ctx, id, std::vector<std::string>());
  if (!found) co_return found.error();
  Element task = std::move(found).value();
  const std::string mark(text::trim(task.text_of("executionMark")));
  if (task.flag("executed") || mark == "ReadyToExecute") co_return Result<void>();  // done, or on its way
  if (object_id(task.child("state")).id == "Прерван") {
    co_return rejected("edms.already_ended", "Процесс в 1С прерван: решать больше нечего");
  }
  if (task.type.empty()) task.type = id.type;
  const Schema& schema = session_->schema();
  if (schema.property(task.type, "returned") == nullptr) {
    co_return rejected("edms.no_decision", "Задача 1С «" + task.text_of("name") + "» не принимает решения о повторе",
                       Audience::admin);
  }
  task.name = "objects";
  schema.put(task, task.type, Element("executed", "true"));
  schema.put(task, task.type, Element("executionComment", comment));
  schema.put(task, task.type, Element("returned", again ? "true" : "false"));
  Element update = session_->request("DMUpdateRequest");
  session_->put(update, std::move(task));
  auto answer = co_await session_->write(ctx, std::move(update));
  if (!answer) co_return answer.error();
  co_return Result<void>();
}

Task<void> Edition2::cancel(api::CallContext ctx, ProcessRef ref, std::string reason) {
  (void)reason;  // 1C has no field for it
  auto found = co_await session_->retrieve_object(ctx, process_id(ref), std::vector<std::string>());
  if (!found) co_return found.error();
  Element process = std::move(found).value();
  if (object_id(process.child("state")).id == "Прерван") co_return Result<void>();
  // 1C would interrupt a completed process and wipe the document's approval (8.9).
  if (process.flag("completed")) co_return rejected("edms.already_ended", "Процесс в 1С уже завершён: отзывать нечего");
  const std::string no_cancel = "Эта 1С не прерывает процессы через веб-сервис: отозвать можно только в 1С";
  if (!session_->can_cancel()) co_return rejected("edms.no_cancel", no_cancel);
  if (process.type.empty()) process.type = ref.type;
  process.name = "objects";
  const Schema& schema = session_->schema();
  schema.put(process, process.type, enumeration("state", "DMBusinessProcessState", "Прерван", "Прерван"));
  complete_process(process, schema);
  Element update = session_->request("DMUpdateRequest");
  session_->put(update, std::move(process));
  auto answer = co_await session_->write(ctx, std::move(update));
  if (!answer) co_return answer.error();
  auto after = co_await session_->retrieve_object(ctx, process_id(ref), std::vector<std::string>());
  if (!after) {
    // The update was taken; whether it acted is seen by repeating, which reads first.
    Error e = after.error();
    if (e.fault == Fault::transient) e.fault = Fault::ambiguous;
    co_return e;
  }
  if (object_id(after.value().child("state")).id != "Прерван") co_return rejected("edms.no_cancel", no_cancel);
  co_return Result<void>();
}

}  // namespace sedlink::onec_docflow
