#include "contract/sim_stand.hpp"

#include "contract/memory.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <future>
#include <stdexcept>
#include <thread>

#include <boost/json/serialize.hpp>

#include "sedlink/sim/host.hpp"

namespace sedlink::contract {
namespace asio = boost::asio;
namespace json = boost::json;

namespace {

constexpr Duration hang_for{20'000};  // longer than any deadline of the battery

const char* word(Mishap mishap) {
  switch (mishap) {
    case Mishap::hang: return "hang";
    case Mishap::close: return "close";
    case Mishap::server_error: return "status";
    case Mishap::throttle: return "throttle";
    case Mishap::refuse_credentials: return "status";
    case Mishap::corrupt: return "corrupt";
    case Mishap::truncate: return "truncate";
    case Mishap::lose_answer: return "lose_answer";
  }
  return "";
}

}  // namespace

struct SimStand::Running {
  ~Running() {
    if (host) {
      std::promise<void> stopped;
      asio::co_spawn(context, host->stop(Duration(0)), [&](const std::exception_ptr&) { stopped.set_value(); });
      stopped.get_future().wait();
    }
    guard.reset();
    context.stop();
    if (thread.joinable()) thread.join();
  }

  // In the simulator's thread, while this one waits.
  template <class F>
  auto inside(F work) {
    std::packaged_task<decltype(work())()> task(std::move(work));
    auto done = task.get_future();
    asio::post(context, [&task] { task(); });
    return done.get();
  }

  SystemClock clock;
  asio::io_context context{1};
  std::unique_ptr<sim::Host> host;
  asio::executor_work_guard<asio::io_context::executor_type> guard{context.get_executor()};
  std::thread thread;
};

SimStand::SimStand() = default;
SimStand::~SimStand() = default;

void SimStand::launch(Make make, const Launch& how) {
  sim::Options options;
  options.edition = how.edition;
  options.module = how.module;
  Result<sim::Scenario> scenario = sim::Scenario::parse(how.scenario);
  if (!scenario) throw std::runtime_error(scenario.error().message);
  options.scenario = std::move(scenario).value();
  auto running = std::make_unique<Running>();
  auto simulator = make(options);
  sim::HostOptions listening;
  auto host = sim::Host::create(running->context.get_executor(), running->clock, listening, std::move(options),
                                std::move(simulator));
  if (!host) throw std::runtime_error(host.error().message);
  running->host = std::move(host).value();
  running->host->start();
  running->thread = std::thread([context = &running->context] {
    leave_this_thread_out();
    context->run();
  });
  running_ = std::move(running);
}

void SimStand::arm(Mishap mishap, std::size_t spared, std::size_t times) { arm_type("", mishap, spared, times); }

void SimStand::arm_type(const char* type, Mishap mishap, std::size_t spared, std::size_t times) {
  json::object fault{{"do", word(mishap)}, {"skip", spared}, {"next", times}};
  if (mishap == Mishap::hang) fault["ms"] = hang_for.count();
  if (mishap == Mishap::server_error) fault["status"] = 500;
  if (mishap == Mishap::refuse_credentials) fault["status"] = 401;
  // Of whole requests: what is refused inside a batch has no path.
  if (fault.contains("status")) fault["match"] = {{"path", "/"}};
  if (*type != 0) fault["match"] = {{"type", type}};
  running_->inside([&] {
    auto& faults = running_->host->environment().faults();
    faults.clear();
    const auto added = faults.add(fault);
    if (!added) throw std::runtime_error(added.error().message);
  });
}

bool SimStand::disarm() {
  return running_->inside([&] {
    auto& faults = running_->host->environment().faults();
    bool struck = false;
    for (const json::value& fault : faults.to_json()) struck = struck || fault.at("fired").as_int64() > 0;
    faults.clear();
    return struck;
  });
}

// What was sent is already in the sockets of the loopback: nothing left to run means all of it is done.
void SimStand::settle() {
  running_->inside([&] {
    while (running_->context.poll() > 0) {}
  });
}

std::size_t SimStand::requests() {
  return running_->inside([&] { return static_cast<std::size_t>(running_->host->requests()); });
}

void SimStand::control(const json::object& act) {
  running_->inside([&] {
    const auto done = running_->host->simulator().act(act);
    if (!done) throw std::runtime_error(json::serialize(act) + ": " + done.error().message);
  });
}

json::object SimStand::state() {
  return running_->inside([&] { return running_->host->simulator().state(); });
}

json::object SimStand::access() {
  return running_->inside([&] { return running_->host->simulator().access(); });
}

std::string text_of(const json::value& row, std::string_view key) {
  return row.is_object() ? sim::text_of(row.get_object(), key) : std::string();
}

}  // namespace sedlink::contract
