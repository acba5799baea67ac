#pragma once
// HTTP messages as plain values, and bodies that stream. No Beast type crosses this header.
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sedlink/net/task.hpp"

namespace sedlink::net {

// Header fields in their order and spelling; lookup ignores case.
class Headers {
 public:
  Headers() = default;
  Headers(std::initializer_list<std::pair<std::string, std::string>> fields) : fields_(fields) {}
  void add(std::string name, std::string value) { fields_.emplace_back(std::move(name), std::move(value)); }
  void set(std::string_view name, std::string value);  // replaces every field of that name
  void remove(std::string_view name);
  [[nodiscard]] std::optional<std::string> get(std::string_view name) const;  // the first one
  [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& all() const noexcept { return fields_; }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

// A body that is produced in pieces. One reader at a time; owned by the message.
class BodySource {
 public:
  virtual ~BodySource() = default;
  // Exact length in bytes, for Content-Length; nullopt = chunked.
  [[nodiscard]] virtual std::optional<std::uint64_t> size() const = 0;
  // Next piece into `buffer`; 0 = end. Errors end the message and close the connection.
  virtual Task<std::size_t> read(std::span<char> buffer) = 0;
  // Back to the first byte, for a repeated request (302, expired token).
  virtual Result<void> rewind() = 0;
};

// Where the bytes of an answer go, piece by piece.
class BodySink {
 public:
  virtual ~BodySink() = default;
  virtual Task<void> write(std::string_view piece) = 0;
};

struct Request {
  Request() = default;
  std::string method = "GET";
  std::string url;  // absolute: http(s)://host[:port]/target
  Headers headers;
  std::string body;  // used when `source` is null
  std::shared_ptr<BodySource> source;
  std::string key;  // the caller's name of this call, the same in every attempt; for hooks, not sent
};

struct Response {
  Response() = default;
  int status = 0;
  Headers headers;
  std::string body;  // empty when a sink took it
};

struct CallOptions {
  CallOptions() = default;
  SteadyTime deadline{};                         // mandatory: of the whole exchange
  std::uint64_t max_body = 16ull * 1024 * 1024;  // of the answer; above it: rejected net.body_limit
  BodySink* sink = nullptr;  // takes the body of a 2xx answer; not owned; others go to Response::body
  bool idempotent = false;   // may be repeated once on a stale keep-alive connection
};

// "text/html; charset=utf-8" -> "text/html"
[[nodiscard]] std::string media_type(std::string_view content_type);
// File name out of Content-Disposition: RFC 5987 filename*=UTF-8''… first, then filename="…". Empty when none.
[[nodiscard]] std::string disposition_file_name(std::string_view header);

struct Url {
  Url() = default;
  std::string scheme, host, port, target;  // target: path and query, at least "/"; port filled by scheme when absent
  static Result<Url> parse(std::string_view);
  [[nodiscard]] std::string origin() const;  // "https://host" or "https://host:8443"
};

// name=value pairs of a form or query string, decoded, in order. Errors: net.form (bad escape, more than `max_fields`).
using FormPairs = std::vector<std::pair<std::string, std::string>>;
[[nodiscard]] Result<FormPairs> parse_form(std::string_view body, std::size_t max_fields = 2000);
[[nodiscard]] std::string encode_form(const FormPairs&);

}  // namespace sedlink::net
