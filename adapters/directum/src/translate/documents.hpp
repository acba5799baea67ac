#pragma once
// Kinds of documents and their fields as data; values as the service takes them. Pure. Source: directum A7.1, A7.2,
// A7.4.
#include <string>
#include <string_view>
#include <vector>

#include "sedlink/core/domain.hpp"
#include "sedlink/directum/settings.hpp"
#include "wire/body.hpp"

namespace sedlink::directum {

struct DocumentType {
  std::string_view neutral, set, guid, russian;
  // Properties that differ between types; empty = the type has none. A vendor's own is reached as vendor.X anyway.
  std::string_view counterparty, responsible, number, date;
  bool subject_demanded = false;
};
[[nodiscard]] const std::vector<DocumentType>& document_types();
// By neutral name ("contract"), set ("IContracts") or type ("Contract").
[[nodiscard]] const DocumentType* document_type(std::string_view name);

// The property of the type behind a neutral field or vendor.X; empty when it has none.
[[nodiscard]] std::string own_field(const DocumentType&, std::string_view neutral);
[[nodiscard]] std::vector<std::string> neutral_fields();
[[nodiscard]] std::string russian_field(std::string_view neutral);

// Where a type GUID of any document may be named (A12).
inline constexpr std::string_view any_document = "030d8d67-9b94-4f0d-bcc6-691016eb70f3";
// …#/card/{typeGuid}/{id} (A12)
[[nodiscard]] std::string card_link(std::string_view web_url, std::string_view guid, std::int64_t id);

// A day as the service takes it (setting `dates`), from a time or a text in one of the usual forms. Errors:
// rejected edms.value (audience user).
[[nodiscard]] Result<std::string> day_text(std::string_view field, const Value&, const TimeZone&, DateForm);
// Writes a plain value by the property's EDM type. Errors: rejected edms.value.
[[nodiscard]] Result<void> put_value(Body&, std::string_view property, std::string_view edm_type,
                                     std::string_view field, const Value&, const TimeZone&, DateForm);

// ---- our key inside texts (architecture §7) ------------------------------------------------------------------------

[[nodiscard]] std::string key_line(std::string_view key);  // "sedlink:<key>"
// `text` with the key as its last line, cut so that the whole has at most `most` code points (0 = no limit).
[[nodiscard]] std::string with_key(std::string_view text, std::string_view key, std::size_t most);
// People and RX may write behind it.
[[nodiscard]] bool has_key(std::string_view text, std::string_view key);

}  // namespace sedlink::directum
