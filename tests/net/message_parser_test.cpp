#include "message_parser.hpp"

#include <gtest/gtest.h>

namespace sedlink::net {
namespace {

using Kind = MessageParser::Kind;
using State = MessageParser::State;

struct Parsed {
  MessageParser parser;
  std::string rest;  // bytes that were not consumed
  std::string body;
};

// Feeds `bytes` in pieces of `step`, keeping what the parser leaves, as a reader does.
Parsed parse(Kind kind, std::string_view bytes, std::size_t step, std::uint64_t header_limit = 64 * 1024) {
  Parsed p{MessageParser(kind, header_limit), {}, {}};
  while (!bytes.empty() && !p.parser.failed() && !p.parser.done()) {
    p.rest += bytes.substr(0, step);
    bytes.remove_prefix(std::min(step, bytes.size()));
    while (!p.rest.empty() && !p.parser.failed() && !p.parser.done()) {
      const auto used = p.parser.put(p.rest);
      p.rest.erase(0, used);
      if (used == 0 || p.parser.state() == State::need_more) break;
    }
    p.body += p.parser.body();
    p.parser.body().clear();
  }
  p.rest += bytes;
  return p;
}

TEST(MessageParser, reads_the_same_message_whatever_the_pieces) {
  const std::string request =
      "POST /hook?token=1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nTrailer: dropped\r\n\r\n";
  for (std::size_t step = 1; step <= request.size(); ++step) {
    Parsed p = parse(Kind::request, request, step);
    ASSERT_TRUE(p.parser.done()) << step;
    EXPECT_EQ(p.parser.head().method, "POST");
    EXPECT_EQ(p.parser.head().target, "/hook?token=1");
    EXPECT_EQ(p.parser.head().headers.all().size(), 2u);
    EXPECT_EQ(p.body, "hello world");
    EXPECT_EQ(p.rest, "");
    EXPECT_TRUE(p.parser.keep_alive());
  }
}

TEST(MessageParser, leaves_the_bytes_of_the_next_message) {
  Parsed p = parse(Kind::request, "GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\n", 1000);
  ASSERT_TRUE(p.parser.done());
  EXPECT_EQ(p.rest, "GET /2 HTTP/1.1\r\n\r\n");
}

TEST(MessageParser, knows_answers_without_a_body) {
  for (const char* answer :
       {"HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"}) {
    EXPECT_TRUE(parse(Kind::response, answer, 7).parser.done()) << answer;
  }
  EXPECT_TRUE(parse(Kind::response_without_body, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", 7).parser.done());
}

TEST(MessageParser, ends_a_body_without_length_at_the_end_of_the_connection) {
  Parsed p = parse(Kind::response, "HTTP/1.1 200 OK\r\n\r\nall of it", 4);
  EXPECT_FALSE(p.parser.done());
  p.parser.put_eof();
  EXPECT_TRUE(p.parser.done());
  EXPECT_EQ(p.body, "all of it");
  EXPECT_FALSE(p.parser.keep_alive());
}

TEST(MessageParser, calls_a_cut_message_malformed) {
  for (const char* cut : {"HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n123",
                          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"}) {
    Parsed p = parse(Kind::response, cut, 3);
    p.parser.put_eof();
    EXPECT_TRUE(p.parser.failed()) << cut;
  }
}

TEST(MessageParser, refuses_ambiguous_lengths) {
  for (const char* smuggled : {"POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
                               "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n",
                               "POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
                               "POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n",
                               "POST / HTTP/1.1\r\nTransfer-Encoding: xchunked\r\nContent-Length: 5\r\n\r\n",
                               "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n"}) {
    EXPECT_EQ(parse(Kind::request, smuggled, 1000).parser.state(), State::malformed) << smuggled;
  }
}

TEST(MessageParser, limits_the_head_however_it_arrives) {
  std::string many = "GET / HTTP/1.1\r\n";
  for (int i = 0; i < 200; ++i) many += "X-Field: 0123456789\r\n";
  many += "\r\n";
  for (const std::size_t step : {std::size_t{1}, std::size_t{21}, many.size()}) {
    EXPECT_EQ(parse(Kind::request, many, step, 2048).parser.state(), State::header_limit) << step;
    EXPECT_TRUE(parse(Kind::request, many, step, many.size()).parser.done()) << step;
  }
  const std::string endless_target = "GET /" + std::string(5000, 'a');
  EXPECT_EQ(parse(Kind::request, endless_target, 100, 2048).parser.state(), State::header_limit);
}

TEST(MessageParser, limits_chunk_extensions_and_trailers) {
  const std::string head = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(parse(Kind::request, head + "5;" + std::string(100'000, 'x'), 1000).parser.state(), State::malformed);
  EXPECT_EQ(parse(Kind::request, head + "0\r\nA: " + std::string(100'000, 'x'), 1000).parser.state(), State::malformed);
}

TEST(MessageParser, refuses_junk) {
  for (const char* junk : {"\x16\x03\x01\x02\x00\x01", "GET /\r\n\r\n", "GET / HTTP/2.0\r\n\r\n", "{\"a\":1}\r\n\r\n",
                           "GET / HTTP/1.1\r\nno colon\r\n\r\n", "GET / HTTP/1.1\r\nA : b\r\n\r\n"}) {
    EXPECT_EQ(parse(Kind::request, junk, 1000).parser.state(), State::malformed) << junk;
  }
}

TEST(MessageParser, counts_what_is_left_of_a_declared_body) {
  Parsed p = parse(Kind::request, "POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\n1234", 1000);
  EXPECT_EQ(p.parser.content_length(), 10u);
  EXPECT_EQ(p.parser.body_left(), 6u);
}

}  // namespace
}  // namespace sedlink::net
