#include "translate/document_fields.hpp"

#include <gtest/gtest.h>

#include "translate/dates.hpp"
#include "translate/links.hpp"
#include "translate/match.hpp"
#include "wire/schema.hpp"

namespace sedlink::onec_docflow {
namespace {

TimeZone moscow() { return TimeZone::find("Europe/Moscow").value(); }

TEST(OnecFields, names_only_fields_the_type_has) {
  const Schema schema = Schema::builtin();
  for (const DocumentType& type : document_types(Edition::v2)) {
    for (const std::string& neutral : neutral_fields(Edition::v2)) {
      const std::string own = own_field(type, neutral);
      if (own.empty()) continue;
      EXPECT_NE(schema.property(type.type, own), nullptr) << type.type << " " << neutral << " -> " << own;
    }
  }
  EXPECT_EQ(own_field(*document_type(Edition::v2, "incoming"), "folder"), "");
  EXPECT_EQ(own_field(*document_type(Edition::v2, "incoming"), "vendor.externalNumber"), "externalNumber");
  EXPECT_EQ(document_type(Edition::v2, "DMOutgoingDocument")->neutral, "outgoing");
  EXPECT_EQ(document_type(Edition::v2, "letter"), nullptr);
}

TEST(OnecFields, writes_values_as_the_field_takes_them) {
  const TimeZone zone = moscow();
  EXPECT_EQ(scalar_text("sum", "xs:decimal", Value(Money{"150000.00", "RUB"}), zone).value(), "150000.00");
  EXPECT_EQ(scalar_text("sum", "xs:decimal", Value("150 000,50"), zone).value(), "150000.50");
  EXPECT_EQ(scalar_text("date", "xs:dateTime", Value("2024-03-01"), zone).value(), "2024-03-01T00:00:00");
  EXPECT_EQ(scalar_text("date", "xs:dateTime", Value("01.03.2024"), zone).value(), "2024-03-01T00:00:00");
  EXPECT_EQ(scalar_text("date", "xs:date", Value("01.03.2024"), zone).value(), "2024-03-01");
  EXPECT_EQ(scalar_text("date", "xs:dateTime", Value("2024-03-01T07:00:00Z"), zone).value(), "2024-03-01T10:00:00");
  EXPECT_EQ(scalar_text("b", "xs:boolean", Value("Да"), zone).value(), "true");
  EXPECT_EQ(scalar_text("title", "xs:string", Value("как есть"), zone).value(), "как есть");
}

TEST(OnecFields, refuses_a_value_that_does_not_fit_in_words) {
  const TimeZone zone = moscow();
  for (const auto& [type, text] : std::vector<std::pair<std::string, std::string>>{
           {"xs:decimal", "сто"}, {"xs:decimal", "1.2.3"}, {"xs:dateTime", "завтра"}, {"xs:boolean", "может быть"}}) {
    const auto refused = scalar_text("sum", type, Value(text), zone);
    ASSERT_FALSE(refused) << text;
    EXPECT_EQ(refused.error().audience, Audience::user);
    EXPECT_NE(refused.error().message.find(text), std::string::npos);
  }
}

TEST(OnecDates, are_local_without_a_zone_and_empty_in_three_ways) {
  Element e("task");
  e.children.emplace_back("a", "2024-03-01T10:00:00");
  e.children.emplace_back("b", "0001-01-01T00:00:00");
  Element nil("c");
  nil.nil = true;
  e.children.push_back(nil);
  e.children.emplace_back("u", "2024-03-01T07:00:00");
  const TimeZone zone = moscow();
  ASSERT_TRUE(read_local(e, "a", zone));
  EXPECT_EQ(to_iso8601(*read_local(e, "a", zone)), "2024-03-01T07:00:00Z");
  EXPECT_EQ(to_iso8601(*read_universal(e, "u")), "2024-03-01T07:00:00Z");
  EXPECT_FALSE(read_local(e, "b", zone));
  EXPECT_FALSE(read_local(e, "c", zone));
  EXPECT_FALSE(read_local(e, "absent", zone));
  EXPECT_EQ(write_local(*read_local(e, "a", zone), zone), "2024-03-01T10:00:00");
  EXPECT_EQ(write_universal(*read_local(e, "a", zone)), "2024-03-01T07:00:00");
}

TEST(OnecLinks, rearrange_the_uuid) {
  const ObjectId id("aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee", "DMInternalDocument");
  EXPECT_EQ(object_url("https://h/doc/", id),
            "https://h/doc/#e1cib/data/Справочник.ВнутренниеДокументы?ref=ddddeeeeeeeeeeeeccccbbbbaaaaaaaa");
  ObjectId given = id;
  given.navigation_ref = "e1cib/data/X?ref=1";
  EXPECT_EQ(object_url("https://h/doc/", given), "https://h/doc/#e1cib/data/X?ref=1");
  EXPECT_EQ(object_url("https://h/doc/", ObjectId("x", "DMUnknown")), "");
}

std::vector<CatalogItem> people() {
  std::vector<CatalogItem> items;
  for (const auto& [id, name] : std::vector<std::pair<std::string, std::string>>{
           {"1", "Пётр Семёнов"}, {"2", "Иванов Иван"}, {"3", "Иванов Иван"}, {"4", "Сидорова Анна"}}) {
    CatalogItem i;
    i.id = ObjectId(id, "DMUser");
    i.name = name;
    items.push_back(i);
  }
  return items;
}

TEST(OnecMatch, finds_a_name_whatever_its_case_and_yo) {
  const auto found = choose(people(), "петр  семенов", "Пользователь");
  ASSERT_TRUE(found) << describe(found.error());
  EXPECT_EQ(found.value().id.id, "1");
}

TEST(OnecMatch, lists_namesakes_and_near_names) {
  const auto several = choose(people(), "Иванов Иван", "Пользователь");
  ASSERT_FALSE(several);
  EXPECT_EQ(several.error().code, "edms.reference.several");
  EXPECT_EQ(several.error().audience, Audience::user);
  EXPECT_NE(several.error().message.find("(3)"), std::string::npos);
  const auto none = choose(people(), "Сидорова", "Пользователь");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, "edms.reference.none");
  EXPECT_EQ(none.error().message, "Пользователь «Сидорова» в 1С нет; похожие: «Сидорова Анна»");
}

TEST(OnecMatch, takes_a_path_of_folders) {
  std::vector<CatalogItem> items = people();
  items[1].parent = "4";
  const auto found = choose(items, "Сидорова Анна/Иванов Иван", "Папка");
  ASSERT_TRUE(found) << describe(found.error());
  EXPECT_EQ(found.value().id.id, "2");
}

}  // namespace
}  // namespace sedlink::onec_docflow
