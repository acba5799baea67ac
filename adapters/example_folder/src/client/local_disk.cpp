// The disk itself, by POSIX calls: the standard library knows neither fsync nor a rename that does not replace.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "sedlink/example_folder/disk.hpp"

namespace sedlink::example_folder {
namespace {

constexpr std::size_t piece = 64 * 1024;           // bytes held of a file on its way
constexpr std::size_t largest_text = 1024 * 1024;  // bytes of a file read with its listing

std::error_code last_error() { return {errno, std::generic_category()}; }

class Descriptor {
 public:
  Descriptor(const Disk::Path& path, int flags) : number_(::open(path.c_str(), flags | O_CLOEXEC, 0640)) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] bool open() const noexcept { return number_ >= 0; }
  [[nodiscard]] int number() const noexcept { return number_; }

 private:
  int number_;
};

std::error_code write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(file, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return last_error();
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return {};
}

class LocalDisk final : public Disk {
 public:
  std::error_code list(const Path& folder, const Wanted& wanted, std::vector<Entry>& out) override {
    std::error_code failed;
    std::filesystem::directory_iterator at(folder, failed);
    for (; !failed && at != std::filesystem::directory_iterator(); at.increment(failed)) {
      Entry entry;
      entry.name = at->path().filename().string();
      struct stat status {};
      if (::stat(at->path().c_str(), &status) != 0) {
        if (errno == ENOENT) continue;  // renamed or removed by somebody just now
        return last_error();
      }
      entry.size = static_cast<std::uint64_t>(status.st_size);
      entry.modified_at = from_epoch_ms(status.st_mtim.tv_sec * 1000LL + status.st_mtim.tv_nsec / 1'000'000);
      if (wanted && S_ISREG(status.st_mode) && wanted(entry)) {
        if (entry.size > largest_text) return std::make_error_code(std::errc::file_too_large);
        const auto append = [&entry](std::string_view bytes) {
          entry.text += bytes;
          return entry.text.size() <= largest_text;
        };
        if (const std::error_code unread = read(at->path(), append)) return unread;
      }
      out.push_back(std::move(entry));
    }
    return failed;
  }

  std::error_code read(const Path& path, const Sink& to) override {
    const Descriptor file(path, O_RDONLY);
    if (!file.open()) return last_error();
    std::string buffer(piece, '\0');
    for (;;) {
      const ssize_t n = ::read(file.number(), buffer.data(), buffer.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return last_error();
      if (n == 0) return {};
      if (!to({buffer.data(), static_cast<std::size_t>(n)})) return std::make_error_code(std::errc::operation_canceled);
    }
  }

  std::error_code write(const Path& path, const Source& from) override {
    const Descriptor file(path, O_WRONLY | O_CREAT | O_TRUNC);
    if (!file.open()) return last_error();
    for (std::string bytes;;) {
      bytes.clear();
      if (!from(bytes)) return std::make_error_code(std::errc::operation_canceled);
      if (bytes.empty()) break;
      if (const std::error_code failed = write_all(file.number(), bytes)) return failed;
    }
    return ::fsync(file.number()) == 0 ? std::error_code() : last_error();
  }

  std::error_code make_folder(const Path& path) override {
    return ::mkdir(path.c_str(), 0750) == 0 || errno == EEXIST ? std::error_code() : last_error();
  }

  std::error_code rename(const Path& from, const Path& to) override {
    const int failed = ::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE);
    return failed == 0 ? std::error_code() : last_error();
  }

  std::error_code sync(const Path& folder) override {
    const Descriptor opened(folder, O_RDONLY | O_DIRECTORY);
    return opened.open() && ::fsync(opened.number()) == 0 ? std::error_code() : last_error();
  }

  std::error_code remove(const Path& path) override {
    std::error_code failed;
    std::filesystem::remove_all(path, failed);
    return failed;
  }
};

}  // namespace

std::shared_ptr<Disk> local_disk() { return std::make_shared<LocalDisk>(); }

}  // namespace sedlink::example_folder
