#include "door.hpp"

#include "sedlink/core/text.hpp"
#include "sedlink/net/http.hpp"
#include "wire/error.hpp"

namespace sedlink::directum {
namespace {

Error refuse(Fault fault, const char* code, const char* message) {
  return make_error(fault, Audience::admin, code, message);
}

std::string value_of(const net::FormPairs& form, std::string_view name) {
  for (const auto& [key, value] : form)
    if (key == name) return value;
  return {};
}

// An id of ours is written without leading zeros: another spelling would name nothing.
std::string id_in(const net::FormPairs& form, std::string_view name) {
  std::string id = value_of(form, name);
  constexpr std::size_t longest = 19;  // digits of an Int64
  const bool number = !id.empty() && id.size() <= longest && id.find_first_not_of("0123456789") == std::string::npos;
  return number && id.front() != '0' ? id : std::string();
}

}  // namespace

Result<std::vector<api::ChangeNotice>> accept_notification(const api::InboundRequest& request,
                                                           const Settings& settings) {
  if (net::media_type(request.content_type) != "application/x-www-form-urlencoded")
    return refuse(Fault::rejected, "edms.door.media",
                  "Уведомление должно прийти как application/x-www-form-urlencoded");
  const auto form = net::parse_form(request.body);
  if (!form) return refuse(Fault::rejected, "edms.door.form", "Тело уведомления не разбирается как форма");
  const std::string event = value_of(*form, "event");
  // Whoever knows no token learns nothing about the form either, unless it is no notification at all.
  if (event.empty()) return refuse(Fault::rejected, "edms.door.form", "В форме нет события (event)");
  const Secret& token = settings.notification_token;
  if (token.empty())
    return refuse(Fault::unauthorized, "edms.door", "Уведомление, а notification_token подключения не задан");
  if (!token.equals_constant_time(value_of(*form, "token")))
    return refuse(Fault::unauthorized, "edms.door", "Уведомление с неверным token");

  api::ChangeNotice notice;
  notice.name = text::sanitize_utf8(text::prefix(event, 100));
  if (event == "TaskChanged") notice.process_id = id_in(*form, "task_id");
  if (event == "DocumentChanged") notice.document_id = id_in(*form, "document_id");
  std::vector<api::ChangeNotice> notices;
  notices.push_back(std::move(notice));
  return notices;
}

}  // namespace sedlink::directum
