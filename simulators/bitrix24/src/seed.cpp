// The portal before anybody did anything: a small company with contracts as a smart process.
#include "control.hpp"
#include "disk.hpp"

namespace sedlink::sim::b24 {
namespace {

struct StageSeed {
  const char* code;
  const char* name;
  char semantics;
};

// Stage ids: deals DEAL_STAGE / C9:NEW, dynamic types DT1036_10:NEW (bitrix24.md 7.6).
void add_default_stages(Portal& portal, const EntityType& type, Id category, std::initializer_list<StageSeed> seeds) {
  int sort = 10;
  for (const StageSeed& one : seeds) {
    add_stage(portal, type, category, one.code, one.name, one.semantics, sort);
    sort += 10;
  }
}

EntityType& add_type(Portal& portal, int entity, const char* title, bool stages, bool categories) {
  EntityType& type = portal.types[entity];
  type.entity_type_id = entity;
  type.title = title;
  type.dynamic = entity >= 128;
  type.has_stages = stages;
  type.has_categories = categories;
  type.has_history = stages && entity != 7;
  type.fields = system_fields(entity, type);
  return type;
}

void add_user_fields(EntityType& type, const std::string& prefix) {
  struct Seed {
    const char* code;
    const char* type;
    const char* title;
    bool multiple;
  };
  const Seed seeds[] = {{"CONTRACT", "file", "Договор", true},
                        {"ANNEXES", "file", "Приложения", true},
                        {"SIGNED", "file", "Подписанный договор", true},
                        {"SHEET", "file", "Лист согласования", false},
                        {"REASON", "string", "Причина отзыва", false},
                        {"EDMS_STATUS", "string", "Статус в СЭД", false},
                        {"EDMS_HOLDER", "string", "У кого документ", false},
                        {"EDMS_DUE", "datetime", "Срок", false},
                        {"EDMS_LINK", "url", "Ссылка на СЭД", false},
                        {"REG_NUMBER", "string", "Регистрационный номер", false}};
  for (const Seed& one : seeds) {
    Field field;
    field.upper = prefix + one.code;
    field.type = one.type;
    field.title = one.title;
    field.multiple = one.multiple;
    add_user_field(type, field);
  }
}

void add_users(Portal& portal) {
  const auto add = [&](Id id, const char* last, const char* name, const char* second, const char* email,
                       const char* position) {
    User user;
    user.id = id;
    user.last_name = last;
    user.name = name;
    user.second_name = second;
    user.email = email;
    user.position = position;
    portal.users[id] = user;
  };
  add(1, "Орлов", "Александр", "Сергеевич", "orlov@romashka.example", "Администратор");
  add(9, "СЭД", "Интеграция", "", "edms@romashka.example", "Служебный пользователь");
  add(14, "Иванов", "Иван", "Иванович", "ivanov@romashka.example", "Менеджер по продажам");
  add(15, "Петров", "Пётр", "Петрович", "petrov@romashka.example", "Юрист");
  add(16, "Сидорова", "Анна", "Викторовна", "sidorova@romashka.example", "Главный бухгалтер");
  add(17, "Кузнецов", "Дмитрий", "Олегович", "kuznetsov@romashka.example", "Генеральный директор");
  add(21, "Соколова", "Мария", "Андреевна", "sokolova@romashka.example", "Менеджер по продажам");
  add(30, "", "REST", "", "", "");
  portal.users[1].admin = true;
  portal.users[21].active = false;
  portal.users[30].external_auth = "rest_system";
}

void add_companies(Portal& portal) {
  EntityType& companies = portal.types.at(4);
  const Actor admin{1, false};
  const auto add = [&](Id id, const char* title, bool mine) {
    companies.last_item = id - 1;
    json::object fields{{"title", title}, {"isMyCompany", mine ? "Y" : "N"}};
    add_item(portal, companies, fields, admin);
  };
  add(3, "ООО Головной офис", true);
  add(5, "ООО Ромашка", false);
  add(6, "АО Технопарк", false);
  add(7, "ИП Васильев Сергей Петрович", false);
  add(8, "ООО Новый клиент", false);
  add_requisite(portal, 3,
                {{"name", "Организация"},
                 {"inn", "7701234567"},
                 {"kpp", "770101001"},
                 {"full_name", "Общество с ограниченной ответственностью «Головной офис»"}});
  add_requisite(portal, 5,
                {{"name", "Организация"},
                 {"inn", "7717586110"},
                 {"kpp", "771701001"},
                 {"ogrn", "1077758536460"},
                 {"full_name", "Общество с ограниченной ответственностью «Ромашка»"}});
  add_requisite(portal, 6,
                {{"name", "Москва"},
                 {"inn", "7736050003"},
                 {"kpp", "773601001"},
                 {"full_name", "Акционерное общество «Технопарк»"}});
  add_requisite(portal, 6,
                {{"name", "Филиал в Казани"},
                 {"inn", "7736050003"},
                 {"kpp", "165543001"},
                 {"full_name", "Акционерное общество «Технопарк», филиал в Казани"}});
  add_requisite(portal, 7,
                {{"name", "ИП"},
                 {"preset", 2},
                 {"inn", "770312345607"},
                 {"full_name", "Индивидуальный предприниматель Васильев Сергей Петрович"}});

  EntityType& contacts = portal.types.at(3);
  const json::object contact{{"name", "Ольга"}, {"lastName", "Белова"}, {"post", "Юрист"}, {"companyId", 5}};
  add_item(portal, contacts, contact, admin);
}

}  // namespace

void seed(Portal& portal) {
  add_users(portal);
  add_type(portal, 3, "Контакты", false, false);
  add_type(portal, 4, "Компании", false, false);

  EntityType& deals = add_type(portal, 2, "Сделки", true, true);
  deals.categories[0] = {0, "Общая", 100, true};
  deals.categories[9] = {9, "Договоры", 200, false};
  add_default_stages(portal, deals, 0,
                     {{"NEW", "Новая", 'P'},
                      {"PREPARATION", "Подготовка документов", 'P'},
                      {"PREPAYMENT_INVOICE", "Счёт на предоплату", 'P'},
                      {"EXECUTING", "В работе", 'P'},
                      {"FINAL_INVOICE", "Финальный счёт", 'P'},
                      {"WON", "Сделка успешна", 'S'},
                      {"LOSE", "Сделка провалена", 'F'},
                      {"APOLOGY", "Анализ причины провала", 'F'}});
  const std::initializer_list<StageSeed> contract{{"NEW", "Новый", 'P'},
                                                  {"PREPARATION", "Отправить на согласование", 'P'},
                                                  {"APPROVAL", "Согласование", 'P'},
                                                  {"REWORK", "На доработке", 'P'},
                                                  {"SIGNING", "Подписание", 'P'},
                                                  {"WITHDRAWN", "Отозвать", 'P'}};
  add_default_stages(portal, deals, 9, contract);
  add_stage(portal, deals, 9, "WON", "Подписан", 'S', 100);
  add_stage(portal, deals, 9, "LOSE", "Отклонён", 'F', 110);
  add_user_fields(deals, "UF_CRM_");
  Field number;
  number.upper = "UF_CRM_1747309879";
  number.type = "string";
  number.title = "Номер договора";
  add_user_field(deals, number);

  EntityType& leads = add_type(portal, 1, "Лиды", true, false);
  leads.categories[0] = {0, "Лиды", 100, true};
  add_default_stages(portal, leads, 0,
                     {{"NEW", "Не обработан", 'P'},
                      {"IN_PROCESS", "В работе", 'P'},
                      {"PROCESSED", "Обработан", 'P'},
                      {"CONVERTED", "Качественный лид", 'S'},
                      {"JUNK", "Некачественный лид", 'F'}});
  add_user_fields(leads, "UF_CRM_");
  EntityType& quotes = add_type(portal, 7, "Предложения", true, false);
  quotes.categories[0] = {0, "Предложения", 100, true};
  add_default_stages(portal, quotes, 0,
                     {{"DRAFT", "Новое", 'P'},
                      {"SENT", "Отправлено клиенту", 'P'},
                      {"UC_APPROV", "Согласование", 'P'},
                      {"APPROVED", "Принято", 'S'},
                      {"DECLAINED", "Отклонено", 'F'}});
  add_user_fields(quotes, "UF_CRM_");
  EntityType& invoices = add_type(portal, 31, "Счета", true, true);
  invoices.categories[5] = {5, "Общая", 100, true};
  invoices.categories[6] = {6, "Предоплата", 200, false};
  for (const Id category : {Id{5}, Id{6}})
    add_default_stages(
        portal, invoices, category,
        {{"N", "Новый", 'P'}, {"S", "Отправлен клиенту", 'P'}, {"P", "Оплачен", 'S'}, {"D", "Не оплачен", 'F'}});
  add_user_fields(invoices, "UF_CRM_SMART_INVOICE_");

  EntityType& contracts = add_type(portal, 1036, "Договоры", true, true);
  contracts.type_id = 10;
  contracts.code = "CONTRACTS";
  contracts.categories[10] = {10, "Договоры", 100, true};
  contracts.categories[12] = {12, "Дополнительные соглашения", 200, false};
  for (const Id category : {Id{10}, Id{12}}) {
    add_default_stages(portal, contracts, category, contract);
    add_stage(portal, contracts, category, "SUCCESS", "Согласован", 'S', 100);
    add_stage(portal, contracts, category, "FAIL", "Отклонён", 'F', 110);
  }
  add_user_fields(contracts, "UF_CRM_10_");

  add_companies(portal);
  add_storage(portal, "Общий диск", "common", "shared_files_s1");
  for (const auto& [id, user] : portal.users) {
    if (user.external_auth.empty()) add_storage(portal, user.full_name(), "user", std::to_string(id));
  }
}

}  // namespace sedlink::sim::b24
