#pragma once
// What people do in the product: POST /_sim/act and the scenario's rules.
#include "approval.hpp"

namespace sedlink::sim::directum {

class People {
 public:
  People(Installation& base, Approval& approval) : base_(base), approval_(approval) {}
  Result<json::value> act(const json::object& act);

 private:
  json::value decide(const json::object& act, const std::string& what);
  json::value with_document(const json::object& act, const std::string& what);
  Entity& task(const json::object& act);
  Entity* document(const json::object& act);
  Id person(const json::object& act);  // 0 when not named
  Entity& assignment(const json::object& act, const Entity& task, const std::string& what);
  void bring_file(const json::object& act, Entity& document, Entity& by);
  Installation& base_;
  Approval& approval_;
};

}  // namespace sedlink::sim::directum
