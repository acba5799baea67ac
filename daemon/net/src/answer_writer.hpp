#pragma once
// The answer of a handler onto the stream.
#include "sedlink/net/server.hpp"
#include "stream.hpp"

namespace sedlink::net {

struct AnswerFraming {
  AnswerFraming() = default;
  bool http_1_0 = false;
  bool head_request = false;
  bool keep_alive = true;        // may the connection go on after this answer
  Duration stall_limit{30'000};  // of one write: a reader that takes nothing for so long is given up
};

// False when the connection is of no further use: broken, sabotaged, or a body that ends with the connection.
// A failure of the body's source breaks the connection, so that the peer sees a torn answer and no false end.
boost::asio::awaitable<bool> write_answer(Stream& stream, ServerResponse response, AnswerFraming framing);

}  // namespace sedlink::net
