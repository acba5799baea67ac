#include "message_parser.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <variant>

namespace sedlink::net {
namespace beast = boost::beast;
namespace http = boost::beast::http;

namespace {

using beast::error_code;
using View = beast::string_view;

// Chunk headers and trailers have no limit of their own in Beast.
constexpr std::size_t chunk_header_limit = 16 * 1024;

std::string text_of(View v) { return std::string(v.data(), v.size()); }

// Collects what Beast finds; the body goes into one string that the reader empties.
template <bool is_request>
class Collector final : public http::basic_parser<is_request> {
 public:
  MessageHead head;
  std::string body;
  std::uint64_t body_seen = 0;
  static constexpr bool is_request_v = is_request;

 private:
  void on_request_impl(http::verb, View method, View target, int version, error_code&) override {
    head.method = text_of(method);
    head.target = text_of(target);
    head.version = version;
  }
  void on_response_impl(int status, View, int version, error_code&) override {
    head.status = status;
    head.version = version;
  }
  void on_field_impl(http::field, View name, View value, error_code&) override {
    if (!this->is_header_done()) head.headers.add(text_of(name), text_of(value));  // trailers are dropped
  }
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(View piece, error_code&) override { return take(piece); }
  void on_chunk_header_impl(std::uint64_t, View, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, View piece, error_code&) override { return take(piece); }
  void on_finish_impl(error_code&) override {}

  std::size_t take(View piece) {
    body.append(piece.data(), piece.size());
    body_seen += piece.size();
    return piece.size();
  }
};

}  // namespace

struct MessageParser::Beast {
  std::variant<Collector<true>, Collector<false>> parser;
  State state = State::need_more;
  std::uint64_t header_limit = 0;
  std::uint64_t header_bytes = 0;

  explicit Beast(Kind kind) {
    if (kind != Kind::request) parser.emplace<Collector<false>>();
    if (kind == Kind::response_without_body) std::get<1>(parser).skip(true);
  }
};

MessageParser::MessageParser(Kind kind, std::uint64_t header_limit) : beast_(std::make_unique<Beast>(kind)) {
  beast_->header_limit = header_limit;
  std::visit(
      [&](auto& p) {
        p.body_limit(boost::none);  // limits belong to the reader of the body
        // Beast compares it with one put() only; the whole head is counted in put() below.
        p.header_limit(static_cast<std::uint32_t>(std::min<std::uint64_t>(header_limit, 1u << 30)));
      },
      beast_->parser);
}

MessageParser::~MessageParser() = default;
MessageParser::MessageParser(MessageParser&&) noexcept = default;
MessageParser& MessageParser::operator=(MessageParser&&) noexcept = default;

std::size_t MessageParser::put(std::string_view bytes) {
  Beast& b = *beast_;
  if (done() || failed()) return 0;
  return std::visit(
      [&](auto& p) {
        const bool had_head = p.is_header_done();
        p.eager(had_head);
        error_code error;
        const std::size_t used = p.put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
        if (!had_head) {
          b.header_bytes += used;
          const bool over = b.header_bytes + (p.is_header_done() ? 0 : bytes.size() - used) > b.header_limit;
          if (over || error == http::error::header_limit) {
            b.state = State::header_limit;
            return used;
          }
        }
        // A coding that Beast does not undo leaves the length of a request unknown: request smuggling (RFC 9112 6.3).
        const bool undecodable = !had_head && p.is_header_done() && p.is_request_v && !p.chunked() &&
                                 p.head.headers.get("Transfer-Encoding");
        if (undecodable) {
          b.state = State::malformed;
        } else if (error == http::error::need_more) {
          b.state = State::need_more;
          if (had_head && bytes.size() - used > chunk_header_limit) b.state = State::malformed;
        } else if (error) {
          b.state = State::malformed;
        } else if (p.is_done()) {
          b.state = State::done;
        } else {
          b.state = had_head ? State::body : State::head_done;
        }
        return used;
      },
      b.parser);
}

void MessageParser::put_eof() {
  Beast& b = *beast_;
  if (done() || failed()) return;
  std::visit(
      [&](auto& p) {
        error_code error;
        if (p.is_header_done()) p.put_eof(error);
        b.state = p.is_header_done() && !error ? State::done : State::malformed;
      },
      b.parser);
}

MessageParser::State MessageParser::state() const noexcept { return beast_->state; }

bool MessageParser::head_done() const noexcept {
  return std::visit([](const auto& p) { return p.is_header_done(); }, beast_->parser);
}

MessageHead& MessageParser::head() noexcept {
  return std::visit([](auto& p) -> MessageHead& { return p.head; }, beast_->parser);
}

std::string& MessageParser::body() noexcept {
  return std::visit([](auto& p) -> std::string& { return p.body; }, beast_->parser);
}

bool MessageParser::keep_alive() const {
  return std::visit([](const auto& p) { return p.keep_alive(); }, beast_->parser);
}

std::optional<std::uint64_t> MessageParser::content_length() const {
  return std::visit(
      [](const auto& p) -> std::optional<std::uint64_t> {
        const auto length = p.content_length();
        return length ? std::optional(*length) : std::nullopt;
      },
      beast_->parser);
}

std::optional<std::uint64_t> MessageParser::body_left() const {
  return std::visit(
      [&](const auto& p) -> std::optional<std::uint64_t> {
        if (p.is_done()) return 0;
        const auto length = p.content_length();
        return length ? std::optional(*length - p.body_seen) : std::nullopt;
      },
      beast_->parser);
}

}  // namespace sedlink::net
