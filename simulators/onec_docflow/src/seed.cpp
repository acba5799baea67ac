#include "seed.hpp"

#include <array>

#include "sedlink/core/hash.hpp"
#include "sedlink/sim/scenario.hpp"
#include "seed_rows.hpp"

namespace sedlink::sim::onec_docflow {
namespace {

// A trading company with a lawyer, an accountant, two directors and two managers.
constexpr const char* built_in = R"(
users:
  - { name: Иванов Иван Иванович, position: Менеджер по продажам }
  - { name: Смирнова Ольга Павловна, position: Менеджер по закупкам }
  - { name: Петров Пётр Петрович, position: Юрист }
  - { name: Сидорова Анна Сергеевна, position: Главный бухгалтер }
  - { name: Кузнецов Дмитрий Олегович, position: Финансовый директор }
  - { name: Морозова Елена Викторовна, position: Генеральный директор }
  - { name: Васильев Андрей Николаевич, position: Делопроизводитель }
organizations:
  - { name: ООО Вектор, fullName: Общество с ограниченной ответственностью «Вектор», inn: "7701234567", kpp: "770101001" }
  - { name: АО Вектор-Логистика, inn: "7702345678", kpp: "770201001" }
correspondents:
  - { name: ООО Ромашка, fullName: Общество с ограниченной ответственностью «Ромашка», inn: "7717586110", kpp: "771701001" }
  - { name: АО Северный ветер, inn: "7810456789", kpp: "781001001" }
  - { name: ИП Соколов Сергей Игоревич, inn: "771234567890" }
document_types:
  - { name: Договор, organization: true, correspondent: true, sum: true }
  - { name: Дополнительное соглашение, organization: true, correspondent: true, sum: true }
  - { name: Счёт на оплату, organization: true, correspondent: true, sum: true }
  - { name: Служебная записка }
  - { name: Письмо, kind: incoming }
  - { name: Исходящее письмо, kind: outgoing }
folders: [ Договоры, Счета, Служебные записки ]
currencies: [ RUB, USD, EUR, CNY ]
templates:
  - { name: Согласование договора, type: approval, performers: [ Петров Пётр Петрович, Сидорова Анна Сергеевна ], days: 2,
      for: [ Договор, Дополнительное соглашение ], description: Прошу согласовать }
  - { name: Последовательное согласование, type: approval, routing: sequential, days: 1,
      performers: [ Петров Пётр Петрович, Сидорова Анна Сергеевна, Кузнецов Дмитрий Олегович ] }
  - { name: Смешанное согласование, type: approval, routing: mixed, days: 1,
      performers: [ Петров Пётр Петрович, { name: Сидорова Анна Сергеевна, with_previous: true }, Кузнецов Дмитрий Олегович ] }
  - { name: Согласование счёта, type: approval, performers: [ Сидорова Анна Сергеевна ], days: 1, for: [ Счёт на оплату ] }
  - { name: Утверждение договора, type: confirmation, performers: [ Морозова Елена Викторовна ], days: 1 }
  - { name: Подписание договора, type: signing, performers: [ Морозова Елена Викторовна ], days: 1 }
  - { name: Регистрация договора, type: registration, performers: [ Васильев Андрей Николаевич ] }
  - { name: Ознакомление с договором, type: acquaintance, performers: [ Сидорова Анна Сергеевна, Васильев Андрей Николаевич ] }
  - { name: Исполнение поручения, type: performance, performers: [ Васильев Андрей Николаевич ] }
  - { name: Согласование и утверждение договора, type: complex,
      stages: [ Согласование договора, Утверждение договора ], for: [ Договор, Дополнительное соглашение ] }
  - { name: Полный путь договора, type: complex,
      stages: [ Согласование договора, Подписание договора, Регистрация договора ], for: [ Договор ] }
)";

struct TemplateClass {
  std::string_view word, type;
};
constexpr std::array<TemplateClass, 9> template_classes = {{{"approval", "DMBusinessProcessApproval"},
                                                            {"confirmation", "DMBusinessProcessConfirmation"},
                                                            {"signing", "DMBusinessProcessConfirmation"},
                                                            {"registration", "DMBusinessProcessRegistration"},
                                                            {"acquaintance", "DMBusinessProcessAcquaintance"},
                                                            {"performance", "DMBusinessProcessPerformance"},
                                                            {"order", "DMBusinessProcessOrder"},
                                                            {"consideration", "DMBusinessProcessConsideration"},
                                                            {"complex", "DMComplexBusinessProcess"}}};

class Seeder : private SeedRows {
 public:
  using SeedRows::SeedRows;

  void run() {
    each("users", [&](const json::object& row) { put("DMUser", row).position = text_of(row, "position"); });
    if (base_.data.by_name("DMUser", base_.settings.user) == nullptr) put("DMUser", {{"name", base_.settings.user}});
    each("organizations", [&](const json::object& row) { with_requisites(put("DMOrganization", row), row); });
    each("correspondents", [&](const json::object& row) {
      Object& object = put("DMCorrespondent", row);
      with_requisites(object, row);
      const std::string inn = text_of(row, "inn");
      const std::string kind = inn.size() == 12 ? "ИндивидуальныйПредприниматель" : "ЮрЛицо";
      object.fields.add("legalPrivatePerson", stored("DMLegalPrivatePerson", kind));
    });
    each("document_types", [&](const json::object& row) { document_type(row); });
    each("folders", [&](const json::object& row) { put("DMInternalDocumentFolder", row); });
    each("currencies",
         [&](const json::object& row) { put("DMCurrency", row).fields.add("code", text_of(row, "name")); });
    each("templates", [&](const json::object& row) { process_template(row); });
  }

