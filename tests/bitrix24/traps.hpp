#pragma once
// What the tests of the protocol page's traps share. docs/traps-bitrix24.md says which test proves which trap.
#include <string>

#include "sim_port.hpp"

namespace sedlink::bitrix24::testing {

using json_object = sim::json::object;

class Traps : public SimPort {
 protected:
  ItemRef contract(const std::string& stage = "DT1036_10:APPROVAL") {
    return ref("dynamic:1036", create("dynamic:1036", {{"stage", stage}}));
  }
  // A fault: the next calls of `method` are answered so.
  static sim::json::value answer(const char* method, int status, const std::string& body, int times = 1) {
    return {{"match", json_object{{"method", method}}},
            {"do", "status"},
            {"status", status},
            {"body", body},
            {"next", times}};
  }
  // How the adapter calls what the portal says to a comment.
  Error refused(const ItemRef& card) {
    auto done = apply({comment(card, "текст", "key")});
    return done[0] ? Error{Fault::defect, Audience::developer, "test.no_error", {}, {}} : done[0].error();
  }
  std::size_t comments(const ItemRef& card) { return item(card).at("comments").as_array().size(); }
};

}  // namespace sedlink::bitrix24::testing
