#include "signature/tools.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdio>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace sedlink::signature::test {

namespace fs = std::filesystem;

Ran shell(const std::string& line) {
  Ran out;
  FILE* pipe = ::popen((line + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return out;
  char buffer[4096];
  while (const std::size_t got = std::fread(buffer, 1, sizeof buffer, pipe)) out.output.append(buffer, got);
  const int status = ::pclose(pipe);
  out.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
  return out;
}

const fs::path& table_folder() {
  static const fs::path folder = [] {
    const fs::path made = fs::path(SEDLINK_SIGNATURE_WORK) / "table";
    fs::create_directories(made.parent_path());
    const Ran ran =
        shell(std::string(SEDLINK_PYTHON) + " " SEDLINK_SOURCE_DIR "/tests/signature/cases.py " + made.string());
    if (ran.code != 0) throw std::runtime_error("cases.py: " + ran.output);
    return made;
  }();
  return folder;
}

fs::path fresh_folder() {
  const auto* test = testing::UnitTest::GetInstance()->current_test_info();
  const fs::path folder =
      fs::path(SEDLINK_SIGNATURE_WORK) / (std::string(test->test_suite_name()) + "." + test->name());
  fs::remove_all(folder);
  fs::create_directories(folder);
  return folder;
}

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

fs::path write(const fs::path& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  return path;
}

KeyMaterial pair_of(const std::string& authority, const std::string& name) {
  KeyMaterial out;
  out.private_key = Secret(read(table_folder() / authority / (name + ".key")));
  out.certificate = read(table_folder() / authority / (name + ".pem"));
  return out;
}
std::string root() { return read(table_folder() / "root" / "ca.pem"); }

Time now() { return SystemClock().now(); }

SignRequest request(Form form, bool attached) {
  SignRequest out;
  out.form = form;
  out.attached = attached;
  out.now = now();
  return out;
}

std::string sign(Backend& backend, const SignRequest& request, const Content& content) {
  std::string out;
  const auto done = backend.sign(request, content, [&out](std::string_view piece) -> Result<void> {
    out += piece;
    return {};
  });
  if (!done) throw std::runtime_error("not signed: " + describe(done.error()));
  return out;
}

VerifyRequest question(std::string signature, std::optional<Content> content) {
  VerifyRequest out;
  out.signature = std::move(signature);
  out.content = std::move(content);
  out.policy.trust = {root()};
  out.policy.now = now();
  return out;
}

}  // namespace sedlink::signature::test
