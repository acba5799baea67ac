#pragma once
// Entities as JSON, both ways (directum.md A4, A5, A7.4).
#include "installation.hpp"
#include "query.hpp"
#include "sedlink/sim/json.hpp"

namespace sedlink::sim::directum {

// `declared`: the type of the set that was asked; another one is told by @odata.type.
[[nodiscard]] json::object write_entity(const Installation& base, const Entity& entity, const Type& declared,
                                        const Query& query);
[[nodiscard]] json::value write_value(const Installation& base, const Value& value);
// {"Id": guid, "Value": base64}; a token of the content store stands for the bytes.
[[nodiscard]] json::object write_binary(const Entity& owner, const Property& property, const ContentPtr& content);

// The selected rows or entities of a list: filter, order, skip, top. Ids of the whole result when it counts.
struct Selection {
  std::vector<const Entity*> shown;
  std::size_t total = 0;
};
[[nodiscard]] Selection select_entities(const Installation& base, const Type& type, const Query& query);
[[nodiscard]] Selection select_rows(const Installation& base, const std::vector<std::unique_ptr<Entity>>& rows,
                                    const Query& query);

// Puts the members of a body into the entity; throws Refusal and leaves it as it was. `inside`: the simulator's own
// calls may write what only the server writes.
void read_entity(Installation& base, Entity& entity, const json::object& body, bool inside = false);
// The content of {"Value": base64} or of null. Throws Refusal.
[[nodiscard]] ContentPtr read_binary(Installation& base, const json::value& value);
// Throws Refusal (400) with the wording for enumerations (directum.md A5).
void check_enumeration(const Property& property, std::string_view value);
// Throws Refusal (400) naming the first required property that is empty.
void check_required(const Installation& base, const Entity& entity);

}  // namespace sedlink::sim::directum
