#include "client/file_body.hpp"

#include <algorithm>
#include <cstring>

#include "sedlink/core/text.hpp"

namespace sedlink::bitrix24 {
namespace {
constexpr std::size_t piece = 48 * 1024;  // a multiple of 3: base64 pieces join without padding
}

FileBody::FileBody(std::string before, std::string path, std::uint64_t file_size, std::string after, Form form)
    : before_(std::move(before)),
      path_(std::move(path)),
      after_(std::move(after)),
      file_size_(file_size),
      form_(form) {}

std::optional<std::uint64_t> FileBody::size() const {
  const std::uint64_t body = form_ == Form::raw ? file_size_ : (file_size_ + 2) / 3 * 4;
  return before_.size() + body + after_.size();
}

Result<bool> FileBody::refill() {
  ready_.clear();
  taken_ = 0;
  while (ready_.empty() && part_ < 3) {
    if (part_ == 0) {
      ready_ = before_;
      file_.close();
      file_.clear();
      file_.open(path_, std::ios::binary);
      left_ = file_size_;
      part_ = 1;
    } else if (part_ == 1 && left_ > 0) {
      ready_.resize(static_cast<std::size_t>(std::min<std::uint64_t>(piece, left_)));
      file_.read(ready_.data(), static_cast<std::streamsize>(ready_.size()));
      if (static_cast<std::size_t>(file_.gcount()) != ready_.size())
        return Error{Fault::transient, Audience::admin, "spool.read", "Файл во временной папке исчез или стал короче",
                     path_};
      left_ -= ready_.size();
      if (form_ == Form::base64) ready_ = text::base64_encode(ready_);
    } else if (part_ == 1) {
      part_ = 2;
    } else {
      ready_ = after_;
      part_ = 3;
    }
  }
  return !ready_.empty();
}

Task<std::size_t> FileBody::read(std::span<char> buffer) {
  if (taken_ == ready_.size()) {
    auto more = refill();
    if (!more) co_return more.error();
    if (!*more) co_return std::size_t{0};
  }
  const std::size_t n = std::min(buffer.size(), ready_.size() - taken_);
  std::memcpy(buffer.data(), ready_.data() + taken_, n);
  taken_ += n;
  co_return n;
}

Result<void> FileBody::rewind() {
  part_ = 0;
  ready_.clear();
  taken_ = 0;
  return {};
}

HashingFile::HashingFile(const std::string& path) : path_(path), file_(path, std::ios::binary | std::ios::trunc) {}

Error HashingFile::failure() const {
  return Error{Fault::transient, Audience::admin, "spool.write",
               "Не удалось записать файл во временную папку: нет места или прав", path_};
}

Task<void> HashingFile::write(std::string_view bytes) {
  file_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!file_) co_return failure();
  hash_.update(bytes);
  size_ += bytes.size();
  co_return Result<void>{};
}

Result<void> HashingFile::restart() {
  file_.close();
  file_.clear();
  file_.open(path_, std::ios::binary | std::ios::trunc);
  hash_ = Sha256();
  size_ = 0;
  if (!file_) return failure();
  return {};
}

Result<void> HashingFile::finish() {
  file_.close();
  if (!file_) return failure();
  return {};
}

}  // namespace sedlink::bitrix24
