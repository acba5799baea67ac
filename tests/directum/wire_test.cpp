// Bytes of the service and what is made of them: answers, errors, addresses, $metadata, tokens (directum A1-A5).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/classify.hpp"
#include "scripted_rx.hpp"
#include "sedlink/core/json.hpp"
#include "wire/answer.hpp"
#include "wire/body.hpp"
#include "wire/metadata.hpp"
#include "wire/query.hpp"
#include "wire/signatures.hpp"

namespace sedlink::directum {
namespace {

using testing::HasSubstr;
using testing::Not;

const TimeZone& moscow() {
  static const TimeZone zone = TimeZone::find("Europe/Moscow").value();
  return zone;
}
Row row(const std::string& json_text) { return read_entity(json_text).value(); }

TEST(RxAnswers, an_empty_list_is_204_or_an_empty_value) {
  EXPECT_TRUE(read_collection(204, "").value().rows.empty());
  EXPECT_TRUE(read_collection(200, R"({"value":[]})").value().rows.empty());
  const auto page = read_collection(200, "\xEF\xBB\xBF{\"value\":[{\"Id\":7}],\"@odata.nextLink\":\"n\"}");
  ASSERT_TRUE(page) << describe(page.error());
  EXPECT_EQ(id_of(page.value().rows.at(0)).value(), 7);
  EXPECT_EQ(page.value().next, "n");
}

TEST(RxAnswers, that_are_no_answers_say_where_and_what_to_do) {
  const auto page = read_collection(200, "<!DOCTYPE html><html><title>Вход в систему</title></html>");
  EXPECT_EQ(page.error().code, "rx.html");
  EXPECT_EQ(page.error().fault, Fault::transient) << "a proxy's page passes";
  EXPECT_EQ(page.error().audience, Audience::admin);
  EXPECT_THAT(page.error().message, HasSubstr("Вход в систему"));
  EXPECT_THAT(page.error().message, HasSubstr("url"));
  EXPECT_EQ(read_collection(200, R"({"value":[{"Id":1)").error().code, "rx.json");
  EXPECT_EQ(read_collection(200, "").error().code, "rx.json") << "taken for an empty list it would make things twice";
  EXPECT_EQ(read_collection(200, "\xEF\xBB\xBF").error().code, "rx.json");
  EXPECT_EQ(read_collection(200, "{\"value\":[{\"Name\":\"\xC4\xEE\xE3\xEE\xE2\xEE\xF0\"}]}").error().code, "rx.json")
      << "windows-1251";
  EXPECT_EQ(read_collection(200, R"({"value":{"Id":1}})").error().code, "rx.shape");
  EXPECT_EQ(read_collection(200, R"({"value":[7]})").error().code, "rx.shape");
}

TEST(RxAnswers, of_wrong_types_name_the_property) {
  EXPECT_THAT(id_of(row(R"({"Id":"7"})")).error().message, HasSubstr("Id"));
  EXPECT_FALSE(id_of(row(R"({"Id":0})")));
  EXPECT_FALSE(id_of(row(R"({"Id":18446744073709551615})")));
  EXPECT_EQ(id_of(row(R"({"Id":9007199254740993})")).value(), 9007199254740993);
  EXPECT_THAT(text_of(row(R"({"Status":5})"), "Status").error().message, HasSubstr("Status"));
  EXPECT_EQ(text_of(row(R"({"Status":null})"), "Status").value(), "");
  EXPECT_FALSE(flag_of(row(R"({"IsHidden":"true"})"), "IsHidden"));
  EXPECT_FALSE(link_of(row(R"({"Task":7})"), "Task"));
  EXPECT_FALSE(rows_of(row(R"({"Texts":{}})"), "Texts"));
  EXPECT_FALSE(time_of(row(R"({"Created":"вчера"})"), "Created", moscow()));
}

TEST(RxAnswers, dates_come_with_an_offset_or_as_local_time) {
  const auto read = [](const char* value) {
    return to_iso8601(*time_of(row(std::string(R"({"D":")") + value + "\"}"), "D", moscow()).value());
  };
  EXPECT_EQ(read("2026-05-06T11:48:00+03:00"), "2026-05-06T08:48:00Z");
  EXPECT_EQ(read("2026-05-06T00:00:00+04:00"), "2026-05-05T20:00:00Z");
  EXPECT_EQ(read("2026-05-06T11:48:00.1234567+03:00").substr(0, 19), "2026-05-06T08:48:00");
  EXPECT_EQ(read("2026-05-06T11:48:00"), "2026-05-06T08:48:00Z");
  EXPECT_EQ(read("2026-05-06"), "2026-05-05T21:00:00Z");
}

TEST(RxAnswers, created_ids_come_in_three_forms_and_their_lack_is_doubt) {
  EXPECT_EQ(read_created_id(200, R"({"@odata.context":"c","value":500})").value(), 500);
  EXPECT_EQ(read_created_id(200, "501").value(), 501);
  EXPECT_EQ(read_created_id(200, "\"502\"").value(), 502);
  for (const char* body : {"", "{}", "{\"value\":null}", "{\"val", "\"5x\"", "-3"}) {
    EXPECT_EQ(read_created_id(200, body).error().fault, Fault::ambiguous) << body;
  }
}

TEST(RxAnswers, a_token_is_plain_text_a_string_or_a_member) {
  EXPECT_EQ(read_token("eyJhbGci.e30.c2ln\r\n").value(), "eyJhbGci.e30.c2ln");
  EXPECT_EQ(read_token("\"eyJhbGci.e30.c2ln\"").value(), "eyJhbGci.e30.c2ln");
  EXPECT_EQ(read_token(R"({"access_token":"eyJh.e30.c2ln","expires_in":3600})").value(), "eyJh.e30.c2ln");
  for (const char* body : {"", "<html></html>", "{}", "a b", "{\"token\":5}"}) {
    EXPECT_EQ(read_token(body).error().code, "rx.token") << body;
  }
}

TEST(RxAnswers, the_type_is_the_last_segment_whatever_the_namespace) {
  EXPECT_EQ(
      type_of(row(R"({"@odata.type":"#Sungero.IntegrationService.Models.Generated.Docflow.IApprovalAssignmentDto"})")),
      "IApprovalAssignmentDto");
  EXPECT_EQ(type_of(row(R"({"@odata.type":"#NewDream.Solution.IApprovalAssignmentDto"})")), "IApprovalAssignmentDto");
  EXPECT_EQ(type_of(row("{}")), "");
}

TEST(RxErrors, are_read_in_every_shape) {
  EXPECT_EQ(error_text(R"({"error":{"code":"","message":"Нет такого"}})"), "Нет такого");
  EXPECT_EQ(error_text(R"({"error":"Превышено максимальное количество сущностей в запросе."})"),
            "Превышено максимальное количество сущностей в запросе.");
  EXPECT_EQ(error_text(R"("Элемент перечисления \"Result\" со значением \"Complete\" недопустим")"),
            "Элемент перечисления \"Result\" со значением \"Complete\" недопустим");
  EXPECT_EQ(error_text(R"({"error":{"message":{"lang":"ru","value":"старая форма"}}})"), "старая форма");
  EXPECT_EQ(error_text("просто текст\r\n  в две строки"), "просто текст в две строки");
  EXPECT_EQ(error_text("<html><style>p{}</style><h1>502 Bad Gateway</h1></html>"), "502 Bad Gateway");
  EXPECT_EQ(error_text(R"({"error":{"message":)"), R"({"error":{"message":)") << "damaged: shown as it is";
  EXPECT_EQ(error_text(""), "");
}

struct Refusal {
  int status;
  const char* body;
  Effect effect;
  Target target;
  Fault fault;
  const char* code;
};
TEST(RxErrors, are_classified_by_status_text_and_what_was_asked) {
  const Refusal table[] = {
      {401, "", Effect::read, Target::list, Fault::unauthorized, "rx.unauthorized"},
      {403, "", Effect::read, Target::service, Fault::unauthorized, "rx.unauthorized"},
      {403, "", Effect::write, Target::entity, Fault::rejected, "rx.rights"},
      {404, "", Effect::read, Target::service, Fault::transient, "rx.not_found"},
      {404, "", Effect::read, Target::token, Fault::transient, "rx.not_found"},
      {403, "", Effect::read, Target::token, Fault::unauthorized, "rx.unauthorized"},
      {404, "", Effect::read, Target::entity, Fault::not_found, "rx.gone"},
      {404, "", Effect::write, Target::function, Fault::rejected, "rx.no_function"},
      {404, "", Effect::read, Target::list, Fault::rejected, "rx.no_set"},
      {302, "", Effect::read, Target::list, Fault::unauthorized, "rx.redirect"},
      {413, "", Effect::write, Target::entity, Fault::rejected, "rx.too_large"},
      {503, "", Effect::write, Target::entity, Fault::throttled, "rx.busy"},
      {500, "", Effect::read, Target::list, Fault::transient, "rx.server"},
      {500, "", Effect::write, Target::function, Fault::ambiguous, "rx.server"},
      {502, "<html>nginx</html>", Effect::read, Target::list, Fault::transient, "rx.html"},
      {400, "<html>IIS</html>", Effect::read, Target::list, Fault::rejected, "rx.html"},
      {400, R"({"error":"Превышено максимальное количество сущностей в запросе. Используйте фильтрацию."})",
       Effect::read, Target::list, Fault::rejected, "rx.too_wide"},
      {400, R"({"error":{"message":"Отправить задачу может только сотрудник. Войдите в систему."}})", Effect::write,
       Target::function, Fault::rejected, "rx.not_employee"},
      {400, R"({"error":{"message":"Для документа не настроен регламент согласования."}})", Effect::write,
       Target::function, Fault::rejected, "rx.no_rule"},
      {400, R"({"error":{"message":"Документ заблокирован пользователем Петров П. П."}})", Effect::write,
       Target::entity, Fault::transient, "rx.locked"},
      {400, "\"Нечто новое\"", Effect::write, Target::entity, Fault::rejected, "rx.refused"},
  };
  for (const Refusal& r : table) {
    const Error e = http_error(r.status, r.body, r.effect, r.target, "IContracts(7)?$filter=x", "Basic, Bearer");
    EXPECT_EQ(e.fault, r.fault) << r.status << " " << r.body << ": " << describe(e);
    EXPECT_EQ(e.code, r.code) << r.status << " " << r.body;
    EXPECT_FALSE(e.message.empty());
    EXPECT_THAT(e.message, Not(HasSubstr("$filter"))) << "no literals of a filter in texts";
  }
  EXPECT_EQ(
      http_error(400, "\"Нет рабочего календаря.\"", Effect::write, Target::function, "Docflow/StartTask").message,
      "Directum RX отказала: Нет рабочего календаря");
  EXPECT_THAT(http_error(401, "", Effect::read, Target::list, "ITasks", "Basic, Bearer").message,
              HasSubstr("Basic, Bearer"));
}

TEST(RxErrors, nothing_is_ambiguous_about_a_read) {
  const Error lost = make_error(Fault::ambiguous, Audience::admin, "net.closed", "оборвано");
  EXPECT_EQ(for_effect(lost, Effect::read).fault, Fault::transient);
  EXPECT_EQ(for_effect(lost, Effect::write).fault, Fault::ambiguous);
  const Error endless = make_error(Fault::rejected, Audience::user, "net.body_limit", "ответ велик");
  EXPECT_EQ(for_effect(endless, Effect::read).fault, Fault::rejected);
  EXPECT_EQ(for_effect(endless, Effect::write).fault, Fault::ambiguous) << "it was done before it was told at length";
  EXPECT_THAT(for_effect(endless, Effect::read).message, HasSubstr("limits.answer"));
  EXPECT_EQ(damaged(read_entity("{").error(), Effect::write).fault, Fault::ambiguous);
  // The transport has said what to do.
  const Error tls = for_effect(make_error(Fault::transient, Audience::user, "net.tls", "сертификат"), Effect::read);
  EXPECT_EQ(tls.audience, Audience::admin);
  EXPECT_EQ(tls.message, "сертификат");
}

TEST(RxQueries, escape_what_the_line_cannot_hold_and_keep_odata_readable) {
  EXPECT_EQ(literal("O'Reilly"), "'O''Reilly'");
  EXPECT_EQ(literal(parse_iso8601("2026-09-01T03:00:00.750+03:00").value()), "2026-09-01T00:00:00Z");
  Query q("IContracts");
  q.filter = "Name eq " + literal("А & Б+1#%");
  q.select = "Id,Name";
  q.expand = "Versions($select=Id;$expand=AssociatedApplication($select=Extension))";
  q.order = "Id";
  q.top = 500;
  EXPECT_EQ(q.target(),
            "IContracts?$filter=Name%20eq%20'%D0%90%20%26%20%D0%91%2B1%23%25'&$select=Id,Name"
            "&$expand=Versions($select=Id;$expand=AssociatedApplication($select=Extension))&$orderby=Id&$top=500");
}

TEST(RxQueries, ids_are_cut_into_groups_that_fit_the_line) {
  Query q("IAssignments");
  q.select = "Id,Status";
  std::vector<std::int64_t> ids;
  for (std::int64_t i = 0; i < 100; ++i) ids.push_back(1000 + i);
  const auto short_ids = chunks(ids, "Task/Id", q, "/Integration/odata/", 30);
  ASSERT_EQ(short_ids.size(), 4U);
  EXPECT_EQ(short_ids[0].size(), 30U);
  EXPECT_EQ(short_ids[3].size(), 10U);
  for (std::int64_t& id : ids) id += 9'000'000'000'000'000'000;
  q.expand = std::string(900, 'x');
  std::size_t total = 0;
  for (const auto& group : chunks(ids, "Task/Id", q, "/Integration/odata/", 30)) {
    Query one = q;
    one.filter = "(" + any_of("Task/Id", group) + ") and Id gt 9223372036854775807";
    EXPECT_LE(start_line_length("/Integration/odata/", one.target()), start_line_limit);
    total += group.size();
  }
  EXPECT_EQ(total, 100U);
}

TEST(RxBodies, hold_links_as_numbers_and_money_as_written) {
  Body b;
  b.text("Name", "Договор \"А\"").link("Counterparty", 15).decimal("TotalAmount", "125000.50").null("deadline");
  b.list("performerIds", {}).list("documentIds", {1, 2}).flag("x", false).number("n", 5).text("Name", "Б");
  EXPECT_EQ(
      b.json(),
      "{\"Name\":\"Б\",\"Counterparty\":{\"Id\":15},\"TotalAmount\":125000.50,\"deadline\":null,\"performerIds\":[],"
      "\"documentIds\":[1,2],\"x\":false,\"n\":5}");
  EXPECT_TRUE(sedlink::json::parse(b.json()));
}

TEST(RxMetadata, tells_editions_apart_by_names) {
  test::Offer old;
  old.wide_ids = false;
  old.external_id = false;
  old.functions = {"Docflow_StartTask", "Docflow.CreateApprovalTask"};
  const auto m44 = Metadata::parse(test::metadata(old));
  ASSERT_TRUE(m44) << describe(m44.error());
  EXPECT_FALSE(m44.value().wide_ids());
  EXPECT_EQ(m44.value().property("IContracts", "ExternalId"), nullptr);
  EXPECT_TRUE(m44.value().has_function("StartTask"));
  EXPECT_TRUE(m44.value().has_function("CreateApprovalTask"));
  EXPECT_FALSE(m44.value().has_function("CreateDocumentFlowTask"));
  const auto m411 = Metadata::parse(test::metadata(test::Offer()));
  ASSERT_TRUE(m411);
  EXPECT_TRUE(m411.value().wide_ids());
  ASSERT_NE(m411.value().property("IContracts", "ExternalId"), nullptr) << "inherited";
  ASSERT_NE(m411.value().property("IContracts", "Counterparty"), nullptr);
  EXPECT_EQ(m411.value().set_of_type(m411.value().property("IContracts", "Counterparty")->type), "ICounterparties");
  EXPECT_EQ(m411.value().set_of_type("NewDream.Solution.IEmployeeDto"), "IEmployees") << "an overridden type";
  EXPECT_EQ(m411.value().set_of_type("S.INothingDto"), "");
}

TEST(RxMetadata, a_type_that_is_only_named_lacks_nothing_that_may_be_asked_of_it) {
  const auto m = Metadata::parse(
      "<Edmx><D><Schema Namespace=\"S\"><EntityType Name=\"Task\"><Property Name=\"Id\" "
      "Type=\"Edm.Int64\"/></EntityType>"
      "<EntityType Name=\"OfficialDocument\" BaseType=\"S.ElectronicDocument\"><Property Name=\"Note\" "
      "Type=\"Edm.String\"/><NavigationProperty Name=\"Versions\" Type=\"Collection(S.Version)\"/></EntityType>"
      "<EntityContainer Name=\"C\"><EntitySet Name=\"ITasks\" EntityType=\"S.Task\"/><EntitySet Name=\"IAssignments\" "
      "EntityType=\"S.Assignment\"/><EntitySet Name=\"IElectronicDocuments\" EntityType=\"S.ElectronicDocument\"/>"
      "<EntitySet Name=\"IOfficialDocuments\" "
      "EntityType=\"S.OfficialDocument\"/></EntityContainer></Schema></D></Edmx>");
  ASSERT_TRUE(m) << describe(m.error());
  EXPECT_FALSE(m.value().lacks("ITasks", "ActiveText"));
  EXPECT_FALSE(m.value().lacks("IOfficialDocuments", "HasPublicBody")) << "what it is built upon is only named";
  EXPECT_FALSE(m.value().lacks("IOfficialDocuments", "Note"));
  EXPECT_FALSE(m.value().rows_lack("IElectronicDocuments", "Versions", "IsHidden"));
  EXPECT_FALSE(m.value().rows_lack("IOfficialDocuments", "Versions", "IsHidden"));
  EXPECT_TRUE(m.value().lacks("INothings", "Id"));
}

TEST(RxMetadata, of_something_else_is_told_with_the_cure_and_asked_again) {
  for (const char* body : {"", "{\"value\":[]}", "<html><body>Вход</body></html>", "<a><b/></a>",
                           "<edmx:Edmx xmlns:edmx=\"e\"><edmx:DataServices/></edmx:Edmx>", "<edmx:Edmx"}) {
    const auto m = Metadata::parse(body);
    ASSERT_FALSE(m) << body;
    EXPECT_EQ(m.error().code, "rx.metadata");
    EXPECT_EQ(m.error().audience, Audience::admin);
    EXPECT_EQ(m.error().fault, Fault::transient) << body;
    EXPECT_THAT(m.error().message, HasSubstr("/Integration/odata/"));
  }
  const auto circle = Metadata::parse(
      "<Edmx><D><Schema Namespace=\"S\"><EntityType Name=\"A\" BaseType=\"S.B\"/><EntityType Name=\"B\" "
      "BaseType=\"S.A\"/>"
      "<EntityContainer Name=\"C\"><EntitySet Name=\"ITasks\" EntityType=\"S.A\"/><EntitySet Name=\"IAssignments\" "
      "EntityType=\"S.A\"/><EntitySet Name=\"IElectronicDocuments\" EntityType=\"S.A\"/><EntitySet "
      "Name=\"IOfficialDocuments\" EntityType=\"S.B\"/></EntityContainer></Schema></D></Edmx>");
  ASSERT_TRUE(circle);
  EXPECT_EQ(circle.value().property("ITasks", "Id"), nullptr);
  EXPECT_TRUE(circle.value().property_names("ITasks").empty());
}

TEST(ModuleSignatures, are_read_as_the_contract_says) {
  const auto read = read_signatures(
      R"([{"id":71,"versionId":5,"type":"Approval","signatory":"Орлова М. П.","substituted":null,
           "signedAt":"2026-09-03T09:15:00Z","comment":"","subject":"CN=О","thumbprint":"A1","isValid":true,"data":"MDE="},
          {"id":"72","versionId":5,"type":"NotEndorsing","signatory":"Зам","substituted":"Орлова","signedAt":null,
           "comment":"нет","data":null}])",
      moscow());
  ASSERT_TRUE(read) << describe(read.error());
  ASSERT_EQ(read.value().size(), 2U);
  EXPECT_EQ(read.value()[0].version, 5);
  EXPECT_TRUE(read.value()[0].approving);
  EXPECT_FALSE(read.value()[1].approving);
  EXPECT_EQ(read.value()[0].info.bytes, "01");
  EXPECT_EQ(to_iso8601(*read.value()[0].info.signed_at), "2026-09-03T09:15:00Z");
  EXPECT_EQ(read.value()[1].info.signer, "Зам (за: Орлова)");
  EXPECT_EQ(read.value()[1].info.comment, "Не согласовано: нет");
  EXPECT_TRUE(read.value()[1].info.bytes.empty());
  for (const char* bad : {"{", "{}", "[5]", "[{\"signatory\":\"x\"}]", "[{\"versionId\":5,\"data\":\"%\"}]"}) {
    EXPECT_EQ(read_signatures(bad, moscow()).error().code, "rx.module") << bad;
  }
}

}  // namespace
}  // namespace sedlink::directum
