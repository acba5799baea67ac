#include "adapter/directum_adapter.hpp"

#include "door.hpp"
#include "sedlink/directum/adapter.hpp"

namespace sedlink::directum {
namespace {

// One round of the engine is one poll: the calls of a round are counted per thousand (call economy).
constexpr std::size_t poll_batch = 1000;

}  // namespace

Result<std::unique_ptr<api::EdmsAdapter>> make_adapter(api::ConnectionSettings from,
                                                       api::AdapterEnvironment environment) {
  auto settings = read_settings(from);
  if (!settings) return settings.error();
  net::ClientOptions options;
  options.hook = environment.hook;
  options.certificate_seen = environment.certificate_seen;
  options.ca_file = settings.value().ca_file;
  options.max_connections_per_origin = settings.value().calls;
  auto http = net::Client::create(environment.executor, std::move(options));
  if (!http) return http.error();
  auto session = std::make_unique<Session>(std::make_unique<Settings>(std::move(settings).value()),
                                           std::move(http).value(), std::move(environment));
  std::unique_ptr<api::EdmsAdapter> adapter = std::make_unique<DirectumAdapter>(std::move(session));
  return adapter;
}

DirectumAdapter::DirectumAdapter(std::unique_ptr<Session> session) : session_(std::move(session)) {}

api::Capabilities DirectumAdapter::capabilities() const {
  const Settings& s = session_->settings();
  const bool by_module = session_->has(module::abort);
  api::Capabilities c;
  c.cancel = s.cancel != CancelBy::never && (by_module || s.cancel == CancelBy::patch || !session_->known());
  // The base product aborts simple tasks, and only these (A9.6).
  if (s.cancel == CancelBy::automatic && session_->has("AbortTask")) c.cancel_kinds = {"simple"};
  c.cancel_reason = by_module;
  c.resubmit = !session_->known() || session_->has("CompleteAssignment");
  c.set_due = true;
  c.due_kinds = {"free", "simple"};  // parameters of their functions; the start of a rule counts its own term (A9.5)
  c.new_version = true;
  c.push = session_->has(module::target) && !s.notification_token.empty();
  c.signatures = session_->has(module::signatures);
  c.sheet = session_->has(module::sheet) ? api::SheetSource::pdf : api::SheetSource::none;
  c.poll_batch = poll_batch;
  c.max_file = s.max_file;
  for (const DocumentType& t : document_types()) {
    if (!session_->known() || session_->metadata().has_set(t.set)) c.document_types.emplace_back(t.neutral);
  }
  for (const TaskType& t : task_types()) {
    if (!session_->known() || session_->has(t.create)) c.process_kinds.emplace_back(t.neutral);
  }
  c.document_fields = neutral_fields();
  return c;
}

Task<std::vector<Person>> DirectumAdapter::find_person(api::CallContext ctx, Reference reference) {
  auto connected = co_await session_->ready(ctx);
  if (!connected) co_return connected.error();
  co_return co_await session_->employees(ctx, std::move(reference));
}

Result<std::vector<api::ChangeNotice>> DirectumAdapter::accept(const api::InboundRequest& request) const {
  return accept_notification(request, session_->settings());
}

Task<bool> DirectumAdapter::set_notification_target(api::CallContext ctx, std::string url) {
  const Settings& s = session_->settings();
  if (s.notification_token.empty()) co_return false;
  auto connected = co_await session_->ready(ctx);
  if (!connected) co_return connected.error();
  if (!session_->has(module::target)) co_return false;
  Body body;
  body.text("url", url).text("token", s.notification_token.reveal());
  auto set = co_await session_->action(ctx, std::string(module::segment) + module::target, std::move(body));
  if (set) co_return true;
  Error failed = set.error();
  if (failed.fault == Fault::ambiguous) failed.fault = Fault::transient;  // set or not, it is simply set again
  co_return failed;
}

}  // namespace sedlink::directum
