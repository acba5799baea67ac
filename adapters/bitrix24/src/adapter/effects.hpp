#pragma once
// Intended changes carried out in batches, and looked up after doubt. A result per effect; effects of one card in
// order.
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
  // One effect on its way through a wave.
  struct Step;
  boost::asio::awaitable<void> run_wave(api::CallContext ctx, std::vector<Step>& wave);
  boost::asio::awaitable<void> look_where_cards_stand(api::CallContext ctx, std::vector<Step>& wave);
  boost::asio::awaitable<void> conclude(api::CallContext ctx, Step& step, Result<wire::Answer> answer);
  boost::asio::awaitable<void> finish_tasks(api::CallContext ctx, std::vector<Step>& wave);
  Task<Command> plan_fields(api::CallContext ctx, SetFields effect);
  Task<api::Receipt> standing(api::CallContext ctx, int type, wire::json::value item);
  Task<std::optional<api::Receipt>> find_move(api::CallContext ctx, MoveStage effect);
  Command plan_comment(int type, const Comment& effect, const std::string& key) const;
  Command plan_notice(const Notify& effect, const std::string& key) const;

  Portal& portal_;
  Metadata& metadata_;
  Reader& reader_;
  Tasks& tasks_;
  Folders& folders_;
  const Settings& settings_;
};

}  // namespace sedlink::bitrix24
