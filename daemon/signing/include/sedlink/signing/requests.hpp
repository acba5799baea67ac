#pragma once
// Signed requests: hooks for the clients of connections. Keys are read once; signatures are made and judged on threads
// of their own. A request that could not be signed is never sent.
#include <filesystem>
#include <functional>
#include <map>
#include <memory>

#include "sedlink/config/config.hpp"
#include "sedlink/core/clock.hpp"
#include "sedlink/net/hook.hpp"
#include "sedlink/signature/backend.hpp"

namespace sedlink::signing {

struct RequestsOptions {
  RequestsOptions() = default;
  const Clock* clock = nullptr;                  // outlives the hooks
  signature::Fetch fetch;                        // blocking, for time-stamps and OCSP; called on the signing threads
  std::filesystem::path folder;                  // for bodies above the limit that are signed in pieces; empty: /tmp
  std::shared_ptr<signature::Backend> verifier;  // judges signed answers; null: one of its own
};

class Requests {
 public:
  // Only the profiles that connections name are opened. Blocks. A profile that did not open stays closed: each request
  // of it is refused with the reason, and asks again where the reason may pass.
  Requests(const config::Config& config, RequestsOptions options);
  ~Requests();  // waits for the signatures being made

  // Null when the connection signs nothing. Valid after the object is gone: it refuses then.
  [[nodiscard]] std::shared_ptr<net::RequestHook> hook(const config::Connection& connection) const;

  // Whom the open profiles sign as, by profile. One that is being opened right now is left out. From any thread.
  [[nodiscard]] std::map<std::string, signature::CertificateInfo> signers() const;

  struct Shared;

 private:
  std::shared_ptr<Shared> shared_;
};

// "/qbch/*" over "/qbch/v2_0/dlrequest"; * is any run of bytes.
[[nodiscard]] bool path_matches(std::string_view pattern, std::string_view path) noexcept;
// The profile for a request of the connection; empty = none.
[[nodiscard]] std::string profile_for(const config::Connection& connection, std::string_view method,
                                      std::string_view url);

}  // namespace sedlink::signing
