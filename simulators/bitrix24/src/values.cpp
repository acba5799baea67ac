#include <charconv>
#include <cmath>

#include "crm.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::sim::b24 {
namespace {

[[noreturn]] void invalid(const Field& field) {
  refuse(400, "CRM_FIELD_ERROR_VALUE_NOT_VALID", "Неверное значение поля \"" + field.title + "\"");
}

std::optional<double> number_of(const json::value& v) {
  if (v.is_number()) return v.to_number<double>();
  const std::string s = text_of(v);
  double d = 0;
  const auto [end, ec] = std::from_chars(s.data(), s.data() + s.size(), d);
  if (ec != std::errc() || end != s.data() + s.size() || !std::isfinite(d)) return std::nullopt;
  return d;
}

json::value number_json(double d) {
  if (std::nearbyint(d) == d && std::abs(d) < 9e15) return static_cast<std::int64_t>(d);
  return d;
}

// Full ISO with a zone; without one, server time (a date alone is its midnight); also "18.07.2024[ 10:00[:00]]".
std::optional<Time> time_of(const Portal& portal, std::string s) {
  if (const auto full = parse_iso8601(s)) return *full;
  if (s.size() >= 10 && s[2] == '.' && s[5] == '.') {
    std::string clock = s.size() > 11 ? s.substr(11) : "00:00:00";
    if (clock.size() == 5) clock += ":00";
    s = s.substr(6, 4) + "-" + s.substr(3, 2) + "-" + s.substr(0, 2) + "T" + clock;
  } else if (s.size() == 10) {
    s += "T00:00:00";
  } else if (s.size() > 10 && s[10] == ' ') {
    s[10] = 'T';
  }
  const auto local = portal.zone->from_local(s);
  return local ? std::optional(*local) : std::nullopt;
}

bool is_link(const std::string& type) {
  for (const char* link : {"user", "employee", "crm_company", "crm_contact", "crm_deal", "crm_lead", "crm_quote"})
    if (type == link) return true;
  return false;
}

// D_1, C_2, CO_3, L_4, SI_7, T40c_6; a field bound to one kind holds the bare id.
bool is_crm_binding(std::string_view s) {
  const auto bar = s.rfind('_');
  const std::string_view digits = bar == std::string_view::npos ? s : s.substr(bar + 1);
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos) return false;
  if (bar == std::string_view::npos) return true;
  const std::string_view head = s.substr(0, bar);
  for (const char* known : {"D", "C", "CO", "L", "SI", "Q", "O"})
    if (head == known) return true;
  return head.size() > 1 && head[0] == 'T' && head.find_first_not_of("0123456789abcdef", 1) == std::string_view::npos;
}

}  // namespace

json::value canonical_one(const Portal& portal, const Field& field, const json::value& given) {
  const bool none = given.is_null() || (given.is_string() && given.get_string().empty()) ||
                    (given.is_bool() && !given.get_bool() && field.type != "boolean");
  if (given.is_object() || given.is_array()) invalid(field);
  if (field.type == "boolean") {
    if (none) return "N";
    return truthy(given) ? "Y" : "N";
  }
  if (is_link(field.type) || field.type == "crm_category" || field.type.starts_with("iblock_")) {
    if (none) return field.dynamic ? json::value(nullptr) : json::value(0);
    const auto id = int_of(given);
    if (!id) invalid(field);
    const bool person = field.type == "user" || field.type == "employee";
    if (person && *id != 0 && portal.user(*id) == nullptr) invalid(field);
    return *id;
  }
  if (none)
    return given.is_string() && (field.type == "string" || field.type == "text") ? json::value("")
                                                                                 : json::value(nullptr);
  if (field.type == "integer") {
    const auto id = int_of(given);
    if (!id) invalid(field);
    return *id;
  }
  if (field.type == "double") {
    const auto d = number_of(given);
    if (!d) invalid(field);
    return number_json(*d);
  }
  if (field.type == "date" || field.type == "datetime") {
    const auto t = time_of(portal, text_of(given));
    if (!t) invalid(field);
    if (field.type == "datetime") return json::string(portal.iso(*t));
    const std::string day = portal.zone->to_local(*t).substr(0, 10);
    return json::string(portal.iso(*portal.zone->from_local(day + "T00:00:00")));
  }
  if (field.type == "enumeration") {
    const auto id = int_of(given);
    const json::array* items = array_of(field.settings, "items");
    for (const json::value& item : items == nullptr ? json::array() : *items) {
      if (id && int_of(item.as_object(), "ID") == *id) return *id;
    }
    invalid(field);
  }
  if (field.type == "money") {
    const std::string s = text_of(given);
    const auto bar = s.find('|');
    if (!number_of(json::value(s.substr(0, bar)))) invalid(field);
    if (bar != std::string::npos && s.size() - bar != 4) invalid(field);  // a currency has three letters
    return json::string(s);
  }
  if (field.type == "crm" && !is_crm_binding(text_of(given))) invalid(field);
  return json::string(text_of(given));
}

