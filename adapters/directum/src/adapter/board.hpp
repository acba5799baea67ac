#pragma once
// What polling remembers of running tasks between rounds: their assignments and how far the changes were read. Pure
// bookkeeping; lost at a restart, when everything is read anew.
#include <map>
#include <set>
#include <vector>

#include "translate/snapshot.hpp"

namespace sedlink::directum {

class Board {
 public:
  // Tasks whose assignments are not known, or were last read in full before `stale`.
  [[nodiscard]] std::vector<std::int64_t> unknown(const std::vector<std::int64_t>& tasks, Time stale) const;
  // Everything about those tasks is known from now on; rows of others are dropped.
  void learn(const std::vector<std::int64_t>& tasks, std::vector<AssignmentFacts> rows, Time now);
  // A changed row of a task that is known; others are none of ours.
  void change(AssignmentFacts row);
  [[nodiscard]] std::vector<AssignmentFacts> of(std::int64_t task) const;

  // Rows modified since then are asked for: since the last round, with an overlap for clocks that differ and rows that
  // were written late. None before the first round.
  [[nodiscard]] std::optional<Time> since() const;
  void round_done(Time asked_at) { last_round_ = asked_at; }

  // The end of a task is told only from assignments read after it had ended.
  [[nodiscard]] bool settled(std::int64_t task) const { return settled_.count(task) > 0; }
  void settle(std::int64_t task) { settled_.insert(task); }

  // Whether it may be believed that the task is gone: it was seen here since the start, or has not been found for so
  // long. A server that was exchanged knows none of our tasks.
  [[nodiscard]] bool believes_gone(std::int64_t task, Time now, Duration patience);

  void forget(std::int64_t task);
  // Tasks nobody has asked about since `before` are forgotten.
  void prune(Time before);
  void asked(const std::vector<std::int64_t>& tasks, Time now);
  [[nodiscard]] std::size_t size() const noexcept { return tasks_.size(); }

 private:
  struct Known {
    Known() = default;
    std::map<std::int64_t, AssignmentFacts> assignments;
    Time read_at{}, asked_at{};
  };
  std::map<std::int64_t, Known> tasks_;
  std::set<std::int64_t> settled_;
  std::optional<Time> last_round_;
  std::map<std::int64_t, Time> missing_since_;  // tasks that were never seen here
};

}  // namespace sedlink::directum
