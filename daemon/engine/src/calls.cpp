// Requests to services: one attempt, and what to do when nobody knows whether it arrived.
#include <charconv>

#include "executors.hpp"

namespace sedlink::engine {
namespace {

constexpr Duration call_limit{60 * 60'000};  // the connection's own timeout is at most that
constexpr int still_working = 202;

Error refused(const char* code, std::string message) {
  Error e;
  e.fault = Fault::rejected;
  e.audience = Audience::admin;
  e.code = code;
  e.message = std::move(message);
  return e;
}

// A person asks the service: repeating might do it twice, forgetting might lose it.
Error unsure(const process::CallService& a, std::int64_t effect, const std::string& why) {
  const std::string number = std::to_string(effect);
  return refused("service.ambiguous", "Неизвестно, дошёл ли запрос «" + a.name + "» до службы «" + a.service + "»" +
                                          (why.empty() ? ": демон остановился, не дождавшись ответа" : ": " + why) +
                                          ". Узнайте у службы, есть ли у неё запрос с ключом " + a.call_id +
                                          ". Если его нет: sedlink process retry --effect " + number +
                                          " — запрос уйдёт снова с тем же ключом. Если есть: sedlink process "
                                          "skip --effect " +
                                          number + ". Служба сама узнаёт повтор по ключу? Тогда напишите repeat: safe");
}

Error ask_again(const process::CallService& a, const api::ServiceAnswer& answer) {
  Error e;
  e.fault = Fault::throttled;
  e.audience = Audience::admin;
  e.code = not_ready;
  e.message = "Служба «" + a.service + "» ещё готовит ответ (" + a.name + ")";
  std::chrono::milliseconds wait = std::max<std::chrono::milliseconds>(a.wait, answer.retry_after);
  if (!a.wait_take.empty() && answer.values.size() > a.takes.size() && answer.values.back()) {
    const std::string& said = *answer.values.back();
    std::int64_t ms = 0;
    const auto [end, failed] = std::from_chars(said.data(), said.data() + said.size(), ms);
    if (failed == std::errc() && end == said.data() + said.size() && ms > 0)
      wait = std::max(wait, std::chrono::milliseconds(std::min<std::int64_t>(ms, 24 * 3'600'000)));
  }
  e.retry_after = std::chrono::ceil<std::chrono::seconds>(wait);
  return e;
}

}  // namespace

Task<process::Success> Executors::call(process::CallService action, store::EffectRow row) {
  const auto it = core_.services.find(row.lane);
  if (it == core_.services.end())
    co_return refused("engine.no_connection", "Нет подключения «" + row.lane + "» типа http в конфигурации");
  const bool repeatable = action.poll || action.repeat_safe || action.method == "GET";
  if (row.doubtful && !repeatable) co_return unsure(action, row.id, {});
  api::ServiceCall call;
  call.method = action.method;
  call.path = action.path;
  call.content_type = action.content_type;
  call.headers = action.headers;
  call.body = action.body;
  call.takes = action.takes;
  if (!action.wait_take.empty()) call.takes.push_back(action.wait_take);
  api::CallContext context = core_.context(action.call_id, call_limit);
  Result<api::ServiceAnswer> answer = co_await it->second->call(context, std::move(call));
  if (answer.has_error()) {
    Error error = answer.error();
    if (error.fault == Fault::ambiguous && !repeatable) co_return unsure(action, row.id, error.message);
    co_return error;
  }
  if (action.poll && answer->status == still_working) {
    // Asked first: the answer may have become ready while we were away.
    if (core_.clock.now() > action.give_up_at)
      co_return refused("service.not_in_time", "Служба «" + action.service + "» так и не подготовила ответ (" +
                                                   action.name + ", ключ запроса " + action.call_id + ")");
    co_return ask_again(action, *answer);
  }
  process::ServiceAnswered done;
  done.values = std::move(answer->values);
  done.values.resize(action.takes.size());
  co_return process::Success(std::move(done));
}

}  // namespace sedlink::engine
