#include "php.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <cmath>
#include <memory>

#include "sedlink/core/text.hpp"

namespace sedlink::sim::b24 {
namespace {

// A PHP array under construction; a leaf has no children and a text.
struct Node {
  std::string text;
  bool leaf = true;
  std::vector<std::pair<std::string, std::unique_ptr<Node>>> children;
  std::int64_t next_index = 0;

  Node& child(const std::string& wanted) {
    leaf = false;
    const std::string key = wanted.empty() ? std::to_string(next_index) : wanted;
    for (auto& [name, node] : children) {
      if (name == key) return *node;
    }
    if (const auto index = int_of(json::value(key))) next_index = std::max(next_index, *index + 1);
    children.emplace_back(key, std::make_unique<Node>());
    return *children.back().second;
  }

  json::value to_json() const {
    if (leaf) return json::string(text);
    std::vector<std::pair<std::string, json::value>> members;
    for (const auto& [name, node] : children) members.emplace_back(name, node->to_json());
    return php_array(std::move(members));
  }
};

void insert(Node& root, const std::string& name, const std::string& value) {
  const auto bracket = name.find('[');
  Node* at = &root.child(name.substr(0, bracket));
  std::size_t open = bracket;
  while (open != std::string::npos && open < name.size() && name[open] == '[') {
    const auto close = name.find(']', open);
    if (close == std::string::npos) break;
    at = &at->child(name.substr(open + 1, close - open - 1));
    open = close + 1;
  }
  at->leaf = true;
  at->children.clear();
  at->text = value;
}

std::string parameter_of(std::string_view header, std::string_view name) {
  const auto at = header.find(std::string(name) + "=");
  if (at == std::string_view::npos) return {};
  std::string_view rest = header.substr(at + name.size() + 1);
  if (rest.starts_with('"')) return std::string(rest.substr(1, rest.find('"', 1) - 1));
  return std::string(rest.substr(0, rest.find_first_of("; \r\n")));
}

void read_multipart(std::string_view body, const std::string& boundary, net::FormPairs& pairs,
                    std::map<std::string, UploadedFile>& files) {
  const std::string mark = "--" + boundary;
  std::size_t at = body.find(mark);
  while (at != std::string_view::npos) {
    const std::size_t start = at + mark.size();
    if (body.substr(start, 2) == "--") return;
    const std::size_t end = body.find("\r\n" + mark, start);
    if (end == std::string_view::npos) return;
    const std::string_view part = body.substr(start + 2, end - start - 2);
    const std::size_t blank = part.find("\r\n\r\n");
    if (blank != std::string_view::npos) {
      std::string_view disposition;
      for (std::string_view head = part.substr(0, blank); !head.empty();) {
        const std::string_view line = head.substr(0, head.find("\r\n"));
        if (text::to_lower_ascii(line.substr(0, 20)) == "content-disposition:") disposition = line;
        head.remove_prefix(std::min(head.size(), line.size() + 2));
      }
      const std::string name = parameter_of(disposition, " name");
      const std::string file =
          net::disposition_file_name(text::trim(disposition.substr(std::min<std::size_t>(20, disposition.size()))));
      const std::string_view content = part.substr(blank + 4);
      if (disposition.find("filename") == std::string_view::npos)
        pairs.emplace_back(name, content);
      else
        files[name] = {file, std::string(content)};
    }
    at = end + 2;
  }
}

net::FormPairs form_of(std::string_view text) {
  const auto pairs = net::parse_form(text, 100'000);
  return pairs ? *pairs : net::FormPairs{};
}

void write_xml(const json::value& v, std::string& out) {
  const auto element = [&](std::string name, const json::value& inner) {
    if (name.empty() || (name[0] >= '0' && name[0] <= '9')) name = "item";
    out += "<" + name + ">";
    write_xml(inner, out);
    out += "</" + name + ">";
  };
  if (const auto* object = v.if_object()) {
    for (const auto& member : *object) element(std::string(member.key()), member.value());
  } else if (const auto* array = v.if_array()) {
    for (const auto& one : *array) element("item", one);
  } else {
    for (const char c : text_of(v)) {
      if (c == '<')
        out += "&lt;";
      else if (c == '&')
        out += "&amp;";
      else
        out += c;
    }
  }
}

void write_json(const json::value& v, std::string& out) {
  if (const auto* object = v.if_object()) {
    out += '{';
    bool first = true;
    for (const auto& member : *object) {
      if (!first) out += ',';
      first = false;
      out += json::serialize(json::string(member.key())) + ':';
      write_json(member.value(), out);
    }
    out += '}';
  } else if (const auto* array = v.if_array()) {
    out += '[';
    for (std::size_t i = 0; i < array->size(); ++i) {
      if (i > 0) out += ',';
      write_json((*array)[i], out);
    }
    out += ']';
  } else if (v.is_double()) {
    const double d = v.get_double();
    char buffer[400];
    const auto end =
        std::to_chars(buffer, buffer + sizeof buffer, std::isfinite(d) ? d : 0.0, std::chars_format::fixed);
    out.append(buffer, end.ptr);
  } else {
    out += json::serialize(v);
  }
}

}  // namespace

json::object nest(const net::FormPairs& pairs) {
  Node root;
  for (const auto& [name, value] : pairs) insert(root, name, value);
  json::object out;
  for (const auto& [name, node] : root.children) out[name] = node->to_json();
  return out;
}

json::value php_array(std::vector<std::pair<std::string, json::value>> members) {
  bool list = true;
  for (std::size_t i = 0; i < members.size(); ++i) list = list && members[i].first == std::to_string(i);
  if (list) {
    json::array out;
    for (auto& [key, value] : members) out.push_back(std::move(value));
    return out;
  }
  json::object out;
  for (auto& [key, value] : members) out[key] = std::move(value);
  return out;
}

json::object as_map(const json::value* v) {
  if (v == nullptr) return {};
  if (v->is_object()) return v->get_object();
  json::object out;
  if (const auto* list = v->if_array()) {
    for (std::size_t i = 0; i < list->size(); ++i) out[std::to_string(i)] = (*list)[i];
  }
  return out;
}

json::array as_list(const json::value* v) {
  if (v == nullptr || v->is_null()) return {};
  if (v->is_array()) return v->get_array();
  json::array out;
  if (const auto* object = v->if_object()) {
    for (const auto& member : *object) out.push_back(member.value());
  } else {
    out.push_back(*v);
  }
  return out;
}

Input read_input(std::string_view query, std::string_view content_type, std::string_view body) {
  Input input;
  input.params = nest(form_of(query));
  const std::string media = net::media_type(content_type);
  json::object posted;
  const std::string_view trimmed = text::trim(body.substr(0, 64));
  const bool looks_like_json = trimmed.starts_with('{') || trimmed.starts_with('[');
  if (media == "multipart/form-data") {
    net::FormPairs pairs;
    read_multipart(body, parameter_of(content_type, "boundary"), pairs, input.files);
    posted = nest(pairs);
  } else if (media == "application/json" || (media != "application/x-www-form-urlencoded" && looks_like_json)) {
    boost::system::error_code ec;
    const json::value parsed = json::parse(json::string_view(body.data(), body.size()), ec);
    if (!ec) posted = as_map(&parsed);
  } else if (!body.empty()) {
    posted = nest(form_of(body));
  }
  for (auto& member : posted) input.params[member.key()] = std::move(member.value());
  return input;
}

std::string to_json_text(const json::value& v) {
  std::string out;
  write_json(v, out);
  return out;
}

std::string to_xml_text(const json::object& envelope) {
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<response>";
  write_xml(envelope, out);
  return out + "</response>";
}

}  // namespace sedlink::sim::b24
