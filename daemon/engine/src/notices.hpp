#pragma once
// Notifications of EDMS. What they name is asked about soon by the poller; that is all they do. The wish is a due time
// in the run's own row, so it is as durable as the run: after a kill the first poll sees it.
#include "core.hpp"

namespace sedlink::engine {

class Notices {
 public:
  explicit Notices(Core& core) : core_(core) {}
  // Durable when this returns. What names nothing of ours is counted.
  Task<void> take(std::string connection, std::vector<api::ChangeNotice> notices);
  // Tells the EDMS where to send them: at the start, when it answers again after a fault, every hour. A refusal is told
  // once and tried again; it stops nothing.
  boost::asio::awaitable<void> keep_target(std::string edms);

 private:
  [[nodiscard]] std::string door(const std::string& edms) const;
  boost::asio::awaitable<void> look_at_all(std::string edms);
  // When to tell it again.
  Duration told(const std::string& edms, const Result<bool>& answer, int& refused);
  Core& core_;
};

}  // namespace sedlink::engine
