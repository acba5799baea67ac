#include <boost/asio/post.hpp>
#include <deque>
#include <future>
#include <thread>

#include "store_fixture.hpp"

namespace sedlink::store {
namespace {

namespace asio = boost::asio;

class Commit : public StoreFixture {
 protected:
  using Unit = std::function<Result<int>(Tx&)>;

  // Queues all units while the writer is held inside an earlier unit: they must meet in one group.
  std::vector<Result<int>> together(const std::vector<Unit>& units) {
    context_.restart();
    std::vector<std::optional<Result<int>>> answers(units.size());
    std::promise<void> entered;
    std::promise<void> release;
    std::shared_future<void> released = release.get_future().share();
    const auto held = [&entered, released](Tx&) -> Result<int> {
      entered.set_value();
      released.wait();
      return 0;
    };
    spawn(context_, held, nullptr);
    context_.poll();
    entered.get_future().wait();
    before_ = store_->stats();
    for (std::size_t i = 0; i < units.size(); ++i) spawn(context_, units[i], &answers[i]);
    context_.poll();  // every unit is in the queue now
    release.set_value();
    context_.run();
    std::vector<Result<int>> out;
    for (auto& answer : answers) out.push_back(answer.value());
    return out;
  }
  void spawn(asio::io_context& context, Unit unit, std::optional<Result<int>>* answer) {
    asio::co_spawn(context, store_->write<int>(std::move(unit)),
                   [answer](std::exception_ptr thrown, Result<int> result) {
                     ASSERT_FALSE(thrown);
                     if (answer != nullptr) answer->emplace(std::move(result));
                   });
  }
  static Unit put(const std::string& key) {
    return [key](Tx& tx) -> Result<int> {
      tx.put("test", key, "v");
      return 1;
    };
  }
  bool stored(const std::string& key) {
    return read([key](Tx& tx) { return tx.get("test", key); }).has_value();
  }

