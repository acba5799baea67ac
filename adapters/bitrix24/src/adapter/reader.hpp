#pragma once
// Cards with what the mapping may ask about them, in as few requests as possible.
#include "adapter/metadata.hpp"

namespace sedlink::bitrix24 {

class Reader {
 public:
  Reader(Portal& portal, Metadata& metadata, const Settings& settings, const Clock& clock)
      : portal_(portal), metadata_(metadata), settings_(settings), clock_(clock) {}

  Task<std::vector<Result<Item>>> read(api::CallContext ctx, std::vector<ItemRef> refs);
  // `item` of crm.item.get as it came. not_found crm.item.
  Task<wire::json::value> raw(api::CallContext ctx, ItemRef ref);
  // The same for many, one result each.
  boost::asio::awaitable<std::vector<Result<wire::json::value>>> raw_many(api::CallContext ctx,
                                                                          std::vector<ItemRef> refs);

 private:
  struct Related;
  boost::asio::awaitable<void> read_related(api::CallContext ctx, Related& related);

  Portal& portal_;
  Metadata& metadata_;
  const Settings& settings_;
  const Clock& clock_;
};

[[nodiscard]] Command get_item(int type, const std::string& id);
// crm.item's NOT_FOUND as the port names it.
[[nodiscard]] Error item_error(Error error, const ItemRef& ref);

}  // namespace sedlink::bitrix24
