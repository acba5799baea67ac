#include "call_json.hpp"

namespace sedlink::process {

json::object call_to_json(const CallService& a) {
  json::array headers;
  for (const auto& [name, value] : a.headers) headers.push_back(json::array{name, value});
  return json::object{{"name", a.name},
                      {"service", a.service},
                      {"method", a.method},
                      {"path", a.path},
                      {"content_type", a.content_type},
                      {"body", a.body},
                      {"headers", std::move(headers)},
                      {"call_id", a.call_id},
                      {"takes", json::from_texts(a.takes)},
                      {"repeat_safe", a.repeat_safe},
                      {"poll", a.poll},
                      {"wait", static_cast<std::int64_t>(a.wait.count())},
                      {"wait_take", a.wait_take},
                      {"give_up_at", to_epoch_ms(a.give_up_at)}};
}

CallService call_from_json(const json::value& v) {
  CallService a;
  a.name = json::text(v, "name");
  a.service = json::text(v, "service");
  a.method = json::text(v, "method");
  a.path = json::text(v, "path");
  a.content_type = json::text(v, "content_type");
  a.body = json::text(v, "body");
  for (const auto& pair : json::list(v, "headers"))
    if (pair.is_array() && pair.get_array().size() == 2 && pair.get_array()[0].is_string() &&
        pair.get_array()[1].is_string())
      a.headers.emplace_back(pair.get_array()[0].get_string(), pair.get_array()[1].get_string());
  a.call_id = json::text(v, "call_id");
  a.takes = json::texts(v, "takes");
  a.repeat_safe = json::boolean(v, "repeat_safe");
  a.poll = json::boolean(v, "poll");
  a.wait = Duration(json::integer(v, "wait", 1'000));
  a.wait_take = json::text(v, "wait_take");
  a.give_up_at = json::time(v, "give_up_at").value_or(Time{});
  return a;
}

}  // namespace sedlink::process
