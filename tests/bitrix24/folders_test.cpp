#include "scripted_portal.hpp"

namespace sedlink::bitrix24::testing {
namespace {

class Folders : public PortTest {
 protected:
  Folders() {
    portal_.on("disk.storage.getlist", [](const Asked&) {
      return Reply(json::array{json::object{{"ID", "3"}, {"ENTITY_TYPE", "user"}, {"ROOT_OBJECT_ID", "30"}},
                               json::object{{"ID", "1"}, {"ENTITY_TYPE", "common"}, {"ROOT_OBJECT_ID", "10"}}});
    });
    portal_.on("disk.folder.addsubfolder", [this](const Asked& asked) {
      const auto key = asked.text({"id"}) + "/" + asked.text({"data", "NAME"});
      if (there_.contains(key)) return Reply::refusal("DISK_OBJ_22000", "Папка с таким именем уже есть");
      there_[key] = 100 + static_cast<int>(there_.size());
      return Reply(json::object{{"ID", there_[key]}, {"NAME", asked.text({"data", "NAME"})}, {"TYPE", "folder"}});
    });
    portal_.on("disk.folder.getchildren", [this](const Asked& asked) {
      const auto key = asked.text({"id"}) + "/" + asked.text({"filter", "NAME"});
      json::array rows;
      if (there_.contains(key))
        rows.push_back(json::object{
            {"ID", std::to_string(there_[key])}, {"NAME", asked.text({"filter", "NAME"})}, {"TYPE", "folder"}});
      return Reply(rows);
    });
    portal_.on("crm.item.get", [](const Asked& asked) {
      return Reply(
          json::object{{"item", json::object{{"id", std::stoi(asked.text({"id"}))}, {"title", "ООО Ромашка"}}}});
    });
    portal_.on("crm.item.list", [](const Asked&) {
      return Reply(json::object{{"items", json::array{json::object{{"id", 5}, {"title", "ООО Ромашка"}},
                                                      json::object{{"id", 9}, {"title", "ООО Ромашка"}}}}});
    });
  }
  std::string ensure(const std::string& company, const std::string& inn) {
    EnsureFolder effect;
    effect.path = {"Контрагенты", "ООО Ромашка", "Договоры"};
    effect.company_segment = 1;
    effect.company_id = company;
    effect.company_tag = inn;
    const auto done = apply({api::CrmEffect("key", effect)});
    return done[0] ? done[0]->id : describe(done[0].error());
  }
  std::map<std::string, int> there_;  // "parent/name" -> id
};

TEST_F(Folders, a_path_is_created_below_the_shared_disk_and_remembered) {
  const auto id = ensure("5", "7717586110");
  EXPECT_EQ(id, "102");
  EXPECT_TRUE(there_.contains("10/Контрагенты"));
  EXPECT_TRUE(there_.contains("100/ООО Ромашка"));
  const auto before = portal_.requests.size();
  EXPECT_EQ(ensure("5", "7717586110"), id);
  EXPECT_EQ(portal_.requests.size(), before);
}

TEST_F(Folders, a_folder_that_is_there_already_is_looked_up) {
  const auto id = ensure("5", "7717586110");
  connect();  // a daemon that has just started
  EXPECT_EQ(ensure("5", "7717586110"), id);
  EXPECT_EQ(there_.size(), 3u);
}

TEST_F(Folders, the_second_company_of_one_name_gets_its_tax_number_whatever_the_order) {
  const auto second = ensure("9", "7700000009");
  const auto first = ensure("5", "7717586110");
  EXPECT_NE(first, second);
  EXPECT_TRUE(there_.contains("100/ООО Ромашка (7700000009)"));
  EXPECT_TRUE(there_.contains("100/ООО Ромашка"));
  connect();
  EXPECT_EQ(ensure("9", "7700000009"), second);
  EXPECT_EQ(ensure("5", "7717586110"), first);
}

TEST_F(Folders, a_remembered_folder_that_was_deleted_is_made_anew) {
  const auto old = ensure("5", "7717586110");
  there_.clear();
  there_["x"] = 1;
  int refusals = 0;
  portal_.on("disk.folder.addsubfolder", [&, this](const Asked& asked) {
    if (asked.text({"id"}) == "101" && refusals++ == 0)
      return Reply::refusal("ERROR_NOT_FOUND", "Could not find entity with id `101`");
    const auto key = asked.text({"id"}) + "/" + asked.text({"data", "NAME"});
    there_[key] = 200 + static_cast<int>(there_.size());
    return Reply(json::object{{"ID", there_[key]}});
  });
  EnsureFolder effect;
  effect.path = {"Контрагенты", "ООО Ромашка", "Счета"};
  effect.company_segment = 1;
  effect.company_id = "5";
  const auto done = apply({api::CrmEffect("key", effect)});
  ASSERT_TRUE(done[0]) << describe(done[0].error());
  EXPECT_NE(done[0]->id, old);
  EXPECT_EQ(refusals, 1);
}

TEST_F(Folders, the_storage_may_be_chosen) {
  connect({{"disk_storage_id", "3"}});
  ensure("5", "7717586110");
  EXPECT_TRUE(there_.contains("30/Контрагенты"));
}

}  // namespace
}  // namespace sedlink::bitrix24::testing
