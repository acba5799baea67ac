#pragma once
// An answer whose base64 goes to a file, in blocks. Memory does not grow with its size.
#include <string>

#include "sedlink/net/file_body.hpp"
#include "wire/answer.hpp"

namespace sedlink::directum5 {

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
  [[nodiscard]] std::uint64_t size() const noexcept { return file_.size(); }
  [[nodiscard]] std::string hex_digest() { return file_.hex_digest(); }

 private:
  net::HashingFile file_;
  ContentScanner scanner_;
  bool started_ = false;
};

}  // namespace sedlink::directum5
