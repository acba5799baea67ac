#pragma once
// The bytes under a signature: an open file or a string, read by offset, so that a gigabyte never sits in memory.
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "sedlink/core/error.hpp"

namespace sedlink::signature {

// Owns a file descriptor.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) noexcept : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor();
  [[nodiscard]] int get() const noexcept { return fd_; }
  [[nodiscard]] explicit operator bool() const noexcept { return fd_ >= 0; }
  int release() noexcept;

 private:
  int fd_ = -1;
};

// Takes the next piece of an output. An error ends the operation and is returned by it.
using Sink = std::function<Result<void>(std::string_view)>;

// Cheap to copy: copies share one descriptor. Reading is safe from several threads.
class Content {
 public:
  // A regular file, opened once: what is read later is this file even when its name leads elsewhere by then.
  // Errors: rejected signature.file (missing, unreadable, not a regular file).
  static Result<Content> file(const std::filesystem::path& path);
  static Result<Content> descriptor(Descriptor descriptor);
  static Content memory(std::string bytes);

  [[nodiscard]] std::uint64_t size() const noexcept;
  // Bytes at `offset`; fewer than asked only at the end, 0 at the end. Errors: transient signature.read.
  [[nodiscard]] Result<std::size_t> read(std::uint64_t offset, std::span<char> buffer) const;
  // Every byte in order, in pieces; then the check below.
  [[nodiscard]] Result<void> stream(const Sink& take) const;
  // Errors: rejected signature.content_changed when the file was written to since it was opened.
  [[nodiscard]] Result<void> check_unchanged() const;
  // All bytes. Errors: rejected signature.too_large above `limit` bytes.
  [[nodiscard]] Result<std::string> whole(std::uint64_t limit) const;
  // A descriptor another process can read the same bytes through.
  [[nodiscard]] Result<Descriptor> share() const;

 private:
  struct State;
  explicit Content(std::shared_ptr<const State> state) : state_(std::move(state)) {}
  std::shared_ptr<const State> state_;
};

}  // namespace sedlink::signature
