#pragma once
// Golden texts: for each X.yaml of a folder, X.txt holds exactly what is printed. SEDLINK_UPDATE_GOLDEN=1 rewrites
// them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

namespace sedlink::testing {

inline std::string read_text(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

inline std::vector<std::string> golden_names(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem().string());
  std::sort(names.begin(), names.end());
  return names;
}

inline std::string test_name(const ::testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

inline void expect_golden(const std::filesystem::path& folder, const std::string& name, const std::string& printed) {
  const std::filesystem::path file = folder / (name + ".txt");
  if (std::getenv("SEDLINK_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(file, std::ios::binary) << printed;
    return;
  }
  ASSERT_TRUE(std::filesystem::exists(file)) << file << " is missing; what was printed:\n" << printed;
  EXPECT_EQ(printed, read_text(file));
}

}  // namespace sedlink::testing
