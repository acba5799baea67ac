#include "adapter/board.hpp"

namespace sedlink::directum {
namespace {

constexpr std::chrono::minutes overlap{10};

}  // namespace

std::vector<std::int64_t> Board::unknown(const std::vector<std::int64_t>& tasks, Time stale) const {
  std::vector<std::int64_t> out;
  for (const std::int64_t id : tasks) {
    const auto it = tasks_.find(id);
    if (it == tasks_.end() || it->second.read_at <= stale) out.push_back(id);
  }
  return out;
}

void Board::learn(const std::vector<std::int64_t>& tasks, std::vector<AssignmentFacts> rows, Time now) {
  for (const std::int64_t id : tasks) {
    Known& known = tasks_[id];
    known.assignments.clear();
    known.read_at = now;
    known.asked_at = now;
    missing_since_.erase(id);
  }
  for (AssignmentFacts& row : rows) change(std::move(row));
}

void Board::change(AssignmentFacts row) {
  const auto it = tasks_.find(row.task);
  if (it == tasks_.end()) return;
  const std::int64_t id = row.id;
  it->second.assignments.insert_or_assign(id, std::move(row));
}

std::vector<AssignmentFacts> Board::of(std::int64_t task) const {
  std::vector<AssignmentFacts> out;
  const auto it = tasks_.find(task);
  if (it == tasks_.end()) return out;
  for (const auto& [id, row] : it->second.assignments) out.push_back(row);
  return out;
}

std::optional<Time> Board::since() const {
  if (!last_round_) return std::nullopt;
  return *last_round_ - overlap;
}

bool Board::believes_gone(std::int64_t task, Time now, Duration patience) {
  if (tasks_.count(task) > 0) return true;
  const auto since = missing_since_.try_emplace(task, now).first->second;
  return now - since >= patience;
}

void Board::forget(std::int64_t task) {
  tasks_.erase(task);
  settled_.erase(task);
  missing_since_.erase(task);
}

void Board::asked(const std::vector<std::int64_t>& tasks, Time now) {
  for (const std::int64_t id : tasks) {
    if (const auto it = tasks_.find(id); it != tasks_.end()) it->second.asked_at = now;
  }
}

void Board::prune(Time before) {
  std::erase_if(tasks_, [&](const auto& entry) {
    if (entry.second.asked_at >= before) return false;
    settled_.erase(entry.first);
    return true;
  });
}

}  // namespace sedlink::directum
