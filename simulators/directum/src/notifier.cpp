#include "notifier.hpp"

#include <utility>

namespace sedlink::sim::directum {

using boost::asio::awaitable;

void Notifier::changed() {
  if (due_) return;
  due_ = true;
  environment_.scheduler().after(Duration(0), [this] {
    due_ = false;
    const std::set<Id> tasks = std::exchange(base_.changed_tasks, {}),
                       documents = std::exchange(base_.changed_documents, {});
    for (const Id id : tasks) tell("TaskChanged", "task_id", id, 0);
    for (const Id id : documents) tell("DocumentChanged", "document_id", id, 0);
  });
}

// To the target of now: it may be another one, or none, than when the change was.
void Notifier::tell(const std::string& event, const std::string& parameter, Id id, std::size_t attempt) {
  const Installation::Target& target = base_.target;
  if (target.url.empty()) return;
  const net::FormPairs form{{"event", event}, {"token", target.token}, {parameter, std::to_string(id)}};
  environment_.spawn(deliver(target.url, net::encode_form(form), event, parameter, id, attempt));
}

awaitable<void> Notifier::deliver(std::string url, std::string body, std::string event, std::string parameter, Id id,
                                  std::size_t attempt) {
  net::Request request;
  request.method = "POST";
  request.url = std::move(url);
  request.headers.set("Content-Type", "application/x-www-form-urlencoded");
  request.body = std::move(body);
  net::CallOptions options;
  options.deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  ++sent_;
  const Result<net::Response> answer = co_await environment_.client().send(std::move(request), options);
  if (answer.has_value() && answer.value().status == 200) {
    ++accepted_;
    co_return;
  }
  const std::vector<Duration>& delays = base_.settings.notification_delays;
  if (attempt == delays.size()) {
    ++dropped_;
    co_return;
  }
  ++waiting_;
  environment_.scheduler().after(delays[attempt], [this, event, parameter, id, attempt] {
    --waiting_;
    tell(event, parameter, id, attempt + 1);
  });
}

json::object Notifier::describe() const {
  return {{"target", base_.target.url},
          {"sent", sent_},
          {"accepted", accepted_},
          {"waiting", waiting_},
          {"dropped", dropped_}};
}

}  // namespace sedlink::sim::directum
