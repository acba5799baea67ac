#include "wire/envelope.hpp"

#include <algorithm>
#include <pugixml.hpp>

#include "sedlink/core/text.hpp"
#include "wire/answer.hpp"

namespace sedlink::directum5 {
namespace {

Error wrong(std::string message) {
  return make_error(Fault::rejected, Audience::admin, "directum5.envelope", std::move(message));
}

// "{word}" at the start of the text: a brace, small letters or a slash, a brace. Empty when it is none (a GUID, say).
std::string_view placeholder(std::string_view text) {
  const auto end = text.find('}');
  if (text.empty() || text[0] != '{' || end == std::string_view::npos || end == 1) return {};
  const std::string_view word = text.substr(1, end - 1);
  const bool plain = std::all_of(word.begin(), word.end(), [](char c) { return c == '/' || (c >= 'a' && c <= 'z'); });
  return plain ? word : std::string_view();
}

Result<void> well_formed(const std::string& sample) {
  pugi::xml_document document;
  const auto parsed = document.load_buffer(sample.data(), sample.size(), pugi::parse_default, pugi::encoding_utf8);
  if (!parsed) {
    return wrong(std::string("не XML после подстановки: ") + parsed.description() + ", байт " +
                 std::to_string(parsed.offset));
  }
  if (local_name(document.document_element().name()) != "Envelope") return wrong("корень — не Envelope");
  return {};
}

}  // namespace

std::string escape_xml(std::string_view raw) {
  const std::string valid = text::is_valid_utf8(raw) ? std::string(raw) : text::sanitize_utf8(raw);
  std::string out;
  out.reserve(valid.size() + 16);
  for (std::size_t i = 0; i < valid.size(); ++i) {
    const char c = valid[i];
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      case '\r': out += "&#13;"; break;
      case '\n': out += "&#10;"; break;
      case '\t': out += "&#9;"; break;
      default:
        // U+FFFE and U+FFFF are not characters of XML.
        if (c == '\xEF' && (valid.compare(i, 3, "\xEF\xBF\xBE") == 0 || valid.compare(i, 3, "\xEF\xBF\xBF") == 0)) {
          i += 2;
        } else if (static_cast<unsigned char>(c) >= 0x20) {
          out += c;
        }
    }
  }
  return out;
}

bool is_xml_name(std::string_view name) noexcept {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (static_cast<unsigned char>(c) & 0x80) != 0;
  };
  if (name.empty() || !letter(name[0])) return false;
  return std::all_of(name.begin(), name.end(),
                     [&](char c) { return letter(c) || c == '-' || c == '.' || (c >= '0' && c <= '9'); });
}

Result<EnvelopeTemplate> EnvelopeTemplate::compile(std::string_view source) {
  if (source.starts_with("\xEF\xBB\xBF")) source.remove_prefix(3);
  if (!text::is_valid_utf8(source)) return wrong("не UTF-8");
  if (source.find("<![CDATA[") != std::string_view::npos) return wrong("CDATA не нужна: значения экранируются");
  if (source.find("<!DOCTYPE") != std::string_view::npos) return wrong("DOCTYPE недопустим");
  EnvelopeTemplate made;
  std::vector<Piece>* part = &made.head_;
  std::size_t blocks = 0, names = 0, values = 0, from = 0;
  const auto flush = [&](std::size_t to) {
    if (to > from) part->push_back(Piece{Mark::text, std::string(source.substr(from, to - from))});
  };
  for (std::size_t at = 0; at < source.size(); ++at) {
    const std::string_view word = source[at] == '{' ? placeholder(source.substr(at)) : std::string_view();
    if (word.empty()) continue;
    flush(at);
    const bool inside = part == &made.each_;
    if (word == "script") {
      part->push_back(Piece{Mark::script, {}});
      made.names_script_ = true;
    } else if (word == "parameters" && !inside && blocks == 0) {
      part = &made.each_;
      ++blocks;
    } else if (word == "/parameters" && inside) {
      part = &made.tail_;
    } else if (word == "name" && inside) {
      part->push_back(Piece{Mark::name, {}});
      ++names;
    } else if (word == "value" && inside && values == 0) {
      part->push_back(Piece{Mark::value, {}});
      ++values;
    } else {
      return wrong("{" + std::string(word) + "} неизвестно или не на месте; бывает: {script} и один раз " +
                   "{parameters}… {name} … {value} …{/parameters}");
    }
    at += word.size() + 1;
    from = at + 1;
  }
  flush(source.size());
  if (part != &made.tail_ || names == 0 || values == 0) {
    return wrong("нужны {parameters}, внутри {name} и {value}, и {/parameters}");
  }
  const Parameters sample{Parameter("a", "<&'\">"), Parameter("b", "")};
  const Rendered some = made.write("script", sample);
  const Rendered none = made.write("script", Parameters());
  for (const Rendered* r : {&some, &none}) {
    if (auto good = well_formed(r->before); !good) return good.error();
  }
  return made;
}

EnvelopeTemplate::Rendered EnvelopeTemplate::write(std::string_view script, const Parameters& parameters) const {
  Rendered out;
  std::string* target = &out.before;
  const auto put = [&](const std::vector<Piece>& pieces, const Parameter& parameter) {
    for (const Piece& piece : pieces) {
      switch (piece.mark) {
        case Mark::text: *target += piece.text; break;
        case Mark::script: *target += escape_xml(script); break;
        case Mark::name: *target += escape_xml(parameter.name); break;
        case Mark::value:
          if (parameter.file) {
            target = &out.after;
          } else {
            *target += escape_xml(parameter.value);
          }
          break;
      }
    }
  };
  const Parameter nothing;
  put(head_, nothing);
  for (const Parameter& p : parameters) put(each_, p);
  put(tail_, nothing);
  return out;
}

}  // namespace sedlink::directum5
