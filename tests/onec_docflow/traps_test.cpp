// Traps seen by real clients (onec-docflow 14 and the facts of 4, 7, 8), one test each. Those that live with their
// subject: another order of performers, the single performer that may not be responsible (process_draft_test), prefixes
// of an answer (writer_test), control characters (reader_test), both encodings of a Cyrillic login (client_test), a
// second create (documents_test), a retrieve that fails whole (batch_test).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "portal2.hpp"

namespace sedlink::onec_docflow::test {
namespace {

using testing::HasSubstr;

std::string list(const std::string& items) { return envelope("DMGetObjectListResponse", items); }
std::string item(const std::string& type, const std::string& id, const std::string& name) {
  return "<m:items><m:canHaveChildren>false</m:canHaveChildren><m:isFolder>false</m:isFolder>" +
         object("object", type, id, name) + "</m:items>";
}

Result<Snapshot> polled(ScriptedService& service, api::EdmsAdapter& adapter) {
  auto answer = service.run(adapter.poll(service.context(), {ref("p1")}));
  if (!answer) return answer.error();
  return answer.value().snapshots.at(0);
}

TEST(OnecTraps, a_result_left_from_the_first_round_is_no_verdict_in_the_second) {
  Base base = running();
  base.headers["p1"] += object("executionResult", "DMApprovalResult", "НеСогласовано", "Не согласовано", "", false);
  base.tasks["p1"] = typed("t0", asked_of, "u1", true,
                           step + "<m:iterationNumber>1</m:iterationNumber>" +
                               object("approvalResult", "DMApprovalResult", "НеСогласовано", "", "", false)) +
                     typed("t1", asked_of, "u1", false, step + "<m:iterationNumber>2</m:iterationNumber>");
  ScriptedService service(base);
  const auto adapter = service.adapter();
  const auto s = polled(service, *adapter);
  ASSERT_TRUE(s) << describe(s.error());
  EXPECT_EQ(s.value().state, ProcessState::running);
  EXPECT_FALSE(s.value().outcome);
  EXPECT_EQ(s.value().round, 2);
}

TEST(OnecTraps, an_open_task_with_dates_of_the_year_one_and_an_empty_result_is_undecided) {
  Base base = running();
  base.tasks["p1"] =
      typed("t1", asked_of, "u1", false,
            "<m:dueDate>0001-01-01T00:00:00</m:dueDate><m:endDate>0001-01-01T00:00:00</m:endDate>" + step +
                "<m:approvalResult><m:name/><m:objectID><m:id/><m:presentation>Согласовано"
                "</m:presentation><m:type>DMApprovalResult</m:type></m:objectID></m:approvalResult>");
  ScriptedService service(base);
  const auto adapter = service.adapter();
  const auto s = polled(service, *adapter);
  ASSERT_TRUE(s && s.value().participants.size() == 1u);
  const Participant& p = s.value().participants[0];
  EXPECT_EQ(p.state, ParticipantState::working);
  EXPECT_EQ(p.verdict, Verdict::none);
  EXPECT_FALSE(p.decided_at);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(p.due));
}

TEST(OnecTraps, a_started_process_that_1c_only_queued_is_not_running) {
  Base base;
  base.headers["p1"] = "<m:started>false</m:started><m:completionMark>ReadyToExecute</m:completionMark>";
  ScriptedService service(base);
  const auto adapter = service.adapter();
  const auto s = polled(service, *adapter);
  ASSERT_TRUE(s);
  EXPECT_EQ(s.value().state, ProcessState::queued);
  base.headers["p1"] = "<m:started>false</m:started><m:completionMark>ExecutionCanceled</m:completionMark>";
  ScriptedService failed(base);
  const auto other = failed.adapter();
  const auto after = polled(failed, *other);
  ASSERT_TRUE(after);
  EXPECT_EQ(after.value().state, ProcessState::failed_start);
}

TEST(OnecTraps, a_list_that_ignores_the_limit_is_read_whole) {
  Base base = running();
  base.tasks["p1"].clear();
  for (int i = 0; i < 300; ++i) {
    base.tasks["p1"] += typed("t" + std::to_string(i), asked_of, "u" + std::to_string(i), false, step);
  }
  ScriptedService service(base);
  const auto adapter = service.adapter();
  const auto s = polled(service, *adapter);
  ASSERT_TRUE(s);
  EXPECT_EQ(s.value().participants.size(), 300u);
}

TEST(OnecTraps, conditions_of_task_lists_have_the_types_1c_reads_and_name_one_process) {
  ScriptedService service(running());
  const auto adapter = service.adapter();
  ASSERT_TRUE(polled(service, *adapter));
  const auto lists = service.asked("DMGetObjectListRequest");
  ASSERT_EQ(lists.size(), 1u);
  std::size_t flags = 0;
  bool named = false;
  for (const Element* c : lists[0].child("query")->all("conditions")) {
    const std::string property = c->text_of("property");
    EXPECT_NE(property, "byUser");
    if (property == "businessProcess") {
      named = true;
      EXPECT_EQ(c->child("value")->type, "DMObjectID");
      continue;
    }
    EXPECT_EQ(c->child("value")->type, "boolean") << property;
    EXPECT_EQ(c->child("value")->type_namespace, xs_namespace) << property;
    ++flags;
  }
  EXPECT_TRUE(named) << "without a filter 1C sends every task it has";
  EXPECT_EQ(flags, 2u);
}

TEST(OnecTraps, lists_ask_for_no_columns_and_names_are_compared_whole) {
  ScriptedService service([](const Element&) { return list(item("DMCorrespondent", "c1", "ООО Ромашка")); });
  const auto adapter = service.adapter();
  Reference wanted;
  wanted.name = "ООО Ромашка";
  ASSERT_TRUE(service.run(adapter->ensure_counterparty(service.context(), wanted, "")));
  ASSERT_TRUE(service.run(adapter->discover(service.context())));
  const auto lists = service.asked("DMGetObjectListRequest");
  ASSERT_GT(lists.size(), 1u);
  for (const Element& l : lists) {
    EXPECT_EQ(l.child("query")->child("columnSet"), nullptr) << "«Поле объекта не обнаружено (name)»";
    for (const Element* c : l.child("query")->all("conditions")) EXPECT_EQ(c->text_of("comparisonOperator"), "=");
  }
}

TEST(OnecTraps, an_update_is_answered_by_a_message_called_update_request) {
  bool interrupted = false;
  ScriptedService service([&interrupted](const Element& r) {
    const std::string state = interrupted ? "Прерван" : "Активен";
    const std::string process =
        object("objects", approval, process_id, "Согласовать",
               "<m:started>true</m:started>" + object("state", "DMBusinessProcessState", state, state, "", false));
    if (r.type == "DMRetrieveRequest") return envelope("DMRetrieveResponse", process);
    interrupted = true;
    return envelope("DMUpdateRequest", process);
  });
  service.judged = false;  // half a process comes back and is sent
  const auto adapter = service.adapter();
  const auto cancelled = service.run(adapter->cancel(service.context(), ref(process_id), "отзыв"));
  EXPECT_TRUE(cancelled) << describe(cancelled.error());
}

TEST(OnecTraps, a_signed_file_gets_no_update_that_would_wipe_its_signatures) {
  ScriptedService service([](const Element&) {
    return envelope("DMRetrieveResponse", object("objects", "DMFile", "f1", "договор", "<m:signed>true</m:signed>"));
  });
  const auto adapter = service.adapter();
  EdmsFileRef file;
  file.id = "f1";
  SpooledFile content;
  content.name = "договор.pdf";
  const auto made = service.run(adapter->add_version(service.context(), DocumentRef(), file, content));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, "edms.version_refused");
  EXPECT_TRUE(service.asked("DMUpdateRequest").empty());
}

