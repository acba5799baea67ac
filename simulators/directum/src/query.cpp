#include "query.hpp"

#include <charconv>

#include "sedlink/core/text.hpp"
#include "sedlink/net/http.hpp"

namespace sedlink::sim::directum {
namespace {

constexpr std::size_t max_expand_depth = 8;

// Parts between `separator` outside quotes and parentheses.
std::vector<std::string_view> divide(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  std::size_t begin = 0;
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\'') quoted = !quoted;
    if (quoted) continue;
    if (c == '(') ++depth;
    if (c == ')' && --depth < 0) bad_request("Лишняя скобка в '" + std::string(text) + "'.");
    if (c != separator || depth != 0) continue;
    parts.push_back(text.substr(begin, i - begin));
    begin = i + 1;
  }
  if (quoted || depth != 0) bad_request("Строка или скобка не закрыта в '" + std::string(text) + "'.");
  parts.push_back(text.substr(begin));
  return parts;
}

std::uint64_t number(std::string_view text, std::string_view option) {
  std::uint64_t value = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (ec != std::errc() || end != text.data() + text.size())
    bad_request("Invalid value '" + std::string(text) + "' for " + std::string(option) + " query option found.");
  return value;
}

const Property& property_of(std::string_view name, const Type& type, std::string_view option) {
  const Property* found = type.find(text::trim(name));
  if (found == nullptr) {
    bad_request("The query specified in the URI is not valid. " + std::string(option) +
                ": Could not find a property named '" + std::string(name) + "' on type '" + type.edm_name() + "'.");
  }
  return *found;
}

class Reader {
 public:
  Reader(const FilterOptions& filter) : filter_(filter) {}

  void apply(std::string_view name, std::string_view value, const Type& type, Query& query, std::size_t depth) {
    if (name == "$filter") {
      query.filter = parse_filter(value, type, filter_);
    } else if (name == "$select") {
      query.selects = true;
      for (const std::string_view part : divide(value, ',')) {
        if (text::trim(part) == "*") {
          query.selects = false;
          continue;
        }
        query.select.push_back(&property_of(part, type, name));
      }
    } else if (name == "$expand") {
      for (const std::string_view part : divide(value, ','))
        query.expand.push_back(expand(text::trim(part), type, depth + 1));
    } else if (name == "$orderby") {
      for (const std::string_view part : divide(value, ',')) query.order.push_back(order(text::trim(part), type));
    } else if (name == "$top") {
      query.top = number(value, name);
    } else if (name == "$skip") {
      query.skip = number(value, name);
    } else if (name == "$count") {
      if (value != "true" && value != "false")
        bad_request("Invalid value '" + std::string(value) + "' for $count query option found.");
      query.count = value == "true";
    } else {
      bad_request("The query parameter '" + std::string(name) + "' is not supported.");
    }
  }

 private:
  Expand expand(std::string_view text, const Type& type, std::size_t depth) {
    if (depth > max_expand_depth) bad_request("The $expand is too deep.");
    const std::size_t open = text.find('(');
    Expand made;
    made.property = &property_of(text.substr(0, open), type, "$expand");
    if (made.property->is_simple()) {
      bad_request("Property '" + std::string(made.property->name) + "' on type '" + type.edm_name() +
                  "' is not a navigation property or complex property. Only navigation properties can be expanded.");
    }
    made.options.emplace_back();
    if (open == std::string_view::npos) return made;
    if (!text.ends_with(')')) bad_request("Лишний текст после скобок в $expand.");
    if (made.property->target == nullptr) bad_request("Двоичное свойство не имеет вложенных параметров.");
    for (const std::string_view option : divide(text.substr(open + 1, text.size() - open - 2), ';')) {
      const std::size_t equals = option.find('=');
      if (equals == std::string_view::npos) bad_request("Во вложенных параметрах $expand нет '='.");
      apply(text::trim(option.substr(0, equals)), option.substr(equals + 1), *made.property->target,
            made.options.front(), depth);
    }
    return made;
  }

  static OrderKey order(std::string_view text, const Type& type) {
    OrderKey key;
    const std::size_t blank = text.find(' ');
    const std::string_view direction = blank == std::string_view::npos ? "asc" : text::trim(text.substr(blank));
    if (direction != "asc" && direction != "desc")
      bad_request("Непонятное направление '" + std::string(direction) + "' в $orderby.");
    key.descending = direction == "desc";
    key.path = parse_path(text.substr(0, blank), type);
    if (!key.path.path.back()->is_simple()) bad_request("$orderby требует простого свойства.");
    return key;
  }

  FilterOptions filter_;
};

}  // namespace

Query parse_query(const QueryOptions& options, const Type& type, const FilterOptions& filter) {
  Query query;
  Reader reader(filter);
  std::vector<std::string_view> seen;
  for (const auto& [name, value] : options) {
    if (!name.starts_with('$')) continue;
    for (const std::string_view other : seen) {
      if (other == name) bad_request("Query option '" + name + "' was specified more than once.");
    }
    seen.push_back(name);
    reader.apply(name, value, type, query, 0);
  }
  return query;
}

std::vector<Segment> parse_path_segments(std::string_view path) {
  std::vector<Segment> segments;
  for (const std::string_view raw : divide(path, '/')) {
    if (raw.empty()) {
      if (segments.empty() || raw.data() + raw.size() == path.data() + path.size())
        continue;  // leading, trailing slash
      bad_request("Пустая часть пути.");
    }
    Segment segment;
    const std::string decoded = text::url_decode(raw, false);
    if (!text::is_valid_utf8(decoded)) bad_request("Путь не в UTF-8.");
    const std::size_t open = decoded.find('(');
    segment.name = decoded.substr(0, open);
    if (open != std::string::npos) {
      if (!decoded.ends_with(')')) bad_request("Лишний текст после скобок.");
      segment.key = decoded.substr(open + 1, decoded.size() - open - 2);
    }
    segments.push_back(std::move(segment));
  }
  return segments;
}

QueryOptions parse_options(std::string_view query) {
  const Result<net::FormPairs> parsed = net::parse_form(query);
  if (parsed.has_error()) bad_request("Строка запроса не читается.");
  for (const auto& [name, value] : parsed.value()) {
    if (!text::is_valid_utf8(name) || !text::is_valid_utf8(value)) bad_request("Строка запроса не в UTF-8.");
  }
  return parsed.value();
}

std::optional<Id> parse_key(std::string_view key) {
  Id id = 0;
  const auto [end, ec] = std::from_chars(key.data(), key.data() + key.size(), id);
  if (ec != std::errc() || end != key.data() + key.size()) return std::nullopt;
  return id;
}

QueryOptions parse_arguments(std::string_view text) {
  QueryOptions arguments;
  if (text::trim(text).empty()) return arguments;
  for (const std::string_view part : divide(text, ',')) {
    const std::size_t equals = part.find('=');
    if (equals == std::string_view::npos) bad_request("Аргумент функции без имени.");
    arguments.emplace_back(text::trim(part.substr(0, equals)), text::trim(part.substr(equals + 1)));
  }
  return arguments;
}

}  // namespace sedlink::sim::directum
