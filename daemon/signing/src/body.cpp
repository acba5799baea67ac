#include "body.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <cstring>

#include "sedlink/core/text.hpp"

namespace sedlink::signing {
namespace {

Error file_error() {
  return {Fault::transient,
          Audience::admin,
          "signing.file",
          std::string("Не записать тело запроса во временный файл: ") + std::strerror(errno),
          {},
          {}};
}

class ContentBody : public net::BodySource {
 public:
  explicit ContentBody(signature::Content content) : content_(std::move(content)) {}
  [[nodiscard]] std::optional<std::uint64_t> size() const override { return content_.size(); }
  Task<std::size_t> read(std::span<char> buffer) override {
    const Result<std::size_t> n = content_.read(at_, buffer);
    if (n) at_ += *n;
    co_return n;
  }
  Result<void> rewind() override {
    at_ = 0;
    return {};
  }

 private:
  signature::Content content_;
  std::uint64_t at_ = 0;
};

Result<signature::Descriptor> unnamed_file(const std::filesystem::path& folder) {
  std::string name = ((folder.empty() ? std::filesystem::path("/tmp") : folder) / "signed-XXXXXX").string();
  signature::Descriptor file(::mkostemp(name.data(), O_CLOEXEC));
  if (!file) return file_error();
  ::unlink(name.c_str());
  return file;
}

Result<void> append(const signature::Descriptor& file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(file.get(), bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return file_error();
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return {};
}

}  // namespace

Task<signature::Content> take_body(net::Request& request, std::uint64_t limit, bool in_pieces,
                                   std::filesystem::path folder) {
  const Error too_large{Fault::rejected,
                        Audience::admin,
                        "signing.body_limit",
                        "Тело запроса больше " + text::human_size(limit) +
                            ", а этот способ передачи подписи держит его в памяти целиком (body_limit)",
                        {},
                        {}};
  if (!request.source) {
    if (request.body.size() > limit && !in_pieces) co_return too_large;
    co_return signature::Content::memory(request.body);
  }
  std::array<char, 64 * 1024> piece{};
  constexpr std::size_t let_others = 1024 * 1024;  // bytes between two turns
  std::size_t taken = 0;
  std::string begun;
  signature::Descriptor file;
  for (;;) {
    const Result<std::size_t> n = co_await request.source->read(piece);
    if (!n) co_return n.error();
    if (*n == 0) break;
    const std::string_view bytes(piece.data(), *n);
    if (!file && begun.size() + bytes.size() <= limit) {
      begun += bytes;
      continue;
    }
    if (!in_pieces) co_return too_large;
    if (!file) {
      Result<signature::Descriptor> made = unnamed_file(folder);
      if (!made) co_return made.error();
      file = std::move(*made);
      if (const Result<void> put = append(file, begun); !put) co_return put.error();
      begun.clear();
    }
    if (const Result<void> put = append(file, bytes); !put) co_return put.error();
    taken += bytes.size();
    if (taken < let_others) continue;
    taken = 0;  // the source may never wait: others must have their turn
    const Executor here = co_await boost::asio::this_coro::executor;
    co_await boost::asio::post(here, boost::asio::use_awaitable);
  }
  request.source.reset();
  if (!file) {
    request.body = std::move(begun);
    co_return signature::Content::memory(request.body);
  }
  Result<signature::Content> content = signature::Content::descriptor(std::move(file));
  if (!content) co_return content.error();
  request.source = std::make_shared<ContentBody>(*content);
  co_return std::move(*content);
}

}  // namespace sedlink::signing
