// Reading and writing entities, documents and their bodies (directum.md A4, A7).
#include <gmock/gmock.h>

#include <boost/json/serialize.hpp>
#include <fstream>

#include "sedlink/core/text.hpp"
#include "stand.hpp"

namespace sedlink::sim_test {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

class DirectumEntity : public Directum {
 protected:
  std::string path(std::int64_t id, const std::string& set = "IContracts") {
    return set + "(" + std::to_string(id) + ")";
  }
};

TEST_F(DirectumEntity, links_and_rows_come_with_expand_only) {
  const std::int64_t id = contract();
  const Answer plain = get(path(id));
  EXPECT_FALSE(plain.parsed.as_object().contains("Counterparty"));
  EXPECT_FALSE(plain.parsed.as_object().contains("Versions"));
  const Answer full = get(path(id) + "?$expand=Counterparty($select=Id,Name),Versions,DocumentKind");
  EXPECT_EQ(full.parsed.at("Counterparty").at("Name").as_string(), "ООО Ромашка");
  EXPECT_TRUE(full.parsed.at("Versions").as_array().empty());
  EXPECT_EQ(full.parsed.at("DocumentKind").at("Name").as_string(), "Договор");
}

TEST_F(DirectumEntity, one_document_is_read_through_every_base_set) {
  const std::int64_t id = contract();
  EXPECT_FALSE(get(path(id)).parsed.as_object().contains("@odata.type"));
  for (const char* set : {"IOfficialDocuments", "IElectronicDocuments", "IContractualDocuments"}) {
    const Answer read = get(path(id, set));
    EXPECT_EQ(read.status, 200) << set;
    EXPECT_EQ(read.text("@odata.type"), "#Sungero.IntegrationService.Models.Generated.Contracts.IContractDto");
  }
  EXPECT_EQ(get(path(id, "IWaybills")).status, 404);
  EXPECT_FALSE(get(path(id, "IElectronicDocuments")).parsed.as_object().contains("RegistrationState"));
  EXPECT_EQ(get(path(id, "IElectronicDocuments") + "?$expand=DocumentKind").status, 400);
}

TEST_F(DirectumEntity, unknown_properties_are_refused_wherever_they_stand) {
  EXPECT_EQ(get("IContracts?$select=Nothing&$filter=Id gt 0").status, 400);
  EXPECT_EQ(get("IContracts?$expand=Nothing&$filter=Id gt 0").status, 400);
  EXPECT_EQ(get("IContracts?$filter=Nothing eq 1").status, 400);
  EXPECT_EQ(get("IContracts?$search=x").status, 400);
  EXPECT_EQ(get("IContracts?$apply=aggregate($count as N)").status, 400);
  EXPECT_EQ(post("ICompanies", {{"Name", "А"}, {"Nothing", 1}}).status, 400);
}

TEST_F(DirectumEntity, ids_are_numbers_and_must_lead_somewhere) {
  json::object body = contract_body();
  body["Counterparty"] = json::object{{"Id", "301"}};
  EXPECT_EQ(post("IContracts", body).status, 400);
  body["Counterparty"] = json::object{{"Id", 99999}};
  EXPECT_EQ(post("IContracts", body).status, 400);
  body["Counterparty"] = 301;
  EXPECT_EQ(post("IContracts", body).status, 400);
}

TEST_F(DirectumEntity, a_link_is_bound_by_url_too) {
  json::object body = contract_body();
  body.erase("Counterparty");
  body["Counterparty@odata.bind"] =
      root() + "ICounterparties(" + std::to_string(id_of("ICompanies", "АО Северный ветер")) + ")";
  const Answer made = post("IContracts?$expand=Counterparty", body);
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(made.parsed.at("Counterparty").at("Name").as_string(), "АО Северный ветер");
}

TEST_F(DirectumEntity, required_properties_are_enforced_unless_switched_off) {
  json::object body = contract_body();
  body.erase("Counterparty");
  const Answer refused = post("IContracts", body);
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.message(), HasSubstr("Counterparty"));
  EXPECT_EQ(get("IContracts?$filter=Id gt 0").status, 204) << "a refused document is not there";
}

