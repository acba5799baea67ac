#include <algorithm>
#include <cmath>
#include <limits>

#include "entity_json.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::sim::directum {
namespace {

[[noreturn]] void wrong_type(const Property& property, std::string_view wanted) {
  bad_request("Cannot convert the value of property '" + std::string(property.name) + "' to the expected type '" +
              std::string(wanted) + "'.");
}

class Reader {
 public:
  Reader(Installation& base, Entity& entity, bool inside) : base_(base), entity_(entity), inside_(inside) {}

  void member(std::string_view key, const json::value& value) {
    constexpr std::string_view bind = "@odata.bind";
    if (key.ends_with(bind)) return bound(property(key.substr(0, key.size() - bind.size())), value);
    if (key.find('@') != std::string_view::npos) return;  // other annotations
    const Property& p = property(key);
    if (p.slot == 0) return own_id(value);
    if (p.server_only && !inside_) {
      if (value.is_null()) return;
      bad_request("Свойство '" + std::string(p.name) + "' доступно только для чтения.");
    }
    switch (p.kind) {
      case PropertyKind::link: link(p, value); break;
      case PropertyKind::rows: rows(p, value); break;
      case PropertyKind::binary: put(p, Value(read_binary(base_, value))); break;
      default: put(p, value.is_null() ? Value() : simple(p, value));
    }
  }

 private:
  const Property& property(std::string_view name) const {
    const Property* found = entity_.type->find(name);
    if (found == nullptr) {
      bad_request("The property '" + std::string(name) + "' does not exist on type '" + entity_.type->edm_name() +
                  "'. Make sure to only use property names that are defined by the type.");
    }
    return *found;
  }

  void put(const Property& p, Value value) { entity_.values[p.slot] = std::move(value); }

  // Only a batch makes use of temporary negative ids (directum.md A6).
  void own_id(const json::value& value) const {
    const auto* id = value.if_int64();
    if (id == nullptr) wrong_type(entity_.type->properties[0], "Edm.Int64");
    if (*id != 0 && *id != entity_.id()) bad_request("Идентификатор назначает сервер.");
  }

  void link(const Property& p, const json::value& value) {
    if (value.is_null()) return put(p, {});
    const json::object* object = value.if_object();
    const json::value* id = object == nullptr ? nullptr : find_ignoring_case(*object, "Id");
    if (id == nullptr) wrong_type(p, p.target->edm_name());
    if (!id->is_int64()) wrong_type(p, "Edm.Int64");
    refer(p, id->get_int64());
  }

  void refer(const Property& p, Id id) {
    if (base_.store.find(*p.target, id) == nullptr) {
      bad_request("Сущность " + std::string(p.target->name) + " с ИД " + std::to_string(id) + " не найдена (" +
                  std::string(p.name) + ").");
    }
    put(p, id);
  }

  void bound(const Property& p, const json::value& value) {
    if (p.kind != PropertyKind::link || !value.is_string()) wrong_type(p, "entity reference");
    if (p.server_only && !inside_) bad_request("Свойство '" + std::string(p.name) + "' доступно только для чтения.");
    const std::string url(value.get_string());
    const std::size_t slash = url.rfind('/');
    const std::vector<Segment> path = parse_path_segments(url.substr(slash == std::string::npos ? 0 : slash + 1));
    const Type* set = path.size() == 1 ? base_.model.set(path.front().name) : nullptr;
    const auto id = set != nullptr && path.front().key ? parse_key(*path.front().key) : std::nullopt;
    if (!id || (!set->is(*p.target) && !p.target->is(*set)))
      bad_request("Непонятная ссылка '" + url + "' в " + std::string(p.name) + ".");
    refer(p, *id);
  }

  void rows(const Property& p, const json::value& value) {
    const json::array* list = value.if_array();
    if (list == nullptr) wrong_type(p, "Collection(" + p.target->edm_name() + ")");
    for (const json::value& one : *list) {
      const json::object* object = one.if_object();
      if (object == nullptr) wrong_type(p, p.target->edm_name());
      read_entity(base_, base_.store.add_row(entity_, p), *object, inside_);
    }
  }

