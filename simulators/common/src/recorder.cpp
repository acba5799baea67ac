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

// `length` is added where the headers do not say it.
std::string head_of(std::string start, const net::Headers& headers, std::optional<std::uint64_t> length) {
  start += "\r\n";
  for (const auto& [name, value] : headers.all()) start += name + ": " + value + "\r\n";
  if (length && !headers.get("Content-Length")) start += "Content-Length: " + std::to_string(*length) + "\r\n";
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

std::filesystem::path Recorder::path_of(std::uint64_t number, const char* kind) const {
  char name[64];
  std::snprintf(name, sizeof name, "%06llu-%s.http", static_cast<unsigned long long>(number), kind);
  return *folder_ / name;
}

Recorder::Incoming::Incoming(Recorder& recorder, const net::ServerRequest& request) : recorder_(recorder) {
  if (!recorder_.folder_) return;
  path_ = *recorder_.folder_ / (".incoming-" + std::to_string(++recorder_.incoming_));
  file_.open(path_, std::ios::binary | std::ios::trunc);
  file_ << head_of(request.method() + " " + request.target() + " HTTP/1.1", request.headers(), std::nullopt);
}

Recorder::Incoming::~Incoming() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove(path_, ignored);
}

void Recorder::Incoming::append(std::string_view piece) {
  if (!path_.empty()) file_.write(piece.data(), static_cast<std::streamsize>(piece.size()));
}

std::uint64_t Recorder::Incoming::finish() {
  const std::uint64_t number = recorder_.next_++;
  if (path_.empty()) return number;
  file_.close();
  const std::filesystem::path target = recorder_.path_of(number, "request");
  std::error_code failed;
  if (file_) std::filesystem::rename(path_, target, failed);
  if (!file_ || failed) std::fprintf(stderr, "sedlink-sim: cannot write %s\n", target.c_str());
  if (file_ && !failed) path_.clear();
  return number;
}

boost::asio::awaitable<void> Recorder::response(std::uint64_t number, const net::ServerResponse& response) {
  if (!folder_ || response.sabotage == net::Sabotage::close_before_answer) co_return;  // nothing went out
  const std::uint64_t size = response.source ? response.source->size().value_or(0) : response.body.size();
  std::uint64_t left = response.sabotage == net::Sabotage::truncate ? response.truncate_at : size;
  const std::filesystem::path path = path_of(number, "response");
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << head_of("HTTP/1.1 " + std::to_string(response.status) + " " + reason(response.status), response.headers, size);
  if (!response.source) {
    const std::string_view body = std::string_view(response.body).substr(0, left);
    out.write(body.data(), static_cast<std::streamsize>(body.size()));
  } else {
    std::string piece(64 * 1024, '\0');
    while (left > 0) {
      const std::span<char> space(piece);
      const Result<std::size_t> n = co_await response.source->read(space);
      if (!n || *n == 0) break;
      const auto taken = std::min<std::uint64_t>(*n, left);
      out.write(piece.data(), static_cast<std::streamsize>(taken));
      left -= taken;
    }
    const Result<void> rewound = response.source->rewind();
    if (!rewound) out.setstate(std::ios::failbit);
  }
  out.flush();
  if (!out) std::fprintf(stderr, "sedlink-sim: cannot write %s\n", path.c_str());
}

}  // namespace sedlink::sim