 private:
  void document_type(const json::object& row) {
    const std::string kind = text_of(row, "kind", "internal");
    const std::string prefix = kind == "incoming" ? "DMIncoming" : (kind == "outgoing" ? "DMOutgoing" : "DMInternal");
    Object& type = put(prefix + "DocumentType", row);
    if (truthy(row, "sum", false)) type.fields.add("sumEnabled", true);
    if (kind != "internal") return;
    if (truthy(row, "organization", false)) type.fields.add("organizationEnabled", true);
    if (truthy(row, "correspondent", false)) type.fields.add("correspondentEnabled", true);
  }

  std::string user(const std::string& name) {
    const Object* found = base_.data.by_name("DMUser", name);
    if (found == nullptr) throw std::runtime_error("templates: нет пользователя " + name);
    return found->ref.id;
  }

  Participant participant(const json::value& value, const std::string& process_type, const std::string& days) {
    const json::object row = value.is_object() ? value.as_object() : json::object{{"name", text_of(value)}};
    Participant made;
    made.user = user(text_of(row, "name"));
    made.order = truthy(row, "with_previous", false) ? "ВместеСПредыдущим" : "ПослеПредыдущего";
    const bool ordered = process_type == "DMBusinessProcessApproval";
    made.row = Xdto(ordered                                          ? "DMBusinessProcessApprovalParticipant"
                    : process_type == "DMBusinessProcessPerformance" ? "DMBusinessProcessPerformanceParticipant"
                                                                     : "DMBusinessProcessTaskExecutor");
    made.row.add("user", stored("DMUser", made.user));
    if (!days.empty()) {
      made.row.add("dueDateSpecificationOption", stored("DMDueDateSpecificationOption", "ОтносительныйСрок"));
      made.row.add("dueDateDays", days);
      made.row.add("dueDateHours", "0");
      made.row.add("dueDateMinutes", "0");
    }
    if (ordered) made.row.add("approvalOrder", stored("DMApprovalOrder", made.order));
    return made;
  }

  void process_template(const json::object& row) {
    const std::string word = text_of(row, "type", "approval");
    ProcessTemplate made;
    for (const TemplateClass& known : template_classes) {
      if (known.word == word) made.process_type = known.type;
    }
    if (made.process_type.empty()) throw std::runtime_error("templates: неизвестный type " + word);
    made.ref = put(made.process_type + "Template", row).ref;
    made.description = text_of(row, "description");
    const std::string routing = text_of(row, "routing", "parallel");
    if (word == "approval" || word == "performance") {
      made.routing = routing == "sequential" ? "Последовательно" : (routing == "mixed" ? "Смешанно" : "Параллельно");
    }
    if (word == "complex") made.routing = "Последовательно";
    made.own = Xdto(made.process_type);
    if (made.process_type == "DMBusinessProcessConfirmation") {
      made.own.add("processType",
                   stored("DMProcessConfirmationType", word == "signing" ? "Подписание" : "Утверждение"));
      if (word == "signing") made.own.add("useDigitalSign", true);
    }
    if (const json::array* people = array_of(row, "performers")) {
      for (const json::value& person : *people)
        made.participants.push_back(participant(person, made.process_type, text_of(row, "days")));
    }
    if (const json::array* stages = array_of(row, "stages")) {
      for (const json::value& stage : *stages) made.stages.push_back(template_named(text_of(stage)));
    }
    if (const json::array* types = array_of(row, "for")) {
      for (const json::value& name : *types) {
        const Object* type = base_.data.by_name("DMInternalDocumentType", text_of(name));
        if (type != nullptr) made.for_types.push_back(type->ref.id);
      }
    }
    base_.data.templates.emplace(made.ref.id, made);
  }

  Ref template_named(const std::string& name) {
    for (const auto& [id, known] : base_.data.templates) {
      if (base_.data.name_of(known.ref) == name) return known.ref;
    }
    throw std::runtime_error("templates: нет шаблона " + name + " (этап называют после него)");
  }
};

}  // namespace

std::string seed_id(const std::string& type, const std::string& name) {
  return uuid::v5("6ba7b810-9dad-11d1-80b4-00c04fd430c8", type + "/" + name);
}

std::string technical_user(const Infobase& base) {
  const Object* user = const_cast<Infobase&>(base).data.by_name("DMUser", base.settings.user);
  return user != nullptr ? user->ref.id : std::string();
}

std::string person_of(const Infobase& base, const std::string& user) {
  if (base.edition.person == "DMUser") return user;
  for (const Object& object : base.data.objects) {
    const Xdto* of = object.ref.type == base.edition.person ? object.fields.find("user") : nullptr;
    if (of != nullptr && of->ref_id() == user && object.fields.is_true("mainEmployee")) return object.ref.id;
  }
  return {};
}

Result<void> seed(Infobase& base, const json::object& scenario) {
  Result<json::value> defaults = parse_yaml(built_in);
  if (defaults.has_error()) return defaults.error();
  static constexpr std::array<std::string_view, 9> known = {"access",        "settings",       "users",
                                                            "organizations", "correspondents", "document_types",
                                                            "folders",       "currencies",     "templates"};
  for (const json::key_value_pair& member : scenario) {
    if (std::find(known.begin(), known.end(), std::string_view(member.key())) == known.end()) {
      return control_error(std::string(member.key()) + ": неизвестный ключ сценария");
    }
  }
  try {
    if (base.edition.processes_are_processings) {
      seed_3_0(base, scenario, defaults.value().as_object());
    } else {
      Seeder(base, scenario, defaults.value().as_object()).run();
    }
  } catch (const std::runtime_error& wrong) { return control_error(wrong.what()); }
  return {};
}

}  // namespace sedlink::sim::onec_docflow
