// What `sedlink process` prints for people: Russian words first, codes in brackets.
#include "process_output.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace sedlink::app {
namespace {

std::string done(const std::string& command, const std::string& answer) {
  std::ostringstream out;
  print_done(out, command, boost::json::parse(answer));
  return out.str();
}

TEST(ProcessOutput, every_command_answers_in_a_russian_sentence) {
  EXPECT_EQ(
      done("launch", R"({"accepted":"portal/deal/77","mapping":"contracts"})"),
      "Принято: карточка portal/deal/77, сопоставление contracts. Что вышло: sedlink process show portal/deal/77\n");
  EXPECT_EQ(done("retry", R"({"retried":2})"), "Повторяется действий: 2\n");
  EXPECT_EQ(done("skip", R"({"skipped":[5,6]})"), "Пропущено действий: 2 (№ 5, 6)\n");
  EXPECT_EQ(done("cancel", R"({"id":"x","cancel":"requested"})"),
            "Отзыв отправлен в СЭД: процесс x. Что вышло: sedlink process show x\n");
  EXPECT_EQ(done("pause", R"({"id":"x","paused":true})"), "Приостановлен: процесс x\n");
}

TEST(ProcessOutput, an_error_begins_with_its_words_and_a_closed_run_with_its_reason) {
  const auto process = boost::json::parse(R"json({"id":"x","outcome":"skipped","effects":[{"id":7,"status":"incident",
    "what":"Создать документ в СЭД","attempts":1,
    "error":"rejected onec.fill: Поле \"Папка\" не заполнено (vendor: Client)"}]})json");
  std::ostringstream out;
  print_process(out, process, TimeZone());
  EXPECT_NE(out.str().find("итог: снят администратором"), std::string::npos) << out.str();
  EXPECT_NE(out.str().find("— Поле \"Папка\" не заполнено (код СЭД или CRM: Client) [onec.fill]"), std::string::npos)
      << out.str();
  EXPECT_EQ(out.str().find("rejected"), std::string::npos) << out.str();
}

TEST(ProcessOutput, status_counts_the_runs_that_wait_for_somebody) {
  std::ostringstream out;
  print_status(out, boost::json::parse(R"({"connections":[],"running":3,"waiting":2})"), TimeZone());
  EXPECT_NE(out.str().find("ждут данных или настройки: 2"), std::string::npos) << out.str();
}

TEST(ProcessOutput, status_tells_who_notifies_us_and_who_will_not) {
  std::ostringstream out;
  print_status(out, boost::json::parse(R"({"connections":[
    {"name":"one","side":"edms","push":true,"push_error":"","last_notice":"2026-11-26T09:00:00Z"},
    {"name":"three","side":"edms","push":true,"push_error":"","last_notice":null},
    {"name":"two","side":"edms","push":false,"push_error":"Нет прав [rx.rights]"}]})"),
               TimeZone());
  EXPECT_NE(out.str().find("работает, само сообщает о переменах"), std::string::npos) << out.str();
  EXPECT_NE(out.str().find("адрес для уведомлений принят, их ещё не было"), std::string::npos) << out.str();
  EXPECT_NE(out.str().find("уведомления не включены: Нет прав [rx.rights]"), std::string::npos) << out.str();
}

}  // namespace
}  // namespace sedlink::app