  StoreStats before_;
};

TEST_F(Commit, units_that_wait_together_share_one_commit) {
  std::vector<Unit> units;
  for (int n = 0; n < 50; ++n) units.push_back(put(std::to_string(n)));
  const auto answers = together(units);
  for (const auto& answer : answers) {
    ASSERT_TRUE(answer);
    EXPECT_EQ(*answer, 1);
  }
  const StoreStats after = store_->stats();
  EXPECT_EQ(after.units - before_.units, 51U) << "the held unit and fifty";
  EXPECT_EQ(after.commits - before_.commits, 2U) << "the held unit's commit and one for all fifty";
  for (int n = 0; n < 50; ++n) EXPECT_TRUE(stored(std::to_string(n)));
}

TEST_F(Commit, a_failing_unit_is_undone_alone) {
  const Unit refuses = [](Tx& tx) -> Result<int> {
    tx.put("test", "refused", "v");
    return Error{Fault::rejected, Audience::user, "test.refused", "нет", {}};
  };
  const Unit throws_ours = [](Tx& tx) -> Result<int> {
    tx.put("test", "thrown", "v");
    throw StoreException(Error{Fault::not_found, Audience::user, "test.thrown", "нет", {}});
  };
  const Unit throws_foreign = [](Tx& tx) -> Result<int> {
    tx.put("test", "foreign", "v");
    throw std::logic_error("bug");
  };
  const Unit breaks_a_rule = [](Tx& tx) -> Result<int> {
    tx.put("test", "rule", "v");
    HistoryRow row;
    row.instance = "nobody";
    tx.add_history(row);
    return 1;
  };
  const auto answers =
      together({put("first"), refuses, put("second"), throws_ours, throws_foreign, breaks_a_rule, put("last")});
  ASSERT_EQ(answers.size(), 7U);
  EXPECT_TRUE(answers[0] && answers[2] && answers[6]);
  ASSERT_TRUE(answers[1].has_error() && answers[3].has_error() && answers[4].has_error() && answers[5].has_error());
  EXPECT_EQ(answers[1].error().code, "test.refused");
  EXPECT_EQ(answers[3].error().code, "test.thrown");
  EXPECT_EQ(answers[4].error().code, "store.sql");
  EXPECT_EQ(answers[4].error().fault, Fault::defect);
  EXPECT_EQ(answers[5].error().code, "store.sql");
  EXPECT_EQ(store_->stats().commits - before_.commits, 2U);
  EXPECT_EQ(store_->stats().failures - before_.failures, 4U);
  for (const char* kept : {"first", "second", "last"}) EXPECT_TRUE(stored(kept)) << kept;
  for (const char* undone : {"refused", "thrown", "foreign", "rule"}) EXPECT_FALSE(stored(undone)) << undone;
}

TEST_F(Commit, a_unit_sees_what_an_earlier_unit_of_its_group_wrote) {
  const Unit looks = [](Tx& tx) -> Result<int> { return tx.get("test", "first") ? 1 : 0; };
  const auto answers = together({put("first"), looks});
  ASSERT_TRUE(answers[1]);
  EXPECT_EQ(*answers[1], 1);
}

TEST_F(Commit, a_full_queue_answers_busy_at_once_and_works_on) {
  store_.reset();
  StoreOptions options = options_for(file());
  options.max_queue = 3;
  auto opened = Store::open(options, logger_);
  ASSERT_TRUE(opened);
  store_ = std::move(*opened);
  std::vector<Unit> units;
  for (int n = 0; n < 5; ++n) units.push_back(put(std::to_string(n)));
  const auto answers = together(units);
  for (std::size_t n = 0; n < 3; ++n) EXPECT_TRUE(answers[n]);
  for (std::size_t n = 3; n < 5; ++n) {
    ASSERT_TRUE(answers[n].has_error());
    EXPECT_EQ(answers[n].error().code, "store.busy");
    EXPECT_EQ(answers[n].error().fault, Fault::transient);
    EXPECT_FALSE(stored(std::to_string(n)));
  }
  const auto later = try_write<int>(put("later"));
  EXPECT_TRUE(later);
}

TEST_F(Commit, results_come_back_on_the_callers_executor) {
  std::thread::id seen;
  asio::co_spawn(context_, store_->write<int>(put("x")), [&](std::exception_ptr, const Result<int>& result) {
    EXPECT_TRUE(result);
    seen = std::this_thread::get_id();
  });
  std::thread runner([&] { context_.run(); });
  const auto expected = runner.get_id();
  runner.join();
  EXPECT_EQ(seen, expected);
}

TEST_F(Commit, many_callers_on_many_threads_lose_nothing) {
  constexpr int threads = 4;
  constexpr int each = 100;
  std::deque<asio::io_context> contexts(threads);
  std::vector<std::thread> runners;
  for (int t = 0; t < threads; ++t)
    runners.emplace_back([this, t, &context = contexts[static_cast<std::size_t>(t)]] {
      for (int n = 0; n < each; ++n) spawn(context, put(std::to_string(t) + "/" + std::to_string(n)), nullptr);
      asio::co_spawn(context, store_->read<Counts>([](Tx& tx) -> Result<Counts> { return tx.counts(); }),
                     [](std::exception_ptr thrown, const Result<Counts>& counts) { EXPECT_TRUE(!thrown && counts); });
      context.run();
    });
  for (auto& runner : runners) runner.join();
  for (int t = 0; t < threads; ++t)
    for (int n = 0; n < each; ++n) EXPECT_TRUE(stored(std::to_string(t) + "/" + std::to_string(n)));
  EXPECT_LT(store_->stats().commits, store_->stats().units);
  store_->close();  // before the contexts its threads post to
}

TEST_F(Commit, closing_finishes_what_is_queued) {
  std::vector<std::optional<Result<int>>> answers(20);
  for (std::size_t n = 0; n < answers.size(); ++n) spawn(context_, put(std::to_string(n)), &answers[n]);
  context_.poll();
  store_->close();
  context_.run();
  for (const auto& answer : answers) {
    ASSERT_TRUE(answer);
    EXPECT_TRUE(answer->has_value());
  }
  open();
  for (std::size_t n = 0; n < answers.size(); ++n) EXPECT_TRUE(stored(std::to_string(n)));
}

TEST_F(Commit, a_read_that_tries_to_write_is_a_defect_and_writes_nothing) {
  const auto done = testing_support::run_task(context_, store_->read<int>(put("sneaky")));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().fault, Fault::defect);
  EXPECT_FALSE(stored("sneaky"));
}

}  // namespace
}  // namespace sedlink::store
