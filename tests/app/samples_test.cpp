// What the documents show as whole passes `sedlink check`, its tests included.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "sedlink/app/command_line.hpp"
#include "support/doc_samples.hpp"
#include "support/temp_dir.hpp"

namespace sedlink::app {
namespace {

using testing_support::yaml_blocks;

const std::filesystem::path source = SEDLINK_SOURCE_DIR;

std::string read_text(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::string block_that_begins(const std::filesystem::path& file, const std::string& key) {
  for (const std::string& block : yaml_blocks(read_text(file)))
    if (block.starts_with(key)) return block;
  return {};
}

void replace(std::string& text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  ASSERT_NE(at, std::string::npos) << from;
  text.replace(at, from.size(), to);
}

int run(std::vector<std::string> words, std::string& said) {
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  ::testing::internal::CaptureStderr();
  ::testing::internal::CaptureStdout();
  const int code = command_line(static_cast<int>(arguments.size()), arguments.data());
  said = ::testing::internal::GetCapturedStdout() + ::testing::internal::GetCapturedStderr();
  return code;
}

// A machine as the README says: the config, the secrets as systemd hands them out, one mapping.
class Samples : public ::testing::Test {
 protected:
  Samples() {
    std::filesystem::create_directories(folder_ / "mappings");
    std::ofstream(folder_ / "portal-webhook") << "https://portal.example.ru/rest/1/secret/\n";
    std::ofstream(folder_ / "portal-event-token") << "token\n";
    std::ofstream(folder_ / "docflow-password") << "password\n";
    setenv("CREDENTIALS_DIRECTORY", folder_.path().c_str(), 1);
  }
  ~Samples() override { unsetenv("CREDENTIALS_DIRECTORY"); }

  void check(std::string config, const std::string& mapping, const std::string& name, int expected = 0) {
    ASSERT_FALSE(config.empty()) << name;
    ASSERT_FALSE(mapping.empty()) << name;
    replace(config, "/etc/sedlink/mappings/", (folder_ / "mappings").string() + "/");
    const std::string file = (folder_ / "sedlink.yaml").string();
    std::ofstream(file) << config;
    std::ofstream(folder_ / "mappings/one.yaml") << mapping;
    std::string said;
    const int code = run({"sedlink", "check", "--strict", "-c", file}, said);
    EXPECT_EQ(code, expected) << name << "\n" << said;
  }

  testing_support::TempDir folder_;
};

TEST_F(Samples, both_readmes_are_whole) {
  for (const char* name : {"README.ru.md", "README.md"})
    check(block_that_begins(source / name, "instance:"), block_that_begins(source / name, "mapping:"), name);
}

TEST_F(Samples, the_installed_example_of_the_config_is_whole) {
  check(read_text(source / "systemd/sedlink.yaml"), block_that_begins(source / "README.ru.md", "mapping:"),
        "installed");
}

TEST_F(Samples, the_smallest_file_and_the_examples_are_whole) {
  const std::string config = block_that_begins(source / "README.ru.md", "instance:");
  check(config, block_that_begins(source / "docs/mapping.md", "mapping:"), "docs/mapping.md");
  for (const char* folder : {"mapping/examples", "demo/mappings"})
    for (const auto& entry : std::filesystem::directory_iterator(source / folder)) {
      std::string mapping = read_text(entry.path());
      // The demo's second 1C and Directum RX: this config has one EDMS.
      for (const std::string_view other : {std::string_view("edms: docflow3"), std::string_view("edms: directum")})
        if (const std::size_t at = mapping.find(other); at != std::string::npos)
          mapping.replace(at, other.size(), "edms: docflow");
      check(config, mapping, entry.path().string());
    }
}

TEST_F(Samples, every_part_of_the_manual_fits_the_smallest_file) {
  const std::vector<std::string> blocks = yaml_blocks(read_text(source / "docs/mapping.md"));
  std::string config = block_that_begins(source / "README.ru.md", "instance:");
  replace(config, "connections:\n", "connections:\n  bureau: { type: http, url: \"https://bureau.example.ru\" }\n");
  ASSERT_GT(blocks.size(), 5u);
  std::string all = blocks.front();
  for (const std::string& block : blocks) {
    const bool about_deadlines = block.find("deadlines:") != std::string::npos;  // they warn until they act
    check(config, testing_support::overlay(blocks.front(), block), block, about_deadlines ? 3 : 0);
    if (!about_deadlines) all = testing_support::overlay(all, block);
  }
  check(config, all, "all parts together:\n" + all);
}

TEST_F(Samples, a_broken_sample_would_be_noticed) {
  std::string mapping = block_that_begins(source / "README.md", "mapping:");
  replace(mapping, "once_per: revision", "once_pre: revision");
  check(block_that_begins(source / "README.md", "instance:"), mapping, "broken", 1);
}

TEST_F(Samples, an_address_in_plain_text_is_warned_of_unless_it_stays_on_the_machine) {
  std::string config = block_that_begins(source / "README.ru.md", "instance:");
  const std::string mapping = block_that_begins(source / "README.ru.md", "mapping:");
  replace(config, "url: https://1c.", "url: http://1c.");
  check(config, mapping, "1C in plain text", 3);
  replace(config, "url: http://1c.example.ru", "url: http://127.0.0.1:8080");
  check(config, mapping, "1C on the same machine");
  std::ofstream(folder_ / "portal-webhook") << "http://portal.example.ru/rest/1/secret/\n";
  check(config, mapping, "the portal in plain text", 3);
}

TEST_F(Samples, a_folder_without_mappings_is_an_error) {
  std::string config = block_that_begins(source / "README.ru.md", "instance:");
  replace(config, "/etc/sedlink/mappings/*.yaml", (folder_ / "nothing/*.yaml").string());
  const std::string file = (folder_ / "sedlink.yaml").string();
  std::ofstream(file) << config;
  std::string said;
  EXPECT_EQ(run({"sedlink", "check", "-c", file}, said), 1) << said;
  EXPECT_NE(said.find("config.mappings-empty"), std::string::npos) << said;
}

// The manual's own sample, with an envelope as its WSDL might ask for.
TEST_F(Samples, an_experimental_connection_is_accepted_and_warned_of) {
  std::string config = block_that_begins(source / "README.ru.md", "instance:");
  std::string sample;
  for (const std::string& block : yaml_blocks(read_text(source / "docs/connections.md")))
    if (block.find("type: directum5") != std::string::npos) sample = block;
  ASSERT_FALSE(sample.empty());
  const std::string envelope = (folder_ / "envelope.xml").string();
  std::ofstream(envelope) << "<Envelope><Body><Run><N>{script}</N>{parameters}<P n=\"{name}\">{value}</P>{/parameters}"
                             "</Run></Body></Envelope>";
  std::ofstream(folder_ / "directum5-password") << "password\n";
  replace(sample, "/etc/sedlink/directum5-envelope.xml", envelope);
  // Scripts whose keys end like that of a path's setting name no path.
  replace(
      sample, "task_state: SL_TaskState",
      "task_state: SL_TaskState\n      list_files: SL_ListFiles\n      attach_file: SL_AttachFile\n      read_file: "
      "SL_ReadFile");
  replace(config, "connections:\n", "connections:\n" + sample);
  replace(config, "/etc/sedlink/mappings/", (folder_ / "mappings").string() + "/");
  std::ofstream(folder_ / "mappings/one.yaml") << block_that_begins(source / "README.ru.md", "mapping:");
  const std::string file = (folder_ / "sedlink.yaml").string();
  std::ofstream(file) << config;
  std::string said;
  EXPECT_EQ(run({"sedlink", "check", "-c", file}, said), 0) << said;
  EXPECT_NE(said.find("config.experimental"), std::string::npos) << said;
  EXPECT_NE(said.find("Подключение «legacy» (directum5): экспериментально"), std::string::npos) << said;
  EXPECT_NE(run({"sedlink", "check", "--strict", "-c", file}, said), 0) << said;
}

TEST(CommandLine, tells_what_is_missing_in_russian) {
  std::string said;
  EXPECT_EQ(run({"sedlink", "check"}, said), 2);
  EXPECT_EQ(said, "sedlink check: не указано: --config\nподсказка: sedlink check --help\n");
  EXPECT_EQ(run({"sedlink", "process", "launch"}, said), 2);
  EXPECT_EQ(said, "sedlink process launch: не указано: item\nподсказка: sedlink process launch --help\n");
  EXPECT_EQ(run({"sedlink", "process"}, said), 2);
  EXPECT_NE(said.find("нужна команда: list, show, launch"), std::string::npos) << said;
  EXPECT_EQ(run({"sedlink", "docs", "schema", "again"}, said), 2);
  EXPECT_NE(said.find("лишнее слово: again"), std::string::npos) << said;
}

TEST(Reference, says_of_every_setting_what_it_means) {
  std::string said;
  ASSERT_EQ(run({"sedlink", "docs", "config"}, said), 0);
  for (const std::string& line : text::split(said, '\n'))
    EXPECT_FALSE(line.starts_with("| `") && line.ends_with("|  |")) << line;
  EXPECT_NE(said.find("### 1c_docflow: limits"), std::string::npos);
  const std::size_t legacy = said.find("### directum5\n");
  ASSERT_NE(legacy, std::string::npos);
  EXPECT_NE(said.substr(legacy, 1000).find("**экспериментально**"), std::string::npos);
  EXPECT_NE(said.find("| `database_id` | UUID |"), std::string::npos);
  const std::size_t edms = said.find("### 1c_docflow");
  const std::size_t crm = said.find("### bitrix24");
  ASSERT_LT(edms, crm);
  EXPECT_EQ(said.substr(edms, crm - edms).find("oauth"), std::string::npos);
}

}  // namespace
}  // namespace sedlink::app
