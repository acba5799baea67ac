// Tasks: drafts with our key, started by id, decided, aborted (directum A8, A9).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "scripted_rx.hpp"
#include "sedlink/core/hash.hpp"
#include "sedlink/core/json.hpp"

namespace sedlink::directum::test {
namespace {

using testing::HasSubstr;
namespace js = sedlink::json;

DocumentRef contract() { return DocumentRef{"1234", "IContracts", ""}; }

ProcessDraft draft(const char* kind) {
  ProcessDraft d;
  d.kind = kind;
  d.description = "Прошу согласовать";
  Reference approver;
  approver.id = "41";
  d.approvers.push_back(approver);
  approver.id = "42";
  d.approvers.push_back(approver);
  d.approvers.push_back(approver);  // twice: one assignment
  return d;
}
ProcessRef task(const char* set = "IApprovalTasks") {
  ProcessRef p;
  p.id = "500";
  p.type = set;
  p.document = contract();
  return p;
}
boost::json::value body_of(const Seen& s) {
  auto parsed = js::parse(s.body);
  EXPECT_TRUE(parsed) << s.body;
  return parsed ? parsed.value() : boost::json::value();
}
std::string members(const boost::json::value& v) {
  std::string out;
  for (const auto& m : v.as_object()) out += (out.empty() ? "" : " ") + std::string(m.key());
  return out;
}

TEST(RxProcesses, whose_document_shows_no_key_are_polled_without_rights_to_the_links_which_is_said_once) {
  Offer offer;
  offer.entity_links = true;
  ScriptedRx rx(
      [](const Seen& s) -> std::optional<net::ServerResponse> {
        if (s.path == "IExternalEntityLinks") return json(403, R"({"error":"Нет прав на доступ к справочнику."})");
        if (s.path == "ITasks") return rows(R"({"Id":501,"Status":"InProcess"},{"Id":502,"Status":"InProcess"})");
        if (s.path != "IOfficialDocuments" || s.query.find("ExternalId eq") != std::string::npos) return nothing();
        return rows(R"({"Id":21,"Name":"Д"},{"Id":22,"Name":"Д"})");
      },
      offer);
  const auto adapter = rx.adapter();
  std::vector<ProcessRef> refs(2);
  for (std::size_t i = 0; i < refs.size(); ++i) {
    refs[i].id = std::to_string(501 + i);
    refs[i].type = "IApprovalTasks";
    refs[i].document.id = std::to_string(21 + i);
    refs[i].document.key = uuid::v5(key, std::to_string(i));
  }
  const auto answer = rx.run(adapter->poll(rx.context(""), refs));
  ASSERT_TRUE(answer) << describe(answer.error());
  for (const auto& s : answer.value().snapshots) EXPECT_TRUE(s) << describe(s.error());
  EXPECT_EQ(rx.asked("GET IExternalEntityLinks").size(), 2U);
  EXPECT_EQ(std::count(rx.journal.events.begin(), rx.journal.events.end(), "directum_links_refused"), 1);
}

TEST(RxProcesses, are_not_made_for_a_document_that_is_gone_or_is_another_connectors) {
  std::string document = R"({"Id":1234,"ExternalId":"99999999-2222-4333-8444-555555555555"})";
  ScriptedRx rx([&](const Seen& s) -> std::optional<net::ServerResponse> {
    if (s.what() == "GET IApprovalTasks") return nothing();
    if (s.what() == "GET IOfficialDocuments(1234)" && !document.empty()) return json(200, document);
    return std::nullopt;
  });
  const auto adapter = rx.adapter();
  DocumentRef ours = contract();
  ours.key = key;
  const auto foreign = rx.run(adapter->prepare_process(rx.context(), ours, draft("rule")));
  ASSERT_FALSE(foreign);
  EXPECT_EQ(foreign.error().code, "rx.foreign");
  document.clear();
  const auto gone = rx.run(adapter->prepare_process(rx.context(), ours, draft("rule")));
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code, "edms.document_deleted");
  EXPECT_TRUE(rx.asked("POST").empty());
}

TEST(RxProcesses, are_made_as_drafts_with_every_parameter_of_their_function) {
  const struct {
    const char* kind;
    const char* function;
    const char* parameters;
    const char* set;
  } table[] = {
      {"rule", "POST Docflow/CreateApprovalTask", "documentId text signatoryId addApproverIds", "IApprovalTasks"},
      {"free", "POST Docflow/CreateFreeApprovalTask", "documentId text deadline approverIds", "IFreeApprovalTasks"},
      {"process", "POST DocflowApproval/CreateDocumentFlowTask", "documentId text addApproverIds",
       "IDocumentFlowTasks"},
      {"simple", "POST Docflow/CreateSimpleTask",
       "assignmentType subject deadline importance text performerIds observerIds documentIds", "ISimpleTasks"},
  };
  for (const auto& t : table) {
    ScriptedRx rx([&](const Seen& s) -> std::optional<net::ServerResponse> {
      if (s.what() == t.function) return json(200, R"({"@odata.context":"c","value":500})");
      if (s.what() == "GET IAddendums") return rows(R"({"Id":2000})");
      if (s.what() == std::string("GET ") + t.set) return nothing();  // none of ours yet
      return std::nullopt;
    });
    const auto adapter = rx.adapter();
    const auto made = rx.run(adapter->prepare_process(rx.context(), contract(), draft(t.kind)));
    ASSERT_TRUE(made) << t.kind << ": " << describe(made.error());
    EXPECT_EQ(made.value().id, "500");
    EXPECT_EQ(made.value().type, t.set);
    EXPECT_THAT(made.value().url, HasSubstr("#/card/"));
    const auto body = body_of(rx.asked(t.function).at(0));
    EXPECT_EQ(members(body), t.parameters);
    EXPECT_EQ(js::text(body, "text"), std::string("Прошу согласовать\nsedlink:") + key);
    for (const char* list : {"addApproverIds", "approverIds", "performerIds"}) {
      if (js::find(body, list) == nullptr) continue;
      EXPECT_EQ(boost::json::serialize(*js::find(body, list)), "[41,42]");
    }
    if (std::string(t.kind) == "simple") {
      EXPECT_EQ(boost::json::serialize(*js::find(body, "documentIds")), "[1234,2000]") << "addenda go along";
    }
    EXPECT_TRUE(rx.asked("PATCH").empty());
    EXPECT_TRUE(rx.asked("POST Docflow/StartTask").empty()) << "nothing runs yet";
  }
}

TEST(RxProcesses, write_rule_subject_and_term_into_the_draft) {
  ScriptedRx rx([](const Seen& s) -> std::optional<net::ServerResponse> {
    if (s.path == "Docflow/CreateApprovalTask") return json(200, R"({"value":500})");
    if (s.what() == "GET IApprovalTasks") return nothing();
    if (s.path == "IApprovalRuleBases") return rows(R"({"Id":7,"Name":"Договоры до миллиона"})");
    if (s.what() == "PATCH IApprovalTasks(500)") return nothing();
    return std::nullopt;
  });
  const auto adapter = rx.adapter();
  ProcessDraft d = draft("rule");
  d.template_name = "Договоры до миллиона";
  d.name = "Согласование: Договор 15";
  d.due = std::chrono::hours(48);
  const auto made = rx.run(adapter->prepare_process(rx.context(), contract(), d));
  ASSERT_TRUE(made) << describe(made.error());
  const auto body = body_of(rx.asked("PATCH").at(0));
  EXPECT_EQ(js::integer(*js::find(body, "ApprovalRule"), "Id"), 7);
  EXPECT_EQ(js::text(body, "Subject"), "Согласование: Договор 15");
  EXPECT_EQ(js::find(body, "MaxDeadline"), nullptr) << "the start recalculates it (A9.5)";
  ProcessDraft wordy = d;
  wordy.name = std::string(300, 'n');
  ASSERT_TRUE(rx.run(adapter->prepare_process(rx.context(), contract(), wordy)));
  EXPECT_LE(js::text(body_of(rx.asked("PATCH").at(1)), "Subject").size(), 252U) << "a label is shortened, not refused";
  auto settings = rx.settings();
  settings.values["patch_draft"] = "false";
  const auto careful = rx.adapter(settings);
  EXPECT_EQ(rx.run(careful->prepare_process(rx.context(), contract(), d)).error().code, "edms.template");
}

TEST(RxProcesses, a_draft_whose_dressing_was_put_off_is_dressed_and_not_made_again) {
  bool busy = true, made_once = false;
  ScriptedRx rx([&](const Seen& s) -> std::optional<net::ServerResponse> {
    if (s.path == "Docflow/CreateApprovalTask") {
      made_once = true;
      return json(200, R"({"value":500})");
    }
    if (s.what() == "GET IApprovalTasks") {
      return made_once ? rows(std::string(R"({"Id":500,"Status":"Draft","ActiveText":"Прошу\nsedlink:)") + key + "\"}")
                       : nothing();
    }
    if (s.what() == "PATCH IApprovalTasks(500)") return busy ? json(429, "") : nothing();
    return std::nullopt;
  });
  const auto adapter = rx.adapter();
  ProcessDraft d = draft("rule");
  d.name = "Согласование: Договор 15";
  EXPECT_EQ(rx.run(adapter->prepare_process(rx.context(), contract(), d)).error().fault, Fault::throttled);
  busy = false;
  const auto made = rx.run(adapter->prepare_process(rx.context(), contract(), d));
  ASSERT_TRUE(made) << describe(made.error());
  EXPECT_EQ(made.value().id, "500");
  EXPECT_EQ(rx.asked("POST Docflow/CreateApprovalTask").size(), 1U);
  EXPECT_EQ(rx.asked("PATCH IApprovalTasks(500)").size(), 2U);
}

TEST(RxProcesses, a_free_term_goes_with_the_function) {
  ScriptedRx rx([](const Seen& s) -> std::optional<net::ServerResponse> {
    if (s.path == "Docflow/CreateFreeApprovalTask") return json(200, "500");
    if (s.what() == "GET IFreeApprovalTasks") return nothing();
    return std::nullopt;
  });
  const auto adapter = rx.adapter();
  ProcessDraft d = draft("free");
  d.due = std::chrono::hours(24);
  ASSERT_TRUE(rx.run(adapter->prepare_process(rx.context(), contract(), d)));
  EXPECT_EQ(js::text(body_of(rx.asked("POST").at(0)), "deadline"), "2026-03-02T08:00:00Z");
}

TEST(RxProcesses, are_found_by_the_last_line_of_any_text_started_before_draft) {
  std::string listed;
  ScriptedRx rx([&](const Seen& s) -> std::optional<net::ServerResponse> {
    if (s.what() == "GET IApprovalTasks") return rows(listed);
    return std::nullopt;
  });
  const auto adapter = rx.adapter();
  const auto look = [&] {
    auto found = rx.run(adapter->find_process(rx.context(), contract(), draft("rule")));
    EXPECT_TRUE(found) << describe(found.error());
    return found && found.value() ? found.value()->id : std::string();
  };
  const std::string ours = std::string("Прошу\\nsedlink:") + key;
  EXPECT_EQ(look(), "");
  listed = R"({"Id":498,"Status":"InProcess","ActiveText":"чужая","Texts":[]})";
  EXPECT_EQ(look(), "");
  listed += R"(,{"Id":500,"Status":"Draft","ActiveText":")" + ours + R"(","Texts":[]})";
  EXPECT_EQ(look(), "500");
  listed += R"(,{"Id":499,"Status":"InProcess","Texts":[{"Id":1,"Body":"другое"},{"Id":2,"Body":")" + ours + "\"}]}";
  EXPECT_EQ(look(), "499");
  EXPECT_THAT(rx.asked().at(0).query, HasSubstr("AttachmentDetails/any(a: a/AttachmentId eq 1234)"));
}

