#include "service.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cstdio>

#include "entity_json.hpp"
#include "functions.hpp"
#include "metadata.hpp"
#include "sedlink/core/text.hpp"
#include "sedlink/sim/message_body.hpp"
#include "service_place.hpp"

namespace sedlink::sim::directum {

using net::ServerResponse;

ServerResponse refusal_answer(const Refusal& refusal) {
  const std::string text = refusal.what();
  switch (refusal.form) {
    case Refusal::Form::message:
      return json_answer(refusal.status, json::object{{"error", json::object{{"code", ""}, {"message", text}}}});
    case Refusal::Form::error_text: return json_answer(refusal.status, json::object{{"error", text}});
    case Refusal::Form::bare: return json_answer(refusal.status, json::string(text));
    case Refusal::Form::empty: break;
  }
  return empty_answer(refusal.status);
}

ServerResponse Service::answer(const ServiceRequest& request) {
  try {
    ServerResponse response = route(request);
    response.headers.set("OData-Version", "4.0");
    return response;
  } catch (const Refusal& refused) { return refusal_answer(refused); } catch (const std::exception& broken) {
    // Ours, not the imitated server's: told loudly.
    std::fprintf(stderr, "sedlink-sim: %s: %s\n", request.method.c_str(), broken.what());
    return refusal_answer(Refusal(500, std::string("Внутренняя ошибка имитатора: ") + broken.what()));
  }
}

ServerResponse Service::route(const ServiceRequest& request) {
  if (request.path.empty()) {
    if (request.method != "GET") return empty_answer(405);
    return json_answer(200, service_document(base_.model, url_));
  }
  const Segment& first = request.path.front();
  if (first.name == "$metadata") {
    if (request.method != "GET" || request.path.size() != 1) return empty_answer(405);
    if (metadata_.empty()) metadata_ = metadata_xml(base_.model);
    return ServerResponse(200, "application/xml", metadata_);
  }
  if (first.name == "$batch") throw Refusal(501, "Пакетные запросы имитатор не исполняет.");
  if (request.path.size() == 2 && !first.key) {
    if (const Function* function = base_.model.function(first.name, request.path[1].name))
      return call(request, *function);
  }
  const Type* type = base_.model.set(first.name);
  if (type == nullptr) return empty_answer(404);
  if (type->is_row) throw Refusal(501, "Имитатор отдает строки коллекций только у их владельцев.");
  if (!first.key) {
    if (request.path.size() == 1) return collection(request, *type);
    if (request.path.size() == 2 && request.path[1].name == "$count") {
      if (request.method != "GET") return empty_answer(405);
      Query query = parse_query(request.options, *type, base_.settings.filter);
      query.top = 0;  // nothing is shown
      const std::size_t total = select_entities(base_, *type, query).total;
      if (total == 0) return empty_answer(204);
      return ServerResponse(200, "text/plain", "\xEF\xBB\xBF" + std::to_string(total));
    }
    return empty_answer(404);
  }
  const auto id = parse_key(*first.key);
  if (!id) bad_request("Ключ '" + *first.key + "' не целое число.");
  Entity* found = base_.store.find(*type, *id);
  if (found == nullptr) {
    if (request.method == "GET" && base_.settings.missing_entity == "204") return empty_answer(204);
    return empty_answer(404);
  }
  Place place;
  place.entity = place.root = found;
  place.declared = type;
  return entity(request, place, 1);
}

// From the entity at `place` on, the part `at` of the path next.
ServerResponse Service::entity(const ServiceRequest& request, Place place, std::size_t at) {
  while (at < request.path.size()) {
    const Segment& segment = request.path[at];
    const Property* property = place.declared->find(segment.name);
    if (property == nullptr) return empty_answer(404);
    const bool last = at + 1 == request.path.size();
    if (property->kind == PropertyKind::binary) {
      const bool raw = at + 2 == request.path.size() && request.path[at + 1].name == "$value";
      if (!last && !raw) return empty_answer(404);
      return binary(request, place, *property, raw);
    }
    if (property->kind == PropertyKind::rows) {
      if (!segment.key) {
        if (!last) return empty_answer(404);
        return rows(request, place, *property);
      }
      const auto id = parse_key(*segment.key);
      Entity* row = id ? place.row(*property, *id) : nullptr;
      if (row == nullptr) return empty_answer(404);
      place.entity = row;
      place.declared = property->target;
      place.collection = property;
    } else if (property->kind == PropertyKind::link) {
      const auto* id = std::get_if<std::int64_t>(&place.entity->values[property->slot]);
      Entity* target = id == nullptr ? nullptr : base_.store.find(*property->target, *id);
      if (target == nullptr) return empty_answer(204);
      place.entity = place.root = target;
      place.declared = property->target;
      place.collection = nullptr;
      if (request.method != "GET") return empty_answer(405);
    } else {
      if (request.method != "GET" || segment.key) return empty_answer(405);
      const Value& value = place.entity->values[property->slot];
      if (is_null(value)) return empty_answer(204);
      if (last)
        return json_answer(200,
                           json::object{{"@odata.context", url_ + "$metadata"}, {"value", write_value(base_, value)}});
      return empty_answer(404);
    }
    ++at;
  }
  if (request.method == "GET") return read_entity_at(request, place);
  if (request.method == "PATCH") return patch(request, place);
  if (request.method == "DELETE") return remove(request, place);
  return empty_answer(405);
}

ServerResponse Service::read_entity_at(const ServiceRequest& request, const Place& place) {
  const Query query = parse_query(request.options, *place.declared, base_.settings.filter);
  if (query.filter || !query.order.empty() || query.top || query.skip || query.count)
    bad_request(
        "The requested resource is not a collection. Query options $filter, $orderby, $count, $skip, and $top can be "
        "applied only on collections.");
  json::object out{{"@odata.context", url_ + "$metadata#" + std::string(place.declared->set) + "/$entity"}};
  for (auto& member : write_entity(base_, *place.entity, *place.declared, query)) out[member.key()] = member.value();
  return json_answer(200, out);
}

ServerResponse Service::list_answer(const std::string& context, const Type& declared, const Selection& selection,
                                    const Query& query) {
  const bool counted = query.count && selection.total > 0;  // $top=0 and its like: the number is the answer
  if (selection.shown.empty() && !counted && base_.settings.empty_collection == "204") return empty_answer(204);
  json::object out{{"@odata.context", url_ + "$metadata#" + context}};
  if (query.count) out["@odata.count"] = selection.total;
  json::array& list = out["value"].emplace_array();
  list.reserve(selection.shown.size());
  for (const Entity* entity : selection.shown) list.push_back(write_entity(base_, *entity, declared, query));
  return json_answer(200, out);
}

ServerResponse Service::collection(const ServiceRequest& request, const Type& type) {
  if (request.method == "POST") return create(request, type);
  if (request.method != "GET") return empty_answer(405);
  const Query query = parse_query(request.options, type, base_.settings.filter);
  return list_answer(std::string(type.set), type, select_entities(base_, type, query), query);
}

ServerResponse Service::call(const ServiceRequest& request, const Function& function) {
  const bool action = request.method == "POST";
  if (action != function.is_action || (!action && request.method != "GET")) return empty_answer(404);
  const Segment& segment = request.path[1];
  Arguments arguments;
  if (action) {
    if (segment.key) return empty_answer(404);
    check_write(request);
    arguments = Arguments::of_action(function, body_object(request, true));
  } else {
    if (!segment.key) return empty_answer(404);  // `()` even for no parameters (directum.md A8)
    arguments = Arguments::of_function(function, *segment.key);
  }
  std::optional<json::value> value = call_function(base_, approval_, request.caller, function, arguments);
  if (!value || value->is_null()) return empty_answer(204);
  return json_answer(200, json::object{{"@odata.context", url_ + "$metadata"}, {"value", std::move(*value)}});
}

}  // namespace sedlink::sim::directum
