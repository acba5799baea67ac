// Deliveries of an outgoing webhook: whatever the bytes, an event or a refusal with a code of the door.
#include <cstdint>
#include <cstdlib>

#include "door.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sedlink;
  bitrix24::Settings settings;
  settings.connection = "portal";
  settings.host = "one.bitrix24.ru";
  settings.event_token = Secret("t0ken");
  api::InboundRequest request;
  request.content_type = "application/x-www-form-urlencoded";
  request.body.assign(reinterpret_cast<const char*>(data), size);
  const auto events = bitrix24::accept_delivery(request, settings, settings.host);
  if (events) {
    if (events->size() != 1 || events->front().name.empty()) std::abort();
    if (events->front().item && events->front().item->id.empty()) std::abort();
  } else if (!events.error().code.starts_with("crm.door")) {
    std::abort();
  }
  return 0;
}
