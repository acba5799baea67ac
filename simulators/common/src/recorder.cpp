#include "recorder.hpp"

#include <charconv>
#include <cstdio>
#include <fstream>

namespace sedlink::sim {
namespace {

const char* reason(int status) {
  switch (status) {
    case 200: return "OK";
    case 302: return "Found";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 429: return "Too Many Requests";
    case 500: return "Internal Server Error";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    default: return "Status";
  }
}

std::string head_of(std::string start, const net::Headers& headers, std::size_t length, bool add_length) {
  start += "\r\n";
  for (const auto& [name, value] : headers.all()) start += name + ": " + value + "\r\n";
  if (add_length && !headers.get("Content-Length")) start += "Content-Length: " + std::to_string(length) + "\r\n";
  return start + "\r\n";
}

}  // namespace

Result<Recorder> Recorder::open(std::optional<std::filesystem::path> folder) {
  Recorder recorder;
  if (!folder) return recorder;
  std::error_code ec;
  std::filesystem::create_directories(*folder, ec);
  if (ec) { return Error{Fault::rejected, Audience::admin, "sim.record", folder->string() + ": " + ec.message(), {}}; }
  for (const auto& entry : std::filesystem::directory_iterator(*folder, ec)) {
    const std::string name = entry.path().filename().string();
    std::uint64_t number = 0;
    std::from_chars(name.data(), name.data() + name.size(), number);
    if (number >= recorder.next_) recorder.next_ = number + 1;
  }
  recorder.folder_ = std::move(folder);
  return recorder;
}

std::uint64_t Recorder::request(const net::ServerRequest& request, const std::string& body) {
  const std::uint64_t number = next_++;
  if (folder_) {
    const std::string start = request.method() + " " + request.target() + " HTTP/1.1";
    write(number, "request", head_of(start, request.headers(), body.size(), false), body);
  }
  return number;
}

void Recorder::response(std::uint64_t number, const net::ServerResponse& response) {
  if (!folder_ || response.sabotage == net::Sabotage::close_before_answer) return;  // nothing went out
  std::string_view body = response.body;
  const std::string head = head_of("HTTP/1.1 " + std::to_string(response.status) + " " + reason(response.status),
                                   response.headers, body.size(), true);
  if (response.sabotage == net::Sabotage::truncate) body = body.substr(0, response.truncate_at);
  write(number, "response", head, body);
}

void Recorder::write(std::uint64_t number, const char* kind, const std::string& head, std::string_view body) {
  char name[64];
  std::snprintf(name, sizeof name, "%06llu-%s.http", static_cast<unsigned long long>(number), kind);
  std::ofstream out(*folder_ / name, std::ios::binary | std::ios::trunc);
  out.write(head.data(), static_cast<std::streamsize>(head.size()));
  out.write(body.data(), static_cast<std::streamsize>(body.size()));
  out.flush();
  if (!out) std::fprintf(stderr, "sedlink-sim: cannot write %s\n", (*folder_ / name).c_str());
}

}  // namespace sedlink::sim
