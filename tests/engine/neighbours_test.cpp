#include "neighbours.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "sedlink/mapping/compile.hpp"

namespace sedlink::engine {
namespace {

mapping::MappingPtr contracts(const std::string& replace = "", const std::string& by = "") {
  const std::string path = std::string(SEDLINK_SOURCE_DIR) + "/mapping/examples/contracts.yaml";
  std::ifstream in(path);
  std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  while (!replace.empty() && text.find(replace) != std::string::npos)
    text.replace(text.find(replace), replace.size(), by);
  return mapping::compile(text, path, mapping::LintWorld()).mapping;
}

Item card(const std::string& stage, const std::string& company = "5") {
  Item item;
  item.ref = ItemRef{"portal", "dynamic:1036", "77"};
  item.stage = stage;
  item.category = "10";
  item.company_id = company;
  item.company = {{"id", Value(company)}};
  item.contact = {{"id", Value("3")}};
  return item;
}

class Neighbouring : public ::testing::Test {
 protected:
  Neighbouring() : catalog_({contracts()}, [](const std::string&) { return mapping::MappingPtr(); }) {}
  KnownRuns one_run(bool waiting, const std::string& company) {
    KnownRuns::Run run;
    run.waiting = waiting;
    run.company_id = company;
    run.company = {{"id", Value(company)}, {"title", Value("ООО Ромашка")}, {"requisite.inn", Value("7717586110")}};
    run.contact = {{"id", Value("3")}, {"name", Value("Белова Ольга")}};
    run.wanted = neighbours_of(*contracts());
    KnownRuns known;
    known.runs[card("").ref].push_back(run);
    return known;
  }
  Catalog catalog_;
};

TEST_F(Neighbouring, are_those_the_templates_name) {
  const auto found = neighbours_of(*contracts());
  EXPECT_TRUE(found.company);
  EXPECT_TRUE(found.requisite);
  EXPECT_FALSE(found.contact);
  const auto none = neighbours_of(*contracts("{{ process.stage }}", "{{ contact.name | default: '' }}"));
  EXPECT_TRUE(none.contact);
}

TEST_F(Neighbouring, of_a_card_that_concerns_nobody_are_not_read) {
  const auto wanted = wanted_of(catalog_, KnownRuns(), card("DT1036_10:CLIENT"), false);
  EXPECT_FALSE(wanted.company || wanted.requisite || wanted.contact);
}

TEST_F(Neighbouring, are_read_where_a_run_may_begin) {
  EXPECT_TRUE(wanted_of(catalog_, KnownRuns(), card("DT1036_10:PREPARATION"), false).requisite);
  EXPECT_TRUE(wanted_of(catalog_, KnownRuns(), card("DT1036_10:CLIENT"), true).requisite) << "launched by command";
  Item elsewhere = card("DT1036_10:PREPARATION");
  elsewhere.category = "12";
  EXPECT_FALSE(wanted_of(catalog_, KnownRuns(), elsewhere, false).requisite);
}

TEST_F(Neighbouring, of_a_run_that_goes_on_are_kept_and_of_a_waiting_one_read_again) {
  Item item = card("DT1036_10:APPROVAL");
  EXPECT_FALSE(wanted_of(catalog_, one_run(false, "5"), item, false).company);
  EXPECT_TRUE(wanted_of(catalog_, one_run(true, "5"), item, false).company);
  keep_known(one_run(false, "5"), item);
  EXPECT_EQ(item.company.at("title"), Value("ООО Ромашка"));
  EXPECT_EQ(item.contact.at("name"), Value("Белова Ольга"));
}

TEST_F(Neighbouring, are_read_again_when_the_card_got_another_company) {
  Item item = card("DT1036_10:APPROVAL", "6");
  EXPECT_TRUE(wanted_of(catalog_, one_run(false, "5"), item, false).company);
  keep_known(one_run(false, "5"), item);
  EXPECT_FALSE(item.company.contains("title")) << "not the other company's";
}

}  // namespace
}  // namespace sedlink::engine
