#include "sedlink/core/text.hpp"

#include <gtest/gtest.h>

namespace sedlink::text {
namespace {

TEST(Text, accepts_well_formed_utf8_only) {
  EXPECT_TRUE(is_valid_utf8("Договор №1 🙂"));
  EXPECT_TRUE(is_valid_utf8(""));
  EXPECT_FALSE(is_valid_utf8("\xC0\xAF")) << "overlong";
  EXPECT_FALSE(is_valid_utf8("\xED\xA0\x80")) << "surrogate";
  EXPECT_FALSE(is_valid_utf8("\xF4\x90\x80\x80")) << "above U+10FFFF";
  EXPECT_FALSE(is_valid_utf8("\xD0")) << "cut";
  EXPECT_FALSE(is_valid_utf8("\x80"));
}

TEST(Text, sanitizing_replaces_bad_bytes_and_drops_nul) {
  EXPECT_EQ(sanitize_utf8(std::string_view("a\0b\xFFя", 6)), "ab\uFFFDя");
}

TEST(Text, counts_and_cuts_by_code_points) {
  EXPECT_EQ(code_points("Жук🙂"), 4U);
  EXPECT_EQ(prefix("Жук🙂!", 4), "Жук🙂");
  EXPECT_EQ(prefix("Жук", 10), "Жук");
  EXPECT_EQ(ellipsis("Договор", 7), "Договор");
  EXPECT_EQ(ellipsis("Договор", 4), "Дог…");
  EXPECT_EQ(ellipsis("Договор", 1), "…");
  EXPECT_EQ(ellipsis("Договор", 0), "");
}

TEST(Text, folds_names_to_one_form) {
  EXPECT_EQ(fold("  ИВАНОВ \t\u00A0 Пётр\n"), "иванов петр");
  EXPECT_EQ(fold("Ёлкин"), fold("елкин"));
  EXPECT_EQ(fold("Е\u0308лкин"), "елкин") << "decomposed";
  EXPECT_EQ(fold("Андреи\u0306"), "андрей") << "decomposed";
  EXPECT_EQ(fold("MÜLLER"), "müller");
  EXPECT_EQ(fold("ЇЖАК Ґ"), "їжак ґ");
  EXPECT_EQ(fold("   "), "");
}

TEST(Text, compares_ascii_without_case) {
  EXPECT_TRUE(iequals_ascii("Content-TYPE", "content-type"));
  EXPECT_FALSE(iequals_ascii("a", "ab"));
  EXPECT_EQ(to_upper_ascii("abcЖ"), "ABCЖ");
  EXPECT_EQ(to_lower_ascii("ABCЖ"), "abcЖ");
}

TEST(Text, splits_joins_and_trims) {
  EXPECT_EQ(split("a,,b", ','), (std::vector<std::string>{"a", "", "b"}));
  EXPECT_EQ(split("", ','), (std::vector<std::string>{""}));
  EXPECT_EQ(join({"a", "b"}, ", "), "a, b");
  EXPECT_EQ(join({}, ", "), "");
  EXPECT_EQ(trim(" \r\n a b \t"), "a b");
  EXPECT_EQ(trim("  "), "");
}

TEST(Text, replaces_every_occurrence_once) {
  EXPECT_EQ(replace_all("aaa", "a", "aa"), "aaaaaa");
  EXPECT_EQ(replace_all("abc", "", "x"), "abc");
  EXPECT_EQ(replace_all("abab", "ab", ""), "");
}

TEST(Text, measures_edits_in_letters_with_transpositions) {
  EXPECT_EQ(edit_distance("stage", "stgae"), 1U);
  EXPECT_EQ(edit_distance("договор", "довогор"), 2U);
  EXPECT_EQ(edit_distance("", "абв"), 3U);
  EXPECT_EQ(edit_distance("кот", "кит"), 1U);
}

TEST(Text, suggests_the_nearest_word_or_none) {
  EXPECT_EQ(nearest("proccess", {"portal", "process", "progress"}), "process");
  EXPECT_EQ(nearest("xyz", {"portal", "process"}), "");
  EXPECT_EQ(nearest("a", {}), "");
}

TEST(Text, splits_a_file_name_at_the_last_dot) {
  EXPECT_EQ(split_file_name("Договор №1.v2.pdf").stem, "Договор №1.v2");
  EXPECT_EQ(split_file_name("Договор №1.v2.pdf").extension, "pdf");
  EXPECT_EQ(split_file_name("README").extension, "");
  EXPECT_EQ(split_file_name(".profile").stem, ".profile");
  EXPECT_EQ(split_file_name("name.").stem, "name.");
}

TEST(Text, makes_one_safe_folder_name_of_any_value) {
  EXPECT_EQ(safe_name("Счёт 12/34: \"ООО <Ромашка>\"?"), "Счёт 12_34_ _ООО _Ромашка___");
  EXPECT_EQ(safe_name("../../etc/passwd"), "_.._etc_passwd");
  EXPECT_EQ(safe_name(".."), "_");
  EXPECT_EQ(safe_name(""), "_");
  EXPECT_EQ(safe_name("имя. "), "имя");
  EXPECT_EQ(code_points(safe_name(std::string(300, 'a'))), 100U);
}

TEST(Text, prints_sizes_for_people) {
  EXPECT_EQ(human_size(0), "0 Б");
  EXPECT_EQ(human_size(1023), "1023 Б");
  EXPECT_EQ(human_size(1024), "1 КБ");
  EXPECT_EQ(human_size(20342375), "19,4 МБ");
  EXPECT_EQ(human_size(1048575), "1 МБ");
  EXPECT_EQ(human_size(300ULL << 20U), "300 МБ");
}

}  // namespace
}  // namespace sedlink::text
