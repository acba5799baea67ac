#pragma once
// The operator's handle: sedlink process … over the Unix socket. JSON in, JSON out.
#include <boost/json/fwd.hpp>

#include "core.hpp"

namespace sedlink::engine {

class Operations {
 public:
  explicit Operations(Core& core) : core_(core) {}
  boost::asio::awaitable<std::string> answer(std::string request);

 private:
  Task<boost::json::value> list(boost::json::value request);
  Task<boost::json::value> show(boost::json::value request);
  Task<boost::json::value> launch(boost::json::value request);
  Task<boost::json::value> retry(boost::json::value request);
  Task<boost::json::value> skip(boost::json::value request);
  Task<boost::json::value> pause(boost::json::value request, bool paused);
  Task<boost::json::value> cancel(boost::json::value request);
  Task<boost::json::value> status();
  Core& core_;
};

}  // namespace sedlink::engine
