#include "sedlink/core/value.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace sedlink {
namespace {

Value reread(const Value& v) { return value_from_json(boost::json::parse(boost::json::serialize(to_json(v)))); }

TEST(Value, every_type_survives_json) {
  const Time time = parse_iso8601("2026-05-14T07:26:32.005Z").value();
  const std::vector<Value> values{Value(),
                                  Value(true),
                                  Value(false),
                                  Value(std::int64_t{9223372036854775807}),
                                  Value(std::int64_t{-5000000000}),
                                  Value("2026-05-14T07:26:32Z"),
                                  Value("150000.00"),
                                  Value(""),
                                  Value(Money{"150000.00", "RUB"}),
                                  Value(Money{"1.10", ""}),
                                  Value(time),
                                  Value(DueText{"до конца недели"}),
                                  Value(CrmFile{"f1", "Договор.pdf", ""}),
                                  Value(Value::List{}),
                                  Value(Value::List{Value("a"), Value(7), Value(Value::List{Value(time)})})};
  for (const Value& v : values) EXPECT_EQ(reread(v), v) << boost::json::serialize(to_json(v));
}

TEST(Value, a_files_url_never_reaches_json) {
  const Value file(CrmFile{"f1", "a.pdf", "https://portal/secret-token"});
  EXPECT_EQ(boost::json::serialize(to_json(file)).find("secret"), std::string::npos);
}

TEST(Value, unknown_shapes_become_null) {
  for (const char* text : {R"({"x":1})", "1.5", "18446744073709551615", R"({"$time":"soon"})", R"({"$money":5})"})
    EXPECT_EQ(value_from_json(boost::json::parse(text)), Value()) << text;
}

TEST(Value, knows_what_is_absent) {
  for (const Value& v : {Value(), Value(""), Value(Value::List{}), Value(Money{"", "RUB"})}) EXPECT_TRUE(v.empty());
  for (const Value& v : {Value(false), Value(0), Value("0"), Value(Value::List{Value()})}) EXPECT_FALSE(v.empty());
}

TEST(Value, has_a_text_for_templates) {
  EXPECT_EQ(Value(Money{"150000.00", "RUB"}).to_text(), "150000.00");
  EXPECT_EQ(Value(Value::List{Value("a"), Value(7), Value(true)}).to_text(), "a, 7, true");
  EXPECT_EQ(Value(parse_iso8601("2026-05-14T07:26:32Z").value()).to_text(), "2026-05-14T07:26:32Z");
  EXPECT_EQ(Value(CrmFile{"1", "a.pdf", "u"}).to_text(), "a.pdf");
  EXPECT_EQ(Value().to_text(), "");
}

TEST(Value, collects_files_from_lists) {
  const CrmFile a{"1", "a.pdf", "u"};
  const CrmFile b{"2", "b.pdf", "u"};
  EXPECT_EQ(Value(a).files(), std::vector<CrmFile>{a});
  EXPECT_EQ(Value(Value::List{Value(a), Value("x"), Value(b)}).files(), (std::vector<CrmFile>{a, b}));
  EXPECT_TRUE(Value("x").files().empty());
}

TEST(Fields, survive_json) {
  const Fields fields{{"title", Value("Договор")}, {"opportunity", Value(Money{"10.00", "RUB"})}, {"empty", Value()}};
  EXPECT_EQ(fields_from_json(boost::json::parse(boost::json::serialize(to_json(fields)))), fields);
  EXPECT_TRUE(fields_from_json(boost::json::parse("[1]")).empty());
}

}  // namespace
}  // namespace sedlink
