#include "seed.hpp"

#include <array>

#include "sedlink/core/text.hpp"
#include "sedlink/sim/scenario.hpp"

namespace sedlink::sim::directum {
namespace {

// The company of the other simulators: people, business unit and counterparties carry the same names and numbers.
constexpr const char* built_in = R"(
departments: [ Отдел продаж, Юридический отдел, Бухгалтерия, Дирекция, Канцелярия, Отдел автоматизации ]
employees:
  - { name: Иванов Иван Иванович, position: Менеджер по продажам, department: Отдел продаж, email: ivanov@romashka.example, login: ivanov }
  - { name: Смирнова Ольга Павловна, position: Менеджер по закупкам, department: Отдел продаж, email: smirnova@romashka.example }
  - { name: Петров Пётр Петрович, position: Юрист, department: Юридический отдел, email: petrov@romashka.example, login: petrov }
  - { name: Сидорова Анна Сергеевна, position: Главный бухгалтер, department: Бухгалтерия, email: sidorova@romashka.example }
  - { name: Кузнецов Дмитрий Олегович, position: Финансовый директор, department: Дирекция, email: kuznetsov@romashka.example }
  - { name: Морозова Елена Викторовна, position: Генеральный директор, department: Дирекция, email: morozova@romashka.example }
  - { name: Васильев Андрей Николаевич, position: Делопроизводитель, department: Канцелярия, email: vasiliev@romashka.example }
business_units:
  - { name: ООО Вектор, inn: "7701234567", kpp: "770101001", ceo: Морозова Елена Викторовна }
companies:
  - { name: ООО Ромашка, full_name: Общество с ограниченной ответственностью «Ромашка», inn: "7717586110", kpp: "771701001" }
  - { name: АО Технопарк, inn: "7736050003", kpp: "773601001" }
  - { name: "АО Технопарк, филиал в Казани", inn: "7736050003", kpp: "165543001" }
  - { name: АО Северный ветер, inn: "7810456789", kpp: "781001001" }
  - { name: ООО Старый партнёр, inn: "7705551234", kpp: "770501001", closed: true }
persons:
  - { name: Васильев Сергей Петрович, inn: "770312345607" }
contacts:
  - { name: Белова Ольга, company: ООО Ромашка, position: Юрист }
currencies: [ { name: Российский рубль, code: RUB, number: "643" }, { name: Доллар США, code: USD, number: "840" },
              { name: Евро, code: EUR, number: "978" }, { name: Юань, code: CNY, number: "156" } ]
applications: [ pdf, docx, doc, xlsx, xls, txt, odt, rtf, png, jpg, zip, xml, sig, p7s ]
document_kinds:
  - { name: Договор, type: Contract, guid: 2A42D335-4A84-4019-AB54-D0AB8344D232, flow: Contracts, generate_name: true }
  - { name: Дополнительное соглашение, type: SupAgreement, guid: A5B2C424-0F31-4809-B160-ACC0C4583574, flow: Contracts, generate_name: true }
  - { name: Входящий счет, type: IncomingInvoice, guid: 558BAAB7-784D-42F8-BCB7-BA8C0E8821A3, flow: Contracts }
  - { name: Исходящий счет, type: OutgoingInvoice, guid: 0BE84C5B-7747-4A1F-940B-2F7C9CCE6C55, flow: Contracts, auto_number: true }
  - { name: Акт выполненных работ, type: ContractStatement, guid: C1F11157-4E42-4CE0-9423-AE05567B162E, flow: Contracts }
  - { name: Накладная, type: Waybill, guid: 8DCF8D7A-9868-4620-83FF-8FF81A5BE520, flow: Contracts }
  - { name: УПД, type: UniversalTransferDocument, guid: CAC00143-A9A0-4EE1-98D1-F996A9F4CC5E, flow: Contracts }
  - { name: Входящее письмо, type: IncomingLetter, guid: 0002C3CB-43E1-4A01-A4FE-35ABC8994D66, flow: Incoming }
  - { name: Исходящее письмо, type: OutgoingLetter, guid: 352EC449-E344-48EE-AD32-D0B2BABDC56E, flow: Outgoing }
  - { name: Приказ, type: Order, guid: 8F529647-3F37-484A-B83A-A793B69D013E, flow: Inner }
  - { name: Простой документ, type: SimpleDocument, guid: 3981CDD1-A279-4A51-85D5-58DB391603C2, flow: Inner, numbering: NotNumerable }
  - { name: Служебная записка, type: Memo, guid: 8CB5B6B3-755F-48F3-B5B4-2DFDE6A1FC60, flow: Inner }
  - { name: Приложение к документу, type: Addendum, guid: 2734AB0B-FD71-4FD2-820E-C25042488547, flow: Inner, numbering: NotNumerable }
  - { name: Сведения о контрагенте, type: CounterpartyDocument, guid: 07ADBF36-0E67-4772-B6C2-06D2CB52EA34, flow: Inner, numbering: NotNumerable }
contract_categories: [ Поставка, Услуги, Аренда ]
registers:
  - { name: Договоры, index: Д, flow: Contracts }
  - { name: Входящие письма, index: Вх, flow: Incoming }
  - { name: Исходящие письма, index: Исх, flow: Outgoing }
  - { name: Приказы, index: П, flow: Inner }
  - { name: Нумерация исходящих счетов, index: С, flow: Contracts, numbering: true }
approval_rules:
  - { name: Согласование договора, kinds: [ Договор, Дополнительное соглашение ], priority: 10, stages: [
      { type: approval, performers: [ Петров Пётр Петрович, Сидорова Анна Сергеевна ], days: 2 },
      { type: signing, performers: [ Морозова Елена Викторовна ], days: 1 } ] }
  - { name: Полный путь договора, kinds: [ Договор ], stages: [
      { type: approval, performers: [ Петров Пётр Петрович ], rework: each, days: 1 },
      { type: signing, performers: [ Морозова Елена Викторовна ] },
      { type: registration, performers: [ Васильев Андрей Николаевич ] },
      { type: check_return, performers: [ Васильев Андрей Николаевич ] } ] }
  - { name: Согласование счёта, kinds: [ Входящий счет, Исходящий счет ], stages: [
      { type: approval, performers: [ Сидорова Анна Сергеевна ] } ] }
processes:
  - { name: Согласование по процессу, kinds: [], stages: [
      { type: approval, performers: [ Петров Пётр Петрович, Сидорова Анна Сергеевна ] },
      { type: signing, performers: [ Морозова Елена Викторовна ] } ] }
)";

class Seeder {
 public:
  Seeder(Installation& base, Approval& approval, const json::object& scenario, const json::object& defaults)
      : base_(base), approval_(approval), scenario_(scenario), defaults_(defaults) {}

