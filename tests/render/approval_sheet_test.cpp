#include "sedlink/render/approval_sheet.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>

#include "render/pdf_reader.hpp"
#include "render/sample_sheet.hpp"

namespace sedlink::tests {
namespace {

using render::approval_sheet_pdf;
using render::ApprovalSheet;
using render::SheetRow;
using render::Verdict;
using ::testing::HasSubstr;
using ::testing::Not;

// Renders; with SEDLINK_KEEP_PDF=DIR the file also stays there for a person to look at.
std::string render_sheet(const ApprovalSheet& sheet) {
  const auto pdf = approval_sheet_pdf(sheet);
  EXPECT_TRUE(pdf.has_value()) << describe(pdf.error());
  if (!pdf) return {};
  if (const char* keep = std::getenv("SEDLINK_KEEP_PDF")) {
    const std::string name = ::testing::UnitTest::GetInstance()->current_test_info()->name();
    std::ofstream(std::string(keep) + "/" + name + ".pdf", std::ios::binary) << *pdf;
  }
  return *pdf;
}

ApprovalSheet sheet_of_rows(int rows) {
  ApprovalSheet sheet = sample_sheet();
  sheet.rounds.resize(1);
  sheet.rounds[0].rows.clear();
  for (int i = 1; i <= rows; ++i) {
    sheet.rounds[0].rows.push_back({"Согласующий " + std::to_string(i), "Инженер", "Согласование", "Согласовано",
                                    i % 3 == 0 ? "Замечание номер " + std::to_string(i) : "", "01.03.2024 10:00",
                                    Verdict::approved});
  }
  return sheet;
}

TEST(ApprovalSheet, shows_every_name_decision_comment_and_hash) {
  const ApprovalSheet sheet = sample_sheet();
  const std::string pdf = render_sheet(sheet);
  ASSERT_TRUE(pdf.starts_with("%PDF-"));
  const std::string text = flat(pdf_text(pdf));
  for (const auto& expected : {"Лист согласования",
                               "ООО «Северный торговый дом»",
                               "Договор поставки запорной арматуры и комплектующих",
                               "№ СТД-17/2026 от 12.05.2026",
                               "ООО «Ромашка»",
                               "ИНН 7717586110",
                               "КПП 771701001",
                               "1 250 000,00 ₽",
                               "Договоры, карточка № 77",
                               "Договор поставки СТД-17 (редакция 2).pdf",
                               "Согласование договора поставки",
                               "Согласовано с замечаниями",
                               "начато 12.05.2026 09:41",
                               "завершено 14.05.2026 16:08",
                               "Круг 1",
                               "Круг 2",
                               "Громов Илья Андреевич",
                               "Утверждено",
                               "Генеральный директор",
                               "Иванов Иван Иванович",
                               "Смирнов Павел Андреевич",
                               "UTC+03:00",
                               "круг 2, файл от 13.05.2026 09:10",
                               "стр. 1 из ",
                               "узел head-office"}) {
    EXPECT_THAT(text, HasSubstr(expected));
  }
  EXPECT_THAT(text, HasSubstr(sheet.file_sha256));
  for (const auto& signature : sheet.signatures) EXPECT_THAT(text, HasSubstr(signature.thumbprint));
  // Names and comments wrap inside their columns, so they are looked for word by word.
  for (const auto& round : sheet.rounds) {
    for (const auto& row : round.rows) {
      EXPECT_THAT(text, HasSubstr(row.person.substr(0, row.person.find(' '))));
      EXPECT_THAT(text, HasSubstr(row.decided_at));
      EXPECT_THAT(text, HasSubstr(row.decision.substr(0, row.decision.find(' '))));
    }
  }
  EXPECT_THAT(text, HasSubstr("подсудность"));
  EXPECT_THAT(text, HasSubstr("лицензии"));
}

TEST(ApprovalSheet, marks_and_explains_a_row_known_from_the_edms_only) {
  ApprovalSheet sheet = sample_sheet();
  EXPECT_THAT(flat(pdf_text(render_sheet(sheet))), HasSubstr("* Решение взято из СЭД при завершении"));
  for (auto& row : sheet.rounds[1].rows) row.from_edms_only = false;
  EXPECT_THAT(flat(pdf_text(render_sheet(sheet))), Not(HasSubstr("Решение взято из СЭД")));
}

TEST(ApprovalSheet, repeats_the_head_of_the_table_and_numbers_the_pages_when_there_are_60_rows) {
  const std::string pdf = render_sheet(sheet_of_rows(60));
  const std::string text = pdf_text(pdf);
  const int pages = count(text, "\f");
  ASSERT_GE(pages, 3);
  EXPECT_EQ(count(flat(text), "Участник, должность"),
            pages - (flat(pdf_text(pdf, pages)).find("Участник") == std::string::npos ? 1 : 0));
  for (int page = 1; page <= pages; ++page) {
    EXPECT_EQ(count(text, "стр. " + std::to_string(page) + " из " + std::to_string(pages)), 1);
  }
  for (int page = 2; page < pages; ++page) EXPECT_THAT(flat(pdf_text(pdf, page)), HasSubstr("Участник, должность"));
  for (int row = 1; row <= 60; ++row) {
    EXPECT_THAT(flat(text), HasSubstr("Согласующий " + std::to_string(row) + " "));
  }
}

TEST(ApprovalSheet, gives_a_row_without_a_remark_no_more_place_than_one_with_a_word) {
  ApprovalSheet silent = sheet_of_rows(200);
  ApprovalSheet spoken = silent;
  for (auto& row : silent.rounds[0].rows) row.comment.clear();
  for (auto& row : spoken.rounds[0].rows) row.comment = "да";
  EXPECT_EQ(count(pdf_text(render_sheet(silent)), "\f"), count(pdf_text(render_sheet(spoken)), "\f"));
}

TEST(ApprovalSheet, says_that_a_document_of_the_edms_has_no_number) {
  ApprovalSheet sheet = sample_sheet();
  sheet.document_number.clear();
  sheet.document_date.clear();
  EXPECT_THAT(flat(pdf_text(render_sheet(sheet))), HasSubstr("не зарегистрирован"));
  sheet.edms_document = {};
  EXPECT_THAT(flat(pdf_text(render_sheet(sheet))), Not(HasSubstr("не зарегистрирован")));
}

TEST(ApprovalSheet, splits_a_comment_longer_than_a_page_and_loses_no_word) {
  ApprovalSheet sheet = sheet_of_rows(3);
  std::string comment;
  for (int i = 1; i <= 1500; ++i) comment += "слово" + std::to_string(i) + " ";
  sheet.rounds[0].rows[1].comment = comment;
  const std::string text = flat(pdf_text(render_sheet(sheet)));
  EXPECT_GE(count(text, "стр. "), 3);
  for (int i = 1; i <= 1500; i += 7) EXPECT_THAT(text, HasSubstr("слово" + std::to_string(i) + " "));
  EXPECT_THAT(text, HasSubstr("слово1500 "));
}

TEST(ApprovalSheet, gives_the_same_bytes_for_the_same_values) {
  const std::string first = render_sheet(sample_sheet());
  EXPECT_EQ(first, render_sheet(sample_sheet()));
  ApprovalSheet other = sample_sheet();
  other.outcome = "Отклонено";
  EXPECT_NE(first, render_sheet(other));
}

TEST(ApprovalSheet, gives_the_same_bytes_on_several_threads_at_once) {
  const std::string expected = render_sheet(sample_sheet());
  std::vector<std::string> drawn(4);
  {
    std::vector<std::jthread> threads;
    for (std::string& out : drawn) {
      threads.emplace_back([&out] {
        const auto pdf = approval_sheet_pdf(sample_sheet());
        if (pdf) out = *pdf;
      });
    }
  }
  for (const std::string& pdf : drawn) EXPECT_EQ(pdf, expected);
}

TEST(ApprovalSheet, states_the_given_creation_date_and_not_the_clock) {
  const std::string info = pdf_info(render_sheet(sample_sheet()));
  EXPECT_THAT(info, HasSubstr("2026-05-14T14:10:00Z"));
  EXPECT_THAT(info, HasSubstr("595.276 x 841.89 pts (A4)"));
  EXPECT_THAT(info, HasSubstr("Лист согласования · Договор поставки"));
}

TEST(ApprovalSheet, embeds_its_fonts) {
  const std::string table = pdf_fonts(render_sheet(sample_sheet()));
  std::istringstream lines(table);
  std::string line;
  int fonts = 0;
  while (std::getline(lines, line)) {
    if (line.starts_with("name") || line.starts_with("---")) continue;
    ++fonts;
    // name, type, encoding, then emb sub uni.
    EXPECT_THAT(line, HasSubstr(" yes yes ")) << table;
  }
  EXPECT_GE(fonts, 2) << table;
}

TEST(ApprovalSheet, survives_control_characters_broken_utf8_and_direction_overrides) {
  ApprovalSheet sheet = sample_sheet();
  sheet.document_title = std::string("До\0го\x01вор\x7f", 18) + "\xE2\x80\xAEпоставки\xC3\x28\xff";
  sheet.rounds[0].rows[0].person = "Ива\r\nнов\tИ.\v";
  sheet.rounds[0].rows[0].comment = "первая\n\n\n\n\n\nвторая\x1b[31m <b>&amp;</b>";
  const std::string text = flat(pdf_text(render_sheet(sheet)));
  EXPECT_THAT(text, HasSubstr("поставки"));
  EXPECT_THAT(text, HasSubstr("Ива нов И."));
  EXPECT_THAT(text, HasSubstr("<b>&amp;</b>"));  // never read as markup
  EXPECT_THAT(text, Not(HasSubstr("\xE2\x80\xAE")));
}

TEST(ApprovalSheet, survives_emoji_private_use_and_right_to_left_text) {
  ApprovalSheet sheet = sample_sheet();
  sheet.rounds[0].rows[0].person = "Иванов 👍🏽 \xEE\x80\x80\xF4\x80\x80\x80 שלום 你好";
  sheet.counterparty = "👩‍👩‍👧‍👦";
  EXPECT_THAT(flat(pdf_text(render_sheet(sheet))), HasSubstr("Иванов"));
}

TEST(ApprovalSheet, breaks_a_word_that_is_wider_than_its_column) {
  ApprovalSheet sheet = sample_sheet();
  const std::string word(400, 'W');
  sheet.document_title = word;
  sheet.outcome = word;
  sheet.footer_note = word;
  SheetRow& row = sheet.rounds[0].rows[0];
  row.person = row.position = row.stage = row.decision = row.comment = word;
  sheet.signatures[0] = {word, word, word, word, word};
  const std::string text = pdf_text(render_sheet(sheet));
  // Nothing is lost outside the page: the row's five cells and the title hold the whole word each.
  EXPECT_GE(count(text, "W"), 400 * 7);
}

TEST(ApprovalSheet, draws_a_sheet_of_empty_values) {
  const std::string text = flat(pdf_text(render_sheet(ApprovalSheet{})));
  EXPECT_THAT(text, HasSubstr("Лист согласования"));
  EXPECT_THAT(text, HasSubstr("стр. 1 из 1"));
  EXPECT_THAT(text, Not(HasSubstr("Контрагент")));
}

TEST(ApprovalSheet, links_only_to_http_addresses_and_lets_none_break_out_of_its_string) {
  ApprovalSheet sheet = sample_sheet();
  sheet.crm_card = {"карточка", "javascript:alert(1)"};
  sheet.edms_document = {"документ", "https://edms.example.ru/a?b=1'\\)/JS (x) >>"};
  const std::string pdf = render_sheet(sheet);
  EXPECT_THAT(pdf, Not(HasSubstr("javascript")));
  EXPECT_THAT(pdf, Not(HasSubstr("/JS (x)")));
  EXPECT_THAT(flat(pdf_text(pdf)), HasSubstr("документ"));
}

}  // namespace
}  // namespace sedlink::tests
