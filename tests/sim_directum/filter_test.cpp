// $filter and paths without any HTTP: what is understood, what is refused (directum.md A4).
#include "filter.hpp"

#include <gmock/gmock.h>

#include "model.hpp"
#include "query.hpp"

namespace sedlink::sim::directum {
namespace {

class DirectumFilter : public ::testing::Test {
 protected:
  DirectumFilter() : model_(*find_edition("4.11")), store_(model_) {}

  Entity& company(const std::string& name, const std::string& tin) {
    Entity& made = store_.create(model_.at("Company"));
    made.set("Name", name);
    made.set("TIN", tin);
    made.set("Status", std::string("Active"));
    return made;
  }
  bool holds(const std::string& filter, const Entity& entity, const FilterOptions& options = {}) {
    const Expression parsed = parse_filter(filter, *entity.type, options);
    return Evaluator(store_, options).matches(parsed, entity);
  }
  std::string refusal(const std::string& filter, std::string_view type = "Company", const FilterOptions& options = {}) {
    try {
      (void)parse_filter(filter, model_.at(type), options);
    } catch (const Refusal& refused) {
      EXPECT_EQ(refused.status, 400);
      return refused.what();
    }
    return "accepted";
  }

  Model model_;
  Store store_;
};

TEST_F(DirectumFilter, and_binds_tighter_than_or_and_not_tighter_than_both) {
  const Entity& one = company("А", "1");
  EXPECT_TRUE(holds("Name eq 'А' or Name eq 'Б' and TIN eq '2'", one));
  EXPECT_FALSE(holds("(Name eq 'А' or Name eq 'Б') and TIN eq '2'", one));
  EXPECT_TRUE(holds("not (TIN eq '2') and Name eq 'А'", one));
  EXPECT_FALSE(holds("not (TIN eq '2' or Name eq 'А')", one));
}

TEST_F(DirectumFilter, quotes_are_doubled_and_text_functions_nest) {
  const Entity& one = company("ООО 'Ромашка'", "1");
  EXPECT_TRUE(holds("Name eq 'ООО ''Ромашка'''", one));
  EXPECT_TRUE(holds("contains(tolower(Name), 'ромашка')", one));
  EXPECT_FALSE(holds("contains(Name, 'ромашка')", one));
  EXPECT_TRUE(holds("startswith(Name,'ООО') and endswith(Name,'''')", one));
  FilterOptions loose;
  loose.contains_ignores_case = true;
  EXPECT_TRUE(holds("contains(Name, 'ромашка')", one, loose));
}

TEST_F(DirectumFilter, names_are_read_in_any_letter_case) {
  const Entity& one = company("А", "1");
  EXPECT_TRUE(holds("tin eq '1' and STATUS eq 'Active'", one));
}

TEST_F(DirectumFilter, null_equals_null_only_and_orders_nothing) {
  const Entity& one = company("А", "1");
  EXPECT_TRUE(holds("TRRC eq null", one));
  EXPECT_FALSE(holds("TRRC ne null", one));
  EXPECT_FALSE(holds("TRRC gt 'а' or TRRC le 'а'", one));
  EXPECT_FALSE(holds("Responsible/Name eq 'х'", one));
  EXPECT_TRUE(holds("Responsible eq null", one));
}

TEST_F(DirectumFilter, dates_compare_as_instants_whatever_their_offset) {
  Entity& document = store_.create(model_.at("SimpleDocument"));
  document.set("Modified", parse_iso8601("2026-09-01T00:00:00+03:00").value());
  EXPECT_TRUE(holds("Modified eq 2026-08-31T21:00:00Z", document));
  EXPECT_TRUE(holds("Modified ge 2026-09-01T00:00:00+03:00", document));
  EXPECT_FALSE(holds("Modified gt 2026-08-31T21:00:00Z", document));
  EXPECT_NE(refusal("Modified ge '2026-09-01T00:00:00Z'", "SimpleDocument"), "accepted");
  EXPECT_NE(refusal("Modified ge 2026-09-01T00:00:00 03:00", "SimpleDocument"), "accepted")
      << "a plus that was not encoded";
}

TEST_F(DirectumFilter, any_looks_into_rows_and_their_links) {
  Entity& task = store_.create(model_.at("ApprovalTask"));
  Entity& row = store_.add_row(task, task.type->at("AttachmentDetails"));
  row.set("AttachmentId", std::int64_t{300});
  row.set("GroupId", std::string("08e1ef90-521f-41a1-a13f-c6f175007e54"));
  EXPECT_TRUE(holds("AttachmentDetails/any(a: a/AttachmentId eq 300)", task));
  EXPECT_FALSE(holds("AttachmentDetails/any(a: a/AttachmentId eq 301)", task));
  EXPECT_TRUE(holds(
      "AttachmentDetails/any(a: a/AttachmentId eq 300 and a/GroupId eq 08E1EF90-521f-41a1-a13f-c6f175007e54)", task));
  EXPECT_FALSE(holds("AttachmentDetails/any(a: a/GroupId eq 852b3e7d-f178-47d3-8fad-a64021065cfd)", task));
  EXPECT_TRUE(holds("AttachmentDetails/any()", task));
  EXPECT_FALSE(holds("Observers/any()", task));
}

TEST_F(DirectumFilter, what_the_service_does_not_know_is_refused) {
  for (const char* filter : {"",
                             "Name",
                             "Name eq",
                             "Name eq 'А",
                             "Name eq 'А')",
                             "(Name eq 'А'",
                             "Name eq \"А\"",
                             "Nothing eq 1",
                             "Name eq 5",
                             "Id eq '5'",
                             "Name == 'А'",
                             "Name eq 'А' and",
                             "not Name",
                             "Name and TIN",
                             "Id in (1,2)",
                             "Id add 1 eq 2",
                             "Status has 'Active'",
                             "length(Name) eq 1",
                             "contains(Name)",
                             "contains(Name,'а','б')",
                             "contains(Id,'1')",
                             "ExchangeBoxes eq null",
                             "ExchangeBoxes/Id eq 1",
                             "ExchangeBoxes/all(x: x/Id eq 1)",
                             "ExchangeBoxes/any(x: x/Nothing eq 1)",
                             "Name/Id eq 1",
                             "Responsible gt null",
                             "Id eq 5L",
                             "Id eq 1 xor Id eq 2",
                             "true eq 'true'"}) {
    EXPECT_NE(refusal(filter), "accepted") << filter;
  }
  FilterOptions with_in;
  with_in.in_operator = true;
  EXPECT_EQ(refusal("Id in (1,2)", "Company", with_in), "accepted");
}

TEST_F(DirectumFilter, a_property_below_the_base_is_unknown_to_it) {
  EXPECT_NE(refusal("DocumentKind/Id eq 1", "ElectronicDocument"), "accepted");
  EXPECT_EQ(refusal("DocumentKind/Id eq 1", "OfficialDocument"), "accepted");
}

TEST_F(DirectumFilter, nesting_has_an_end) {
  std::string deep;
  for (int i = 0; i < 5000; ++i) deep += "(";
  EXPECT_NE(refusal(deep), "accepted");
  std::string chain = "Id eq 1";
  for (int i = 0; i < 150; ++i) chain += " or Id eq " + std::to_string(i);
  EXPECT_EQ(refusal(chain), "accepted");
}

TEST_F(DirectumFilter, ids_in_a_filter_are_found_without_a_scan) {
  const Type& type = model_.at("Company");
  const auto ids = [&](const std::string& filter) { return candidates(parse_filter(filter, type, {}), type, store_); };
  EXPECT_EQ(ids("Id eq 3 or (Id eq 1 and Name eq 'А')"), (std::vector<Id>{1, 3}));
  EXPECT_EQ(ids("Status eq 'Active' and Id eq 7"), std::vector<Id>{7});
  EXPECT_FALSE(ids("Id eq 3 or Name eq 'А'").has_value());
  EXPECT_FALSE(ids("Id gt 0").has_value());
}

TEST(DirectumPath, slashes_within_parentheses_do_not_divide) {
  const auto path = parse_path_segments("/Parties/GetCompanyIds(tin='7/1',name='%D0%90')");
  ASSERT_EQ(path.size(), 2u);
  EXPECT_EQ(path[1].name, "GetCompanyIds");
  EXPECT_EQ(path[1].key, "tin='7/1',name='А'");
  EXPECT_THROW((void)parse_path_segments("/IContracts(1"), Refusal);
  EXPECT_THROW((void)parse_path_segments("/IContracts(1)x"), Refusal);
}

TEST(DirectumPath, a_key_is_a_whole_number) {
  EXPECT_EQ(parse_key("12"), 12);
  EXPECT_EQ(parse_key("-1"), -1);
  for (const char* key : {"", "12L", "'12'", "1.5", " 1", "99999999999999999999"})
    EXPECT_FALSE(parse_key(key).has_value()) << key;
}

TEST(DirectumPath, nested_options_of_expand_are_parted_by_semicolons) {
  const Model model(*find_edition("4.11"));
  const auto parse = [&](const std::string& expand) {
    return parse_query({{"$expand", expand}}, model.at("ElectronicDocument"), {});
  };
  const Query query = parse("Versions($select=Id,Number;$expand=AssociatedApplication($select=Name,Extension)),Author");
  ASSERT_EQ(query.expand.size(), 2u);
  EXPECT_EQ(query.expand[0].options[0].select.size(), 2u);
  EXPECT_EQ(query.expand[0].options[0].expand[0].options[0].select.size(), 2u);
  EXPECT_THROW((void)parse("Versions($select=Id,$expand=AssociatedApplication)"), Refusal);
  EXPECT_THROW((void)parse("DocumentKind"), Refusal);
  EXPECT_THROW((void)parse("Name"), Refusal);
  EXPECT_THROW((void)parse("Versions($search=x)"), Refusal);
}

TEST(DirectumModel, every_edition_holds_together) {
  for (const char* edition : {"4.4", "4.7", "4.11"}) {
    const Model model(*find_edition(edition));
    EXPECT_GT(model.types().size(), 400u);
    EXPECT_NE(model.set("IApprovalReworkAssignments"), nullptr);
    EXPECT_EQ(model.at("Contract").find("LifeCycleState")->values.size(), 5u);
  }
  EXPECT_EQ(find_edition("5.0"), nullptr);
  EXPECT_TRUE(Model(*find_edition("4.11")).at("Contract").at("Subject").required);
}

}  // namespace
}  // namespace sedlink::sim::directum
