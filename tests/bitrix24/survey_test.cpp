#include <algorithm>

#include "scripted_portal.hpp"

namespace sedlink::bitrix24::testing {
namespace {

class Surveying : public PortTest {
 protected:
  Surveying() {
    script_metadata();
    portal_.on("profile", [](const Asked&) {
      return Reply(json::object{{"ID", "7"}, {"ADMIN", true}, {"NAME", "Мост"}, {"LAST_NAME", "Интеграция"}});
    });
    portal_.on("scope", [](const Asked&) { return Reply(json::array{"crm", "disk", "im", "task", "user_basic"}); });
    portal_.on("server.time", [this](const Asked&) { return Reply(json::value(to_iso8601(clock_.now()))); });
    portal_.on("method.get", [](const Asked&) {
      return Reply(json::object{{"isExisting", true}, {"isAvailable", true}});
    });
  }
};

TEST_F(Surveying, a_sound_connection_has_no_warnings) {
  const auto report = run(adapter_->test_connection(context()));
  ASSERT_TRUE(report) << describe(report.error());
  EXPECT_EQ(report->user, "Интеграция Мост");
  EXPECT_TRUE(report->warnings.empty()) << report->warnings.front();
}

TEST_F(Surveying, missing_scopes_methods_and_a_wrong_clock_are_told) {
  portal_.on("scope", [](const Asked&) { return Reply(json::array{"crm"}); });
  portal_.on("server.time",
             [this](const Asked&) { return Reply(json::value(to_iso8601(clock_.now() + std::chrono::minutes(10)))); });
  portal_.on("method.get", [](const Asked& asked) {
    return Reply(json::object{{"isExisting", true}, {"isAvailable", asked.text({"name"}) != "tasks.task.add"}});
  });
  const auto report = run(adapter_->test_connection(context()));
  ASSERT_TRUE(report);
  const auto told = [&](const char* word) {
    return std::any_of(report->warnings.begin(), report->warnings.end(),
                       [&](const auto& w) { return w.find(word) != std::string::npos; });
  };
  EXPECT_TRUE(told("disk"));
  EXPECT_TRUE(told("task"));
  EXPECT_TRUE(told("tasks.task.add"));
  EXPECT_TRUE(told("Часы"));
  EXPECT_FALSE(told("права crm"));
}

TEST_F(Surveying, the_catalog_names_entities_pipelines_stages_fields_and_users) {
  portal_.on("crm.type.list", [](const Asked&) {
    return Reply(
        json::object{{"types", json::array{json::object{{"id", 10}, {"title", "Договоры"}, {"entityTypeId", 1036}}}}});
  });
  portal_.on("crm.category.list", [](const Asked&) {
    return Reply(json::object{{"categories", json::array{json::object{{"id", 10}, {"name", "Основная"}}}}});
  });
  portal_.on("user.get", [](const Asked&) {
    return Reply(json::array{json::object{{"ID", "14"}, {"NAME", "Иван"}, {"LAST_NAME", "Иванов"}}});
  });
  const auto catalog = run(adapter_->discover(context(), {"dynamic:1036"}));
  ASSERT_TRUE(catalog) << describe(catalog.error());
  const auto detail = [&](std::string_view kind, std::string_view id) -> std::string {
    for (const auto& entry : *catalog)
      if (entry.kind == kind && entry.id == id) return entry.name + "|" + entry.detail;
    return "absent";
  };
  EXPECT_EQ(detail("entity", "dynamic:1036"), "Договоры|");
  EXPECT_EQ(detail("category", "10"), "Основная|dynamic:1036");
  EXPECT_EQ(detail("stage", "DT1036_10:SUCCESS"), "DT1036_10:SUCCESS|success");
  EXPECT_EQ(detail("stage.dynamic:1036.10", "DT1036_10:SUCCESS"), "DT1036_10:SUCCESS|success") << "of its pipeline";
  EXPECT_EQ(detail("field", "ufCrm10Signed"), "Поле|file[]");
  EXPECT_EQ(detail("user", "14"), "Иванов Иван|");
}

}  // namespace
}  // namespace sedlink::bitrix24::testing
