#include "wire/answer.hpp"

#include <algorithm>
#include <pugixml.hpp>

#include "sedlink/core/text.hpp"

namespace sedlink::directum5 {
namespace {

Error damaged(std::string message) {
  return make_error(Fault::transient, Audience::admin, "directum5.xml", std::move(message));
}
Error unagreed(std::string message) {
  return make_error(Fault::defect, Audience::admin, "directum5.answer",
                    "Ответ DIRECTUM 5 — не то, о чём договорились (docs/directum5-scripts.md): " + std::move(message));
}

std::string_view without_bom(std::string_view bytes) {
  return bytes.starts_with("\xEF\xBB\xBF") ? bytes.substr(3) : bytes;
}

// Characters that XML forbids are dropped, bad UTF-8 replaced: they would break what goes on from here.
std::string clean(std::string_view raw) {
  std::string out;
  out.reserve(raw.size());
  for (const char c : raw) {
    if (static_cast<unsigned char>(c) >= 0x20 || c == '\t' || c == '\n' || c == '\r') out += c;
  }
  return text::is_valid_utf8(out) ? out : text::sanitize_utf8(out);
}

bool has_elements(const pugi::xml_node& node) {
  return std::any_of(node.begin(), node.end(), [](const pugi::xml_node& c) { return c.type() == pugi::node_element; });
}

std::string text_of(const pugi::xml_node& node) {
  std::string out;
  for (const auto& c : node.children()) {
    if (c.type() == pugi::node_pcdata || c.type() == pugi::node_cdata) out += c.value();
  }
  return out;
}

pugi::xml_node child(const pugi::xml_node& node, std::string_view name) {
  for (const auto& c : node.children()) {
    if (c.type() == pugi::node_element && local_name(c.name()) == name) return c;
  }
  return {};
}

Result<void> parse(pugi::xml_document& document, std::string_view bytes) {
  const auto parsed = document.load_buffer(bytes.data(), bytes.size(), pugi::parse_default, pugi::encoding_utf8);
  if (parsed && document.document_element()) return {};
  return damaged(std::string("Ответ DIRECTUM 5 оборван или не XML: ") + parsed.description() + ", байт " +
                 std::to_string(parsed.offset));
}

std::string ours(std::string_view theirs, const NameTable& names) {
  const auto it = names.find(theirs);
  return clean(it == names.end() ? theirs : std::string_view(it->second));
}

SoapFault fault_of(const pugi::xml_node& node) {
  SoapFault fault;
  fault.code = clean(text_of(child(node, "faultcode")));
  fault.text = clean(text_of(child(node, "faultstring")));
  if (fault.code.empty()) fault.code = clean(text_of(child(child(node, "Code"), "Value")));  // SOAP 1.2
  if (fault.text.empty()) fault.text = clean(text_of(child(child(node, "Reason"), "Text")));
  return fault;
}

Result<Row> row_of(const pugi::xml_node& node, const NameTable& names) {
  Row row;
  row.kind = ours(local_name(node.name()), names);
  for (const auto& field : node.children()) {
    if (field.type() != pugi::node_element) continue;
    const std::string name = ours(local_name(field.name()), names);
    if (has_elements(field)) return unagreed("в поле «" + row.kind + "/" + name + "» не текст");
    std::string value = text_of(field);
    if (value.size() > max_field_bytes) return unagreed("поле «" + row.kind + "/" + name + "» слишком длинное");
    if (row.fields.size() >= max_fields) return unagreed("в «" + row.kind + "» слишком много полей");
    if (!row.fields.emplace(name, clean(value)).second) {
      return unagreed("поле «" + row.kind + "/" + name + "» указано дважды");
    }
  }
  return row;
}

Result<Answer> rows_of(const pugi::xml_node& root, const NameTable& names) {
  Answer answer;
  if (!text::trim(text_of(root)).empty()) return unagreed("вместо строк — текст");
  for (const auto& node : root.children()) {
    if (node.type() != pugi::node_element) continue;
    auto row = row_of(node, names);
    if (!row) return row.error();
    if (row.value().kind == "error") {
      answer.error = ScriptError{row.value().get("code"), row.value().get("message")};
      answer.rows.clear();
      return answer;
    }
    if (answer.rows.size() >= max_rows) return unagreed("слишком много строк");
    answer.rows.push_back(std::move(row).value());
  }
  return answer;
}

}  // namespace

Error make_error(Fault fault, Audience audience, std::string code, std::string message, std::string vendor) {
  Error e;
  e.fault = fault;
  e.audience = audience;
  e.code = std::move(code);
  e.message = std::move(message);
  e.vendor_code = std::move(vendor);
  return e;
}

std::string Row::get(std::string_view name) const {
  const auto it = fields.find(name);
  return it == fields.end() ? std::string() : std::string(text::trim(it->second));
}

std::vector<const Row*> Answer::all(std::string_view kind) const {
  std::vector<const Row*> found;
  for (const Row& row : rows) {
    if (row.kind == kind) found.push_back(&row);
  }
  return found;
}

std::string_view local_name(std::string_view qualified) noexcept {
  const auto colon = qualified.rfind(':');
  return colon == std::string_view::npos ? qualified : qualified.substr(colon + 1);
}

Result<Answer> read_answer(std::string_view bytes, const std::vector<std::string>& path, const NameTable& names) {
  bytes = without_bom(bytes);
  if (text::trim(bytes).empty()) {
    return make_error(Fault::transient, Audience::admin, "directum5.empty", "DIRECTUM 5 вернула пустой ответ");
  }
  pugi::xml_document document;
  if (auto parsed = parse(document, bytes); !parsed) return parsed.error();
  const pugi::xml_node root = document.document_element();
  if (local_name(root.name()) != "Envelope") return unagreed("не конверт SOAP: <" + clean(root.name()) + ">");
  pugi::xml_node place = child(root, "Body");
  if (!place) return unagreed("в конверте нет Body");
  if (const pugi::xml_node fault = child(place, "Fault")) {
    Answer answer;
    answer.fault = fault_of(fault);
    return answer;
  }
  for (const std::string& name : path) {
    place = child(place, name);
    if (!place) return unagreed("в ответе нет элемента «" + name + "» (настройка answer)");
  }
  if (has_elements(place)) {
    // The place holds the root of the answer, whatever its name, and nothing else.
    pugi::xml_node inner;
    for (const auto& c : place.children()) {
      if (c.type() != pugi::node_element) continue;
      if (inner) return unagreed("в «" + clean(place.name()) + "» больше одного элемента");
      inner = c;
    }
    return rows_of(inner, names);
  }
  const std::string held = text_of(place);
  if (text::trim(held).empty()) return unagreed("сценарий ничего не вернул");
  if (!text::trim(held).starts_with('<') && !held.starts_with("\xEF\xBB\xBF")) {
    return unagreed("сценарий вернул не XML: «" + text::ellipsis(clean(held), 80) + "»");
  }
  pugi::xml_document answer;
  const std::string_view inner = text::trim(without_bom(held));
  if (auto parsed = parse(answer, inner); !parsed) return unagreed("XML сценария не читается");
  return rows_of(answer.document_element(), names);
}

bool looks_like_html(std::string_view bytes) {
  const std::string head = text::to_lower_ascii(text::trim(without_bom(bytes)).substr(0, 512));
  return head.starts_with("<!doctype html") || head.find("<html") != std::string::npos;
}

std::string plain_text(std::string_view bytes) {
  std::string out;
  bool tag = false;
  const std::string some = clean(without_bom(bytes).substr(0, 16 * 1024));
  for (const char c : some) {
    if (c == '<') tag = true;
    const char one = tag || static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    if (one != ' ' || (!out.empty() && out.back() != ' ')) out += one;
    if (c == '>') tag = false;
  }
  return text::ellipsis(text::trim(out), 300);
}

Result<void> ContentScanner::keep(char c) {
  if (envelope_.size() >= limit_) {
    return make_error(Fault::rejected, Audience::admin, "directum5.body_limit",
                      "Ответ DIRECTUM 5 без тела файла больше допустимого");
  }
  envelope_ += c;
  return {};
}

Result<void> ContentScanner::feed(std::string_view piece) {
  for (const char c : piece) {
    Result<void> step;
    switch (place_) {
      case Place::text:
        step = keep(c);
        if (c == '<') {
          place_ = Place::tag;
          tag_.clear();
        } else if (c == ';' && envelope_.ends_with("&lt;")) {
          place_ = Place::escaped_tag;
          tag_.clear();
        }
        break;
      case Place::tag:
        step = keep(c);
        if (c == '>') {
          end_tag();
        } else if (tag_.size() < 512) {
          tag_ += c;
        }
        break;
      case Place::escaped_tag:
        step = keep(c);
        if (c == '<') {  // the text has ended without the escaped tag's end
          place_ = Place::tag;
          tag_.clear();
        } else if (c == ';' && envelope_.ends_with("&gt;")) {
          tag_.resize(tag_.size() >= 3 ? tag_.size() - 3 : 0);
          end_tag();
        } else if (tag_.size() < 512) {
          tag_ += c;
        }
        break;
      case Place::payload: step = payload(c); break;
      case Place::entity:
        tag_ += c;
        if (c == ';') {
          step = end_entity();
        } else if (tag_.size() > 8) {
          step = make_error(Fault::transient, Audience::admin, "directum5.base64", "Тело файла в ответе повреждено");
        }
        break;
    }
    if (!step) return step;
  }
  return {};
}

void ContentScanner::end_tag() {
  place_ = Place::text;
  const bool closed = tag_.ends_with('/');
  const std::string_view name = std::string_view(tag_).substr(0, tag_.find_first_of(" \t\r\n/&"));
  if (found_ || closed || local_name(name) != element_) return;
  found_ = true;
  place_ = Place::payload;
}

Result<void> ContentScanner::end_payload() {
  if (auto flushed = flush(); !flushed) return flushed;
  if (digits_.empty()) return {};
  return make_error(Fault::transient, Audience::admin, "directum5.base64", "Тело файла в ответе повреждено");
}

Result<void> ContentScanner::payload(char c) {
  constexpr std::size_t decode_piece = 48 * 1024;  // multiple of 4
  if (c == '<') {
    if (auto ended = end_payload(); !ended) return ended;
    place_ = Place::tag;
    tag_.clear();
    return keep(c);
  }
  if (c == '&') {
    place_ = Place::entity;
    tag_ = "&";
    return {};
  }
  if (c == ' ' || c == '\t' || c == '\r' || c == '\n') return {};
  if (padded_ && c != '=') {
    return make_error(Fault::transient, Audience::admin, "directum5.base64", "Тело файла в ответе повреждено");
  }
  if (c == '=') padded_ = true;
  digits_ += c;
  return digits_.size() >= decode_piece ? flush() : Result<void>();
}

// References to blanks are blanks of base64; &lt; is the end of the content.
Result<void> ContentScanner::end_entity() {
  place_ = Place::payload;
  for (const std::string_view blank : {"&#13;", "&#10;", "&#9;", "&#xD;", "&#xA;", "&#x9;"}) {
    if (tag_ == blank) return {};
  }
  if (tag_ != "&lt;") {
    return make_error(Fault::transient, Audience::admin, "directum5.base64", "Тело файла в ответе повреждено");
  }
  if (auto ended = end_payload(); !ended) return ended;
  for (const char c : std::string_view("&lt;")) {
    if (auto kept = keep(c); !kept) return kept;
  }
  place_ = Place::escaped_tag;
  tag_.clear();
  return {};
}

Result<void> ContentScanner::flush() {
  const std::size_t whole = digits_.size() - digits_.size() % 4;
  if (whole == 0) return {};
  auto bytes = text::base64_decode(std::string_view(digits_).substr(0, whole));
  if (!bytes) {
    return make_error(Fault::transient, Audience::admin, "directum5.base64", "Тело файла в ответе повреждено");
  }
  digits_.erase(0, whole);
  return decoded_(bytes.value());
}

Result<void> ContentScanner::finish() {
  if (place_ == Place::text) return {};
  return damaged("Ответ DIRECTUM 5 с телом файла оборван");
}

}  // namespace sedlink::directum5
