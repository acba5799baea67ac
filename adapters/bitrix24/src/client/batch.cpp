// Many commands in few requests. A batch counts once for the rate limit, each of its commands for the operating limit,
// and the whole is cut after 60 seconds. Source: bitrix24 documentation, batch and limits.
#include <algorithm>
#include <map>

#include "client/portal.hpp"
#include "wire/query.hpp"

namespace sedlink::bitrix24 {
namespace {

SteadyTime now() { return std::chrono::steady_clock::now(); }

std::string key_of(std::size_t k) { return "c" + std::to_string(k); }

}  // namespace

struct Portal::Chunk {
  Chunk() = default;
  std::vector<std::size_t> places;
  double expected = 0;  // seconds
  bool write = false;
};

// Each chunk is planned by what the answers before it taught: at most 50 commands, `limits.batch_seconds` expected.
Portal::Chunk Portal::next_chunk(const api::CallContext& ctx, const std::vector<Command>& commands, std::size_t& at,
                                 std::vector<Result<wire::Answer>>& results) const {
  constexpr std::size_t most = 50;
  Chunk chunk;
  std::map<std::string, double> planned;
  for (; at < commands.size() && chunk.places.size() < most; ++at) {
    const auto& command = commands[at];
    const double seconds = budget_.expected(command.method);
    if (auto admitted = budget_.admit(command.method, ctx.for_people, now()); !admitted) {
      results[at] = admitted.error();
      continue;
    }
    const double promised = planned[command.method] + seconds;
    const bool too_long = chunk.expected + seconds > settings_.batch_seconds ||
                          promised > budget_.room(command.method, ctx.for_people, now());
    if (!chunk.places.empty() && too_long) break;
    chunk.places.push_back(at);
    chunk.expected += seconds;
    chunk.write = chunk.write || command.write;
    planned[command.method] += seconds;
  }
  return chunk;
}

void Portal::take_apart(const Chunk& chunk, const wire::Answer& outer, const std::vector<Command>& commands,
                        std::vector<Result<wire::Answer>>& results) {
  std::vector<std::string> keys;
  for (std::size_t k = 0; k < chunk.places.size(); ++k) keys.push_back(key_of(k));
  auto outcomes = wire::read_batch(outer, keys);
  for (std::size_t k = 0; k < keys.size(); ++k) {
    const auto& command = commands[chunk.places[k]];
    auto& result = results[chunk.places[k]];
    const auto found = outcomes.find(keys[k]);
    if (found == outcomes.end()) {
      wire::Refusal lost;
      lost.status = 200;
      result = refuse(command.method, lost, command.write);
    } else if (auto* refusal = std::get_if<wire::Refusal>(&found->second)) {
      result = refuse(command.method, *refusal, command.write);
    } else {
      auto& inner = std::get<wire::Answer>(found->second);
      learn(command.method, inner.time);
      result = std::move(inner);
    }
  }
}

// The next batch must be shorter: else the same one would be cut again and again. How much shorter, its own time tells;
// at least by half. A quick failure is an outage and teaches nothing about the methods.
void Portal::learn_from_cut(const Chunk& chunk, const std::vector<Command>& commands, double seconds) {
  constexpr double suspicious = 10;
  if (seconds < suspicious || chunk.places.size() < 2) return;
  std::vector<std::string> methods;
  for (const auto place : chunk.places) methods.push_back(commands[place].method);
  budget_.cut(methods, std::clamp(2 * seconds / std::max(chunk.expected, 0.1), 2.0, 100.0));
}

boost::asio::awaitable<std::vector<Result<wire::Answer>>> Portal::batch(api::CallContext ctx,
                                                                        std::vector<Command> commands) {
  const Error not_sent{
      Fault::transient, Audience::admin, "b24.not_sent", "Запрос не отправлен: предыдущий запрос не удался", {}};
  Error no_time{
      Fault::throttled, Audience::admin, "b24.no_time", "Запрос не отправлен: на него не хватило времени", {}};
  no_time.retry_after = std::chrono::seconds(1);
  std::vector<Result<wire::Answer>> results(commands.size(), Result<wire::Answer>(not_sent));
  bool first = true;
  for (std::size_t at = 0; at < commands.size(); first = false) {
    const std::size_t begin = at;
    const Chunk chunk = next_chunk(ctx, commands, at, results);
    if (chunk.places.empty()) continue;
    const Duration needed(static_cast<std::int64_t>(chunk.expected * 1000));
    if (!first && ctx.deadline != SteadyTime{} && now() + needed > ctx.deadline) {
      for (std::size_t i = begin; i < commands.size(); ++i) results[i] = no_time;
      co_return results;
    }
    boost::json::object cmd;
    for (std::size_t k = 0; k < chunk.places.size(); ++k) {
      const auto& command = commands[chunk.places[k]];
      cmd[key_of(k)] = command.method + "?" + wire::to_query(command.params);
      ++inner_[command.method];
    }
    boost::json::object params;
    params["halt"] = 0;
    params["cmd"] = std::move(cmd);
    Command whole("batch", std::move(params), chunk.write);
    const auto sent_at = now();
    auto answer = co_await call(ctx, std::move(whole));
    if (!answer) {
      learn_from_cut(chunk, commands, std::chrono::duration<double>(now() - sent_at).count());
      for (const auto place : chunk.places) results[place] = classify_exchange(answer.error(), commands[place].write);
      const bool surely_nothing = answer.error().fault != Fault::ambiguous;
      for (std::size_t i = at; i < commands.size() && surely_nothing; ++i) results[i] = answer.error();
      co_return results;
    }
    take_apart(chunk, *answer, commands, results);
  }
  co_return results;
}

}  // namespace sedlink::bitrix24
