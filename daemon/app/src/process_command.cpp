// sedlink process …: asks the running daemon over its Unix socket.
#include <iostream>

#include "commands.hpp"
#include "sedlink/core/json.hpp"
#include "sedlink/core/text.hpp"
#include "sedlink/net/unix_socket.hpp"

namespace sedlink::app {
namespace {

std::string cell(const json::value& row, const char* key, std::size_t width) {
  const json::value* v = json::find(row, key);
  std::string text = v == nullptr || v->is_null() ? std::string()
                     : v->is_string()             ? std::string(v->get_string())
                                                  : boost::json::serialize(*v);
  text = text::ellipsis(text, width);
  return text + std::string(width - std::min(width, text::code_points(text)) + 1, ' ');
}

void print_rows(const json::array& rows, bool incidents) {
  if (rows.empty()) {
    std::cout << (incidents ? "Инцидентов нет\n" : "Процессов нет\n");
    return;
  }
  for (const auto& row : rows) {
    if (incidents)
      std::cout << cell(row, "id", 6) << cell(row, "instance", 36) << cell(row, "what", 50) << cell(row, "error", 90)
                << "\n";
    else
      std::cout << cell(row, "id", 36) << cell(row, "item", 26) << cell(row, "mapping", 20) << cell(row, "phase", 16)
                << cell(row, "stage", 26) << cell(row, "outcome", 22) << cell(row, "holders", 40) << "\n";
  }
}

void print_process(const json::value& v) {
  for (const char* key : {"id", "mapping", "item", "launch", "phase", "stage", "holders", "outcome", "process",
                          "started", "updated", "next_poll", "paused"})
    std::cout << key << ": " << cell(v, key, 120) << "\n";
  for (const auto& p : json::texts(v, "problems")) std::cout << "не хватает: " << p << "\n";
  std::cout << "\nИстория\n";
  for (const auto& h : json::list(v, "history"))
    std::cout << "  " << json::text(h, "at") << "  " << json::text(h, "text") << "\n";
  std::cout << "\nДействия\n";
  for (const auto& e : json::list(v, "effects"))
    std::cout << "  " << cell(e, "id", 6) << cell(e, "status", 10) << cell(e, "what", 60) << cell(e, "error", 90)
              << "\n";
}

}  // namespace

int process(const ProcessOptions& o) {
  json::object request{
      {"command", o.command}, {"id", o.id},           {"item", o.item},          {"mapping", o.mapping},
      {"phase", o.phase},     {"reason", o.reason},   {"caller", o.caller},      {"effect", o.effect},
      {"limit", o.limit},     {"running", o.running}, {"incidents", o.incidents}};
  Result<std::string> answer = net::ask_line(o.socket, boost::json::serialize(request), Duration(30'000));
  if (answer.has_error()) {
    std::cerr << "sedlink process: " << answer.error().message << "\n";
    return 1;
  }
  const auto parsed = json::parse(answer.value());
  if (parsed.has_error()) {
    std::cerr << "sedlink process: демон ответил непонятно\n";
    return 1;
  }
  if (const json::value* error = json::find(parsed.value(), "error")) {
    if (o.json) std::cout << answer.value() << "\n";
    std::cerr << "sedlink process: " << json::text(*error, "message") << "\n";
    return 1;
  }
  const json::value* result = json::find(parsed.value(), "result");
  if (result == nullptr) return 1;
  if (o.json) {
    std::cout << boost::json::serialize(*result) << "\n";
  } else if (o.command == "list") {
    print_rows(result->is_array() ? result->get_array() : json::array(), o.incidents);
  } else if (o.command == "show") {
    print_process(*result);
  } else if (result->is_object()) {
    for (const auto& [key, value] : result->get_object())
      std::cout << key << ": " << (value.is_string() ? std::string(value.get_string()) : boost::json::serialize(value))
                << "\n";
  }
  return 0;
}

}  // namespace sedlink::app
