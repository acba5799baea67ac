#pragma once
// Intended changes carried out in batches, and looked up after doubt. A result per effect; effects of one card in
// order, but for one thing: what changes the card itself (fields, and a move within its pipeline) travels as one
// update.
#include "adapter/folders.hpp"
#include "adapter/reader.hpp"
#include "adapter/tasks.hpp"

namespace sedlink::bitrix24 {

class Effects {
 public:
  Effects(Portal& portal, Metadata& metadata, Reader& reader, Tasks& tasks, Folders& folders, const Settings& settings)
      : portal_(portal), metadata_(metadata), reader_(reader), tasks_(tasks), folders_(folders), settings_(settings) {}

  Task<std::vector<Result<api::Receipt>>> apply(api::CallContext ctx, std::vector<api::CrmEffect> effects);
  Task<std::vector<Result<std::optional<api::Receipt>>>> find(api::CallContext ctx,
                                                              std::vector<api::CrmEffect> effects);

  // The comment of a card that carries the key's mark: its id.
  Task<std::optional<std::string>> find_comment(api::CallContext ctx, ItemRef item, std::string key);

 private:
  // One effect on its way through a wave, and one request that carries some of them.
  struct Step;
  struct Parcel;
  using Wave = std::vector<Step>;
  using Found = std::vector<Result<std::optional<api::Receipt>>>;

  boost::asio::awaitable<void> run_wave(api::CallContext ctx, Wave& wave);
  boost::asio::awaitable<void> look_where_cards_stand(api::CallContext ctx, Wave& wave);
  static std::vector<Parcel> pack(Wave& wave, bool together);
  boost::asio::awaitable<void> send(api::CallContext ctx, std::vector<Parcel> parcels);
  boost::asio::awaitable<void> conclude(api::CallContext ctx, Step& step, Result<wire::Answer> answer);
  boost::asio::awaitable<void> finish_tasks(api::CallContext ctx, Wave& wave);
  Task<wire::json::object> plan_fields(api::CallContext ctx, SetFields effect);
  Task<api::Receipt> standing(api::CallContext ctx, int type, wire::json::value item);
  boost::asio::awaitable<void> find_moves(api::CallContext ctx, const std::vector<api::CrmEffect>& effects,
                                          Found& found);
  boost::asio::awaitable<void> find_comments(api::CallContext ctx, const std::vector<api::CrmEffect>& effects,
                                             Found& found);
  Command plan_comment(int type, const Comment& effect, const std::string& key) const;
  Command plan_notice(const Notify& effect, const std::string& key) const;
  Result<Command> comments_page(const ItemRef& item, std::int64_t start) const;

  Portal& portal_;
  Metadata& metadata_;
  Reader& reader_;
  Tasks& tasks_;
  Folders& folders_;
  const Settings& settings_;
};

// One effect of a wave: what it asks of its card (`update`), or a request of its own (`command`).
struct Effects::Step {
  Step() = default;
  const api::CrmEffect* effect = nullptr;
  Result<api::Receipt>* result = nullptr;
  int type = 0;
  ItemRef item;
  std::optional<wire::json::object>
      update;             // fields of crm.item.update; none: no change of the card, or decided already
  bool pipeline = false;  // the update takes the card to another pipeline: it goes alone
  std::optional<Command> command;
  bool refused = false;  // together with others of its card; to be tried alone
};

struct Effects::Parcel {
  Parcel() = default;
  Command command;
  std::vector<Step*> steps;
};

}  // namespace sedlink::bitrix24
