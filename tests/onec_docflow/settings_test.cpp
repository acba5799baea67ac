#include "sedlink/onec_docflow/settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "client/endpoint.hpp"

namespace sedlink::onec_docflow {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

api::ConnectionSettings good() {
  api::ConnectionSettings s;
  s.name = "docflow";
  s.values = {{"url", "https://1c.example.ru/doc/ws/dm.1cws"},
              {"time_zone", "Europe/Moscow"},
              {"user", "integration"},
              {"database_id", "7B1D5C1E-5F0A-4A55-9A7E-2F0C6A0B24AA"}};
  return s;
}

TEST(OnecSettings, fills_what_is_not_said) {
  const auto read = read_settings(good());
  ASSERT_TRUE(read) << describe(read.error());
  EXPECT_EQ(read.value().web_url, "https://1c.example.ru/doc/");
  EXPECT_EQ(read.value().database_id, "7b1d5c1e-5f0a-4a55-9a7e-2f0c6a0b24aa");
  EXPECT_EQ(read.value().calls, 4u);
  EXPECT_EQ(read.value().batch_size, 20u);
  EXPECT_EQ(read.value().max_file, 50u * 1024 * 1024);
}

struct Bad {
  const char *setting, *value, *words;
};
class OnecBadSetting : public testing::TestWithParam<Bad> {};

TEST_P(OnecBadSetting, is_named_with_its_cure) {
  api::ConnectionSettings s = good();
  s.values[GetParam().setting] = GetParam().value;
  const auto read = read_settings(s);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().fault, Fault::rejected);
  EXPECT_EQ(read.error().code, std::string("config.") + GetParam().setting);
  EXPECT_THAT(read.error().message, HasSubstr(GetParam().words));
}

INSTANTIATE_TEST_SUITE_P(All, OnecBadSetting,
                         testing::Values(Bad{"time_zone", "", "Europe/Moscow"}, Bad{"time_zone", "Москва", "Москва"},
                                         Bad{"url", "1c.example.ru", "https://"},
                                         Bad{"url", "https://a:b@1c/doc", "user"}, Bad{"database_id", "", "uuidgen"},
                                         Bad{"database_id", "main", "UUID"}, Bad{"user", "", "access_token"},
                                         Bad{"web_url", "doc", "https://"}, Bad{"limits.calls", "0", "от 1"},
                                         Bad{"limits.file", "много", "много"}, Bad{"batch_size", "1", "от 2"},
                                         Bad{"schema", "xsd", "wsdl, builtin"}, Bad{"cancel", "да", "version"},
                                         Bad{"cp1251_login", "yes", "true"}));

TEST(OnecSettings, takes_sizes_and_times_with_units_or_without) {
  api::ConnectionSettings s = good();
  s.values["limits.file"] = "10 MB";
  s.values["catalog_age"] = "60000";
  const auto read = read_settings(s);
  ASSERT_TRUE(read) << describe(read.error());
  EXPECT_EQ(read.value().max_file, 10u * 1024 * 1024);
  EXPECT_EQ(read.value().catalog_age, std::chrono::minutes(1));
}

TEST(OnecSettings, lists_every_key_for_the_linter) {
  std::vector<std::string> names;
  for (std::string name : setting_names()) {  // the linter's marks: *required, secret!, size#, duration~, number+
    name.erase(std::remove_if(name.begin(), name.end(),
                              [](char c) { return std::string_view("*!#~+").find(c) != std::string_view::npos; }),
               name.end());
    names.push_back(name);
  }
  for (const auto& [key, value] : good().values)
    EXPECT_NE(std::find(names.begin(), names.end(), key), names.end()) << key;
}

TEST(OnecEndpoint, finds_the_publication_in_whatever_admins_write) {
  for (const char* url : {"https://h/doc", "https://h/doc/", "https://h/doc/ru/", "https://h/doc/ru_RU",
                          "https://h/doc/ws", "https://h/doc/ws/dm.1cws?wsdl", "https://h/doc/en/ws/dm.1cws"}) {
    const Addresses a = addresses(url);
    EXPECT_EQ(a.base, "https://h/doc") << url;
    EXPECT_THAT(a.endpoints, ElementsAre("https://h/doc/ws/dm.1cws", "https://h/doc/ws/DMService")) << url;
  }
  EXPECT_EQ(addresses("https://h/ru").base, "https://h/ru");
  EXPECT_EQ(addresses("https://h/do/").base, "https://h/do");
  EXPECT_EQ(addresses("https://h/doc/ws/DMService").endpoints.front(), "https://h/doc/ws/DMService");
}

TEST(OnecEndpoint, writes_a_cyrillic_login_in_both_encodings) {
  EXPECT_EQ(basic_header("Аня", "1"), "Basic 0JDQvdGPOjE=");
  EXPECT_EQ(to_cp1251("Ёж ё№"), "\xA8\xE6 \xB8\xB9");
  EXPECT_EQ(to_cp1251("ascii"), std::nullopt);
  EXPECT_EQ(to_cp1251("日本"), std::nullopt);
}

}  // namespace
}  // namespace sedlink::onec_docflow
