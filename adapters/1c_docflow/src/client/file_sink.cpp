#include "client/file_sink.hpp"

#include "client/classify.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::onec_docflow {
namespace {

constexpr std::size_t envelope_limit = 4 * 1024 * 1024;  // of an answer besides the file: signatures are in it

net::HashingFile::Limit limit(std::uint64_t most) {
  return {most, make_error(Fault::rejected, Audience::user, "edms.file_too_large",
                           "Файл в 1С больше допустимых " + text::human_size(most))};
}

}  // namespace

FileSink::FileSink(const std::string& path, std::uint64_t max_file)
    : file_(path, limit(max_file)),
      scanner_([this](std::string_view bytes) { return file_.put(bytes); }, envelope_limit) {}

Task<void> FileSink::write(std::string_view piece) {
  started_ = true;
  auto fed = scanner_.feed(piece);
  co_return fed;
}

Result<void> FileSink::finish() {
  if (auto ended = scanner_.finish(); !ended) return ended;
  return file_.finish();
}

}  // namespace sedlink::onec_docflow
