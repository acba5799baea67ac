// A tool of its own (CryptoPro's cryptcp, csptest) signs: files in, files out, the PIN through standard input.
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>

#include "openssl/handles.hpp"
#include "process/spawn.hpp"
#include "sedlink/core/text.hpp"
#include "sedlink/signature/backends.hpp"
#include "sedlink/signature/encoding.hpp"

namespace sedlink::signature {
namespace {

// Options by which signing tools take a PIN or a password: never on a command line of ours.
constexpr std::array pin_options{"-pin", "--pin", "-password", "--password", "-pass", "--pass"};

bool takes_pin(const std::string& word) {
  const std::string lower = text::to_lower_ascii(word.substr(0, word.find('=')));
  return std::ranges::find(pin_options, lower) != pin_options.end();
}

constexpr std::size_t kept_output = 4096;

Error trouble(std::string message, Fault fault) {
  return {fault, Audience::admin, "signature.command", std::move(message), {}};
}

// A private folder that goes with everything in it.
class Workplace {
 public:
  static Result<Workplace> make() {
    std::string name = (std::filesystem::temp_directory_path() / "sedlink-sign-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) return trouble("не создаётся временная папка", Fault::transient);
    return Workplace(name);
  }
  Workplace(Workplace&& other) noexcept : folder_(std::exchange(other.folder_, {})) {}
  Workplace& operator=(Workplace&&) = delete;
  ~Workplace() {
    std::error_code ignored;
    if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
  }
  [[nodiscard]] std::filesystem::path file(const char* name) const { return folder_ / name; }

 private:
  explicit Workplace(std::filesystem::path folder) : folder_(std::move(folder)) {}
  std::filesystem::path folder_;
};

Result<void> copy_to(const Content& content, const std::filesystem::path& file) {
  std::ofstream out(file, std::ios::binary);
  auto copied = content.stream([&out](std::string_view piece) -> Result<void> {
    out.write(piece.data(), static_cast<std::streamsize>(piece.size()));
    if (!out) return trouble("временный файл не пишется: кончилось место?", Fault::transient);
    return {};
  });
  if (!copied) return copied;
  out.close();
  if (!out) return trouble("временный файл не пишется: кончилось место?", Fault::transient);
  return {};
}

struct Pipe {
  Descriptor read, write;
  static Result<Pipe> make() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return trouble("не хватает файловых дескрипторов", Fault::transient);
    Pipe out;
    out.read = Descriptor(ends[0]);
    out.write = Descriptor(ends[1]);
    return out;
  }
};

class External final : public Backend {
 public:
  External(ExternalCommand command, std::shared_ptr<Backend> verifier)
      : command_(std::move(command)), verifier_(std::move(verifier)) {}

  Result<CertificateInfo> describe() override {
    if (command_.certificate.empty()) return refused("no_key", "сертификат для внешней команды не указан");
    return describe_certificate(command_.certificate);
  }

  Result<void> sign(const SignRequest& request, const Content& content, const Sink& out) override {
    if (request.form == Form::cades_t || !request.existing.empty())
      return refused("form",
                     "внешняя команда ставит одну подпись; метку времени и вторую подпись задают её же параметрами");
    const auto& words = request.attached ? command_.sign_attached : command_.sign_detached;
    if (words.empty())
      return refused("form", request.attached ? "команда для присоединённой подписи не задана"
                                              : "команда для откреплённой подписи не задана");
    if (!command_.certificate.empty()) {
      const auto info = describe();
      if (!info) return info.error();
      if (request.now > info->signs_until() || request.now < info->not_before)
        return refused("expired", fmt::format("сертификат «{}» сейчас не действует (до {}): им подписывать нельзя",
                                              info->owner, to_iso8601(info->signs_until())));
    }
    if (request.attached && content.size() > request.attached_limit)  // it could not be looked at before it is sent
      return refused("too_large", fmt::format("присоединённая подпись внешней командой делается для файлов до {}",
                                              text::human_size(request.attached_limit)));
    const auto place = Workplace::make();
    if (!place) return place.error();
    if (auto copied = copy_to(content, place->file("document")); !copied) return copied;
    if (auto ran = run(words, place.value()); !ran) return ran;
    auto made = read_output(place.value(), 2 * request.attached_limit);  // base64 takes a third more
    if (!made) return made.error();
    if (auto checked = check(request, content, made.value()); !checked) return checked;
    return out(made.value());
  }

  Result<Verdict> verify(const VerifyRequest& request) override { return verifier_->verify(request); }

  Result<void> decrypt(const Content& enveloped, std::uint64_t limit, const Sink& out) override {
    if (command_.decrypt.empty()) return refused("form", "команда для расшифрования не задана");
    if (enveloped.size() > limit)
      return refused("too_large", fmt::format("сообщение больше {}", text::human_size(limit)));
    const auto place = Workplace::make();
    if (!place) return place.error();
    if (auto copied = copy_to(enveloped, place->file("document")); !copied) return copied;
    if (auto ran = run(command_.decrypt, place.value()); !ran) return ran;
    const auto result = Content::file(place->file("result"));
    if (!result) return trouble("команда завершилась удачно, но ничего не записала", Fault::rejected);
    return result->stream(out);
  }