TEST(OnecTraps, a_completed_process_is_never_interrupted_though_1c_would_do_it) {
  ScriptedService service([](const Element&) {
    return envelope("DMRetrieveResponse",
                    object("objects", approval, process_id, "Согласовать", "<m:completed>true</m:completed>"));
  });
  const auto adapter = service.adapter();
  const auto cancelled = service.run(adapter->cancel(service.context(), ref(process_id), "поздно"));
  ASSERT_FALSE(cancelled);
  EXPECT_EQ(cancelled.error().code, "edms.already_ended");
  EXPECT_TRUE(service.asked("DMUpdateRequest").empty());
}

TEST(OnecTraps, a_refused_licence_asks_for_a_pause_in_every_form_it_comes_in) {
  const std::string fault =
      "<s:Envelope "
      "xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><s:Fault><faultcode>s:Server</faultcode>"
      "<faultstring>Не обнаружено свободной лицензии!</faultstring></s:Fault></s:Body></s:Envelope>";
  const std::vector<std::pair<int, std::string>> forms = {
      {402, "<html>Не обнаружено свободной лицензии</html>"},
      {500, fault},
      {503, fault},
      {200, dm_error("Ошибка", "Не обнаружено свободной лицензии!")}};
  for (const auto& [status, body] : forms) {
    ScriptedService service(running());
    service.before = [status = status, body = body](const Seen&) {
      return net::ServerResponse(status, "text/xml", body);
    };
    const auto adapter = service.adapter();
    const auto s = polled(service, *adapter);
    ASSERT_FALSE(s) << status;
    EXPECT_EQ(s.error().fault, Fault::throttled) << status << " " << describe(s.error());
    ASSERT_TRUE(s.error().retry_after) << status;
    EXPECT_GE(s.error().retry_after->count(), 1);
  }
}

