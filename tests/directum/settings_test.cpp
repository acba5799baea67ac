// Settings of a connection (contracts: the sample of the config).
#include "sedlink/directum/settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sedlink::directum {
namespace {

using testing::HasSubstr;

api::ConnectionSettings sample() {
  api::ConnectionSettings s;
  s.name = "directum";
  s.type = "directum";
  s.values["url"] = "https://rx.example.ru/Integration/odata/";
  s.values["user"] = "connector";
  s.secrets["password"] = Secret("secret");
  return s;
}

TEST(RxSettings, of_the_sample_are_enough) {
  const auto s = read_settings(sample());
  ASSERT_TRUE(s) << describe(s.error());
  EXPECT_EQ(s.value().base, "https://rx.example.ru/Integration/odata/");
  EXPECT_EQ(s.value().token_url, "https://rx.example.ru/Integration/token");
  EXPECT_EQ(s.value().web_url, "https://rx.example.ru/Client/");
  EXPECT_EQ(s.value().time_zone.name(), "Europe/Moscow");
  EXPECT_EQ(s.value().auth, Auth::basic);
}

TEST(RxSettings, take_the_address_as_people_copy_it) {
  for (const char* url :
       {"https://rx.example.ru/DrxIntegration", "https://rx.example.ru/DrxIntegration/odata",
        "https://rx.example.ru/DrxIntegration/odata/$metadata", "https://rx.example.ru/DrxIntegration/odata/?x=1"}) {
    auto given = sample();
    given.values["url"] = url;
    const auto s = read_settings(given);
    ASSERT_TRUE(s) << url;
    EXPECT_EQ(s.value().base, "https://rx.example.ru/DrxIntegration/odata/") << url;
    EXPECT_EQ(s.value().token_url, "https://rx.example.ru/DrxIntegration/token") << url;
  }
}

TEST(RxSettings, that_are_wrong_are_named_in_russian) {
  const struct {
    const char* key;
    const char* value;
  } wrong[] = {{"url", "rx.example.ru"},
               {"url", "https://connector:secret@rx.example.ru/"},
               {"auth", "ntlm"},
               {"time_zone", "Moscow"},
               {"limits.calls", "0"},
               {"page", "many"},
               {"cancel", "yes"},
               {"dates", "iso"},
               {"simple_outcome", "rejected"},
               {"patch_draft", "да"},
               {"web_url", "Client"},
               {"link_type", " "},
               {"ids_per_call", "1000"},
               {"user", ""}};
  for (const auto& w : wrong) {
    auto given = sample();
    given.values[w.key] = w.value;
    const auto s = read_settings(given);
    ASSERT_FALSE(s) << w.key << "=" << w.value;
    EXPECT_EQ(s.error().code, std::string("config.") + w.key);
    EXPECT_THAT(s.error().message, HasSubstr(w.key));
    EXPECT_THAT(s.error().message, testing::Not(HasSubstr("secret")));
  }
  auto bearer = sample();
  bearer.values["auth"] = "bearer";
  EXPECT_EQ(read_settings(bearer).error().code, "config.access_token");
}

}  // namespace
}  // namespace sedlink::directum
