#include "adapter/reader.hpp"

#include <algorithm>
#include <set>

#include "translate/entity.hpp"
#include "translate/item.hpp"

namespace sedlink::bitrix24 {

using wire::json::object;

Command get_item(int type, const std::string& id) {
  return Command("crm.item.get", object{{"entityTypeId", type}, {"id", id}});
}

Error item_error(Error error, const ItemRef& ref) {
  if (error.fault != Fault::not_found) return error;
  error.code = "crm.item";
  error.message = "Карточка " + to_string(ref) + " удалена или не видна пользователю вебхука";
  return error;
}

boost::asio::awaitable<std::vector<Result<wire::json::value>>> Reader::raw_many(api::CallContext ctx,
                                                                                std::vector<ItemRef> refs) {
  const Error empty{Fault::defect, Audience::developer, "b24.answer", "Портал не прислал карточку", "crm.item.get"};
  std::vector<Result<wire::json::value>> items(refs.size(), Result<wire::json::value>(empty));
  std::vector<Command> commands;
  std::vector<std::size_t> asked;
  for (std::size_t i = 0; i < refs.size(); ++i) {
    const auto type = type_id(refs[i].entity);
    if (!type) {
      items[i] = type.error();
      continue;
    }
    asked.push_back(i);
    commands.push_back(get_item(*type, refs[i].id));
  }
  auto answers = co_await portal_.batch(ctx, std::move(commands));
  for (std::size_t k = 0; k < asked.size(); ++k) {
    auto& item = items[asked[k]];
    if (!answers[k])
      item = item_error(answers[k].error(), refs[asked[k]]);
    else if (const auto* found = wire::find(answers[k]->result, {"item"}); found && found->is_object())
      item = *found;
  }
  co_return items;
}

Task<wire::json::value> Reader::raw(api::CallContext ctx, ItemRef ref) {
  std::vector<ItemRef> refs{ref};
  auto items = co_await raw_many(ctx, std::move(refs));
  co_return std::move(items.front());
}

// Companies, requisites and contacts of a set of cards.
struct Reader::Related {
  struct Card {
    Card() = default;
    int type = 0;
    std::string id, company, contact;
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
  std::set<std::string> companies, contacts;
  for (const auto& card : related.cards) {
    if (!card.company.empty()) {
      ask(related.links, std::to_string(card.type) + "/" + card.id,
          Command("crm.requisite.link.list",
                  object{{"filter", object{{"ENTITY_TYPE_ID", card.type}, {"ENTITY_ID", card.id}}}}));
      if (companies.insert(card.company).second) {
        ask(related.companies, card.company, get_item(company_type, card.company));
        ask(related.requisites, card.company,
            Command("crm.requisite.list",
                    object{{"order", object{{"ID", "ASC"}}},
                           {"filter",
                            object{{"ENTITY_TYPE_ID", company_type}, {"ENTITY_ID", card.company}, {"ACTIVE", "Y"}}}}));
      }
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

// The requisite the card itself names, if any.
std::string linked_requisite(const Result<wire::Answer>& links, int type, const std::string& id) {
  if (!links) return {};
  for (const auto* row : wire::rows(&links->result))
    if (wire::text_at(*row, {"ENTITY_ID"}) == id && wire::text_at(*row, {"ENTITY_TYPE_ID"}) == std::to_string(type))
      return wire::id_at(*row, {"REQUISITE_ID"});
  return {};
}

std::vector<const wire::json::value*> requisites_of(const wire::Answer& answer, const std::string& company) {
  auto rows = wire::rows(&answer.result);
  std::erase_if(rows, [&](const auto* row) { return wire::text_at(*row, {"ENTITY_ID"}) != company; });
  return rows;
}

}  // namespace

Task<std::vector<Result<Item>>> Reader::read(api::CallContext ctx, std::vector<ItemRef> refs) {
  const Time read_at = clock_.now();
  const auto raws = co_await raw_many(ctx, refs);
  const Error unread{Fault::defect, Audience::developer, "b24.answer", "Карточка не прочитана", ""};
  std::vector<Result<Item>> items(refs.size(), Result<Item>(unread));
  Related related;
  for (std::size_t i = 0; i < refs.size(); ++i) {
    if (!raws[i]) {
      items[i] = raws[i].error();
      continue;
    }
    Related::Card card;
    card.type = *type_id(refs[i].entity);
    card.id = refs[i].id;
    card.company = wire::id_at(*raws[i], {"companyId"});
    card.contact = contact_id(*raws[i]);
    related.cards.push_back(std::move(card));
  }
  co_await read_related(ctx, related);
  for (std::size_t i = 0; i < refs.size(); ++i) {
    if (!raws[i]) continue;
    const int type = *type_id(refs[i].entity);
    auto fields = co_await metadata_.fields(ctx, type);
    if (!fields) {
      items[i] = fields.error();
      continue;
    }
    Item item = read_item(*raws[i], refs[i], type, **fields, settings_.web_url, metadata_.formats());
    item.read_at = read_at;
    auto stages = co_await metadata_.stages(ctx, type, item.category);
    if (!stages) {
      items[i] = stages.error();
      continue;
    }
    item.semantics = semantics_of(**stages, item.stage, &*raws[i]);
    if (!item.company_id.empty()) {
      const auto& company = related.companies.at(item.company_id);
      const auto& requisites = related.requisites.at(item.company_id);
      const auto& links = related.links.at(std::to_string(type) + "/" + refs[i].id);
      if (const auto* failed = passing(company)      ? &company
                               : passing(requisites) ? &requisites
                               : passing(links)      ? &links
                                                     : nullptr) {
        items[i] = failed->error();
        continue;
      }
      const wire::json::value nothing;
      const auto* found = company ? wire::find(company->result, {"item"}) : nullptr;
      const auto rows =
          requisites ? requisites_of(*requisites, item.company_id) : std::vector<const wire::json::value*>{};
      item.company =
          read_company(found ? *found : nothing, rows, linked_requisite(links, type, refs[i].id), metadata_.formats());
      item.company["id"] = item.company_id;
    }
    if (const auto contact = contact_id(*raws[i]); !contact.empty()) {
      const auto& answer = related.contacts.at(contact);
      if (passing(answer)) {
        items[i] = answer.error();
        continue;
      }
      if (const auto* found = answer ? wire::find(answer->result, {"item"}) : nullptr)
        item.contact = read_contact(*found, metadata_.formats());
      item.contact["id"] = contact;
    }
    items[i] = std::move(item);
  }
  co_return items;
}

}  // namespace sedlink::bitrix24
