// Notifications of an EDMS: what they name is asked about soon, and that is all they do.
#include <boost/json/serialize.hpp>

#include "running.hpp"
#include "sedlink/process/instance.hpp"

namespace sedlink::engine::testing {
namespace {

using namespace std::chrono_literals;

// Polls are an hour apart: whatever is seen sooner was seen because of a notification.
class Noticed : public Running {
 protected:
  Noticed() {
    shape_ = [this](Settings& s) {
      s.poll_active = s.poll_quiet = s.poll_asleep = 1h;
      s.public_url = public_url_;
    };
  }
  using Story = std::function<asio::awaitable<void>()>;
  // Starts the engine, tells the story to its end, stops the engine.
  void play(Story story) {
    bool told = false;
    asio::co_spawn(io_, tell(std::move(story), &told), [](std::exception_ptr e) {
      if (e) std::rethrow_exception(e);
    });
    io_.restart();
    io_.run();
    EXPECT_TRUE(told);
  }
  asio::awaitable<void> tell(Story story, bool* told) {
    Result<void> started = co_await engine_->start();
    EXPECT_TRUE(started.has_value());
    co_await story();
    *told = true;
    co_await engine_->stop(std::chrono::steady_clock::now() + 5s);
  }
  asio::awaitable<void> wait_for(std::function<bool()> condition) {
    const auto deadline = std::chrono::steady_clock::now() + 90s;
    while (!condition() && std::chrono::steady_clock::now() < deadline) co_await net::wait(Duration(5));
    EXPECT_TRUE(condition());
  }
  // The card is launched and both looks after the launch are over: the next one is an hour away.
  asio::awaitable<void> settle() {
    co_await look();
    std::function<bool()> looked_twice = [this] {
      if (edms_->started) clock_.shift += 100ms;
      return edms_->asked.size() >= 2;
    };
    co_await wait_for(std::move(looked_twice));
    polls_ = edms_->asked.size();
  }
  asio::awaitable<void> take(std::string process, std::string document = {}) {
    std::vector<api::ChangeNotice> notices(1);
    notices[0].name = "Changed";
    notices[0].process_id = std::move(process);
    notices[0].document_id = std::move(document);
    Result<void> taken = co_await engine_->notice("docflow", notices);
    EXPECT_TRUE(taken.has_value());
  }
  [[nodiscard]] std::size_t new_polls() const { return edms_->asked.size() - polls_; }
  // A run that is followed already, not due for an hour.
  void add_run(const std::string& id) {
    process::Instance in = process::new_instance(*mapping_, ItemRef{"portal", "dynamic:1036", id});
    in.id = "run-" + id;
    in.revision = mapping_->revision;
    in.launch_no = 1;
    in.phase = process::Phase::running;
    in.document = DocumentRef{"d-" + id, "T", ""};
    in.process = ProcessRef{"p-" + id, "T", "", *in.document};
    in.started_at = in.updated_at = in.edms_moved_at = clock_.now();
    store::InstanceRow row;
    row.id = in.id;
    row.mapping = in.mapping;
    row.revision = in.revision;
    row.edms = in.edms;
    row.item = in.item;
    row.launch_no = 1;
    row.phase = process::to_string(in.phase);
    row.process_id = in.process->id;
    row.document_id = in.document->id;
    row.state = boost::json::serialize(to_json(in));
    row.created_at = row.updated_at = clock_.now();
    row.next_poll_at = clock_.now() + 1h;
    std::function<Result<int>(store::Tx&)> unit = [row](store::Tx& tx) -> Result<int> {
      store::InstanceRow saved = row;
      tx.save_instance(saved);
      return 0;
    };
    EXPECT_TRUE(testing_support::run_task(io_, store_->write<int>(std::move(unit))).has_value());
  }
  std::string public_url_;
  std::size_t polls_ = 0;
};

TEST_F(Noticed, a_decision_is_seen_at_once_though_the_polls_are_an_hour_apart) {
  play([this]() -> asio::awaitable<void> {
    co_await settle();
    edms_->outcome = Outcome::approved;
    co_await take("p1");
    std::function<bool()> moved = [this] { return crm_->item.stage == "DT1036_10:SUCCESS"; };
    co_await wait_for(std::move(moved));
  });
  EXPECT_EQ(engine_->counters().notices_accepted, 1u);
  EXPECT_EQ(engine_->counters().notices_unknown, 0u);
}

TEST_F(Noticed, a_change_of_the_document_is_a_look_at_its_process) {
  play([this]() -> asio::awaitable<void> {
    co_await settle();
    edms_->outcome = Outcome::approved;
    co_await take("", "d1");
    std::function<bool()> moved = [this] { return crm_->item.stage == "DT1036_10:SUCCESS"; };
    co_await wait_for(std::move(moved));
  });
}

TEST_F(Noticed, a_burst_about_one_process_is_a_look_a_second) {
  std::chrono::seconds lasted{};
  play([this, &lasted]() -> asio::awaitable<void> {
    co_await settle();
    const auto began = std::chrono::steady_clock::now();
    for (int i = 0; i < 300; ++i) co_await take("p1");
    std::function<bool()> looked = [this] { return new_polls() >= 1; };
    co_await wait_for(std::move(looked));
    co_await net::wait(2s);  // the time that looks of the burst would take, were there more
    lasted = std::chrono::ceil<std::chrono::seconds>(std::chrono::steady_clock::now() - began);
  });
  EXPECT_EQ(engine_->counters().notices_accepted, 300u);
  EXPECT_LE(new_polls(), static_cast<std::size_t>(lasted.count()));
}

TEST_F(Noticed, notices_about_many_processes_are_one_question) {
  for (int i = 0; i < 7; ++i) add_run("many" + std::to_string(i));
  play([this]() -> asio::awaitable<void> {
    std::vector<api::ChangeNotice> seven(7);
    for (std::size_t i = 0; i < seven.size(); ++i) seven[i].process_id = "p-many" + std::to_string(i);
    Result<void> taken = co_await engine_->notice("docflow", std::move(seven));
    EXPECT_TRUE(taken.has_value());
    std::function<bool()> looked = [this] { return !edms_->asked.empty(); };
    co_await wait_for(std::move(looked));
  });
  EXPECT_EQ(edms_->asked.front(), 7u);
}

TEST_F(Noticed, what_is_not_ours_is_counted_and_asked_about_by_nobody) {
  play([this]() -> asio::awaitable<void> {
    co_await settle();
    co_await take("p9");
    co_await take("", "d9");
    co_await take("");
    co_await net::wait(2s);  // a look would have come by now
  });
  EXPECT_EQ(engine_->counters().notices_accepted, 3u);
  EXPECT_EQ(engine_->counters().notices_unknown, 3u);
  EXPECT_EQ(new_polls(), 0u);
}

TEST_F(Noticed, a_change_told_of_during_the_look_is_looked_at_again) {
  bool hold = true;
  play([this, &hold]() -> asio::awaitable<void> {
    co_await settle();
    edms_->hold_poll = [&hold] { return hold; };
    co_await take("p1");
    std::function<bool()> asked = [this] { return new_polls() == 1; };
    co_await wait_for(std::move(asked));
    edms_->outcome = Outcome::approved;  // after the question was understood
    co_await take("p1");
    hold = false;
    std::function<bool()> moved = [this] { return crm_->item.stage == "DT1036_10:SUCCESS"; };
    co_await wait_for(std::move(moved));
  });
  EXPECT_GE(new_polls(), 2u);
}

TEST_F(Noticed, a_look_that_failed_is_made_again) {
  play([this]() -> asio::awaitable<void> {
    co_await settle();
    edms_->outcome = Outcome::approved;
    edms_->script.next("poll", Fault::transient);
    co_await take("p1");
    std::function<bool()> moved = [this] { return crm_->item.stage == "DT1036_10:SUCCESS"; };
    co_await wait_for(std::move(moved));
  });
}

class Targeted : public Noticed {
 protected:
  Targeted() { public_url_ = "https://bridge.example.ru"; }
  [[nodiscard]] ConnectionHealth docflow() const {
    for (const ConnectionHealth& h : engine_->health())
      if (h.name == "docflow") return h;
    return ConnectionHealth();
  }
  std::ptrdiff_t lines(const std::string& event) {
    const auto all = log_.lines();
    return std::count(all.begin(), all.end(), event);
  }
};

TEST_F(Targeted, an_edms_learns_where_the_door_is_and_again_after_an_outage) {
  edms_->notifies = true;
  play([this]() -> asio::awaitable<void> {
    std::function<bool()> told = [this] { return docflow().push; };
    co_await wait_for(std::move(told));
    EXPECT_EQ(edms_->targets.size(), 1u);
    edms_->script.next("poll", Fault::transient);
    co_await settle();
    clock_.shift += 61s;  // one that falters is not told again every time
    std::function<bool()> told_again = [this] { return edms_->targets.size() == 2; };
    co_await wait_for(std::move(told_again));
    clock_.shift += 61min;
    std::function<bool()> hourly = [this] { return edms_->targets.size() == 3; };
    co_await wait_for(std::move(hourly));
  });
  for (const std::string& url : edms_->targets) EXPECT_EQ(url, "https://bridge.example.ru/hooks/docflow/");
  EXPECT_EQ(lines("push_on"), 1);
}

TEST_F(Targeted, a_refusal_is_told_once_tried_again_and_stops_nothing) {
  edms_->notifies = true;
  for (int i = 0; i < 3; ++i) edms_->script.next("set_notification_target", Fault::rejected);
  play([this]() -> asio::awaitable<void> {
    std::function<bool()> refused = [this] { return !docflow().push_error.empty(); };
    co_await wait_for(std::move(refused));
    EXPECT_FALSE(docflow().paused);
    EXPECT_EQ(docflow().failures, 0);
    co_await settle();
    std::function<bool()> told = [this] { return docflow().push; };
    co_await wait_for(std::move(told));
  });
  EXPECT_TRUE(docflow().push_error.empty());
  EXPECT_EQ(edms_->targets.size(), 1u);
  EXPECT_EQ(lines("push_refused"), 1);
}

TEST_F(Targeted, what_was_sent_while_nobody_listened_is_made_good_by_one_look_at_all) {
  for (int i = 0; i < 3; ++i) add_run("lost" + std::to_string(i));
  edms_->notifies = true;
  play([this]() -> asio::awaitable<void> {
    std::function<bool()> looked = [this] { return !edms_->asked.empty(); };
    co_await wait_for(std::move(looked));
  });
  EXPECT_EQ(edms_->asked.front(), 3u);
}

TEST_F(Targeted, a_lack_of_rights_pauses_the_connection_until_they_are_back) {
  edms_->notifies = true;
  edms_->script.next("set_notification_target", Fault::unauthorized);
  play([this]() -> asio::awaitable<void> {
    std::function<bool()> paused = [this] { return docflow().paused; };
    co_await wait_for(std::move(paused));
    std::function<bool()> back = [this] { return docflow().push && !docflow().paused; };
    co_await wait_for(std::move(back));
  });
  EXPECT_EQ(lines("connection_paused"), 1);
}

TEST_F(Targeted, an_edms_without_notifications_is_no_trouble) {
  play([this]() -> asio::awaitable<void> {
    std::function<bool()> asked = [this] { return edms_->targets.size() == 1; };
    co_await wait_for(std::move(asked));
    co_await settle();
  });
  EXPECT_FALSE(docflow().push);
  EXPECT_TRUE(docflow().push_error.empty());
}

TEST_F(Noticed, without_a_public_address_nobody_is_told_anything) {
  play([this]() -> asio::awaitable<void> { co_await settle(); });
  EXPECT_EQ(edms_->script.calls["set_notification_target"], 0);
}

}  // namespace
}  // namespace sedlink::engine::testing
