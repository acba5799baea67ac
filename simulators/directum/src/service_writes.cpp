// Requests that change something (directum.md A5, A7.4, A7.5).
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "entity_json.hpp"
#include "sedlink/core/text.hpp"
#include "sedlink/sim/message_body.hpp"
#include "service_place.hpp"

namespace sedlink::sim::directum {

using net::ServerResponse;

ServerResponse json_answer(int status, const json::value& body) {
  return ServerResponse(status, "application/json; odata.metadata=minimal; odata.streaming=true; charset=utf-8",
                        json::serialize(body));
}

ServerResponse empty_answer(int status) {
  ServerResponse response;
  response.status = status;
  return response;
}

json::object body_object(const ServiceRequest& request, bool may_be_empty) {
  const std::string_view text = text::trim(*request.body);
  if (text.empty() && may_be_empty) return {};
  boost::system::error_code failed;
  json::value value = json::parse(text, failed);
  if (failed || !value.is_object()) bad_request("Тело запроса не читается как объект JSON.");
  return std::move(value.get_object());
}

// Both headers are mandatory on requests with a body (directum.md A5).
void Service::check_write(const ServiceRequest& request) const {
  const std::string type = net::media_type(request.headers->get("Content-Type").value_or(""));
  if (!text::iequals_ascii(type, "application/json")) bad_request("Укажите заголовок Content-Type: application/json.");
  const std::string accept = text::to_lower_ascii(request.headers->get("Accept").value_or(""));
  const bool any = accept.find("*/*") != std::string::npos && base_.settings.any_accept;
  if (accept.find("application/json") == std::string::npos && !any)
    bad_request("Укажите заголовок Accept: application/json.");
}

// 403 without rights, 400 while somebody has it open.
void Service::check_document(const Entity& entity, bool body_too) const {
  if (!entity.type->is("ElectronicDocument")) return;
  check_changeable(base_, entity);
  if (approval_.restricting(entity.id()) != nullptr) throw Refusal(403, "Нет прав на изменение документа.");
  if (body_too && entity.flag("VersionsLocked")) bad_request("Версии документа заблокированы.");
}

ServerResponse Service::written(const ServiceRequest& request, const Entity& entity, const Type& declared, int status,
                                bool by_default) {
  const std::string wish = text::to_lower_ascii(request.headers->get("Return").value_or(""));
  const Query query = parse_query(request.options, declared, base_.settings.filter);
  const bool body = wish == "representation" || !query.expand.empty() || (by_default && wish != "minimal");
  if (!body) return empty_answer(status == 201 ? 201 : 204);
  json::object out{{"@odata.context", url_ + "$metadata#" + std::string(declared.set) + "/$entity"}};
  for (auto& member : write_entity(base_, entity, declared, query)) out[member.key()] = member.value();
  return json_answer(status, out);
}

ServerResponse Service::create(const ServiceRequest& request, const Type& type) {
  check_write(request);
  (void)parse_query(request.options, type, base_.settings.filter);
  const json::object body = body_object(request, false);
  if (type.is_abstract) bad_request("Нельзя создать сущность абстрактного типа " + std::string(type.name) + ".");
  // Tasks come from module functions only: how attachment groups would be given is unknown (directum.md A9.1).
  if (type.is("Task") || type.is("Assignment") || type.is("Notice"))
    bad_request("Сущности этого типа не создаются через сервис интеграции.");
  Entity& made = base_.store.create(type);
  try {
    const bool document = type.is("ElectronicDocument");
    if (document) begin_document(base_, made, request.caller);
    read_entity(base_, made, body);
    if (type.is("Person") && made.text("Name").empty())
      made.set("Name", std::string(text::trim(made.text("LastName") + " " + made.text("FirstName") + " " +
                                              made.text("MiddleName"))));
    if (type.is("Employee")) made.set("Name", base_.name_of("Person", made.link("Person")));
    if (document) {
      for (const auto& version : made.list("Versions")) begin_version(base_, made, *version, request.caller);
      made.set("HasVersions", !made.list("Versions").empty());
      save_document(base_, made, true);
    } else {
      check_required(base_, made);
    }
  } catch (const Refusal&) {
    base_.store.remove(made);
    throw;
  }
  return written(request, made, type, 201, true);
}

ServerResponse Service::rows(const ServiceRequest& request, Place& place, const Property& property) {
  if (request.method == "POST") return create_row(request, place, property);
  if (request.method == "DELETE") {  // the whole collection (directum.md A14)
    check_document(*place.root, true);
    if (place.root->type->is("Task") || place.root->type->is("Assignment"))
      bad_request("Коллекция доступна только для чтения.");
    place.entity->rows[property.slot].clear();
    if (place.root->type->is("ElectronicDocument")) base_.touch(*place.root);
    return empty_answer(204);
  }
  if (request.method != "GET") return empty_answer(405);
  const Query query = parse_query(request.options, *property.target, base_.settings.filter);
  static const std::vector<std::unique_ptr<Entity>> none;
  const auto found = place.entity->rows.find(property.slot);
  const Selection selection = select_rows(base_, found == place.entity->rows.end() ? none : found->second, query);
  return list_answer(std::string(property.target->set), *property.target, selection, query);
}

ServerResponse Service::create_row(const ServiceRequest& request, Place& place, const Property& property) {
  check_write(request);
  check_document(*place.root, true);
  if (place.root->type->is("Assignment") || (place.root->type->is("Task") && place.root->text("Status") != "Draft"))
    bad_request("Коллекция доступна только для чтения.");
  const json::object body = body_object(request, false);
  Entity& row = base_.store.add_row(*place.entity, property);
  try {
    if (property.target->is("ElectronicDocumentVersions")) {
      const json::value* number = find_ignoring_case(body, "Number");
      begin_version(base_, *place.root, row, request.caller);
      if (number != nullptr && number->is_int64()) {
        for (const auto& other : place.entity->rows[property.slot]) {
          if (other.get() != &row && other->link("Number") == number->get_int64())
            bad_request("Версия с номером " + std::to_string(number->get_int64()) + " уже существует.");
        }
      }
    }
    read_entity(base_, row, body);
    check_required(base_, row);
  } catch (const Refusal&) {
    base_.store.remove(row);
    throw;
  }
  if (place.root->type->is("ElectronicDocument")) {
    if (property.name == "Versions") {
      place.root->set("HasVersions", true);
      place.root->set("LastVersionApproved", false);
      place.root->set("LastVersionSignatureType", Value());
      if (row.link("AssociatedApplication") != 0)
        place.root->set("AssociatedApplication", row.get("AssociatedApplication"));
    }
    base_.touch(*place.root);
  }
  return written(request, row, *property.target, 201, true);
}

ServerResponse Service::binary(const ServiceRequest& request, Place& place, const Property& property, bool raw) {
  Value& value = place.entity->values[property.slot];
  if (request.method == "GET") {
    const auto* content = std::get_if<ContentPtr>(&value);
    if (content == nullptr) return empty_answer(404);
    if (!raw) {
      json::object out = write_binary(*place.entity, property, *content);
      out["@odata.context"] = url_ + "$metadata";
      return json_answer(200, out);
    }
    ServerResponse response(200, "application/octet-stream", "");
    sim::set_body(response, *content);
    return response;
  }
  const bool upload = raw ? request.method == "PUT" : request.method == "POST" || request.method == "PATCH";
  if (!upload) return empty_answer(405);
  check_document(*place.root, true);
  ContentPtr content;
  if (raw) {
    if (!request.headers->get("Content-Type")) bad_request("Укажите заголовок Content-Type: application/octet-stream.");
    content = base_.outside.contents->from_bytes(*request.body);
  } else {
    check_write(request);
    content = read_binary(base_, body_object(request, false));
  }
  if (!content) bad_request("Тело запроса не читается.");
  if (place.root->type->is("ElectronicDocument") && place.collection != nullptr &&
      place.collection->name == "Versions") {
    directum::set_body(base_, *place.root, *place.entity, property.name, std::move(content));
  } else {
    value = std::move(content);
  }
  return empty_answer(204);
}

ServerResponse Service::patch(const ServiceRequest& request, Place& place) {
  check_write(request);
  (void)parse_query(request.options, *place.declared, base_.settings.filter);
  const json::object body = body_object(request, false);
  check_document(*place.root, false);
  if (place.root->type->is("Task")) {
    patch_task(*place.root, body);
    return written(request, *place.entity, *place.declared, 200, false);
  }
  const std::vector<Value> before = place.entity->values;
  read_entity(base_, *place.entity, body);
  try {
    if (place.root->type->is("ElectronicDocument")) {
      save_document(base_, *place.root, false);
    } else {
      check_required(base_, *place.entity);
      if (place.root->type->find("Modified") != nullptr) base_.touch(*place.root);
    }
  } catch (const Refusal&) {
    place.entity->values = before;
    throw;
  }
  return written(request, *place.entity, *place.declared, 200, false);
}

// What of a task may be changed is a guess of the page (A9.1, A9.6).
void Service::patch_task(Entity& task, const json::object& body) {
  const json::value* status = find_ignoring_case(body, "Status");
  if (status != nullptr) {
    if (!base_.settings.patch_status || body.size() != 1 || !status->is_string() || status->get_string() != "Aborted")
      bad_request("Состояние задачи нельзя изменить через сервис интеграции.");
    return approval_.abort(task, {});
  }
  static constexpr std::string_view allowed[] = {"Subject",    "MaxDeadline", "ActiveText", "ApprovalRule",
                                                 "Importance", "Signatory",   "NeedsReview"};
  for (const json::key_value_pair& member : body) {
    const std::string_view name = member.key();
    const std::string_view plain = name.substr(0, name.find('@'));
    const bool known = std::any_of(std::begin(allowed), std::end(allowed),
                                   [&](auto word) { return text::iequals_ascii(word, plain); });
    if (task.type->find(plain) != nullptr && (!known || !base_.settings.patch_draft || task.text("Status") != "Draft"))
      bad_request("Свойство '" + std::string(plain) + "' задачи нельзя изменить.");
  }
  read_entity(base_, task, body);
  base_.touch(task);
}

ServerResponse Service::remove(const ServiceRequest&, Place& place) {
  check_document(*place.root, true);
  if (place.entity != place.root) {
    if (place.root->type->is("Task") || place.root->type->is("Assignment"))
      bad_request("Коллекция доступна только для чтения.");
    Entity& owner = *place.root;
    base_.store.remove(*place.entity);
    if (owner.type->is("ElectronicDocument")) {
      owner.set("HasVersions", !owner.list("Versions").empty());
      base_.touch(owner);
    }
    return empty_answer(204);
  }
  if (place.root->type->is("Task")) {
    const std::string status = place.root->text("Status");
    if (status != "Draft" && status != "Aborted") bad_request("Нельзя удалить задачу в работе.");
    approval_.forget(*place.root);
    return empty_answer(204);
  }
  if (place.root->type->is("Assignment") || place.root->type->is("Notice")) bad_request("Задания нельзя удалить.");
  if (place.root->type->is("ElectronicDocument")) {
    for (const Id task : approval_.tasks_of(place.root->id())) {
      const Entity* found = base_.store.find("Task", task);
      if (found != nullptr && found->text("Status") != "Aborted" && found->text("Status") != "Completed")
        bad_request("Документ вложен в задачу и не может быть удален.");
    }
  }
  base_.store.remove(*place.root);
  return empty_answer(204);
}

}  // namespace sedlink::sim::directum
