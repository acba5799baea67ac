#include "sedlink/bitrix24/settings.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace sedlink::bitrix24 {
namespace {

api::ConnectionSettings given(std::map<std::string, std::string, std::less<>> values = {},
                              const std::string& webhook = "https://one.bitrix24.ru/rest/1/abcdef0123/") {
  api::ConnectionSettings settings;
  settings.name = "portal";
  settings.values = std::move(values);
  settings.secrets["webhook_url"] = Secret(webhook);
  return settings;
}

TEST(Bitrix24Settings, the_webhook_is_taken_apart) {
  for (const char* url :
       {"https://one.bitrix24.ru/rest/1/abcdef0123/", "https://one.bitrix24.ru/rest/1/abcdef0123\n"}) {
    const auto settings = parse_settings(given({}, url));
    ASSERT_TRUE(settings) << describe(settings.error());
    EXPECT_EQ(settings->origin, "https://one.bitrix24.ru");
    EXPECT_EQ(settings->path.reveal(), "/rest/1/abcdef0123/");
    EXPECT_EQ(settings->user_id, "1");
    EXPECT_EQ(settings->web_url, "https://one.bitrix24.ru");
  }
}

TEST(Bitrix24Settings, a_bad_webhook_is_named_without_being_repeated) {
  for (const char* url : {"", "one.bitrix24.ru/rest/1/abc/", "https://one.bitrix24.ru/",
                          "https://one.bitrix24.ru/rest/x/sEcret99/", "ftp://one/rest/1/sEcret99/"}) {
    const auto settings = parse_settings(given({}, url));
    ASSERT_FALSE(settings) << url;
    EXPECT_NE(settings.error().message.find("webhook_url"), std::string::npos);
    EXPECT_EQ(settings.error().message.find("sEcret99"), std::string::npos);
  }
}

TEST(Bitrix24Settings, sizes_have_units) {
  const auto settings = parse_settings(given({{"limits.file", "10 MB"}, {"limits.inline_file", "512 КБ"}}));
  ASSERT_TRUE(settings) << describe(settings.error());
  EXPECT_EQ(settings->max_file, 10u * 1024 * 1024);
  EXPECT_EQ(settings->max_inline_file, 512u * 1024);
}

TEST(Bitrix24Settings, a_wrong_value_is_told_by_its_key) {
  for (const auto& [key, value] : std::map<std::string, std::string>{{"limits.file", "много"},
                                                                     {"limits.rate_per_second", "-1"},
                                                                     {"notify_tag", "maybe"},
                                                                     {"time_zone", "Mars/Base"},
                                                                     {"single_file_field", "wipe"},
                                                                     {"sweep_overlap", "99999"}}) {
    const auto settings = parse_settings(given({{key, value}}));
    ASSERT_FALSE(settings) << key;
    EXPECT_EQ(settings.error().code, "config.value");
    EXPECT_NE(settings.error().message.find(key), std::string::npos);
  }
}

TEST(Bitrix24Settings, every_key_is_listed_once) {
  auto names = setting_names();
  for (auto& name : names) {  // the linter's marks stand around the key
    std::erase_if(name, [](char c) { return c == '*' || c == '!' || c == '#' || c == '+'; });
  }
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
  for (const char* key :
       {"webhook_url", "event_token", "limits.file", "limits.inline_file", "notify_tag", "sweep_overlap"})
    EXPECT_TRUE(std::binary_search(names.begin(), names.end(), key)) << key;
}

}  // namespace
}  // namespace sedlink::bitrix24
