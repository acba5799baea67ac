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

std::vector<Field> system_fields(int id, const EntityType& type) {
  std::vector<Field> out;
  out.push_back(make("id", "integer", "ID", true));
  out.push_back(make("xmlId", "string", "Внешний код"));
  out.push_back(make("title", "string", id == 4 ? "Название компании" : "Название"));
  if (id == 3) {
    out.back().read_only = true;
    out.push_back(make("name", "string", "Имя"));
    out.push_back(make("lastName", "string", "Фамилия"));
    out.push_back(make("secondName", "string", "Отчество"));
    out.push_back(make("post", "string", "Должность"));
  }
  if (id == 4) {
    out.push_back(make("companyType", "crm_status", "Тип компании"));
    out.push_back(make("industry", "crm_status", "Сфера деятельности"));
    out.push_back(make("isMyCompany", "boolean", "Моя компания"));
    out.back().immutable = true;
  }
  out.push_back(make("createdBy", "user", "Кем создан", true));
  out.push_back(make("updatedBy", "user", "Кем обновлен", true));
  if (type.has_stages) out.push_back(make("movedBy", "user", "Кем изменена стадия", true));
  out.push_back(make("createdTime", "datetime", "Когда создан", true));
  out.push_back(make("updatedTime", "datetime", "Когда обновлен", true));
  if (type.has_stages) out.push_back(make("movedTime", "datetime", "Когда изменена стадия", true));
  if (type.has_categories || type.has_stages) out.push_back(make("categoryId", "crm_category", "Воронка"));
  out.push_back(make("opened", "boolean", "Доступен для всех"));
  if (type.has_stages) {
    out.push_back(make("stageId", "crm_status", "Стадия"));
    out.push_back(make(id == 2 ? "stageSemanticId" : "previousStageId", id == 2 ? "string" : "crm_status",
                       id == 2 ? "Группа стадии" : "Предыдущая стадия", true));
    out.push_back(make("begindate", "date", "Дата начала"));
    out.push_back(make("closedate", "date", "Дата завершения"));
    if (id == 2) out.push_back(make("closed", "boolean", "Закрыта", true));
    if (id == 2) out.push_back(make("typeId", "crm_status", "Тип сделки"));
    out.push_back(make("companyId", "crm_company", "Компания"));
    out.push_back(make("contactId", "crm_contact", "Контакт"));
    out.push_back(make("contactIds", "crm_contact", "Контакты", false, true));
    out.push_back(make("opportunity", "double", "Сумма"));
    out.push_back(make("isManualOpportunity", "boolean", "Сумма задана вручную"));
    out.push_back(make("taxValue", "double", "Сумма налога", true));
    out.push_back(make("currencyId", "crm_currency", "Валюта"));
    out.push_back(make("mycompanyId", "crm_company", "Реквизиты вашей компании"));
    out.push_back(make("observers", "user", "Наблюдатели", false, true));
    if (id != 2) out.push_back(make("parentId2", "crm_deal", "Сделка"));
  }
  if (id == 3) out.push_back(make("companyId", "crm_company", "Компания"));
  out.push_back(make("sourceId", "crm_status", "Источник"));
  out.push_back(make("sourceDescription", "text", "Дополнительно об источнике"));
  if (!type.dynamic) out.push_back(make("comments", "text", "Комментарий"));
  if (!type.dynamic) out.push_back(make("originatorId", "string", "Внешний источник"));
  if (!type.dynamic) out.push_back(make("originId", "string", "ID во внешнем источнике"));
  out.push_back(make("assignedById", "user", "Ответственный"));
  out.push_back(make("lastActivityTime", "datetime", "Последняя активность", true));
  if (type.dynamic) {
    out.push_back(make("entityTypeId", "integer", "Тип сущности", true));
    out.back().immutable = true;
  }
  if (id == 3 || id == 4) out.push_back(make("fm", "crm_multifield", "Контактная информация", false, true));
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