  void run() {
    each("departments", [&](const json::object& row) { put("Department", row); });
    each("employees", [&](const json::object& row) { employee(row); });
    each("business_units", [&](const json::object& row) { business_unit(row); });
    system_users();
    each("companies", [&](const json::object& row) { company(row); });
    each("persons", [&](const json::object& row) { person(text_of(row, "name")).set("TIN", text_of(row, "inn")); });
    each("contacts", [&](const json::object& row) {
      Entity& made = put("Contact", row);
      made.set("Company", wanted("Company", text_of(row, "company")).id());
      made.set("JobTitle", text_of(row, "position"));
    });
    each("currencies", [&](const json::object& row) {
      Entity& made = put("Currency", row);
      made.set("AlphaCode", text_of(row, "code"));
      made.set("NumericCode", text_of(row, "number"));
      made.set("ShortName", text_of(row, "code"));
      made.set("FractionName", std::string("коп."));
      made.set("IsDefault", text_of(row, "code") == "RUB");
    });
    each("applications", [&](const json::object& row) {
      Entity& made = put("AssociatedApplication", row);
      made.set("Extension", text_of(row, "name"));
    });
    each("document_kinds", [&](const json::object& row) { document_kind(row); });
    each("contract_categories", [&](const json::object& row) { put("ContractCategory", row); });
    each("registers", [&](const json::object& row) {
      Entity& made = put("DocumentRegister", row);
      made.set("Index", text_of(row, "index"));
      made.set("NumberOfDigitsInNumber", std::int64_t{1});
      made.set("DocumentFlow", text_of(row, "flow", "Contracts"));
      made.set("RegisterType", std::string(truthy(row, "numbering", false) ? "Numbering" : "Registration"));
      made.set("NumberingPeriod", std::string("Year"));
      made.set("NumberingSection", std::string("NoSection"));
    });
    each("approval_rules", [&](const json::object& row) { rule(row); });
    each("processes", [&](const json::object& row) { approval_.processes.push_back(route(row, Variant::process)); });
  }

 private:
  template <class Use>
  void each(const char* list, Use use) {
    const json::value* rows = scenario_.if_contains(list);
    if (rows == nullptr) rows = defaults_.if_contains(list);
    if (rows == nullptr) return;
    if (!rows->is_array()) throw std::runtime_error(std::string(list) + ": ожидается список");
    for (const json::value& row : rows->get_array()) {
      const json::object object = row.is_object() ? row.get_object() : json::object{{"name", text_of(row)}};
      if (text_of(object, "name").empty()) throw std::runtime_error(std::string(list) + ": у строки нет name");
      use(object);
    }
  }

