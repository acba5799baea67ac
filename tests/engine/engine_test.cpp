#include "running.hpp"

namespace sedlink::engine::testing {
namespace {

class RunningWithLittleSpace : public Running {
 protected:
  RunningWithLittleSpace() { spool_quota_ = 20; }
};

TEST_F(Running, a_contract_goes_out_is_approved_and_comes_back) {
  edms_->outcome = Outcome::approved;
  EXPECT_TRUE(until([this] { return crm_->uploads.size() == 6; }));
  EXPECT_EQ(crm_->item.stage, "DT1036_10:SUCCESS");
  EXPECT_EQ(edms_->documents.size(), 1u);
  EXPECT_EQ(edms_->script.calls["fetch"], 1) << "three targets fetch once";
}

TEST_F(Running, the_journal_tells_each_turn_with_its_card) {
  edms_->outcome = Outcome::approved;
  EXPECT_TRUE(until([this] { return crm_->uploads.size() == 6; }));
  const auto lines = log_.lines();
  const auto told = [&](const std::string& begin) {
    return std::count_if(lines.begin(), lines.end(), [&](const std::string& l) { return l.starts_with(begin); });
  };
  EXPECT_EQ(told("launched portal/dynamic:1036/77"), 1);
  EXPECT_EQ(told("process_started portal/dynamic:1036/77"), 1);
  EXPECT_EQ(told("outcome portal/dynamic:1036/77 approved"), 1);
}

TEST_F(Running, a_withdrawal_that_the_edms_cannot_do_is_refused_to_the_operator_by_the_card_s_name) {
  edms_->can_cancel = false;
  EXPECT_TRUE(until([this] { return crm_->item.stage == "DT1036_10:APPROVAL"; }));
  const auto ask = [this](const char* id) {
    return testing_support::run_task(io_, engine_->operate(std::string(R"({"command":"cancel","id":")") + id + "\"}"));
  };
  const std::string refused = ask("portal/dynamic:1036/77");
  EXPECT_NE(refused.find("operator.no_cancel"), std::string::npos) << refused;
  EXPECT_NE(refused.find("прервите процесс в самой СЭД"), std::string::npos) << refused;
  EXPECT_NE(ask("portal/dynamic:1036/78").find("operator.not_found"), std::string::npos);
}

TEST_F(Running, what_a_person_waits_for_goes_before_polls_sweeps_and_files) {
  edms_->outcome = Outcome::approved;
  EXPECT_TRUE(until([this] { return crm_->uploads.size() == 6 && crm_->item.stage == "DT1036_10:SUCCESS"; }));
  for (const Script* script : {&crm_->script, &edms_->script}) {
    for (const char* call : {"apply", "create_document", "prepare_process", "start_process"})
      EXPECT_FALSE(script->for_nobody.contains(call)) << call;
    for (const char* call : {"sweep", "poll", "attach_file", "upload"})
      EXPECT_FALSE(script->for_people.contains(call)) << call;
  }
  EXPECT_GT(crm_->script.for_people["apply"], 0);
  EXPECT_GT(crm_->script.for_people["read"], 0);
  EXPECT_GT(edms_->script.for_people["start_process"], 0);
  EXPECT_GT(edms_->script.for_nobody["poll"], 0);
}

TEST_F(Running, after_an_ambiguous_answer_the_document_is_looked_up_and_not_made_again) {
  edms_->script.next("create_document", Fault::ambiguous, true);
  edms_->script.next("attach_file", Fault::ambiguous, true);
  edms_->script.next("prepare_process", Fault::ambiguous, true);
  edms_->script.next("start_process", Fault::ambiguous, true);
  EXPECT_TRUE(until([this] { return crm_->item.stage == "DT1036_10:APPROVAL"; }));
  EXPECT_EQ(edms_->script.calls["create_document"], 1);
  EXPECT_EQ(edms_->script.calls["attach_file"], 1);
  EXPECT_EQ(edms_->processes.size(), 1u);
}

TEST_F(Running, after_an_ambiguous_answer_comments_are_looked_up_and_not_written_again) {
  crm_->script.next("apply", Fault::ambiguous, true);
  crm_->script.next("apply", Fault::ambiguous, true);
  edms_->outcome = Outcome::rejected;
  EXPECT_TRUE(until([this] { return crm_->item.stage == "DT1036_10:FAIL"; }));
  EXPECT_GE(crm_->script.calls["find"], 1);
  EXPECT_EQ(std::count(crm_->comments.begin(), crm_->comments.end(), "Отправлено на согласование в СЭД"), 1);
}

TEST_F(Running, an_effect_without_a_receipt_is_looked_up_and_not_repeated) {
  crm_->unreceipted = 1;
  edms_->outcome = Outcome::rejected;
  EXPECT_TRUE(until([this] { return crm_->item.stage == "DT1036_10:FAIL"; }));
  EXPECT_GE(crm_->script.calls["find"], 1);
  EXPECT_EQ(engine_->counters().incidents, 0u);
  EXPECT_EQ(std::count(crm_->comments.begin(), crm_->comments.end(), "Отправлено на согласование в СЭД"), 1);
}

TEST_F(Running, polls_that_are_refused_are_asked_again_and_later_believed) {
  edms_->outcome = Outcome::approved;
  for (int i = 0; i < 2; ++i) edms_->script.next("poll", Fault::rejected);
  edms_->script.next("poll", Fault::transient);
  EXPECT_TRUE(until([this] { return crm_->item.stage == "DT1036_10:SUCCESS"; }));
}

TEST_F(Running, an_upload_in_doubt_is_found_by_its_memo) {
  edms_->outcome = Outcome::approved;
  crm_->script.next("upload", Fault::ambiguous, true);
  EXPECT_TRUE(until([this] { return crm_->uploads.size() >= 6; }));
  EXPECT_EQ(crm_->script.calls["find_upload"], 1);
  EXPECT_EQ(crm_->uploads.size(), 6u);
}

TEST_F(Running, an_outage_needs_no_human_hand) {
  for (int i = 0; i < 6; ++i) edms_->script.next("counterparty", Fault::transient);
  for (int i = 0; i < 4; ++i) crm_->script.next("read", Fault::transient);
  EXPECT_TRUE(until([this] { return edms_->started; }));
  EXPECT_EQ(edms_->script.calls["counterparty"], 7);
}

TEST_F(Running, a_card_whose_step_could_not_be_stored_is_read_again) {
  crm_->on_read = [this, first = true]() mutable {
    if (first) store_->refuse = 1;
    first = false;
  };
  EXPECT_TRUE(until([this] { return edms_->started; }));
  EXPECT_GE(crm_->script.calls["read"], 2);
  EXPECT_EQ(edms_->documents.size(), 1u);
}

TEST_F(Running, an_effect_whose_result_could_not_be_stored_is_looked_up_and_not_repeated) {
  edms_->on_create_document = [this] { store_->refuse = 2; };  // the result, and that it is in doubt
  EXPECT_TRUE(until([this] { return edms_->started; }));
  EXPECT_EQ(edms_->script.calls["create_document"], 1);
  EXPECT_EQ(edms_->documents.size(), 1u);
}

TEST_F(Running, refused_credentials_pause_the_connection_and_drop_nothing) {
  edms_->script.next("create_document", Fault::unauthorized);
  bool paused = false;
  EXPECT_TRUE(until([&] {
    for (const auto& h : engine_->health()) paused = paused || (h.name == "docflow" && h.paused);
    return edms_->started;
  }));
  EXPECT_TRUE(paused);
}

TEST_F(Running, what_is_repeated_for_long_is_told_and_the_alarm_ends_by_itself) {
  for (int i = 0; i < 3; ++i) edms_->script.next("attach_file", Fault::transient);
  EXPECT_TRUE(until([this, shifted = false]() mutable {
    if (!shifted && edms_->script.calls["attach_file"] == 1) {
      clock_.shift = std::chrono::minutes(16);
      shifted = true;
    }
    return edms_->started;
  }));
  int alarms = 0, open = 0;
  for (const auto& row : effects()) {
    if (row.key.rfind("late|", 0) != 0) continue;
    ++alarms;
    if (row.status == store::EffectStatus::incident) ++open;
  }
  EXPECT_EQ(alarms, 1);
  EXPECT_EQ(open, 0);
}

TEST_F(Running, an_effect_in_flight_does_not_outlive_a_withdrawal) {
  edms_->script.next("attach_file", Fault::ambiguous, true);
  edms_->hold_attach = [this, asked = false]() mutable {
    if (!asked) {
      asked = true;
      crm_->item.stage = "DT1036_10:WITHDRAWN";
      crm_->item.moved_at = clock_.now();
      asio::co_spawn(io_, look(), asio::detached);
    }
    return crm_->item.stage != "DT1036_10:NEW";
  };
  // The failed attempt waits for its turn again, and only then learns that nobody wants it any more.
  EXPECT_TRUE(until_stored([](const std::vector<store::EffectRow>& rows) {
    return std::any_of(rows.begin(), rows.end(), [](const store::EffectRow& row) {
      return row.kind == "attach_file" && row.status == store::EffectStatus::skipped;
    });
  }));
  EXPECT_EQ(crm_->item.stage, "DT1036_10:NEW");
  EXPECT_EQ(edms_->script.calls["attach_file"], 1);
  EXPECT_TRUE(edms_->processes.empty());
}

TEST_F(Running, somebody_hired_after_the_start_is_found_when_first_named) {
  crm_->item.moved_by = crm_->item.assigned_by = "57";
  crm_->hired = {Person{"57", "Новиков Олег Игоревич", ""}};
  EXPECT_TRUE(until([this] { return edms_->started; }));
  EXPECT_EQ(crm_->script.calls["people"], 2);
}

TEST_F(Running, a_person_nobody_knows_is_named_in_the_card) {
  crm_->item.moved_by = crm_->item.assigned_by = "58";
  const auto told = [this] {
    return std::any_of(crm_->comments.begin(), crm_->comments.end(),
                       [](const std::string& c) { return c.find("Сотрудник 58") != std::string::npos; });
  };
  EXPECT_TRUE(until(told));
  EXPECT_FALSE(edms_->started);
}

TEST_F(Running, an_empty_field_is_named_as_the_form_names_it) {
  crm_->titles = std::make_shared<const api::FieldTitles>(
      api::FieldTitles{{"dynamic:1036", {{"ufCrm10Contract", "Файл договора"}}}});
  crm_->item.fields["ufCrm10Contract"] = Value();
  EXPECT_TRUE(until([this] { return !crm_->comments.empty(); }));
  EXPECT_NE(crm_->comments[0].find("Не заполнено: поле карточки «Файл договора»"), std::string::npos)
      << crm_->comments[0];
}

TEST_F(Running, a_file_above_the_limit_of_the_edms_is_refused_in_words_before_anything_is_created) {
  edms_->max_file = 4;
  EXPECT_TRUE(until([this] { return !crm_->comments.empty(); }));
  EXPECT_NE(crm_->comments[0].find("Не отправлено в СЭД. Файл «contract.pdf»"), std::string::npos) << crm_->comments[0];
  EXPECT_NE(crm_->comments[0].find("предела для файлов СЭД"), std::string::npos) << crm_->comments[0];
  EXPECT_TRUE(edms_->documents.empty());
  EXPECT_EQ(engine_->counters().incidents, 0u);
}

TEST_F(Running, a_result_above_the_limit_of_a_place_is_told_and_the_others_get_theirs) {
  crm_->limits.max_inline_file = 4;
  edms_->outcome = Outcome::approved;
  const auto refusals = [this] {
    return std::count_if(crm_->comments.begin(), crm_->comments.end(), [](const std::string& c) {
      return c.starts_with("Не удалось сохранить «contract.pdf»: файл (8 Б) больше 4 Б — предела для файлов в ");
    });
  };
  EXPECT_TRUE(until([&] { return crm_->uploads.size() == 4 && refusals() == 2; }));
  EXPECT_EQ(std::count(crm_->uploads.begin(), crm_->uploads.end(), "contract.pdf"), 1) << "into the folder";
  EXPECT_EQ(engine_->counters().incidents, 0u);
}

TEST_F(RunningWithLittleSpace, a_full_spool_makes_files_wait_and_not_fail) {
  std::filesystem::create_directories(folder_ / "spool");
  std::ofstream(folder_ / "spool" / "in-another") << "thirty bytes of another file .";
  EXPECT_TRUE(until([this] {
    if (engine_->counters().effects_failed["collect_files"] < 3) return false;
    std::filesystem::remove(folder_ / "spool" / "in-another");
    return edms_->started;
  }));
  EXPECT_EQ(crm_->script.calls["download"], 1);
  EXPECT_EQ(engine_->counters().incidents, 0u);
}

TEST_F(Running, what_only_an_admin_can_cure_is_an_incident_that_can_be_retried) {
  edms_->script.next("create_document", Fault::rejected);
  EXPECT_TRUE(until([&] { return engine_->counters().incidents == 1; }));
  EXPECT_FALSE(edms_->started);
}

}  // namespace
}  // namespace sedlink::engine::testing
