#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "translate/entity.hpp"
#include "translate/field_value.hpp"
#include "translate/item.hpp"
#include "translate/markup.hpp"

namespace sedlink::bitrix24 {
namespace {

FieldInfo field(std::string type, bool multiple = false) {
  FieldInfo info;
  info.name = "ufCrm10X";
  info.title = "Поле";
  info.type = std::move(type);
  info.multiple = multiple;
  return info;
}

std::string written(const Value& value, const FieldInfo& info) {
  const auto out = write_value(value, info, Formats());
  return out ? wire::text(*out) : "! " + out.error().code;
}

Value read(const std::string& json, const FieldInfo& info) {
  return read_value(*wire::parse_json(json), &info, "RUB", Formats());
}

TEST(Bitrix24Values, an_amount_keeps_its_digits_and_the_cards_currency) {
  auto info = field("double");
  info.name = "opportunity";
  EXPECT_EQ(read("150000.5", info), Value(Money{"150000.5", "RUB"}));
  EXPECT_EQ(read("\"150000.00\"", info), Value(Money{"150000.00", "RUB"}));
  EXPECT_EQ(read("1.0e+25", info), Value(Money{"10000000000000000000000000", "RUB"}));
}

TEST(Bitrix24Values, decimals_are_read_as_people_write_them) {
  EXPECT_EQ(plain_decimal("150 000,50"), "150000.50");
  EXPECT_EQ(plain_decimal("-0.10"), "-0.10");
  EXPECT_EQ(plain_decimal("1.5E-2"), "0.015");
  for (const char* bad : {"", "abc", "1.2.3", "0x10", "1e999", ".", "-"}) EXPECT_FALSE(plain_decimal(bad)) << bad;
}

TEST(Bitrix24Values, money_fields_carry_their_currency) {
  EXPECT_EQ(read("\"1500.00|USD\"", field("money")), Value(Money{"1500.00", "USD"}));
  EXPECT_EQ(written(Money{"1500.00", "USD"}, field("money")), "1500.00|USD");
  EXPECT_EQ(written("1500", field("money")), "1500|RUB");
  EXPECT_EQ(written("дорого", field("money")), "! crm.field_value");
}

TEST(Bitrix24Values, dates_go_out_in_the_portals_zone) {
  const Time t = *parse_iso8601("2026-05-14T22:30:00Z");
  EXPECT_EQ(written(t, field("datetime")), "2026-05-15T01:30:00+03:00");
  EXPECT_EQ(written(t, field("date")), "2026-05-15");
  EXPECT_EQ(written(t, field("string")), "15.05.2026 01:30");
  EXPECT_EQ(written("15.05.2026", field("date")), "2026-05-15");
  EXPECT_EQ(written("скоро", field("date")), "! crm.field_value");
}

TEST(Bitrix24Values, a_due_date_in_words_fills_texts_and_clears_dates) {
  EXPECT_EQ(written(DueText{"до конца недели"}, field("string")), "до конца недели");
  EXPECT_EQ(written(DueText{"до конца недели"}, field("date")), "");
  EXPECT_EQ(written(DueText{"до конца недели"}, field("datetime")), "");
  EXPECT_EQ(written(Value(), field("string")), "");
}

TEST(Bitrix24Values, a_variant_of_a_list_is_written_by_its_text) {
  auto info = field("enumeration");
  info.options = {{"45", "На согласовании"}, {"46", "Согласован"}};
  EXPECT_EQ(written("согласован", info), "46");
  EXPECT_EQ(written("46", info), "46");
  EXPECT_EQ(written("Отменён", info), "! crm.field_value");
  EXPECT_EQ(read("45", info), Value("На согласовании"));
}

TEST(Bitrix24Values, a_multiple_field_takes_a_list) {
  const auto out = write_value(Value::List{"a", "b"}, field("string", true), Formats());
  ASSERT_TRUE(out && out->is_array());
  EXPECT_EQ(out->get_array().size(), 2u);
  const auto one = write_value("a", field("string", true), Formats());
  ASSERT_TRUE(one && one->is_array());
  const auto none = write_value(Value(), field("string", true), Formats());
  ASSERT_TRUE(none && none->is_array());
  EXPECT_TRUE(none->get_array().empty());
  EXPECT_EQ(written(Value::List{"a", "b"}, field("string")), "a, b");
}

TEST(Bitrix24Values, flags_numbers_and_employees_are_checked) {
  EXPECT_EQ(written(true, field("boolean")), "Y");
  EXPECT_EQ(written("нет", field("boolean")), "N");
  EXPECT_EQ(written("12.0", field("integer")), "12");
  EXPECT_EQ(written("12.5", field("integer")), "! crm.field_value");
  EXPECT_EQ(written("user_14", field("employee")), "14");
  EXPECT_EQ(written("Иванов", field("employee")), "! crm.field_value");
  auto locked = field("string");
  locked.read_only = true;
  EXPECT_EQ(written("x", locked), "! crm.field_value");
}

TEST(Bitrix24Values, a_file_is_known_by_its_shape) {
  const auto value =
      read(R"([{"id":30577,"url":"https://p/x","urlMachine":"https://p/rest/y?token=1"}])", field("file", true));
  ASSERT_EQ(value.files().size(), 1u);
  EXPECT_EQ(value.files()[0].id, "30577");
  EXPECT_EQ(value.files()[0].url, "https://p/rest/y?token=1");
  EXPECT_TRUE(read("[]", field("file", true)).empty());
  EXPECT_TRUE(read("null", field("file")).empty());
}

TEST(Bitrix24Values, an_empty_link_is_absent) {
  EXPECT_TRUE(read("0", field("crm_company")).empty());
  EXPECT_TRUE(read("0", field("user")).empty());
  EXPECT_EQ(read("14", field("user")), Value(14));
  EXPECT_EQ(read("0", field("integer")), Value(0));
}

TEST(Bitrix24Values, text_of_others_opens_no_tag_and_is_no_mark) {
  const auto escaped = escape_markup("[B]ж[/B] [1] [*] a[");
  EXPECT_EQ(escaped.find("[B]"), std::string::npos);
  EXPECT_EQ(escaped.find("[/B]"), std::string::npos);
  EXPECT_EQ(escaped.find("[*]"), std::string::npos);
  EXPECT_NE(escaped.find("[1]"), std::string::npos);
  const std::string key = "1a2b3c4d-0000-5000-8000-000000000000";
  EXPECT_EQ(mark(key), "[sl:1a2b3c4d]");
  EXPECT_EQ(escape_markup("[sl:1a2b3c4d]").find(mark(key)), std::string::npos);
  EXPECT_TRUE(with_mark("текст", key).ends_with("\n[sl:1a2b3c4d]"));
}

TEST(Bitrix24Values, kinds_of_items_have_the_vendors_spellings) {
  EXPECT_EQ(*type_id("dynamic:1036"), 1036);
  EXPECT_FALSE(type_id("dynamic:"));
  EXPECT_FALSE(type_id("contact"));
  EXPECT_EQ(binding(1036, "7"), "T40c_7");
  EXPECT_EQ(binding(deal_type, "10"), "D_10");
  EXPECT_EQ(category_of_stage("DT1036_10:NEW"), "10");
  EXPECT_EQ(category_of_stage("C9:WON"), "9");
  EXPECT_EQ(category_of_stage("WON"), "0");
  EXPECT_EQ(stage_list(1036, "10"), "DYNAMIC_1036_STAGE_10");
  EXPECT_EQ(stage_list(deal_type, "0"), "DEAL_STAGE");
}

TEST(Bitrix24Values, the_requisite_the_card_names_wins_over_the_oldest) {
  const auto rows = *wire::parse_json(
      R"([{"ID":"9","ENTITY_ID":"5","RQ_INN":"7717586110","RQ_KPP":"771701001"},{"ID":"3","ENTITY_ID":"5","RQ_INN":"1"}])");
  const wire::json::value company = wire::json::object{{"id", 5}, {"title", "ООО Ромашка"}};
  const auto pointers = wire::rows(&rows);
  EXPECT_EQ(read_company(company, pointers, "9", Formats()).at("requisite.inn"), Value("7717586110"));
  EXPECT_EQ(read_company(company, pointers, "", Formats()).at("requisite.inn"), Value("1"));
  EXPECT_EQ(read_company(company, pointers, "", Formats()).at("title"), Value("ООО Ромашка"));
}

}  // namespace
}  // namespace sedlink::bitrix24
