// Processes: prepared, found by the key, started once, decided, interrupted (onec-docflow 8.6, 8.8, 8.9).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scripted_service.hpp"

namespace sedlink::onec_docflow::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string approval = "DMBusinessProcessApproval";
const std::string our_description = std::string("<m:description>Прошу\nsedlink:") + key + "</m:description>";

DocumentRef contract() { return DocumentRef{document_id, "DMInternalDocument", ""}; }

ProcessRef process() {
  ProcessRef p;
  p.id = process_id;
  p.type = approval;
  p.document = contract();
  return p;
}

ProcessDraft draft() {
  ProcessDraft d;
  d.kind = "approval";
  d.template_name = "Согласование договора";
  d.description = "Прошу согласовать";
  return d;
}

std::string performers() {
  return "<m:performers>" + object("user", "DMUser", user_id, "Иванов", "", false) + "</m:performers>";
}

std::string state(const std::string& id) { return object("state", "DMBusinessProcessState", id, id, "", false); }

// The header of a process in the order of the schema.
std::string retrieved(const std::string& header) {
  return envelope("DMRetrieveResponse", object("objects", approval, process_id, "Согласовать", header + performers()));
}

TEST(OnecProcesses, are_prefilled_by_the_template_and_saved_unstarted_with_our_key) {
  ScriptedService service([](const Element& r) {
    if (r.type == "DMGetObjectListRequest") {
      return envelope("DMGetObjectListResponse",
                      "<m:items><m:canHaveChildren>false</m:canHaveChildren><m:isFolder>false</m:isFolder>" +
                          object("object", r.text_of("type"), "t1", "Согласование договора") + "</m:items>");
    }
    if (r.type == "DMGetBusinessProcessByTemplateRequest") {
      return envelope("DMGetBusinessProcessByTemplateResponse",
                      object("object", approval, "", "Согласовать договор", performers()));
    }
    return envelope("DMCreateResponse", object("object", approval, process_id, "Согласовать договор"));
  });
  const auto adapter = service.adapter();
  const auto made = service.run(adapter->prepare_process(service.context(), contract(), draft()));
  ASSERT_TRUE(made) << describe(made.error());
  EXPECT_EQ(made.value().id, process_id);
  EXPECT_EQ(made.value().type, approval);
  EXPECT_THAT(made.value().url, HasSubstr("#e1cib/data/БизнесПроцесс.Согласование?ref="));
  const Element by_template = service.asked("DMGetBusinessProcessByTemplateRequest").at(0);
  std::vector<std::string> names;
  for (const Element& c : by_template.children) names.push_back(c.name);
  EXPECT_THAT(names, ElementsAre("dataBaseID", "type", "targetID", "businessProcessTemplateId"));
  EXPECT_EQ(by_template.child("businessProcessTemplateId")->text_of("type"), "DMBusinessProcessApprovalTemplate");
  const Element create = service.asked("DMCreateRequest").at(0);
  const Element& object = *create.child("object");
  EXPECT_EQ(object.type, approval);
  EXPECT_EQ(object.text_of("description"), std::string("Прошу согласовать\nsedlink:") + key);
  EXPECT_EQ(object_id(object.child("author")).id, user_id) << "the integration user by default";
  EXPECT_NE(object.child("performers")->child("approvalOrder"), nullptr);
  EXPECT_NE(object.child("approvalType"), nullptr);
  EXPECT_TRUE(service.asked("DMLaunchBusinessProcessRequest").empty());
}

TEST(OnecProcesses, are_launched_by_id_and_alone_in_the_call) {
  ScriptedService service([](const Element& r) {
    if (r.type == "DMRetrieveRequest") return retrieved("<m:description>х</m:description><m:TD_Own>1</m:TD_Own>");
    return envelope("DMLaunchBusinessProcessResponse", object("businessProcess", approval, process_id, "x"));
  });
  service.judged = false;
  const auto adapter = service.adapter();
  const auto started = service.run(adapter->start_process(service.context(), process()));
  ASSERT_TRUE(started) << describe(started.error());
  EXPECT_EQ(service.seen.back().request.type, "DMLaunchBusinessProcessRequest");
  const Element sent = *service.seen.back().request.child("businessProcess");
  EXPECT_EQ(sent.type, approval);
  EXPECT_EQ(object_id(sent).id, process_id);
  EXPECT_EQ(sent.text_of("TD_Own"), "1") << "the whole object goes back";
}

