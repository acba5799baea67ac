#include "portal.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "sedlink/core/hash.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::sim::b24 {
namespace {

struct EntityName {
  int id;
  std::string_view word, code;
};
constexpr EntityName entity_names[] = {{1, "lead", "lead"},       {2, "deal", "deal"},
                                       {3, "contact", "contact"}, {4, "company", "company"},
                                       {7, "quote", "quote"},     {31, "smart-invoice", "dynamic_31"}};

std::optional<int> number_after(std::string_view text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return std::nullopt;
  const auto number = int_of(json::value(json::string(text.substr(prefix.size()))));
  return number ? std::optional(static_cast<int>(*number)) : std::nullopt;
}

std::string signature_of(const Portal& portal, std::string_view kind, const std::string& payload) {
  return sha256_hex(portal.link_secret + "|" + std::string(kind) + "|" + payload).substr(0, 40);
}

}  // namespace

std::string User::full_name() const {
  std::string out = last_name;
  for (const std::string* part : {&name, &second_name}) {
    if (!part->empty()) out += (out.empty() ? "" : " ") + *part;
  }
  return out;
}

const Field* EntityType::field(std::string_view name) const {
  for (const Field& one : fields) {
    if (one.name == name) return &one;
  }
  return nullptr;
}

void refuse(int status, std::string_view code, std::string description) {
  throw RestError{status, json::string(code), std::move(description)};
}

void refuse_zero(std::string description) { throw RestError{400, 0, std::move(description)}; }

Portal::Portal(Environment& environment_given) : env(environment_given), events(environment_given) {}

Id Portal::next_id(const std::string& sequence, Id first) {
  Id& last = sequences_.try_emplace(sequence, first - 1).first->second;
  return ++last;
}

EntityType& Portal::type(int entity_type_id) {
  const auto found = types.find(entity_type_id);
  if (entity_type_id == 5) refuse(400, "ENTITY_TYPE_NOT_SUPPORTED", "Entity type is not supported");
  if (found == types.end()) refuse(400, "NOT_FOUND", "Смарт-процесс не найден");
  return found->second;
}

const User* Portal::user(Id id) const {
  const auto found = users.find(id);
  return found == users.end() ? nullptr : &found->second;
}

std::string entity_word(int entity_type_id) {
  for (const auto& one : entity_names) {
    if (one.id == entity_type_id) return std::string(one.word);
  }
  return "dynamic:" + std::to_string(entity_type_id);
}

std::optional<int> entity_from_word(std::string_view word) {
  for (const auto& one : entity_names) {
    if (one.word == word) return one.id;
  }
  if (const auto dynamic = number_after(word, "dynamic:")) return dynamic;
  return entity_from_code(word);
}

std::string entity_code(int entity_type_id) {
  for (const auto& one : entity_names) {
    if (one.id == entity_type_id) return std::string(one.code);
  }
  return "dynamic_" + std::to_string(entity_type_id);
}

std::optional<int> entity_from_code(std::string_view code) {
  for (const auto& one : entity_names) {
    if (one.code == code) return one.id;
  }
  return number_after(code, "dynamic_");
}

std::string signed_query(const Portal& portal, std::string_view kind, const json::object& payload) {
  json::object full = payload;
  full["exp"] = to_epoch_ms(portal.now()) + static_cast<std::int64_t>(portal.quirks.link_seconds * 1000);
  const std::string body = text::base64_encode(json::serialize(full));
  const std::string token = std::string(kind) + "|" + body + "|" + signature_of(portal, kind, body);
  const std::string auth = sha256_hex(portal.link_secret + body).substr(0, 40);
  return "auth=" + auth + "&token=" + text::url_encode(token);
}

LinkCheck check_link(const Portal& portal, std::string_view kind, const json::object& params) {
  LinkCheck check;
  const std::vector<std::string> parts = text::split(text_of(params, "token"), '|');
  if (parts.size() != 3 || parts[0] != kind || parts[2] != signature_of(portal, kind, parts[1])) return check;
  if (text_of(params, "auth") != sha256_hex(portal.link_secret + parts[1]).substr(0, 40)) return check;
  const auto decoded = text::base64_decode(parts[1]);
  boost::system::error_code ec;
  const json::value payload = json::parse(decoded ? *decoded : std::string(), ec);
  if (ec || !payload.is_object()) return check;
  check.genuine = true;
  check.payload = payload.get_object();
  check.expired = int_of(check.payload, "exp").value_or(0) < to_epoch_ms(portal.now());
  return check;
}

}  // namespace sedlink::sim::b24
