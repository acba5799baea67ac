// bench-signature KEY CERTIFICATE SECONDS [ENGINE [PIN_FILE]]: signs a document of 200 bytes, CAdES-BES, detached, on
// one thread, for so many seconds of CPU time (with an engine, which works in another process: by the clock); prints
// how many and the seconds. KEY is a file or the address of a key on a token.
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>

#include "sedlink/signature/backends.hpp"

namespace {

std::string read(const char* path) {
  std::ostringstream out;
  out << std::ifstream(path, std::ios::binary).rdbuf();
  return out.str();
}

double cpu_seconds() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

}  // namespace

int main(int argc, char** argv) {
  using namespace sedlink::signature;
  if (argc > 1 && std::strcmp(argv[1], "signer") == 0) return serve_signer(3, argc > 2 ? argv[2] : "");
  if (argc < 4) return 2;
  KeyMaterial key;
  if (std::strncmp(argv[1], "pkcs11:", 7) == 0)
    key.pkcs11_uri = argv[1];
  else
    key.private_key = sedlink::Secret(read(argv[1]));
  key.certificate = read(argv[2]);
  if (argc > 5) {
    std::string pin = read(argv[5]);
    while (pin.ends_with('\n')) pin.pop_back();
    key.passphrase = sedlink::Secret(std::move(pin));
  }
  SignerProcess process;
  if (argc > 4) process.engine = argv[4];
  const auto seconds_now = [&process] {
    const auto clock = std::chrono::steady_clock::now().time_since_epoch();
    return process.engine.empty() ? cpu_seconds() : std::chrono::duration<double>(clock).count();
  };
  const auto backend =
      process.engine.empty() ? open_in_process(std::move(key)) : open_signer_process(std::move(key), process);
  if (!backend) return 1;
  SignRequest request;
  request.now = sedlink::SystemClock().now();
  const Content document = Content::memory(std::string(200, 'd'));
  const double limit = std::atof(argv[3]);
  std::size_t bytes = 0;
  const Sink sink = [&bytes](std::string_view piece) -> sedlink::Result<void> {
    bytes += piece.size();
    return {};
  };
  long count = 0;
  const double start = seconds_now();
  double used = 0;
  while (used < limit) {
    for (int i = 0; i < 50; ++i, ++count)
      if (!backend.value()->sign(request, document, sink)) return 1;
    used = seconds_now() - start;
  }
  std::printf("%ld %.6f %zu\n", count, used, bytes);
  return 0;
}
