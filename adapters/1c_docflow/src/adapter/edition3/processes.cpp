// Processing: prepared without running, started once, looked at before every repetition, terminated (onec-docflow 9.3,
// 9.4). Texts of errors are never read: the state is.
#include "adapter/edition3/dialect.hpp"
#include "sedlink/core/hash.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::onec_docflow {
namespace {

Error rejected(std::string code, std::string message, Audience audience = Audience::user) {
  return make_error(Fault::rejected, audience, std::move(code), std::move(message));
}

Error no_cancel(const std::string& why) { return rejected("edms.no_cancel", "Отозвать можно только в 1С: " + why); }

ObjectId document_id(const DocumentRef& d) { return ObjectId(d.id, d.type); }

bool runs(const ProcessingFacts& facts) { return facts.state == "Executing" || facts.state == "Stopped"; }

bool is_ours(const Launch& launch, const ProcessingFacts& facts) {
  return facts.present && (launch.processing.empty() || launch.processing == facts.id);
}

}  // namespace

Result<void> of_this_edition(const DocumentRef& document) {
  if (document.type == "DMDocument") return {};
  return rejected("onec.old_edition",
                  "Документ создан в редакции 2.1 (" + document.type +
                      "): после перехода 1С на 3.0 веб-сервис его процессов не показывает, закончите его в самой 1С",
                  Audience::admin);
}

Element Edition3::current_question(const DocumentRef& document) const {
  // An empty columnSet is everything; a partial one would have to name both actionsRows and additionalFields (9.4).
  Element question = session_->request("DMGetCurrentObjectProcessingRequest");
  session_->put(question, id_element("target", document_id(document)));
  return question;
}

Task<Edition3::Current> Edition3::current(api::CallContext ctx, DocumentRef document, std::string key) {
  if (auto fits = of_this_edition(document); !fits) co_return fits.error();
  std::vector<Element> questions;
  questions.push_back(current_question(document));
  if (!key.empty()) {
    Element link("externalObjects");
    link.children.emplace_back("name", "");
    link.children.emplace_back("id", key);
    link.children.emplace_back("type", launch_link());
    Element linked = session_->request("DMGetDocumentListRequest");
    session_->put(linked, std::move(link));
    session_->put(linked, Element("columnSet", "deletionMark"));
    questions.push_back(std::move(linked));
  }
  std::vector<ObjectId> ids(1, document_id(document));
  std::vector<std::string> columns = document_columns();
  auto told = co_await session_->gather(ctx, std::move(questions), std::move(ids), std::move(columns));
  if (!told) co_return told.error();
  Current now;
  const Result<Element>& processing = told.value().answers[0];
  if (!processing) co_return processing.error();
  now.processing = read_processing(processing.value(), session_->zone());
  const Result<Element>& object = told.value().objects[0];
  if (!object) co_return object.error();
  now.document = read_document(object.value(), session_->zone());
  if (key.empty()) co_return now;
  const Result<Element>& links = told.value().answers[1];
  if (!links) co_return links.error();
  for (const Element* e : links.value().all("documents")) {
    if (text::iequals_ascii(object_id(*e).id, document.id)) now.linked = true;
  }
  co_return now;
}

Task<void> Edition3::command(api::CallContext ctx, std::string type, DocumentRef document) {
  Element order = session_->request(std::move(type));
  session_->put(order, id_element("object", document_id(document)));
  auto done = co_await session_->write(ctx, std::move(order));
  if (!done) co_return done.error();
  co_return Result<void>();
}

// Started ones only: what is merely prepared is prepared again, which does no harm and brings people up to date.
Task<std::optional<ProcessRef>> Edition3::find_process(api::CallContext ctx, DocumentRef document, ProcessDraft draft) {
  (void)draft;
  if (!uuid::is_valid(ctx.key)) {
    co_return make_error(Fault::defect, Audience::developer, "edms.key", "Обработка ищется без ключа");
  }
  auto now = co_await current(ctx, document, ctx.key);
  if (!now) co_return now.error();
  if (!now.value().linked) co_return std::optional<ProcessRef>();
  Launch launch;
  launch.key = ctx.key;
  launch.processing = now.value().processing.id;
  co_return std::optional<ProcessRef>(launch_ref(launch, document));
}

Task<ProcessRef> Edition3::prepare_process(api::CallContext ctx, DocumentRef document, ProcessDraft draft) {
  if (!draft.kind.empty() && draft.kind != "processing") {
    co_return rejected(
        "edms.process_kind",
        "В 1С:Документообороте 3.0 один вид процесса — processing (обработка), а не «" + draft.kind + "»",
        Audience::admin);
  }
  if (!uuid::is_valid(ctx.key)) {
    co_return make_error(Fault::defect, Audience::developer, "edms.key", "Обработка готовится без ключа");
  }
  auto before = co_await current(ctx, document, std::string());
  if (!before) co_return before.error();
  const ProcessingFacts& old = before.value().processing;
  if (old.present && runs(old)) {
    co_return rejected("edms.already_running", "Документ уже в обработке в 1С: вторая одновременно не начинается");
  }
  Launch launch;
  launch.key = ctx.key;
  if (old.terminated) launch.after = launch_mark(old.terminated_at);
  const bool completed = before.value().document.processing_state == "Completed" || old.state == "Completed";
  if (completed) launch.after = "completed";
  if (!draft.template_name.empty()) {
    auto set = co_await set_template(ctx, document, draft.template_name);
    if (!set) co_return set.error();
  }
  // Filled by hand or by an attempt before: kept. A completed one makes way for a new one.
  const bool filled = old.present && !completed && !old.actions.empty();
  if (!filled) {
    const std::string order = completed && old.present ? "DMRestartProcessingRequest" : "DMFillProcessingRequest";
    auto done = co_await command(ctx, order, document);
    if (!done) co_return done.error();
  }
  auto after = co_await current(ctx, document, std::string());
  if (!after) co_return after.error();
  const ProcessingFacts& made = after.value().processing;
  if (made.present && made.state != "Completed") launch.processing = made.id;
  if (!draft.approvers.empty()) {
    auto set = co_await set_approvers(ctx, made, draft.approvers);
    if (!set) co_return set.error();
  }
  co_return launch_ref(launch, document);
}

