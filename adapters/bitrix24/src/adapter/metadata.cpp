#include "adapter/metadata.hpp"

#include <boost/json/array.hpp>

#include "sedlink/core/text.hpp"
#include "translate/entity.hpp"

namespace sedlink::bitrix24 {
namespace {

using wire::json::object;

constexpr auto lifetime = std::chrono::minutes(10);
constexpr auto fresh = std::chrono::seconds(5);  // many effects of one round may name the same missing field
SteadyTime now() { return std::chrono::steady_clock::now(); }

// A method that this webhook may not call, or that this portal does not have: we do without it.
bool unavailable(const Error& e) { return e.fault == Fault::rejected || e.fault == Fault::not_found; }

std::string same_category(std::string category) { return category.empty() ? "0" : category; }

}  // namespace

Metadata::Metadata(Portal& portal, const Settings& settings) : portal_(portal), settings_(settings) {
  if (auto zone = TimeZone::find(settings.time_zone); !settings.time_zone.empty() && zone) zone_ = *zone;
}

Formats Metadata::formats() const {
  return Formats(zone_ ? PortalZone(*zone_) : PortalZone(portal_.offset()), settings_.currency);
}

void Metadata::forget_fields(int type) {
  const auto it = fields_.find(type);
  if (it != fields_.end() && it->second.until - now() < lifetime - fresh) fields_.erase(it);
}

Task<std::shared_ptr<const FieldMap>> Metadata::fields(api::CallContext ctx, int type) {
  if (const auto it = fields_.find(type); it != fields_.end() && it->second.until > now()) co_return it->second.value;
  Command command("crm.item.fields", object{{"entityTypeId", type}});
  auto answer = co_await portal_.call(ctx, std::move(command));
  if (!answer) co_return answer.error();
  auto map = std::make_shared<FieldMap>(read_field_map(answer->result));
  if (map->empty())
    co_return Error{Fault::defect, Audience::developer, "b24.answer", "Портал не назвал ни одного поля карточки",
                    "crm.item.fields"};
  auto completed = co_await complete_options(ctx, type, map);
  if (!completed) co_return completed.error();
  auto titles = titles_ ? std::make_shared<api::FieldTitles>(*titles_) : std::make_shared<api::FieldTitles>();
  auto& of_type = (*titles)[entity_name(type)];
  of_type.clear();
  for (const auto& [name, info] : *map)
    if (!info.title.empty() && info.title != name) of_type.emplace(name, info.title);
  titles_ = std::move(titles);
  auto& kept = fields_[type];
  kept.value = std::move(map);
  kept.until = now() + lifetime;
  co_return kept.value;
}

// crm.item.fields of some versions does not list the variants of list fields; userfieldconfig does, field by field.
Task<void> Metadata::complete_options(api::CallContext ctx, int, std::shared_ptr<FieldMap> map) {
  std::vector<FieldInfo*> bare;
  std::vector<Command> lookups;
  for (auto& [name, info] : *map) {
    if (info.type != "enumeration" || !info.options.empty() || info.upper_name.empty()) continue;
    bare.push_back(&info);
    lookups.emplace_back("userfieldconfig.list", object{{"moduleId", "crm"},
                                                        {"select", wire::json::array{"id", "fieldName"}},
                                                        {"filter", object{{"fieldName", info.upper_name}}}});
  }
  if (bare.empty()) co_return Result<void>{};
  auto found = co_await portal_.batch(ctx, std::move(lookups));
  std::vector<FieldInfo*> asked;
  std::vector<Command> reads;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (!found[i]) {
      if (unavailable(found[i].error()) || found[i].error().code == "b24.scope") continue;
      co_return found[i].error();
    }
    for (const auto* row : wire::rows_at(found[i]->result, {"fields"})) {
      if (wire::text_at(*row, {"fieldName"}) != bare[i]->upper_name) continue;
      asked.push_back(bare[i]);
      reads.emplace_back("userfieldconfig.get", object{{"moduleId", "crm"}, {"id", wire::text_at(*row, {"id"})}});
    }
  }
  if (reads.empty()) co_return Result<void>{};
  auto details = co_await portal_.batch(ctx, std::move(reads));
  for (std::size_t i = 0; i < details.size(); ++i) {
    if (!details[i]) {
      if (unavailable(details[i].error())) continue;
      co_return details[i].error();
    }
    for (const auto* row : wire::rows_at(details[i]->result, {"field", "enum"}))
      asked[i]->options.emplace_back(wire::text_at(*row, {"id"}), wire::text_at(*row, {"value"}));
  }
  co_return Result<void>{};
}

// The portal's own table of stage lists.
Result<void> Metadata::keep_stage_lists(const Result<wire::Answer>& answer) {
  if (!answer && !unavailable(answer.error())) return answer.error();
  auto table = std::make_shared<std::map<std::pair<int, std::string>, std::string>>();
  if (answer)
    for (const auto* row : wire::rows(&answer->result)) {
      const auto id = wire::text_at(*row, {"ID"});
      const auto of = wire::integer_at(*row, {"ENTITY_TYPE_ID"}).value_or(0);
      // A quote's and a lead's list has the type's number too, other lists (sources, types) have none or a prefix of
      // their own.
      const bool stages = id.find("STAGE") != std::string::npos || id.find("STATUS") != std::string::npos;
      if (of > 0 && stages)
        table->emplace(std::pair(static_cast<int>(of), same_category(wire::text_at(*row, {"CATEGORY_ID"}))), id);
    }
  stage_lists_.value = std::move(table);
  stage_lists_.until = now() + lifetime;
  return {};
}