TEST_F(DirectumEntity, without_enforcement_a_letter_needs_a_name_only) {
  begin("settings: { required: off }");
  EXPECT_EQ(post("IIncomingLetters", {{"Name", "Письмо"}}).status, 201);
}

TEST_F(DirectumEntity, creation_fills_the_card_from_the_employee_and_the_kind) {
  const Answer card = get(path(contract("Аренда")) + "?$expand=BusinessUnit,Department,DocumentKind,Author");
  EXPECT_EQ(card.parsed.at("BusinessUnit").at("Name").as_string(), "ООО Вектор");
  EXPECT_EQ(card.parsed.at("Department").at("Name").as_string(), "Отдел автоматизации");
  EXPECT_EQ(card.text("RegistrationState"), "NotRegistered");
  EXPECT_EQ(card.text("LifeCycleState"), "Draft");
  EXPECT_EQ(card.text("Name"), "Договор с ООО Ромашка \"Аренда\"") << "the posted name is lost";
}

TEST_F(DirectumEntity, a_posted_life_cycle_is_lost_and_a_patched_one_stays) {
  json::object body = contract_body();
  body["LifeCycleState"] = "Active";
  const Answer made = post("IContracts", body);
  EXPECT_EQ(made.text("LifeCycleState"), "Draft");
  EXPECT_EQ(patch(path(made.number("Id")), {{"LifeCycleState", "Active"}}).status, 204);
  EXPECT_EQ(get(path(made.number("Id"))).text("LifeCycleState"), "Active");
}

TEST_F(DirectumEntity, times_carry_the_offset_of_the_installation) {
  begin("settings: { time_zone: Asia/Yekaterinburg }");
  json::object body = contract_body();
  body["ValidFrom"] = "2026-09-01";
  body["ValidTill"] = "2026-12-31T00:00:00Z";
  const Answer made = post("IContracts", body);
  EXPECT_EQ(made.text("ValidFrom"), "2026-09-01T00:00:00+05:00");
  EXPECT_EQ(made.text("ValidTill"), "2026-12-31T05:00:00+05:00");
  EXPECT_EQ(get("IContracts?$filter=ValidFrom eq 2026-08-31T19:00:00Z").rows().size(), 1u);
  EXPECT_EQ(get("IContracts?$filter=ValidFrom eq 2026-09-01T00:00:00%2B05:00").rows().size(), 1u);
}

TEST_F(DirectumEntity, lists_are_filtered_ordered_paged_and_counted) {
  for (const char* subject : {"Б", "А", "В"}) contract(subject);
  const Answer list =
      get("IContracts?$filter=Id gt 0 and Counterparty/Name eq 'ООО Ромашка'&$orderby=Subject "
          "desc&$top=2&$count=true&$select=Subject");
  EXPECT_EQ(list.parsed.at("@odata.count").as_int64(), 3);
  ASSERT_EQ(list.rows().size(), 2u);
  EXPECT_EQ(list.rows()[0].at("Subject").as_string(), "В");
  EXPECT_EQ(list.rows()[1].at("Subject").as_string(), "Б");
  EXPECT_EQ(list.rows()[0].as_object().size(), 1u);
}

TEST_F(DirectumEntity, a_body_goes_up_as_bytes_and_as_base64_and_down_as_both) {
  const std::int64_t id = contract();
  const std::int64_t first = version(id, "%PDF-1.4 раз");
  const std::string body = path(id) + "/Versions(" + std::to_string(first) + ")/Body";
  const Answer raw = get(body + "/$value");
  EXPECT_EQ(raw.body, "%PDF-1.4 раз");
  EXPECT_EQ(raw.headers.get("Content-Type").value_or(""), "application/octet-stream");
  EXPECT_EQ(get(body).text("Value"), text::base64_encode("%PDF-1.4 раз"));
  EXPECT_EQ(post(body, {{"Value", text::base64_encode("два")}}).status, 204);
  EXPECT_EQ(
      get("IElectronicDocuments(" + std::to_string(id) + ")/Versions(" + std::to_string(first) + ")/Body/$value").body,
      "два");
  EXPECT_EQ(post(body, {{"Value", "не base64!"}}).status, 400);
  EXPECT_EQ(get(path(id) + "/Versions(" + std::to_string(first) + ")/PublicBody").status, 404);
  act({{"document", std::to_string(id)}, {"do", "convert"}});
  EXPECT_EQ(get(path(id) + "/Versions(" + std::to_string(first) + ")/PublicBody/$value").body.substr(0, 5), "%PDF-")
      << "a representation, whatever the body is";
}

