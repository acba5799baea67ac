#include "notices.hpp"

#include "sedlink/core/text.hpp"
#include "steps.hpp"

namespace sedlink::engine {
namespace {

constexpr Duration told_again = std::chrono::hours(1);  // another server may be behind the address by then

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
  core_.counters.notices_unknown += static_cast<std::uint64_t>(unknown.value());
  co_return Result<void>();
}

std::string Notices::door(const std::string& edms) const {
  const std::string& root = core_.settings.public_url;
  return root + (root.ends_with('/') ? "" : "/") + "hooks/" + text::url_encode(edms) + "/";
}

boost::asio::awaitable<void> Notices::keep_target(std::string edms) {
  api::EdmsAdapter& adapter = *core_.edms.at(edms);
  const Gate& gate = core_.gate(edms);
  const std::string url = door(edms);
  std::uint64_t recoveries = gate.recoveries();
  Time next = core_.clock.now();
  int refused = 0;
  while (!core_.stopping) {
    const Time now = core_.clock.now();
    if (gate.recoveries() != recoveries) next = now;
    recoveries = gate.recoveries();
    if (now < next || gate.shut(now)) {
      co_await core_.push_signal.wait(Duration(1'000));
      continue;
    }
    const InFlight busy(core_);
    const api::CallContext context = core_.context("", Duration(60'000));
    Result<bool> answer = co_await adapter.set_notification_target(context, url);
    next = core_.clock.now() + told(edms, answer, refused);
  }
}

// The gate is left alone: a system that refuses this may do everything else.
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
    return back_off(++refused, core_.settings.retry_first, core_.settings.retry_max, core_.random);
  }
  refused = 0;
  if (answer.value() && !before.push) core_.log.info("push_on", {{"connection", edms}, {"url", door(edms)}});
  gate.pushes(answer.value(), {});
  return told_again;
}

}  // namespace sedlink::engine
