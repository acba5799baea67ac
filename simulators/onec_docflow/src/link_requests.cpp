// External objects, registration, and what the service says about itself.
#include "document_3_0.hpp"
#include "documents.hpp"
#include "enumerations.hpp"
#include "object_requests.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::sim::onec_docflow {
namespace {

// 3.0: every linked object of every external one, without the deleted and the unreadable.
Xdto all_linked_objects(Session& session, const Xdto& request) {
  Xdto answer("DMGetDocumentListResponse");
  const std::vector<std::string> columns = columns_of(request);
  for (const Xdto* external : request.all("externalObjects")) {
    for (const Link* link : session.base.data.links_to(session.caller.node, text::to_lower_ascii(external->get("id")),
                                                       external->get("type"))) {
      const Object* object = session.base.data.object(link->object);
      if (object == nullptr || object->deleted || !may_read(session, *object)) continue;
      answer.add("documents", show_object_3_0(session, *object, columns));
    }
  }
  return answer;
}

}  // namespace

// One external object, one answer: the first link among the kinds the server looks through; several find nothing (7.1).
Xdto document_list(Session& session, const Xdto& request) {
  if (session.base.edition.finds_all_external_objects) return all_linked_objects(session, request);
  Xdto answer("DMGetDocumentListResponse");
  const auto externals = request.all("externalObjects");
  if (externals.size() != 1) return answer;
  const std::string id = text::to_lower_ascii(externals.front()->get("id"));
  for (Link* link : session.base.data.links_to(session.caller.node, id, externals.front()->get("type"))) {
    const std::string& type = link->object.type;
    const bool looked_through = is_document(type) || type == "DMCorrespondent" || type == "DMOrganization" ||
                                type == "DMCurrency" || type == "DMSubdivision";
    const Object* object = looked_through ? session.base.data.object(link->object) : nullptr;
    if (object == nullptr) continue;
    if (link->node.empty()) {
      link->node = session.caller.node;
      link->type = externals.front()->get("type");
    }
    const std::vector<std::string> columns = columns_of(request);
    answer.add("documents",
               is_document(type) ? show_document(session, *object, columns) : session.objects.show(*object, columns));
    break;
  }
  return answer;
}

Xdto add_object_link(Session& session, const Xdto& request) {
  session.objects.add_link(*request.find("ownerObject"), session.objects.require(*request.find("linkedObject")));
  return Xdto("DMAddObjectLinkResponse");
}

Xdto remove_object_link(Session& session, const Xdto& request) {
  const Ref object = session.objects.require(*request.find("linkedObject"));
  const Xdto& external = *request.find("ownerObject");
  const std::string id = text::to_lower_ascii(external.get("id"));
  std::erase_if(session.base.data.links, [&](const Link& link) {
    return link.node == session.caller.node && link.object == object && link.id == id &&
           (link.type.empty() || link.type == external.get("type"));
  });
  return Xdto("DMRemoveObjectLinkResponse");
}

Xdto document_registration(Session& session, const Xdto& request) {
  const Ref ref = session.objects.require(*request.find("document")->find("objectID"));
  Object* document = session.base.data.object(ref);
  if (document == nullptr || !session.base.edition.is_document(ref.type)) throw DmError("Объект не найден");
  if (state_of(*document, "statusRegistration") == session.base.edition.registered_state)
    throw DmError("Документ уже зарегистрирован");
  register_document(session.base, *document, "");
  Xdto answer("DMDocumentRegistrationResponse");
  answer.add("document", show_document(session, *document, {}));
  return answer;
}

Xdto get_version(Session& session, const Xdto&) {
  Xdto answer("DMGetVersionResponse");
  answer.add("versionNumber", session.base.settings.version);
  return answer;
}

Xdto get_current_user(Session& session, const Xdto&) {
  Xdto answer("DMGetCurrentUserResponse");
  const Ref user{"DMUser", session.caller.user};
  answer.add("user", session.objects.show(*session.base.data.object(user), {}));
  return answer;
}

Xdto get_settings(Session& session, const Xdto&) {
  Xdto answer("DMGetSettingsResponse");
  answer.add("needExtractText", false);
  answer.add("useDigitalSignatures", session.base.settings.digital_signatures);
  answer.add("addActualWorkUponTaskExecution", false);
  answer.add("accountForScannedOriginals", false);
  answer.add("showLockedFilesOnExit", false);
  answer.add("actualTasksPerformer", "taskPerformer");
  answer.add("useAutoFill", false);
  answer.add("allowToChangeEndDate", false);
  return answer;
}

Xdto get_predefined_object(Session& session, const Xdto& request) {
  Xdto id;
  id.add("id", std::string(request.get("predefinedObjectName")));
  id.add("type", std::string(request.get("type")));
  Xdto answer("DMGetPredefinedObjectResponse");
  answer.add("result", session.objects.reference(session.objects.require(id)));
  return answer;
}

}  // namespace sedlink::sim::onec_docflow
