// Every type of user field, there and back, in every spelling of its name.
#include "sim_port.hpp"

namespace sedlink::bitrix24::testing {
namespace {

using UserFields = SimPort;

constexpr const char* all_types = R"(
time_zone: Asia/Yekaterinburg
types:
  - entityTypeId: 1036
    fields:
      - { name: UF_CRM_10_TEXT, type: string }
      - { name: UF_CRM_10_TEXTS, type: string, multiple: true }
      - { name: UF_CRM_10_COUNT, type: integer }
      - { name: UF_CRM_10_SHARE, type: double }
      - { name: UF_CRM_10_FLAG, type: boolean }
      - { name: UF_CRM_10_DAY, type: date }
      - { name: UF_CRM_10_DAYS, type: date, multiple: true }
      - { name: UF_CRM_10_MOMENT, type: datetime }
      - { name: UF_CRM_10_SUM, type: money }
      - { name: UF_CRM_10_SUMS, type: money, multiple: true }
      - { name: UF_CRM_10_PAGE, type: url }
      - { name: UF_CRM_10_PLACE, type: address }
      - { name: UF_CRM_10_KIND, type: enumeration, items: [Поставка, Услуги] }
      - { name: UF_CRM_10_KINDS, type: enumeration, multiple: true, items: [Поставка, Услуги, Аренда] }
      - { name: UF_CRM_10_PERSON, type: employee }
      - { name: UF_CRM_10_PEOPLE, type: employee, multiple: true }
      - { name: UF_CRM_10_STATUS, type: crm_status }
      - { name: UF_CRM_10_SECTION, type: iblock_section }
      - { name: UF_CRM_10_ELEMENT, type: iblock_element }
      - { name: UF_CRM_10_LINKS, type: crm, multiple: true }
      - { name: UF_CRM_10_DIGIT10, type: string }
      - { name: UF_CRM_10_1747309727, type: string }
      - { name: UF_CRM_10_DIGIT_10, type: string }
items: [ { entity: "dynamic:1036", id: 77, title: Поставка } ]
)";

TEST_F(UserFields, of_every_type_are_written_and_read_back) {
  start(all_types);
  const auto card = ref("dynamic:1036", 77);
  const Time noon = *parse_iso8601("2026-03-01T07:00:00Z");  // 12:00 in Yekaterinburg
  const Fields written{{"ufCrm10Text", Value("Текст «с кавычками» & знаками")},
                       {"ufCrm10Texts", Value(Value::List{"раз", "два"})},
                       {"ufCrm10Count", Value(std::int64_t{42})},
                       {"ufCrm10Share", Value("12,5")},
                       {"ufCrm10Flag", Value(true)},
                       {"ufCrm10Day", Value(noon)},
                       {"ufCrm10Days", Value(Value::List{Value("01.03.2026"), Value("2026-03-02")})},
                       {"ufCrm10Moment", Value(noon)},
                       {"ufCrm10Sum", Value(Money{"1500.00", "EUR"})},
                       {"ufCrm10Sums", Value(Value::List{Value(Money{"1.50", "RUB"}), Value("2 000,00")})},
                       {"ufCrm10Page", Value("https://edms.example.ru/doc?id=1&x=2")},
                       {"ufCrm10Place", Value("Москва, Тверская, 1")},
                       {"ufCrm10Kind", Value("Услуги")},
                       {"ufCrm10Kinds", Value(Value::List{"Аренда", "Поставка"})},
                       {"ufCrm10Person", Value("14")},
                       {"ufCrm10People", Value(Value::List{"14", "user_15"})},
                       {"ufCrm10Status", Value("CLIENT")},
                       {"ufCrm10Section", Value(std::int64_t{3})},
                       {"ufCrm10Element", Value("4")},
                       {"ufCrm10Links", Value(Value::List{"D_1", "T40c_77"})}};
  const auto done = apply({fields(card, written)});
  ASSERT_TRUE(done[0]) << describe(done[0].error());
  const auto read = SimPort::read(card);
  ASSERT_TRUE(read) << describe(read.error());
  const auto& now = read->fields;
  const Time midnight = *parse_iso8601("2026-02-28T19:00:00Z");
  EXPECT_EQ(now.at("ufCrm10Text"), written.at("ufCrm10Text"));
  EXPECT_EQ(now.at("ufCrm10Texts"), written.at("ufCrm10Texts"));
  EXPECT_EQ(now.at("ufCrm10Count"), Value(std::int64_t{42}));
  EXPECT_EQ(now.at("ufCrm10Share"), Value("12.5"));
  EXPECT_EQ(now.at("ufCrm10Flag"), Value(true));
  EXPECT_EQ(now.at("ufCrm10Day"), Value(midnight));
  EXPECT_EQ(now.at("ufCrm10Days"), Value(Value::List{Value(midnight), Value(midnight + std::chrono::hours(24))}));
  EXPECT_EQ(now.at("ufCrm10Moment"), Value(noon));
  EXPECT_EQ(now.at("ufCrm10Sum"), Value(Money{"1500.00", "EUR"}));
  EXPECT_EQ(now.at("ufCrm10Sums"), Value(Value::List{Value(Money{"1.50", "RUB"}), Value(Money{"2000.00", "RUB"})}));
  EXPECT_EQ(now.at("ufCrm10Page"), written.at("ufCrm10Page"));
  EXPECT_EQ(now.at("ufCrm10Place"), written.at("ufCrm10Place"));
  EXPECT_EQ(now.at("ufCrm10Kind"), Value("Услуги"));
  EXPECT_EQ(now.at("ufCrm10Kinds"), Value(Value::List{"Аренда", "Поставка"}));
  EXPECT_EQ(now.at("ufCrm10Person"), Value(std::int64_t{14}));
  EXPECT_EQ(now.at("ufCrm10People"), Value(Value::List{Value(std::int64_t{14}), Value(std::int64_t{15})}));
  EXPECT_EQ(now.at("ufCrm10Status"), Value("CLIENT"));
  EXPECT_EQ(now.at("ufCrm10Section"), Value(std::int64_t{3}));
  EXPECT_EQ(now.at("ufCrm10Element"), Value(std::int64_t{4}));
  EXPECT_EQ(now.at("ufCrm10Links"), written.at("ufCrm10Links"));
}

TEST_F(UserFields, of_every_type_are_cleared_by_an_empty_value) {
  start(all_types);
  const auto card = ref("dynamic:1036", 77);
  Fields filled{{"ufCrm10Text", Value("а")},
                {"ufCrm10Texts", Value(Value::List{"а"})},
                {"ufCrm10Count", Value("1")},
                {"ufCrm10Day", Value("01.03.2026")},
                {"ufCrm10Sum", Value("5")},
                {"ufCrm10Kind", Value("Услуги")},
                {"ufCrm10Kinds", Value(Value::List{"Услуги"})},
                {"ufCrm10Person", Value("14")},
                {"ufCrm10Links", Value(Value::List{"D_1"})}};
  ASSERT_TRUE(apply({fields(card, filled)})[0]);
  Fields empty;
  for (const auto& [name, value] : filled) empty[name] = Value();
  const auto done = apply({fields(card, empty)});
  ASSERT_TRUE(done[0]) << describe(done[0].error());
  const auto read = SimPort::read(card);
  for (const auto& [name, value] : filled) EXPECT_TRUE(read->fields.at(name).empty()) << name;
}

TEST_F(UserFields, are_found_by_either_spelling_of_their_name) {
  start(all_types);
  const auto card = ref("dynamic:1036", 77);
  const auto done = apply({fields(card, {{"UF_CRM_10_TEXT", Value("а")},
                                         {"ufCrm_10_DIGIT10", Value("б")},
                                         {"UF_CRM_10_DIGIT_10", Value("в")},
                                         {"ufCrm10_1747309727", Value("г")}})});
  ASSERT_TRUE(done[0]) << describe(done[0].error());
  const auto row = item(card).at("fields").as_object();
  EXPECT_EQ(row.at("ufCrm10Text"), "а");
  EXPECT_EQ(row.at("ufCrm_10_DIGIT10"), "б");
  EXPECT_EQ(row.at("ufCrm_10_DIGIT_10"), "в");
  EXPECT_EQ(row.at("ufCrm10_1747309727"), "г");
}

TEST_F(UserFields, are_read_whole_where_their_original_names_would_empty_the_rows) {
  start(std::string(all_types) + "quirks: { original_uf_names_select_bug: true }\n");
  const auto card = ref("dynamic:1036", 77);
  ASSERT_TRUE(apply({fields(card, {{"UF_CRM_10_TEXT", Value("а")}})})[0]);
  const auto seen = read(card);
  ASSERT_TRUE(seen) << describe(seen.error());
  EXPECT_EQ(seen->fields.at("ufCrm10Text"), Value("а"));
  EXPECT_FALSE(seen->title.empty());
}

TEST_F(UserFields, whose_variants_the_field_list_leaves_out_are_looked_up) {
  start(std::string(all_types) + "quirks: { no_field_options: true }\n");
  const auto card = ref("dynamic:1036", 77);
  const auto done = apply({fields(card, {{"ufCrm10Kind", Value("услуги")}})});
  ASSERT_TRUE(done[0]) << describe(done[0].error());
  EXPECT_EQ(SimPort::read(card)->fields.at("ufCrm10Kind"), Value("Услуги"));
  const auto unknown = apply({fields(card, {{"ufCrm10Kind", Value("Прочее")}})});
  ASSERT_FALSE(unknown[0]);
  EXPECT_NE(unknown[0].error().message.find("«Поставка»"), std::string::npos) << unknown[0].error().message;
}

TEST_F(UserFields, that_do_not_fit_are_told_before_anything_is_sent) {
  start(all_types);
  const auto card = ref("dynamic:1036", 77);
  run(adapter().read(context(), {card}));
  apply({fields(card, {{"ufCrm10Text", Value("а")}})});
  const auto before = requests();
  for (const auto& [name, value] :
       std::initializer_list<std::pair<const char*, Value>>{{"ufCrm10Count", Value("много")},
                                                            {"ufCrm10Day", Value("завтра")},
                                                            {"ufCrm10Flag", Value("может быть")},
                                                            {"ufCrm10Sum", Value("сто")},
                                                            {"ufCrm10Person", Value("Иванов")}}) {
    const auto done = apply({fields(card, {{name, value}})});
    ASSERT_FALSE(done[0]) << name;
    EXPECT_EQ(done[0].error().code, "crm.field_value") << name;
  }
  EXPECT_EQ(requests(), before);
}

}  // namespace
}  // namespace sedlink::bitrix24::testing
