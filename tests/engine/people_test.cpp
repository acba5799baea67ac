#include "people.hpp"

#include <gtest/gtest.h>

namespace sedlink::engine {
namespace {

TEST(People, the_table_wins_over_names_and_is_read_both_ways) {
  Settings settings;
  settings.people["portal"]["docflow"]["14"] = "Иванов И. И.";
  People people(settings);
  people.remember("portal", {Person{"14", "Иванов Иван", ""}, Person{"15", "Иванов И. И.", ""}});
  Reference r;
  r.user = Person{"14", "", ""};
  people.complete(r, "portal", "docflow");
  EXPECT_EQ(r.edms_name, "Иванов И. И.");
  EXPECT_EQ(r.user->name, "Иванов Иван");
  EXPECT_EQ(people.users({"Иванов И. И."}, "portal", "docflow").at("Иванов И. И."), "14");
}

TEST(People, names_match_without_case_and_yo_and_namesakes_match_nobody) {
  Settings settings;
  People people(settings);
  people.remember("portal", {Person{"1", "Петров Пётр Петрович", ""}, Person{"2", "Иванов Иван", ""},
                             Person{"3", "Иванов Иван", ""}});
  const auto found = people.users({"ПЕТРОВ ПЕТР петрович", "Иванов Иван", "Никто"}, "portal", "docflow");
  EXPECT_EQ(found.size(), 1u);
  EXPECT_EQ(found.begin()->second, "1");
}

}  // namespace
}  // namespace sedlink::engine
