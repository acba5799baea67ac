#include "wire/envelope.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "sedlink/core/text.hpp"
#include "translate/markup.hpp"

namespace sedlink::bitrix24::wire {
namespace {

CallTime read_time(const json::value* time) {
  CallTime out;
  if (time == nullptr) return out;
  out.duration = number_at(*time, {"duration"});
  out.finish = number_at(*time, {"finish"});
  out.operating = number_at(*time, {"operating"});
  out.operating_reset_at = number_at(*time, {"operating_reset_at"});
  out.date_finish = text_at(*time, {"date_finish"});
  return out;
}

// `error` is a string, a number, or (REST 3) an object with code and message.
void read_error(const json::value& error, const json::value* description, Refusal& to) {
  to.readable = true;
  if (error.is_object()) {
    to.code = text_at(error, {"code"});
    to.description = text_at(error, {"message"});
  } else {
    to.code = text(error);
  }
  if (description != nullptr && to.description.empty()) to.description = text(*description);
}

}  // namespace

Outcome read_answer(int status, std::string_view body) {
  Refusal refusal;
  refusal.status = status;
  auto parsed = parse_json(body);
  const json::object* root = parsed ? parsed->if_object() : nullptr;
  if (root == nullptr) return refusal;
  const auto* error = root->if_contains("error");
  auto* result = parsed->get_object().if_contains("result");
  if (error != nullptr && result == nullptr) {
    read_error(*error, root->if_contains("error_description"), refusal);
    refusal.time = read_time(root->if_contains("time"));
    return refusal;
  }
  if (result == nullptr || status >= 300) return refusal;
  Answer answer;
  answer.total = integer_at(*parsed, {"total"});
  answer.next = integer_at(*parsed, {"next"});
  answer.time = read_time(root->if_contains("time"));
  answer.result = std::move(*result);
  return answer;
}

std::map<std::string, Outcome> read_batch(const Answer& outer, const std::vector<std::string>& keys) {
  std::map<std::string, Outcome> outcomes;
  const json::value nothing;
  // Unlike find(), tells a null result from a missing one.
  const auto entry = [&](const char* map, const std::string& key, std::size_t index) -> const json::value* {
    const auto* in = find(outer.result, {map});
    if (in == nullptr) return nullptr;
    if (const auto* object = in->if_object()) return object->if_contains(key);
    if (const auto* array = in->if_array()) return index < array->size() ? &(*array)[index] : nullptr;
    return nullptr;
  };
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const auto time = read_time(entry("result_time", keys[i], i));
    const auto* error = entry("result_error", keys[i], i);
    if (error != nullptr && !error->is_null()) {
      Refusal refusal;
      if (error->is_object()) {
        const auto* code = error->get_object().if_contains("error");
        read_error(code ? *code : nothing, error->get_object().if_contains("error_description"), refusal);
      } else {
        read_error(*error, nullptr, refusal);
      }
      refusal.time = time;
      outcomes.emplace(keys[i], std::move(refusal));
      continue;
    }
    const auto* result = entry("result", keys[i], i);
    if (result == nullptr) continue;
    Answer answer;
    answer.result = *result;
    answer.time = time;
    if (const auto* total = entry("result_total", keys[i], i)) answer.total = integer_at(*total, {});
    if (const auto* next = entry("result_next", keys[i], i)) answer.next = integer_at(*next, {});
    outcomes.emplace(keys[i], std::move(answer));
  }
  return outcomes;
}

std::string plain_text(std::string_view description) {
  std::string out;
  bool in_tag = false;
  for (const char c : description) {
    if (c == '<')
      in_tag = true;
    else if (c == '>' && in_tag)
      in_tag = false, out += ' ';
    else if (!in_tag)
      out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  if (in_tag) out = std::string(description);  // a lone '<' of an ordinary sentence
  out = unescape_entities(std::move(out));
  while (out.find("  ") != std::string::npos) out = text::replace_all(std::move(out), "  ", " ");
  return text::ellipsis(text::sanitize_utf8(text::trim(out)), 500);
}

}  // namespace sedlink::bitrix24::wire
