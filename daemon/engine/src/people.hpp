#pragma once
// Who is who across two systems: the config's table first, then e-mail, then full name; namesakes match nobody.
#include <map>
#include <string>
#include <vector>

#include "sedlink/api/crm.hpp"
#include "sedlink/engine/engine.hpp"

namespace sedlink::engine {

class People {
 public:
  explicit People(const Settings& settings) : table_(settings.people) {}
  // Fills name, e-mail and the table's name of the EDMS into a reference whose user has a CRM id only.
  void complete(Reference& reference, const std::string& crm, const std::string& edms) const;
  // EDMS names -> CRM user ids, those known.
  [[nodiscard]] std::map<std::string, std::string> users(const std::vector<std::string>& edms_names,
                                                         const std::string& crm, const std::string& edms) const;
  [[nodiscard]] std::string name_of(const std::string& crm, const std::string& user_id) const;
  void remember(const std::string& crm, std::vector<Person> people) { known_[crm] = std::move(people); }
  [[nodiscard]] bool knows(const std::string& crm) const { return known_.contains(crm); }
  // Of this very user; somebody hired yesterday may still be missing.
  [[nodiscard]] bool knows(const std::string& crm, const std::string& user_id) const {
    return !name_of(crm, user_id).empty();
  }

 private:
  const config::PeopleTable& table_;
  std::map<std::string, std::vector<Person>> known_;  // the last answer stays good while the CRM is away
};

}  // namespace sedlink::engine
