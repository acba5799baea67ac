#pragma once
// Tasks with checklists. XML_ID = key; checklist items are told apart by their titles.
// Source: bitrix24 documentation, tasks (tasks.task.add, task.checklistitem.*: positional parameters).
#include "adapter/metadata.hpp"
#include "sedlink/core/crm_effect.hpp"

namespace sedlink::bitrix24 {

class Tasks {
 public:
  Tasks(Portal& portal, Metadata& metadata) : portal_(portal), metadata_(metadata) {}

  [[nodiscard]] Command plan(int type, const CreateTask& effect, const std::string& key) const;
  // Adds the items the task does not have yet. `fresh`: it has none, no look is needed.
  Task<void> complete_checklist(api::CallContext ctx, std::string task_id, std::vector<std::string> titles, bool fresh);
  // The task with that key, its checklist completed.
  Task<std::optional<std::string>> find(api::CallContext ctx, CreateTask effect, std::string key);

 private:
  Portal& portal_;
  Metadata& metadata_;
};

[[nodiscard]] std::string task_id(const wire::json::value& result);  // of tasks.task.add's result

}  // namespace sedlink::bitrix24
