#include "sedlink/core/json.hpp"

namespace sedlink::json {

const value* find(const value& v, std::string_view key) noexcept {
  const auto* o = v.if_object();
  return o == nullptr ? nullptr : o->if_contains(key);
}

std::string text(const value& v, std::string_view key) {
  const value* m = find(v, key);
  return m != nullptr && m->is_string() ? std::string(m->get_string()) : std::string();
}

std::int64_t integer(const value& v, std::string_view key, std::int64_t otherwise) noexcept {
  const value* m = find(v, key);
  if (m == nullptr) return otherwise;
  if (m->is_int64()) return m->get_int64();
  if (m->is_uint64()) return static_cast<std::int64_t>(m->get_uint64());
  return otherwise;
}

bool boolean(const value& v, std::string_view key, bool otherwise) noexcept {
  const value* m = find(v, key);
  return m != nullptr && m->is_bool() ? m->get_bool() : otherwise;
}

std::optional<Time> time(const value& v, std::string_view key) noexcept {
  const value* m = find(v, key);
  if (m == nullptr || !m->is_int64()) return std::nullopt;
  return from_epoch_ms(m->get_int64());
}

const array& list(const value& v, std::string_view key) noexcept {
  static const array none;
  const value* m = find(v, key);
  return m != nullptr && m->is_array() ? m->get_array() : none;
}

std::vector<std::string> texts(const value& v, std::string_view key) {
  std::vector<std::string> out;
  for (const auto& item : list(v, key))
    if (item.is_string()) out.emplace_back(item.get_string());
  return out;
}

array from_texts(const std::vector<std::string>& items) {
  array out;
  for (const auto& item : items) out.emplace_back(item);
  return out;
}

value from_time(const std::optional<Time>& t) {
  if (!t) return nullptr;
  return to_epoch_ms(*t);
}

Result<value> parse(std::string_view text) {
  boost::system::error_code ec;
  boost::json::stream_parser parser;
  const std::size_t used = parser.write_some(text, ec);
  if (!ec && used == text.size()) parser.finish(ec);
  if (ec || used != text.size()) {
    Error e;
    e.fault = Fault::rejected;
    e.code = "core.json";
    e.message = "Неверный JSON около байта " + std::to_string(used) + (ec ? ": " + ec.message() : std::string());
    return e;
  }
  return parser.release();
}

}  // namespace sedlink::json
