#include "sedlink/mapping/template.hpp"

#include <gtest/gtest.h>

#include "sedlink/config/yaml.hpp"

namespace sedlink::mapping {
namespace {

using namespace std::chrono_literals;

Template parse(const std::string& text) {
  std::vector<config::Finding> findings;
  Template out = Template::parse(text, {{1, 1}, {1, 1}}, "t", findings);
  EXPECT_TRUE(findings.empty()) << findings.front().message;
  return out;
}

Scope scope_of(Fields values) {
  return [values = std::move(values)](std::string_view path) -> std::optional<Value> {
    const auto it = values.find(path);
    return it == values.end() ? std::nullopt : std::optional(it->second);
  };
}

std::string render(const std::string& text, Fields values, const TimeZone* zone = nullptr) {
  return parse(text).render(scope_of(std::move(values)), zone).value.to_text();
}

const Time noon = Time(std::chrono::sys_days(std::chrono::year{2026} / 5 / 14)) + 12h;

TEST(Template, text_around_expressions_is_kept) {
  EXPECT_EQ(render("Договор {{ item.title }} на {{item.sum}}.", {{"item.title", "Поставка"}, {"item.sum", 5}}),
            "Договор Поставка на 5.");
}

TEST(Template, single_expression_keeps_the_type_of_its_value) {
  const Value money = Money{"150000.00", "RUB"};
  EXPECT_EQ(parse("{{ item.opportunity }}").render(scope_of({{"item.opportunity", money}})).value, money);
  EXPECT_EQ(parse("{{ process.due }}").render(scope_of({{"process.due", noon}})).value, Value(noon));
  EXPECT_EQ(parse("{{ item.x | default: 'нет' }}").render(scope_of({{"item.x", 7}})).value, Value(7));
}

TEST(Template, text_beside_an_expression_makes_it_text) {
  EXPECT_EQ(parse(" {{ item.x }}").render(scope_of({{"item.x", 7}})).value, Value(" 7"));
}

TEST(Template, absent_card_value_is_missing_by_its_path) {
  const auto rendered = parse("{{ company.requisite.inn }}/{{ item.title }}").render(scope_of({{"item.title", ""}}));
  ASSERT_EQ(rendered.missing.size(), 2u);
  EXPECT_EQ(rendered.missing[0].path, "company.requisite.inn");
  EXPECT_EQ(rendered.missing[1].path, "item.title");
}

TEST(Template, default_stands_in_for_an_absent_value) {
  const auto rendered = parse("{{ item.reason | default: 'Отозвано в CRM' }}").render(scope_of({}));
  EXPECT_EQ(rendered.value, Value("Отозвано в CRM"));
  EXPECT_TRUE(rendered.missing.empty());
  EXPECT_TRUE(parse("{{ item.reason | default: '' }}").render(scope_of({})).missing.empty());
}

TEST(Template, absent_process_value_renders_empty_and_is_not_missing) {
  const auto rendered = parse("{{ process.due }}").render(scope_of({}));
  EXPECT_EQ(rendered.value, Value());
  EXPECT_TRUE(rendered.missing.empty());
  EXPECT_EQ(render("Срок: {{ process.due | date: 'dd.MM.yyyy' }}", {}), "Срок: ");
}

TEST(Template, time_inside_a_text_is_local_when_a_zone_is_given) {
  const auto zone = TimeZone::find("Europe/Moscow");
  ASSERT_TRUE(zone);
  EXPECT_EQ(render("до {{ process.due }}", {{"process.due", noon}}, &*zone), "до 14.05.2026 15:00");
  EXPECT_EQ(render("до {{ process.due }}", {{"process.due", noon}}), "до 2026-05-14T12:00:00Z");
}

TEST(Filters, date_writes_the_parts_asked_for) {
  const auto zone = TimeZone::find("Europe/Moscow");
  ASSERT_TRUE(zone);
  EXPECT_EQ(render("{{ process.ended | date: 'dd.MM.yyyy HH:mm' }}", {{"process.ended", noon}}, &*zone),
            "14.05.2026 15:00");
  EXPECT_EQ(render("{{ item.d | date: 'yy/MM/dd' }}", {{"item.d", "2026-05-14"}}), "26/05/14");
  EXPECT_EQ(render("{{ item.d | date: 'dd.MM.yyyy' }}", {{"item.d", "2026-05-14T23:30:00+03:00"}}, &*zone),
            "14.05.2026");
  EXPECT_EQ(render("{{ process.due | date: 'dd.MM.yyyy' }}", {{"process.due", DueText{"до конца недели"}}}),
            "до конца недели");
}

TEST(Filters, money_groups_digits_and_shows_kopecks) {
  EXPECT_EQ(render("{{ item.s | money }}", {{"item.s", Money{"1500000.5", "RUB"}}}), "1\u00A0500\u00A0000,50");
  EXPECT_EQ(render("{{ item.s | money }}", {{"item.s", "999"}}), "999,00");
  EXPECT_EQ(render("{{ item.s | money }}", {{"item.s", "-1000.00|RUB"}}), "-1\u00A0000,00");
  EXPECT_EQ(render("{{ item.s | money }}", {{"item.s", "много"}}), "много");
}

TEST(Filters, case_changes_in_cyrillic_and_latin) {
  EXPECT_EQ(render("{{ item.t | upper }}", {{"item.t", "ёлка, Ärger abc"}}), "ЁЛКА, ÄRGER ABC");
  EXPECT_EQ(render("{{ item.t | lower }}", {{"item.t", "ЁЛКА ABC №5"}}), "ёлка abc №5");
}

TEST(Filters, lists_are_joined_and_picked_from) {
  const Value list = Value::List{"Иванов", "Петров", "Сидоров"};
  EXPECT_EQ(render("{{ process.holders }}", {{"process.holders", list}}), "Иванов, Петров, Сидоров");
  EXPECT_EQ(render("{{ process.holders | join: ' / ' }}", {{"process.holders", list}}), "Иванов / Петров / Сидоров");
  EXPECT_EQ(render("{{ process.holders | first }}", {{"process.holders", list}}), "Иванов");
  EXPECT_EQ(render("{{ process.holders | last | upper }}", {{"process.holders", list}}), "СИДОРОВ");
}

TEST(Filters, truncate_counts_letters_not_bytes) {
  EXPECT_EQ(render("{{ item.t | truncate: 5 }}", {{"item.t", "Согласование"}}), "Согл…");
  EXPECT_EQ(render("{{ item.t | truncate: 50 }}", {{"item.t", "Согласование"}}), "Согласование");
  EXPECT_EQ(render("{{ item.t | trim }}!", {{"item.t", "  а "}}), "а!");
}

TEST(Template, braces_inside_a_quoted_argument_do_not_close) {
  EXPECT_EQ(render("{{ item.x | default: 'a }} b' }}", {}), "a }} b");
}

config::Range place_of_mistake(const std::string& yaml) {
  std::vector<config::Finding> findings;
  const auto root = config::parse_yaml(yaml, "t", findings);
  EXPECT_TRUE(root.has_value());
  if (!root) return {};
  (void)Template::parse(root->entries.front().second, "t", findings);
  EXPECT_EQ(findings.size(), 1u);
  return findings.empty() ? config::Range{} : findings.front().range;
}

TEST(TemplatePlaces, are_exact_in_every_style_of_scalar) {
  using config::Range;
  EXPECT_EQ(place_of_mistake("ключ: Яя {{ itme.x }}"), (Range{{1, 13}, {1, 17}}));
  EXPECT_EQ(place_of_mistake("ключ: \"Яя {{ itme.x }}\""), (Range{{1, 14}, {1, 18}}));
  EXPECT_EQ(place_of_mistake("ключ: \"\\u042F\\\"я {{ itme.x }}\""), (Range{{1, 21}, {1, 25}}));
  EXPECT_EQ(place_of_mistake("ключ: 'я '' {{ itme.x }}'"), (Range{{1, 16}, {1, 20}}));
  EXPECT_EQ(place_of_mistake("ключ: |\n  Первая\n  Яя {{ itme.x }}\n"), (Range{{3, 9}, {3, 13}}));
  EXPECT_EQ(place_of_mistake("ключ: >\n  Первая\n  Яя {{ itme.x }}\n"), (Range{{3, 9}, {3, 13}}));
  EXPECT_EQ(place_of_mistake("ключ: \"Первая\n  Яя {{ itme.x }}\"\n"), (Range{{2, 9}, {2, 13}}));
}

TEST(Folder, only_the_mappings_own_slashes_separate) {
  const FolderTemplate folder(parse("Контрагенты/{{ company.title }}/Договоры {{ item.id }}"));
  const auto rendered = folder.render(scope_of({{"company.title", " ООО \"Рога/Копыта\" "}, {"item.id", 7}}));
  EXPECT_EQ(rendered.segments, (std::vector<std::string>{"Контрагенты", "ООО _Рога_Копыта_", "Договоры 7"}));
  EXPECT_EQ(rendered.company_segment, 1);
  EXPECT_TRUE(rendered.missing.empty());
}

TEST(Folder, cannot_climb_out_of_its_place) {
  const FolderTemplate folder(parse("А/{{ item.x }}"));
  const auto rendered = folder.render(scope_of({{"item.x", "../../etc"}}));
  for (const std::string& segment : rendered.segments) {
    EXPECT_EQ(segment.find('/'), std::string::npos);
    EXPECT_NE(segment, "..");
  }
}

TEST(Folder, absent_company_is_missing) {
  const auto rendered = FolderTemplate(parse("А/{{ company.title }}")).render(scope_of({}));
  ASSERT_EQ(rendered.missing.size(), 1u);
  EXPECT_EQ(rendered.missing.front().path, "company.title");
  EXPECT_EQ(rendered.company_segment, -1);
}

}  // namespace
}  // namespace sedlink::mapping
