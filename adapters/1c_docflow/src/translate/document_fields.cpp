#include "translate/document_fields.hpp"

#include <algorithm>

#include "client/classify.hpp"
#include "sedlink/core/text.hpp"
#include "translate/dates.hpp"

namespace sedlink::onec_docflow {
namespace {

struct FieldRow {
  std::string_view neutral, internal, incoming, outgoing;  // of 2.1; empty = the type has no such field
  std::string_view document;                               // of 3.0
};
// category has no field of that name in the service; its «Вопрос деятельности» is the nearest. 3.0 keeps no signer of
// ours on the document: who signs is an action of its processing.
constexpr FieldRow fields[] = {
    {"title", "title", "title", "title", "title"},
    {"subject", "summary", "summary", "summary", "summary"},
    {"kind", "documentType", "documentType", "documentType", "documentType"},
    {"category", "activityMatter", "activityMatter", "activityMatter", "activityMatter"},
    {"sum", "sum", "sum", "sum", "sum"},
    {"currency", "currency", "currency", "currency", "currency"},
    {"vat", "VAT", "", "", "VAT"},
    {"counterparty", "correspondent", "correspondent", "correspondent", "correspondent"},
    {"our_company", "organization", "organization", "organization", "organization"},
    {"department", "subdivision", "subdivision", "subdivision", "subdivision"},
    {"folder", "folder", "", "", "folder"},
    {"responsible", "responsible", "responsible", "responsible", "responsible"},
    {"author", "author", "", "author", "author"},
    {"addressee", "addressee", "addressee", "addressee", "addressee"},
    {"signer", "signer", "signer", "signer", ""},
    {"number", "regNumber", "regNumber", "regNumber", "regNumber"},
    {"date", "regDate", "regDate", "regDate", "regDate"},
    {"valid_from", "beginDate", "", "", "beginDate"},
    {"valid_till", "endDate", "", "", "endDate"},
    {"comment", "comment", "comment", "comment", "comment"},
};

Error bad_value(std::string_view field, const std::string& value, std::string_view wanted) {
  return make_error(Fault::rejected, Audience::user, "edms.value",
                    "Поле документа «" + std::string(field) + "»: «" + text::ellipsis(value, 80) + "» — ожидалось " +
                        std::string(wanted));
}

Result<std::string> decimal(std::string_view field, const std::string& raw) {
  std::string value = text::replace_all(std::string(text::trim(raw)), "\xC2\xA0", "");
  std::erase(value, ' ');
  std::replace(value.begin(), value.end(), ',', '.');
  bool digits = false;
  std::size_t points = 0;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    if (c >= '0' && c <= '9') {
      digits = true;
    } else if (c == '.') {
      ++points;
    } else if (!(i == 0 && (c == '-' || c == '+'))) {
      return bad_value(field, raw, "число");
    }
  }
  if (!digits || points > 1) return bad_value(field, raw, "число");
  return value;
}

bool all_digits(std::string_view s) {
  return !s.empty() && std::all_of(s.begin(), s.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Result<std::string> date(std::string_view field, const Value& value, const TimeZone& zone) {
  if (const auto* time = std::get_if<Time>(&value.variant())) return write_local(*time, zone);
  const std::string raw = value.to_text();
  const std::string_view v = text::trim(raw);
  if (v.size() == 10 && v[4] == '-' && v[7] == '-') return std::string(v) + "T00:00:00";
  if (v.size() >= 10 && v[2] == '.' && v[5] == '.' && all_digits(v.substr(6, 4))) {
    return std::string(v.substr(6, 4)) + "-" + std::string(v.substr(3, 2)) + "-" + std::string(v.substr(0, 2)) +
           "T00:00:00";
  }
  if (const auto parsed = parse_iso8601(v)) return write_local(parsed.value(), zone);
  if (zone.from_local(v)) return std::string(v.substr(0, 19));
  return bad_value(field, raw, "дата");
}

}  // namespace

const std::vector<DocumentType>& document_types(Edition edition) {
  static const std::vector<DocumentType> second = {
      {"internal", "DMInternalDocument", "DMInternalDocumentType", "внутренний документ"},
      {"incoming", "DMIncomingDocument", "DMIncomingDocumentType", "входящий документ"},
      {"outgoing", "DMOutgoingDocument", "DMOutgoingDocumentType", "исходящий документ"},
  };
  static const std::vector<DocumentType> third = {
      {"internal", "DMDocument", "DMDocumentType", "документ"},
      {"incoming", "DMDocument", "DMDocumentType", "документ"},
      {"outgoing", "DMDocument", "DMDocumentType", "документ"},
      {"document", "DMDocument", "DMDocumentType", "документ"},
  };
  return edition == Edition::v3 ? third : second;
}

const DocumentType* document_type(Edition edition, std::string_view name) {
  for (const DocumentType& t : document_types(edition)) {
    if (t.neutral == name || t.type == name) return &t;
  }
  return nullptr;
}

std::string own_field(const DocumentType& type, std::string_view neutral) {
  if (neutral.starts_with("vendor.")) return std::string(neutral.substr(7));
  for (const FieldRow& row : fields) {
    if (row.neutral != neutral) continue;
    return std::string(type.type == "DMDocument"    ? row.document
                       : type.neutral == "internal" ? row.internal
                       : type.neutral == "incoming" ? row.incoming
                                                    : row.outgoing);
  }
  return {};
}

std::vector<std::string> neutral_fields(Edition edition) {
  std::vector<std::string> names;
  for (const FieldRow& row : fields) {
    if (edition == Edition::v2 || !row.document.empty()) names.emplace_back(row.neutral);
  }
  return names;
}

Result<std::string> scalar_text(std::string_view field, std::string_view xs_type, const Value& value,
                                const TimeZone& zone) {
  if (xs_type == "xs:decimal" || xs_type == "xs:integer" || xs_type == "xs:int" || xs_type == "xs:byte") {
    return decimal(field, value.to_text());
  }
  if (xs_type == "xs:dateTime") return date(field, value, zone);
  if (xs_type == "xs:date") {
    auto whole = date(field, value, zone);
    if (!whole) return whole;
    return whole.value().substr(0, 10);
  }
  if (xs_type == "xs:boolean") {
    if (const auto* b = std::get_if<bool>(&value.variant())) return std::string(*b ? "true" : "false");
    const std::string word = text::fold(value.to_text());
    if (word == "true" || word == "1" || word == "y" || word == "да") return std::string("true");
    if (word == "false" || word == "0" || word == "n" || word == "нет") return std::string("false");
    return bad_value(field, value.to_text(), "да или нет");
  }
  return value.to_text();
}

}  // namespace sedlink::onec_docflow
