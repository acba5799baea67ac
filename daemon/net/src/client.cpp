#include "sedlink/net/client.hpp"

#include <boost/asio/this_coro.hpp>

#include "client_pool.hpp"
#include "connect.hpp"
#include "exchange.hpp"
#include "faults.hpp"

namespace sedlink::net {
namespace asio = boost::asio;

namespace {

// Shared with the calls under way: a client may be destroyed while they unwind.
struct State {
  State(Executor e, ClientOptions o)
      : executor(std::move(e)), options(std::move(o)), pool(options.max_connections_per_origin, options.idle_limit) {}

  Executor executor;
  ClientOptions options;
  ClientPool pool;

  // Made on first use: reading the system's trust store takes tens of milliseconds, and plain http needs none.
  const Result<std::shared_ptr<TlsContext>>& tls() {
    if (!tls_) tls_ = TlsContext::client(options);
    return *tls_;
  }

 private:
  std::optional<Result<std::shared_ptr<TlsContext>>> tls_;
};

Error not_in_time(const Url& url) {
  return net_error(Fault::transient, "net.timeout", "Срок вызова узла " + url.host + " истёк до отправки");
}

Task<Response> send_over_pool(std::shared_ptr<State> state, Request request, CallOptions options) {
  const Result<Url> parsed = Url::parse(request.url);
  if (!parsed) co_return parsed.error();
  const Url& url = *parsed;
  if (!is_field_name(request.method) || !are_sendable(request.headers)) {
    co_return net_error(Fault::defect, "net.request", "Недопустимый знак в методе или заголовке запроса");
  }
  std::shared_ptr<TlsContext> tls;
  if (url.scheme == "https") {
    const Result<std::shared_ptr<TlsContext>>& context = state->tls();
    if (!context) co_return context.error();
    tls = *context;
  }

  const std::string origin = url.origin();
  const Result<Concurrency::Permit> place = co_await state->pool.places(origin).acquire(options.deadline);
  if (!place) co_return place.error().code == "net.busy" ? not_in_time(url) : place.error();

  for (bool repeated = false;; repeated = true) {
    if (std::chrono::steady_clock::now() >= options.deadline) co_return not_in_time(url);
    std::unique_ptr<ClientConnection> connection;
    if (!repeated) connection = state->pool.take(origin);
    const bool reused = connection != nullptr;
    if (!connection) {
      const Duration timeout = state->options.connect_timeout;
      Result<std::unique_ptr<Stream>> opened =
          co_await open_stream(state->executor, tls, url, options.deadline, timeout);
      if (!opened) co_return opened.error();
      const std::optional<Time> ends = (*opened)->certificate_ends();
      if (ends && state->options.certificate_seen) state->options.certificate_seen(url.host + ":" + url.port, *ends);
      connection = std::make_unique<ClientConnection>(std::move(*opened));
    }

    ExchangeProgress progress;
    Result<Response> answer =
        co_await exchange(*connection, url, state->options.user_agent, request, options, progress);
    if (answer && progress.reusable) state->pool.give_back(origin, std::move(connection));
    const bool stale = !answer && reused && progress.closed && !progress.answered;
    if (!stale || !options.idempotent || repeated) co_return std::move(answer);
    if (request.source) {
      const Result<void> rewound = request.source->rewind();
      if (!rewound) co_return rewound.error();
    }
  }
}

Error companion_failed(bool before, const Error& error) {
  // What goes before the request is the hook's own and may be sent again: the request itself has not left.
  const bool final = error.fault == Fault::rejected || error.fault == Fault::not_found ||
                     error.fault == Fault::defect || error.fault == Fault::unauthorized;
  Error out = net_error(before ? (final ? Fault::rejected : Fault::transient) : Fault::ambiguous, "net.companion",
                        std::string(before ? "Сопровождающий запрос не прошёл, сам запрос не отправлен: "
                                           : "Запрос отправлен, сопровождающий его — нет: ") +
                            error.message);
  out.retry_after = error.retry_after;
  return out;
}

Task<void> send_companions(std::shared_ptr<State> state, std::vector<Request> requests, CallOptions options,
                           bool before) {
  options.sink = nullptr;
  for (Request& request : requests) {
    const std::string url = request.url;
    Result<Response> answer = co_await send_over_pool(state, std::move(request), options);
    if (!answer) co_return companion_failed(before, answer.error());
    const int status = answer->status;
    if (status / 100 == 2) continue;
    const bool passes = status / 100 == 5 || status == 429 || status == 408;
    co_return companion_failed(before, net_error(passes ? Fault::transient : Fault::rejected, "net.companion",
                                                 url + " отвечает " + std::to_string(status)));
  }
  co_return Result<void>();
}

Task<Response> send_hooked(std::shared_ptr<State> state, Request request, CallOptions options) {
  const std::shared_ptr<RequestHook> hook = state->options.hook;
  const std::string method = request.method, url = request.url;
  Result<Prepared> prepared = co_await hook->prepare(std::move(request), options.deadline);
  if (!prepared) co_return prepared.error();
  BodySink* sink = options.sink;
  if (prepared->reads_answer) options.sink = nullptr;
  if (!prepared->before.empty()) {
    const Result<void> sent = co_await send_companions(state, std::move(prepared->before), options, true);
    if (!sent) co_return sent.error();
  }
  Result<Response> answer = co_await send_over_pool(state, std::move(prepared->request), options);
  if (!answer) co_return answer.error();
  if (!prepared->after.empty() && answer->status / 100 == 2) {
    const Result<void> sent = co_await send_companions(state, std::move(prepared->after), options, false);
    if (!sent) co_return sent.error();
  }
  if (!prepared->reads_answer) co_return std::move(answer);
  Result<Response> accepted = co_await hook->accept(method, url, std::move(*answer), options.deadline);
  if (!accepted || sink == nullptr || accepted->status / 100 != 2) co_return std::move(accepted);
  const Result<void> taken = co_await sink->write(accepted->body);
  if (!taken) co_return taken.error();
  accepted->body.clear();
  co_return std::move(accepted);
}

// An exception at the point of cancellation would lose the class of the error, so it is off while the call runs.
Task<Response> send_quietly(std::shared_ptr<State> state, Request request, CallOptions options) {
  const bool throwing = co_await asio::this_coro::throw_if_cancelled();
  co_await asio::this_coro::throw_if_cancelled(false);
  std::exception_ptr failure;
  Result<Response> answer = Error();
  try {
    if (state->options.hook) {
      answer = co_await send_hooked(std::move(state), std::move(request), options);
    } else {
      answer = co_await send_over_pool(std::move(state), std::move(request), options);
    }
  } catch (...) { failure = std::current_exception(); }
  co_await asio::this_coro::throw_if_cancelled(throwing);
  if (failure) std::rethrow_exception(failure);
  co_return std::move(answer);
}

}  // namespace

struct Client::Impl {
  std::shared_ptr<State> state;
};

Client::Client(Executor executor, ClientOptions options) : impl_(std::make_unique<Impl>()) {
  impl_->state = std::make_shared<State>(std::move(executor), std::move(options));
}

Client::~Client() {
  if (impl_) impl_->state->pool.shut();
}

Client::Client(Client&&) noexcept = default;

Client& Client::operator=(Client&& other) noexcept {
  if (impl_ && impl_ != other.impl_) impl_->state->pool.shut();
  impl_ = std::move(other.impl_);
  return *this;
}

Result<std::unique_ptr<Client>> Client::create(Executor executor, ClientOptions options) {
  auto client = std::make_unique<Client>(std::move(executor), std::move(options));
  State& state = *client->impl_->state;
  const bool has_files = state.options.ca_file || state.options.client_certificate;
  if (has_files && !state.tls()) return state.tls().error();
  return client;
}

Task<Response> Client::send(Request request, CallOptions options) {
  return send_quietly(impl_->state, std::move(request), options);
}

void Client::close_idle() { impl_->state->pool.close_idle(); }

}  // namespace sedlink::net
