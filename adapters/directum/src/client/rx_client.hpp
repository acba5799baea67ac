#pragma once
// One exchange with the integration service: signed in, answered, and everything that can go wrong as an Error. Knows
// nothing of documents and tasks. Never retries, except that a token that was refused is renewed once.
#include <memory>
#include <string>

#include "client/classify.hpp"
#include "sedlink/api/context.hpp"
#include "sedlink/directum/settings.hpp"
#include "sedlink/net/client.hpp"
#include "sedlink/net/limiter.hpp"

namespace sedlink::directum {

struct Call {
  Call() = default;
  std::string method = "GET";
  std::string target;  // relative to the service root, percent-encoded
  std::string body;    // JSON; empty = none
  Effect effect = Effect::read;
  Target kind = Target::list;
  std::string accept = "application/json";
  bool representation = false;  // "Return: representation": the whole object comes back (A5)
};

struct Answer {
  Answer() = default;
  int status = 0;
  std::string body;
};

class RxClient {
 public:
  // `settings` outlives the client.
  RxClient(const Settings& settings, std::unique_ptr<net::Client> http);

  // A 2xx answer. Errors: classify.hpp, net::Client; nothing ambiguous for reads.
  Task<Answer> send(api::CallContext ctx, Call call);
  // PUT …/$value: the file as it is (A7.5).
  Task<void> put_file(api::CallContext ctx, std::string target, SpooledFile file);
  struct Download {
    Download() = default;
    std::uint64_t size = 0;
    std::string sha256;
  };
  // GET …/$value into `path` (empty: only counted and hashed).
  Task<Download> fetch_file(api::CallContext ctx, std::string target, std::string path);

  // Whether GET …/$value has any bytes: read no further than the first of them.
  Task<bool> has_body(api::CallContext ctx, std::string target);

  // Path of the service root as it stands in start lines: "/Integration/odata/".
  [[nodiscard]] const std::string& prefix() const noexcept { return prefix_; }
  [[nodiscard]] std::uint64_t calls() const noexcept { return calls_; }  // exchanges since the start

 private:
  Task<net::Response> exchange(api::CallContext ctx, net::Request request, net::CallOptions options, Effect effect);
  Task<void> renew_token(api::CallContext ctx);
  void sign(net::Request& request) const;

  const Settings& settings_;
  std::unique_ptr<net::Client> http_;
  net::Concurrency places_;
  std::string prefix_;
  Secret token_;  // of token_url
  std::uint64_t calls_ = 0;
};

}  // namespace sedlink::directum
