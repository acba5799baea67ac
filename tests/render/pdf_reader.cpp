#include "render/pdf_reader.hpp"

#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>

namespace sedlink::tests {
namespace {

// A file of its own, gone with the object.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::string_view bytes) {
    std::string pattern = (std::filesystem::temp_directory_path() / "sedlink-render-XXXXXX").string();
    const int descriptor = ::mkstemp(pattern.data());
    if (descriptor < 0) throw std::runtime_error("mkstemp failed");
    ::close(descriptor);
    path_ = pattern;
    std::ofstream(path_, std::ios::binary) << bytes;
  }
  ~TemporaryFile() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::string output_of(const std::string& command) {
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(command.c_str(), "r"), ::pclose);
  if (!pipe) throw std::runtime_error("cannot run: " + command);
  std::string out;
  std::array<char, 4096> buffer{};
  while (const std::size_t n = std::fread(buffer.data(), 1, buffer.size(), pipe.get())) out.append(buffer.data(), n);
  return out;
}

}  // namespace

std::string pdf_text(std::string_view pdf) {
  const TemporaryFile file(pdf);
  return output_of("pdftotext -layout '" + file.path() + "' - 2>&1");
}

std::string pdf_text(std::string_view pdf, int page) {
  const TemporaryFile file(pdf);
  const std::string number = std::to_string(page);
  return output_of("pdftotext -layout -f " + number + " -l " + number + " '" + file.path() + "' - 2>&1");
}

std::string pdf_fonts(std::string_view pdf) {
  const TemporaryFile file(pdf);
  return output_of("pdffonts '" + file.path() + "' 2>&1");
}

std::string pdf_info(std::string_view pdf) {
  const TemporaryFile file(pdf);
  return output_of("pdfinfo -isodates '" + file.path() + "' 2>&1");
}

std::string flat(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\n' || c == '\t' || c == '\f';
    if (!blank) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  return out;
}

int count(std::string_view text, std::string_view word) {
  int n = 0;
  for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + word.size())) ++n;
  return n;
}

}  // namespace sedlink::tests
