#include "client/classify.hpp"

#include <gtest/gtest.h>

namespace sedlink::bitrix24 {
namespace {

Error answer(int status, const std::string& body, bool write = false) {
  const auto outcome = wire::read_answer(status, body);
  EXPECT_TRUE(std::holds_alternative<wire::Refusal>(outcome)) << body;
  return classify(std::get<wire::Refusal>(outcome), write);
}
Error code(int status, const std::string& name, bool write = false) {
  return answer(status, R"({"error":")" + name + R"(","error_description":"why"})", write);
}

TEST(Bitrix24Classify, follows_the_table_of_system_errors) {
  struct Row {
    int status;
    const char* name;
    Fault fault;
  };
  for (const auto& [status, name, fault] : {Row{503, "QUERY_LIMIT_EXCEEDED", Fault::throttled},
                                            {429, "OPERATION_TIME_LIMIT", Fault::throttled},
                                            {503, "OVERLOAD_LIMIT", Fault::unauthorized},
                                            {401, "expired_token", Fault::unauthorized},
                                            {401, "NO_AUTH_FOUND", Fault::unauthorized},
                                            {401, "METHOD_CONFIRM_WAITING", Fault::unauthorized},
                                            {403, "insufficient_scope", Fault::unauthorized},
                                            {403, "INVALID_CREDENTIALS", Fault::unauthorized},
                                            {403, "ACCESS_DENIED", Fault::unauthorized},
                                            {403, "user_access_error", Fault::unauthorized},
                                            {403, "allowed_only_intranet_user", Fault::unauthorized},
                                            {403, "WRONG_AUTH_TYPE", Fault::unauthorized},
                                            {404, "ERROR_METHOD_NOT_FOUND", Fault::rejected},
                                            {405, "ERROR_BATCH_METHOD_NOT_ALLOWED", Fault::defect},
                                            {400, "ERROR_BATCH_LENGTH_EXCEEDED", Fault::defect},
                                            {400, "100", Fault::rejected},
                                            {400, "ERROR_ARGUMENT", Fault::rejected},
                                            {400, "INVALID_ARG_VALUE", Fault::rejected},
                                            {400, "NOT_FOUND", Fault::not_found},
                                            {400, "ERROR_CORE", Fault::rejected},
                                            {400, "CRM_FIELD_ERROR_REQUIRED", Fault::rejected},
                                            {400, "ACCESS_DENIED", Fault::rejected},
                                            {500, "PORTAL_DELETED", Fault::unauthorized}}) {
    EXPECT_EQ(code(status, name).fault, fault) << name;
    EXPECT_EQ(code(status, name, true).fault, fault) << name << " of a write";
    EXPECT_EQ(code(status, name).vendor_code, name);
  }
}

TEST(Bitrix24Classify, compares_codes_without_case) {
  EXPECT_EQ(code(503, "query_limit_exceeded").code, "b24.query_limit");
  EXPECT_EQ(code(401, "EXPIRED_TOKEN").fault, Fault::unauthorized);
}

TEST(Bitrix24Classify, a_server_fault_is_doubt_for_a_write_and_a_repeat_for_a_read) {
  EXPECT_EQ(code(500, "INTERNAL_SERVER_ERROR", true).fault, Fault::ambiguous);
  EXPECT_EQ(code(500, "INTERNAL_SERVER_ERROR").fault, Fault::transient);
  EXPECT_EQ(code(200, "INTERNAL_SERVER_ERROR", true).fault, Fault::ambiguous);
  EXPECT_EQ(answer(502, "<html>", true).fault, Fault::ambiguous);
  EXPECT_EQ(answer(502, "<html>").fault, Fault::transient);
  EXPECT_EQ(answer(200, "{}", true).fault, Fault::ambiguous);
}

TEST(Bitrix24Classify, an_error_without_a_code_is_permanent) {
  const auto error = answer(400, R"({"error":"","error_description":"Недостаточно прав на смену стадии"})");
  EXPECT_EQ(error.fault, Fault::rejected);
  EXPECT_NE(error.message.find("Недостаточно прав на смену стадии"), std::string::npos);
  EXPECT_EQ(answer(400, R"({"error":0,"error_description":"Access denied."})").fault, Fault::rejected);
  EXPECT_EQ(answer(200, R"({"error":"ERROR_ARGUMENT","error_description":""})").fault, Fault::rejected);
}

TEST(Bitrix24Classify, pages_of_proxies_are_judged_by_their_status) {
  EXPECT_EQ(answer(401, "<html>").fault, Fault::unauthorized);
  EXPECT_EQ(answer(402, "").fault, Fault::unauthorized);
  EXPECT_EQ(answer(403, "").fault, Fault::unauthorized);
  EXPECT_EQ(answer(413, "").fault, Fault::rejected);
  EXPECT_EQ(answer(429, "").fault, Fault::throttled);
  EXPECT_EQ(answer(404, "<html>").fault, Fault::unauthorized);
  EXPECT_EQ(answer(404, "<html>", true).code, "b24.portal_gone");
  EXPECT_EQ(answer(418, "<html>").fault, Fault::transient);
}

TEST(Bitrix24Classify, what_stops_the_whole_connection_says_what_to_do) {
  for (const auto& [status, body] :
       std::initializer_list<std::pair<int, const char*>>{{503, R"({"error":"OVERLOAD_LIMIT"})"},
                                                          {401, R"({"error":"expired_token"})"},
                                                          {401, R"({"error":"NO_AUTH_FOUND"})"},
                                                          {401, R"({"error":"METHOD_CONFIRM_WAITING"})"},
                                                          {403, R"({"error":"insufficient_scope"})"},
                                                          {403, R"({"error":"INVALID_CREDENTIALS"})"},
                                                          {403, R"({"error":"ACCESS_DENIED"})"},
                                                          {403, R"({"error":"user_access_error"})"},
                                                          {403, R"({"error":"allowed_only_intranet_user"})"},
                                                          {403, R"({"error":"WRONG_AUTH_TYPE"})"},
                                                          {402, R"({"error":"PAYMENT_REQUIRED"})"},
                                                          {400, R"({"error":"INVALID_REQUEST"})"},
                                                          {500, R"({"error":"PORTAL_DELETED"})"},
                                                          {401, "<html>"},
                                                          {402, ""},
                                                          {403, "<html>"},
                                                          {404, "<html>"},
                                                          {410, ""}}) {
    const auto error = answer(status, body, true);
    EXPECT_EQ(error.fault, Fault::unauthorized) << status << body;
    bool advised = false;
    for (const char* verb : {"Обратитесь", "Продлите", "Создайте", "попросите", "Добавьте", "Дайте", "Откройте",
                             "Проверьте", "Восстановите", "исправьте"})
      advised = advised || error.message.find(verb) != std::string::npos;
    EXPECT_TRUE(advised) << error.message;
  }
}

TEST(Bitrix24Classify, a_doubtful_read_is_only_repeated) {
  const Error lost{Fault::ambiguous, Audience::admin, "net.closed", "x", {}};
  EXPECT_EQ(classify_exchange(lost, false).fault, Fault::transient);
  EXPECT_EQ(classify_exchange(lost, true).fault, Fault::ambiguous);
}

}  // namespace
}  // namespace sedlink::bitrix24
