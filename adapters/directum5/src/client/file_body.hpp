#pragma once
// Files on the wire, in blocks: a request with a spooled file as base64 in its place, an answer whose base64 goes to a
// file. Memory does not grow with their size.
#include <fstream>
#include <string>

#include "sedlink/core/domain.hpp"
#include "sedlink/core/hash.hpp"
#include "sedlink/net/http.hpp"
#include "wire/answer.hpp"

namespace sedlink::directum5 {

class FileBody final : public net::BodySource {
 public:
  // Errors: transient spool.read when the file is missing or not of the size it was spooled with.
  static Result<std::shared_ptr<FileBody>> open(std::string before, const SpooledFile& file, std::string after);
  [[nodiscard]] std::optional<std::uint64_t> size() const override;
  Task<std::size_t> read(std::span<char> buffer) override;
  Result<void> rewind() override;

 private:
  enum class Part { before = 1, file, after, end };
  FileBody() = default;
  Result<void> refill();

  std::string before_, after_, ready_;
  std::ifstream file_;
  std::uint64_t file_size_ = 0, file_read_ = 0;
  std::size_t handed_ = 0;
  Part part_ = Part::before;
};

class FileSink final : public net::BodySink {
 public:
  // `path` empty: only counts and hashes. `element`: the name of <content>.
  FileSink(const std::string& path, std::string element, std::uint64_t max_file);
  Task<void> write(std::string_view piece) override;
  // Errors: those of the scanner; rejected edms.file_too_large; transient spool.write.
  Result<void> finish();
  [[nodiscard]] bool started() const noexcept { return started_; }
  [[nodiscard]] bool found() const noexcept { return scanner_.found(); }
  [[nodiscard]] const std::string& envelope() const noexcept { return scanner_.envelope(); }
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
  [[nodiscard]] std::string hex_digest() { return hash_.hex_digest(); }

 private:
  Result<void> store(std::string_view bytes);

  bool keeps_, started_ = false;
  std::ofstream file_;
  std::uint64_t max_file_, size_ = 0;
  Sha256 hash_;
  ContentScanner scanner_;
};

}  // namespace sedlink::directum5
