#include "client/file_stream.hpp"

#include <algorithm>
#include <filesystem>

#include "client/classify.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::directum {
namespace {

Error unreadable(const std::string& what) {
  return make_error(Fault::transient, Audience::admin, "spool.read",
                    "Файл во временном каталоге пропал или изменился" + what);
}

Error unwritable() {
  return make_error(Fault::transient, Audience::admin, "spool.write", "Не удалось записать файл во временный каталог");
}

}  // namespace

Result<std::shared_ptr<FileSource>> FileSource::open(const SpooledFile& file) {
  std::shared_ptr<FileSource> source(new FileSource());
  std::error_code failed;
  source->size_ = std::filesystem::file_size(file.path, failed);
  if (failed || source->size_ != file.size) return unreadable(": «" + file.name + "»");
  source->file_.open(file.path, std::ios::binary);
  if (!source->file_) return unreadable(": «" + file.name + "»");
  return source;
}

Task<std::size_t> FileSource::read(std::span<char> buffer) {
  const auto wanted = std::min<std::uint64_t>(buffer.size(), size_ - read_);
  if (wanted == 0) co_return std::size_t{0};
  file_.read(buffer.data(), static_cast<std::streamsize>(wanted));
  const auto got = static_cast<std::size_t>(file_.gcount());
  if (got == 0) co_return unreadable("");
  read_ += got;
  co_return got;
}

Result<void> FileSource::rewind() {
  file_.clear();
  file_.seekg(0);
  if (!file_) return unreadable("");
  read_ = 0;
  return {};
}

FileSink::FileSink(const std::string& path, std::uint64_t max_file) : keeps_(!path.empty()), max_file_(max_file) {
  if (keeps_) file_.open(path, std::ios::binary | std::ios::trunc);
}

Error FileSink::too_large() const {
  return make_error(
      Fault::rejected, Audience::user, "edms.file_too_large",
      "Файл в Directum RX больше допустимых " + text::human_size(max_file_) + " (limits.file подключения)");
}

Task<void> FileSink::write(std::string_view piece) {
  size_ += piece.size();
  if (size_ > max_file_) co_return too_large();
  constexpr std::size_t enough = 512;
  if (head_.size() < enough) head_ += piece.substr(0, enough - head_.size());
  hash_.update(piece);
  if (!keeps_) co_return Result<void>();
  file_.write(piece.data(), static_cast<std::streamsize>(piece.size()));
  if (!file_) co_return unwritable();
  co_return Result<void>();
}

Result<void> FileSink::finish() {
  if (!keeps_) return {};
  file_.close();
  if (!file_) return unwritable();
  return {};
}

}  // namespace sedlink::directum