 private:
  Result<void> run(const std::vector<std::string>& words, const Workplace& place) const {
    std::vector<std::string> line;
    for (std::string word : words) {
      word = text::replace_all(std::move(word), "{input}", place.file("document").string());
      word = text::replace_all(std::move(word), "{output}", place.file("result").string());
      line.push_back(text::replace_all(std::move(word), "{thumbprint}", command_.thumbprint));
    }
    auto input = Pipe::make();
    if (!input) return input.error();
    auto output = Pipe::make();
    if (!output) return output.error();
    std::string pin = command_.pin.reveal() + "\n";  // shorter than a pipe's buffer: does not block
    const bool given =
        command_.pin.empty() || ::write(input->write.get(), pin.data(), pin.size()) == static_cast<ssize_t>(pin.size());
    wipe(pin);
    if (!given) return trouble("PIN команде не передать", Fault::transient);
    input->write = Descriptor();
    ChildFiles files;
    files.input = input->read.get();
    files.output = files.errors = output->write.get();
    auto child = spawn(line, files);
    if (!child) return trouble(child.error().message, Fault::transient);
    output->write = Descriptor();
    return wait(child.value(), output->read.get());
  }

  // Reads what the tool says until it closes its output, then reaps it; a tool that is late is killed with its
  // children.
  Result<void> wait(Child& child, int output) const {
    const auto deadline = std::chrono::steady_clock::now() + command_.timeout;
    std::string said;
    int status = -1;
    bool open = true;
    while (status == -1) {
      const auto left =
          std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
      if (left <= 0) {
        child.kill();
        return trouble("команда подписи не закончила за отведённое время и остановлена", Fault::transient);
      }
      pollfd entry{open ? output : -1, POLLIN, 0};
      const int ready = ::poll(&entry, 1, static_cast<int>(std::min<long long>(left, open ? 1000 : 20)));
      if (ready > 0) {
        char buffer[1024];
        const ssize_t got = ::read(output, buffer, sizeof buffer);
        if (got <= 0) open = false;
        if (got > 0) said.append(buffer, static_cast<std::size_t>(got));
        if (said.size() > kept_output) said.erase(0, said.size() - kept_output);
        if (open) continue;
      }
      status = child.ended();
    }
    if (status == 0) return {};
    Error e = trouble(fmt::format("команда подписи вернула {}", status), Fault::rejected);
    e.vendor_code = text::ellipsis(mask(text::sanitize_utf8(text::trim(said)), command_.pin), 400);
    return e;
  }

  static Result<std::string> read_output(const Workplace& place, std::uint64_t limit) {
    const auto file = Content::file(place.file("result"));
    if (!file || file->size() == 0)
      return Error{Fault::rejected,
                   Audience::admin,
                   "signature.command_result",
                   "команда завершилась удачно, но подписи не записала",
                   {}};
    auto bytes = file->whole(limit);
    if (!bytes) return bytes.error();
    return decode(bytes.value());
  }

  // The tool may have signed with another key, another form, or a half-written file: look before believing.
  Result<void> check(const SignRequest& request, const Content& content, const std::string& made) const {
    const auto bad = [](std::string text) {
      return Error{Fault::rejected,
                   Audience::admin,
                   "signature.command_result",
                   "команда записала не то: " + std::move(text),
                   {}};
    };
    VerifyRequest question;
    question.signature = made;
    question.content = content;
    question.policy.now = request.now;
    question.policy.attached_limit = made.size();
    if (!command_.certificate.empty())
      question.policy.intermediates = {command_.certificate};  // tools may leave it out
    if (request.form == Form::cades_bes) question.policy.require = Require::cades_bes;
    const auto verdict = verifier_->verify(question);
    if (!verdict) return verdict.error();
    if (verdict->attached != request.attached)
      return bad(request.attached ? "откреплённую подпись" : "присоединённую подпись");
    for (const char* code :
         {"malformed", "trailing_data", "not_signed_data", "no_signers", "content_changed", "signature_wrong",
          "attributes_missing", "attribute_repeated", "certificate_reference_missing", "certificate_reference_wrong"})
      if (verdict->has(code)) return bad(code);
    if (verdict->signers.size() != 1) return bad("подписей не одна");
    const auto& signer = verdict->signers.front();
    if (!command_.certificate.empty()) {
      const auto wanted = describe_certificate(command_.certificate);
      if (!wanted) return wanted.error();
      if (!signer.certificate || signer.certificate->thumbprint != wanted->thumbprint)
        return bad("подпись другим сертификатом");
    } else if (!command_.thumbprint.empty() && signer.certificate &&
               !text::iequals_ascii(signer.certificate->thumbprint, text::replace_all(command_.thumbprint, " ", ""))) {
      return bad("подпись сертификатом с другим отпечатком");
    }
    return {};
  }

  const ExternalCommand command_;
  const std::shared_ptr<Backend> verifier_;
};

}  // namespace

Result<std::unique_ptr<Backend>> open_external(ExternalCommand command, std::shared_ptr<Backend> verifier) {
  for (const auto* words : {&command.sign_detached, &command.sign_attached, &command.decrypt}) {
    for (const auto& word : *words) {
      const bool has_pin = !command.pin.empty() && command.pin.reveal().size() >= 4 &&
                           word.find(command.pin.reveal()) != std::string::npos;
      if (word.find("{pin}") != std::string::npos || takes_pin(word) || has_pin)
        return refused(
            "command",
            "PIN в аргументах команды виден всем пользователям машины: он передаётся через стандартный ввод");
    }
  }
  if (command.sign_detached.empty() && command.sign_attached.empty() && command.decrypt.empty())
    return refused("command", "внешняя команда не задана");
  return std::unique_ptr<Backend>(new External(std::move(command), std::move(verifier)));
}

}  // namespace sedlink::signature
