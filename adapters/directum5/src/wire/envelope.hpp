#pragma once
// The request: the admin's own envelope (made from the customer's WSDL) with a script's name and parameters filled in.
// Pure.
//   {script}                       the script's name
//   {parameters}…{/parameters}     once per parameter, with {name} and {value} inside
// Values are escaped wherever they stand: in texts and in attributes.
#include <string>
#include <string_view>
#include <vector>

#include "sedlink/core/error.hpp"

namespace sedlink::directum5 {

struct Parameter {
  Parameter() = default;
  Parameter(std::string n, std::string v) : name(std::move(n)), value(std::move(v)) {}
  std::string name, value;
  bool file = false;  // its value is streamed: base64
};
using Parameters = std::vector<Parameter>;

// & < > " ' and line breaks as references; characters that XML forbids dropped, bad UTF-8 replaced.
[[nodiscard]] std::string escape_xml(std::string_view);
// Whether the text may be the name of an element.
[[nodiscard]] bool is_xml_name(std::string_view) noexcept;

class EnvelopeTemplate {
 public:
  // Errors: rejected directum5.envelope, in Russian: not XML, no Envelope, unknown or missing {words}, CDATA, DOCTYPE.
  static Result<EnvelopeTemplate> compile(std::string_view text);

  struct Rendered {
    std::string before, after;  // the whole is `before` unless a parameter is a file: it goes between
  };
  [[nodiscard]] Rendered write(std::string_view script, const Parameters& parameters) const;
  [[nodiscard]] bool names_script() const noexcept { return names_script_; }

 private:
  enum class Mark { text = 1, script, name, value };
  struct Piece {
    Mark mark = Mark::text;
    std::string text;
  };
  EnvelopeTemplate() = default;

  std::vector<Piece> head_, each_, tail_;
  bool names_script_ = false;
};

}  // namespace sedlink::directum5
