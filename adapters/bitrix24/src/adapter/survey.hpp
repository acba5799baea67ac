#pragma once
// Read-only looks at the whole portal: the test of a connection, and the catalog for check and init.
#include "adapter/metadata.hpp"

namespace sedlink::bitrix24 {

class Survey {
 public:
  Survey(Portal& portal, Metadata& metadata, const Settings& settings, const Clock& clock)
      : portal_(portal), metadata_(metadata), settings_(settings), clock_(clock) {}

  Task<api::ConnectionReport> test_connection(api::CallContext ctx);
  Task<api::Catalog> discover(api::CallContext ctx, std::vector<std::string> entities);

 private:
  Task<void> add_entities(api::CallContext ctx, api::Catalog& catalog);
  Task<void> add_entity(api::CallContext ctx, std::string entity, api::Catalog& catalog);

  Portal& portal_;
  Metadata& metadata_;
  const Settings& settings_;
  const Clock& clock_;
};

}  // namespace sedlink::bitrix24