TEST(OnecProcesses, are_not_launched_again_when_started_or_queued) {
  for (const std::string header : {"<m:started>true</m:started>", "<m:completed>true</m:completed>",
                                   "<m:completionMark>ReadyToExecute</m:completionMark>"}) {
    ScriptedService service([&header](const Element&) { return retrieved(header); });
    const auto adapter = service.adapter();
    EXPECT_TRUE(service.run(adapter->start_process(service.context(), process())));
    EXPECT_TRUE(service.asked("DMLaunchBusinessProcessRequest").empty()) << header;
  }
}

TEST(OnecProcesses, pass_on_why_1c_does_not_start_them) {
  ScriptedService service([](const Element& r) {
    if (r.type == "DMRetrieveRequest") return retrieved("");
    return dm_error("Ошибка запуска процесса",
                    "Невозможно стартовать процесс, так как некоторые из согласующих лиц участвуют");
  });
  const auto adapter = service.adapter();
  const auto started = service.run(adapter->start_process(service.context(), process()));
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().fault, Fault::rejected);
  EXPECT_EQ(started.error().code, "onec.busy_performers");
}

TEST(OnecProcesses, retry_once_with_the_other_order_of_performers_after_a_schema_fault) {
  ScriptedService service([](const Element& r) {
    if (r.type == "DMRetrieveRequest") {
      return envelope("DMRetrieveResponse",
                      object("objects", "DMBusinessProcessPerformance", process_id, "x",
                             "<m:performers><m:personalTaskName/><m:responsible>false</m:responsible>" +
                                 object("user", "DMUser", user_id, "И", "", false) + "</m:performers>"));
    }
    return envelope("DMLaunchBusinessProcessResponse", object("businessProcess", approval, process_id, "x"));
  });
  service.before = [](const Seen& s) -> std::optional<net::ServerResponse> {
    const Element* p = s.request.child("businessProcess");
    if (p == nullptr || p->child("performers")->children.front().name == "user") return std::nullopt;
    return net::ServerResponse(
        500, "text/xml",
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><s:Fault><faultcode>s:Client"
        "</faultcode><faultstring>Ошибка преобразования данных XDTO: Проверка свойства 'user'</faultstring>"
        "</s:Fault></s:Body></s:Envelope>");
  };
  service.judged = false;
  const auto adapter = service.adapter();
  ProcessRef p = process();
  p.type = "DMBusinessProcessPerformance";
  const auto started = service.run(adapter->start_process(service.context(), p));
  ASSERT_TRUE(started) << describe(started.error());
  EXPECT_EQ(service.asked("DMLaunchBusinessProcessRequest").size(), 1u);
}

std::string candidates(const Element& r) {
  if (r.type == "DMGetTasksTreeRequest") {
    return envelope("DMGetTasksTreeResponse",
                    object("businessProcesses", approval, "p1", "Чужой") +
                        object("businessProcesses", "DMBusinessProcessPerformance", "p9", "Другой"));
  }
  if (r.type == "DMGetObjectListRequest") {
    return envelope("DMGetObjectListResponse",
                    "<m:items><m:canHaveChildren>false</m:canHaveChildren><m:isFolder>false</m:isFolder>" +
                        object("object", approval, process_id, "Наш") + "</m:items>");
  }
  const bool ours = r.child("objectIds")->text_of("id") == process_id;
  return envelope("DMRetrieveResponse",
                  object("objects", approval, r.child("objectIds")->text_of("id"), "x", ours ? our_description : ""));
}

TEST(OnecProcesses, are_found_by_the_key_at_the_end_of_the_description) {
  ScriptedService service(candidates);
  const auto adapter = service.adapter();
  const auto found = service.run(adapter->find_process(service.context(), contract(), draft()));
  ASSERT_TRUE(found) << describe(found.error());
  ASSERT_TRUE(found.value());
  EXPECT_EQ(found.value()->id, process_id);
  EXPECT_EQ(service.asked("DMRetrieveRequest").size(), 2u) << "another class cannot be ours";
}

TEST(OnecProcesses, are_not_called_missing_while_one_of_them_cannot_be_read) {
  ScriptedService service([](const Element& r) {
    if (r.type == "DMRetrieveRequest") return dm_error("Ошибка при получении объектов", "непонятно что");
    return candidates(r);
  });
  const auto adapter = service.adapter();
  const auto found = service.run(adapter->find_process(service.context(), contract(), draft()));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().fault, Fault::transient);
}

