// The corpus as a test: what a fuzzer once found stays fixed, without a fuzzer.
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

void run(const std::string& bytes) {
  EXPECT_EQ(LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()), 0);
}

TEST(FuzzCorpus, every_file_and_every_beginning_of_it_is_survived) {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(SEDLINK_FUZZ_CORPUS)) {
    if (!entry.is_regular_file()) continue;
    ++files;
    SCOPED_TRACE(entry.path().filename().string());
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    run(bytes);
    for (std::size_t n = 0; n < bytes.size() && n < 4096; ++n) run(bytes.substr(0, n));
  }
  EXPECT_GT(files, 0) << "no corpus in " << SEDLINK_FUZZ_CORPUS;
}

}  // namespace
