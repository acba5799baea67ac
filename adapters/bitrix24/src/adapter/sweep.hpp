#pragma once
// The ordered log of stage moves, and the cards of a stage.
// Source: bitrix24 documentation, crm.stagehistory.list, crm.item.list.
#include "adapter/metadata.hpp"

namespace sedlink::bitrix24 {

class Sweep {
 public:
  Sweep(Portal& portal, Metadata& metadata, const Settings& settings)
      : portal_(portal), metadata_(metadata), settings_(settings) {}

  Task<api::SweepPage> moves(api::CallContext ctx, std::string entity, std::string cursor);
  Task<std::vector<ItemRef>> on_stage(api::CallContext ctx, std::string entity, std::string category, std::string stage,
                                      std::size_t limit);

 private:
  Task<std::string> newest(api::CallContext ctx, int type);

  Portal& portal_;
  Metadata& metadata_;
  const Settings& settings_;
};

}  // namespace sedlink::bitrix24
