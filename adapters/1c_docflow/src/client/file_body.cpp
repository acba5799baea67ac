#include "client/file_body.hpp"

#include <algorithm>
#include <cstring>
#include <filesystem>

#include "client/classify.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::onec_docflow {
namespace {

constexpr std::size_t block = 48 * 1024;                 // divisible by 3: base64 blocks join without padding
constexpr std::size_t envelope_limit = 4 * 1024 * 1024;  // of an answer besides the file: signatures are in it

std::uint64_t base64_length(std::uint64_t bytes) { return (bytes + 2) / 3 * 4; }

Error unreadable(const SpooledFile& file) {
  return make_error(Fault::transient, Audience::admin, "spool.read",
                    "Файл «" + file.name + "» во временном каталоге пропал или изменился");
}

}  // namespace

Result<std::shared_ptr<FileBody>> FileBody::open(std::string prefix, const SpooledFile& file, std::string suffix) {
  std::shared_ptr<FileBody> body(new FileBody());
  std::error_code failed;
  body->file_size_ = std::filesystem::file_size(file.path, failed);
  if (failed || body->file_size_ != file.size) return unreadable(file);
  body->file_.open(file.path, std::ios::binary);
  if (!body->file_) return unreadable(file);
  body->prefix_ = std::move(prefix);
  body->suffix_ = std::move(suffix);
  body->path_ = file.path;
  return body;
}

std::optional<std::uint64_t> FileBody::size() const {
  return prefix_.size() + base64_length(file_size_) + suffix_.size();
}

Result<void> FileBody::refill() {
  handed_ = 0;
  ready_.clear();
  if (part_ == Part::prefix) {
    ready_ = prefix_;
    part_ = Part::file;
    return {};
  }
  if (part_ == Part::file) {
    std::string bytes(std::min<std::uint64_t>(block, file_size_ - file_read_), '\0');
    if (bytes.empty()) {
      part_ = Part::suffix;
      return {};
    }
    file_.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (static_cast<std::size_t>(file_.gcount()) != bytes.size()) {
      return make_error(Fault::transient, Audience::admin, "spool.read", "Файл во временном каталоге не дочитан");
    }
    file_read_ += bytes.size();
    ready_ = text::base64_encode(bytes);
    return {};
  }
  if (part_ == Part::suffix) ready_ = suffix_;
  part_ = Part::end;
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
  if (!file_)
    return make_error(Fault::transient, Audience::admin, "spool.read", "Файл во временном каталоге не читается");
  ready_.clear();
  handed_ = 0;
  file_read_ = 0;
  part_ = Part::prefix;
  return {};
}

FileSink::FileSink(const std::string& path, std::uint64_t max_file)
    : keeps_(!path.empty()),
      max_file_(max_file),
      scanner_([this](std::string_view bytes) { return store(bytes); }, envelope_limit) {
  if (keeps_) file_.open(path, std::ios::binary | std::ios::trunc);
}

Result<void> FileSink::store(std::string_view bytes) {
  size_ += bytes.size();
  if (size_ > max_file_) {
    return make_error(Fault::rejected, Audience::user, "edms.file_too_large",
                      "Файл в 1С больше допустимых " + text::human_size(max_file_));
  }
  hash_.update(bytes);
  if (!keeps_) return {};
  file_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!file_) {
    return make_error(Fault::transient, Audience::admin, "spool.write",
                      "Не удалось записать файл во временный каталог");
  }
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
  if (!file_) {
    return make_error(Fault::transient, Audience::admin, "spool.write",
                      "Не удалось записать файл во временный каталог");
  }
  return {};
}

}  // namespace sedlink::onec_docflow
