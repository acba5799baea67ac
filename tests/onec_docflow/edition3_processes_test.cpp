// Processings of 3.0: prepared, started once, terminated (onec-docflow 9.3, 9.4).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "portal3.hpp"

namespace sedlink::onec_docflow::test {
namespace {

using testing::HasSubstr;

class OnecProcessing : public testing::Test {
 protected:
  OnecProcessing() : service([this](const Element& r) { return portal(r); }) {
    service.version = version3;
    portal.documents[document_id] = Document3();
    draft.kind = "processing";
    portal.on_order = [this](const Element& r) { return obey(r); };
  }
  // What 1C does on each order.
  std::string obey(const Element& r) {
    Document3& d = portal.documents[document_id];
    if (r.type == "DMFillProcessingRequest" || r.type == "DMRestartProcessingRequest") {
      d.present = true;
      d.state.clear();
      d.rows = action_row("DMActionApproval", "Согласование", "", "", {});
    }
    if (r.type == "DMStartProcessingRequest") {
      if (!start_refusal.empty()) return start_refusal;
      if (d.state == "Executing") return dm_error("Ошибка", "Запуск обработки документа не доступен по состоянию.");
      d.present = true;
      if (!background) d.state = "Executing";
      if (const Element* link = r.child("link")) portal.links[link->child("ownerObject")->text_of("id")] = document_id;
    }
    if (r.type == "DMTerminateProcessingRequest" && d.present && d.state == "Executing") {
      d.present = false;
      d.ended = "2024-03-01T11:00:00";
      d.interrupted = "Интеграция";
      d.reason = r.text_of("terminationReason");
    }
    return {};
  }
  ProcessRef prepared() {
    auto made = service.run(adapter->prepare_process(service.context(), document3(), draft));
    EXPECT_TRUE(made) << describe(made.error());
    return made ? made.value() : ProcessRef();
  }

  Portal3 portal;
  ScriptedService service;
  std::unique_ptr<api::EdmsAdapter> adapter = service.adapter();
  ProcessDraft draft;
  std::string start_refusal;
  bool background = false;
};

TEST_F(OnecProcessing, is_filled_by_the_rules_of_1c_and_nothing_runs_yet) {
  const ProcessRef ref = prepared();
  EXPECT_EQ(ref.id, processing_id);
  EXPECT_EQ(ref.document, document3());
  EXPECT_EQ(ref.url, document3().url);
  EXPECT_EQ(service.asked("DMFillProcessingRequest").size(), 1u);
  EXPECT_TRUE(service.asked("DMStartProcessingRequest").empty());
}

TEST_F(OnecProcessing, that_somebody_has_filled_already_is_not_filled_over) {
  prepared();
  prepared();
  EXPECT_EQ(service.asked("DMFillProcessingRequest").size(), 1u);
}

TEST_F(OnecProcessing, is_restarted_when_the_last_one_is_completed) {
  portal.documents[document_id].present = true;
  portal.documents[document_id].state = "Completed";
  prepared();
  EXPECT_EQ(service.asked("DMRestartProcessingRequest").size(), 1u);
  EXPECT_TRUE(service.asked("DMFillProcessingRequest").empty());
}

TEST_F(OnecProcessing, of_a_document_that_runs_already_is_refused_in_words) {
  portal.documents[document_id].present = true;
  portal.documents[document_id].state = "Executing";
  const auto made = service.run(adapter->prepare_process(service.context(), document3(), draft));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, "edms.already_running");
  EXPECT_EQ(made.error().audience, Audience::user);
}

TEST_F(OnecProcessing, is_started_once_with_our_key_on_the_document) {
  const ProcessRef ref = prepared();
  EXPECT_FALSE(service.run(adapter->find_process(service.context(), document3(), draft)).value());
  ASSERT_TRUE(service.run(adapter->start_process(service.context("another-key"), ref)));
  ASSERT_TRUE(service.run(adapter->start_process(service.context("another-key"), ref)));
  const auto starts = service.asked("DMStartProcessingRequest");
  ASSERT_EQ(starts.size(), 1u);
  const Element* owner = starts[0].child("link")->child("ownerObject");
  EXPECT_EQ(owner->text_of("id"), key);
  EXPECT_EQ(owner->text_of("type"), "sedlink.item.process");
  EXPECT_EQ(starts[0].child("link")->child("linkedObject")->text_of("id"), document_id);
  const auto found = service.run(adapter->find_process(service.context(), document3(), draft));
  ASSERT_TRUE(found && found.value());
  EXPECT_EQ(found.value()->id, ref.id);
}

TEST_F(OnecProcessing, that_1c_starts_in_the_background_is_not_ordered_again) {
  background = true;
  const ProcessRef ref = prepared();
  ASSERT_TRUE(service.run(adapter->start_process(service.context(), ref)));
  const auto polled = service.run(adapter->poll(service.context(), {ref}));
  ASSERT_TRUE(polled && polled.value().snapshots.at(0));
  EXPECT_EQ(polled.value().snapshots[0].value().state, ProcessState::queued);
  ASSERT_TRUE(service.run(adapter->start_process(service.context(), ref)));
  EXPECT_EQ(service.asked("DMStartProcessingRequest").size(), 1u);
}

TEST_F(OnecProcessing, refused_because_it_runs_already_counts_as_started_whatever_the_words) {
  const ProcessRef ref = prepared();
  portal.on_order = [this](const Element&) {
    portal.documents[document_id].state = "Executing";  // the first order had arrived after all
    return dm_error("Ошибка", "Документ не может быть запущен в обработку: не заполнены роли файлов");
  };
  EXPECT_TRUE(service.run(adapter->start_process(service.context(), ref)));
}

TEST_F(OnecProcessing, that_1c_does_not_start_tells_why) {
  const ProcessRef ref = prepared();
  start_refusal = dm_error("Ошибка", "Документ не может быть запущен в обработку: не заполнены роли файлов");
  const auto started = service.run(adapter->start_process(service.context(), ref));
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().fault, Fault::rejected);
  EXPECT_THAT(started.error().message, HasSubstr("роли файлов"));
}