namespace {

Command list_of_stages(const std::string& list) {
  return Command("crm.status.list",
                 object{{"order", object{{"SORT", "ASC"}}}, {"filter", object{{"ENTITY_ID", list}}}});
}

Stages read_stages(const wire::Answer& answer, const std::string& list) {
  Stages found;
  for (const auto* row : wire::rows(&answer.result)) {
    if (wire::text_at(*row, {"ENTITY_ID"}) != list) continue;
    Stage stage;
    stage.id = wire::text_at(*row, {"STATUS_ID"});
    stage.name = wire::text_at(*row, {"NAME"});
    const auto short_form = wire::text_at(*row, {"SEMANTICS"}), long_form = wire::text_at(*row, {"EXTRA", "SEMANTICS"});
    if (short_form == "S" || long_form == "success")
      stage.semantics = StageSemantics::success;
    else if (short_form == "F" || long_form == "failure" || long_form == "apology")
      stage.semantics = StageSemantics::failure;
    found.push_back(std::move(stage));
  }
  return found;
}

}  // namespace

// The list's name is built by the documented pattern and asked for together with the portal's own table; where the
// table names another list, that one is asked for.
Task<std::shared_ptr<const Stages>> Metadata::stages(api::CallContext ctx, int type, std::string category) {
  const std::pair key(type, same_category(category));
  if (const auto it = stages_.find(key); it != stages_.end() && it->second.until > now()) co_return it->second.value;
  std::string list = stage_list(type, category);
  std::vector<Result<wire::Answer>> listed;
  if (stage_lists_.until <= now()) {
    std::vector<Command> commands;
    commands.emplace_back("crm.status.entity.types", object{});
    commands.push_back(list_of_stages(list));
    listed = co_await portal_.batch(ctx, std::move(commands));
    if (auto kept = keep_stage_lists(listed.front()); !kept) co_return kept.error();
  }
  if (const auto it = stage_lists_.value->find(key); it != stage_lists_.value->end() && it->second != list) {
    list = it->second;
    listed.clear();
  }
  if (listed.empty()) {
    Command command = list_of_stages(list);
    auto answer = co_await portal_.call(ctx, std::move(command));
    listed.push_back(std::move(answer));
  }
  const auto& answer = listed.back();
  if (!answer && !unavailable(answer.error())) co_return answer.error();
  auto found = std::make_shared<Stages>();
  if (answer) *found = read_stages(*answer, list);
  auto& kept = stages_[key];
  kept.value = std::move(found);
  kept.until = now() + lifetime;
  co_return kept.value;
}

bool Metadata::is_open(int type, const wire::json::value& raw) const {
  const auto it = stages_.find(std::pair(type, same_category(wire::text_at(raw, {"categoryId"}))));
  if (it == stages_.end()) return true;
  return semantics_of(*it->second.value, wire::text_at(raw, {"stageId"}), &raw) == StageSemantics::open;
}

Task<std::shared_ptr<const std::vector<Person>>> Metadata::people(api::CallContext ctx) {
  if (people_.until > now()) co_return people_.value;
  auto found = std::make_shared<std::vector<Person>>();
  std::int64_t start = 0;
  for (int page = 0; page < 400; ++page) {
    Command command("user.get",
                    object{{"FILTER", object{{"ACTIVE", true}}}, {"order", "ASC"}, {"sort", "ID"}, {"start", start}});
    auto answer = co_await portal_.call(ctx, std::move(command));
    if (!answer) co_return answer.error();
    for (const auto* row : wire::rows(&answer->result)) {
      if (wire::find(*row, {"ACTIVE"}) != nullptr && !wire::flag_at(*row, {"ACTIVE"})) continue;
      Person person;
      person.id = wire::text_at(*row, {"ID"});
      person.name = full_name(*row);
      person.email = wire::text_at(*row, {"EMAIL"});
      if (!person.id.empty()) found->push_back(std::move(person));
    }
    if (!answer->next || *answer->next <= start) break;
    start = *answer->next;
  }
  people_.value = std::move(found);
  people_.until = now() + lifetime;
  co_return people_.value;
}

StageSemantics semantics_of(const Stages& stages, std::string_view stage, const wire::json::value* item) {
  for (const auto& known : stages)
    if (known.id == stage) return known.semantics;
  const auto colon = stage.find(':');
  for (const auto& known : stages)
    if (colon != std::string_view::npos && known.id == stage.substr(colon + 1)) return known.semantics;
  const auto own = item ? wire::text_at(*item, {"stageSemanticId"}) : std::string{};
  return own == "S" ? StageSemantics::success : own == "F" ? StageSemantics::failure : StageSemantics::open;
}

std::string full_name(const wire::json::value& user) {
  std::vector<std::string> parts;
  for (const auto& [upper, camel] :
       {std::pair{"LAST_NAME", "lastName"}, {"NAME", "name"}, {"SECOND_NAME", "secondName"}}) {
    auto part = wire::text_at(user, {upper});
    if (part.empty()) part = wire::text_at(user, {camel});
    if (const auto word = text::trim(part); !word.empty()) parts.emplace_back(word);
  }
  return text::join(parts, " ");
}

}  // namespace sedlink::bitrix24
