#pragma once
// Files on their way in and out, piece by piece.
#include <fstream>

#include "sedlink/core/hash.hpp"
#include "sedlink/net/http.hpp"

namespace sedlink::bitrix24 {

// Text, then a file's bytes (raw or as base64), then text. Knows its size before the first byte.
// Errors of read(): transient spool.read when the file is gone or shorter than said.
class FileBody final : public net::BodySource {
 public:
  enum class Form { raw = 1, base64 };
  FileBody(std::string before, std::string path, std::uint64_t file_size, std::string after, Form form);

  [[nodiscard]] std::optional<std::uint64_t> size() const override;
  Task<std::size_t> read(std::span<char> buffer) override;
  Result<void> rewind() override;

 private:
  Result<bool> refill();  // false = end
  std::string before_, path_, after_;
  std::uint64_t file_size_, left_ = 0;
  Form form_;
  int part_ = 0;  // 0 before, 1 file, 2 after, 3 end
  std::ifstream file_;
  std::string ready_;
  std::size_t taken_ = 0;
};

// Writes into a file (created or truncated), hashing and counting. Errors: transient spool.write.
class HashingFile final : public net::BodySink {
 public:
  explicit HashingFile(const std::string& path);
  Task<void> write(std::string_view piece) override;
  Result<void> restart();  // empties the file, for a repeated download
  // Flushes; the file is complete. To be called once.
  Result<void> finish();
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
  [[nodiscard]] std::string hash() { return hash_.hex_digest(); }

 private:
  [[nodiscard]] Error failure() const;
  std::string path_;
  std::ofstream file_;
  Sha256 hash_;
  std::uint64_t size_ = 0;
};

}  // namespace sedlink::bitrix24
