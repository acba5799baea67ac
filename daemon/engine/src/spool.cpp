#include "spool.hpp"

#include <fstream>

#include "sedlink/core/hash.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::engine {
namespace {

namespace fs = std::filesystem;

Error failure(const std::string& what, const std::error_code& ec) {
  Error e;
  const bool full = ec == std::errc::no_space_on_device;
  e.fault = full ? Fault::transient : Fault::rejected;
  e.audience = Audience::admin;
  e.code = full ? "spool.full" : "spool.folder";
  e.message = what + ": " + ec.message();
  return e;
}

}  // namespace

Result<void> Spool::prepare() {
  std::error_code ec;
  fs::create_directories(folder_, ec);
  if (ec) return failure("Не создаётся папка буфера " + folder_.string(), ec);
  fs::permissions(folder_, fs::perms::owner_all, ec);
  return {};
}

Result<void> Spool::room() const {
  if (used() < quota_) return {};
  for (const auto age : {std::chrono::hours(24), std::chrono::hours(6), std::chrono::hours(1)}) {
    clean(age);
    if (used() < quota_) return {};
  }
  Error e;
  e.fault = Fault::transient;
  e.code = "spool.full";
  e.message = "Буфер файлов " + folder_.string() + " заполнен (" + text::human_size(quota_) + "): файлы подождут";
  return e;
}

std::string Spool::incoming(const std::string& key) const { return (folder_ / ("in-" + key)).string(); }

Result<SpooledFile> Spool::keep(SpooledFile file) const {
  const fs::path target = folder_ / file.sha256;
  std::error_code ec;
  fs::rename(file.path, target, ec);
  if (ec) return failure("Файл не перенесён в буфер", ec);
  file.path = target.string();
  return file;
}

std::optional<SpooledFile> Spool::find(const std::string& sha256, const std::string& name, std::uint64_t size) const {
  if (sha256.empty()) return std::nullopt;
  const fs::path path = folder_ / sha256;
  std::error_code ec;
  if (fs::file_size(path, ec) != size || ec) return std::nullopt;
  fs::last_write_time(path, fs::file_time_type::clock::now(), ec);  // in use: clean() leaves it
  SpooledFile file;
  file.path = path.string();
  file.name = name;
  file.sha256 = sha256;
  file.size = size;
  return file;
}

Result<SpooledFile> Spool::store(const std::string& bytes, const std::string& name) const {
  SpooledFile file;
  file.name = name;
  file.size = bytes.size();
  file.sha256 = sha256_hex(bytes);
  file.path = incoming(file.sha256);
  std::ofstream out(file.path, std::ios::binary | std::ios::trunc);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (!out) return failure("Файл не записан в буфер", std::make_error_code(std::errc::no_space_on_device));
  return keep(std::move(file));
}

std::size_t Spool::clean(std::chrono::minutes age) const {
  std::size_t gone = 0;
  std::error_code ec;
  const auto limit = fs::file_time_type::clock::now() - age;
  for (const auto& entry : fs::directory_iterator(folder_, ec)) {
    const auto written = entry.last_write_time(ec);
    if (!ec && written < limit && fs::remove(entry.path(), ec)) ++gone;
  }
  return gone;
}

std::uint64_t Spool::used() const {
  std::uint64_t total = 0;
  std::error_code ec;
  for (const auto& entry : fs::directory_iterator(folder_, ec)) {
    const auto size = entry.file_size(ec);
    if (!ec) total += size;
  }
  return total;
}

}  // namespace sedlink::engine