json::value canonical(const Portal& portal, const Field& field, const json::value& given) {
  if (!field.multiple) {
    if (given.is_array() && given.get_array().empty()) return canonical_one(portal, field, nullptr);
    return canonical_one(portal, field, given);
  }
  if (field.type == "crm_multifield") return given.is_array() ? given : json::value(json::array());
  const bool clears =
      given.is_null() || (given.is_string() && given.get_string().empty()) || (given.is_bool() && !given.get_bool());
  if (!clears && !given.is_array() && !given.is_object()) {
    const char* type = given.is_string() ? "string" : given.is_bool() ? "bool" : given.is_double() ? "float" : "int";
    refuse(400, "100", "Expected iterable value for multiple field, but got `" + std::string(type) + "` instead");
  }
  json::array out;
  for (const json::value& one : as_list(clears ? nullptr : &given)) {
    json::value value = canonical_one(portal, field, one);
    const bool empty = value.is_null() || (value.is_string() && value.get_string().empty()) ||
                       (value.is_int64() && value.get_int64() == 0);
    if (!empty) out.push_back(std::move(value));
  }
  return out;
}

std::optional<NamedContent> file_pair(const Portal& portal, const json::value& v) {
  const json::array pair = v.is_array() ? v.get_array() : json::array();
  if (pair.size() != 2 || !pair[0].is_string() || !pair[1].is_string()) return std::nullopt;
  const std::string name(pair[0].get_string());
  if (name.empty()) return std::nullopt;
  ContentPtr content = portal.env.contents().from_base64(std::string_view(pair[1].get_string()));
  if (!content) return std::nullopt;
  return NamedContent{name, std::move(content)};
}

std::vector<StoredFile> new_file_set(Portal& portal, const Field& field, const json::value& given,
                                     const std::vector<StoredFile>& current) {
  const auto kept = [&](const json::value& v) -> const StoredFile* {
    const json::object* object = v.if_object();
    const auto id = object == nullptr ? std::nullopt : int_of(*object, "id");
    for (const StoredFile& file : current) {
      if (id && file.id == *id) return &file;
    }
    return nullptr;
  };
  const auto added = [&](const json::value& v) {
    auto pair = file_pair(portal, v);
    if (!pair) invalid(field);
    return StoredFile{portal.next_id("b_file", 30577), pair->name, pair->content};
  };
  const bool clears = given.is_null() || (given.is_string() && given.get_string().empty()) ||
                      (given.is_array() && given.get_array().empty());
  std::vector<StoredFile> out;
  if (clears) return out;
  if (!field.multiple) {
    if (!given.is_object())
      out.push_back(added(given));
    else if (given.get_object().contains("id")) {
      if (const StoredFile* same = kept(given)) out.push_back(*same);  // another id erases
    } else {
      invalid(field);
    }
    return out;
  }
  if (!given.is_array() && !given.is_object()) {
    refuse(400, "100", "Expected iterable value for multiple field, but got `string` instead");
  }
  for (const json::value& one : as_list(&given)) {
    if (one.is_object()) {
      if (!one.get_object().contains("id")) invalid(field);
      if (const StoredFile* same = kept(one)) out.push_back(*same);
    } else {
      out.push_back(added(one));
    }
  }
  return out;
}

}  // namespace sedlink::sim::b24
