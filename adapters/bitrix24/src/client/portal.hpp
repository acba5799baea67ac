#pragma once
// The transport of one portal: the webhook's address, the shared budgets, batches, files. Classifies; never retries.
// Used from one thread. The secret part of every address stays inside.
#include <boost/json/object.hpp>
#include <memory>
#include <string>
#include <vector>

#include "client/budget.hpp"
#include "client/classify.hpp"
#include "sedlink/api/crm.hpp"
#include "sedlink/bitrix24/settings.hpp"
#include "sedlink/net/client.hpp"
#include "sedlink/net/limiter.hpp"
#include "wire/envelope.hpp"

namespace sedlink::bitrix24 {

// One call of a REST method.
struct Command {
  Command() = default;
  Command(std::string m, boost::json::object p, bool w = false)
      : method(std::move(m)), params(std::move(p)), write(w) {}
  std::string method;          // in the documentation's spelling
  boost::json::object params;  // positional methods: keys "0", "1", … (inside a batch only)
  bool write = false;
};

class Portal {
 public:
  Portal(const Settings& settings, const Clock& clock, Logger& logger, std::unique_ptr<net::Client> client);

  // One method with a JSON body.
  Task<wire::Answer> call(api::CallContext ctx, Command command);
  // The same, the body streamed from a source; a write.
  Task<wire::Answer> call_streamed(api::CallContext ctx, std::string method, std::shared_ptr<net::BodySource> body);
  // Any number of commands, in order, in as few batches as their measured time allows (halt = 0). One result each.
  // A batch that failed as a whole fails its commands (writes: ambiguous); those of later batches then are transient
  // b24.not_sent. What no longer fits into the deadline is throttled b24.no_time, unsent.
  boost::asio::awaitable<std::vector<Result<wire::Answer>>> batch(api::CallContext ctx, std::vector<Command> commands);

  // GET of a signed link with the headers downloads need; redirects are followed here (nothing of ours is sent along).
  // Non-2xx answers are returned, not errors.
  Task<net::Response> fetch(api::CallContext ctx, std::string url, net::BodySink* sink, std::uint64_t max_body);
  // POST of a prepared body to an upload link the portal gave.
  Task<wire::Answer> post_file(api::CallContext ctx, std::string url, std::string content_type,
                               std::shared_ptr<net::BodySource> body);

  // The new address of a portal that has moved, for the next start; empty while it is where the settings say.
  [[nodiscard]] std::string memory() const;
  void recall(const std::string& memory);
  // The forecast of both budgets, and what was asked so far.
  [[nodiscard]] std::vector<api::Measure> measures() const;

  [[nodiscard]] const std::string& origin() const noexcept { return origin_; }  // changes when the portal moves
  [[nodiscard]] const std::string& host() const noexcept { return host_; }
  [[nodiscard]] bool moved() const noexcept { return origin_ != settings_.origin; }
  // The portal's own offset from UTC, as its answers show it; Moscow's until the first one.
  [[nodiscard]] std::chrono::minutes offset() const noexcept { return offset_; }

 private:
  Task<net::Response> send(api::CallContext ctx, std::string method, net::Request request, net::CallOptions options,
                           bool write);
  Task<wire::Answer> conclude(const std::string& method, net::Response response, bool write);
  // One batch of `commands[places[…]]` on its way, and its results in place.
  struct Chunk;
  Chunk next_chunk(const api::CallContext& ctx, const std::vector<Command>& commands, std::size_t& at,
                   std::vector<Result<wire::Answer>>& results) const;
  void take_apart(const Chunk& chunk, const wire::Answer& outer, const std::vector<Command>& commands,
                  std::vector<Result<wire::Answer>>& results);
  void learn_from_cut(const Chunk& chunk, const std::vector<Command>& commands, double seconds);
  Task<void> pass_rate_limit(api::CallContext ctx);
  Result<void> follow_move(const net::Response& response);
  void move_to(const net::Url& url);
  void doubt_move(const Error& error);
  Error refuse(const std::string& method, const wire::Refusal& refusal, bool write);
  void learn(const std::string& method, const wire::CallTime& time);
  Error masked(Error error) const;
  [[nodiscard]] SteadyTime limit(const api::CallContext& ctx) const;

  const Settings& settings_;
  const Clock& clock_;
  Logger& logger_;
  std::unique_ptr<net::Client> client_;
  std::string origin_, host_;
  net::RateLimiter limiter_;
  net::Concurrency transfers_;  // files leave connections of the client's eight to calls people wait for
  Budget budget_;
  std::map<std::string, std::uint64_t> requests_, inner_;  // HTTP requests and commands inside batches, by method
  unsigned refusals_in_row_ = 0;
  std::chrono::minutes offset_{180};
};

}  // namespace sedlink::bitrix24
