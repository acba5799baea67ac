#pragma once
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model.hpp"
#include "processing_model.hpp"

namespace sedlink::sim::onec_docflow {

// Objects by id, in the order they were written. Pointers stay valid: nothing is ever removed, only marked as deleted.
template <class T>
class Shelf {
 public:
  T& put(const std::string& key, T value) {
    index_.emplace(key, items_.size());
    items_.push_back(std::move(value));
    return items_.back();
  }
  [[nodiscard]] T* find(std::string_view key) {
    const auto found = index_.find(std::string(key));
    return found != index_.end() ? &items_[found->second] : nullptr;
  }
  [[nodiscard]] const T* find(std::string_view key) const { return const_cast<Shelf*>(this)->find(key); }
  [[nodiscard]] auto begin() { return items_.begin(); }
  [[nodiscard]] auto end() { return items_.end(); }
  [[nodiscard]] auto begin() const { return items_.begin(); }
  [[nodiscard]] auto end() const { return items_.end(); }
  [[nodiscard]] std::size_t size() const { return items_.size(); }

 private:
  std::deque<T> items_;
  std::unordered_map<std::string, std::size_t> index_;
};

class Database {
 public:
  Shelf<Object> objects;
  Shelf<File> files;
  Shelf<Process> processes;
  Shelf<Task> tasks;
  std::map<std::string, ProcessTemplate> templates;  // by id; the name is in `objects`
  // Edition 3.0.
  Shelf<Processing> processings;
  Shelf<Action> actions;
  Shelf<TaskAction> task_actions;
  std::vector<ProcessingRule> processing_rules;

  std::vector<Link> links;
  std::map<std::string, std::int64_t> counters;  // numerators

  // An object of exactly this class; nullptr when there is none.
  [[nodiscard]] Object* object(std::string_view type, std::string_view id);
  [[nodiscard]] Object* object(const Ref& ref) { return object(ref.type, ref.id); }
  [[nodiscard]] Object* by_name(std::string_view type, std::string_view name);
  [[nodiscard]] std::pair<File*, FileVersion*> version(std::string_view id);
  [[nodiscard]] bool uses(std::string_view id);  // by an object of any kind
  // A processing, an action of one, or a task of 3.0.
  [[nodiscard]] bool has_of_processing(std::string_view type, std::string_view id) const;
  // Name of what a reference points to; empty when it points nowhere.
  [[nodiscard]] std::string name_of(const Ref& ref);

  [[nodiscard]] std::vector<File*> files_of(const Ref& owner, bool deleted_too);
  [[nodiscard]] std::vector<Task*> tasks_of(std::string_view process);
  // The link a caller of `node` sees: its own, or one without node. Empty stored type matches.
  [[nodiscard]] std::vector<Link*> links_to(std::string_view node, std::string_view id, std::string_view type);
  [[nodiscard]] std::vector<const Link*> links_of(std::string_view node, const Ref& object) const;
};

// Families of types of edition 2.1.
[[nodiscard]] bool is_document(std::string_view type);
[[nodiscard]] bool is_process(std::string_view type);
[[nodiscard]] bool is_task(std::string_view type);
[[nodiscard]] bool is_process_template(std::string_view type);

}  // namespace sedlink::sim::onec_docflow
