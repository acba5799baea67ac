#include <mutex>

#include <sys/prctl.h>
#include <sys/resource.h>

#include "openssl/message.hpp"
#include "openssl/sign.hpp"
#include "sedlink/signature/backends.hpp"

namespace sedlink::signature {
namespace {

class InProcess final : public Backend {
 public:
  explicit InProcess(std::optional<Identity> identity) : identity_(std::move(identity)) {}

  Result<CertificateInfo> describe() override {
    if (!identity_) return no_key();
    return identity_->info;
  }
  Result<void> sign(const SignRequest& request, const Content& content, const Sink& out) override {
    if (!identity_) return no_key();
    return signature::sign(*identity_, request, content, out);
  }
  Result<Verdict> verify(const VerifyRequest& request) override { return signature::verify(request); }
  Result<void> decrypt(const Content& enveloped, std::uint64_t limit, const Sink& out) override {
    if (!identity_) return no_key();
    return signature::decrypt(*identity_, enveloped, limit, out);
  }

 private:
  static Error no_key() { return refused("no_key", "ключ не задан: можно только проверять подписи"); }
  const std::optional<Identity> identity_;
};

}  // namespace

Result<std::unique_ptr<Backend>> open_in_process(KeyMaterial key) {
  if (!key.has_key()) return std::unique_ptr<Backend>(new InProcess(std::nullopt));
  auto identity = load_identity(key);
  if (!identity) return identity.error();
  if (key.pkcs11_uri.empty()) prepare(identity.value());
  return std::unique_ptr<Backend>(new InProcess(std::move(identity).value()));
}

void protect_memory() noexcept {
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  ::prctl(PR_SET_DUMPABLE, 0);
}

}  // namespace sedlink::signature
