#include "adapter/folders.hpp"

#include <boost/json/array.hpp>

#include "adapter/reader.hpp"
#include "sedlink/core/text.hpp"
#include "translate/entity.hpp"

namespace sedlink::bitrix24 {
namespace {

using wire::json::array;
using wire::json::object;

Error refused(std::string message) {
  return Error{Fault::rejected, Audience::admin, "crm.folder", std::move(message), {}};
}

std::string tagged(const std::string& name, const std::string& tag) {
  constexpr std::size_t most = 100;
  const std::string tail = " (" + tag + ")";
  return std::string(text::prefix(name, most - std::min(most - 1, text::code_points(tail)))) + tail;
}

}  // namespace

bool is_name_taken(const Error& error) noexcept { return has_code(error, "DISK_OBJ_22000"); }

Task<std::string> Folders::root(api::CallContext ctx) {
  if (!root_.empty()) co_return root_;
  object filter;
  if (settings_.disk_storage_id.empty())
    filter["ENTITY_TYPE"] = "common";
  else
    filter["ID"] = settings_.disk_storage_id;
  Command command("disk.storage.getlist", object{{"filter", std::move(filter)}});
  auto answer = co_await portal_.call(ctx, std::move(command));
  if (!answer) co_return answer.error();
  for (const auto* row : wire::rows(&answer->result)) {
    const bool fits = settings_.disk_storage_id.empty()
                          ? text::iequals_ascii(wire::text_at(*row, {"ENTITY_TYPE"}), "common")
                          : wire::text_at(*row, {"ID"}) == settings_.disk_storage_id;
    if (fits) root_ = wire::id_at(*row, {"ROOT_OBJECT_ID"});
    if (!root_.empty()) co_return root_;
  }
  co_return refused(settings_.disk_storage_id.empty()
                        ? "На портале не найден общий диск, видимый пользователю вебхука; укажите disk_storage_id"
                        : "На портале нет диска с disk_storage_id " + settings_.disk_storage_id);
}

Task<wire::json::value> Folders::child(api::CallContext ctx, std::string folder, std::string name) {
  std::int64_t start = 0;
  for (int page = 0; page < 1000; ++page) {
    Command command("disk.folder.getchildren",
                    object{{"id", folder}, {"filter", object{{"NAME", name}}}, {"start", start}});
    auto answer = co_await portal_.call(ctx, std::move(command));
    if (!answer) co_return answer.error();
    for (const auto* row : wire::rows(&answer->result))
      if (wire::text_at(*row, {"NAME"}) == name) co_return *row;
    if (!answer->next || *answer->next <= start) break;
    start = *answer->next;
  }
  co_return wire::json::value();
}

Task<std::string> Folders::subfolder(api::CallContext ctx, std::string parent, std::string name) {
  const std::string key = parent + "/" + name;
  if (const auto it = ids_.find(key); it != ids_.end()) co_return it->second;
  Command command("disk.folder.addsubfolder", object{{"id", parent}, {"data", object{{"NAME", name}}}}, true);
  auto answer = co_await portal_.call(ctx, std::move(command));
  std::string id;
  if (answer) {
    id = wire::id_at(answer->result, {"ID"});
  } else if (is_name_taken(answer.error())) {
    auto there = co_await child(ctx, parent, name);
    if (!there) co_return there.error();
    const auto kind = text::to_lower_ascii(wire::text_at(*there, {"TYPE"}));
    if (kind == "file") co_return refused("Вместо папки «" + name + "» на диске портала лежит файл с этим именем");
    id = wire::id_at(*there, {"ID"});
    if (id.empty()) co_return refused("Папка «" + name + "» на диске портала есть, но не видна пользователю вебхука");
  } else {
    co_return answer.error();
  }
  if (id.empty())
    co_return Error{Fault::ambiguous, Audience::developer, "b24.answer", "Портал не назвал id новой папки",
                    "disk.folder.addsubfolder"};
  ids_[key] = id;
  co_return id;
}

// Among the companies of one title the one with the lowest id is the first.
Task<bool> Folders::has_plain_name(api::CallContext ctx, std::string company) {
  Command read = get_item(company_type, company);
  auto own = co_await portal_.call(ctx, std::move(read));
  if (!own) {
    if (own.error().fault == Fault::not_found || own.error().fault == Fault::rejected) co_return true;
    co_return own.error();
  }
  const auto title = wire::text_at(own->result, {"item", "title"});
  if (title.empty()) co_return true;
  Command list("crm.item.list", object{{"entityTypeId", company_type},
                                       {"select", array{"id", "title"}},
                                       {"filter", object{{"=title", title}}},
                                       {"order", object{{"id", "ASC"}}}});
  auto namesakes = co_await portal_.call(ctx, std::move(list));
  if (!namesakes) co_return namesakes.error();
  const auto mine = wire::integer_at(own->result, {"item", "id"}).value_or(0);
  for (const auto* row : wire::rows_at(namesakes->result, {"items"})) {
    const auto other = wire::integer_at(*row, {"id"}).value_or(0);
    if (other > 0 && other < mine && wire::text_at(*row, {"title"}) == title) co_return false;
  }
  co_return true;
}

Task<std::string> Folders::company_name(api::CallContext ctx, std::string parent, std::string name, std::string company,
                                        std::string tag) {
  const std::string key = parent + "/" + company;
  if (const auto it = company_names_.find(key); it != company_names_.end()) co_return it->second;
  auto plain = co_await has_plain_name(ctx, company);
  if (!plain) co_return plain.error();
  // Two titles may also become one name only after cleaning; then the first to ask keeps it.
  const auto owner = owners_.find(parent + "/" + name);
  const bool free = owner == owners_.end() || owner->second == company;
  const std::string chosen = *plain && free ? name : tagged(name, tag.empty() ? "id " + company : tag);
  owners_[parent + "/" + chosen] = company;
  company_names_[key] = chosen;
  co_return chosen;
}

Task<std::string> Folders::walk(api::CallContext ctx, EnsureFolder effect) {
  auto at = co_await root(ctx);
  if (!at) co_return at.error();
  std::string folder = *at;
  for (std::size_t i = 0; i < effect.path.size(); ++i) {
    std::string name = effect.path[i];
    if (name.empty()) continue;
    if (static_cast<int>(i) == effect.company_segment && !effect.company_id.empty()) {
      auto chosen = co_await company_name(ctx, folder, name, effect.company_id, effect.company_tag);
      if (!chosen) co_return chosen.error();
      name = *chosen;
    }
    auto next = co_await subfolder(ctx, folder, name);
    if (!next) co_return next.error();
    folder = *next;
  }
  co_return folder;
}

Task<api::Receipt> Folders::ensure(api::CallContext ctx, EnsureFolder effect) {
  auto folder = co_await walk(ctx, effect);
  if (!folder && folder.error().fault == Fault::not_found) {
    // A folder we remember was deleted meanwhile: from the root again, without memory.
    ids_.clear();
    company_names_.clear();
    root_.clear();
    folder = co_await walk(ctx, effect);
  }
  if (!folder) co_return folder.error();
  api::Receipt receipt;
  receipt.id = *folder;
  co_return receipt;
}

}  // namespace sedlink::bitrix24