TEST(OnecTraps, a_page_for_people_instead_of_an_answer_is_told_in_its_words) {
  for (const int status : {200, 500, 502}) {
    ScriptedService service(running());
    service.before = [status](const Seen&) {
      return net::ServerResponse(status, "text/html",
                                 "\xEF\xBB\xBF<!DOCTYPE html><html><body><h1>Сервер 1С не найден</h1></body></html>");
    };
    const auto adapter = service.adapter();
    const auto s = polled(service, *adapter);
    ASSERT_FALSE(s);
    EXPECT_EQ(s.error().fault, Fault::transient) << status;
    EXPECT_THAT(s.error().message, HasSubstr("Сервер 1С не найден")) << status;
  }
}

TEST(OnecTraps, a_fault_is_read_in_both_soap_versions_and_under_any_status) {
  const std::string soap12 =
      "<e:Envelope xmlns:e=\"http://www.w3.org/2003/05/soap-envelope\"><e:Body><e:Fault><e:Code><e:Value>e:Sender"
      "</e:Value></e:Code><e:Reason><e:Text>Отсутствует отображение для префикса "
      "m</e:Text></e:Reason></e:Fault></e:Body>"
      "</e:Envelope>";
  for (const int status : {200, 400, 500}) {
    ScriptedService service(running());
    service.before = [&](const Seen& s) -> std::optional<net::ServerResponse> {
      if (s.request.type != "DMGetCurrentUserRequest") return std::nullopt;
      return net::ServerResponse(status, "text/xml", soap12);
    };
    const auto adapter = service.adapter();
    const auto s = polled(service, *adapter);
    ASSERT_FALSE(s);
    EXPECT_EQ(s.error().code, "onec.schema") << status << " " << describe(s.error());
  }
}

TEST(OnecTraps, a_refusal_about_signatures_is_known_by_its_words) {
  ScriptedService service([](const Element& r) {
    return r.type == "DMRetrieveRequest"
               ? envelope("DMRetrieveResponse", object("objects", approval, process_id, "Согласовать"))
               : dm_error("Ошибка запуска процесса", "Требуется электронная подпись исполнителя");
  });
  service.judged = false;
  const auto adapter = service.adapter();
  const auto started = service.run(adapter->start_process(service.context(), ref(process_id)));
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, "onec.signature");
}

TEST(OnecTraps, the_id_of_the_calling_system_is_configured_and_the_same_in_every_request) {
  ScriptedService service(running());
  const auto adapter = service.adapter();
  ASSERT_TRUE(polled(service, *adapter));
  for (const Seen& s : service.seen) EXPECT_EQ(s.request.text_of("dataBaseID"), database_id);
}

}  // namespace
}  // namespace sedlink::onec_docflow::test
