#include "translate/documents.hpp"

#include <algorithm>

#include "sedlink/core/text.hpp"
#include "wire/error.hpp"

namespace sedlink::directum {
namespace {

struct FieldRow {
  std::string_view neutral, own, russian;  // own empty: by the type
};
constexpr FieldRow fields[] = {{"title", "Name", "Название"},
                               {"subject", "Subject", "Содержание"},
                               {"kind", "DocumentKind", "Вид документа"},
                               {"category", "DocumentGroup", "Категория"},
                               {"sum", "TotalAmount", "Сумма"},
                               {"currency", "Currency", "Валюта"},
                               {"vat", "VatAmount", "Сумма НДС"},
                               {"counterparty", "", "Контрагент"},
                               {"our_company", "BusinessUnit", "Наша организация"},
                               {"department", "Department", "Подразделение"},
                               {"responsible", "", "Ответственный"},
                               {"author", "PreparedBy", "Подготовил"},
                               {"addressee", "Addressee", "Адресат"},
                               {"signer", "OurSignatory", "Подписал"},
                               {"comment", "Note", "Примечание"},
                               {"number", "", "Номер"},
                               {"date", "", "Дата"},
                               {"valid_from", "ValidFrom", "Действует с"},
                               {"valid_till", "ValidTill", "Действует по"}};

Error bad_value(std::string_view field, const std::string& value, const char* expected) {
  return make_error(Fault::rejected, Audience::user, "edms.value",
                    russian_field(field) + ": «" + text::ellipsis(value, 80) + "» — ожидалось " + expected);
}

bool digits(std::string_view s) {
  return !s.empty() && std::all_of(s.begin(), s.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// "150 000,50" -> "150000.50": a JSON number. The sign may lead.
Result<std::string> decimal(std::string_view field, const std::string& raw) {
  std::string out;
  bool point = false, any = false;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const char c = raw[i];
    if (c >= '0' && c <= '9') {
      out += c;
      any = true;
    } else if ((c == '.' || c == ',') && !point && any) {
      point = true;
      out += '.';
    } else if (c == '-' && out.empty()) {
      out += c;
    } else if (c == ' ' || raw.compare(i, 2, "\xC2\xA0") == 0) {
      if (c != ' ') ++i;
    } else {
      return bad_value(field, raw, "число");
    }
  }
  if (!any) return bad_value(field, raw, "число");
  if (out.back() == '.') out.pop_back();
  const std::size_t first = out.front() == '-' ? 1 : 0;  // JSON knows no leading zeros
  std::size_t zeros = first;
  while (zeros + 1 < out.size() && out[zeros] == '0' && out[zeros + 1] != '.') ++zeros;
  return out.erase(first, zeros - first);
}

}  // namespace

const std::vector<DocumentType>& document_types() {
  static const std::vector<DocumentType> all = {
      {"contract", "IContracts", "f37c7e63-b134-4446-9b5b-f8811f6c9666", "договор", "Counterparty",
       "ResponsibleEmployee", "RegistrationNumber", "RegistrationDate", true},
      {"supplement", "ISupAgreements", "265f2c57-6a8a-4a15-833b-ca00e8047fa5", "доп. соглашение", "Counterparty",
       "ResponsibleEmployee", "RegistrationNumber", "RegistrationDate"},
      {"act", "IContractStatements", "f2f5774d-5ca3-4725-b31d-ac618f6b8850", "акт", "Counterparty",
       "ResponsibleEmployee", "Number", "Date"},
      {"waybill", "IWaybills", "4e81f9ca-b95a-4fd4-bf76-ea7176c215a7", "накладная", "Counterparty",
       "ResponsibleEmployee", "Number", "Date"},
      {"universal_transfer", "IUniversalTransferDocuments", "58986e23-2b0a-4082-af37-bd1991bc6f7e", "УПД",
       "Counterparty", "ResponsibleEmployee", "Number", "Date"},
      {"incoming_invoice", "IIncomingInvoices", "a523a263-bc00-40f9-810d-f582bae2205d", "входящий счёт", "Counterparty",
       "ResponsibleEmployee", "Number", "Date"},
      {"outgoing_invoice", "IOutgoingInvoices", "58ad01fb-6805-426b-9152-4de16d83b258", "исходящий счёт",
       "Counterparty", "ResponsibleEmployee", "Number", "Date"},
      {"incoming_tax_invoice", "IIncomingTaxInvoices", "74c9ddd4-4bc4-42b6-8bb0-c91d5e21fb8a", "входящий счёт-фактура",
       "Counterparty", "ResponsibleEmployee", "Number", "Date"},
      {"outgoing_tax_invoice", "IOutgoingTaxInvoices", "f50c4d8a-56bc-43ef-bac3-856f57ca70be", "исходящий счёт-фактура",
       "Counterparty", "ResponsibleEmployee", "Number", "Date"},
      {"incoming", "IIncomingLetters", "8dd00491-8fd0-4a7a-9cf3-8b6dc2e6455d", "входящее письмо", "Correspondent",
       "Assignee", "InNumber", "Dated"},
      {"outgoing", "IOutgoingLetters", "d1d2a452-7732-4ba8-b199-0a4dc78898ac", "исходящее письмо", "Correspondent",
       "PreparedBy", "RegistrationNumber", "RegistrationDate", true},
      {"internal", "ISimpleDocuments", "09584896-81e2-4c83-8f6c-70eb8321e1d0", "простой документ", "", "Assignee",
       "RegistrationNumber", "RegistrationDate"},
      {"memo", "IMemos", "95af409b-83fe-4697-a805-5a86ceec33f5", "служебная записка", "", "PreparedBy",
       "RegistrationNumber", "RegistrationDate"},
      {"order", "IOrders", "9570e517-7ab7-4f23-a959-3652715efad3", "приказ", "", "PreparedBy", "RegistrationNumber",
       "RegistrationDate"},
      {"directive", "ICompanyDirectives", "264ada4e-b272-4ecc-a115-1246c9556bfa", "распоряжение", "", "PreparedBy",
       "RegistrationNumber", "RegistrationDate"},
      {"addendum", "IAddendums", "58b9ed35-9c84-46cd-aa79-9b5ef5a82f5d", "приложение к документу", "", "Assignee",
       "RegistrationNumber", "RegistrationDate"},
      {"counterparty_document", "ICounterpartyDocuments", "49d0c5e7-7069-44d2-8eb6-6e3098fc8b10",
       "сведения о контрагенте", "Counterparty", "Assignee", "RegistrationNumber", "RegistrationDate"},
  };
  return all;
}

const DocumentType* document_type(std::string_view name) {
  for (const DocumentType& t : document_types()) {
    if (t.neutral == name || t.set == name) return &t;
    const std::string_view type = t.set.substr(1, t.set.size() - 2);  // "IContracts" -> "Contract"
    if (type == name) return &t;
  }
  return nullptr;
}

std::string own_field(const DocumentType& type, std::string_view neutral) {
  if (neutral.starts_with("vendor.")) return std::string(neutral.substr(7));
  if (neutral == "counterparty") return std::string(type.counterparty);
  if (neutral == "responsible") return std::string(type.responsible);
  if (neutral == "number") return std::string(type.number);
  if (neutral == "date") return std::string(type.date);
  for (const FieldRow& row : fields) {
    if (row.neutral == neutral) return std::string(row.own);
  }
  return {};
}

std::vector<std::string> neutral_fields() {
  std::vector<std::string> names;
  for (const FieldRow& row : fields) names.emplace_back(row.neutral);
  return names;
}

std::string russian_field(std::string_view neutral) {
  for (const FieldRow& row : fields) {
    if (row.neutral == neutral) return std::string(row.russian);
  }
  return "Поле «" + std::string(neutral) + "»";
}

std::string card_link(std::string_view web_url, std::string_view guid, std::int64_t id) {
  return std::string(web_url) + "#/card/" + std::string(guid) + "/" + std::to_string(id);
}

Result<std::string> day_text(std::string_view field, const Value& value, const TimeZone& zone, DateForm form) {
  std::string day;  // yyyy-mm-dd in the installation's zone
  if (const auto* time = std::get_if<Time>(&value.variant())) {
    day = zone.to_local(*time).substr(0, 10);
  } else {
    const std::string raw = value.to_text();
    const std::string_view v = text::trim(raw);
    if (v.size() >= 10 && v[2] == '.' && v[5] == '.') {
      day = std::string(v.substr(6, 4)) + "-" + std::string(v.substr(3, 2)) + "-" + std::string(v.substr(0, 2));
    } else if (const auto parsed = parse_iso8601(v)) {
      day = zone.to_local(parsed.value()).substr(0, 10);
    } else {
      day = std::string(v.substr(0, 10));
    }
    const bool shaped = day.size() == 10 && digits(day.substr(0, 4)) && day[4] == '-' && digits(day.substr(5, 2)) &&
                        day[7] == '-' && digits(day.substr(8, 2));
    if (!shaped || !zone.from_local(day + "T00:00:00")) return bad_value(field, raw, "дата");
  }
  if (form == DateForm::plain) return day;
  if (form == DateForm::utc) return day + "T00:00:00Z";
  const auto midnight = zone.from_local(day + "T00:00:00");
  if (!midnight) return bad_value(field, day, "дата");
  return zone.to_offset_iso(midnight.value());
}

Result<void> put_value(Body& body, std::string_view property, std::string_view edm_type, std::string_view field,
                       const Value& value, const TimeZone& zone, DateForm form) {
  if (edm_type == "Edm.DateTimeOffset" || edm_type == "Edm.Date") {
    auto day = day_text(field, value, zone, edm_type == "Edm.Date" ? DateForm::plain : form);
    if (!day) return day.error();
    body.text(property, day.value());
    return {};
  }
  if (edm_type == "Edm.Boolean") {
    const auto* known = std::get_if<bool>(&value.variant());
    const std::string word = text::fold(value.to_text());
    const bool yes = known != nullptr ? *known : word == "true" || word == "1" || word == "y" || word == "да";
    const bool no = known != nullptr || word == "false" || word == "0" || word == "n" || word == "нет";
    if (!yes && !no) return bad_value(field, value.to_text(), "да или нет");
    body.flag(property, yes);
    return {};
  }
  if (edm_type == "Edm.Double" || edm_type == "Edm.Decimal" || edm_type == "Edm.Single" || edm_type == "Edm.Int16" ||
      edm_type == "Edm.Int32" || edm_type == "Edm.Int64") {
    auto number = decimal(field, value.to_text());
    if (!number) return number.error();
    if (edm_type.starts_with("Edm.Int") && number.value().find('.') != std::string::npos)
      return bad_value(field, value.to_text(), "целое число");
    body.decimal(property, number.value());
    return {};
  }
  body.text(property, value.to_text());
  return {};
}

std::string key_line(std::string_view key) { return "sedlink:" + std::string(key); }

std::string with_key(std::string_view given, std::string_view key, std::size_t most) {
  const std::string line = key_line(key);
  if (text::trim(given).empty()) return line;
  if (most == 0) return std::string(given) + "\n" + line;
  return text::ellipsis(given, most - line.size() - 1) + "\n" + line;
}

bool has_key(std::string_view given, std::string_view key) {
  return !key.empty() && given.find(key_line(key)) != std::string_view::npos;
}

}  // namespace sedlink::directum
