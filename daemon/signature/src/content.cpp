#include "sedlink/signature/content.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace sedlink::signature {
namespace {

Error file_error(std::string message, Fault fault = Fault::rejected) {
  return {fault, Audience::admin, "signature.file", std::move(message), {}};
}

bool same_state(const struct stat& a, const struct stat& b) {
  return a.st_size == b.st_size && a.st_mtim.tv_sec == b.st_mtim.tv_sec && a.st_mtim.tv_nsec == b.st_mtim.tv_nsec;
}

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  if (this != &other) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = other.release();
  }
  return *this;
}
Descriptor::~Descriptor() {
  if (fd_ >= 0) ::close(fd_);
}
int Descriptor::release() noexcept {
  const int fd = fd_;
  fd_ = -1;
  return fd;
}

struct Content::State {
  Descriptor file;
  struct stat opened {};
  std::string bytes;
};

Result<Content> Content::file(const std::filesystem::path& path) {
  Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));  // a FIFO must not hold us here
  if (!fd) return file_error(fmt::format("файл {} не открывается: {}", path.string(), std::strerror(errno)));
  auto content = descriptor(std::move(fd));
  if (!content) return file_error(fmt::format("{}: {}", path.string(), content.error().message));
  return content;
}

Result<Content> Content::descriptor(Descriptor fd) {
  auto state = std::make_shared<State>();
  state->file = std::move(fd);
  if (::fstat(state->file.get(), &state->opened) != 0) return file_error("о файле ничего не узнать");
  if (!S_ISREG(state->opened.st_mode)) return file_error("нужен обычный файл");
  return Content(std::move(state));
}

Content Content::memory(std::string bytes) {
  auto state = std::make_shared<State>();
  state->bytes = std::move(bytes);
  return Content(std::move(state));
}

std::uint64_t Content::size() const noexcept {
  return state_->file ? static_cast<std::uint64_t>(state_->opened.st_size) : state_->bytes.size();
}

Result<std::size_t> Content::read(std::uint64_t offset, std::span<char> buffer) const {
  if (offset >= size()) return std::size_t{0};
  const std::size_t wanted = static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), size() - offset));
  if (!state_->file) {
    std::memcpy(buffer.data(), state_->bytes.data() + offset, wanted);
    return wanted;
  }
  while (true) {
    const ssize_t got = ::pread(state_->file.get(), buffer.data(), wanted, static_cast<off_t>(offset));
    if (got > 0) return static_cast<std::size_t>(got);
    if (got == 0)
      return Error{
          Fault::rejected, Audience::admin, "signature.content_changed", "файл стал короче, пока его читали", {}};
    if (errno != EINTR)
      return Error{Fault::transient,
                   Audience::admin,
                   "signature.read",
                   fmt::format("файл не читается: {}", std::strerror(errno)),
                   {}};
  }
}

Result<void> Content::stream(const Sink& take) const {
  if (!state_->file) {
    if (state_->bytes.empty()) return {};
    return take(state_->bytes);
  }
  std::string buffer(256 * 1024, '\0');
  for (std::uint64_t offset = 0; offset < size();) {
    const auto got = read(offset, buffer);
    if (!got) return got.error();
    if (auto taken = take(std::string_view(buffer).substr(0, got.value())); !taken) return taken.error();
    offset += got.value();
  }
  return check_unchanged();
}

Result<void> Content::check_unchanged() const {
  if (!state_->file) return {};
  struct stat now {};
  if (::fstat(state_->file.get(), &now) == 0 && same_state(now, state_->opened)) return {};
  return Error{Fault::rejected,
               Audience::admin,
               "signature.content_changed",
               "файл изменился, пока его подписывали или проверяли",
               {}};
}

Result<std::string> Content::whole(std::uint64_t limit) const {
  if (size() > limit)
    return Error{Fault::rejected,
                 Audience::admin,
                 "signature.too_large",
                 fmt::format("данных {} байт, а целиком читается не больше {}", size(), limit),
                 {}};
  std::string all;
  all.reserve(static_cast<std::size_t>(size()));
  auto read_all = stream([&all](std::string_view piece) -> Result<void> {
    all += piece;
    return {};
  });
  if (!read_all) return read_all.error();
  return all;
}

Result<Descriptor> Content::share() const {
  if (state_->file) {
    Descriptor copy(::fcntl(state_->file.get(), F_DUPFD_CLOEXEC, 4));
    if (!copy) return file_error("не хватает файловых дескрипторов", Fault::transient);
    return copy;
  }
  Descriptor file(::memfd_create("sedlink-content", MFD_CLOEXEC));
  if (!file) return file_error("не создаётся файл в памяти", Fault::transient);
  for (std::size_t done = 0; done < state_->bytes.size();) {
    const ssize_t wrote = ::write(file.get(), state_->bytes.data() + done, state_->bytes.size() - done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return file_error("файл в памяти не пишется", Fault::transient);
    done += static_cast<std::size_t>(wrote);
  }
  return file;
}

}  // namespace sedlink::signature
