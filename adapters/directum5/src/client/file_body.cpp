#include "client/file_body.hpp"

#include <algorithm>
#include <cstring>
#include <filesystem>

#include "sedlink/core/text.hpp"

namespace sedlink::directum5 {
namespace {

constexpr std::size_t block = 48 * 1024;  // divisible by 3: base64 blocks join without padding
constexpr std::size_t envelope_limit = 1024 * 1024;

Error unreadable() {
  return make_error(Fault::transient, Audience::admin, "spool.read", "Файл во временном каталоге пропал или изменился");
}
Error unwritable() {
  return make_error(Fault::transient, Audience::admin, "spool.write", "Не удалось записать файл во временный каталог");
}

}  // namespace

Result<std::shared_ptr<FileBody>> FileBody::open(std::string before, const SpooledFile& file, std::string after) {
  std::shared_ptr<FileBody> body(new FileBody());
  std::error_code failed;
  body->file_size_ = std::filesystem::file_size(file.path, failed);
  if (failed || body->file_size_ != file.size) return unreadable();
  body->file_.open(file.path, std::ios::binary);
  if (!body->file_) return unreadable();
  body->before_ = std::move(before);
  body->after_ = std::move(after);
  return body;
}

std::optional<std::uint64_t> FileBody::size() const {
  return before_.size() + (file_size_ + 2) / 3 * 4 + after_.size();
}

Result<void> FileBody::refill() {
  handed_ = 0;
  ready_.clear();
  switch (part_) {
    case Part::before:
      ready_ = before_;
      part_ = Part::file;
      break;
    case Part::file: {
      std::string bytes(std::min<std::uint64_t>(block, file_size_ - file_read_), '\0');
      if (bytes.empty()) {
        part_ = Part::after;
        break;
      }
      file_.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
      if (static_cast<std::size_t>(file_.gcount()) != bytes.size()) return unreadable();
      file_read_ += bytes.size();
      ready_ = text::base64_encode(bytes);
      break;
    }
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
  file_.clear();
  file_.seekg(0);
  if (!file_) return unreadable();
  ready_.clear();
  handed_ = 0;
  file_read_ = 0;
  part_ = Part::before;
  return {};
}

FileSink::FileSink(const std::string& path, std::string element, std::uint64_t max_file)
    : keeps_(!path.empty()),
      max_file_(max_file),
      scanner_(
          std::move(element), [this](std::string_view bytes) { return store(bytes); }, envelope_limit) {
  if (keeps_) file_.open(path, std::ios::binary | std::ios::trunc);
}

Result<void> FileSink::store(std::string_view bytes) {
  size_ += bytes.size();
  if (size_ > max_file_) {
    return make_error(Fault::rejected, Audience::user, "edms.file_too_large",
                      "Файл в DIRECTUM больше допустимых " + text::human_size(max_file_));
  }
  hash_.update(bytes);
  if (!keeps_) return {};
  file_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!file_) return unwritable();
  return {};
}

Task<void> FileSink::write(std::string_view piece) {
  started_ = true;
  auto fed = scanner_.feed(piece);
  co_return fed;
}

Result<void> FileSink::finish() {
  if (auto ended = scanner_.finish(); !ended) return ended;
  if (!keeps_) return {};
  file_.close();
  if (!file_) return unwritable();
  return {};
}

}  // namespace sedlink::directum5
