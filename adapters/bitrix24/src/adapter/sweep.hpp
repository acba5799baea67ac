#pragma once
// Stage moves that no event told of, and the cards of a stage. The log is crm.stagehistory.list; quotes have none and
// are compared with what was seen before. Source: bitrix24 documentation, crm.stagehistory.list, crm.item.list.
#include "adapter/metadata.hpp"
#include "adapter/stage_watch.hpp"

namespace sedlink::bitrix24 {

class Sweep {
 public:
  Sweep(Portal& portal, Metadata& metadata, StageWatch& watch, const Settings& settings, const Clock& clock)
      : portal_(portal), metadata_(metadata), watch_(watch), settings_(settings), clock_(clock) {}

  Task<api::SweepPage> moves(api::CallContext ctx, std::string entity, std::string cursor);
  Task<std::vector<ItemRef>> on_stage(api::CallContext ctx, std::string entity, std::string category, std::string stage,
                                      std::size_t limit);

 private:
  Task<std::string> newest(api::CallContext ctx, int type);
  Task<api::SweepPage> compared(api::CallContext ctx, int type, std::string entity, std::string cursor);
  // Rows of a filtered list, all of them: one request, and one batch for every further 2500.
  struct Listed {
    Listed() = default;
    std::vector<wire::json::value> rows;
    std::optional<Time> asked;  // by the portal's clock
  };
  Task<Listed> list(api::CallContext ctx, int type, wire::json::object filter);

  Portal& portal_;
  Metadata& metadata_;
  StageWatch& watch_;
  const Settings& settings_;
  const Clock& clock_;
};

}  // namespace sedlink::bitrix24
