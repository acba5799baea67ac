// Files: whole both ways, streamed, never overwritten; versions and signatures belong to each other.
#include <algorithm>
#include <fstream>

#include "contract/battery.hpp"
#include "contract/memory.hpp"

namespace sedlink::contract {
namespace {

constexpr std::size_t large = 8 * 1024 * 1024;          // bytes of a file that must not be held
constexpr std::size_t held_of_large = 2 * 1024 * 1024;  // at most

std::vector<std::string> names_of(const ResultSet& results) {
  std::vector<std::string> names;
  for (const ResultFile& f : results.files) names.push_back(f.name);
  std::sort(names.begin(), names.end());
  return names;
}

// Those that are files; a mark of consent without a certificate is none.
std::vector<SignatureInfo> signatures_of(const ResultFile& file) {
  std::vector<SignatureInfo> all;
  for (const SignatureInfo& s : file.signatures)
    if (!s.bytes.empty()) all.push_back(s);
  return all;
}

TEST_P(Contract, files_of_any_size_and_name_come_back_as_they_were) {
  const DocumentRef about = document();
  const std::vector<std::pair<std::string, std::size_t>> sent{{"один байт.txt", 1},
                                                              {"Договор № 15 (подписанный).pdf", 40'000},
                                                              {"ровно.bin", 64 * 1024},
                                                              {"больше.bin", 64 * 1024 + 1},
                                                              {"Спецификация «А»; прил. 1.docx", 200'001}};
  unsigned seed = 0;
  for (const auto& [name, size] : sent) {
    const std::string bytes = some_bytes(size, ++seed);
    const EdmsFileRef ref = file(about, name, bytes);
    EXPECT_EQ(fetched(ref), bytes) << name;
    const auto found = must(edms().find_file(context(), about, spool(name, bytes)));
    ASSERT_TRUE(found.has_value()) << name;
    EXPECT_EQ(found->id, ref.id) << name;
  }
  EXPECT_EQ(stand().tally().files, sent.size());
}

TEST_P(Contract, a_file_is_found_by_name_and_content_together) {
  const DocumentRef about = document();
  const std::string bytes = some_bytes(5000);
  file(about, "Договор.pdf", bytes);
  EXPECT_FALSE(must(edms().find_file(context(), about, spool("Другой.pdf", bytes))).has_value());
  EXPECT_FALSE(must(edms().find_file(context(), about, spool("Договор.pdf", some_bytes(5000, 2)))).has_value())
      << "of the same size, with other bytes";
  EXPECT_FALSE(must(edms().find_file(context(), about, spool("Договор.pdf", some_bytes(5001)))).has_value());
  const DocumentRef other = document("Другой договор");
  EXPECT_FALSE(must(edms().find_file(context(), other, spool("Договор.pdf", bytes))).has_value());
}

TEST_P(Contract, a_file_of_the_same_name_is_not_overwritten) {
  const DocumentRef about = document();
  const EdmsFileRef first = file(about, "Договор.pdf", some_bytes(3000, 1));
  const EdmsFileRef second = file(about, "Договор.pdf", some_bytes(3000, 2));
  EXPECT_NE(first.id, second.id);
  EXPECT_EQ(fetched(first), some_bytes(3000, 1));
  EXPECT_EQ(fetched(second), some_bytes(3000, 2));
}

TEST_P(Contract, large_files_are_streamed_both_ways) {
  const DocumentRef about = document();
  const SpooledFile sent = spool("Скан.pdf", some_bytes(large));
  const MemoryWatch sending;
  const Result<EdmsFileRef> ref = run(edms().attach_file(context(key()), about, sent));
  EXPECT_GT(sending.peak(), 1000u) << "nothing is measured";
  EXPECT_LT(sending.peak(), held_of_large) << "the whole file was held while it was sent";
  ASSERT_TRUE(ref) << describe(ref.error());
  const std::string path = (folder_ / "large").string();
  const MemoryWatch fetching;
  const Result<SpooledFile> came = run(edms().fetch(context(), ref.value(), path));
  EXPECT_LT(fetching.peak(), held_of_large) << "the whole file was held while it was fetched";
  ASSERT_TRUE(came) << describe(came.error());
  EXPECT_EQ(came.value().size, large);
  EXPECT_EQ(came.value().sha256, sent.sha256);
  EXPECT_EQ(std::filesystem::file_size(path), large);
  const MemoryWatch looking;
  const auto found = run(edms().find_file(context(), about, sent));
  EXPECT_LT(looking.peak(), held_of_large) << "the whole file was held while it was compared";
  ASSERT_TRUE(found) << describe(found.error());
  EXPECT_TRUE(found.value().has_value());
  EXPECT_TRUE(std::filesystem::is_empty(folder_ / "spool")) << "temporary files are left behind";
}

TEST_P(Contract, a_file_above_the_limit_is_refused_before_it_is_sent) {
  const DocumentRef about = document();
  SpooledFile file = spool("Видео.mp4", "");
  file.size = capabilities().max_file + 1;
  std::filesystem::resize_file(file.path, file.size);  // a hole on the disk
  const std::size_t before = stand().requests();
  const Result<EdmsFileRef> made = run(edms().attach_file(context(key()), about, file));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().fault, Fault::rejected);
  EXPECT_EQ(made.error().code, "edms.file_too_large");
  EXPECT_EQ(made.error().audience, Audience::user);
  EXPECT_EQ(stand().requests(), before);
}

TEST_P(Contract, trouble_with_the_spool_is_told_and_nothing_is_sent) {
  const DocumentRef about = document();
  SpooledFile gone = spool("Договор.pdf", some_bytes(3000));
  std::filesystem::remove(gone.path);
  const Result<EdmsFileRef> made = run(edms().attach_file(context(key()), about, gone));
  ASSERT_FALSE(made);
  EXPECT_FALSE(made.error().message.empty());
  stand().settle();
  EXPECT_EQ(stand().tally().files, 0u);
  const EdmsFileRef there = file(about, "Договор.pdf", some_bytes(3000));
  const Result<SpooledFile> came = run(edms().fetch(context(), there, (folder_ / "no/such/folder/file").string()));
  ASSERT_FALSE(came);
  EXPECT_EQ(fetched(there), some_bytes(3000));
}

TEST_P(Contract, what_is_not_there_is_not_found) {
  const DocumentRef about = document();
  const EdmsFileRef there = file(about, "Договор.pdf", some_bytes(10));
  EdmsFileRef absent = there;
  absent.id = stand().stranger().document.id;
  absent.version_id.clear();
  const Result<SpooledFile> came = run(edms().fetch(context(), absent, (folder_ / "nothing").string()));
  ASSERT_FALSE(came);
  EXPECT_TRUE(came.error().fault == Fault::not_found || came.error().fault == Fault::rejected)
      << describe(came.error());
}

TEST_P(Contract, a_new_version_replaces_the_content_and_not_the_file) {
  if (!needs(capabilities().new_version, "new_version")) return;
  const DocumentRef about = document();
  const EdmsFileRef first = file(about, "Договор.pdf", some_bytes(4000, 1));
  const SpooledFile corrected = spool("Договор исправленный.pdf", some_bytes(4100, 2));
  EXPECT_FALSE(must(edms().has_version(context(), first, corrected)));
  const Tally before = stand().tally();
  const EdmsFileRef made = must(edms().add_version(context(key()), about, first, corrected));
  EXPECT_EQ(made.id, first.id);
  EXPECT_EQ(stand().tally().files, before.files);
  EXPECT_EQ(stand().tally().versions, before.versions + 1);
  EdmsFileRef latest = first;
  latest.version_id.clear();
  EXPECT_TRUE(must(edms().has_version(context(), latest, corrected)));
  EXPECT_EQ(fetched(latest), some_bytes(4100, 2));
  const ProcessRef process = running(about);
  const ResultSet results = must(edms().list_results(context(), process));
  ASSERT_EQ(results.files.size(), 1u);
  EXPECT_EQ(fetched(results.files[0].ref), some_bytes(4100, 2));
}

TEST_P(Contract, an_old_version_can_still_be_fetched_by_its_id) {
  if (!needs(capabilities().new_version, "new_version")) return;
  const DocumentRef about = document();
  const EdmsFileRef made = file(about, "Договор.pdf", some_bytes(4000, 1));
  const ProcessRef process = running(about);
  const EdmsFileRef first = must(edms().list_results(context(), process)).files.at(0).ref;
  if (!needs(!first.version_id.empty(), "version ids")) return;
  must(edms().add_version(context(key()), about, made, spool("Договор.pdf", some_bytes(4100, 2))));
  const EdmsFileRef second = must(edms().list_results(context(), process)).files.at(0).ref;
  EXPECT_NE(first.version_id, second.version_id);
  EXPECT_EQ(fetched(first), some_bytes(4000, 1));
  EXPECT_EQ(fetched(second), some_bytes(4100, 2));
}

TEST_P(Contract, results_list_every_file_however_many) {
  const DocumentRef about = document();
  std::vector<std::string> sent;
  for (int i = 10; i < 70; ++i) sent.push_back("Приложение " + std::to_string(i) + ".pdf");
  for (const std::string& name : sent) file(about, name, "содержание " + name);
  const ProcessRef process = running(about);
  const ResultSet results = must(edms().list_results(context(), process));
  EXPECT_EQ(names_of(results), sent);
  for (const ResultFile& f : results.files) {
    EXPECT_FALSE(f.ref.id.empty()) << f.name;
    EXPECT_EQ(f.size, stand().tells_sizes() ? ("содержание " + f.name).size() : 0u);
    EXPECT_TRUE(f.sha256.empty() || f.sha256.size() == 64);
  }
  const auto found = must(edms().find_file(context(), about, spool(sent.back(), "содержание " + sent.back())));
  EXPECT_TRUE(found.has_value()) << "on the last page";
}

TEST_P(Contract, signatures_come_with_the_version_they_sign) {
  if (!needs(capabilities().signatures, "signatures")) return;
  const DocumentRef about = document();
  file(about, "Договор.pdf", some_bytes(4000, 1));
  const ProcessRef process = running(about);
  stand().act(Deed::approve, process, "");
  conclude(process);
  EXPECT_TRUE(signatures_of(must(edms().list_results(context(), process)).files.at(0)).empty());
  stand().act(Deed::sign, process, "");
  const ResultSet results = must(edms().list_results(context(), process));
  ASSERT_EQ(results.files.size(), 1u);
  const std::vector<SignatureInfo> signatures = signatures_of(results.files[0]);
  ASSERT_EQ(signatures.size(), 1u);
  const SignatureInfo& signature = signatures[0];
  EXPECT_EQ(signature.signer, stand().approver());
  EXPECT_FALSE(signature.thumbprint.empty() && signature.certificate_subject.empty());
  ASSERT_GT(signature.bytes.size(), 100u);
  EXPECT_EQ(signature.bytes[0], '\x30') << "DER begins with a SEQUENCE";
  EXPECT_EQ(fetched(results.files[0].ref), some_bytes(4000, 1)) << "the signed bytes";
}

TEST_P(Contract, a_signed_file_takes_no_new_version) {
  const api::Capabilities can = capabilities();
  if (!needs(can.signatures && can.new_version, "signatures and new_version")) return;
  const DocumentRef about = document();
  const EdmsFileRef made = file(about, "Договор.pdf", some_bytes(4000, 1));
  const ProcessRef process = running(about);
  stand().act(Deed::approve, process, "");
  conclude(process);
  stand().act(Deed::sign, process, "");
  const Result<EdmsFileRef> version =
      run(edms().add_version(context(key()), about, made, spool("Договор.pdf", some_bytes(4100, 2))));
  ASSERT_FALSE(version);
  EXPECT_EQ(version.error().fault, Fault::rejected);
  EXPECT_EQ(version.error().code, "edms.version_refused");
  EXPECT_EQ(fetched(made), some_bytes(4000, 1));
}

}  // namespace
}  // namespace sedlink::contract