  Entity& put(std::string_view type, const json::object& row) {
    Entity& made = base_.store.create(base_.model.at(type));
    made.set("Name", text_of(row, "name"));
    made.set("Status", std::string(truthy(row, "closed", false) ? "Closed" : "Active"));
    return made;
  }

  Entity& wanted(std::string_view type, const std::string& name) {
    Entity* found = base_.named(type, name);
    if (found == nullptr) throw std::runtime_error("нет «" + name + "» (" + std::string(type) + ")");
    return *found;
  }

  Entity& person(const std::string& name) {
    Entity& made = put("Person", {{"name", name}});
    const std::vector<std::string> parts = text::split(name, ' ');
    made.set("LastName", parts[0]);
    made.set("FirstName", parts.size() > 1 ? parts[1] : std::string("-"));
    if (parts.size() > 2) made.set("MiddleName", parts[2]);
    return made;
  }

  Entity& employee(const json::object& row) {
    const std::string name = text_of(row, "name");
    const Id person_id = person(name).id();
    Entity& made = put("Employee", row);
    made.set("Person", person_id);
    made.set("Sid", base_.outside.new_id());
    made.set("IsSystem", false);
    if (const std::string mail = text_of(row, "email"); !mail.empty()) made.set("Email", mail);
    if (const std::string department = text_of(row, "department"); !department.empty())
      made.set("Department", wanted("Department", department).id());
    if (const std::string position = text_of(row, "position"); !position.empty()) {
      Entity* title = base_.named("JobTitle", position);
      made.set("JobTitle", title != nullptr ? title->id() : put("JobTitle", {{"name", position}}).id());
    }
    if (const std::string login = text_of(row, "login"); !login.empty()) account(made, login, text_of(row, "password"));
    return made;
  }

  void account(Entity& user, const std::string& login, const std::string& password) {
    Entity& made = base_.store.create(base_.model.at("Login"));
    made.set("LoginName", login);
    made.set("TypeAuthentication", std::string("Password"));
    made.set("NeedChangePassword", false);
    made.set("Status", std::string("Active"));
    user.set("Login", made.id());
    if (!password.empty()) base_.accounts.push_back({login, password, user.id()});
  }

  // The connector's employee, and the system users who are none (directum.md A2).
  void system_users() {
    const Settings& s = base_.settings;
    const bool taken =
        std::any_of(base_.accounts.begin(), base_.accounts.end(), [&](const Account& a) { return a.login == s.user; });
    if (!taken) {
      Entity& connector = employee({{"name", "Интеграция Битрикс24"}, {"position", "Служебный пользователь"}});
      for (const auto& [id, group] : base_.store.family(base_.model.at("Recipient"))) {
        if (!group->type->is("Department")) continue;
        connector.set("Department", group->id());
        if (group->text("Name") == "Отдел автоматизации") break;
      }
      account(connector, s.user, s.password);
    }
    for (const auto& [name, login] :
         {std::pair{"Integration Service", "Integration Service"}, std::pair{"Administrator", "Administrator"}}) {
      Entity& user = put("User", {{"name", name}});
      user.set("IsSystem", true);
      user.set("Sid", base_.outside.new_id());
      account(user, login, s.password);
    }
    Entity& administrators = put("Role", {{"name", "Администраторы"}});
    administrators.set("Sid", std::string("9cc6ea59-cd05-4c8e-b041-abefe9432e20"));
  }

  void business_unit(const json::object& row) {
    Entity& made = put("BusinessUnit", row);
    made.set("TIN", text_of(row, "inn"));
    made.set("TRRC", text_of(row, "kpp"));
    made.set("LegalName", text_of(row, "full_name", text_of(row, "name")));
    if (const std::string ceo = text_of(row, "ceo"); !ceo.empty()) made.set("CEO", wanted("Employee", ceo).id());
    for (const auto& [id, group] : base_.store.family(base_.model.at("Recipient"))) {
      if (group->type->is("Department") && group->link("BusinessUnit") == 0) group->set("BusinessUnit", made.id());
    }
  }

  void company(const json::object& row) {
    Entity& made = put("Company", row);
    made.set("LegalName", text_of(row, "full_name", text_of(row, "name")));
    made.set("TIN", text_of(row, "inn"));
    made.set("TRRC", text_of(row, "kpp"));
  }