TEST_F(DirectumEntity, versions_number_themselves) {
  const std::int64_t id = contract();
  version(id, "раз");
  version(id, "два");
  const Answer card = get(path(id, "IElectronicDocuments") +
                          "?$expand=Versions($select=Id,Number,Note;$orderby=Number "
                          "desc;$expand=AssociatedApplication($select=Extension))");
  const json::array& versions = card.parsed.at("Versions").as_array();
  ASSERT_EQ(versions.size(), 2u);
  EXPECT_EQ(versions[0].at("Number").as_int64(), 2);
  EXPECT_EQ(versions[0].at("AssociatedApplication").at("Extension").as_string(), "pdf");
  EXPECT_TRUE(card.parsed.at("HasVersions").as_bool());
  EXPECT_EQ(post(path(id) + "/Versions", {{"Number", 2}}).status, 400);
}

TEST_F(DirectumEntity, rows_are_deleted_one_by_one_and_all_at_once) {
  const std::int64_t id = contract();
  const std::int64_t first = version(id, "раз");
  version(id, "два");
  EXPECT_EQ(remove(path(id) + "/Versions(" + std::to_string(first) + ")").status, 204);
  EXPECT_EQ(get(path(id) + "/Versions").rows().size(), 1u);
  EXPECT_EQ(remove(path(id) + "/Versions").status, 204);
  EXPECT_EQ(get(path(id) + "/Versions").status, 204);
}

TEST_F(DirectumEntity, large_bodies_pass_through_files) {
  const std::int64_t id = contract();
  std::string bytes(6 * 1024 * 1024, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 31 + i / 997);
  const std::int64_t first = version(id, bytes);
  const std::string body = path(id) + "/Versions(" + std::to_string(first) + ")/Body";
  EXPECT_TRUE(get(body + "/$value").body == bytes);
  EXPECT_TRUE(get(body).text("Value") == text::base64_encode(bytes));
  const std::string other = bytes.substr(1000);
  EXPECT_EQ(post(body, {{"Value", text::base64_encode(other)}}).status, 204);
  EXPECT_TRUE(get(body + "/$value").body == other);
}

TEST_F(DirectumEntity, registration_numbers_the_document_and_renames_it) {
  const std::int64_t id = contract();
  const std::int64_t journal = id_of("IDocumentRegisters", "Договоры");
  json::object given{{"documentId", id},
                     {"documentRegisterId", journal},
                     {"registrationDate", "2026-09-01T00:00:00+03:00"},
                     {"registrationNumber", nullptr},
                     {"numberReservation", false}};
  EXPECT_EQ(call("Docflow/RegisterDocument", given).status, 204);
  const Answer card = get(path(id));
  EXPECT_EQ(card.text("RegistrationState"), "Registered");
  EXPECT_EQ(card.text("RegistrationNumber"), "1");
  EXPECT_THAT(card.text("Name"), HasSubstr("Договор № 1 от 01.09.2026 с ООО Ромашка"));
  EXPECT_EQ(call("Docflow/RegisterDocument", given).status, 400);
  given["documentRegisterId"] = id_of("IDocumentRegisters", "Приказы");
  EXPECT_EQ(call("Docflow/RegisterDocument", given).message(), "Нет прав на регистрацию документа в этом журнале.");
}

TEST_F(DirectumEntity, a_locked_document_takes_no_changes) {
  const std::int64_t id = contract();
  act({{"document", std::to_string(id)}, {"do", "lock"}});
  EXPECT_EQ(patch(path(id), {{"Note", "x"}}).status, 400);
  act({{"document", std::to_string(id)}, {"do", "unlock"}});
  EXPECT_EQ(patch(path(id), {{"Note", "x"}}).status, 204);
  act({{"document", std::to_string(id)}, {"do", "protect"}});
  EXPECT_EQ(patch(path(id), {{"Note", "y"}}).status, 403);
}

