#include "notices.hpp"

#include <algorithm>

#include "sedlink/core/text.hpp"
#include "steps.hpp"

namespace sedlink::engine {
namespace {

constexpr Duration told_again = std::chrono::hours(1);   // another server may be behind the address by then
constexpr Duration recovered = std::chrono::minutes(1);  // between two times: one that falters is not asked every time

}  // namespace

Task<void> Notices::take(std::string connection, std::vector<api::ChangeNotice> notices) {
  const Time at = noticed_look(core_.clock.now());
  std::function<Result<int>(store::Tx&)> unit = [connection, notices, at](store::Tx& tx) -> Result<int> {
    int unknown = 0;
    for (const api::ChangeNotice& n : notices)
      if (tx.hasten_polls(connection, n.process_id, n.document_id, at) == 0) ++unknown;
    return unknown;
  };
  Result<int> unknown = co_await core_.store.write<int>(std::move(unit));
  if (unknown.has_error()) co_return unknown.error();
  ++core_.counters.notices_accepted;
  core_.gate(connection).notified(core_.clock.now());
  core_.counters.notices_unknown += static_cast<std::uint64_t>(unknown.value());
  const bool ours = unknown.value() < static_cast<int>(notices.size());
  if (ours && core_.gate(connection).heard(core_.clock.now())) core_.poll_signal.wake();
  co_return Result<void>();
}

std::string Notices::door(const std::string& edms) const {
  const std::string& root = core_.settings.public_url;
  return root + (root.ends_with('/') ? "" : "/") + "hooks/" + text::url_encode(edms) + "/";
}

boost::asio::awaitable<void> Notices::keep_target(std::string edms) {
  api::EdmsAdapter& adapter = *core_.edms.at(edms);
  Gate& gate = core_.gate(edms);
  const std::string url = door(edms);
  std::uint64_t recoveries = gate.recoveries();
  Time next = core_.clock.now(), last{};
  int refused = 0;
  while (!core_.stopping) {
    const Time now = core_.clock.now();
    if (gate.recoveries() != recoveries) next = std::max(now, last + recovered);
    recoveries = gate.recoveries();
    if (now < next || gate.shut(now)) {
      co_await core_.push_signal.wait(Duration(1'000));
      continue;
    }
    const InFlight busy(core_);
    const api::CallContext context = core_.context("", Duration(60'000));
    Result<bool> answer = co_await adapter.set_notification_target(context, url);
    last = core_.clock.now();
    const bool begins = answer.has_value() && answer.value() && !gate.health().push;
    next = last + told(edms, answer, refused);
    if (begins) co_await look_at_all(edms);
    // Its rights concern everything it is asked for; all else is this call's own trouble, others may do well.
    if (answer.has_error() && answer.error().fault == Fault::unauthorized) core_.call_failed(edms, answer.error());
    if (answer.has_value() && answer.value()) gate.succeeded(last);
    recoveries = gate.recoveries();
  }
}

// What was sent while nobody listened is lost.
boost::asio::awaitable<void> Notices::look_at_all(std::string edms) {
  const Time at = noticed_look(core_.clock.now());
  std::function<Result<int>(store::Tx&)> unit = [edms, at](store::Tx& tx) -> Result<int> {
    tx.hasten_all_polls(edms, at);
    return 0;
  };
  Result<int> hastened = co_await core_.store.write<int>(std::move(unit));
  if (hastened.has_error()) core_.log.error("polls_not_hastened", {{"error", describe(hastened.error())}});
}

Duration Notices::told(const std::string& edms, const Result<bool>& answer, int& refused) {
  Gate& gate = core_.gate(edms);
  const ConnectionHealth before = gate.health();
  if (answer.has_error()) {
    const std::string why = answer.error().message + " [" + answer.error().code + "]";
    if (before.push_error != why)
      core_.log.warning("push_refused",
                        {{"connection", edms},
                         {"error", describe(answer.error())},
                         {"what_happens", "уведомлений нет, изменения видит опрос; служба попробует снова"}});
    gate.pushes(false, why);
    const Duration pause = back_off(++refused, core_.settings.retry_first, core_.settings.retry_max, core_.random);
    return answer.error().retry_after ? std::max(pause, Duration(*answer.error().retry_after)) : pause;
  }
  refused = 0;
  if (answer.value() && !before.push) core_.log.info("push_on", {{"connection", edms}, {"url", door(edms)}});
  gate.pushes(answer.value(), {});
  return told_again;
}

}  // namespace sedlink::engine
