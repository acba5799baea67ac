#pragma once
// Entities by family and id. Single-threaded.
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "model.hpp"
#include "sedlink/core/clock.hpp"
#include "sedlink/sim/content.hpp"

namespace sedlink::sim::directum {

using Id = std::int64_t;

// null | boolean | whole number, also the id of a link | double | text, name of an enumeration, GUID in lower case |
// instant | bytes
using Value = std::variant<std::monostate, bool, std::int64_t, double, std::string, Time, ContentPtr>;

[[nodiscard]] inline bool is_null(const Value& v) { return std::holds_alternative<std::monostate>(v); }

struct Entity {
  explicit Entity(const Type& t) : type(&t), values(t.properties.size()) {}
  const Type* type;
  std::vector<Value> values;  // by slot
  std::map<std::size_t, std::vector<std::unique_ptr<Entity>>> rows;
  Entity* owner = nullptr;  // of a row

  [[nodiscard]] Id id() const { return std::get<std::int64_t>(values[0]); }
  [[nodiscard]] const Value& get(std::string_view property) const { return values[type->at(property).slot]; }
  [[nodiscard]] std::string text(std::string_view property) const;  // empty when null
  [[nodiscard]] Id link(std::string_view property) const;           // 0 when null
  [[nodiscard]] bool flag(std::string_view property) const;
  // True when it changed.
  bool set(std::string_view property, Value value);
  [[nodiscard]] std::vector<std::unique_ptr<Entity>>& list(std::string_view property) {
    return rows[type->at(property).slot];
  }
  [[nodiscard]] const std::vector<std::unique_ptr<Entity>>& list(std::string_view property) const;
};

class Store {
 public:
  using Family = std::map<Id, std::unique_ptr<Entity>>;

  explicit Store(const Model& model) : model_(&model) {}

  Entity& create(const Type& type);
  // A row at the end of the collection.
  Entity& add_row(Entity& owner, const Property& collection);
  // Null when there is none or it is of another type.
  [[nodiscard]] Entity* find(const Type& type, Id id) const;
  [[nodiscard]] Entity* find(std::string_view type, Id id) const { return find(model_->at(type), id); }
  // The first one whose text property is so.
  [[nodiscard]] Entity* find_by(std::string_view type, std::string_view property, std::string_view value) const;
  void remove(Entity& entity);
  [[nodiscard]] const Family& family(const Type& type) const;

  // Assignments and notices of a task, in the order of their ids.
  [[nodiscard]] const std::vector<Id>& of_task(const Type& family, Id task) const;
  void index_task(const Entity& entity);

 private:
  const Model* model_;
  std::map<const Type*, Family> families_;
  std::map<const Type*, Id> last_;
  std::map<const Type*, std::unordered_map<Id, std::vector<Id>>> by_task_;
};

}  // namespace sedlink::sim::directum
