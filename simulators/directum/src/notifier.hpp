#pragma once
// Notifications of the customer's module: what changed is told to the target (docs/directum-module.md, «Уведомления»).
#include <boost/asio/awaitable.hpp>
#include <string>

#include "installation.hpp"
#include "sedlink/sim/simulator.hpp"

namespace sedlink::sim::directum {

class Notifier {
 public:
  // Both outlive it.
  Notifier(Environment& environment, Installation& base) : environment_(environment), base_(base) {}
  // There is something in changed_tasks or changed_documents: all of it is told once, after what is going on now.
  void changed();
  [[nodiscard]] json::object describe() const;

 private:
  void tell(const std::string& event, const std::string& parameter, Id id, std::size_t attempt);
  boost::asio::awaitable<void> deliver(std::string url, std::string body, std::string event, std::string parameter,
                                       Id id, std::size_t attempt);

  Environment& environment_;
  Installation& base_;
  bool due_ = false;
  std::int64_t sent_ = 0, accepted_ = 0, waiting_ = 0, dropped_ = 0;
};

}  // namespace sedlink::sim::directum