TEST(RxProcesses, are_started_by_id_and_only_out_of_the_draft) {
  std::string status = "Draft";
  ScriptedRx rx([&](const Seen& s) -> std::optional<net::ServerResponse> {
    if (s.what() == "GET IApprovalTasks(500)") return json(200, R"({"Id":500,"Status":")" + status + "\"}");
    if (s.what() == "POST Docflow/StartTask") {
      status = "InProcess";
      return json(504, "<html>timeout</html>");  // it has happened all the same
    }
    return std::nullopt;
  });
  const auto adapter = rx.adapter();
  EXPECT_EQ(rx.run(adapter->start_process(rx.context(), task())).error().fault, Fault::ambiguous);
  EXPECT_TRUE(rx.run(adapter->start_process(rx.context(), task())));
  EXPECT_EQ(rx.asked("POST Docflow/StartTask").size(), 1U);
}

TEST(RxProcesses, a_start_that_was_refused_says_who_can_cure_it) {
  const struct {
    const char* text;
    const char* code;
  } table[] = {
      {"Отправить задачу может только сотрудник. Войдите в систему под учетной записью сотрудника.", "rx.not_employee"},
      {"Для отправки документа на согласование необходимо иметь права на его изменение.", "rx.rights"},
      {"Для документа не настроен регламент согласования.", "rx.no_rule"},
      {"Согласуемый документ или регламент были изменены. Выберите актуальный  регламент.", "rx.rule_changed"}};
  for (const auto& t : table) {
    ScriptedRx rx([&](const Seen& s) -> std::optional<net::ServerResponse> {
      if (s.method == "GET") return json(200, R"({"Id":500,"Status":"Draft"})");
      return json(400, std::string(R"({"error":{"code":"","message":")") + t.text + "\"}}");
    });
    const auto adapter = rx.adapter();
    const auto started = rx.run(adapter->start_process(rx.context(), task()));
    EXPECT_EQ(started.error().fault, Fault::rejected) << t.text;
    EXPECT_EQ(started.error().code, t.code) << t.text;
  }
}

