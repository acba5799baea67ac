#include <map>

#include "action_kinds.hpp"
#include "document_3_0.hpp"
#include "seed_rows.hpp"

namespace sedlink::sim::onec_docflow {
namespace {

class Seeder : private SeedRows {
 public:
  using SeedRows::SeedRows;

  void run() {
    each("users", [&](const json::object& row) { person(row); });
    if (base_.data.by_name("DMUser", base_.settings.user) == nullptr) person({{"name", base_.settings.user}});
    each("organizations", [&](const json::object& row) { with_requisites(put("DMOrganization", row), row); });
    each("correspondents", [&](const json::object& row) {
      Object& object = put("DMCorrespondent", row);
      with_requisites(object, row);
      object.fields.add("legalPrivatePerson",
                        text_of(row, "inn").size() == 12 ? "IndividualEntrepreneur" : "LglPerson");
    });
    for (const ActionKind& kind : action_kinds())
      put("DMActionType", {{"name", kind.name}, {"id", action_type_ref(kind.type).id}});
    each("document_types", [&](const json::object& row) { document_type(row); });
    each("folders", [&](const json::object& row) { put("DMDocumentFolder", row); });
    each("currencies",
         [&](const json::object& row) { put("DMCurrency", row).fields.add("code", text_of(row, "name")); });
    each("templates", [&](const json::object& row) { rule(row); });
  }

 private:
  // A user and the employee it is.
  void person(const json::object& row) {
    const Ref user = put("DMUser", row).ref;
    const std::string position = text_of(row, "position");
    if (!position.empty() && base_.data.by_name("DMPosition", position) == nullptr)
      put("DMPosition", {{"name", position}});
    Object& employee = put("DMEmployee", {{"name", text_of(row, "name")}});
    employee.position = position;
    employee.fields.add("isActual", true);
    employee.fields.add("mainEmployee", true);
    if (!position.empty())
      employee.fields.add("position", stored("DMPosition", base_.data.by_name("DMPosition", position)->ref.id));
    employee.fields.add("user", stored("DMUser", user.id));
  }

  void document_type(const json::object& row) {
    Object& type = put("DMDocumentType", row);
    const std::string kind = text_of(row, "kind", "internal");
    const auto flag = [&](const char* property, bool value) {
      if (value) type.fields.add(property, true);
    };
    flag("isIncoming", kind == "incoming");
    flag("isOutgoing", kind == "outgoing");
    flag("organizationEnabled", truthy(row, "organization", false));
    flag("correspondentEnabled", truthy(row, "correspondent", false) || kind != "internal");
    flag("sumEnabled", truthy(row, "sum", false));
    flag("templateRequired", truthy(row, "template", false));
    const json::array* roles = array_of(row, "file_roles");
    if (roles == nullptr) return;
    for (const json::value& value : *roles) {
      const json::object role = value.is_object() ? value.as_object() : json::object{{"name", text_of(value)}};
      const Object* known = base_.data.by_name("DMFileRole", text_of(role, "name"));
      if (known == nullptr) {
        Object& made = put("DMFileRole", role);
        if (truthy(role, "required", false)) made.fields.add("required", true);
        known = &made;
      }
      type.fields.add("roles", stored("DMFileRole", known->ref.id));
    }
  }

  std::string employee(const json::value& value) {
    const std::string name = value.is_object() ? text_of(value.as_object(), "name") : text_of(value);
    const Object* found = base_.data.by_name("DMEmployee", name);
    if (found == nullptr) throw std::runtime_error("templates: нет пользователя " + name);
    return found->ref.id;
  }

  Action prototype(const json::object& row) {
    const std::string word = text_of(row, "type", "approval");
    const ActionKind* kind = action_kind_of_word(word == "order" ? "performance" : word);
    if (kind == nullptr) throw std::runtime_error("templates: в редакции 3.0 нет действия " + word);
    Action action;
    action.type = kind->type;
    action.name = kind->name;
    action.description = text_of(row, "description");
    action.one_by_one = text_of(row, "routing", "parallel") != "parallel";
    action.term_days = static_cast<int>(int_of(row, "days").value_or(0));
    if (const json::array* people = array_of(row, "performers")) {
      for (const json::value& value : *people) {
        ActionParticipant participant;
        participant.employee = employee(value);
        action.participants.push_back(std::move(participant));
      }
    }
    return action;
  }

  // A template of processes becomes a rule: of the document types it is for, and of a document template of its name.
  void rule(const json::object& row) {
    ProcessingRule made;
    made.name = text_of(row, "name");
    if (const json::array* stages = array_of(row, "stages")) {
      for (const json::value& stage : *stages) {
        const auto found = actions_.find(text_of(stage));
        if (found == actions_.end())
          throw std::runtime_error("templates: нет шаблона " + text_of(stage) + " (этап называют после него)");
        made.actions.insert(made.actions.end(), found->second.begin(), found->second.end());
      }
    } else {
      made.actions.push_back(prototype(row));
    }
    actions_[made.name] = made.actions;
    Object& document_template = put("DMDocumentTemplate", {{"name", made.name}});
    made.template_id = document_template.ref.id;
    if (const json::array* types = array_of(row, "for")) {
      for (const json::value& name : *types) {
        const Object* type = base_.data.by_name("DMDocumentType", text_of(name));
        if (type != nullptr) made.for_types.push_back(type->ref.id);
      }
    }
    if (!made.for_types.empty())
      document_template.fields.add("documentType", stored("DMDocumentType", made.for_types.front()));
    base_.data.processing_rules.push_back(std::move(made));
  }

  std::map<std::string, std::vector<Action>> actions_;  // by the name of the template
};

}  // namespace

void seed_3_0(Infobase& base, const json::object& given, const json::object& defaults) {
  Seeder(base, given, defaults).run();
}

}  // namespace sedlink::sim::onec_docflow
