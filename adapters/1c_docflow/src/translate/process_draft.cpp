#include "translate/process_draft.hpp"

#include <algorithm>

#include "client/classify.hpp"
#include "sedlink/core/text.hpp"
#include "translate/dates.hpp"

namespace sedlink::onec_docflow {
namespace {

constexpr std::string_view participant_type = "DMBusinessProcessPerformanceParticipant";

std::string_view performer_type(Performers performers) {
  if (performers == Performers::approval) return "DMBusinessProcessApprovalParticipant";
  if (performers == Performers::performance) return participant_type;
  return "DMBusinessProcessTaskExecutor";
}

Element nil(std::string name) {
  Element e(std::move(name));
  e.nil = true;
  return e;
}

// A relative term; the four fields belong together (onec-docflow 8.6).
void set_due(Element& executor, std::string_view type, Duration due, const Schema& schema) {
  const auto minutes = std::chrono::ceil<std::chrono::minutes>(due).count();
  schema.put(executor, type,
             enumeration("dueDateSpecificationOption", "DMDueDateSpecificationOption", "ОтносительныйСрок",
                         "Относительный срок"));
  schema.put(executor, type, nil("dueDate"));
  schema.put(executor, type, Element("dueDateDays", std::to_string(minutes / 1440)));
  schema.put(executor, type, Element("dueDateHours", std::to_string(minutes / 60 % 24)));
  schema.put(executor, type, Element("dueDateMinutes", std::to_string(minutes % 60)));
}

Element performer(std::string name, const NamedId& user, Performers kind, const Schema& schema) {
  Element e(std::move(name));
  const std::string_view type = performer_type(kind);
  schema.put(e, type, reference("user", user.id, user.name));
  if (kind == Performers::performance) {
    schema.put(e, type, nil("personalDueDate"));
    schema.put(e, type, nil("personalDescription"));
    schema.put(e, type, Element("personalTaskName"));
    schema.put(e, type, Element("responsible", "false"));  // a single performer may not be responsible
  }
  return e;
}

void set_performers(Element& process, const ProcessKind& kind, const std::vector<NamedId>& approvers,
                    const Schema& schema) {
  const std::string name = kind.performers == Performers::one ? "performer" : "performers";
  process.remove(name);
  std::vector<std::string> seen;  // 1C refuses the same performer twice
  for (const NamedId& user : approvers) {
    if (std::find(seen.begin(), seen.end(), user.id.id) != seen.end()) continue;
    seen.push_back(user.id.id);
    schema.add(process, kind.type, performer(name, user, kind.performers, schema));
  }
}

bool has_target(const Element& process, const ObjectId& target) {
  const auto is_target = [&target](const Element* e) { return e != nullptr && object_id(*e).id == target.id; };
  if (const Element* targets = process.child("targets")) {
    for (const Element* item : targets->all("items")) {
      if (is_target(item->child("target"))) return true;
    }
    return false;  // targets wins over target
  }
  return is_target(process.child("target"));
}

void set_target(Element& process, const ProcessKind& kind, const NamedId& target, const Schema& schema) {
  if (has_target(process, target.id)) return;
  Element item("items");
  item.children.push_back(enumeration("role", "DMBusinessProcessTargetRole", "Основной", "Основной"));
  item.children.emplace_back("name");
  item.children.push_back(typed_reference("target", target.id, target.name));
  Element targets("targets");
  targets.children.push_back(std::move(item));
  schema.put(process, kind.type, std::move(targets));
}

void reorder(Element& performers, const Schema& schema) {
  const auto order = schema.properties(participant_type);
  const auto rank = [&order](const Element& e) {
    const auto it = std::find_if(order.begin(), order.end(), [&e](const Property* p) { return p->name == e.name; });
    return it - order.begin();
  };
  std::stable_sort(performers.children.begin(), performers.children.end(),
                   [&rank](const Element& a, const Element& b) { return rank(a) < rank(b); });
}

}  // namespace

std::string key_line(std::string_view key) { return "sedlink:" + std::string(key); }

bool ends_with_key(std::string_view description, std::string_view key) {
  return !key.empty() && text::trim(description).ends_with(key_line(key));
}

Result<void> edit_process(Element& process, const ProcessKind& kind, const ProcessPlan& plan, const Schema& schema,
                          const TimeZone& zone) {
  if (plan.approvers.size() > 1 && kind.performers == Performers::one) {
    return make_error(Fault::rejected, Audience::user, "edms.approvers",
                      "Процесс «" + std::string(kind.russian) + "» принимает одного исполнителя, указано " +
                          std::to_string(plan.approvers.size()));
  }
  process.type = kind.type;
  process.type_namespace.clear();
  std::string name = plan.name;
  if (name.empty()) name = process.text_of("name");
  if (name.empty()) name = std::string(kind.russian) + ": " + plan.target.name;
  schema.put(process, kind.type, Element("name", name));
  schema.put(process, kind.type, id_element("objectID", ObjectId("", std::string(kind.type))));
  schema.put(process, kind.type, reference("author", plan.author.id, plan.author.name));
  std::string description = plan.description.empty() ? process.text_of("description") : plan.description;
  if (!description.empty()) description += '\n';
  schema.put(process, kind.type, Element("description", description + key_line(plan.key)));
  set_target(process, kind, plan.target, schema);
  if (kind.neutral == "signing" && schema.property(kind.type, "processType") != nullptr) {
    schema.put(process, kind.type, enumeration("processType", "DMProcessConfirmationType", "Подписание", "Подписание"));
  }
  if (!plan.approvers.empty() && kind.performers != Performers::none) {
    set_performers(process, kind, plan.approvers, schema);
  }
  const bool taken = kind.performers == Performers::none || process.child("performer") != nullptr ||
                     process.child("performers") != nullptr;
  if (!taken) {
    return make_error(Fault::rejected, Audience::user, "edms.approvers",
                      "Для процесса «" + std::string(kind.russian) + "» не указаны исполнители и в шаблоне 1С их нет");
  }
  if (plan.due) {
    for (Element& e : process.children) {
      if (e.name == "performer" || e.name == "performers")
        set_due(e, performer_type(kind.performers), *plan.due, schema);
    }
    if (kind.performers == Performers::none) {
      schema.put(process, kind.type, Element("dueDate", write_local(plan.now + *plan.due, zone)));
    }
  }
  complete_process(process, schema);
  return {};
}

void complete_process(Element& process, const Schema& schema) {
  if (process.type == "DMBusinessProcessApproval") {
    if (object_id(process.child("approvalType")).id.empty()) {
      schema.put(process, process.type, enumeration("approvalType", "DMApprovalType", "Параллельно", "Всем сразу"));
    }
    for (Element& e : process.children) {
      if (e.name != "performers" || !object_id(e.child("approvalOrder")).id.empty()) continue;
      schema.put(e, "DMBusinessProcessApprovalParticipant",
                 enumeration("approvalOrder", "DMApprovalOrder", "ВместеСПредыдущим", "Вместе с предыдущим"));
    }
  }
  if (process.type == "DMBusinessProcessPerformance" && object_id(process.child("performanceType")).id.empty()) {
    schema.put(process, process.type,
               enumeration("performanceType", "DMBusinessProcessRoutingType", "Параллельно", "Всем сразу"));
  }
}

bool reorder_performers(Element& request, const Schema& schema) {
  bool any = false;
  for (Element& object : request.children) {
    if (object.type != "DMBusinessProcessPerformance") continue;
    for (Element& e : object.children) {
      if (e.name != "performers") continue;
      reorder(e, schema);
      any = true;
    }
  }
  return any;
}

}  // namespace sedlink::onec_docflow