TEST(RxDecisions, complete_the_authors_assignment_with_the_word_of_its_type) {
  const struct {
    const char* dto;
    const char* result;
  } table[] = {{"IApprovalReworkAssignmentDto", "ForReapproving"},
               {"IFreeApprovalReworkAssignmentDto", "Reworked"},
               {"IEntityReworkAssignmentDto", "ForReapproval"},
               {"IFreeApprovalFinishAssignmentDto", "Complete"},
               {"IReviewAssignmentDto", "Accepted"}};
  for (const auto& t : table) {
    std::string status = "InProcess";
    ScriptedRx rx([&](const Seen& s) -> std::optional<net::ServerResponse> {
      if (s.what() == "GET IAssignments(77)")
        return json(200, std::string(R"({"@odata.type":"#A.B.)") + t.dto + R"(","Id":77,"Status":")" + status + "\"}");
      if (s.what() == "PATCH IAssignments(77)") return nothing();
      if (s.what() == "POST Docflow/CompleteAssignment") {
        status = "Completed";
        return nothing();
      }
      return std::nullopt;
    });
    const auto adapter = rx.adapter();
    AuthorDecision d;
    d.task_id = "77";
    ASSERT_TRUE(rx.run(adapter->decide_round(rx.context(), task(), d, true, "исправлено")));
    const auto body = body_of(rx.asked("POST").at(0));
    EXPECT_EQ(js::text(body, "result"), t.result);
    EXPECT_EQ(js::integer(body, "assignmentId"), 77);
    EXPECT_EQ(js::text(body_of(rx.asked("PATCH").at(0)), "ActiveText"), "исправлено");
    ASSERT_TRUE(rx.run(adapter->decide_round(rx.context(), task(), d, true, "")));
    EXPECT_EQ(rx.asked("POST").size(), 1U) << "the round is over: success";
  }
}

TEST(RxCancel, goes_by_the_module_and_tells_the_reason) {
  std::string status = "InProcess";
  Offer offer;
  offer.module = true;
  ScriptedRx rx(
      [&](const Seen& s) -> std::optional<net::ServerResponse> {
        if (s.what() == "GET IApprovalTasks(500)") return json(200, R"({"Id":500,"Status":")" + status + "\"}");
        if (s.what() == "POST SedlinkConnector/AbortApprovalTask") {
          status = "Aborted";
          return nothing();
        }
        return std::nullopt;
      },
      offer);
  const auto adapter = rx.adapter();
  ASSERT_TRUE(rx.run(adapter->cancel(rx.context(), task(), "Отозвано в CRM")));
  const auto body = body_of(rx.asked("POST").at(0));
  EXPECT_EQ(js::integer(body, "taskId"), 500);
  EXPECT_EQ(js::text(body, "reason"), "Отозвано в CRM");
  ASSERT_TRUE(rx.run(adapter->cancel(rx.context(), task(), "ещё раз")));
  EXPECT_EQ(rx.asked("POST").size(), 1U);
  status = "Completed";
  EXPECT_EQ(rx.run(adapter->cancel(rx.context(), task(), "")).error().code, "edms.already_ended");
}

TEST(RxCancel, is_done_when_the_task_is_seen_aborted) {
  Offer offer;
  offer.module = true;
  ScriptedRx rx(
      [&](const Seen& s) -> std::optional<net::ServerResponse> {
        if (s.method == "GET") return json(200, R"({"Id":500,"Status":"InProcess"})");
        return nothing();  // taken, and done in the background
      },
      offer);
  const auto adapter = rx.adapter();
  EXPECT_EQ(rx.run(adapter->cancel(rx.context(), task(), "")).error().fault, Fault::transient);
}

TEST(RxCancel, without_the_module_is_refused_for_approvals_and_done_for_simple_tasks) {
  std::string status = "InProcess";
  ScriptedRx rx([&](const Seen& s) -> std::optional<net::ServerResponse> {
    if (s.method == "GET") return json(200, R"({"Id":500,"Status":")" + status + "\"}");
    if (s.what() == "POST Shell/AbortTask") status = "Aborted";
    if (s.what() == "POST Shell/AbortTask" || s.method == "DELETE") return nothing();
    if (s.method == "PATCH") return nothing();  // ignored by the server
    return std::nullopt;
  });
  const auto adapter = rx.adapter();
  const auto refused = rx.run(adapter->cancel(rx.context(), task(), "причина"));
  EXPECT_EQ(refused.error().code, "edms.no_cancel");
  EXPECT_TRUE(rx.asked("POST").empty());
  EXPECT_TRUE(rx.run(adapter->cancel(rx.context(), task("ISimpleTasks"), "причина")));
  EXPECT_EQ(rx.asked("POST Shell/AbortTask").size(), 1U);
  status = "InProcess";
  auto settings = rx.settings();
  settings.values["cancel"] = "patch";
  const auto bold = rx.adapter(settings);
  EXPECT_EQ(rx.run(bold->cancel(rx.context(), task(), "")).error().code, "edms.no_cancel")
      << "believed only when the status has changed";
  EXPECT_EQ(rx.asked("PATCH IApprovalTasks(500)").size(), 1U);
  status = "Draft";
  EXPECT_TRUE(rx.run(adapter->cancel(rx.context(), task(), "")));
  EXPECT_EQ(rx.asked("DELETE IApprovalTasks(500)").size(), 1U) << "a draft is removed";
}

}  // namespace
}  // namespace sedlink::directum::test
