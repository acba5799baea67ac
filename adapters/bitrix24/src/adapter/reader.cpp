#include "adapter/reader.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <optional>
#include <set>

#include "translate/entity.hpp"
#include "translate/item.hpp"

namespace sedlink::bitrix24 {

using wire::json::array;
using wire::json::object;

Command get_item(int type, const std::string& id) {
  return Command("crm.item.get", object{{"entityTypeId", type}, {"id", id}});
}

Error item_error(Error error, const ItemRef& ref) {
  if (error.fault != Fault::not_found) return error;
  error.code = "crm.item";
  error.message = "Карточка " + to_string(ref) + " удалена, объединена с другой или не видна пользователю вебхука";
  return error;
}

namespace {

// Refs with a known kind, each asked for once however often it is named.
struct Asking {
  std::map<ItemRef, std::vector<std::size_t>> places;
  std::map<ItemRef, int> types;
};

Asking sort_refs(const std::vector<ItemRef>& refs, std::vector<Result<wire::json::value>>& items) {
  Asking asking;
  for (std::size_t i = 0; i < refs.size(); ++i) {
    const auto type = type_id(refs[i].entity);
    if (!type) {
      items[i] = type.error();
      continue;
    }
    asking.places[refs[i]].push_back(i);
    asking.types[refs[i]] = *type;
  }
  return asking;
}

Error no_card() {
  return Error{Fault::defect, Audience::developer, "b24.answer", "Портал не прислал карточку", "crm.item.get"};
}

}  // namespace

boost::asio::awaitable<std::vector<Result<wire::json::value>>> Reader::raw_many(api::CallContext ctx,
                                                                                std::vector<ItemRef> refs) {
  std::vector<Result<wire::json::value>> items(refs.size(), Result<wire::json::value>(no_card()));
  const Asking asking = sort_refs(refs, items);
  std::vector<Command> commands;
  for (const auto& [ref, type] : asking.types) commands.push_back(get_item(type, ref.id));
  auto answers = co_await portal_.batch(ctx, std::move(commands));
  std::size_t k = 0;
  for (const auto& [ref, places] : asking.places) {
    auto& answer = answers[k++];
    Result<wire::json::value> item(no_card());
    if (!answer)
      item = item_error(answer.error(), ref);
    else if (const auto* found = wire::find(answer->result, {"item"}); found && found->is_object())
      item = *found;
    for (const auto place : places) items[place] = item;
  }
  co_return items;
}

struct Reader::Wanted {
  explicit Wanted(ItemRef card) : ref(std::move(card)) {}
  ItemRef ref;
  std::optional<Result<wire::json::value>> answer;
};

Task<wire::json::value> Reader::raw(api::CallContext ctx, ItemRef ref) {
  constexpr std::size_t most = 50;
  const auto mine = std::make_shared<Wanted>(std::move(ref));
  waiting_.push_back(mine);
  auto turn = co_await one_reading_.acquire(ctx.deadline);
  if (!mine->answer) {
    std::erase(waiting_, mine);
    if (!turn) co_return turn.error();
    std::vector<std::shared_ptr<Wanted>> together{mine};
    while (!waiting_.empty() && together.size() < most) {
      together.push_back(waiting_.front());
      waiting_.erase(waiting_.begin());
    }
    std::vector<ItemRef> refs;
    for (const auto& wanted : together) refs.push_back(wanted->ref);
    auto items = co_await raw_many(ctx, std::move(refs));
    for (std::size_t i = 0; i < together.size(); ++i) together[i]->answer = std::move(items[i]);
  }
  co_return *mine->answer;
}

namespace {

array standing_fields(int type) {
  array select{"id", "stageId"};
  if (type != lead_type && type != quote_type) select.emplace_back("categoryId");
  if (lacks_moved_time(type))
    for (const char* name : {"updatedBy", "updatedTime", "createdTime"}) select.emplace_back(name);
  else
    for (const char* name : {"movedBy", "movedTime"}) select.emplace_back(name);
  return select;
}

}  // namespace

boost::asio::awaitable<std::vector<Result<wire::json::value>>> Reader::where(api::CallContext ctx,
                                                                             std::vector<ItemRef> refs) {
  constexpr std::size_t page = 50;
  std::vector<Result<wire::json::value>> items(refs.size(), Result<wire::json::value>(no_card()));
  const Asking asking = sort_refs(refs, items);
  std::map<int, std::vector<ItemRef>> of_type;
  for (const auto& [ref, type] : asking.types) of_type[type].push_back(ref);
  std::vector<Command> commands;
  std::vector<std::vector<ItemRef>> asked;
  for (const auto& [type, cards] : of_type)
    for (std::size_t first = 0; first < cards.size(); first += page) {
      const std::vector<ItemRef> some(
          cards.begin() + static_cast<std::ptrdiff_t>(first),
          cards.begin() + static_cast<std::ptrdiff_t>(std::min(first + page, cards.size())));
      array ids;
      for (const auto& ref : some) ids.emplace_back(ref.id);
      commands.emplace_back("crm.item.list", object{{"entityTypeId", type},
                                                    {"select", standing_fields(type)},
                                                    {"filter", object{{"@id", std::move(ids)}}},
                                                    {"order", object{{"id", "ASC"}}},
                                                    {"start", -1}});
      asked.push_back(some);
    }
  auto answers = co_await portal_.batch(ctx, std::move(commands));
  Error gone{Fault::not_found, Audience::user, "crm.item", {}, {}};
  for (std::size_t k = 0; k < asked.size(); ++k) {
    std::map<std::string, const wire::json::value*> by_id;
    if (answers[k])
      for (const auto* row : wire::rows_at(answers[k]->result, {"items"})) by_id[wire::id_at(*row, {"id"})] = row;
    for (const auto& ref : asked[k]) {
      Result<wire::json::value> item(item_error(gone, ref));
      if (!answers[k])
        item = item_error(answers[k].error(), ref);
      else if (const auto row = by_id.find(ref.id); row != by_id.end())
        item = *row->second;
      for (const auto place : asking.places.at(ref)) items[place] = item;
    }
  }
  co_return items;
}

// ---- when and by whom -----------------------------------------------------------------------------------------------

std::optional<Time> Reader::moved_at(const ItemRef& ref, const wire::json::value& raw) {
  const auto zone = metadata_.formats().zone;
  const auto type = type_id(ref.entity);
  if (!type || !lacks_moved_time(*type)) return zone.parse(wire::text_at(raw, {"movedTime"}));
  watch_.look(raw, metadata_.is_open(*type, raw), zone.parse(wire::text_at(raw, {"updatedTime"})),
              zone.parse(wire::text_at(raw, {"createdTime"})));
  const auto* seen = watch_.find(ref.id);
  return seen != nullptr ? std::optional<Time>(seen->at) : std::nullopt;
}

std::string Reader::moved_by(const ItemRef& ref, const wire::json::value& raw) {
  const auto type = type_id(ref.entity);
  if (!type || !lacks_moved_time(*type)) return wire::id_at(raw, {"movedBy"});
  const auto* seen = watch_.find(ref.id);
  return seen != nullptr ? seen->by : std::string{};
}

// ---- neighbours -----------------------------------------------------------------------------------------------------

// Companies, requisites and contacts of a set of cards.
struct Reader::Related {
  struct Card {
    Card() = default;
    int type = 0;
    std::string id, company, contact;  // contact empty: not there or not wanted
    bool whole_company = false, requisite = false;
  };
  std::vector<Card> cards;
  std::map<std::string, Result<wire::Answer>> companies, requisites, contacts;  // by company or contact id
  std::map<std::string, Result<wire::Answer>> links;                            // by "type/id" of the card
};

boost::asio::awaitable<void> Reader::read_related(api::CallContext ctx, Related& related) {
  std::vector<Command> commands;
  std::vector<std::pair<std::map<std::string, Result<wire::Answer>>*, std::string>> places;
  const auto ask = [&](auto& into, const std::string& key, Command command) {
    commands.push_back(std::move(command));
    places.emplace_back(&into, key);
  };
  std::set<std::string> companies, requisites, contacts, links;
  for (const auto& card : related.cards) {
    if (card.whole_company && companies.insert(card.company).second)
      ask(related.companies, card.company, get_item(company_type, card.company));
    if (card.requisite) {
      const auto link = std::to_string(card.type) + "/" + card.id;
      if (links.insert(link).second)
        ask(related.links, link,
            Command("crm.requisite.link.list",
                    object{{"filter", object{{"ENTITY_TYPE_ID", card.type}, {"ENTITY_ID", card.id}}}}));
      if (requisites.insert(card.company).second)
        ask(related.requisites, card.company,
            Command("crm.requisite.list",
                    object{{"order", object{{"ID", "ASC"}}},
                           {"filter",
                            object{{"ENTITY_TYPE_ID", company_type}, {"ENTITY_ID", card.company}, {"ACTIVE", "Y"}}}}));
    }
    if (!card.contact.empty() && contacts.insert(card.contact).second)
      ask(related.contacts, card.contact, get_item(contact_type, card.contact));
  }
  if (commands.empty()) co_return;
  auto answers = co_await portal_.batch(ctx, std::move(commands));
  for (std::size_t i = 0; i < answers.size(); ++i)
    places[i].first->insert_or_assign(places[i].second, std::move(answers[i]));
}

namespace {

// A refusal about a side object leaves it out; a passing fault fails the card, which is then read again.
bool passing(const Result<wire::Answer>& answer) {
  return !answer && answer.error().fault != Fault::rejected && answer.error().fault != Fault::not_found;
}

const Result<wire::Answer>* answer_of(const std::map<std::string, Result<wire::Answer>>& all, const std::string& key) {
  const auto it = all.find(key);
  return it == all.end() ? nullptr : &it->second;
}

// The requisite the card itself names, if any.
std::string linked_requisite(const Result<wire::Answer>* links, int type, const std::string& id) {
  if (links == nullptr || !*links) return {};
  for (const auto* row : wire::rows(&(*links)->result))
    if (wire::text_at(*row, {"ENTITY_ID"}) == id && wire::text_at(*row, {"ENTITY_TYPE_ID"}) == std::to_string(type))
      return wire::id_at(*row, {"REQUISITE_ID"});
  return {};
}

std::vector<const wire::json::value*> requisites_of(const Result<wire::Answer>* answer, const std::string& company) {
  std::vector<const wire::json::value*> rows;
  if (answer != nullptr && *answer) rows = wire::rows(&(*answer)->result);
  std::erase_if(rows, [&](const auto* row) { return wire::text_at(*row, {"ENTITY_ID"}) != company; });
  return rows;
}

const wire::json::value* item_of(const Result<wire::Answer>* answer) {
  return answer != nullptr && *answer ? wire::find((*answer)->result, {"item"}) : nullptr;
}

}  // namespace

Result<void> Reader::add_neighbours(const Related& related, const api::Neighbours& want, int type, Item& item) const {
  const wire::json::value nothing;
  if (!item.company_id.empty()) {
    const auto* company = want.company ? answer_of(related.companies, item.company_id) : nullptr;
    const auto* requisites = want.requisite ? answer_of(related.requisites, item.company_id) : nullptr;
    const auto* links = want.requisite ? answer_of(related.links, std::to_string(type) + "/" + item.ref.id) : nullptr;
    for (const auto* answer : {company, requisites, links})
      if (answer != nullptr && passing(*answer)) return answer->error();
    const auto* found = item_of(company);
    const auto rows = requisites_of(requisites, item.company_id);
    item.company =
        read_company(found ? *found : nothing, rows, linked_requisite(links, type, item.ref.id), metadata_.formats());
    item.company["id"] = item.company_id;
  }
  if (const auto id = item.contact.find("id"); id != item.contact.end()) {
    const std::string contact = id->second.to_text();
    const auto* answer = want.contact ? answer_of(related.contacts, contact) : nullptr;
    if (answer != nullptr && passing(*answer)) return answer->error();
    if (const auto* found = item_of(answer)) item.contact = read_contact(*found, metadata_.formats());
    item.contact["id"] = contact;
  }
  return {};
}

Task<Item> Reader::without_neighbours(api::CallContext ctx, ItemRef ref, wire::json::value raw, Time read_at) {
  const int type = *type_id(ref.entity);
  if (lacks_moved_time(type) && !watch_.begun())
    co_return Error{Fault::transient,
                    Audience::admin,
                    "b24.not_watched",
                    "Карточки этого вида ещё не просмотрены: портал не хранит, когда они сменили стадию",
                    {}};
  auto fields = co_await metadata_.fields(ctx, type);
  if (!fields) co_return fields.error();
  const auto category = wire::text_at(raw, {"categoryId"});
  auto stages = co_await metadata_.stages(ctx, type, category);
  if (!stages) co_return stages.error();
  Item item = read_item(raw, ref, type, **fields, settings_.web_url, metadata_.formats());
  item.read_at = read_at;
  item.moved_at = moved_at(ref, raw).value_or(Time{});
  item.moved_by = moved_by(ref, raw);
  item.semantics = semantics_of(**stages, item.stage, &raw);
  if (const auto contact = contact_id(raw); !contact.empty()) item.contact["id"] = contact;
  co_return item;
}

Task<std::vector<Result<Item>>> Reader::read(api::CallContext ctx, std::vector<ItemRef> refs,
                                             api::NeighboursWanted wanted) {
  const Time read_at = clock_.now();
  const auto raws = co_await raw_many(ctx, refs);
  const Error unread{Fault::defect, Audience::developer, "b24.answer", "Карточка не прочитана", ""};
  std::vector<Result<Item>> items(refs.size(), Result<Item>(unread));
  Related related;
  std::vector<api::Neighbours> wants(refs.size());
  std::map<int, Error> unknown;  // types whose fields or stages the portal did not tell: not asked again for each card
  for (std::size_t i = 0; i < refs.size(); ++i) {
    if (!raws[i]) {
      items[i] = raws[i].error();
      continue;
    }
    const int type = *type_id(refs[i].entity);
    if (const auto failed = unknown.find(type); failed != unknown.end()) {
      items[i] = failed->second;
      continue;
    }
    auto raw = *raws[i];
    items[i] = co_await without_neighbours(ctx, refs[i], std::move(raw), read_at);
    if (!items[i]) {
      unknown.emplace(type, items[i].error());
      continue;
    }
    const Item& item = *items[i];
    const api::Neighbours want = wanted ? wanted(item) : api::Neighbours::all();
    wants[i] = want;
    Related::Card card;
    card.type = type;
    card.id = refs[i].id;
    card.company = item.company_id;
    card.whole_company = want.company && !card.company.empty();
    card.requisite = want.requisite && !card.company.empty();
    if (const auto contact = item.contact.find("id"); want.contact && contact != item.contact.end())
      card.contact = contact->second.to_text();
    related.cards.push_back(std::move(card));
  }
  co_await read_related(ctx, related);
  for (std::size_t i = 0; i < refs.size(); ++i) {
    if (!items[i]) continue;
    const auto added = add_neighbours(related, wants[i], *type_id(refs[i].entity), *items[i]);
    if (!added) items[i] = added.error();
  }
  co_return items;
}

}  // namespace sedlink::bitrix24
