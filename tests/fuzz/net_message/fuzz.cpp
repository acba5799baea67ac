// HTTP framing: the first byte chooses the kind of message and the size of the pieces. However the bytes are cut, the
// outcome is the same as in one piece.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "message_parser.hpp"

namespace {

using sedlink::net::MessageParser;

struct Outcome {
  bool done = false;
  std::string target, body;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome parse(MessageParser::Kind kind, std::string_view bytes, std::size_t step) {
  MessageParser parser(kind, 4096);
  Outcome outcome;
  std::string pending;
  while (!bytes.empty() && !parser.done() && !parser.failed()) {
    pending += bytes.substr(0, step);
    bytes.remove_prefix(std::min(step, bytes.size()));
    while (!pending.empty() && !parser.done() && !parser.failed()) {
      const auto used = parser.put(pending);
      if (used > pending.size()) std::abort();
      pending.erase(0, used);
      if (used == 0 || parser.state() == MessageParser::State::need_more) break;
    }
    outcome.body += parser.body();
    parser.body().clear();
  }
  outcome.done = parser.done();
  if (parser.head_done()) outcome.target = parser.head().target;
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const auto kind = static_cast<MessageParser::Kind>(1 + data[0] % 3);
  const std::size_t step = 1 + data[0] / 3;
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  const Outcome whole = parse(kind, bytes, size);
  const Outcome pieces = parse(kind, bytes, step);
  // The limit of a chunk header shows only when its bytes come in pieces: below it the outcomes must agree.
  if (size < 16 * 1024 && whole.done && !(whole == pieces)) std::abort();
  return 0;
}
