#pragma once
#include <stdexcept>
#include <string>

namespace sedlink::sim::directum {

// An answer that is no success. The body has one of the three shapes of directum.md A5.
class Refusal : public std::runtime_error {
 public:
  enum class Form {
    message = 1,  // {"error": {"code": "", "message": text}}
    error_text,   // {"error": text}
    bare,         // a JSON string
    empty,        // no body
  };
  Refusal(int s, const std::string& text, Form f = Form::message) : std::runtime_error(text), status(s), form(f) {}
  int status;
  Form form;
};

[[noreturn]] inline void bad_request(const std::string& text) { throw Refusal(400, text); }
[[noreturn]] inline void not_found(const std::string& text = {}) {
  throw Refusal(404, text, text.empty() ? Refusal::Form::empty : Refusal::Form::message);
}

}  // namespace sedlink::sim::directum
