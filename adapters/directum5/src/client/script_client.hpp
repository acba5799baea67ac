#pragma once
// One script call: envelope out, rows in, everything that can go wrong as an Error. Knows nothing of documents and
// tasks. Never retries.
#include <memory>
#include <string>

#include "client/file_sink.hpp"
#include "sedlink/api/context.hpp"
#include "sedlink/directum5/settings.hpp"
#include "sedlink/net/client.hpp"
#include "sedlink/net/limiter.hpp"
#include "wire/answer.hpp"
#include "wire/envelope.hpp"

namespace sedlink::directum5 {

// What a lost answer means: a read may be repeated, a write may have happened.
enum class Effect { read = 1, write };

// ---- Pure: the classes of faults (docs/adding-an-adapter.md, 3).
[[nodiscard]] Error for_effect(Error, Effect);                              // of the transport
[[nodiscard]] Error http_error(int status, std::string_view body, Effect);  // no message of the service
[[nodiscard]] Error fault_error(const SoapFault&, Effect);
[[nodiscard]] Error script_error(const ScriptError&, const Settings&, Effect);
// Rows, or what an answer of that status means.
[[nodiscard]] Result<Answer> interpret(const Settings&, const std::vector<std::string>& path, const NameTable& names,
                                       int status, std::string_view body, Effect);

class ScriptClient {
 public:
  // `settings` outlives the client and has been read by read_settings.
  ScriptClient(const Settings& settings, EnvelopeTemplate envelope, std::unique_ptr<net::Client> http);

  // Parameters by the names scripts know; the constants are added here.
  // Errors: rejected directum5.not_configured (nothing was sent); those above and of net::Client.
  Task<Answer> call(api::CallContext ctx, Operation operation, Parameters parameters, Effect effect);
  // The file goes into the parameter `content`.
  Task<Answer> send_file(api::CallContext ctx, Operation operation, Parameters parameters, SpooledFile file);
  struct Download {
    Download() = default;
    Answer answer;  // its <content> is empty
    bool has_data = false;
    std::uint64_t size = 0;
    std::string sha256;
  };
  // `path` empty: only counted and hashed.
  Task<Download> read_file(api::CallContext ctx, Parameters parameters, std::string path);

 private:
  [[nodiscard]] net::Request prepare(Operation operation) const;
  [[nodiscard]] EnvelopeTemplate::Rendered render(Operation operation, Parameters parameters) const;
  [[nodiscard]] std::vector<std::string> path_of(Operation operation) const;
  Task<net::Response> exchange(api::CallContext ctx, net::Request request, net::CallOptions options, Effect effect);

  const Settings& settings_;
  EnvelopeTemplate envelope_;
  NameTable names_;  // theirs -> ours
  std::unique_ptr<net::Client> http_;
  net::Concurrency places_;
};

// rejected directum5.not_configured: the admin reads which setting.
[[nodiscard]] Error not_configured(Operation operation);

}  // namespace sedlink::directum5
