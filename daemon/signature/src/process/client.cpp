#include <mutex>

#include "openssl/handles.hpp"
#include "process/codec.hpp"
#include "process/spawn.hpp"

namespace sedlink::signature {
namespace {

class SignerProcessBackend final : public Backend {
 public:
  SignerProcessBackend(KeyMaterial key, SignerProcess process) : key_(std::move(key)), process_(std::move(process)) {
    if (process_.command.empty()) process_.command = {"/proc/self/exe", "signer"};
    process_.command.push_back(process_.engine);
  }

  // Starts it, so that a missing engine or a wrong passphrase is told at once.
  Result<void> open() {
    const std::lock_guard lock(mutex_);
    return start(std::chrono::steady_clock::now() + process_.timeout);
  }

  Result<CertificateInfo> describe() override {
    auto answer = call(Packet(PacketType::describe), nullptr, {});
    if (!answer) return answer.error();
    return certificate_from_json(answer->head);
  }

  Result<void> sign(const SignRequest& request, const Content& content, const Sink& out) override {
    auto file = content.share();
    if (!file) return file.error();
    Packet packet = encode(request);
    packet.file = std::move(file).value();
    auto answer = call(std::move(packet), &out, request.fetch);
    if (!answer) return answer.error();
    return content.check_unchanged();
  }

  Result<Verdict> verify(const VerifyRequest& request) override {
    Packet packet = encode(request);
    if (request.content) {
      auto file = request.content->share();
      if (!file) return file.error();
      packet.file = std::move(file).value();
    }
    auto answer = call(std::move(packet), nullptr, request.fetch);
    if (!answer) return answer.error();
    Verdict verdict = verdict_from_json(answer->head);
    if (!answer->blobs.empty()) verdict.content = std::move(answer->blobs.front());
    return verdict;
  }

  Result<void> decrypt(const Content& enveloped, std::uint64_t limit, const Sink& out) override {
    auto file = enveloped.share();
    if (!file) return file.error();
    Packet packet(PacketType::decrypt);
    packet.head = json::object{{"limit", limit}};
    packet.file = std::move(file).value();
    auto answer = call(std::move(packet), &out, {});
    if (!answer) return answer.error();
    return {};
  }

 private:
  using Deadline = Channel::Deadline;

  // With mutex_ held.
  Result<void> start(Deadline deadline) {
    auto ends = Channel::pair();
    if (!ends) return ends.error();
    ChildFiles files;
    files.third = ends->second.get();
    auto child = spawn(process_.command, files);
    if (!child) return child.error();
    ends->second = Descriptor();
    child_ = std::move(child).value();
    channel_ = std::move(ends->first);
    auto opened = exchange(encode(key_, process_.engine), nullptr, {}, deadline);
    if (opened) return {};
    stop();
    return opened.error();
  }

  void stop() {
    channel_ = Channel();
    child_.kill();
  }

  Result<Packet> call(Packet request, const Sink* out, const Fetch& fetch) {
    const auto deadline = std::chrono::steady_clock::now() + process_.timeout;
    const std::unique_lock lock(mutex_, deadline);
    if (!lock.owns_lock())
      return Error{Fault::transient, Audience::admin, "signature.process", "процесс подписи занят другим запросом", {}};
    if (channel_ && child_.ended() != -1) stop();  // it died between calls
    if (!channel_) {
      if (auto started = start(deadline); !started) return started.error();
    }
    return exchange(std::move(request), out, fetch, deadline);
  }

  // One request to its end. A broken exchange leaves no process behind: the next call starts a new one.
  Result<Packet> exchange(Packet request, const Sink* out, const Fetch& fetch, Deadline deadline) {
    const auto broken = [this](Error error) {
      stop();
      return error;
    };
    if (auto sent = channel_.send(request, deadline); !sent) return broken(sent.error());
    while (true) {
      auto answer = channel_.receive(deadline);
      if (!answer) return broken(answer.error());
      switch (answer->type) {
        case PacketType::result: return answer;
        case PacketType::error: return decode_error(answer.value());
        case PacketType::piece:
          if (out == nullptr || answer->blobs.size() != 1) return broken(unexpected());
          if (auto put = (*out)(answer->blobs.front()); !put) return broken(put.error());
          break;
        case PacketType::fetch: {
          if (auto sent = channel_.send(fetched(fetch, decode_fetch(answer.value())), deadline); !sent)
            return broken(sent.error());
          break;
        }
        default: return broken(unexpected());
      }
    }
  }

  static Error unexpected() {
    return {Fault::defect, Audience::developer, "signature.process", "процесс подписи ответил непонятно", {}};
  }
  static Packet fetched(const Fetch& fetch, const FetchRequest& question) {
    auto body = fetch ? fetch(question) : Result<std::string>(refused("fetch", "обращаться к сети здесь нечем"));
    if (!body) {
      Packet failure = encode(body.error());
      failure.type = PacketType::fetch_failed;
      return failure;
    }
    Packet out(PacketType::fetched);
    out.blobs.push_back(std::move(body).value());
    return out;
  }

  const KeyMaterial key_;
  SignerProcess process_;
  std::timed_mutex mutex_;  // over what follows: one call at a time
  Channel channel_;
  Child child_;
};

// Judges here; where an algorithm is missing, asks the signer process, and keeps our own verdict when that cannot be
// had.
class Verifier final : public Backend {
 public:
  explicit Verifier(SignerProcess gost) : gost_(std::move(gost)) {}
  Result<CertificateInfo> describe() override { return local_->describe(); }
  Result<void> sign(const SignRequest& r, const Content& c, const Sink& s) override { return local_->sign(r, c, s); }
  Result<void> decrypt(const Content& c, std::uint64_t limit, const Sink& s) override {
    return local_->decrypt(c, limit, s);
  }
  Result<Verdict> verify(const VerifyRequest& request) override {
    auto verdict = local_->verify(request);
    if (!verdict || !verdict->has("algorithm_unavailable")) return verdict;
    const std::shared_ptr<Backend> engine = process(verdict.value());
    return engine ? engine->verify(request) : verdict;
  }

 private:
  std::shared_ptr<Backend> process(Verdict& verdict) {
    const std::lock_guard lock(mutex_);
    if (!opened_) {
      auto started = open_signer_process({}, gost_);
      if (!started) {
        verdict.reasons.emplace_back(Status::valid, "engine_missing", started.error().message);
        return nullptr;
      }
      opened_ = std::move(started).value();
    }
    return opened_;
  }
  const SignerProcess gost_;
  const std::unique_ptr<Backend> local_ = open_in_process({}).value();
  std::mutex mutex_;
  std::shared_ptr<Backend> opened_;  // guarded by mutex_
};

}  // namespace

Result<std::unique_ptr<Backend>> open_signer_process(KeyMaterial key, SignerProcess process) {
  auto backend = std::make_unique<SignerProcessBackend>(std::move(key), std::move(process));
  if (auto opened = backend->open(); !opened) return opened.error();
  return std::unique_ptr<Backend>(std::move(backend));
}

std::shared_ptr<Backend> open_verifier(SignerProcess gost) { return std::make_shared<Verifier>(std::move(gost)); }

}  // namespace sedlink::signature
