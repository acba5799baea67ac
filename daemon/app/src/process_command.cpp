// sedlink process …: asks the running daemon over its Unix socket.
#include <iostream>

#include "commands.hpp"
#include "process_output.hpp"
#include "sedlink/core/json.hpp"
#include "sedlink/net/unix_socket.hpp"

namespace sedlink::app {
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
  if (o.json)
    std::cout << boost::json::serialize(*result) << "\n";
  else if (o.command == "list" && o.incidents)
    print_incidents(std::cout, *result);
  else if (o.command == "list")
    print_processes(std::cout, *result, o.zone);
  else if (o.command == "show")
    print_process(std::cout, *result, o.zone);
  else if (o.command == "status")
    print_status(std::cout, *result, o.zone);
  else
    print_done(std::cout, o.command, *result);
  return 0;
}

}  // namespace sedlink::app
