// bench-signature KEY CERTIFICATE SECONDS: signs a document of 200 bytes, CAdES-BES, detached, on one thread, for so
// many seconds of CPU time; prints how many and the CPU seconds.
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
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
  if (argc != 4) return 2;
  KeyMaterial key;
  key.private_key = sedlink::Secret(read(argv[1]));
  key.certificate = read(argv[2]);
  const auto backend = open_in_process(std::move(key));
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
  const double start = cpu_seconds();
  double used = 0;
  while (used < limit) {
    for (int i = 0; i < 50; ++i, ++count)
      if (!backend.value()->sign(request, document, sink)) return 1;
    used = cpu_seconds() - start;
  }
  std::printf("%ld %.6f %zu\n", count, used, bytes);
  return 0;
}
