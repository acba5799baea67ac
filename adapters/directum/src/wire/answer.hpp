#pragma once
// Answers of the service as values: collections, entities, values of functions, dates, tokens (directum A5). Pure.
#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sedlink/core/clock.hpp"

namespace sedlink::directum {

using Row = boost::json::object;

struct Page {
  Page() = default;
  std::vector<Row> rows;
  std::string next;  // @odata.nextLink, as sent
};

// A body may start with a BOM. 204 is the empty collection (A5); nothing under another status is no answer at all:
// taken for an empty list it would make things twice. Errors: transient rx.json (cut off or damaged), transient
// rx.html, defect rx.shape.
[[nodiscard]] Result<Page> read_collection(int status, std::string_view body);
[[nodiscard]] Result<Row> read_entity(std::string_view body);
// The value of a function or action: {"value": x}, a bare value, or null for 204 and an empty body.
[[nodiscard]] Result<boost::json::value> read_value(int status, std::string_view body);
// An id told by an action: number or numeric string. Errors: ambiguous rx.shape (the action was done).
[[nodiscard]] Result<std::int64_t> read_created_id(int status, std::string_view body);
// The answer of …/token: plain text, a JSON string or an object with the token in it (assumed, A2). Errors: rx.token.
[[nodiscard]] Result<std::string> read_token(std::string_view body);

// ---- members of a row -----------------------------------------------------------------------------------------------

// Defect rx.type naming the member when it is there and of another type; absent and null are told by the optional.
[[nodiscard]] Result<std::optional<std::int64_t>> integer_of(const Row&, std::string_view name);
[[nodiscard]] Result<std::int64_t> id_of(const Row&);                          // "Id", demanded and positive
[[nodiscard]] Result<std::string> text_of(const Row&, std::string_view name);  // empty when absent or null
[[nodiscard]] Result<bool> flag_of(const Row&, std::string_view name);
// With an offset; without one it is in `zone`; a bare date is its midnight there.
[[nodiscard]] Result<std::optional<Time>> time_of(const Row&, std::string_view name, const TimeZone& zone);
// An expanded link; null when it is not set. Errors: rx.type.
[[nodiscard]] Result<const Row*> link_of(const Row&, std::string_view name);
[[nodiscard]] Result<std::vector<const Row*>> rows_of(const Row&, std::string_view name);

// "#Sungero.IntegrationService.Models.Generated.Docflow.IApprovalAssignmentDto" -> "IApprovalAssignmentDto" (A3); empty
// when the answer does not say.
[[nodiscard]] std::string type_of(const Row&);

}  // namespace sedlink::directum
