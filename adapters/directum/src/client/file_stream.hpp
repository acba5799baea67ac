#pragma once
// Bodies of versions as they are, in blocks: a spooled file going out and an answer going to a file. Memory does not
// grow with their size.
#include <fstream>
#include <string>

#include "sedlink/core/domain.hpp"
#include "sedlink/core/hash.hpp"
#include "sedlink/net/http.hpp"

namespace sedlink::directum {

class FileSource final : public net::BodySource {
 public:
  // Errors: transient spool.read when the file is missing or not of the size it was spooled with.
  static Result<std::shared_ptr<FileSource>> open(const SpooledFile& file);
  [[nodiscard]] std::optional<std::uint64_t> size() const override { return size_; }
  Task<std::size_t> read(std::span<char> buffer) override;
  Result<void> rewind() override;

 private:
  FileSource() = default;
  std::ifstream file_;
  std::uint64_t size_ = 0, read_ = 0;
};

class FileSink final : public net::BodySink {
 public:
  // `path` empty: only counts and hashes.
  FileSink(const std::string& path, std::uint64_t max_file);
  // Errors: rejected edms.file_too_large, transient spool.write.
  Task<void> write(std::string_view piece) override;
  Result<void> finish();
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
  // The first bytes, at most 512.
  [[nodiscard]] const std::string& head() const noexcept { return head_; }
  [[nodiscard]] Error too_large() const;  // edms.file_too_large
  [[nodiscard]] std::string hex_digest() { return hash_.hex_digest(); }

 private:
  bool keeps_;
  std::ofstream file_;
  std::uint64_t max_file_, size_ = 0;
  std::string head_;
  Sha256 hash_;
};

}  // namespace sedlink::directum
