#include "wire/reader.hpp"

#include <algorithm>
#include <map>
#include <pugixml.hpp>
#include <vector>

#include "sedlink/core/text.hpp"

namespace sedlink::onec_docflow {
namespace {

constexpr int max_depth = 200;

Error xml_error(std::string code, std::string message, Fault fault = Fault::transient) {
  Error e;
  e.fault = fault;
  e.audience = Audience::admin;
  e.code = std::move(code);
  e.message = std::move(message);
  return e;
}

std::string_view local_part(std::string_view qualified) {
  const auto colon = qualified.rfind(':');
  return colon == std::string_view::npos ? qualified : qualified.substr(colon + 1);
}

std::string_view prefix_part(std::string_view qualified) {
  const auto colon = qualified.rfind(':');
  return colon == std::string_view::npos ? std::string_view() : qualified.substr(0, colon);
}

// 1C passes on what users paste: characters that XML forbids are dropped, they would break what we send back.
std::string clean(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const auto u = static_cast<unsigned char>(c);
    if (u >= 0x20 || c == '\t' || c == '\n' || c == '\r') out += c;
  }
  return text::is_valid_utf8(out) ? out : text::sanitize_utf8(out);
}

std::string_view without_bom(std::string_view bytes) {
  return bytes.starts_with("\xEF\xBB\xBF") ? bytes.substr(3) : bytes;
}

// One line without control characters.
std::string squeezed(std::string_view bytes) {
  std::string out;
  for (const char c : text::sanitize_utf8(bytes)) {
    const char one = static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    if (one != ' ' || (!out.empty() && out.back() != ' ')) out += one;
  }
  return std::string(text::trim(out));
}

std::string namespace_of(const pugi::xml_node& node, std::string_view prefix) {
  const std::string attribute = prefix.empty() ? "xmlns" : "xmlns:" + std::string(prefix);
  for (pugi::xml_node n = node; n; n = n.parent()) {
    if (const auto a = n.attribute(attribute.c_str())) return a.value();
  }
  return {};
}

// An undeclared prefix is read as the service's own, unless the name is a built-in of XML Schema.
void read_type(const pugi::xml_node& node, std::string_view value, Element& into) {
  value = text::trim(value);
  into.type = clean(local_part(value));
  const std::string uri = namespace_of(node, prefix_part(value));
  if (!uri.empty()) {
    if (uri != dm_namespace) into.type_namespace = clean(uri);
    return;
  }
  static constexpr std::string_view builtins[] = {"string", "boolean", "dateTime", "date",        "decimal",
                                                  "int",    "integer", "byte",     "base64Binary"};
  for (const std::string_view b : builtins) {
    if (into.type == b) into.type_namespace = xs_namespace;
  }
}

bool convert(const pugi::xml_node& node, Element& into, int depth) {
  if (depth > max_depth) return false;
  into.name = clean(local_part(node.name()));
  for (const auto& a : node.attributes()) {
    const std::string_view name = a.name();
    if (prefix_part(name).empty() || name.starts_with("xmlns:")) continue;
    const std::string uri = namespace_of(node, prefix_part(name));
    if (!uri.empty() && uri != xsi_namespace) continue;
    if (local_part(name) == "type") read_type(node, a.value(), into);
    if (local_part(name) == "nil")
      into.nil = std::string_view(a.value()) == "true" || std::string_view(a.value()) == "1";
  }
  std::string text;
  for (const auto& c : node.children()) {
    if (c.type() == pugi::node_element) {
      Element& child = into.children.emplace_back();
      if (!convert(c, child, depth + 1)) return false;
    } else if (c.type() == pugi::node_pcdata || c.type() == pugi::node_cdata) {
      text += c.value();
    }
  }
  if (into.children.empty()) into.text = clean(text);
  return true;
}

}  // namespace

Result<Element> parse_xml(std::string_view bytes) {
  bytes = without_bom(bytes);
  if (text::trim(bytes).empty()) return xml_error("onec.empty", "1С вернула пустой ответ");
  pugi::xml_document document;
  const auto parsed = document.load_buffer(bytes.data(), bytes.size(),
                                           pugi::parse_default | pugi::parse_ws_pcdata_single, pugi::encoding_utf8);
  const pugi::xml_node root = document.document_element();
  if (!parsed || !root) {
    std::string message = "Ответ 1С оборван или не является XML: ";
    message += parsed.description();
    message += ", байт " + std::to_string(parsed.offset);
    return xml_error("onec.xml", std::move(message));
  }
  Element element;
  if (!convert(root, element, 0)) {
    return xml_error("onec.depth", "Ответ 1С вложен слишком глубоко", Fault::rejected);
  }
  return element;
}

Result<Answer> parse_answer(std::string_view bytes) {
  auto parsed = parse_xml(bytes);
  if (!parsed) return parsed.error();
  const Element& envelope = parsed.value();
  const Element* body = envelope.name == "Envelope" ? envelope.child("Body") : nullptr;
  if (body == nullptr) {
    return xml_error("onec.envelope", "Ответ 1С — XML, но не конверт SOAP: <" + envelope.name + ">", Fault::defect);
  }
  Answer answer;
  if (const Element* fault = body->child("Fault")) {
    SoapFault f;
    f.code = fault->text_of("faultcode");
    f.text = fault->text_of("faultstring");
    if (f.text.empty()) {  // SOAP 1.2: Reason/Text
      if (const Element* reason = fault->child("Reason")) f.text = reason->text_of("Text");
    }
    answer.fault = std::move(f);
    return answer;
  }
  Element* response = parsed.value().child("Body")->child("executeResponse");
  Element* result = response == nullptr ? nullptr : response->child("return");
  if (result == nullptr) {
    return xml_error("onec.envelope", "В ответе 1С нет элемента executeResponse/return", Fault::defect);
  }
  answer.result = std::move(*result);
  return answer;
}

bool looks_like_html(std::string_view bytes) {
  const std::string head = text::to_lower_ascii(text::trim(without_bom(bytes)).substr(0, 512));
  return head.starts_with("<!doctype html") || head.find("<html") != std::string::npos;
}

// Pages of web servers say the same in title and heading: each text once. Scripts and styles are no texts.
std::string html_text(std::string_view bytes) {
  constexpr std::size_t enough = 2000;  // bytes of text
  bytes = without_bom(bytes).substr(0, 64 * 1024);
  const std::string lower = text::to_lower_ascii(bytes);
  std::vector<std::string> texts;
  std::size_t length = 0;
  for (std::size_t at = 0; at < bytes.size() && length < enough;) {
    const auto open = std::min(bytes.find('<', at), bytes.size());
    std::string text = squeezed(bytes.substr(at, open - at));
    const auto said = [&](const std::string& before) { return before.find(text) != std::string::npos; };
    if (!text.empty() && std::none_of(texts.begin(), texts.end(), said)) {
      length += text.size();
      texts.push_back(std::move(text));
    }
    if (open == bytes.size()) break;
    at = open;
    for (const std::string_view silent : {"script", "style"}) {
      if (lower.compare(open + 1, silent.size(), silent) == 0) at = lower.find("</" + std::string(silent), open);
    }
    const auto close = at == std::string::npos ? at : bytes.find('>', at);
    at = close == std::string_view::npos ? bytes.size() : close + 1;
  }
  return text::ellipsis(text::join(texts, " "), 300);
}

}  // namespace sedlink::onec_docflow
