#include "job_queue.hpp"

#include <algorithm>

namespace sedlink::store {

Result<void> JobQueue::push(Job& job) {
  {
    const std::lock_guard lock(mutex_);
    if (closed_)
      return Error{
          Fault::transient, Audience::admin, "store.closed", "Хранилище закрывается / the store is closed", {}};
    if (jobs_.size() >= capacity_)
      return Error{Fault::transient,
                   Audience::admin,
                   "store.busy",
                   "Хранилище не успевает за нагрузкой, повторите позже / the store is overloaded",
                   {}};
    jobs_.push_back(std::move(job));
  }
  ready_.notify_one();
  return {};
}

std::vector<Job> JobQueue::pop(std::size_t limit) {
  std::unique_lock lock(mutex_);
  ready_.wait(lock, [this] { return closed_ || !jobs_.empty(); });
  const auto count = static_cast<std::ptrdiff_t>(std::min(limit, jobs_.size()));
  std::vector<Job> out(std::make_move_iterator(jobs_.begin()), std::make_move_iterator(jobs_.begin() + count));
  jobs_.erase(jobs_.begin(), jobs_.begin() + count);
  return out;
}

void JobQueue::close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  ready_.notify_all();
}

}  // namespace sedlink::store
