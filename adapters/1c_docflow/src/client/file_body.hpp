#pragma once
// Files on the wire: a request that holds a spooled file as base64, and an answer whose base64 goes to a file.
#include <fstream>
#include <string>

#include "sedlink/core/domain.hpp"
#include "sedlink/core/hash.hpp"
#include "sedlink/net/http.hpp"
#include "wire/binary_scanner.hpp"

namespace sedlink::onec_docflow {

// prefix + base64(file) + suffix, with the exact length known before. Reads the spool in blocks; the file is never
// whole in memory.
class FileBody final : public net::BodySource {
 public:
  // Errors: transient spool.read when the file is missing or not of the size it was spooled with.
  static Result<std::shared_ptr<FileBody>> open(std::string prefix, const SpooledFile& file, std::string suffix);

  [[nodiscard]] std::optional<std::uint64_t> size() const override;
  Task<std::size_t> read(std::span<char> buffer) override;
  Result<void> rewind() override;

 private:
  FileBody() = default;
  Result<void> refill();

  std::string prefix_, suffix_, path_;
  std::uint64_t file_size_ = 0, file_read_ = 0;
  std::ifstream file_;
  std::string ready_;  // bytes to hand out next
  std::size_t handed_ = 0;
  enum class Part { prefix = 1, file, suffix, end };
  Part part_ = Part::prefix;
};

// Takes an answer: decodes the file in it into `path` (empty: only counts and hashes), keeps the rest of the envelope.
class FileSink final : public net::BodySink {
 public:
  FileSink(const std::string& path, std::uint64_t max_file);
  Task<void> write(std::string_view piece) override;
  // Errors: those of the scanner; transient spool.write.
  Result<void> finish();

  [[nodiscard]] bool started() const noexcept { return started_; }
  [[nodiscard]] bool found() const noexcept { return scanner_.found(); }
  [[nodiscard]] const std::string& envelope() const noexcept { return scanner_.envelope(); }
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
  [[nodiscard]] std::string hex_digest() { return hash_.hex_digest(); }

 private:
  Result<void> store(std::string_view bytes);

  bool keeps_;
  std::ofstream file_;
  std::uint64_t max_file_, size_ = 0;
  Sha256 hash_;
  BinaryScanner scanner_;
  bool started_ = false;
};

}  // namespace sedlink::onec_docflow