TEST_F(OnecProcessing, whose_start_lost_its_answer_is_looked_at_before_it_is_ordered_again) {
  const ProcessRef ref = prepared();
  bool lose = true;
  service.before = [&](const Seen& s) -> std::optional<net::ServerResponse> {
    if (s.request.type != "DMStartProcessingRequest" || !lose) return std::nullopt;
    lose = false;
    obey(s.request);
    net::ServerResponse r(200, "text/xml", "");
    r.sabotage = net::Sabotage::close_before_answer;
    return r;
  };
  const auto lost = service.run(adapter->start_process(service.context(), ref));
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().fault, Fault::ambiguous);
  EXPECT_TRUE(service.run(adapter->start_process(service.context(), ref)));
  EXPECT_TRUE(service.asked("DMStartProcessingRequest").empty()) << "the only order is the lost one";
}

TEST_F(OnecProcessing, is_terminated_with_the_reason_and_once) {
  const ProcessRef ref = prepared();
  ASSERT_TRUE(service.run(adapter->start_process(service.context(), ref)));
  ASSERT_TRUE(service.run(adapter->cancel(service.context(), ref, "Отозвано в CRM")));
  ASSERT_TRUE(service.run(adapter->cancel(service.context(), ref, "Отозвано в CRM")));
  const auto orders = service.asked("DMTerminateProcessingRequest");
  ASSERT_EQ(orders.size(), 1u);
  EXPECT_EQ(orders[0].text_of("terminationReason"), "Отозвано в CRM");
  const auto polled = service.run(adapter->poll(service.context(), {ref}));
  ASSERT_TRUE(polled && polled.value().snapshots.at(0));
  EXPECT_EQ(polled.value().snapshots[0].value().state, ProcessState::interrupted);
  EXPECT_THAT(polled.value().snapshots[0].value().ended_how, HasSubstr("Отозвано в CRM"));
}

TEST_F(OnecProcessing, that_is_completed_is_left_alone) {
  portal.documents[document_id].present = true;
  portal.documents[document_id].state = "Completed";
  const auto cancelled = service.run(adapter->cancel(service.context(), process3(), "поздно"));
  ASSERT_FALSE(cancelled);
  EXPECT_EQ(cancelled.error().code, "edms.already_ended");
  EXPECT_TRUE(service.asked("DMTerminateProcessingRequest").empty());
}

TEST_F(OnecProcessing, cannot_be_terminated_without_the_right_and_the_user_reads_that) {
  portal.documents[document_id].present = true;
  portal.documents[document_id].state = "Executing";
  portal.on_order = [](const Element&) {
    return dm_error("Ошибка", "У Вас недостаточно прав для прерывания обработки документа");
  };
  const auto cancelled = service.run(adapter->cancel(service.context(), process3(), "отзыв"));
  ASSERT_FALSE(cancelled);
  EXPECT_EQ(cancelled.error().code, "edms.no_cancel");
}