  Value simple(const Property& p, const json::value& value) const {
    switch (p.kind) {
      case PropertyKind::boolean:
        if (!value.is_bool()) wrong_type(p, "Edm.Boolean");
        return value.get_bool();
      case PropertyKind::int32:
      case PropertyKind::int64: {
        const auto* whole = value.if_int64();
        const bool narrow = p.kind == PropertyKind::int32;
        if (whole == nullptr || (narrow && (*whole > std::numeric_limits<std::int32_t>::max() ||
                                            *whole < std::numeric_limits<std::int32_t>::min())))
          wrong_type(p, narrow ? "Edm.Int32" : "Edm.Int64");
        return *whole;
      }
      case PropertyKind::number: {
        if (!value.is_number()) wrong_type(p, "Edm.Double");
        const double number = value.to_number<double>();
        if (!std::isfinite(number)) wrong_type(p, "Edm.Double");
        return number;
      }
      default: break;
    }
    if (!value.is_string()) wrong_type(p, p.kind == PropertyKind::date ? "Edm.DateTimeOffset" : "Edm.String");
    std::string text(value.get_string());
    if (p.kind == PropertyKind::date) {
      const auto time = base_.read_date(text);
      if (!time) wrong_type(p, "Edm.DateTimeOffset");
      return *time;
    }
    if (p.kind == PropertyKind::enumeration) check_enumeration(p, text);
    if (p.kind == PropertyKind::guid) text = text::to_lower_ascii(text);
    if (p.kind == PropertyKind::string) {
      const std::size_t most = p.length != 0 ? p.length : base_.settings.string_length;
      if (most != 0 && text::code_points(text) > most)
        bad_request("Значение свойства '" + std::string(p.name) + "' длиннее " + std::to_string(most) + " символов.");
    }
    return text;
  }

  Installation& base_;
  Entity& entity_;
  bool inside_;
};

}  // namespace

void check_enumeration(const Property& property, std::string_view value) {
  if (property.values.empty() ||
      std::find(property.values.begin(), property.values.end(), value) != property.values.end())
    return;
  throw Refusal(400,
                "Элемент перечисления \"" + std::string(property.name) + "\" со значением \"" + std::string(value) +
                    "\" недопустим",
                Refusal::Form::bare);
}

ContentPtr read_binary(Installation& base, const json::value& value) {
  const json::object* object = value.if_object();
  const json::value* encoded = object == nullptr ? nullptr : find_ignoring_case(*object, "Value");
  if (encoded == nullptr || !encoded->is_string()) bad_request("Двоичное свойство ожидает {\"Value\": \"<base64>\"}.");
  ContentPtr content = base.outside.contents->from_base64(encoded->get_string());
  if (!content) bad_request("Value не читается как base64.");
  return content;
}

void read_entity(Installation& base, Entity& entity, const json::object& body, bool inside) {
  const std::vector<Value> before = entity.values;
  std::map<std::size_t, std::size_t> sizes;
  for (const auto& [slot, list] : entity.rows) sizes[slot] = list.size();
  try {
    Reader reader(base, entity, inside);
    for (const json::key_value_pair& member : body) reader.member(member.key(), member.value());
  } catch (const Refusal&) {
    entity.values = before;
    for (auto& [slot, list] : entity.rows) list.resize(sizes[slot]);
    throw;
  }
}

void check_required(const Installation& base, const Entity& entity) {
  if (!base.settings.required) return;
  for (const Property& p : entity.type->properties) {
    if (!p.required || p.kind == PropertyKind::binary) continue;
    const Value& value = entity.values[p.slot];
    const auto* text = std::get_if<std::string>(&value);
    const auto rows = entity.rows.find(p.slot);
    const bool empty = p.kind == PropertyKind::rows ? rows == entity.rows.end() || rows->second.empty()
                                                    : is_null(value) || (text != nullptr && text->empty());
    if (empty)
      bad_request("Не заполнено обязательное свойство '" + std::string(p.name) + "' (" +
                  std::string(entity.type->name) + ").");
  }
}

}  // namespace sedlink::sim::directum