Task<void> Edition3::start_process(api::CallContext ctx, ProcessRef ref) {
  const Launch launch = read_launch(ref);
  auto before = co_await current(ctx, ref.document, launch.key);
  if (!before) co_return before.error();
  const ProcessingFacts& facts = before.value().processing;
  // Accepted before, though 1C may still be busy starting it.
  if (before.value().linked || (is_ours(launch, facts) && facts.begun && facts.state != "Completed")) {
    co_return Result<void>();
  }
  if (is_ours(launch, facts) && facts.state == "Completed" && !launch.processing.empty()) co_return Result<void>();
  if (!facts.present && facts.terminated && launch_mark(facts.terminated_at) != launch.after) {
    co_return rejected("edms.already_ended", "Обработка в 1С прервана до старта");
  }
  Element link("link");
  Element owner("ownerObject");
  owner.children.emplace_back("id", launch.key);
  owner.children.emplace_back("type", launch_link());
  link.children.push_back(std::move(owner));
  link.children.push_back(id_element("linkedObject", document_id(ref.document)));
  Element start = session_->request("DMStartProcessingRequest");
  session_->put(start, id_element("object", document_id(ref.document)));
  if (!launch.key.empty()) session_->put(start, std::move(link));
  auto started = co_await session_->write(ctx, std::move(start));
  if (started) co_return Result<void>();
  const Error refusal = started.error();
  if (refusal.fault != Fault::rejected && refusal.fault != Fault::defect && refusal.fault != Fault::not_found) {
    co_return refusal;
  }
  // A second start always fails, in varying words (9.3).
  auto after = co_await current(ctx, ref.document, launch.key);
  if (!after) {
    Error e = after.error();
    if (e.fault == Fault::transient) e.fault = Fault::ambiguous;
    co_return e;
  }
  const ProcessingFacts& seen = after.value().processing;
  if (after.value().linked || (is_ours(launch, seen) && seen.begun)) co_return Result<void>();
  co_return refusal;
}

Task<void> Edition3::decide_round(api::CallContext, ProcessRef, AuthorDecision, bool, std::string) {
  co_return rejected("edms.no_decision",
                     "В 1С:Документообороте 3.0 результат согласования обрабатывают только в самой 1С");
}

Task<void> Edition3::cancel(api::CallContext ctx, ProcessRef ref, std::string reason) {
  const Launch launch = read_launch(ref);
  const std::string ended = "Обработка в 1С уже завершена: отзывать нечего";
  auto before = co_await current(ctx, ref.document, std::string());
  if (!before) co_return before.error();
  const ProcessingFacts& facts = before.value().processing;
  if (!facts.present) {
    if (facts.terminated && launch_mark(facts.terminated_at) != launch.after) co_return Result<void>();
    if (before.value().document.processing_state == "Completed") co_return rejected("edms.already_ended", ended);
  } else if (!is_ours(launch, facts) || facts.state == "Completed") {
    co_return rejected("edms.already_ended", ended);
  } else if (facts.state == "Terminated") {
    co_return Result<void>();
  }
  if (!session_->can_cancel()) co_return no_cancel("прерывание выключено в настройках подключения");
  Element order = session_->request("DMTerminateProcessingRequest");
  session_->put(order, id_element("object", document_id(ref.document)));
  const std::string why(text::trim(reason));
  session_->put(order, Element("terminationReason", why.empty() ? "Отозвано инициатором" : why));
  auto done = co_await session_->write(ctx, std::move(order));
  if (!done) {
    if (done.error().code == "onec.rights") co_return no_cancel(done.error().message);
    co_return done.error();
  }
  // Without a current processing the order succeeds and does nothing (9.3).
  auto after = co_await current(ctx, ref.document, std::string());
  if (!after) {
    Error e = after.error();
    if (e.fault == Fault::transient) e.fault = Fault::ambiguous;
    co_return e;
  }
  const ProcessingFacts& seen = after.value().processing;
  if (seen.present && seen.state == "Completed") co_return rejected("edms.already_ended", ended);
  const bool gone = !seen.present || seen.state == "Terminated";
  if (gone && seen.terminated) co_return Result<void>();
  if (gone && after.value().document.processing_state == "Completed") co_return rejected("edms.already_ended", ended);
  if (gone && facts.present) co_return Result<void>();
  co_return make_error(Fault::transient, Audience::admin, "edms.not_terminated",
                       "1С приняла прерывание, но обработка ещё не прервана");
}

}  // namespace sedlink::onec_docflow
