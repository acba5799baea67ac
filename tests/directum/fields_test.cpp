// Neutral fields as properties of RX, values as the service takes them, our key in texts (directum A7; architecture 7).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sedlink/core/text.hpp"
#include "translate/documents.hpp"
#include "translate/versions.hpp"

namespace sedlink::directum {
namespace {

constexpr const char* key = "21111111-2222-4333-8444-555555555555";

const TimeZone& moscow() {
  static const TimeZone zone = TimeZone::find("Europe/Moscow").value();
  return zone;
}
std::string written(const char* type, const Value& value) {
  Body body;
  const auto put = put_value(body, "P", type, "sum", value, moscow(), DateForm::local);
  return put ? body.json() : "! " + put.error().message;
}

TEST(RxFields, names_differ_by_type_and_vendor_names_pass) {
  const DocumentType* contract = document_type("contract");
  const DocumentType* letter = document_type("incoming");
  ASSERT_TRUE(contract != nullptr && letter != nullptr);
  EXPECT_EQ(own_field(*contract, "counterparty"), "Counterparty");
  EXPECT_EQ(own_field(*letter, "counterparty"), "Correspondent");
  EXPECT_EQ(own_field(*letter, "number"), "InNumber");
  EXPECT_EQ(own_field(*contract, "vendor.IsStandard"), "IsStandard");
  EXPECT_EQ(own_field(*contract, "folder"), "");
  EXPECT_EQ(document_type("IContracts"), contract);
  EXPECT_EQ(document_type("Contract"), contract);
  EXPECT_EQ(document_type("contracts"), nullptr);
}

TEST(RxFields, numbers_are_decimal_text) {
  EXPECT_EQ(written("Edm.Double", Money{"125000.50", "RUB"}), "{\"P\":125000.50}");
  EXPECT_EQ(written("Edm.Double",
                    "1 250\xC2\xA0"
                    "000,5"),
            "{\"P\":1250000.5}");
  EXPECT_EQ(written("Edm.Double", "-007."), "{\"P\":-7}");
  EXPECT_EQ(written("Edm.Int64", 42), "{\"P\":42}");
  EXPECT_EQ(written("Edm.Int64", "4.2").substr(0, 1), "!");
  for (const char* bad : {"", "много", "1.2.3", "1e5", "--1"})
    EXPECT_EQ(written("Edm.Double", bad).substr(0, 1), "!") << bad;
}

TEST(RxFields, days_are_local_midnights_unless_told_otherwise) {
  const Value evening(parse_iso8601("2026-08-31T21:30:00Z").value());  // 1 September in Moscow
  EXPECT_EQ(day_text("date", evening, moscow(), DateForm::local).value(), "2026-09-01T00:00:00+03:00");
  EXPECT_EQ(day_text("date", evening, moscow(), DateForm::utc).value(), "2026-09-01T00:00:00Z");
  EXPECT_EQ(day_text("date", Value("01.09.2026"), moscow(), DateForm::plain).value(), "2026-09-01");
  EXPECT_EQ(day_text("date", Value("2026-09-01"), moscow(), DateForm::plain).value(), "2026-09-01");
  for (const char* bad : {"", "завтра", "2026-13-01", "32.01.2026"}) {
    EXPECT_EQ(day_text("date", Value(bad), moscow(), DateForm::local).error().code, "edms.value") << bad;
  }
}

TEST(RxFields, flags_take_the_words_of_people) {
  EXPECT_EQ(written("Edm.Boolean", true), "{\"P\":true}");
  EXPECT_EQ(written("Edm.Boolean", "Да"), "{\"P\":true}");
  EXPECT_EQ(written("Edm.Boolean", "N"), "{\"P\":false}");
  EXPECT_EQ(written("Edm.Boolean", "может быть").substr(0, 1), "!");
}

TEST(RxKeys, stand_in_the_last_line_and_survive_the_limit) {
  EXPECT_EQ(with_key("", key, 0), std::string("sedlink:") + key);
  EXPECT_EQ(with_key("Прошу согласовать", key, 0), std::string("Прошу согласовать\nsedlink:") + key);
  const std::string cut = with_key(std::string(3000, 'x'), key, 1000);
  EXPECT_EQ(text::code_points(cut), 1000U);
  EXPECT_TRUE(has_key(cut, key));
  EXPECT_TRUE(has_key(std::string("текст\r\nsedlink:") + key + "\r\n", key));
  EXPECT_TRUE(has_key(std::string("sedlink:") + key + " дописано", key)) << "people write behind it";
  EXPECT_FALSE(has_key("sedlink:", ""));
}

TEST(RxVersions, are_those_shown_in_order_of_their_numbers) {
  const auto read = read_bodies(
      read_entity(R"({"Id":7,"Name":"Договор 15","HasPublicBody":true,"InternalApprovalState":"Signed","Versions":[
        {"Id":9,"Number":2,"Note":"правки.docx","AssociatedApplication":{"Extension":"DOCX"}},
        {"Id":11,"Number":3,"IsHidden":true},{"Id":8,"Number":1,"Note":null}]})")
          .value(),
      moscow());
  ASSERT_TRUE(read) << describe(read.error());
  ASSERT_EQ(read.value().versions.size(), 2U);
  EXPECT_EQ(read.value().versions[1].id, 9);
  EXPECT_EQ(read.value().versions[1].extension, "docx");
  EXPECT_EQ(read.value().has_public, true);
  EXPECT_EQ(file_name("правки.docx", "Договор 15", "docx"), "правки.docx");
  EXPECT_EQ(file_name("из CRM", "Договор 15", "docx"), "Договор 15.docx");
  EXPECT_EQ(file_name("", "Договор: 15/2", "pdf"), "Договор_ 15_2.pdf");
}

TEST(RxLinks, open_the_card_of_the_concrete_type) {
  EXPECT_EQ(card_link("https://rx.example.ru/Client/", document_type("contract")->guid, 12),
            "https://rx.example.ru/Client/#/card/f37c7e63-b134-4446-9b5b-f8811f6c9666/12");
}

}  // namespace
}  // namespace sedlink::directum
