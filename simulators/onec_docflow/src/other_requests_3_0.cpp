// What 3.0 says about itself, and its smaller requests (onec-docflow 5, 9.7, 9.8).
#include <charconv>

#include "document_3_0.hpp"
#include "requests_3_0.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::sim::onec_docflow {

Xdto get_current_user_3_0(Session& session, const Xdto&) {
  Xdto answer("DMGetCurrentUserResponse");
  Database& data = session.base.data;
  answer.add("user", show_object_3_0(session, *data.object("DMUser", session.caller.user), {}));
  for (const Object& object : data.objects) {
    const Xdto* user = object.ref.type == "DMEmployee" ? object.fields.find("user") : nullptr;
    if (user != nullptr && user->ref_id() == session.caller.user)
      answer.add("employees", show_object_3_0(session, object, {}));
  }
  return answer;
}

Xdto get_settings_3_0(Session& session, const Xdto&) {
  Xdto answer("DMGetSettingsResponse");
  answer.add("tasksAvailable", true);
  answer.add("useBothDateAndTimeInTasksDueDates", true);
  answer.add("useDigitalSignatures", session.base.settings.digital_signatures);
  add_empty_values(session.base.edition.types, answer, {});
  answer.remove("dataBaseID");
  answer.remove("dmilVersionNumber");
  answer.remove("messageID");
  answer.remove("initialMessageID");
  return answer;
}

// Links whose object is gone come back as broken; the others are stored.
Xdto synchronize_links(Session& session, const Xdto& request) {
  Xdto answer("DMSynchronizeObjectLinksResponse");
  for (const Xdto* link : request.all("links")) {
    try {
      session.objects.add_link(*link->find("ownerObject"), session.objects.require(*link->find("linkedObject")));
    } catch (const DmError&) {  // said in the answer itself
      answer.add("brokenLinks", *link);
    }
  }
  return answer;
}

Xdto change_files_role(Session& session, const Xdto& request) {
  const std::string role = session.objects.resolve(*request.find("newRole"), "DMFileRole").id;
  for (const Xdto* reference : request.all("files")) {
    const Ref ref = session.objects.require(*reference->find("objectID"));
    File* file = session.base.data.files.find(ref.id);
    if (file == nullptr) fail_missing(session.base.edition, ref.type, ref.id);
    file->role = role;
  }
  return Xdto("DMChangeFilesRoleResponse");
}

Xdto html_presentations(Session& session, const Xdto& request) {
  Xdto answer("DMGetObjectsHTMLPresentationsResponse");
  for (const Xdto* reference : request.all("objects")) {
    const Ref ref = session.objects.require(*reference->find("objectID"));
    Xdto shown("DMObjectHTMLPresentation");
    shown.add("name", session.base.data.name_of(ref));
    shown.add("objectID", session.objects.object_id(ref));
    shown.add("htmlView", "<html><body><h1>" + session.base.data.name_of(ref) + "</h1></body></html>");
    shown.add("truncated", false);
    answer.add("ObjectsHTMLPresentations", std::move(shown));
  }
  return answer;
}

// Attributes of a class: its single-valued properties.
Xdto object_metadata(Session& session, const Xdto& request) {
  const std::string type(request.find("objectType")->get("xdtoClassName"));
  const Type* known = session.base.edition.types.find(type);
  if (known == nullptr || !session.base.edition.is_reference_type(type)) {
    throw DmError("Попытка получить ссылку 1С:Документооборота для неизвестного типа XDTO: " + type);
  }
  Xdto answer("DMGetObjectMetadataResponse");
  for (const PropertyRow& row : known->properties) {
    if (row.many) continue;
    Xdto attribute;
    attribute.add("name", std::string(row.name));
    attribute.add("synonym", std::string(row.name));
    answer.add("attributes", std::move(attribute));
  }
  return answer;
}

// "3 дня", "1 день", "5": whole days; anything else is not understood.
Xdto due_date_by_presentation(Session&, const Xdto& request) {
  const std::string_view said = text::trim(request.get("dueDatePresentation"));
  int days = 0;
  const auto [end, failed] = std::from_chars(said.data(), said.data() + said.size(), days);
  const std::string unit(text::trim(said.substr(static_cast<std::size_t>(end - said.data()))));
  const bool understood = failed == std::errc() && (unit.empty() || unit.starts_with("д"));
  Xdto answer("DMGetDueDateByDueDatePresentationResponse");
  answer.add("result", understood);
  if (!understood) {
    answer.add("warningMessageText", "Срок указан неправильно: " + std::string(said));
    return answer;
  }
  answer.add("dueDateDays", std::to_string(days));
  answer.add("dueDateHours", "0");
  answer.add("dueDateMinutes", "0");
  answer.add("dueDateSpecificationVariant", "RelativeDate");
  return answer;
}

}  // namespace sedlink::sim::onec_docflow
