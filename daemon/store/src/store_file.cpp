#include "store_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <system_error>

namespace sedlink::store {
namespace {

Error file_error(const std::filesystem::path& path, int reason) {
  const std::string why = std::generic_category().message(reason);
  if (reason == ENOSPC || reason == EDQUOT)
    return Error{Fault::transient, Audience::admin, "store.full",
                 "На диске хранилища нет места: " + path.string() + " / the store's disk is full", why};
  return Error{Fault::rejected, Audience::admin, "store.read_only",
               "Хранилище " + path.string() +
                   " недоступно для записи: проверьте права пользователя службы на файл и каталог"
                   " / the store cannot be written",
               why};
}

std::string read_pid(int fd) {
  std::array<char, 32> buffer{};
  const ssize_t size = pread(fd, buffer.data(), buffer.size(), 0);
  std::string out;
  for (ssize_t i = 0; i < size; ++i) {
    const char c = buffer.at(static_cast<std::size_t>(i));
    if (c < '0' || c > '9') break;
    out += c;
  }
  return out.empty() ? "?" : out;
}

void sync_folder(const std::filesystem::path& folder) {
  const int fd = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;  // a folder that cannot be read still holds the file
  fsync(fd);
  close(fd);
}

std::filesystem::path folder_of(const std::filesystem::path& file) {
  return file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
}

}  // namespace

Result<void> FileLock::acquire(const std::filesystem::path& database) {
  const std::filesystem::path path = database.string() + "-lock";
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
  if (fd < 0) return file_error(path, errno);
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    const int reason = errno;
    const std::string pid = read_pid(fd);
    close(fd);
    if (reason != EWOULDBLOCK) return file_error(path, reason);
    return Error{Fault::rejected,
                 Audience::admin,
                 "store.locked",
                 "Хранилище " + database.string() + " уже открыто другим процессом (pid " + pid +
                     "): остановите его / the store is in use by another process",
                 {}};
  }
  // The pid is for people only: a full disk must not stop a daemon that has its lock.
  const std::string pid = std::to_string(getpid()) + "\n";
  [[maybe_unused]] const bool named = ftruncate(fd, 0) == 0 && pwrite(fd, pid.data(), pid.size(), 0) > 0;
  fd_ = fd;
  return {};
}

void FileLock::release() noexcept {
  if (fd_ < 0) return;
  close(fd_);  // the file stays: removing it would let a third process lock another inode
  fd_ = -1;
}

Result<void> prepare_file(const std::filesystem::path& database) {
  const std::filesystem::path folder = folder_of(database);
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  if (failure) return file_error(folder, failure.value());
  // SQLite makes -wal and -shm beside the database: the folder must be writable too.
  if (access(folder.c_str(), W_OK | X_OK) != 0) return file_error(folder, errno);
  const int fd = open(database.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
  if (fd < 0) return file_error(database, errno);
  close(fd);
  sync_folder(folder);
  return {};
}

}  // namespace sedlink::store