TEST_F(OnecProcessing, prepared_after_a_termination_is_not_taken_for_the_terminated_one) {
  Document3& d = portal.documents[document_id];
  d.ended = "2024-02-01T11:00:00";
  d.interrupted = "Петров";
  d.reason = "прошлый раз";
  portal.on_order = [](const Element&) { return std::string(); };  // filled, but 1C shows the old end until the start
  const ProcessRef ref = prepared();
  EXPECT_EQ(ref.id, key);
  const auto polled = service.run(adapter->poll(service.context(), {ref}));
  ASSERT_TRUE(polled && polled.value().snapshots.at(0));
  EXPECT_EQ(polled.value().snapshots[0].value().state, ProcessState::queued);
  EXPECT_FALSE(polled.value().snapshots[0].value().outcome);
  ASSERT_TRUE(service.run(adapter->start_process(service.context(), ref)));
  EXPECT_EQ(service.asked("DMStartProcessingRequest").size(), 1u);
}

TEST_F(OnecProcessing, takes_the_named_approvers_before_its_start) {
  portal.lists["DMEmployee"] = {{employee_id, "Петров Пётр Петрович"}};
  portal.other = [](const Element& r) {
    if (r.type == "DMRetrieveRequest") {
      return envelope("DMRetrieveResponse", object("objects", "DMActionApproval", action_id, "Согласование",
                                                   "<m:comment/><m:description>как есть</m:description>"));
    }
    EXPECT_EQ(r.type, "DMUpdateRequest");
    return envelope("DMUpdateResponse",
                    "<m:objects><m:key><m:id>" + std::string(action_id) +
                        "</m:id><m:type>DMActionApproval</m:type></m:key><m:success>true</m:success></m:objects>");
  };
  Reference approver;
  approver.name = "Петров Петр Петрович";
  draft.approvers.push_back(approver);
  prepared();
  const auto updates = service.asked("DMUpdateRequest");
  ASSERT_EQ(updates.size(), 1u);
  const Element* action = updates[0].child("objects");
  EXPECT_EQ(action->text_of("description"), "как есть");
  const auto rows = action->child("participantRows")->all("rows");
  ASSERT_EQ(rows.size(), 1u);
  const Element* task = rows[0]->child("participant")->child("taskParticipant");
  EXPECT_EQ(object_id(task->child("employee")).id, employee_id);
}

TEST_F(OnecProcessing, is_refused_when_approvers_are_named_and_the_rules_have_no_approval) {
  portal.on_order = [this](const Element&) {
    portal.documents[document_id].present = true;
    portal.documents[document_id].rows = action_row("DMActionExamination", "Ознакомление", "", "", {});
    return std::string();
  };
  Reference approver;
  approver.name = "Петров";
  draft.approvers.push_back(approver);
  const auto made = service.run(adapter->prepare_process(service.context(), document3(), draft));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, "edms.approvers");
}

TEST_F(OnecProcessing, takes_the_documents_template_and_hears_when_1c_refuses_it) {
  portal.lists["DMDocumentTemplate"] = {{"t1", "Договор с поставщиком"}};
  bool refuse = false;
  portal.other = [&refuse](const Element& r) {
    EXPECT_EQ(r.type, "DMUpdateRequest");
    const std::string id = "<m:key><m:id>" + std::string(document_id) + "</m:id><m:type>DMDocument</m:type></m:key>";
    if (!refuse) return envelope("DMUpdateResponse", "<m:objects>" + id + "<m:success>true</m:success></m:objects>");
    return envelope("DMUpdateResponse",
                    "<m:objects>" + id +
                        "<m:success>false</m:success><m:error><m:description>Свойство «Шаблон» не может быть изменено "
                        "для состояния «Зарегистрирован»</m:description><m:subject>Ошибка</m:subject></m:error>"
                        "</m:objects>");
  };
  draft.template_name = "Договор с поставщиком";
  prepared();
  EXPECT_EQ(object_id(service.asked("DMUpdateRequest").at(0).child("objects")->child("template")).id, "t1");
  refuse = true;
  const auto made = service.run(adapter->prepare_process(service.context(), document3(), draft));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, "onec.state");
}

TEST_F(OnecProcessing, leaves_the_rounds_result_to_the_people_in_1c) {
  EXPECT_TRUE(service.run(adapter->find_person(service.context(), Reference())));
  const api::Capabilities c = adapter->capabilities();
  EXPECT_FALSE(c.resubmit);
  EXPECT_FALSE(c.set_due);
  EXPECT_TRUE(c.cancel);
  EXPECT_TRUE(c.cancel_reason);
  EXPECT_EQ(c.sheet, api::SheetSource::pdf);
  EXPECT_THAT(c.process_kinds, testing::ElementsAre("processing"));
  AuthorDecision decision;
  const auto decided = service.run(adapter->decide_round(service.context(), process3(), decision, true, ""));
  ASSERT_FALSE(decided);
  EXPECT_EQ(decided.error().code, "edms.no_decision");
}

}  // namespace
}  // namespace sedlink::onec_docflow::test
