#include <algorithm>

#include "crm.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::sim::b24 {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

Field make(std::string name, std::string type, std::string title, bool read_only = false, bool multiple = false) {
  Field field;
  field.name = std::move(name);
  field.upper = upper_name(field.name);
  field.type = std::move(type);
  field.title = std::move(title);
  field.read_only = read_only;
  field.multiple = multiple;
  return field;
}

std::string capitalized(std::string_view word) {
  std::string out = text::to_lower_ascii(word);
  if (!out.empty() && out[0] >= 'a' && out[0] <= 'z') out[0] = static_cast<char>(out[0] - 32);
  return out;
}

}  // namespace

std::string upper_name(const std::string& camel) {
  std::string out;
  for (std::size_t i = 0; i < camel.size(); ++i) {
    const char c = camel[i];
    const bool number_begins = is_digit(c) && i > 0 && !is_digit(camel[i - 1]);
    if (is_upper(c) || number_begins) out += '_';
    out += c;
  }
  return text::to_upper_ascii(out);
}

std::string user_field_name(const std::string& upper, bool dynamic_type) {
  constexpr std::string_view prefix = "UF_CRM_";
  if (!upper.starts_with(prefix)) return upper;
  std::string rest = upper.substr(prefix.size());
  std::string number;
  if (dynamic_type) {
    const auto end = rest.find('_');
    const std::string head = rest.substr(0, end);
    if (end != std::string::npos && !head.empty() && std::all_of(head.begin(), head.end(), is_digit)) {
      number = head;
      rest = rest.substr(end + 1);
    }
  }
  const bool has_digit = std::any_of(rest.begin(), rest.end(), is_digit);
  const bool has_letter = std::any_of(rest.begin(), rest.end(), is_upper);
  const bool only_digits = has_digit && !has_letter && rest.find('_') == std::string::npos;
  if (!number.empty() && only_digits) return "ufCrm" + number + "_" + rest;
  if (!has_digit && has_letter) {
    std::string out = "ufCrm" + number;
    for (const std::string& word : text::split(rest, '_')) out += capitalized(word);
    return out;
  }
  return "ufCrm_" + (number.empty() ? "" : number + "_") + rest;
}

namespace {

// Which of the system's fields a kind of object has (vendor's page "object fields"; bitrix24.md 7.1).
struct Kind {
  bool moved = false;      // movedTime, movedBy
  bool category = false;   // categoryId
  bool previous = false;   // previousStageId
  bool semantics = false;  // stageSemanticId
  bool dates = false;      // begindate, closedate
  bool source = false, comments = false, origin = false, observers = false, tax = false, mine = false;
};

Kind kind_of(int id, bool stages) {
  Kind k;
  const bool item_like = id == 31 || id >= 36;
  k.moved = stages && id != 7;
  k.category = stages && id != 1 && id != 7;
  k.previous = id == 2 || (stages && item_like);
  k.semantics = id == 1 || id == 2;
  k.dates = stages && id != 1;
  k.source = id != 7;
  k.comments = id != 3 && id < 36;
  k.origin = id >= 1 && id <= 4;
  k.observers = id != 7;
  k.tax = stages && id != 1;
  k.mine = stages && id != 1;
  return k;
}

}  // namespace

