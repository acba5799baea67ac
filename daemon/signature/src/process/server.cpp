// The signer process: one client, one call at a time, no threads, no terminal, no core file.
#include <unistd.h>

#include "openssl/engine.hpp"
#include "openssl/message.hpp"
#include "process/codec.hpp"

namespace sedlink::signature {
namespace {

class Server {
 public:
  explicit Server(Channel channel) : channel_(std::move(channel)) {}

  int run(const std::string& engine) {
    const auto loaded = load_engine(engine);
    while (true) {
      auto request = channel_.receive();
      if (!request) return 0;  // the daemon closed its end or is gone
      const bool answered = loaded ? answer(request.value()) : channel_.send(encode(loaded.error())).has_value();
      if (!answered) return 1;
    }
  }

 private:
  bool answer(Packet& request) {
    switch (request.type) {
      case PacketType::open: {
        auto opened = open_in_process(decode_key(std::move(request)));
        if (!opened) return fail(opened.error());
        backend_ = std::move(opened).value();
        return channel_.send(Packet(PacketType::result)).has_value();
      }
      case PacketType::describe: {
        const auto info = backend_->describe();
        if (!info) return fail(info.error());
        Packet result(PacketType::result);
        result.head = to_json(info.value());
        return channel_.send(result).has_value();
      }
      case PacketType::sign: {
        const auto content = Content::descriptor(std::move(request.file));
        if (!content) return fail(content.error());
        SignRequest sign = decode_sign(request);
        sign.fetch = fetch();
        return finish(backend_->sign(sign, content.value(), pieces()));
      }
      case PacketType::decrypt: {
        const auto content = Content::descriptor(std::move(request.file));
        if (!content) return fail(content.error());
        return finish(backend_->decrypt(content.value(),
                                        static_cast<std::uint64_t>(json::integer(request.head, "limit")), pieces()));
      }
      case PacketType::verify: return verify(request);
      default: return false;
    }
  }

  bool verify(Packet& request) {
    VerifyRequest question = decode_verify(request);
    if (request.file) {
      auto content = Content::descriptor(std::move(request.file));
      if (!content) return fail(content.error());
      question.content = std::move(content).value();
    }
    question.fetch = fetch();
    auto verdict = backend_->verify(question);
    if (!verdict) return fail(verdict.error());
    Packet result(PacketType::result);
    result.head = to_json(verdict.value());
    result.blobs.push_back(std::move(verdict->content));
    return channel_.send(result).has_value();
  }

  bool fail(const Error& error) { return channel_.send(encode(error)).has_value(); }
  bool finish(const Result<void>& done) {
    return done ? channel_.send(Packet(PacketType::result)).has_value() : fail(done.error());
  }

  Sink pieces() {
    return [this](std::string_view bytes) {
      Packet piece(PacketType::piece);
      piece.blobs.emplace_back(bytes);
      return channel_.send(piece);
    };
  }
  // The daemon does the exchange: this process has no network.
  Fetch fetch() {
    return [this](const FetchRequest& question) -> Result<std::string> {
      if (auto sent = channel_.send(encode(question)); !sent) return sent.error();
      auto answered = channel_.receive();
      if (!answered) return answered.error();
      if (answered->type != PacketType::fetched || answered->blobs.empty()) return decode_error(answered.value());
      return std::move(answered->blobs.front());
    };
  }

  Channel channel_;
  std::unique_ptr<Backend> backend_ = open_in_process({}).value();
};

}  // namespace

int serve_signer(int descriptor, const std::string& engine) {
  protect_memory();
  const int code = Server(Channel(Descriptor(descriptor))).run(engine);
  ::_exit(code);  // an engine's own clean-up at exit is not ours to trust
}

}  // namespace sedlink::signature
