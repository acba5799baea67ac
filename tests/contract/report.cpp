// Runs the cases and tells about them: a table per variant, and one file per variant for summary.py.
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

namespace sedlink::contract {
namespace {

struct Row {
  Row() = default;
  std::string name, result, reason;
  int trials = 1;
  long long milliseconds = 0;
};

// "onec_docflow/Contract", "a_case/onec_docflow_2_1"
class Table final : public ::testing::EmptyTestEventListener {
 public:
  explicit Table(std::filesystem::path results) : results_(std::move(results)) {}

  // What is left of an earlier run must not stand for a crash of this one.
  void OnTestProgramStart(const ::testing::UnitTest& program) override {
    if (results_.empty()) return;
    for (int i = 0; i < program.total_test_suite_count(); ++i) {
      const ::testing::TestSuite& suite = *program.GetTestSuite(i);
      for (int k = 0; k < suite.total_test_count(); ++k) {
        const std::string name = suite.GetTestInfo(k)->name();
        if (suite.GetTestInfo(k)->should_run())
          std::filesystem::remove(results_ / (name.substr(name.rfind('/') + 1) + ".tsv"));
      }
    }
  }

  void OnTestStart(const ::testing::TestInfo&) override { reason_.clear(); }

  void OnTestPartResult(const ::testing::TestPartResult& part) override {
    const std::string message = part.message() == nullptr ? "" : part.message();
    const std::size_t at = message.find("needs ");
    if (part.skipped()) reason_ = at == std::string::npos ? message : message.substr(at + 6);
    while (!reason_.empty() && reason_.back() == '\n') reason_.pop_back();
  }

  void OnTestEnd(const ::testing::TestInfo& test) override {
    const std::string name = test.name();
    const std::size_t slash = name.rfind('/');
    if (slash == std::string::npos) return;
    Row row;
    row.name = name.substr(0, slash);
    const ::testing::TestResult& result = *test.result();
    row.result = result.Failed() ? "failed" : result.Skipped() ? "skipped" : "run";
    row.reason = reason_;
    row.milliseconds = result.elapsed_time();
    for (int i = 0; i < result.test_property_count(); ++i) {
      const std::string key = result.GetTestProperty(i).key(), value = result.GetTestProperty(i).value();
      if (key == "trials") row.trials = std::atoi(value.c_str());
      if (key == "stride" && row.result == "run") row.reason = "every " + value;
    }
    if (row.result == "skipped") row.trials = 0;
    variants_[name.substr(slash + 1)].push_back(std::move(row));
  }

  void OnTestProgramEnd(const ::testing::UnitTest&) override {
    for (const auto& [variant, rows] : variants_) {
      print(variant, rows);
      if (!results_.empty()) write(variant, rows);
    }
    std::fflush(stdout);  // before the sanitizers speak
  }

 private:
  static void print(const std::string& variant, const std::vector<Row>& rows) {
    std::map<std::string, int> sums;
    int trials = 0;
    long long milliseconds = 0;
    std::printf("\n%s\n%-72s %-8s %7s %7s  %s\n", variant.c_str(), "case", "result", "trials", "ms", "needs, sampled");
    for (const Row& row : rows) {
      std::printf("%-72s %-8s %7d %7lld  %s\n", row.name.c_str(), row.result.c_str(), row.trials, row.milliseconds,
                  row.reason.c_str());
      ++sums[row.result];
      trials += row.trials;
      milliseconds += row.milliseconds;
    }
    std::printf("%zu cases: %d run, %d skipped, %d failed; %d trials, %lld ms\n", rows.size(), sums["run"],
                sums["skipped"], sums["failed"], trials, milliseconds);
  }

  void write(const std::string& variant, const std::vector<Row>& rows) const {
    std::filesystem::create_directories(results_);
    std::ofstream out(results_ / (variant + ".tsv"));
    for (const Row& row : rows)
      out << row.name << '\t' << row.result << '\t' << row.trials << '\t' << row.milliseconds << '\t' << row.reason
          << '\n';
  }

  std::filesystem::path results_;
  std::string reason_;
  std::map<std::string, std::vector<Row>> variants_;
};

}  // namespace
}  // namespace sedlink::contract

// --results=DIR: where the files of summary.py go.
int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  std::filesystem::path results;
  const std::string option = "--results=";
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word.starts_with(option)) results = word.substr(option.size());
  }
  ::testing::UnitTest::GetInstance()->listeners().Append(new sedlink::contract::Table(results));
  const int failed = RUN_ALL_TESTS();
  // A filter that matches nothing is a misspelt variant.
  return failed != 0 || ::testing::UnitTest::GetInstance()->test_to_run_count() == 0 ? 1 : 0;
}
