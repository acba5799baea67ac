#include "sedlink/render/dossier.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "sedlink/core/hash.hpp"
#include "support/temp_dir.hpp"

namespace sedlink::tests {
namespace {

using ::testing::HasSubstr;

render::DossierFile file(const std::string& name, const std::string& bytes) {
  render::DossierFile out;
  out.name = name;
  out.bytes = bytes;
  return out;
}

render::Dossier sample() {
  render::Dossier d;
  d.title = "Договор № 7";
  d.facts = {{"Процесс СЭД", "p-1"}};
  d.files = {file("Договор № 7.pdf", "документ"), file("signatures/Договор № 7.pdf.1.p7s", "подпись")};
  d.absent = {"Листа нет: СЭД его не отдала."};
  render::DossierSignature s;
  s.name = "signatures/Договор № 7.pdf.1.p7s";
  s.of = "Договор № 7.pdf";
  s.lines = {"✘ Кузнецов — НЕВЕРНА: подписана другая версия файла."};
  s.mathematics = s.whole = render::Expected::failure;
  d.trust_file = "trust/all.pem";
  d.signatures.push_back(s);
  for (const char* text : {"Запущено", "Строка «с кавычками» \"и\" \\ косой", "Итог: Согласовано"}) {
    render::TrailLine line;
    line.at = Time(std::chrono::sys_days(std::chrono::year(2026) / 3 / 2));
    line.kind = "event";
    line.text = text;
    d.trail.push_back(line);
  }
  d.zone = TimeZone::find("Europe/Moscow").value();
  d.made_at = d.trail.front().at;
  return d;
}

class DossierZip : public ::testing::Test {
 protected:
  std::string write(const render::Dossier& d, const std::string& name = "dossier.zip") {
    const auto done = render::write_dossier(d, folder_.path() / name);
    EXPECT_FALSE(done.has_error()) << describe(done.error());
    return bytes(folder_.path() / name);
  }
  static std::string bytes(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }
  int shell(const std::string& command) const {
    return std::system(("cd '" + folder_.path().string() + "' && " + command).c_str());
  }
  testing_support::TempDir folder_;
};

TEST_F(DossierZip, is_the_same_bytes_for_the_same_values) { EXPECT_EQ(write(sample()), write(sample(), "again.zip")); }

TEST_F(DossierZip, opens_under_its_russian_names_and_its_sums_hold) {
  write(sample());
  ASSERT_EQ(shell("python3 -m zipfile -e dossier.zip out && cd out && sha256sum --quiet --strict -c SHA256SUMS"), 0);
  EXPECT_EQ(bytes(folder_.path() / "out" / "Договор № 7.pdf"), "документ");
  EXPECT_THAT(bytes(folder_.path() / "out" / "Проверка подписей.txt"), HasSubstr("НЕВЕРНА: подписана другая версия"));
  EXPECT_THAT(bytes(folder_.path() / "out" / "ПРОВЕРКА.md"), HasSubstr("Листа нет: СЭД его не отдала."));
}

TEST_F(DossierZip, holds_a_trail_whose_every_line_knows_the_one_before) {
  write(sample());
  ASSERT_EQ(shell("python3 -m zipfile -e dossier.zip out"), 0);
  std::ifstream in(folder_.path() / "out" / "trail.jsonl");
  std::string line, previous(64, '0'), last;
  int lines = 0;
  while (std::getline(in, line)) {
    EXPECT_THAT(line, HasSubstr("\"previous\":\"" + previous + "\"}"));
    previous = sha256_hex(line);
    last = line;
    ++lines;
  }
  EXPECT_EQ(lines, 4);
  EXPECT_EQ(bytes(folder_.path() / "out" / "trail-last.json"), last);
  EXPECT_THAT(bytes(folder_.path() / "out" / "SHA256SUMS"), HasSubstr(previous + "  trail-last.json"));
}

TEST_F(DossierZip, refuses_two_files_of_one_name_and_names_that_lead_out) {
  for (const char* name : {"Договор № 7.pdf", "/etc/passwd", "a\nb", ""}) {
    render::Dossier d = sample();
    d.files.push_back(file(name, "x"));
    EXPECT_EQ(render::write_dossier(d, folder_.path() / "bad.zip").error().code, "render.dossier") << name;
  }
}

}  // namespace
}  // namespace sedlink::tests
