#pragma once
// Spooled files on the wire, in blocks: memory does not grow with their size. Blocking file access on the caller's
// thread: the spool is a local disk.
#include <fstream>
#include <memory>
#include <string>

#include "sedlink/core/domain.hpp"
#include "sedlink/core/hash.hpp"
#include "sedlink/net/http.hpp"

namespace sedlink::net {

// Text, then a file's bytes (raw or as base64), then text; its exact length is known before the first byte.
class FileBody final : public BodySource {
 public:
  enum class Form { raw = 1, base64 };
  // Errors, of read() and rewind() too: transient spool.read when the file is missing or not of the size it was spooled
  // with.
  static Result<std::shared_ptr<FileBody>> open(std::string before, const SpooledFile& file, std::string after,
                                                Form form);

  [[nodiscard]] std::optional<std::uint64_t> size() const override;
  Task<std::size_t> read(std::span<char> buffer) override;
  Result<void> rewind() override;

 private:
  enum class Part { before = 1, file, after, end };
  FileBody(std::string before, SpooledFile file, std::string after, Form form);
  Result<void> refill();
  [[nodiscard]] Error unreadable() const;

  std::string before_, after_;
  SpooledFile spooled_;
  Form form_;
  std::ifstream file_;
  std::uint64_t left_ = 0;  // bytes of the file that were not read yet
  std::string ready_;       // to be handed out next
  std::size_t handed_ = 0;
  Part part_ = Part::before;
};

// Writes into a file (created or truncated), hashing and counting. An empty path: only hashes and counts.
class HashingFile final : public BodySink {
 public:
  // More than `most` bytes is the error `too_large`.
  struct Limit {
    Limit(std::uint64_t bytes, Error error) : most(bytes), too_large(std::move(error)) {}
    std::uint64_t most;
    Error too_large;
  };
  explicit HashingFile(std::string path);
  HashingFile(std::string path, Limit limit);

  // Errors: transient spool.write, the limit's.
  [[nodiscard]] Result<void> put(std::string_view bytes);
  Task<void> write(std::string_view piece) override;
  [[nodiscard]] Result<void> restart();  // empties the file, for a repeated download
  // Flushes; the file is complete. To be called once.
  [[nodiscard]] Result<void> finish();
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
  [[nodiscard]] std::string hex_digest() { return hash_.hex_digest(); }     // to be called once
  [[nodiscard]] const std::string& head() const noexcept { return head_; }  // the first bytes, at most 512

 private:
  [[nodiscard]] Error unwritable() const;
  std::string path_;
  std::ofstream file_;
  std::optional<Limit> limit_;
  std::string head_;
  Sha256 hash_;
  std::uint64_t size_ = 0;
};

}  // namespace sedlink::net
