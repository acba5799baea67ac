// Notifications at the door: whatever the bytes, one notice or a refusal with a code of the door; only the token opens
// it.
#include <cstdint>
#include <cstdlib>

#include "door.hpp"
#include "sedlink/net/http.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sedlink;
  constexpr const char* token = "t0ken-t0ken-t0ken";
  directum::Settings settings("directum", TimeZone());
  settings.notification_token = Secret(token);
  api::InboundRequest request;
  request.content_type = "application/x-www-form-urlencoded";
  request.body.assign(reinterpret_cast<const char*>(data), size);
  const auto notices = directum::accept_notification(request, settings);
  if (!notices) {
    if (!notices.error().code.starts_with("edms.door")) std::abort();
    return 0;
  }
  if (notices->size() != 1) std::abort();
  const api::ChangeNotice& notice = notices->front();
  for (const std::string& id : {notice.process_id, notice.document_id})
    if (id.size() > 19 || id.find_first_not_of("0123456789") != std::string::npos) std::abort();
  bool knows = false;
  const auto form = net::parse_form(request.body);
  if (form)
    for (const auto& [name, value] : *form) knows = knows || (name == "token" && value == token);
  if (!knows) std::abort();
  return 0;
}
