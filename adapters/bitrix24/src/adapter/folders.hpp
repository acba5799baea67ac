#pragma once
// Folders of the portal's shared disk. Ids are remembered while the daemon runs.
// Source: bitrix24 documentation, disk (storage.getlist, folder.addsubfolder: DISK_OBJ_22000 = the name is taken).
#include <map>

#include "client/portal.hpp"
#include "sedlink/api/crm.hpp"

namespace sedlink::bitrix24 {

class Folders {
 public:
  Folders(Portal& portal, const Settings& settings) : portal_(portal), settings_(settings) {}

  // Idempotent. Of several companies with one title, the one with the lowest id has the plain folder name; the others
  // get «Название (ИНН)». That rule needs no memory, so it survives restarts.
  Task<api::Receipt> ensure(api::CallContext ctx, EnsureFolder effect);
  // The object of that name in a folder (file or folder); null value = none.
  Task<wire::json::value> child(api::CallContext ctx, std::string folder, std::string name);
  void forget() { ids_.clear(); }

 private:
  Task<std::string> root(api::CallContext ctx);
  Task<std::string> subfolder(api::CallContext ctx, std::string parent, std::string name);
  Task<std::string> company_name(api::CallContext ctx, std::string parent, std::string name, std::string company,
                                 std::string tag);
  Task<bool> has_plain_name(api::CallContext ctx, std::string company);
  Task<std::string> walk(api::CallContext ctx, EnsureFolder effect);

  Portal& portal_;
  const Settings& settings_;
  std::string root_;
  std::map<std::string, std::string> ids_;            // "parent/name" -> folder id
  std::map<std::string, std::string> company_names_;  // "parent/company id" -> name
  std::map<std::string, std::string> owners_;         // "parent/name" -> company id
};

[[nodiscard]] bool is_name_taken(const Error& error) noexcept;

}  // namespace sedlink::bitrix24
