// The service as such: authentication, status codes, bodies of errors, headers (directum.md A2, A5, A13).
#include <gmock/gmock.h>

#include "sedlink/core/text.hpp"
#include "stand.hpp"

namespace sedlink::sim_test {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class DirectumService : public Directum {};

TEST_F(DirectumService, without_credentials_several_schemes_are_offered) {
  net::Request asked = request("GET", "ICompanies");
  asked.headers.remove("Authorization");
  const Answer answer = send(std::move(asked));
  EXPECT_EQ(answer.status, 401);
  std::size_t schemes = 0;
  for (const auto& [name, value] : answer.headers.all())
    schemes += text::iequals_ascii(name, "WWW-Authenticate") ? 1 : 0;
  EXPECT_EQ(schemes, 3u);
}

TEST_F(DirectumService, the_header_pair_authenticates_too) {
  net::Request asked = request("GET", "ICurrencies?$filter=Id gt 0");
  asked.headers.remove("Authorization");
  asked.headers.set("Username", "connector");
  asked.headers.set("Password", "rx-secret");
  EXPECT_EQ(send(asked).status, 200);
  asked.headers.set("Password", "wrong");
  EXPECT_EQ(send(asked).status, 401);
}

TEST_F(DirectumService, a_token_lives_its_time_and_cannot_get_another_one) {
  begin("access: { token_lifetime: 1s }");
  net::Request asked = request("GET", "");
  asked.url = root().substr(0, root().find("/odata")) + "/token";
  const Answer issued = send(asked);
  ASSERT_EQ(issued.status, 200);
  EXPECT_EQ(std::count(issued.body.begin(), issued.body.end(), '.'), 2);
  asked.headers.set("Authorization", "Bearer " + issued.body);
  EXPECT_EQ(send(asked).status, 401);
  net::Request read = request("GET", "ICurrencies?$filter=Id gt 0");
  read.headers.set("Authorization", "Bearer " + issued.body);
  EXPECT_EQ(send(read).status, 200);
  EXPECT_TRUE(eventually([&] { return send(read).status == 401; }));
}

TEST_F(DirectumService, the_name_of_the_site_is_read_in_any_letter_case) {
  net::Request asked = request("GET", "ICurrencies?$filter=Id gt 0");
  asked.url = text::replace_all(asked.url, "/Integration/", "/integration/");
  EXPECT_EQ(send(asked).status, 200);
}

TEST_F(DirectumService, nothing_found_is_204_without_a_body) {
  const Answer list = get("ICompanies?$filter=TIN eq '0'");
  EXPECT_EQ(list.status, 204);
  EXPECT_TRUE(list.body.empty());
  EXPECT_EQ(get("ICompanies/$count?$filter=TIN eq '0'").status, 204);
}

TEST_F(DirectumService, a_count_is_text_behind_a_byte_order_mark) {
  const Answer count = get("ICompanies/$count?$filter=TIN eq '7736050003'");
  EXPECT_EQ(count.status, 200);
  EXPECT_EQ(count.body,
            "\xEF\xBB\xBF"
            "2");
  EXPECT_THAT(count.headers.get("Content-Type").value_or(""), StartsWith("text/plain"));
}

TEST_F(DirectumService, unknown_sets_ids_and_functions_are_404) {
  EXPECT_EQ(get("INothings").status, 404);
  EXPECT_EQ(get("IContracts(999999)").status, 404);
  EXPECT_EQ(post("Docflow/DoSomething", json::object()).status, 404);
  EXPECT_EQ(get("IIncomingDocuments").status, 404);
  EXPECT_EQ(get("IReviewTasks").status, 404);
}

TEST_F(DirectumService, an_action_without_one_of_its_parameters_is_404) {
  const std::int64_t document = contract();
  EXPECT_EQ(
      call("Docflow/CreateApprovalTask", {{"documentId", document}, {"text", ""}, {"addApproverIds", json::array()}})
          .status,
      404);
  EXPECT_EQ(call("Docflow/CompleteAssignment", {{"assignmentId", 1}}).status, 404);
}

TEST_F(DirectumService, null_instead_of_a_list_breaks_the_server) {
  const std::int64_t document = contract();
  const Answer answer =
      call("Docflow/CreateApprovalTask",
           {{"documentId", document}, {"text", ""}, {"signatoryId", nullptr}, {"addApproverIds", nullptr}});
  EXPECT_EQ(answer.status, 400);
}

TEST_F(DirectumService, the_three_bodies_of_errors) {
  begin("settings: { max_entities: 3 }");
  const Answer cap = get("IDocumentKinds?$top=1");
  EXPECT_EQ(cap.status, 400);
  EXPECT_EQ(cap.parsed.at("error").as_string(),
            "Превышено максимальное количество сущностей в запросе. Используйте фильтрацию.");
  const Answer business = call("Docflow/StartTask", {{"taskId", 5}});
  EXPECT_EQ(business.status, 400);
  EXPECT_EQ(business.parsed.at("error").at("message").as_string(), "Start task. Task with ID (5) not found.");
  const Answer value = post("ICompanies", {{"Name", "ООО Новое"}, {"Status", "Complete"}});
  EXPECT_EQ(value.status, 400);
  ASSERT_TRUE(value.parsed.is_string());
  EXPECT_EQ(value.parsed.get_string(), "Элемент перечисления \"Status\" со значением \"Complete\" недопустим");
}

TEST_F(DirectumService, a_wide_list_with_a_filter_and_top_is_fine) {
  begin("settings: { max_entities: 3 }");
  EXPECT_EQ(get("IDocumentKinds?$filter=Id gt 0&$top=3").rows().size(), 3u);
  EXPECT_EQ(get("IDocumentKinds?$filter=Id gt 0").status, 400);
}

TEST_F(DirectumService, top_and_skip_do_nothing_without_a_filter) {
  EXPECT_EQ(get("ICurrencies?$top=1").rows().size(), 4u);
  EXPECT_EQ(get("ICurrencies?$filter=Id gt 0&$top=1&$skip=1").rows().size(), 1u);
}

TEST_F(DirectumService, a_count_without_rows_is_no_empty_list) {
  const Answer counted = get("ICurrencies?$filter=Id gt 0&$top=0&$count=true");
  EXPECT_EQ(counted.status, 200);
  EXPECT_EQ(counted.number("@odata.count"), 4);
  EXPECT_EQ(get("ICurrencies?$filter=Id gt 9000&$count=true").status, 204);
}

TEST_F(DirectumService, writes_without_accept_or_content_type_are_refused) {
  net::Request made = request("POST", "ICompanies");
  made.body = "{\"Name\":\"ООО Новое\"}";
  EXPECT_EQ(send(made).status, 400);
  made.headers.set("Content-Type", "application/json");
  EXPECT_EQ(send(made).status, 201);
  made.headers.set("Accept", "*/*");
  EXPECT_EQ(send(made).status, 400);
}

TEST_F(DirectumService, the_return_header_says_whether_a_body_comes) {
  const Answer made = post("ICompanies", {{"Name", "ООО Новое"}, {"Status", "Active"}});
  ASSERT_EQ(made.status, 201);
  const std::string path = "ICompanies(" + std::to_string(made.number("Id")) + ")";
  EXPECT_EQ(post("ICompanies", {{"Name", "ООО Тихое"}}, {{"Return", "minimal"}}).body, "");
  EXPECT_EQ(patch(path, {{"Note", "а"}}).status, 204);
  const Answer full = patch(path, {{"Note", "б"}}, {{"Return", "representation"}});
  EXPECT_EQ(full.status, 200);
  EXPECT_EQ(full.text("Note"), "б");
  EXPECT_EQ(patch(path + "?$expand=Responsible", {{"Note", "в"}}).status, 200);
}

TEST_F(DirectumService, a_start_line_over_2048_characters_is_refused) {
  std::string filter = "Id eq 1";
  for (int i = 0; i < 200; ++i) filter += " or Id eq " + std::to_string(i);
  EXPECT_EQ(get("ICompanies?$filter=" + filter).status, 414);
}

TEST_F(DirectumService, metadata_lists_what_the_edition_has) {
  const Answer metadata = get("$metadata");
  EXPECT_EQ(metadata.status, 200);
  EXPECT_THAT(metadata.body, HasSubstr("<EntitySet Name=\"IContracts\" "));
  EXPECT_THAT(metadata.body, HasSubstr("<EntitySet Name=\"IApprovalTaskAddApproverss\" "));
  EXPECT_THAT(metadata.body, HasSubstr("<Action Name=\"CreateDocumentFlowTask\""));
  EXPECT_THAT(metadata.body, HasSubstr("<Property Name=\"Id\" Type=\"Edm.Int64\" Nullable=\"false\"/>"));
  EXPECT_THAT(metadata.body, HasSubstr("<Property Name=\"ExternalId\""));
}

TEST_F(DirectumService, edition_4_4_has_short_ids_and_no_process_variants) {
  edition = "4.4";
  const Answer metadata = get("$metadata");
  EXPECT_THAT(metadata.body, HasSubstr("<Property Name=\"Id\" Type=\"Edm.Int32\" Nullable=\"false\"/>"));
  EXPECT_THAT(metadata.body, ::testing::Not(HasSubstr("CreateDocumentFlowTask")));
  EXPECT_THAT(metadata.body, HasSubstr("<Action Name=\"CreateApprovalTask\""));
  EXPECT_EQ(call("DocflowApproval/CreateDocumentFlowTask", json::object()).status, 404);
  EXPECT_EQ(get("Parties/GetCompanyIds(tin='7717586110',trrc='',name='')").status, 404);
  EXPECT_EQ(get("IContracts?$filter=ExternalId eq 'x'").status, 400);
}

TEST_F(DirectumService, functions_answer_with_value_and_want_their_parentheses) {
  const Answer ids = get("Parties/GetCompanyIds(tin='7736050003',trrc='',name='')");
  EXPECT_EQ(ids.status, 200);
  EXPECT_EQ(ids.rows().size(), 2u);
  EXPECT_EQ(get("Company/IsCurrentUserAdmin()").parsed.at("value").as_bool(), false);
  EXPECT_EQ(get("Company/IsCurrentUserAdmin").status, 404);
  EXPECT_EQ(get("Parties/GetCompanyIds(tin='7736050003')").status, 404);
}

TEST_F(DirectumService, batches_are_not_imitated) { EXPECT_EQ(post("$batch", json::object()).status, 501); }

TEST_F(DirectumService, faults_hit_by_function_and_are_told_in_the_state) {
  begin();
  control("POST", "/_sim/fault",
          {{"match", json::object{{"type", "Docflow/StartTask"}}}, {"do", "status"}, {"status", 503}, {"next", 1}});
  EXPECT_EQ(call("Docflow/StartTask", {{"taskId", 5}}).status, 503);
  EXPECT_EQ(call("Docflow/StartTask", {{"taskId", 5}}).status, 400);
  EXPECT_EQ(state().at("calls").at("POST Docflow/StartTask").as_int64(), 1);
}

TEST_F(DirectumService, an_answer_that_is_lost_was_executed) {
  const std::int64_t document = contract();
  const std::int64_t task = draft_by_rule(document);
  control("POST", "/_sim/fault",
          {{"match", json::object{{"type", "Docflow/StartTask"}}}, {"do", "lose_answer"}, {"next", 1}});
  EXPECT_EQ(call("Docflow/StartTask", {{"taskId", task}}).status, 0);
  EXPECT_EQ(get("ITasks(" + std::to_string(task) + ")").text("Status"), "InProcess");
  EXPECT_EQ(call("Docflow/StartTask", {{"taskId", task}}).status, 400);
}

}  // namespace
}  // namespace sedlink::sim_test
