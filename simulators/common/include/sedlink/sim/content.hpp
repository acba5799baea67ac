#pragma once
// Contents of files: never whole in memory when they are large, and hashed on the way.
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "sedlink/core/hash.hpp"

namespace sedlink::sim {

class ContentStore;

// Bytes that no longer change, in memory when they are few, else in a file that goes with its last holder. Shared,
// never copied with the objects that hold it.
class Content {
 public:
  ~Content();
  Content(const Content&) = delete;
  Content& operator=(const Content&) = delete;

  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
  [[nodiscard]] const std::string& sha256() const noexcept { return sha256_; }
  // A text that stands for these bytes inside a message: valid base64, and nobody outside can guess it.
  [[nodiscard]] const std::string& token() const noexcept { return token_; }
  // From `offset` on, as many as there are and fit. Throws std::runtime_error when the file cannot be read.
  std::size_t read(std::uint64_t offset, std::span<char> into) const;
  // In memory; for contents known to be small.
  [[nodiscard]] std::string text() const;

 private:
  friend class ContentWriter;
  Content() = default;
  std::uint64_t size_ = 0;
  std::string sha256_, token_, bytes_;
  int file_ = -1;
};
using ContentPtr = std::shared_ptr<const Content>;

// Takes bytes in order. Throws std::runtime_error when the folder cannot be written.
class ContentWriter {
 public:
  explicit ContentWriter(ContentStore& store) : store_(&store) {}
  ~ContentWriter();
  ContentWriter(ContentWriter&& other) noexcept;
  ContentWriter& operator=(ContentWriter&&) = delete;
  void append(std::string_view bytes);
  // Once.
  [[nodiscard]] ContentPtr finish();

 private:
  void write_out(std::string_view bytes);
  ContentStore* store_;
  Sha256 hash_;
  std::string bytes_;
  std::uint64_t size_ = 0;
  int file_ = -1;
};

class ContentStore {
 public:
  static constexpr std::size_t in_memory = 64 * 1024;  // bytes; more live in a file

  // Large contents are unnamed files in `folder`: they vanish with the process, however it ends.
  explicit ContentStore(std::filesystem::path folder);

  [[nodiscard]] ContentPtr keep(std::string_view bytes);
  // `size` pseudo-random bytes, the same for the same name and size.
  [[nodiscard]] ContentPtr generate(std::string_view name, std::uint64_t size);
  // What a text of a message holds: the content a token stands for, else the decoded base64. nullptr: neither.
  [[nodiscard]] ContentPtr from_base64(std::string_view text);
  // The same for plain bytes.
  [[nodiscard]] ContentPtr from_bytes(std::string_view text);

  // Every token of this store begins so.
  [[nodiscard]] const std::string& token_prefix() const noexcept { return prefix_; }
  [[nodiscard]] std::size_t token_size() const noexcept { return prefix_.size() + 16; }
  // nullptr when `token` is none, or its content is gone.
  [[nodiscard]] ContentPtr find(std::string_view token) const;

 private:
  friend class ContentWriter;
  std::string next_token();
  [[nodiscard]] int open_file() const;

  std::filesystem::path folder_;
  std::string prefix_;
  std::uint64_t last_ = 0;
  std::map<std::string, std::weak_ptr<const Content>, std::less<>> contents_;
  std::size_t prune_at_ = 1024;
};

}  // namespace sedlink::sim