TEST_F(DirectumEntity, a_document_in_a_running_task_is_not_deleted) {
  const std::int64_t id = contract();
  const std::int64_t task = draft_by_rule(id);
  EXPECT_EQ(remove(path(id)).status, 400);
  EXPECT_EQ(remove("IApprovalTasks(" + std::to_string(task) + ")").status, 204);
  EXPECT_EQ(remove(path(id)).status, 204);
  EXPECT_EQ(get(path(id)).status, 404);
}

TEST_F(DirectumEntity, the_external_links_keep_36_characters) {
  json::object link{{"EntityType", "f37c7e63-b134-4446-9b5b-f8811f6c9666"},
                    {"EntityId", 1201},
                    {"ExtEntityType", "deal"},
                    {"ExtEntityId", "3f2504e0-4f89-51d3-9a0c-0305e82c3301"},
                    {"ExtSystemId", "bitrix24"}};
  EXPECT_EQ(post("IExternalEntityLinks", link).status, 201);
  EXPECT_EQ(get("IExternalEntityLinks?$filter=ExtSystemId eq 'bitrix24' and ExtEntityId eq "
                "'3f2504e0-4f89-51d3-9a0c-0305e82c3301'")
                .rows()
                .size(),
            1u);
  link["ExtEntityId"] = "3f2504e0-4f89-51d3-9a0c-0305e82c33012";
  EXPECT_EQ(post("IExternalEntityLinks", link).status, 400);
}

TEST_F(DirectumEntity, a_databook_posted_without_a_status_has_none) {
  EXPECT_EQ(post("ICompanies", {{"Name", "ООО Без состояния"}}).text("Status"), "");
}

TEST_F(DirectumEntity, the_kind_is_found_by_its_guid) {
  const Answer found =
      get("Docflow/GetDocumentKindIdByGuid(documentType=f37c7e63-b134-4446-9b5b-f8811f6c9666,"
          "kindGuid=2A42D335-4A84-4019-AB54-D0AB8344D232)");
  EXPECT_EQ(found.number("value"), id_of("IDocumentKinds", "Договор"));
  const Answer none =
      get("Docflow/GetDocumentKindIdByGuid(documentType=f37c7e63-b134-4446-9b5b-f8811f6c9666,"
          "kindGuid=00000000-4A84-4019-AB54-D0AB8344D232)");
  EXPECT_EQ(none.number("value"), 0);
}

TEST_F(DirectumEntity, who_am_i_is_found_by_the_login) {
  const Answer me = get("IUsers?$filter=Login/LoginName eq 'connector'&$expand=Login");
  ASSERT_EQ(me.rows().size(), 1u) << me.body;
  EXPECT_EQ(me.rows()[0].at("@odata.type").as_string(),
            "#Sungero.IntegrationService.Models.Generated.Company.IEmployeeDto");
  EXPECT_EQ(get("IEmployees(" + std::to_string(me.rows()[0].at("Id").as_int64()) + ")").status, 200);
}

TEST_F(DirectumEntity, thousands_of_tasks_are_read_by_their_ids_at_once) {
  begin("settings: { max_entities: 5000 }");
  const std::int64_t document = contract();
  std::vector<std::int64_t> tasks;
  for (int i = 0; i < 300; ++i) {
    tasks.push_back(draft_by_rule(document));
    start(tasks.back());
  }
  std::string filter;
  for (std::size_t i = 0; i < 30; ++i) filter += (i == 0 ? "Id eq " : " or Id eq ") + std::to_string(tasks[i * 10]);
  EXPECT_EQ(get("ITasks?$filter=" + filter + "&$select=Id,Status,Modified").rows().size(), 30u);
  EXPECT_EQ(get("IAssignments?$filter=Task/Id eq " + std::to_string(tasks[7]) + "&$orderby=Id").rows().size(), 2u);
  EXPECT_EQ(get("IAssignments/$count?$filter=Id gt 0").body,
            "\xEF\xBB\xBF"
            "600");
}

}  // namespace
}  // namespace sedlink::sim_test
