// batch (bitrix24.md 3): decode, then substitute $result references, then run, one after the other.
#include "rest.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::sim::b24 {
namespace {

constexpr std::size_t max_commands = 50;

struct Results {
  std::vector<std::pair<std::string, json::value>> result, error, total, next, time;
};

// "[a][item][id]" from `at` on; the end of it goes to `end`.
std::vector<std::string> path_at(std::string_view text, std::size_t at, std::size_t& end) {
  std::vector<std::string> path;
  end = at;
  while (end < text.size() && text[end] == '[') {
    const auto close = text.find(']', end);
    if (close == std::string_view::npos) break;
    path.emplace_back(text.substr(end + 1, close - end - 1));
    end = close + 1;
  }
  return path;
}

const json::value* resolve(const Results& done, const std::vector<std::string>& path) {
  const json::value* at = nullptr;
  for (const auto& [key, value] : done.result) {
    if (!path.empty() && key == path[0]) at = &value;
  }
  for (std::size_t i = 1; at != nullptr && i < path.size(); ++i) {
    const auto index = int_of(json::value(path[i]));
    if (const json::object* object = at->if_object())
      at = object->if_contains(path[i]);
    else if (const json::array* array = at->if_array()) {
      at = index && *index >= 0 && static_cast<std::size_t>(*index) < array->size()
               ? &(*array)[static_cast<std::size_t>(*index)]
               : nullptr;
    } else {
      at = nullptr;
    }
  }
  return at;
}

// An unresolved reference becomes empty. A value that is one reference takes the whole result, of any type.
json::value substitute(const json::value& v, const Results& done) {
  if (const json::object* object = v.if_object()) {
    json::object out;
    for (const auto& member : *object) out[member.key()] = substitute(member.value(), done);
    return out;
  }
  if (const json::array* array = v.if_array()) {
    json::array out;
    for (const json::value& one : *array) out.push_back(substitute(one, done));
    return out;
  }
  if (!v.is_string()) return v;
  constexpr std::string_view mark = "$result";
  const std::string_view text(v.get_string().data(), v.get_string().size());
  std::string out;
  std::size_t from = 0;
  for (std::size_t at = text.find(mark); at != std::string_view::npos; at = text.find(mark, from)) {
    std::size_t end = 0;
    const auto path = path_at(text, at + mark.size(), end);
    out += text.substr(from, at - from);
    from = end;
    if (path.empty()) {
      out += mark;
      continue;
    }
    const json::value* found = resolve(done, path);
    if (at == 0 && end == text.size()) return found == nullptr ? json::value("") : *found;
    if (found != nullptr) out += text_of(*found);
  }
  out += text.substr(from);
  return json::string(out);
}

std::pair<std::string, std::string> split_command(const json::value& command) {
  const std::string text = text_of(command);
  const auto mark = text.find('?');
  std::string method = text::to_lower_ascii(text::trim(text.substr(0, mark)));
  if (method.ends_with(".json")) method.resize(method.size() - 5);
  return {std::move(method), mark == std::string::npos ? std::string() : text.substr(mark + 1)};
}

json::value error_json(const RestError& e) {
  return json::object{{"error", e.code}, {"error_description", e.description}};
}

// A fault switched on for one of the inner methods.
std::optional<RestError> inner_fault(Portal& portal, const std::string& method, const std::string& path) {
  Call call;
  call.method = method;
  call.path = path;
  const auto fault = portal.env.faults().take_inner(call);
  if (!fault) return std::nullopt;
  if (fault->kind == FaultKind::throttle) {
    return RestError{429, "OPERATION_TIME_LIMIT", "Method is blocked due to operation time limit."};
  }
  const Input body = read_input("", "application/json", fault->body);
  const json::value* code = body.params.if_contains("error");
  return RestError{fault->status, code == nullptr ? json::value("INTERNAL_SERVER_ERROR") : *code,
                   text_of(body.params, "error_description", "Internal server error")};
}

}  // namespace

std::vector<std::string> methods_inside(const json::object& batch_params) {
  std::vector<std::string> out;
  for (const json::value& command : as_list(arg_old(batch_params, "cmd"))) out.push_back(split_command(command).first);
  return out;
}

BatchResult run_batch(Portal& portal, const Caller& caller, const json::object& params, const std::string& path) {
  const json::object commands = as_map(arg_old(params, "cmd"));
  if (commands.empty()) refuse(400, "ERROR_ARGUMENT", "Argument 'cmd' is null or empty");
  if (commands.size() > max_commands && portal.quirks.batch_over_limit_fails_whole) {
    refuse(400, "ERROR_BATCH_LENGTH_EXCEEDED", "Max batch length exceeded");
  }
  const json::value* halt = arg_old(params, "halt");
  const bool halts = halt != nullptr && truthy(*halt);
  Results done;
  BatchResult out;
  std::size_t number = 0;
  for (const auto& member : commands) {
    const std::string key(member.key());
    const auto [method, query] = split_command(member.value());
    try {
      if (++number > max_commands) refuse(400, "ERROR_BATCH_LENGTH_EXCEEDED", "Max batch length exceeded");
      if (const auto fault = inner_fault(portal, method, path)) throw *fault;
      const Input input = read_input(query, "", "");
      const json::object substituted = substitute(input.params, done).as_object();
      Executed one = execute(portal, caller, method, substituted, true);
      out.seconds += one.seconds;
      done.result.emplace_back(key, std::move(one.answer.result));
      if (one.answer.total) done.total.emplace_back(key, *one.answer.total);
      if (one.answer.next) done.next.emplace_back(key, *one.answer.next);
      if (!portal.quirks.no_time) done.time.emplace_back(key, std::move(one.time));
    } catch (const RestError& e) {
      done.error.emplace_back(key, error_json(e));
      if (portal.quirks.errors_have_time)
        done.time.emplace_back(key, time_block(portal, caller, method, portal.now(), 0));
      if (halts) break;
    }
    if (out.seconds > portal.limits.request_seconds()) {  // what ran, ran; nobody hears of it
      out.cut = true;
      return out;
    }
  }
  out.result = json::object{{"result", php_array(std::move(done.result))},
                            {"result_error", php_array(std::move(done.error))},
                            {"result_total", php_array(std::move(done.total))},
                            {"result_next", php_array(std::move(done.next))},
                            {"result_time", php_array(std::move(done.time))}};
  return out;
}

}  // namespace sedlink::sim::b24
