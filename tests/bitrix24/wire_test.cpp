#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "wire/envelope.hpp"
#include "wire/query.hpp"

namespace sedlink::bitrix24::wire {
namespace {

TEST(Bitrix24Wire, keeps_the_digits_of_a_fractional_number) {
  const auto parsed = parse_json(R"({"opportunity":150000.50,"big":12345678901234567890123,"id":77})");
  ASSERT_TRUE(parsed) << describe(parsed.error());
  EXPECT_EQ(text_at(*parsed, {"opportunity"}), "150000.50");
  EXPECT_EQ(text_at(*parsed, {"big"}), "12345678901234567890123");
  EXPECT_TRUE(find(*parsed, {"id"})->is_int64());
}

TEST(Bitrix24Wire, refuses_what_is_no_whole_json_document) {
  for (const char* bad : {"", "<html>", "{\"a\":1", "{\"a\":1}x", "{\"a\":\"\xff\"}"})
    EXPECT_FALSE(parse_json(bad)) << bad;
  EXPECT_TRUE(parse_json("\xEF\xBB\xBF{\"a\":1}\r\n"));
  EXPECT_FALSE(parse_json(std::string(100'000, '[')));
}

TEST(Bitrix24Wire, reads_an_id_from_a_number_and_from_a_string) {
  const auto parsed = parse_json(R"({"a":9011,"b":"1357","c":"0","d":0,"e":null,"f":false,"g":[]})");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(id_at(*parsed, {"a"}), "9011");
  EXPECT_EQ(id_at(*parsed, {"b"}), "1357");
  for (const char* none : {"c", "d", "e", "f", "g", "absent"}) EXPECT_EQ(id_at(*parsed, {none}), "") << none;
}

TEST(Bitrix24Wire, takes_an_empty_array_for_an_empty_map) {
  const auto parsed = parse_json(R"({"x":[],"y":{},"z":{"37":{"id":"37"}}})");
  ASSERT_TRUE(parsed);
  EXPECT_TRUE(rows_at(*parsed, {"x"}).empty());
  EXPECT_TRUE(rows_at(*parsed, {"y"}).empty());
  ASSERT_EQ(rows_at(*parsed, {"z"}).size(), 1u);
  EXPECT_EQ(text_at(*rows_at(*parsed, {"z"})[0], {"id"}), "37");
}

TEST(Bitrix24Wire, writes_nested_values_in_bracket_notation) {
  const json::object params{
      {"id", 5}, {"fields", json::object{{"title", "A & Б+1"}, {"list", json::array{"x", "y"}}, {"none", nullptr}}}};
  EXPECT_EQ(to_query(params),
            "id=5&fields%5Btitle%5D=A%20%26%20%D0%91%2B1&fields%5Blist%5D%5B0%5D=x&fields%5Blist%5D%5B1%5D=y&fields%"
            "5Bnone%5D=");
}

TEST(Bitrix24Wire, reads_bracket_names_into_nested_values) {
  const net::FormPairs pairs = {{"event", "ONCRMDEALUPDATE"},
                                {"data[FIELDS][ID]", "759"},
                                {"l[]", "a"},
                                {"l[]", "b"},
                                {"odd[", "1"},
                                {"x]y[z]w", "2"}};
  const json::value nested = nest(pairs);
  EXPECT_EQ(text_at(nested, {"data", "FIELDS", "ID"}), "759");
  EXPECT_EQ(text_at(nested, {"l", "0"}), "a");
  EXPECT_EQ(text_at(nested, {"l", "1"}), "b");
  EXPECT_EQ(text_at(nested, {"odd["}), "1");
  EXPECT_EQ(text_at(nested, {"x]y[z]w"}), "2");
}

TEST(Bitrix24Wire, a_result_without_time_is_an_answer) {
  const auto outcome = read_answer(200, R"({"result":true})");
  ASSERT_TRUE(std::holds_alternative<Answer>(outcome));
  EXPECT_FALSE(std::get<Answer>(outcome).time.duration);
}

TEST(Bitrix24Wire, an_error_without_result_is_a_refusal_even_with_status_200) {
  const auto outcome =
      read_answer(200, R"({"error":"ERROR_ARGUMENT","error_description":"bad<br>thing","argument":"X"})");
  ASSERT_TRUE(std::holds_alternative<Refusal>(outcome));
  const auto& refusal = std::get<Refusal>(outcome);
  EXPECT_TRUE(refusal.readable);
  EXPECT_EQ(refusal.code, "ERROR_ARGUMENT");
  EXPECT_EQ(plain_text(refusal.description), "bad thing");
}

TEST(Bitrix24Wire, an_error_code_may_be_empty_or_a_number) {
  const auto empty = read_answer(400, R"({"error":"","error_description":"no field"})");
  ASSERT_TRUE(std::holds_alternative<Refusal>(empty));
  EXPECT_TRUE(std::get<Refusal>(empty).readable);
  const auto number = read_answer(400, R"({"error":100,"error_description":"x"})");
  ASSERT_TRUE(std::holds_alternative<Refusal>(number));
  EXPECT_EQ(std::get<Refusal>(number).code, "100");
}

TEST(Bitrix24Wire, a_success_may_be_null) {
  const auto outcome = read_answer(200, R"({"result":null,"time":{"duration":0.5}})");
  ASSERT_TRUE(std::holds_alternative<Answer>(outcome));
  EXPECT_DOUBLE_EQ(*std::get<Answer>(outcome).time.duration, 0.5);
}

TEST(Bitrix24Wire, a_page_is_an_unreadable_refusal) {
  const auto outcome = read_answer(502, "<html><body>Bad Gateway</body></html>");
  ASSERT_TRUE(std::holds_alternative<Refusal>(outcome));
  EXPECT_FALSE(std::get<Refusal>(outcome).readable);
  EXPECT_EQ(std::get<Refusal>(outcome).status, 502);
}

TEST(Bitrix24Wire, takes_a_batch_apart_with_its_empty_arrays) {
  const auto outer = read_answer(200, R"({"result":{"result":{"c0":{"item":{"id":5}},"c2":null},
    "result_error":{"c1":{"error":"NOT_FOUND","error_description":""}},"result_total":{"c0":1},"result_next":[],
    "result_time":{"c0":{"duration":0.4,"operating":1.5,"operating_reset_at":1778747792}}}})");
  ASSERT_TRUE(std::holds_alternative<Answer>(outer));
  const auto parts = read_batch(std::get<Answer>(outer), {"c0", "c1", "c2", "c3"});
  ASSERT_EQ(parts.size(), 3u);
  EXPECT_EQ(text_at(std::get<Answer>(parts.at("c0")).result, {"item", "id"}), "5");
  EXPECT_DOUBLE_EQ(*std::get<Answer>(parts.at("c0")).time.operating, 1.5);
  EXPECT_EQ(std::get<Refusal>(parts.at("c1")).code, "NOT_FOUND");
  EXPECT_TRUE(std::get<Answer>(parts.at("c2")).result.is_null());
}

TEST(Bitrix24Wire, takes_a_batch_apart_that_came_as_arrays) {
  const auto outer = read_answer(200, R"({"result":{"result":[1,2],"result_error":[],"result_time":[]}})");
  const auto parts = read_batch(std::get<Answer>(outer), {"c0", "c1"});
  ASSERT_EQ(parts.size(), 2u);
  EXPECT_EQ(text(std::get<Answer>(parts.at("c1")).result), "2");
}

}  // namespace
}  // namespace sedlink::bitrix24::wire
