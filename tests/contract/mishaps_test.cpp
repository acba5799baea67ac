// Every operation meets every mishap at every request it makes, and is cancelled at every wait. What the engine does
// then (repeat; after doubt look first) must end with the thing done, once.
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/system/system_error.hpp>

#include "contract/battery.hpp"
#include "contract/operations.hpp"

namespace sedlink::contract {

namespace {

constexpr std::size_t most_requests = 60;  // of one operation; more is a loop
constexpr std::size_t most_waits = 600;    // of one operation
constexpr Duration shortest_deadline{60};  // of a call that hangs

using std::chrono::steady_clock;

// May an operation end so because of that mishap? The network's failures are never the document's (rejected,
// not_found) nor a bug (defect): each of these would stop an instance that a repetition cures.
bool is_classified(const Operation& o, Mishap mishap, const Error& e) {
  if (mishap == Mishap::throttle) return e.fault == Fault::throttled;
  if (mishap == Mishap::refuse_credentials) return e.fault == Fault::unauthorized;
  return e.fault == Fault::transient || (o.done != nullptr && e.fault == Fault::ambiguous);
}

std::size_t count(const Operation& o, const Tally& t) { return o.done == nullptr ? 0 : t.*o.done; }

}  // namespace

Trial Contract::arrange(const Operation& o) {
  if (o.done == nullptr && arranged_) return *arranged_;  // a read changes nothing
  Trial t;
  t.key = key();
  const std::string number = std::to_string(++trials_);
  t.draft = stand().draft("Договор " + number);
  t.route = stand().route();
  t.counterparty = stand().new_counterparty(static_cast<int>(trials_));
  t.person.name = stand().approver();
  t.path = (folder_ / "fetched").string();
  t.spooled = spool("Приложение " + number + ".pdf", some_bytes(3000 + trials_, static_cast<unsigned>(trials_)));
  const bool shared = std::string_view(o.name) == "attach_file";
  if (o.needs != Stage::nothing) {
    if (shared && shared_document_) {
      t.document = *shared_document_;
    } else if (o.needs == Stage::other_file && arranged_) {
      t.document = arranged_->document;
      t.file = arranged_->file;
    } else {
      t.document = must(edms().create_document(context(t.key), t.draft));
    }
    shared_document_ = t.document;
  }
  if (o.needs == Stage::file || o.needs == Stage::ended) {
    t.file = must(edms().attach_file(context(key()), t.document, t.spooled));
  }
  if (o.needs == Stage::other_file && !arranged_) t.file = file(t.document, "Договор.pdf", some_bytes(2000));
  if (o.needs == Stage::prepared || o.needs == Stage::running || o.needs == Stage::rejected || o.needs == Stage::ended)
    t.process = must(edms().prepare_process(context(t.key), t.document, t.route));
  if (o.needs == Stage::running || o.needs == Stage::rejected || o.needs == Stage::ended) {
    must(edms().start_process(context(t.key), t.process));
    look_until(t.process, [](const Snapshot& s) { return s.state == ProcessState::running; });
  }
  if (o.needs == Stage::rejected) {
    stand().act(Deed::reject, t.process, "Нет печати");
    const Snapshot s = look_until(t.process, [](const Snapshot& seen) { return seen.author_decision.has_value(); });
    t.decision = *s.author_decision;
  }
  if (o.needs == Stage::ended) {
    stand().act(Deed::approve, t.process, "");
    conclude(t.process);
  }
  if (o.done == nullptr || o.needs == Stage::other_file) arranged_ = t;
  return t;
}

// What the engine does after a failure: repeats; after doubt it looks first. Doubt stays until it is settled.
void Contract::recover(const Operation& o, Trial& t, Result<void> result, bool doubtful) {
  for (int attempt = 0; !result; ++attempt) {
    if (attempt == 3) throw std::runtime_error("does not recover: " + describe(result.error()));
    doubtful = doubtful || result.error().fault == Fault::ambiguous;
    if (doubtful && o.find != nullptr && must(o.find(edms(), t, context(t.key)))) return;
    result = run(o.call(edms(), t, context(t.key)));
  }
}

void Contract::expect_done_once(const Operation& o, const Trial& t) {
  stand().settle();
  if (o.done == nullptr) return;
  EXPECT_EQ(count(o, stand().tally()) - t.done_before, 1u) << "done another number of times";
}

void Contract::meet_mishaps(std::string_view name) {
  const Operation& o = operation(name);
  if (o.possible != nullptr && !needs(o.possible(capabilities()), o.capability)) return;
  std::size_t trials = 0, shift = 0;
  const std::size_t every = stride();
  for (const Mishap mishap : every_mishap()) {
    if (!stand().has(mishap)) continue;
    const std::size_t first = shift++ % every;
    Duration deadline = mishap == Mishap::hang ? shortest_deadline : Duration(30'000);
    for (std::size_t n = first; !HasFailure();) {
      SCOPED_TRACE(std::string(to_string(mishap)) + " at request " + std::to_string(n));
      Trial t = arrange(o);
      if (o.fresh) replace_adapter();
      t.done_before = count(o, stand().tally());
      api::CallContext ctx = context(t.key);
      ctx.deadline = steady_clock::now() + deadline;
      stand().arm(mishap, n, 1);
      Result<void> result = run(o.call(edms(), t, ctx));
      stand().settle();
      const bool struck = stand().disarm();
      ++trials;
      if (!struck && !result && result.error().code == "net.timeout") {
        deadline *= 2;  // the machine is slow: too short even without a mishap
        recover(o, t, std::move(result), false);
        continue;
      }
      if (!result) { EXPECT_TRUE(struck && is_classified(o, mishap, result.error())) << describe(result.error()); }
      recover(o, t, std::move(result), false);
      expect_done_once(o, t);
      if (!struck) break;  // the operation makes no n-th request
      n += every;
      ASSERT_LT(n, most_requests);
    }
  }
  count_trials(trials);
  EXPECT_TRUE(std::filesystem::is_empty(folder_ / "spool")) << "temporary files are left behind";
}

void Contract::meet_cancellation(std::string_view name) {
  const Operation& o = operation(name);
  if (o.possible != nullptr && !needs(o.possible(capabilities()), o.capability)) return;
  std::size_t trials = 0;
  const std::size_t every = stride();
  std::size_t waits = 0;
  for (bool ended = false; !ended && !HasFailure(); waits += every) {
    ++trials;
    SCOPED_TRACE("cancelled at wait " + std::to_string(waits));
    Trial t = arrange(o);
    if (o.fresh) replace_adapter();
    t.done_before = count(o, stand().tally());
    boost::asio::cancellation_signal signal;
    std::exception_ptr thrown;
    Error unset;
    Result<void> result = unset;
    const auto finished = [&](std::exception_ptr failure, Result<void> value) {
      thrown = failure;
      if (!failure) result = std::move(value);
      ended = true;
    };
    boost::asio::co_spawn(io_, o.call(edms(), t, context(t.key)),
                          boost::asio::bind_cancellation_slot(signal.slot(), finished));
    io_.restart();
    for (std::size_t i = 0; i < waits && !ended; ++i) ASSERT_EQ(io_.run_one_for(std::chrono::seconds(20)), 1u);
    const bool cancelled = !ended;
    if (cancelled) signal.emit(boost::asio::cancellation_type::terminal);
    while (!ended) ASSERT_EQ(io_.run_one_for(std::chrono::seconds(20)), 1u) << "a cancelled call does not end";
    io_.poll();  // the signal itself is a handler that refers to it
    ended = !cancelled;
    if (thrown) {
      try {
        std::rethrow_exception(thrown);
      } catch (const boost::system::system_error& e) { EXPECT_EQ(e.code(), boost::asio::error::operation_aborted); }
    } else if (!result) {
      EXPECT_TRUE(is_classified(o, Mishap::close, result.error())) << describe(result.error());
    }
    stand().settle();
    recover(o, t, std::move(result), thrown != nullptr);
    expect_done_once(o, t);
    ASSERT_LT(waits, most_waits);
  }
  count_trials(trials);
  EXPECT_TRUE(std::filesystem::is_empty(folder_ / "spool")) << "temporary files are left behind";
}

#define SEDLINK_OPERATION(name)                                                            \
  TEST_P(Contract, name##_survives_every_mishap_at_every_request) { meet_mishaps(#name); } \
  TEST_P(Contract, name##_can_be_cancelled_at_every_wait) { meet_cancellation(#name); }

SEDLINK_OPERATION(test_connection)
SEDLINK_OPERATION(discover)
SEDLINK_OPERATION(find_person)
SEDLINK_OPERATION(ensure_counterparty)
SEDLINK_OPERATION(find_document)
SEDLINK_OPERATION(create_document)
SEDLINK_OPERATION(find_file)
SEDLINK_OPERATION(attach_file)
SEDLINK_OPERATION(has_version)
SEDLINK_OPERATION(add_version)
SEDLINK_OPERATION(find_process)
SEDLINK_OPERATION(prepare_process)
SEDLINK_OPERATION(start_process)
SEDLINK_OPERATION(poll)
SEDLINK_OPERATION(decide_round)
SEDLINK_OPERATION(cancel)
SEDLINK_OPERATION(list_results)
SEDLINK_OPERATION(fetch)
SEDLINK_OPERATION(set_notification_target)

TEST(ContractOperations, all_are_met) {
  const ::testing::UnitTest& program = *::testing::UnitTest::GetInstance();
  for (const Operation& o : operations()) {
    std::size_t met = 0;
    for (int i = 0; i < program.total_test_suite_count(); ++i)
      for (int k = 0; k < program.GetTestSuite(i)->total_test_count(); ++k)
        met +=
            std::string(program.GetTestSuite(i)->GetTestInfo(k)->name()).starts_with(std::string(o.name) + "_") ? 1 : 0;
    EXPECT_GE(met, 2u) << o.name;
  }
}

}  // namespace sedlink::contract
