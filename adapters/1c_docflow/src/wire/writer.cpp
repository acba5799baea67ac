#include "wire/writer.hpp"

#include "sedlink/core/text.hpp"

namespace sedlink::onec_docflow {
namespace {

void write_element(const Element& e, std::string_view name, std::string& out) {
  out += "<m:";
  out += name;
  if (!e.type.empty()) {
    if (e.type_namespace.empty()) {
      out += " xsi:type=\"m:" + escape_xml(e.type) + '"';
    } else if (e.type_namespace == xs_namespace) {
      out += " xsi:type=\"xs:" + escape_xml(e.type) + '"';
    } else {
      out += " xmlns:t=\"" + escape_xml(e.type_namespace) + "\" xsi:type=\"t:" + escape_xml(e.type) + '"';
    }
  }
  if (e.nil) {
    out += " xsi:nil=\"true\"/>";
    return;
  }
  if (e.children.empty() && e.text.empty()) {
    out += "/>";
    return;
  }
  out += '>';
  if (e.text == hole) {
    out += hole;
  } else {
    out += escape_xml(e.text);
  }
  for (const Element& c : e.children) write_element(c, c.name, out);
  out += "</m:";
  out += name;
  out += '>';
}

}  // namespace

std::string escape_xml(std::string_view text) {
  const std::string valid = text::is_valid_utf8(text) ? std::string(text) : text::sanitize_utf8(text);
  std::string out;
  out.reserve(valid.size() + 16);
  for (const char c : valid) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\r': out += "&#13;"; break;
      default:
        if (static_cast<unsigned char>(c) >= 0x20 || c == '\t' || c == '\n') out += c;
    }
  }
  return out;
}

std::string write_envelope(const Element& request) {
  std::string out =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:m=\"http://www.1c.ru/dm\""
      " xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">"
      "<soap:Body><m:execute>";
  write_element(request, "request", out);
  out += "</m:execute></soap:Body></soap:Envelope>";
  return out;
}

std::pair<std::string, std::string> write_envelope_around(const Element& request) {
  std::string whole = write_envelope(request);
  const auto at = whole.find(hole);
  if (at == std::string::npos) return {std::move(whole), {}};
  std::string after = whole.substr(at + hole.size());
  whole.resize(at);
  return {std::move(whole), std::move(after)};
}

}  // namespace sedlink::onec_docflow
