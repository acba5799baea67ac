#include "envelope_writer.hpp"

#include <stdexcept>

#include "envelope_reader.hpp"
#include "lexical.hpp"

namespace sedlink::sim::onec_docflow {
namespace {

void append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '&': out += "&amp;"; break;
      case '"': out += "&quot;"; break;
      case '\r': out += "&#13;"; break;
      default:
        // XML 1.0 has no way to carry other control characters.
        if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t') out += c;
    }
  }
}

class Writer {
 public:
  Writer(std::string& out, const std::string& prefix, const TypeTable& types)
      : out_(out), prefix_(prefix.empty() ? "" : prefix + ":"), types_(types) {}

  void element(std::string_view name, const Xdto& value, std::string_view declared, bool always_typed) {
    const std::string type = value.type.empty() ? std::string(declared) : value.type;
    out_ += '<';
    out_ += prefix_;
    out_ += name;
    if (value.nil) {
      out_ += " xsi:nil=\"true\"/>";
      return;
    }
    if (always_typed || type != declared) {
      out_ += " xsi:type=\"";
      if (!type.starts_with("xs:")) out_ += prefix_;
      out_ += type;
      out_ += '"';
    }
    const std::size_t before = out_.size();
    out_ += '>';
    if (const Type* found = types_.find(type)) {
      members(value, *found);
    } else {
      simple(name, value, type);
    }
    if (out_.size() == before + 1) {
      out_.back() = '/';
      out_ += '>';
      return;
    }
    out_ += "</";
    out_ += prefix_;
    out_ += name;
    out_ += '>';
  }

 private:
  void simple(std::string_view name, const Xdto& value, std::string_view type) {
    const auto* values = types_.enumeration(type);
    const bool known = values != nullptr || is_known_simple_type(type);
    if (!known || !value.members.empty() || !is_lexically_valid(type, value.text)) {
      throw std::logic_error("answer: " + std::string(name) + " does not fit " + std::string(type) + ": " +
                             value.text.substr(0, 80));
    }
    append_escaped(out_, value.text);
  }

  void members(const Xdto& value, const Type& type) {
    if (type.is_abstract) throw std::logic_error("answer: abstract type " + std::string(type.name));
    std::size_t written = 0;
    for (const PropertyRow& row : type.properties) {
      std::size_t count = 0;
      for (const Member& member : value.members) {
        if (member.name != row.name || types_.came_later(type.name, row.name, member.value.text)) continue;
        element(row.name, member.value, row.type, row.type == "xs:anyType");
        ++count;
      }
      if ((row.required && count == 0) || (!row.many && count > 1)) {
        throw std::logic_error("answer: " + std::string(type.name) + "." + std::string(row.name) + " occurs " +
                               std::to_string(count) + " times");
      }
      written += count;
    }
    if (written == value.members.size()) return;
    for (const Member& member : value.members) {
      const bool known = types_.property(type.name, member.name) != nullptr;
      if (!known && !types_.came_later(type.name, member.name, {})) {
        throw std::logic_error("answer: " + std::string(type.name) + " has no property " + member.name);
      }
    }
  }

  std::string& out_;
  std::string prefix_;
  const TypeTable& types_;
};

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

}  // namespace

std::string write_answer(const Xdto& value, const TypeTable& types, const EnvelopeStyle& style) {
  std::string out;
  if (style.bom) out += byte_order_mark;
  out += "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<soap:Envelope xmlns:soap=\"";
  out += soap_namespace;
  out += "\"><soap:Header/><soap:Body>";
  const std::string colon = style.prefix.empty() ? "" : style.prefix + ":";
  out += "<" + colon + "executeResponse xmlns" + (style.prefix.empty() ? "" : ":" + style.prefix) + "=\"";
  out += dm_namespace;
  out += "\" xmlns:xs=\"";
  out += xs_namespace;
  out += "\" xmlns:xsi=\"";
  out += xsi_namespace;
  out += "\">";
  Writer(out, style.prefix, types).element("return", value, "xs:anyType", true);
  out += "</" + colon + "executeResponse></soap:Body></soap:Envelope>";
  return out;
}

std::string write_fault(std::string_view faultstring, const EnvelopeStyle& style) {
  std::string out;
  if (style.bom) out += byte_order_mark;
  out += "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<soap:Envelope xmlns:soap=\"";
  out += soap_namespace;
  out += "\"><soap:Body><soap:Fault><faultcode>soap:Client</faultcode><faultstring>";
  append_escaped(out, faultstring);
  out += "</faultstring><detail/></soap:Fault></soap:Body></soap:Envelope>";
  return out;
}

}  // namespace sedlink::sim::onec_docflow
