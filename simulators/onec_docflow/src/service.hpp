#pragma once
// DMService: one envelope in, one envelope out. Knows nothing of HTTP.
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "engine.hpp"
#include "infobase.hpp"
#include "processing_engine.hpp"

namespace sedlink::sim::onec_docflow {

class Service {
 public:
  Service(Infobase& base, Engine& engine, ProcessingEngine& processings)
      : base_(base), engine_(engine), processings_(processings) {}

  // `request` was read by read_request. `user` is the id of the infobase user who asks.
  Xdto execute(const Xdto& request, const std::string& user);
  std::function<void(const Xdto&, bool inner)> on_request;  // every request and sub-request, for counting
  // A fault that is switched on for this sub-request: its text becomes the DMError in its place.
  std::function<std::optional<std::string>(const Xdto&)> refuse_inner;

 private:
  Xdto execute_one(const Xdto& request, const std::string& user);
  Xdto batch(const Xdto& request, const std::string& user);

  Infobase& base_;
  Engine& engine_;
  ProcessingEngine& processings_;
};

// The number of sub-requests of a batch; 0 for any other request.
std::size_t sub_requests(const Xdto& request);

}  // namespace sedlink::sim::onec_docflow
