// Notifications: what is promised comes and names what has changed; where nothing is promised nobody is let in.
#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <memory>

#include "contract/battery.hpp"
#include "sedlink/net/server.hpp"

namespace sedlink::contract {
namespace {

// Our door: keeps what came.
class Door {
 public:
  explicit Door(boost::asio::io_context& io) : io_(io) {
    auto listening = net::Server::listen(io.get_executor(), net::ServerOptions(),
                                         [this](net::ServerRequest& request) { return take(request); });
    if (!listening) throw std::runtime_error(describe(listening.error()));
    server_ = std::move(listening).value();
    server_->start();
  }
  // Connections that still wait for something are closed by the loop they run on.
  ~Door() {
    const auto stopped = std::make_shared<bool>(false);
    boost::asio::co_spawn(io_, server_->stop(std::chrono::steady_clock::now()),
                          [stopped](const std::exception_ptr&) { *stopped = true; });
    io_.restart();
    while (!*stopped && io_.run_one_for(std::chrono::seconds(10)) > 0) {}
  }
  Door(const Door&) = delete;
  Door& operator=(const Door&) = delete;
  [[nodiscard]] std::string url() const {
    return "http://127.0.0.1:" + std::to_string(server_->port()) + "/hooks/contract/";
  }
  std::vector<api::InboundRequest> came;

 private:
  boost::asio::awaitable<net::ServerResponse> take(net::ServerRequest& request) {
    api::InboundRequest inbound;
    inbound.content_type = request.headers().get("Content-Type").value_or("");
    Result<std::string> body = co_await request.read_body(1024 * 1024);
    if (body) inbound.body = std::move(body).value();
    came.push_back(std::move(inbound));
    co_return net::ServerResponse(200, "text/plain", "");
  }
  boost::asio::io_context& io_;
  std::unique_ptr<net::Server> server_;
};

Task<void> until(std::function<bool()> condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!condition() && std::chrono::steady_clock::now() < end) co_await net::wait(Duration(5));
  co_return Result<void>();
}

TEST_P(Contract, promised_notifications_come_and_name_what_has_changed) {
  must(edms().test_connection(context()));
  if (!needs(capabilities().push, "push")) return;
  Door door(io_);
  EXPECT_TRUE(must(edms().set_notification_target(context(), door.url())));
  EXPECT_TRUE(must(another()->set_notification_target(context(), door.url()))) << "a repetition does no harm";
  const ProcessRef process = running();
  const auto named = [&] {
    return std::any_of(door.came.begin(), door.came.end(), [&](const api::InboundRequest& request) {
      const auto notices = edms().accept(request);
      if (!notices) throw std::runtime_error(describe(notices.error()));
      return std::any_of(notices->begin(), notices->end(), [&](const api::ChangeNotice& n) {
        return n.process_id == process.id || n.document_id == process.document.id;
      });
    });
  };
  must(until(named));
  EXPECT_TRUE(named()) << "the start";
  door.came.clear();
  stand().act(Deed::approve, process, "Согласен");
  must(until(named));
  EXPECT_TRUE(named()) << "a decision of a person";
}

TEST_P(Contract, a_notification_of_somebody_else_is_refused) {
  must(edms().test_connection(context()));
  if (!needs(capabilities().push, "push")) return;
  Door door(io_);
  must(edms().set_notification_target(context(), door.url()));
  running();
  must(until([&] { return !door.came.empty(); }));
  ASSERT_FALSE(door.came.empty());
  const api::InboundRequest genuine = door.came.front();
  ASSERT_TRUE(edms().accept(genuine));
  EXPECT_TRUE(another()->accept(genuine)) << "before it has asked the system anything";
  // Cut anywhere it is taken or refused in one of the two ways; it is never a defect.
  for (std::size_t n = 0; n < genuine.body.size(); ++n) {
    api::InboundRequest cut = genuine;
    cut.body.resize(n);
    const auto notices = edms().accept(cut);
    if (!notices) {
      EXPECT_TRUE(notices.error().fault == Fault::unauthorized || notices.error().fault == Fault::rejected);
    }
  }
  api::InboundRequest other = genuine;
  other.content_type = "application/x-of-another-kind";
  const auto media = edms().accept(other);
  ASSERT_FALSE(media);
  EXPECT_EQ(media.error().code, "edms.door.media");
  const std::unique_ptr<api::EdmsAdapter> deaf = another("push");
  ASSERT_TRUE(deaf) << "a setting against push";
  const auto refused = deaf->accept(genuine);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, Fault::unauthorized);
}

TEST_P(Contract, notifications_denied_are_neither_asked_for_nor_taken) {
  must(edms().test_connection(context()));
  const bool denied = !capabilities().push;
  const std::unique_ptr<api::EdmsAdapter> adapter = another(denied ? std::string_view() : "push");
  ASSERT_TRUE(adapter);
  must(adapter->test_connection(context()));
  EXPECT_FALSE(adapter->capabilities().push);
  const std::size_t before = stand().requests();
  EXPECT_FALSE(must(adapter->set_notification_target(context(), "http://127.0.0.1:9/hooks/contract/")));
  EXPECT_EQ(stand().requests(), before);
  api::InboundRequest request;
  request.content_type = "application/x-www-form-urlencoded";
  request.body = "event=TaskChanged&token=&task_id=1";
  const auto refused = adapter->accept(request);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, Fault::unauthorized);
}

}  // namespace
}  // namespace sedlink::contract
