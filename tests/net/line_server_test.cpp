#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "certificates.hpp"
#include "loop.hpp"
#include "sedlink/net/unix_socket.hpp"

namespace sedlink::net::test {
namespace {

namespace asio = boost::asio;

asio::awaitable<std::string> shout(std::string line) { co_return "<" + line + ">"; }

class LineServerTest : public testing::Test {
 protected:
  // ask_line() blocks, so it runs in a thread while this one serves.
  Result<std::string> ask(const std::string& line, Duration timeout = Duration(5'000)) {
    std::atomic<bool> done{false};
    Result<std::string> answer = Error();
    std::thread asking([&] {
      answer = ask_line(path, line, timeout);
      done = true;
    });
    loop.run([](std::atomic<bool>& d) -> asio::awaitable<void> {
      const bool ended = co_await eventually([&] { return d.load(); });
      EXPECT_TRUE(ended);
    }(done));
    asking.join();
    return answer;
  }

  // A socket file whose owner died without removing it.
  void leave_stale_socket() const {
    const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.string().copy(address.sun_path, sizeof address.sun_path - 1);
    ASSERT_EQ(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    ASSERT_EQ(::listen(fd, 1), 0);
    ::close(fd);
  }

  Loop loop;
  TemporaryDirectory directory;
  std::filesystem::path path = directory.path() / "sedlink.sock";
};

TEST_F(LineServerTest, answers_every_line) {
  const auto server = LineServer::listen(loop.executor(), path, 0660, shout);
  ASSERT_TRUE(server);
  (*server)->start();
  const auto answer = ask("{\"command\":\"status\"}");
  ASSERT_TRUE(answer) << describe(answer.error());
  EXPECT_EQ(*answer, "<{\"command\":\"status\"}>");
  const auto large = ask(std::string(900'000, 'x'));
  ASSERT_TRUE(large);
  EXPECT_EQ(large->size(), 900'002u);
}

TEST_F(LineServerTest, keeps_an_answer_on_one_line) {
  auto two_lines = [](std::string) -> asio::awaitable<std::string> { co_return "{\n}"; };
  const auto server = LineServer::listen(loop.executor(), path, 0660, two_lines);
  ASSERT_TRUE(server);
  (*server)->start();
  EXPECT_EQ(ask("x").value(), "{ }");
}

TEST_F(LineServerTest, closes_on_a_line_over_the_limit) {
  const auto server = LineServer::listen(loop.executor(), path, 0660, shout);
  ASSERT_TRUE(server);
  (*server)->start();
  const auto answer = ask(std::string(1'100'000, 'x'));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, "net.closed");
}

TEST_F(LineServerTest, closes_the_conversation_when_the_handler_throws) {
  auto throwing = [](std::string line) -> asio::awaitable<std::string> {
    if (line == "throw") throw std::runtime_error("x");
    co_return "fine";
  };
  const auto server = LineServer::listen(loop.executor(), path, 0660, throwing);
  ASSERT_TRUE(server);
  (*server)->start();
  const auto answer = ask("throw");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, "net.closed");
  EXPECT_EQ(ask("again").value(), "fine");
}

TEST_F(LineServerTest, gives_the_file_exactly_the_mode_asked_for) {
  const mode_t old_mask = ::umask(0077);
  const auto server = LineServer::listen(loop.executor(), path, 0660, shout);
  ::umask(old_mask);
  ASSERT_TRUE(server);
  struct stat found {};
  ASSERT_EQ(::stat(path.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 07777, 0660u);
}

TEST_F(LineServerTest, takes_over_the_file_of_a_dead_owner) {
  leave_stale_socket();
  const auto server = LineServer::listen(loop.executor(), path, 0660, shout);
  ASSERT_TRUE(server) << describe(server.error());
  (*server)->start();
  EXPECT_EQ(ask("x").value(), "<x>");
}

TEST_F(LineServerTest, leaves_a_living_owner_and_foreign_files_alone) {
  {
    const auto first = LineServer::listen(loop.executor(), path, 0660, shout);
    ASSERT_TRUE(first);
    const auto second = LineServer::listen(loop.executor(), path, 0660, shout);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, "net.listen");
    EXPECT_TRUE(std::filesystem::exists(path));
  }
  std::ofstream(path) << "not a socket";
  const auto third = LineServer::listen(loop.executor(), path, 0660, shout);
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, "net.listen");
  EXPECT_TRUE(std::filesystem::is_regular_file(path));
}

TEST_F(LineServerTest, removes_its_file_when_it_stops_but_not_a_successors) {
  {
    const auto server = LineServer::listen(loop.executor(), path, 0660, shout);
    ASSERT_TRUE(server);
    (*server)->stop();
    EXPECT_FALSE(std::filesystem::exists(path));
  }
  const auto old_one = LineServer::listen(loop.executor(), path, 0660, shout);
  ASSERT_TRUE(old_one);
  std::filesystem::rename(path, directory.path() / "elsewhere");
  const auto successor = LineServer::listen(loop.executor(), path, 0660, shout);
  ASSERT_TRUE(successor);
  (*old_one)->stop();
  EXPECT_TRUE(std::filesystem::exists(path));
}

TEST_F(LineServerTest, a_path_that_is_too_long_is_net_listen) {
  const auto server = LineServer::listen(loop.executor(), directory.path() / std::string(120, 'x'), 0660, shout);
  ASSERT_FALSE(server);
  EXPECT_EQ(server.error().code, "net.listen");
}

TEST_F(LineServerTest, asking_without_a_daemon_is_net_connect) {
  const auto absent = ask_line(path, "x", Duration(1'000));
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().code, "net.connect");
  leave_stale_socket();
  const auto stale = ask_line(path, "x", Duration(1'000));
  ASSERT_FALSE(stale);
  EXPECT_EQ(stale.error().code, "net.connect");
  EXPECT_NE(stale.error().message.find("не запущена"), std::string::npos);
}

TEST_F(LineServerTest, asking_a_silent_daemon_is_net_timeout) {
  auto silent = [](std::string) -> asio::awaitable<std::string> {
    co_await wait(Duration(60'000));
    co_return "";
  };
  const auto server = LineServer::listen(loop.executor(), path, 0660, silent);
  ASSERT_TRUE(server);
  (*server)->start();
  const auto answer = ask("x", Duration(50));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, "net.timeout");
}

}  // namespace
}  // namespace sedlink::net::test
