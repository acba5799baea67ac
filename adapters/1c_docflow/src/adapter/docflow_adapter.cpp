#include "adapter/docflow_adapter.hpp"

#include "adapter/edition2/dialect.hpp"
#include "adapter/edition3/dialect.hpp"
#include "sedlink/core/text.hpp"
#include "sedlink/onec_docflow/adapter.hpp"

namespace sedlink::onec_docflow {
namespace {

std::unique_ptr<api::EdmsAdapter> make_dialect(Session& session) {
  if (session.edition() == Edition::v3) return std::make_unique<Edition3>(session);
  return std::make_unique<Edition2>(session);
}

// The service does not understand us, or we do not understand it.
bool does_not_fit(const Error& e) {
  return e.code == "onec.unknown_message" || e.code == "onec.schema" || e.code == "onec.type" ||
         e.code == "onec.envelope" || e.code == "onec.protocol";
}

Result<void> check_size(const SpooledFile& file, std::uint64_t most) {
  if (file.size <= most) return {};
  return make_error(Fault::rejected, Audience::user, "edms.file_too_large",
                    "Файл «" + file.name + "» (" + text::human_size(file.size) + ") больше допустимых для 1С " +
                        text::human_size(most));
}

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
  std::unique_ptr<api::EdmsAdapter> adapter = std::make_unique<DocflowAdapter>(std::move(session));
  return adapter;
}

DocflowAdapter::DocflowAdapter(std::unique_ptr<Session> session)
    : session_(std::move(session)), dialect_(make_dialect(*session_)) {}

api::EdmsAdapter& DocflowAdapter::dialect() {
  if (edition_ != session_->edition()) {
    retired_.push_back(std::move(dialect_));
    dialect_ = make_dialect(*session_);
    edition_ = session_->edition();
  }
  return *dialect_;
}

template <class T>
Task<T> DocflowAdapter::served(api::CallContext ctx, std::function<Task<T>(api::EdmsAdapter&)> call) {
  auto connected = co_await session_->ready(ctx);
  if (!connected) co_return connected.error();
  const std::string before = session_->version();
  Task<T> first = call(dialect());
  Result<T> result = co_await std::move(first);
  if (result || !does_not_fit(result.error())) co_return result;
  if (session_->version() == before) session_->doubt_version();  // else a batch has asked already
  auto again = co_await session_->ready(ctx);
  if (!again) co_return again.error();
  if (session_->version() == before) co_return result;
  session_->log().warning(
      "onec_upgraded",
      {{"connection", session_->settings().connection}, {"before", before}, {"now", session_->version()}});
  Task<T> second = call(dialect());
  Result<T> repeated = co_await std::move(second);
  if (repeated || !does_not_fit(repeated.error())) co_return repeated;
  Error e = repeated.error();
  e.code = "onec.dialect";
  e.fault = Fault::rejected;
  e.audience = Audience::admin;
  e.message = "1С:Документооборот обновлён с " + before + " до " + session_->version() +
              " и отвечает не так, как описано для этой версии: " + e.message;
  co_return e;
}

api::Capabilities DocflowAdapter::capabilities() const { return dialect_->capabilities(); }

Task<api::ConnectionReport> DocflowAdapter::test_connection(api::CallContext ctx) {
  std::function<Task<api::ConnectionReport>(api::EdmsAdapter&)> call = [=](api::EdmsAdapter& d) {
    return d.test_connection(ctx);
  };
  return served(ctx, std::move(call));
}

Task<api::Catalog> DocflowAdapter::discover(api::CallContext ctx) {
  std::function<Task<api::Catalog>(api::EdmsAdapter&)> call = [=](api::EdmsAdapter& d) { return d.discover(ctx); };
  return served(ctx, std::move(call));
}

Task<std::vector<Person>> DocflowAdapter::find_person(api::CallContext ctx, Reference reference) {
  std::function<Task<std::vector<Person>>(api::EdmsAdapter&)> call = [=](api::EdmsAdapter& d) {
    return d.find_person(ctx, reference);
  };
  return served(ctx, std::move(call));
}

Task<Reference> DocflowAdapter::ensure_counterparty(api::CallContext ctx, Reference reference, std::string title) {
  std::function<Task<Reference>(api::EdmsAdapter&)> call = [=](api::EdmsAdapter& d) {
    return d.ensure_counterparty(ctx, reference, title);
  };
  return served(ctx, std::move(call));
}

Task<std::optional<DocumentRef>> DocflowAdapter::find_document(api::CallContext ctx, DocumentDraft draft) {
  std::function<Task<std::optional<DocumentRef>>(api::EdmsAdapter&)> call = [=](api::EdmsAdapter& d) {
    return d.find_document(ctx, draft);
  };
  return served(ctx, std::move(call));
}

Task<DocumentRef> DocflowAdapter::create_document(api::CallContext ctx, DocumentDraft draft) {
  std::function<Task<DocumentRef>(api::EdmsAdapter&)> call = [=](api::EdmsAdapter& d) {
    return d.create_document(ctx, draft);
  };
  return served(ctx, std::move(call));
}

Task<std::optional<EdmsFileRef>> DocflowAdapter::find_file(api::CallContext ctx, DocumentRef document,
                                                           SpooledFile file) {
  std::function<Task<std::optional<EdmsFileRef>>(api::EdmsAdapter&)> call = [=](api::EdmsAdapter& d) {
    return d.find_file(ctx, document, file);
  };
  return served(ctx, std::move(call));
}

Task<EdmsFileRef> DocflowAdapter::attach_file(api::CallContext ctx, DocumentRef document, SpooledFile file) {
  std::function<Task<EdmsFileRef>(api::EdmsAdapter&)> call = [=](api::EdmsAdapter& d) {
    return d.attach_file(ctx, document, file);
  };
  auto small = check_size(file, session_->settings().max_file);
  if (!small) co_return small.error();
  auto result = co_await served(ctx, std::move(call));
  co_return result;
}

Task<EdmsFileRef> DocflowAdapter::add_version(api::CallContext ctx, DocumentRef document, EdmsFileRef ref,
                                              SpooledFile file) {
  std::function<Task<EdmsFileRef>(api::EdmsAdapter&)> call = [=](api::EdmsAdapter& d) {
    return d.add_version(ctx, document, ref, file);
  };
  auto small = check_size(file, session_->settings().max_file);
  if (!small) co_return small.error();
  auto result = co_await served(ctx, std::move(call));
  co_return result;
}

Task<bool> DocflowAdapter::has_version(api::CallContext ctx, EdmsFileRef ref, SpooledFile file) {
  std::function<Task<bool>(api::EdmsAdapter&)> call = [=](api::EdmsAdapter& d) {
    return d.has_version(ctx, ref, file);
  };
  return served(ctx, std::move(call));
}

Task<std::optional<ProcessRef>> DocflowAdapter::find_process(api::CallContext ctx, DocumentRef document,
                                                             ProcessDraft draft) {
  std::function<Task<std::optional<ProcessRef>>(api::EdmsAdapter&)> call = [=](api::EdmsAdapter& d) {
    return d.find_process(ctx, document, draft);
  };
  return served(ctx, std::move(call));
}

Task<ProcessRef> DocflowAdapter::prepare_process(api::CallContext ctx, DocumentRef document, ProcessDraft draft) {
  std::function<Task<ProcessRef>(api::EdmsAdapter&)> call = [=](api::EdmsAdapter& d) {
    return d.prepare_process(ctx, document, draft);
  };
  return served(ctx, std::move(call));
}

Task<void> DocflowAdapter::start_process(api::CallContext ctx, ProcessRef process) {
  std::function<Task<void>(api::EdmsAdapter&)> call = [=](api::EdmsAdapter& d) {
    return d.start_process(ctx, process);
  };
  return served(ctx, std::move(call));
}

Task<api::PollAnswer> DocflowAdapter::poll(api::CallContext ctx, std::vector<ProcessRef> processes) {
  std::function<Task<api::PollAnswer>(api::EdmsAdapter&)> call = [=](api::EdmsAdapter& d) {
    return d.poll(ctx, processes);
  };
  return served(ctx, std::move(call));
}

Task<void> DocflowAdapter::decide_round(api::CallContext ctx, ProcessRef process, AuthorDecision decision, bool again,
                                        std::string comment) {
  std::function<Task<void>(api::EdmsAdapter&)> call = [=](api::EdmsAdapter& d) {
    return d.decide_round(ctx, process, decision, again, comment);
  };
  return served(ctx, std::move(call));
}

Task<void> DocflowAdapter::cancel(api::CallContext ctx, ProcessRef process, std::string reason) {
  std::function<Task<void>(api::EdmsAdapter&)> call = [=](api::EdmsAdapter& d) {
    return d.cancel(ctx, process, reason);
  };
  return served(ctx, std::move(call));
}

Task<ResultSet> DocflowAdapter::list_results(api::CallContext ctx, ProcessRef process) {
  std::function<Task<ResultSet>(api::EdmsAdapter&)> call = [=](api::EdmsAdapter& d) {
    return d.list_results(ctx, process);
  };
  return served(ctx, std::move(call));
}

Task<SpooledFile> DocflowAdapter::fetch(api::CallContext ctx, EdmsFileRef ref, std::string path) {
  std::function<Task<SpooledFile>(api::EdmsAdapter&)> call = [=](api::EdmsAdapter& d) {
    return d.fetch(ctx, ref, path);
  };
  return served(ctx, std::move(call));
}

}  // namespace sedlink::onec_docflow