TEST(OnecProcesses, are_interrupted_by_sending_everything_back_with_another_state) {
  bool interrupted = false;
  ScriptedService service([&interrupted](const Element& r) {
    if (r.type == "DMUpdateRequest") {
      interrupted = true;
      return envelope("DMUpdateRequest", object("objects", approval, process_id, "x"));
    }
    return retrieved("<m:started>true</m:started><m:description>х</m:description>" +
                     state(interrupted ? "Прерван" : "Активен"));
  });
  const auto adapter = service.adapter();
  const auto done = service.run(adapter->cancel(service.context(), process(), "передумали"));
  ASSERT_TRUE(done) << describe(done.error());
  const Element sent = *service.asked("DMUpdateRequest").at(0).child("objects");
  EXPECT_EQ(sent.type, approval);
  EXPECT_EQ(object_id(sent.child("state")).id, "Прерван");
  EXPECT_EQ(sent.text_of("description"), "х");
  EXPECT_NE(sent.child("performers"), nullptr);
  // Again: it is interrupted already.
  EXPECT_TRUE(service.run(adapter->cancel(service.context(), process(), "")));
  EXPECT_EQ(service.asked("DMUpdateRequest").size(), 1u);
}

TEST(OnecProcesses, are_left_alone_when_completed) {
  ScriptedService service([](const Element&) {
    return retrieved("<m:started>true</m:started><m:completed>true</m:completed>" + state("Активен"));
  });
  const auto adapter = service.adapter();
  const auto done = service.run(adapter->cancel(service.context(), process(), ""));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, "edms.already_ended");
  EXPECT_TRUE(service.asked("DMUpdateRequest").empty());
}

TEST(OnecProcesses, cannot_be_interrupted_without_corp_or_when_the_state_does_not_change) {
  ScriptedService service([](const Element& r) {
    if (r.type == "DMUpdateRequest") return envelope("DMUpdateRequest", "");
    return retrieved("<m:started>true</m:started>" + state("Активен"));
  });
  const auto adapter = service.adapter();
  const auto ignored = service.run(adapter->cancel(service.context(), process(), ""));
  ASSERT_FALSE(ignored);
  EXPECT_EQ(ignored.error().code, "edms.no_cancel");
  service.version = "2.1.32.6";
  const auto prof = service.adapter();
  const auto refused = service.run(prof->cancel(service.context(), process(), ""));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "edms.no_cancel");
  EXPECT_EQ(service.asked("DMUpdateRequest").size(), 1u);
}

std::string checkup(const std::string& more) {
  return envelope("DMRetrieveResponse",
                  object("objects", "DMBusinessProcessApprovalTaskCheckup", "t2", "Ознакомиться", more));
}

AuthorDecision decision() {
  AuthorDecision d;
  d.task_id = "DMBusinessProcessApprovalTaskCheckup:t2";
  return d;
}

TEST(OnecRounds, are_decided_by_executing_the_authors_task) {
  for (const bool again : {true, false}) {
    ScriptedService service([](const Element& r) {
      if (r.type == "DMUpdateRequest") return envelope("DMUpdateRequest", "");
      return checkup(
          "<m:executed>false</m:executed><m:description/><m:businessProcessStep>Ознакомиться</m:businessProcessStep>"
          "<m:iterationNumber>1</m:iterationNumber>");
    });
    service.judged = false;
    const auto adapter = service.adapter();
    const auto done = service.run(adapter->decide_round(service.context(), process(), decision(), again, "Исправили"));
    ASSERT_TRUE(done) << describe(done.error());
    const Element task = *service.asked("DMUpdateRequest").at(0).child("objects");
    std::vector<std::string> names;
    for (const Element& c : task.children) names.push_back(c.name);
    EXPECT_THAT(names, ElementsAre("name", "objectID", "executed", "description", "businessProcessStep",
                                   "executionComment", "iterationNumber", "returned"));
    EXPECT_EQ(task.text_of("executed"), "true");
    EXPECT_EQ(task.text_of("executionComment"), "Исправили");
    EXPECT_EQ(task.text_of("returned"), again ? "true" : "false");
    EXPECT_EQ(service.asked("DMRetrieveRequest").at(0).child("objectIds")->text_of("type"),
              "DMBusinessProcessApprovalTaskCheckup");
  }
}

TEST(OnecRounds, are_not_decided_twice) {
  for (const std::string more : {"<m:executed>true</m:executed>",
                                 "<m:executed>false</m:executed><m:executionMark>ReadyToExecute</m:executionMark>"}) {
    ScriptedService service([&more](const Element&) { return checkup(more); });
    const auto adapter = service.adapter();
    EXPECT_TRUE(service.run(adapter->decide_round(service.context(), process(), decision(), true, "")));
    EXPECT_TRUE(service.asked("DMUpdateRequest").empty());
  }
}

}  // namespace
}  // namespace sedlink::onec_docflow::test
