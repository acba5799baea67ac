#pragma once
// The integration service: requests below <root>/odata/ to answers.
#include "approval.hpp"
#include "entity_json.hpp"
#include "query.hpp"
#include "sedlink/net/server.hpp"

namespace sedlink::sim::directum {

struct ServiceRequest {
  std::string method;
  std::vector<Segment> path;
  QueryOptions options;
  const net::Headers* headers = nullptr;
  const std::string* body = nullptr;  // large contents stand as tokens
  Caller caller;
};

class Service {
 public:
  // `url`: of the service's root, with a slash at the end.
  Service(Installation& base, Approval& approval, std::string url)
      : base_(base), approval_(approval), url_(std::move(url)) {}

  // Never throws Refusal: refusals are answers too.
  [[nodiscard]] net::ServerResponse answer(const ServiceRequest& request);

 private:
  struct Place;  // where a path leads
  net::ServerResponse route(const ServiceRequest& request);
  net::ServerResponse call(const ServiceRequest& request, const Function& function);
  net::ServerResponse collection(const ServiceRequest& request, const Type& type);
  net::ServerResponse entity(const ServiceRequest& request, Place place, std::size_t at);
  net::ServerResponse read_entity_at(const ServiceRequest& request, const Place& place);
  net::ServerResponse rows(const ServiceRequest& request, Place& place, const Property& property);
  net::ServerResponse binary(const ServiceRequest& request, Place& place, const Property& property, bool raw);
  net::ServerResponse create(const ServiceRequest& request, const Type& type);
  net::ServerResponse create_row(const ServiceRequest& request, Place& place, const Property& property);
  net::ServerResponse patch(const ServiceRequest& request, Place& place);
  net::ServerResponse remove(const ServiceRequest& request, Place& place);
  net::ServerResponse written(const ServiceRequest& request, const Entity& entity, const Type& declared, int status,
                              bool by_default);
  net::ServerResponse list_answer(const std::string& context, const Type& declared, const Selection& selection,
                                  const Query& query);
  void check_write(const ServiceRequest& request) const;
  void check_document(const Entity& entity, bool body_too) const;
  void patch_task(Entity& task, const json::object& body);

  Installation& base_;
  Approval& approval_;
  std::string url_;
  std::string metadata_;
};

// The body of an answer that refuses.
[[nodiscard]] net::ServerResponse refusal_answer(const Refusal& refusal);

}  // namespace sedlink::sim::directum
