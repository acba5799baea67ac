#pragma once
// An answer whose base64 goes to a file.
#include <string>

#include "sedlink/net/file_body.hpp"
#include "wire/binary_scanner.hpp"

namespace sedlink::onec_docflow {

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
  [[nodiscard]] std::uint64_t size() const noexcept { return file_.size(); }
  [[nodiscard]] std::string hex_digest() { return file_.hex_digest(); }

 private:
  net::HashingFile file_;
  BinaryScanner scanner_;
  bool started_ = false;
};

}  // namespace sedlink::onec_docflow
