#pragma once
// Cards with what the mapping may ask about them, in as few requests as possible.
#include <memory>
#include <vector>

#include "adapter/metadata.hpp"
#include "adapter/stage_watch.hpp"
#include "sedlink/net/limiter.hpp"

namespace sedlink::bitrix24 {

class Reader {
 public:
  Reader(Portal& portal, Metadata& metadata, StageWatch& watch, const Settings& settings, const Clock& clock)
      : portal_(portal), metadata_(metadata), watch_(watch), settings_(settings), clock_(clock) {}

  // `wanted` is asked about each card once it is read. transient b24.not_watched for a quote before the first sweep:
  // nobody knows yet when it came to its stage.
  Task<std::vector<Result<Item>>> read(api::CallContext ctx, std::vector<ItemRef> refs, api::NeighboursWanted wanted);
  // `item` of crm.item.get as it came. not_found crm.item. Cards wanted while another is being read are read together.
  Task<wire::json::value> raw(api::CallContext ctx, ItemRef ref);
  // The same for many, one result each.
  boost::asio::awaitable<std::vector<Result<wire::json::value>>> raw_many(api::CallContext ctx,
                                                                          std::vector<ItemRef> refs);
  // Only where each card stands (id, stageId, categoryId, who moved it and when): one list instead of many cards.
  boost::asio::awaitable<std::vector<Result<wire::json::value>>> where(api::CallContext ctx, std::vector<ItemRef> refs);
  // When the card came to its stage, by its own word or by the watch.
  [[nodiscard]] std::optional<Time> moved_at(const ItemRef& ref, const wire::json::value& raw);
  [[nodiscard]] std::string moved_by(const ItemRef& ref, const wire::json::value& raw);

 private:
  struct Related;
  struct Wanted;
  boost::asio::awaitable<void> read_related(api::CallContext ctx, Related& related);
  Task<Item> without_neighbours(api::CallContext ctx, ItemRef ref, wire::json::value raw, Time read_at);
  Result<void> add_neighbours(const Related& related, const api::Neighbours& want, int type, Item& item) const;

  Portal& portal_;
  Metadata& metadata_;
  StageWatch& watch_;
  const Settings& settings_;
  const Clock& clock_;
  std::vector<std::shared_ptr<Wanted>> waiting_;  // for their raw card
  net::Concurrency one_reading_{1};
};

[[nodiscard]] Command get_item(int type, const std::string& id);
// crm.item's NOT_FOUND as the port names it.
[[nodiscard]] Error item_error(Error error, const ItemRef& ref);

}  // namespace sedlink::bitrix24
