#pragma once
// The port of a service that a mapping calls: one request, one answer. Same rules as edms.hpp: classify, never retry.
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sedlink/api/context.hpp"

namespace sedlink::api {

struct ServiceCall {
  ServiceCall() = default;
  std::string method = "POST";
  std::string path;          // appended to the connection's address; begins with "/" or "?"
  std::string content_type;  // empty: none is sent
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::vector<std::string> takes;  // what to read from the answer: a JSON pointer, an XPath, empty: the whole text
};

struct ServiceAnswer {
  ServiceAnswer() = default;
  int status = 0;                                  // 2xx
  std::vector<std::optional<std::string>> values;  // of takes, in order; nullopt: the answer has no such place
  std::chrono::milliseconds retry_after{};         // what the service asked to wait; 0 = it said nothing
};

class Service {
 public:
  virtual ~Service() = default;
  virtual Task<ConnectionReport> test_connection(CallContext) = 0;  // reachable, credentials are not known to be right
  // An answer of 2xx; anything else is an error: throttled 429 and 503, unauthorized 401, 403 and 495,
  // not_found 404 and 410, rejected the other 4xx, ambiguous 500 and other 5xx. Its text holds the answer's first
  // words. rejected service.answer: the answer is neither JSON nor XML though something is to be read from it.
  virtual Task<ServiceAnswer> call(CallContext, ServiceCall) = 0;
};

}  // namespace sedlink::api