std::vector<Field> system_fields(int id, const EntityType& type) {
  const Kind kind = kind_of(id, type.has_stages);
  std::vector<Field> out;
  const auto add = [&](std::string name, std::string field_type, std::string title, bool read_only = false,
                       bool multiple = false) {
    out.push_back(make(std::move(name), std::move(field_type), std::move(title), read_only, multiple));
  };
  add("id", "integer", "ID", true);
  if (id >= 31) add("xmlId", "string", "Внешний код");
  add("title", "string", id == 4 ? "Название компании" : "Название");
  if (id == 3) {
    out.back().read_only = true;
    add("name", "string", "Имя");
    add("lastName", "string", "Фамилия");
    add("secondName", "string", "Отчество");
    add("post", "string", "Должность");
  }
  if (id == 4) {
    add("typeId", "crm_status", "Тип компании");
    add("industry", "crm_status", "Сфера деятельности");
    add("isMyCompany", "boolean", "Моя компания");
    out.back().immutable = true;
  }
  if (id == 7) add("quoteNumber", "string", "Номер");
  if (id == 31) add("accountNumber", "string", "Номер");
  add("createdBy", "user", "Кем создан", true);
  add("updatedBy", "user", "Кем обновлен", true);
  if (kind.moved) add("movedBy", "user", "Кем изменена стадия", true);
  add("createdTime", "datetime", "Когда создан", true);
  add("updatedTime", "datetime", "Когда обновлен", true);
  if (kind.moved) add("movedTime", "datetime", "Когда изменена стадия", true);
  if (kind.category || type.has_categories) add("categoryId", "crm_category", "Воронка");
  add("opened", "boolean", "Доступен для всех");
  if (type.has_stages) add("stageId", "crm_status", "Стадия");
  if (kind.previous) add("previousStageId", "crm_status", "Предыдущая стадия", true);
  if (kind.semantics) add("stageSemanticId", "string", "Группа стадии", true);
  if (id == 1) add("statusDescription", "text", "Дополнительно о стадии");
  if (kind.dates) add("begindate", "date", "Дата начала");
  if (kind.dates) add("closedate", "date", "Дата завершения");
  if (id == 7) add("actualDate", "date", "Действительно до");
  if (id == 2 || id == 7) add("closed", "boolean", id == 2 ? "Закрыта" : "Закрыто", true);
  if (id == 2) add("typeId", "crm_status", "Тип сделки");
  if (id == 2) add("quoteId", "crm_quote", "Предложение");
  if (id == 7) add("dealId", "crm_deal", "Сделка");
  if (id == 2 || id == 7) add("leadId", "crm_lead", "Лид");
  if (type.has_stages || id == 3) add("companyId", "crm_company", "Компания");
  if (id == 1) add("companyTitle", "string", "Название компании");
  if (type.has_stages) {
    add("contactId", "crm_contact", "Контакт");
    add("contactIds", "crm_contact", "Контакты", false, true);
    add("opportunity", "double", "Сумма");
    add("isManualOpportunity", "boolean", "Сумма задана вручную");
    add("currencyId", "crm_currency", "Валюта");
  }
  if (kind.tax) add("taxValue", "double", "Сумма налога", true);
  if (kind.mine) add("mycompanyId", "crm_company", "Реквизиты вашей компании");
  if (id == 7) add("content", "text", "Содержание");
  if (id == 7) add("terms", "text", "Условия");
  if (kind.observers) add("observers", "user", "Наблюдатели", false, true);
  if (type.dynamic) add("parentId2", "crm_deal", "Сделка");
  if (kind.source) add("sourceId", "crm_status", "Источник");
  if (kind.source) add("sourceDescription", "text", "Дополнительно об источнике");
  if (kind.comments) add("comments", "text", "Комментарий");
  if (kind.origin) add("originatorId", "string", "Внешний источник");
  if (kind.origin) add("originId", "string", "ID во внешнем источнике");
  add("assignedById", "user", "Ответственный");
  add("lastActivityTime", "datetime", "Последняя активность", true);
  if (id == 1 || id == 3 || id == 4) add("fm", "crm_multifield", "Контактная информация", false, true);
  return out;
}

void add_user_field(EntityType& type, Field field) {
  field.dynamic = true;
  field.name = user_field_name(field.upper, type.dynamic);
  if (type.field(field.name) != nullptr) field.name = field.upper;
  for (Field& known : type.fields) {
    if (known.upper == field.upper) {
      field.name = known.name;
      known = std::move(field);
      return;
    }
  }
  type.fields.push_back(std::move(field));
}

const Field* find_field(const EntityType& type, std::string_view name, bool original_uf_names) {
  for (const Field& field : type.fields) {
    if (field.dynamic && original_uf_names ? name == field.upper : name == field.name) return &field;
  }
  // The vendor's own examples write ufCrm_7_1739432938 where the table gives ufCrm7_1739432938.
  if (name.starts_with("ufCrm_")) {
    const std::string upper = "UF_CRM_" + std::string(name.substr(6));
    for (const Field& field : type.fields) {
      if (field.dynamic && field.upper == upper) return &field;
    }
  }
  return nullptr;
}

}  // namespace sedlink::sim::b24