  void document_kind(const json::object& row) {
    const Type* type = base_.model.find(text_of(row, "type"));
    if (type == nullptr || !type->is("OfficialDocument"))
      throw std::runtime_error("document_kinds: нет типа " + text_of(row, "type"));
    const std::string flow = text_of(row, "flow", "Inner");
    Entity* document_type = base_.store.find_by("DocumentType", "DocumentTypeGuid", type->guid);
    const bool first = document_type == nullptr;
    if (first) {
      document_type = &put("DocumentType", row);
      document_type->set("DocumentTypeGuid", std::string(type->guid));
      document_type->set("DocumentFlow", flow);
    }
    Entity& made = put("DocumentKind", row);
    made.set("ShortName", text_of(row, "short_name", text_of(row, "name")));
    made.set("DocumentFlow", flow);
    made.set("NumberingType", text_of(row, "numbering", "Registrable"));
    made.set("AutoNumbering", truthy(row, "auto_number", false));
    made.set("GenerateDocumentName", truthy(row, "generate_name", false));
    made.set("IsDefault", truthy(row, "default", first));
    made.set("DocumentType", document_type->id());
    if (const std::string guid = text_of(row, "guid"); !guid.empty())
      base_.kinds_by_guid[text::to_lower_ascii(guid)] = made.id();
  }

  Route route(const json::object& row, Variant variant) {
    Route made;
    made.name = text_of(row, "name");
    made.priority = int_of(row, "priority").value_or(0);
    made.only_objectors_again = truthy(row, "only_objectors_again", false);
    made.restricts_initiator = truthy(row, "restricts_initiator", false);
    if (const json::array* kinds = array_of(row, "kinds")) {
      for (const json::value& kind : *kinds) made.kinds.insert(wanted("DocumentKind", text_of(kind)).id());
    }
    const json::array* stages = array_of(row, "stages");
    for (const json::value& value : stages == nullptr ? json::array() : *stages) {
      if (!value.is_object()) throw std::runtime_error(made.name + ": stages: ожидается набор ключей");
      const json::object& stage = value.get_object();
      Step step;
      step.kind = find_step(variant, text_of(stage, "type"));
      if (step.kind == nullptr || step.kind->word == "rework")
        throw std::runtime_error(made.name + ": нет этапа " + text_of(stage, "type"));
      step.name = text_of(stage, "name");
      step.serial = text_of(stage, "routing") == "sequential";
      step.stops_at_first_return = text_of(stage, "rework") == "each";
      step.days = static_cast<int>(int_of(stage, "days").value_or(1));
      if (const json::array* performers = array_of(stage, "performers")) {
        for (const json::value& name : *performers) step.performers.push_back(wanted("Employee", text_of(name)).id());
      }
      made.steps.push_back(std::move(step));
    }
    return made;
  }

  void rule(const json::object& row) {
    Route made = route(row, Variant::rule);
    const std::string flow =
        made.kinds.empty() ? "Contracts" : base_.store.find("DocumentKind", *made.kinds.begin())->text("DocumentFlow");
    Entity& entity = put(flow == "Contracts" ? "ContractsApprovalRule" : "ApprovalRule", row);
    entity.set("DocumentFlow", flow);
    entity.set("Priority", made.priority);
    entity.set("VersionNumber", std::int64_t{1});
    entity.set("IsSmallApprovalAllowed", made.only_objectors_again);
    for (const Id kind : made.kinds) {
      Entity& link = base_.store.add_row(entity, entity.type->at("DocumentKinds"));
      if (link.type->find("DocumentKind") != nullptr) link.set("DocumentKind", kind);
    }
    std::int64_t number = 0;
    for (const Step& step : made.steps) {
      Entity& stage = base_.store.add_row(entity, entity.type->at("Stages"));
      stage.set("Number", ++number);
      stage.set("StageType", std::string(stage_type(step.kind->word)));
    }
    made.rule = entity.id();
    approval_.rules.push_back(std::move(made));
  }

  static std::string_view stage_type(std::string_view word) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 9> stages = {
        {{"approval", "Approvers"},
         {"manager", "Manager"},
         {"signing", "Sign"},
         {"registration", "Register"},
         {"printing", "Print"},
         {"sending", "Sending"},
         {"execution", "Execution"},
         {"review", "Review"},
         {"check_return", "CheckReturn"}}};
    for (const auto& [ours, theirs] : stages) {
      if (ours == word) return theirs;
    }
    return "SimpleAgr";
  }

  Installation& base_;
  Approval& approval_;
  const json::object& scenario_;
  const json::object& defaults_;
};

}  // namespace

Result<void> seed(Installation& base, Approval& approval, const json::object& scenario) {
  const Result<json::value> defaults = parse_yaml(built_in);
  if (defaults.has_error()) return defaults.error();
  const json::object& lists = defaults.value().as_object();
  for (const json::key_value_pair& member : scenario) {
    const std::string_view key = member.key();
    if (key != "access" && key != "settings" && !lists.contains(key))
      return control_error(std::string(key) + ": неизвестный ключ сценария");
  }
  try {
    Seeder(base, approval, scenario, lists).run();
  } catch (const std::runtime_error& wrong) { return control_error(wrong.what()); }
  return {};
}

}  // namespace sedlink::sim::directum
