#include "sedlink/net/file_body.hpp"

#include <algorithm>
#include <cstring>
#include <filesystem>

#include "sedlink/core/text.hpp"

namespace sedlink::net {
namespace {

constexpr std::size_t block = 48 * 1024;  // divisible by 3: base64 blocks join without padding
constexpr std::size_t head_size = 512;

}  // namespace

Error FileBody::unreadable() const {
  return Error{Fault::transient, Audience::admin, "spool.read",
               "Файл «" + spooled_.name + "» во временном каталоге пропал или изменился", spooled_.path};
}

FileBody::FileBody(std::string before, SpooledFile file, std::string after, Form form)
    : before_(std::move(before)), after_(std::move(after)), spooled_(std::move(file)), form_(form) {}

Result<std::shared_ptr<FileBody>> FileBody::open(std::string before, const SpooledFile& file, std::string after,
                                                 Form form) {
  std::shared_ptr<FileBody> body(new FileBody(std::move(before), file, std::move(after), form));
  std::error_code failed;
  const std::uint64_t now = std::filesystem::file_size(file.path, failed);
  if (failed || now != file.size) return body->unreadable();
  return body;
}

std::optional<std::uint64_t> FileBody::size() const {
  const std::uint64_t body = form_ == Form::raw ? spooled_.size : (spooled_.size + 2) / 3 * 4;
  return before_.size() + body + after_.size();
}

Result<void> FileBody::refill() {
  handed_ = 0;
  ready_.clear();
  switch (part_) {
    case Part::before:
      ready_ = before_;
      file_.close();
      file_.clear();
      file_.open(spooled_.path, std::ios::binary);
      if (!file_) return unreadable();
      left_ = spooled_.size;
      part_ = Part::file;
      break;
    case Part::file:
      ready_.resize(static_cast<std::size_t>(std::min<std::uint64_t>(block, left_)));
      if (ready_.empty()) {
        part_ = Part::after;
        break;
      }
      file_.read(ready_.data(), static_cast<std::streamsize>(ready_.size()));
      if (static_cast<std::size_t>(file_.gcount()) != ready_.size()) return unreadable();
      left_ -= ready_.size();
      if (form_ == Form::base64) ready_ = text::base64_encode(ready_);
      break;
    case Part::after:
      ready_ = after_;
      part_ = Part::end;
      break;
    case Part::end: break;
  }
  return {};
}

Task<std::size_t> FileBody::read(std::span<char> buffer) {
  while (handed_ == ready_.size() && part_ != Part::end) {
    const auto filled = refill();
    if (!filled) co_return filled.error();
  }
  const std::size_t n = std::min(buffer.size(), ready_.size() - handed_);
  std::memcpy(buffer.data(), ready_.data() + handed_, n);
  handed_ += n;
  co_return n;
}

Result<void> FileBody::rewind() {
  ready_.clear();
  handed_ = 0;
  part_ = Part::before;
  return {};
}

HashingFile::HashingFile(std::string path) : path_(std::move(path)) {
  if (!path_.empty()) file_.open(path_, std::ios::binary | std::ios::trunc);
}

HashingFile::HashingFile(std::string path, Limit limit) : HashingFile(std::move(path)) { limit_ = std::move(limit); }

Error HashingFile::unwritable() const {
  return Error{Fault::transient, Audience::admin, "spool.write",
               "Не удалось записать файл во временный каталог: нет места или прав", path_};
}

Result<void> HashingFile::put(std::string_view bytes) {
  size_ += bytes.size();
  if (limit_ && size_ > limit_->most) return limit_->too_large;
  if (head_.size() < head_size) head_ += bytes.substr(0, head_size - head_.size());
  hash_.update(bytes);
  if (path_.empty()) return {};
  file_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!file_) return unwritable();
  return {};
}

Task<void> HashingFile::write(std::string_view piece) { co_return put(piece); }

Result<void> HashingFile::restart() {
  hash_ = Sha256();
  head_.clear();
  size_ = 0;
  if (path_.empty()) return {};
  file_.close();
  file_.clear();
  file_.open(path_, std::ios::binary | std::ios::trunc);
  if (!file_) return unwritable();
  return {};
}

Result<void> HashingFile::finish() {
  if (path_.empty()) return {};
  file_.close();
  if (!file_) return unwritable();
  return {};
}

}  // namespace sedlink::net
