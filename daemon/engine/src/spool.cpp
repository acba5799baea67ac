#include "spool.hpp"

#include <algorithm>
#include <fstream>
#include <vector>

#include "sedlink/core/hash.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::engine {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::hours kept_for(24 * 7);  // what nobody has touched so long is not wanted any more

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

Error Spool::never_fits(std::uint64_t size) const {
  Error e;
  e.fault = Fault::rejected;
  e.audience = Audience::admin;
  e.code = "spool.quota";
  e.message = "Файл (" + text::human_size(size) + ") больше всего буфера файлов " + folder_.string() + " (" +
              text::human_size(quota_) + "): увеличьте spool.quota";
  return e;
}

Result<Spool::Reservation> Spool::reserve(std::uint64_t size, std::uint64_t bound) {
  if (size > quota_) return never_fits(size);
  if (const auto now = fs::file_time_type::clock::now(); now - cleaned_ > std::chrono::hours(1)) {
    cleaned_ = now;
    clean(kept_for);
  }
  const std::uint64_t coming = size > 0 ? size : bound;
  const std::uint64_t wanted = *reserved_ + std::max<std::uint64_t>(coming, 1);
  std::uint64_t taken = used();
  if (taken + wanted > quota_) taken = make_room(taken, wanted);
  // A file of unknown size may come alone wherever there is any room at all.
  if (taken + wanted <= quota_ || (size == 0 && *reserved_ == 0 && taken < quota_)) {
    *reserved_ += coming;
    Reservation reservation;
    reservation.held = std::shared_ptr<void>(nullptr, [sum = reserved_, coming](void*) { *sum -= coming; });
    return reservation;
  }
  Error e;
  e.fault = Fault::transient;
  e.audience = Audience::admin;
  e.code = "spool.full";
  e.message = "Буфер файлов " + folder_.string() + " заполнен (" + text::human_size(quota_) +
              "): файлы подождут, пока освободится место; предел — spool.quota";
  return e;
}

std::shared_ptr<void> Spool::hold(const std::string& sha256) {
  if (held_.size() > 1000) std::erase_if(held_, [](const auto& entry) { return entry.second.expired(); });
  auto lease = held_[sha256].lock();
  if (!lease) {
    lease = std::make_shared<char>();
    held_[sha256] = lease;
  }
  return lease;
}

// What is used afterwards. Files on their way ("in-…") are never touched: only their age tells that they are abandoned.
std::uint64_t Spool::make_room(std::uint64_t used, std::uint64_t wanted) const {
  struct Old {
    fs::file_time_type time;
    fs::path path;
    std::uint64_t size;
  };
  std::vector<Old> contents;
  std::error_code ec;
  for (const auto& entry : fs::directory_iterator(folder_, ec)) {
    const std::string name = entry.path().filename().string();
    const auto lease = held_.find(name);
    if (name.starts_with("in-") || (lease != held_.end() && !lease->second.expired())) continue;
    Old old{entry.last_write_time(ec), entry.path(), entry.file_size(ec)};
    if (!ec) contents.push_back(std::move(old));
  }
  std::sort(contents.begin(), contents.end(), [](const Old& a, const Old& b) { return a.time < b.time; });
  for (const Old& old : contents) {
    if (used + wanted <= quota_) break;
    if (fs::remove(old.path, ec)) used -= std::min(used, old.size);
  }
  return used;
}

std::string Spool::incoming(const std::string& key) const { return (folder_ / ("in-" + key)).string(); }

void Spool::discard(const std::string& path) const {
  std::error_code nothing_there;
  fs::remove(path, nothing_there);
}

Result<SpooledFile> Spool::keep(SpooledFile file) const {
  if (file.size > quota_) {
    discard(file.path);
    return never_fits(file.size);
  }
  return place(std::move(file));
}

Result<SpooledFile> Spool::place(SpooledFile file) const {
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
  return place(std::move(file));
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
