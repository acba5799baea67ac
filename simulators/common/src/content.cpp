#include "sedlink/sim/content.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <random>
#include <stdexcept>

#include "sedlink/core/text.hpp"

namespace sedlink::sim {
namespace {

[[noreturn]] void fail(const char* what) { throw std::runtime_error(std::string(what) + ": " + std::strerror(errno)); }

}  // namespace

Content::~Content() {
  if (file_ >= 0) ::close(file_);
}

std::size_t Content::read(std::uint64_t offset, std::span<char> into) const {
  if (offset >= size_) return 0;
  const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), size_ - offset));
  if (file_ < 0) {
    std::memcpy(into.data(), bytes_.data() + offset, most);
    return most;
  }
  std::size_t done = 0;
  while (done < most) {
    const auto n = ::pread(file_, into.data() + done, most - done, static_cast<off_t>(offset + done));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) fail("scratch file");
    done += static_cast<std::size_t>(n);
  }
  return done;
}

std::string Content::text() const {
  std::string all(size_, '\0');
  read(0, all);
  return all;
}

ContentWriter::~ContentWriter() {
  if (file_ >= 0) ::close(file_);
}

ContentWriter::ContentWriter(ContentWriter&& other) noexcept
    : store_(other.store_),
      hash_(std::move(other.hash_)),
      bytes_(std::move(other.bytes_)),
      size_(other.size_),
      file_(std::exchange(other.file_, -1)) {}

void ContentWriter::append(std::string_view bytes) {
  hash_.update(bytes);
  size_ += bytes.size();
  if (file_ >= 0) return write_out(bytes);
  bytes_ += bytes;
  if (bytes_.size() <= ContentStore::in_memory) return;
  file_ = store_->open_file();
  write_out(bytes_);
  bytes_ = std::string();
}

void ContentWriter::write_out(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto n = ::write(file_, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) fail("scratch file");
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

ContentPtr ContentWriter::finish() {
  std::shared_ptr<Content> content(new Content());
  content->size_ = size_;
  content->sha256_ = hash_.hex_digest();
  content->bytes_ = std::move(bytes_);
  content->file_ = std::exchange(file_, -1);
  content->token_ = store_->next_token();
  if (store_->contents_.size() >= store_->prune_at_) {
    std::erase_if(store_->contents_, [](const auto& entry) { return entry.second.expired(); });
    store_->prune_at_ = std::max<std::size_t>(1024, 2 * store_->contents_.size());
  }
  store_->contents_[content->token_] = content;
  return content;
}

ContentStore::ContentStore(std::filesystem::path folder) : folder_(std::move(folder)) {
  std::string secret = uuid::random() + uuid::random();
  std::erase(secret, '-');
  prefix_ = "file" + secret + "part";  // 72 characters: whole groups of base64
}

ContentPtr ContentStore::keep(std::string_view bytes) {
  ContentWriter writer(*this);
  writer.append(bytes);
  return writer.finish();
}

ContentPtr ContentStore::generate(std::string_view name, std::uint64_t size) {
  const std::string digest = sha256_hex(std::string(name) + "|" + std::to_string(size));
  std::mt19937_64 random(std::stoull(digest.substr(0, 16), nullptr, 16));
  ContentWriter writer(*this);
  std::string block(64 * 1024, '\0');
  for (std::uint64_t left = size; left > 0;) {
    for (std::size_t i = 0; i < block.size(); i += 8) {
      const std::uint64_t word = random();
      std::memcpy(block.data() + i, &word, sizeof word);
    }
    const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(left, block.size()));
    writer.append(std::string_view(block).substr(0, n));
    left -= n;
  }
  return writer.finish();
}

ContentPtr ContentStore::from_base64(std::string_view text) {
  if (text.find(prefix_) != std::string_view::npos) return find(text::trim(text));
  const auto bytes = text::base64_decode(text);
  return bytes ? keep(*bytes) : nullptr;
}

ContentPtr ContentStore::from_bytes(std::string_view text) {
  return text.find(prefix_) != std::string_view::npos ? find(text) : keep(text);
}

ContentPtr ContentStore::find(std::string_view token) const {
  const auto found = contents_.find(token);
  return found == contents_.end() ? nullptr : found->second.lock();
}

std::string ContentStore::next_token() {
  char number[24];
  std::snprintf(number, sizeof number, "%016llx", static_cast<unsigned long long>(++last_));
  return prefix_ + number;
}

int ContentStore::open_file() const {
  int file = ::open(folder_.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file >= 0) return file;
  // A file system without unnamed files.
  std::string name = (folder_ / "sedlink-sim-XXXXXX").string();
  file = ::mkostemp(name.data(), O_CLOEXEC);
  if (file < 0) fail(folder_.c_str());
  ::unlink(name.c_str());
  return file;
}

}  // namespace sedlink::sim
