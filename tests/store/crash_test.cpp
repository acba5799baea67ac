// kill -9: a child writes and says so through a pipe only after its write was acknowledged.
#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <set>

#include "store_fixture.hpp"

namespace sedlink::store {
namespace {

namespace asio = boost::asio;

asio::awaitable<void> write_and_tell(Store& store, int pipe, int worker) {
  for (int n = 0;; ++n) {
    const std::string key = std::to_string(worker) + "/" + std::to_string(n);
    std::function<Result<int>(Tx&)> unit = [key](Tx& tx) -> Result<int> {
      tx.put("crash", key, key);
      return 0;
    };
    const Result<int> done = co_await store.write<int>(std::move(unit));
    if (done.has_error()) _exit(2);
    const std::string line = key + "\n";
    if (::write(pipe, line.data(), line.size()) != static_cast<ssize_t>(line.size())) _exit(3);
  }
}

[[noreturn]] void be_the_daemon(const std::filesystem::path& file, int pipe) {
  NullLogger logger;
  auto store = Store::open(options_for(file), logger);
  if (store.has_error()) _exit(1);
  asio::io_context context;
  for (int worker = 0; worker < 8; ++worker)
    asio::co_spawn(context, write_and_tell(**store, pipe, worker), [](std::exception_ptr) { _exit(4); });
  context.run();
  _exit(5);
}

class Crash : public StoreFixture {
 protected:
  // Starts a child, kills it after `lines` acknowledgements, returns every acknowledged key.
  std::set<std::string> acknowledged_before_kill(std::size_t lines) {
    int ends[2] = {-1, -1};
    EXPECT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) {
      close(ends[0]);
      be_the_daemon(file(), ends[1]);
    }
    close(ends[1]);
    std::string heard;
    char buffer[4096];
    bool killed = false;
    for (ssize_t size = 0; (size = ::read(ends[0], buffer, sizeof buffer)) > 0;) {
      heard.append(buffer, static_cast<std::size_t>(size));
      if (!killed && std::count(heard.begin(), heard.end(), '\n') >= static_cast<std::ptrdiff_t>(lines)) {
        kill(child, SIGKILL);
        killed = true;  // what is still in the pipe was acknowledged too
      }
    }
    close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << "exit " << WEXITSTATUS(status);
    std::set<std::string> keys;
    for (std::size_t start = 0, end = 0; (end = heard.find('\n', start)) != std::string::npos; start = end + 1)
      keys.insert(heard.substr(start, end - start));
    return keys;
  }
};

TEST_F(Crash, every_acknowledged_write_survives_kill_nine) {
  store_.reset();
  std::size_t total = 0;
  for (const std::size_t lines : {50U, 200U, 500U}) {
    const std::set<std::string> keys = acknowledged_before_kill(lines);
    EXPECT_GE(keys.size(), lines);
    total += keys.size();
    open();
    for (const std::string& key : keys)
      EXPECT_EQ(read([key](Tx& tx) { return tx.get("crash", key); }), key) << "acknowledged and lost";
    store_.reset();
  }
  EXPECT_GE(total, 750U);
}

}  // namespace
}  // namespace sedlink::store
