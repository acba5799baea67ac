// Whatever bytes come as a signature get a verdict, never "valid" without an anchor to trust, and the same one twice.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "sedlink/signature/backends.hpp"
#include "sedlink/signature/encoding.hpp"

using namespace sedlink;
using namespace sedlink::signature;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::unique_ptr<Backend> backend = open_in_process({}).value();
  VerifyRequest request;
  request.signature.assign(reinterpret_cast<const char*>(data), size);
  request.content = Content::memory("content");
  request.policy.now = from_epoch_ms(1'800'000'000'000);
  request.policy.require = Require::cades_bes;
  request.policy.revocation = Revocation::chain;
  request.keep_content = true;
  const auto verdict = backend->verify(request);
  if (!verdict || verdict->status == Status::valid || !verdict->content.empty()) std::abort();
  const json::value told = to_json(verdict.value());
  if (to_json(verdict_from_json(told)) != told) std::abort();
  const auto again = backend->verify(request);
  if (!again || to_json(again.value()) != told) std::abort();
  (void)describe_certificate(request.signature);
  return 0;
}
