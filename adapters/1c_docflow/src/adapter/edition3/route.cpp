// What may be changed about the route before the start: the document's template and the people of the approval
// (onec-docflow 9.3). Everything else is chosen by the rules of 1C.
#include <algorithm>

#include "adapter/edition3/dialect.hpp"

namespace sedlink::onec_docflow {
namespace {

constexpr std::string_view row_type = "DMActionApprovalParticipantRow";

// A row that names an employee: the server reads participant.taskParticipant.employee.
Element participant_row(const NamedId& employee, const Schema& schema) {
  Element task = reference("taskParticipant", ObjectId("", "DMTaskParticipant"));
  schema.put(task, "DMTaskParticipant", reference("employee", employee.id, employee.name));
  Element participant = reference("participant", ObjectId("", "DMActionParticipant"), employee.name);
  schema.put(participant, "DMActionParticipant", std::move(task));
  Element row("rows");
  schema.put(row, row_type, std::move(participant));
  schema.put(row, row_type, Element("participantFunction", "ApprovingPerson"));
  return row;
}

}  // namespace

Task<void> Edition3::set_template(api::CallContext ctx, DocumentRef document, std::string name) {
  Reference wanted;
  wanted.name = name;
  auto found = co_await session_->resolve(ctx, "DMDocumentTemplate", wanted, "Шаблон документа");
  if (!found) co_return found.error();
  const ObjectId id(document.id, document.type);
  std::vector<std::string> columns{"template"};
  auto object = co_await session_->retrieve_object(ctx, id, std::move(columns));
  if (!object) co_return object.error();
  if (object_id(object.value().child("template")).id == found.value().id.id) co_return Result<void>();
  Element change("objects");
  change.type = document.type;
  const Schema& schema = session_->schema();
  schema.put(change, document.type, Element("name", object.value().text_of("name")));
  schema.put(change, document.type, id_element("objectID", id));
  schema.put(change, document.type, reference("template", found.value().id, found.value().name));
  Element update = session_->request("DMUpdateRequest");
  session_->put(update, std::move(change));
  auto written = co_await session_->write(ctx, std::move(update));
  if (!written) co_return written.error();
  co_return Result<void>();
}

Task<void> Edition3::set_approvers(api::CallContext ctx, ProcessingFacts facts, std::vector<Reference> approvers) {
  const auto approval = std::find_if(facts.actions.begin(), facts.actions.end(), [](const ActionFact& a) {
    return a.stage == StageKind::approval && !a.action.id.empty();
  });
  if (approval == facts.actions.end()) {
    co_return make_error(Fault::rejected, Audience::user, "edms.approvers",
                         "Согласующие указаны, но правила обработки 1С не дали документу действия «Согласование»");
  }
  std::vector<NamedId> people;
  for (const Reference& one : approvers) {
    auto found = co_await session_->resolve(ctx, "DMEmployee", one, "Согласующий");
    if (!found) co_return found.error();
    const bool twice = std::any_of(people.begin(), people.end(),
                                   [&found](const NamedId& p) { return p.id.id == found.value().id.id; });
    if (!twice) people.push_back(found.value());
  }
  const ObjectId id(approval->action.id, "DMActionApproval");
  auto retrieved = co_await session_->retrieve_object(ctx, id, std::vector<std::string>());
  if (!retrieved) co_return retrieved.error();
  Element action = std::move(retrieved).value();
  action.name = "objects";
  action.type = id.type;
  const Schema& schema = session_->schema();
  Element rows("participantRows");
  for (const NamedId& person : people) rows.children.push_back(participant_row(person, schema));
  schema.put(action, action.type, std::move(rows));
  Element update = session_->request("DMUpdateRequest");
  session_->put(update, std::move(action));
  auto written = co_await session_->write(ctx, std::move(update));
  if (!written) co_return written.error();
  co_return Result<void>();
}

}  // namespace sedlink::onec_docflow
