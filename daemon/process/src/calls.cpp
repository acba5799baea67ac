// Services asked on the way (calls: of a mapping): what is asked is frozen here, once; what comes back goes to the
// card.
#include <algorithm>

#include <boost/json.hpp>

#include "sedlink/core/text.hpp"
#include "stepper.hpp"

namespace sedlink::process {
namespace {

std::string as_is(std::string_view text) { return std::string(text); }

// The inside of a JSON string; the quotes are the template's.
std::string in_json(std::string_view text) {
  const std::string quoted = boost::json::serialize(boost::json::string_view(text.data(), text.size()));
  return quoted.substr(1, quoted.size() - 2);
}

std::string in_xml(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&apos;"; break;
      default: out += c;
    }
  }
  return out;
}

// "." and ".." would lead to another place of the service.
std::string in_path(std::string_view text) {
  if (text == ".") return "%2E";
  if (text == "..") return "%2E%2E";
  return text::url_encode(text);
}

std::string in_header(std::string_view text) {
  std::string out(text);
  std::replace_if(
      out.begin(), out.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
  return out;
}

using Escape = std::string (*)(std::string_view);

Escape escape_for(const std::string& content_type) {
  const std::string type = text::to_lower_ascii(content_type);
  if (type.find("json") != std::string::npos) return in_json;
  if (type.find("xml") != std::string::npos) return in_xml;
  if (type.find("x-www-form-urlencoded") != std::string::npos) return text::url_encode;
  return as_is;
}

bool fits(const mapping::CallSpec& call, Outcome outcome) {
  if (call.outcomes.empty()) return outcome == Outcome::approved || outcome == Outcome::approved_with_remarks;
  return std::find(call.outcomes.begin(), call.outcomes.end(), outcome) != call.outcomes.end();
}

}  // namespace

void Stepper::call_services(mapping::CallWhen when, const std::string& row) {
  for (const mapping::CallSpec& call : mapping_.calls) {
    if (call.when != when) continue;
    if (when == mapping::CallWhen::stage && text::fold(call.stage) != text::fold(row)) continue;
    if (when == mapping::CallWhen::outcome && !fits(call, *in_.outcome)) continue;
    if (std::find(in_.called.begin(), in_.called.end(), call.name) != in_.called.end()) continue;
    in_.called.push_back(call.name);
    call_service(call);
  }
}

mapping::Scope Stepper::call_scope(const CallService& action, const std::string& name, const std::string& value) const {
  return [own = make_scope(in_, rules_.zone), id = action.call_id, name, value](std::string_view path) {
    if (path == "call.id") return std::optional<Value>(Value(id));
    if (!name.empty() && path == name) return std::optional<Value>(Value(value));
    return own(path);
  };
}

void Stepper::call_service(const mapping::CallSpec& call) {
  CallService a;
  a.name = call.name;
  a.service = call.service;
  a.method = call.method;
  a.call_id = key("call|" + call.name, std::to_string(in_.launch_no));
  a.repeat_safe = call.repeat_safe;
  a.content_type = call.content_type;
  const mapping::Scope scope = call_scope(a, {}, {});
  std::vector<mapping::Missing> missing;
  a.path = call.path.render_escaped(scope, &rules_.zone, in_path, missing);
  for (const auto& [name, value] : call.headers)
    a.headers.emplace_back(name, value.render_escaped(scope, &rules_.zone, in_header, missing));
  if (!call.idempotency_key.empty()) a.headers.emplace_back(call.idempotency_key, a.call_id);
  if (call.body) a.body = call.body->render_escaped(scope, &rules_.zone, escape_for(call.content_type), missing);
  if (!missing.empty()) {
    std::vector<std::string> names;
    for (const auto& m : missing)
      if (std::find(names.begin(), names.end(), m.path) == names.end()) names.push_back(m.path);
    return attention("call.incomplete", "Служба «" + call.service + "» не спрошена (" + call.name + "): не заполнено " +
                                            text::join(names, ", "));
  }
  if (call.ready) {
    a.takes = {call.ready->id};
  } else {
    for (const auto& answer : call.answer) a.takes.push_back(answer.take);
  }
  // The key of the effect is what the service knows the request by: one for all attempts.
  out_.effects.push_back(Effect{a.call_id, a.call_id, a});
}

void Stepper::service_answered(const CallService& asked, const ServiceAnswered& answer) {
  const auto call = std::find_if(mapping_.calls.begin(), mapping_.calls.end(),
                                 [&](const mapping::CallSpec& c) { return c.name == asked.name; });
  if (call == mapping_.calls.end()) return note("Ответ службы на «" + asked.name + "»: такого вызова больше нет");
  const auto value_of = [&](std::size_t i) { return i < answer.values.size() ? answer.values[i] : std::nullopt; };
  if (call->ready && !asked.poll) {
    const auto ticket = value_of(0);
    if (!ticket)
      return attention("call.no_value", "В ответе службы «" + asked.service + "» (" + asked.name + ") нет номера " +
                                            call->ready->id + ": спрашивать не о чем. Ключ запроса " + asked.call_id);
    CallService poll;
    poll.name = asked.name;
    poll.service = asked.service;
    poll.method = "GET";
    poll.call_id = asked.call_id;
    poll.poll = true;
    std::vector<mapping::Missing> missing;
    poll.path =
        call->ready->path.render_escaped(call_scope(asked, "call.ticket", *ticket), &rules_.zone, in_path, missing);
    for (const auto& one : call->answer) poll.takes.push_back(one.take);
    poll.wait = call->ready->wait;
    poll.wait_take = call->ready->wait_ms;
    poll.give_up_at = now_ + call->ready->limit;
    note("Служба «" + asked.service + "» готовит ответ, номер " + *ticket);
    return emit(std::move(poll));
  }
  note("Служба «" + asked.service + "» ответила (" + asked.name + ")");
  SetFields change;
  change.item = in_.item;
  for (std::size_t i = 0; i < call->answer.size(); ++i) {
    const mapping::CallAnswer& row = call->answer[i];
    const auto value = value_of(i);
    if (!value) {
      attention("call.no_value", "В ответе службы «" + asked.service + "» (" + asked.name + ") нет " + row.take +
                                     ". Ключ запроса " + asked.call_id);
      continue;
    }
    for (const auto& target : row.to) {
      if (target.kind == mapping::ResultTarget::Kind::field) {
        change.fields[target.field] = Value(*value);
      } else {
        const mapping::Scope scope = call_scope(asked, "call.value", *value);
        comment(row.text ? row.text->render(scope, &rules_.zone).value.to_text() : *value);
      }
    }
  }
  if (!change.fields.empty() && !in_.card_gone) emit(ChangeCrm{std::move(change)});
}

}  // namespace sedlink::process
