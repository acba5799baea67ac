// A file inside an answer: the pieces the network cuts make no difference.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "wire/binary_scanner.hpp"

namespace {

struct Outcome {
  bool good = false;
  std::string envelope, bytes;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome scan(std::string_view answer, std::size_t piece) {
  Outcome out;
  sedlink::onec_docflow::BinaryScanner scanner(
      [&out](std::string_view b) {
        out.bytes += b;
        return sedlink::Result<void>();
      },
      1 << 20);
  sedlink::Result<void> step;
  for (std::size_t at = 0; at < answer.size() && step; at += piece) step = scanner.feed(answer.substr(at, piece));
  if (step) step = scanner.finish();
  out.good = static_cast<bool>(step);
  out.envelope = scanner.envelope();
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Outcome whole = scan(bytes, bytes.size() + 1);
  if (!(whole == scan(bytes, 1)) || !(whole == scan(bytes, 7))) std::abort();
  return 0;
}
