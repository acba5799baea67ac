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
  // Items to be added to a task's checklist, in order.
  struct Checklist {
    Checklist() = default;
    std::string task;
    std::vector<std::string> titles;
  };
  // All of them in as few requests as possible; one result per list.
  boost::asio::awaitable<std::vector<Result<void>>> add_items(api::CallContext ctx, std::vector<Checklist> lists);
  // The task with that key, its checklist completed.
  Task<std::optional<std::string>> find(api::CallContext ctx, CreateTask effect, std::string key);

 private:
  // Adds the items the task does not have yet.
  Task<void> complete_checklist(api::CallContext ctx, std::string task_id, std::vector<std::string> titles);

  Portal& portal_;
  Metadata& metadata_;
};

[[nodiscard]] std::string task_id(const wire::json::value& result);  // of tasks.task.add's result

}  // namespace sedlink::bitrix24
