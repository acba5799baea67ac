#include "people.hpp"

#include "sedlink/core/text.hpp"

namespace sedlink::engine {
namespace {

const std::map<std::string, std::string>* pair_of(const config::PeopleTable& table, const std::string& crm,
                                                  const std::string& edms) {
  const auto outer = table.find(crm);
  if (outer == table.end()) return nullptr;
  const auto inner = outer->second.find(edms);
  return inner == outer->second.end() ? nullptr : &inner->second;
}

}  // namespace

void People::complete(Reference& reference, const std::string& crm, const std::string& edms) const {
  if (!reference.user) return;
  Person& person = *reference.user;
  if (const auto it = known_.find(crm); it != known_.end())
    for (const auto& p : it->second)
      if (p.id == person.id) {
        person.name = p.name;
        person.email = p.email;
      }
  if (const auto* pair = pair_of(table_, crm, edms))
    if (const auto it = pair->find(person.id); it != pair->end()) reference.edms_name = it->second;
}

std::map<std::string, std::string> People::users(const std::vector<std::string>& edms_names, const std::string& crm,
                                                 const std::string& edms) const {
  std::map<std::string, std::string> out;
  const auto* pair = pair_of(table_, crm, edms);
  const auto known = known_.find(crm);
  for (const auto& name : edms_names) {
    const std::string folded = text::fold(name);
    std::vector<std::string> hits;
    if (pair != nullptr)
      for (const auto& [id, edms_name] : *pair)
        if (text::fold(edms_name) == folded) hits.push_back(id);
    if (hits.empty() && known != known_.end())
      for (const auto& p : known->second)
        if (text::fold(p.name) == folded) hits.push_back(p.id);
    if (hits.size() == 1) out.emplace(name, hits.front());
  }
  return out;
}

std::string People::name_of(const std::string& crm, const std::string& user_id) const {
  if (const auto it = known_.find(crm); it != known_.end())
    for (const auto& p : it->second)
      if (p.id == user_id) return p.name;
  return {};
}

}  // namespace sedlink::engine
