#include "executors.hpp"

#include "sedlink/core/json.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::engine {
namespace {

constexpr Duration call_limit{60'000};

Error no_connection(const std::string& name) {
  Error e;
  e.fault = Fault::rejected;
  e.code = "engine.no_connection";
  e.message = "Нет подключения «" + name + "» в конфигурации";
  return e;
}

// Told before anything is created in the EDMS.
Error above_edms_limit(const std::string& name, std::uint64_t size, std::uint64_t most) {
  Error large;
  large.fault = Fault::rejected;
  large.audience = Audience::user;
  large.code = "edms.file_limit";
  large.message = "Файл «" + name + "» (" + text::human_size(size) + ") больше " + text::human_size(most) +
                  " — предела для файлов СЭД (limits.file)";
  return large;
}

}  // namespace

Duration file_time(std::uint64_t size) {
  constexpr std::uint64_t bytes_per_second = 256 * 1024;
  return Duration(600'000) + std::chrono::seconds(size / bytes_per_second);
}

Error elsewhere(Error error) {
  const bool passes = error.fault == Fault::transient || error.fault == Fault::throttled ||
                      error.fault == Fault::ambiguous || error.fault == Fault::unauthorized;
  if (!passes) return error;
  error.fault = Fault::transient;  // reading it again changes nothing
  error.code = "engine.source";
  return error;
}

Task<process::Success> Executors::carry_out(store::EffectRow row, process::Effect effect) {
  if (auto* a = std::get_if<process::CollectFiles>(&effect.action))
    co_return co_await collect(std::move(*a), std::move(row));
  if (auto* a = std::get_if<process::Deliver>(&effect.action))
    co_return co_await deliver(std::move(*a), std::move(row));
  if (auto* a = std::get_if<process::CallService>(&effect.action))
    co_return co_await call(std::move(*a), std::move(row));
  const auto it = core_.edms.find(row.lane);
  if (it == core_.edms.end()) co_return no_connection(row.lane);
  api::EdmsAdapter& edms = *it->second;
  if (auto* a = std::get_if<process::EnsureCounterparty>(&effect.action))
    co_return co_await counterparty(edms, std::move(*a), effect.object_key);
  if (auto* a = std::get_if<process::CreateDocument>(&effect.action))
    co_return co_await document(edms, std::move(*a), effect.object_key, std::move(row));
  if (auto* a = std::get_if<process::AttachFile>(&effect.action))
    co_return co_await attach(edms, std::move(*a), std::move(row));
  if (auto* a = std::get_if<process::AddVersion>(&effect.action))
    co_return co_await version(edms, std::move(*a), std::move(row));
  if (auto* a = std::get_if<process::PrepareProcess>(&effect.action))
    co_return co_await prepare(edms, std::move(*a), effect.object_key, std::move(row));
  if (auto* a = std::get_if<process::ListResults>(&effect.action)) co_return co_await results(edms, std::move(*a));

  api::CallContext context = urgent(effect.object_key);
  if (auto* a = std::get_if<process::StartProcess>(&effect.action)) {
    Result<void> started = co_await edms.start_process(context, a->process);
    if (started.has_error()) co_return started.error();
    co_return process::Success(process::Done{});
  }
  if (auto* a = std::get_if<process::DecideRound>(&effect.action)) {
    Result<void> decided = co_await edms.decide_round(context, a->process, a->decision, a->again, a->comment);
    if (decided.has_error()) co_return decided.error();
    co_return process::Success(process::Done{});
  }
  if (auto* a = std::get_if<process::CancelProcess>(&effect.action)) {
    Result<void> cancelled = co_await edms.cancel(context, a->process, a->reason);
    if (cancelled.has_error()) co_return cancelled.error();
    co_return process::Success(process::Done{});
  }
  Error unknown;
  unknown.code = "engine.effect";
  unknown.message = "Неизвестный вид действия: " + row.kind;
  co_return unknown;
}

api::CallContext Executors::urgent(const std::string& key) const {
  api::CallContext context = core_.context(key, call_limit);
  context.for_people = true;
  return context;
}

Task<process::Success> Executors::collect(process::CollectFiles action, store::EffectRow row) {
  const auto it = core_.crm.find(action.item.connection);
  if (it == core_.crm.end()) co_return no_connection(action.item.connection);
  Result<store::InstanceRow> owner = co_await instance(row.instance);
  if (owner.has_error()) co_return owner.error();
  const auto edms = core_.edms.find(owner.value().edms);
  if (edms == core_.edms.end()) co_return no_connection(owner.value().edms);
  const std::uint64_t most = edms->second->capabilities().max_file;
  process::FilesCollected done;
  std::vector<std::shared_ptr<void>> holds;
  int number = 0;
  for (auto& file : action.files) {
    const std::string path = core_.spool.incoming(row.key + "-" + std::to_string(++number));
    Result<SpooledFile> spooled = co_await collect_one(*it->second, action.item, file, path, most);
    if (spooled.has_error()) co_return spooled.error();
    holds.push_back(core_.spool.hold(spooled.value().sha256));
    if (!spooled.value().name.empty()) file.name = spooled.value().name;
    file.sha256 = spooled.value().sha256;
    file.size = spooled.value().size;
    done.files.push_back(std::move(file));
  }
  co_return process::Success(std::move(done));
}

Task<SpooledFile> Executors::collect_one(api::CrmAdapter& crm, ItemRef item, process::DocumentFile file,
                                         std::string path, std::uint64_t most) {
  const std::string place = to_string(item) + "|" + file.field + "|" + file.crm_id;
  SpooledFile known;
  known.name = file.name;
  known.sha256 = file.sha256;
  known.size = file.size;
  if (const auto before = collected_.find(place); before != collected_.end()) known = before->second;
  if (known.size > most) co_return above_edms_limit(known.name, known.size, most);
  if (auto there = core_.spool.find(known.sha256, known.name, known.size)) co_return std::move(*there);
  const Result<Spool::Reservation> room = core_.spool.reserve(known.size, crm.capabilities().max_file);
  if (room.has_error()) co_return room.error();
  CrmFile source;
  source.id = file.crm_id;
  source.name = file.name;
  api::CallContext context = core_.context("", file_time(known.size));
  Result<SpooledFile> loaded = co_await crm.download(context, item, file.field, source, path);
  if (loaded.has_error()) core_.spool.discard(path);
  if (loaded.has_error()) co_return loaded.error();
  if (loaded.value().name.empty()) loaded.value().name = file.name;
  if (collected_.size() > 2000) collected_.clear();
  collected_[place] = loaded.value();
  if (loaded.value().size > most) {
    core_.spool.discard(path);  // only its size is of interest
    co_return above_edms_limit(loaded.value().name, loaded.value().size, most);
  }
  co_return core_.spool.keep(std::move(loaded.value()));
}

Task<process::Success> Executors::counterparty(api::EdmsAdapter& edms, process::EnsureCounterparty action,
                                               std::string key) {
  api::CallContext context = urgent(key);
  Result<Reference> found = co_await edms.ensure_counterparty(context, action.reference, action.title);
  if (found.has_error()) co_return found.error();
  co_return process::Success(process::CounterpartyFound{found.value().id});
}

Task<process::Success> Executors::document(api::EdmsAdapter& edms, process::CreateDocument action, std::string key,
                                           store::EffectRow row) {
  Result<store::InstanceRow> owner = co_await instance(row.instance);
  if (owner.has_error()) co_return owner.error();
  std::vector<Reference> named;
  for (const auto& field : action.draft.fields)
    if (const auto* reference = std::get_if<Reference>(&field.value)) named.push_back(*reference);
  Result<void> known = co_await people_known(owner.value().item.connection, named);
  if (known.has_error()) co_return known.error();
  for (auto& field : action.draft.fields)
    if (auto* reference = std::get_if<Reference>(&field.value))
      core_.people.complete(*reference, owner.value().item.connection, row.lane);
  api::CallContext look = urgent(key);
  Result<std::optional<DocumentRef>> found = co_await edms.find_document(look, action.draft);
  if (found.has_error()) co_return found.error();
  if (found.value()) co_return process::Success(process::DocumentCreated{*found.value()});
  api::CallContext context = urgent(key);
  Result<DocumentRef> created = co_await edms.create_document(context, action.draft);
  if (created.has_error()) co_return created.error();
  co_return process::Success(process::DocumentCreated{created.value()});
}

Task<SpooledFile> Executors::spooled(process::DocumentFile file, store::EffectRow row) {
  if (auto there = core_.spool.find(file.sha256, file.name, file.size)) co_return std::move(*there);
  Result<store::InstanceRow> owner = co_await instance(row.instance);
  if (owner.has_error()) co_return owner.error();
  const ItemRef item = owner.value().item;
  const auto it = core_.crm.find(item.connection);
  if (it == core_.crm.end()) co_return no_connection(item.connection);
  CrmFile source;
  source.id = file.crm_id;
  source.name = file.name;
  const Result<Spool::Reservation> room = core_.spool.reserve(file.size, it->second->capabilities().max_file);
  if (room.has_error()) co_return room.error();
  api::CallContext context = core_.context("", file_time(file.size));
  const std::string path = core_.spool.incoming(row.key);
  Result<SpooledFile> loaded = co_await it->second->download(context, item, file.field, source, path);
  if (loaded.has_error()) core_.spool.discard(path);
  if (loaded.has_error()) co_return elsewhere(loaded.error());
  if (loaded.value().sha256 != file.sha256) {
    core_.spool.discard(path);
    Error changed;
    changed.fault = Fault::rejected;
    changed.audience = Audience::user;
    changed.code = "crm.file_changed";
    changed.message = "Файл «" + file.name + "» заменили в карточке во время отправки: отправьте снова";
    co_return changed;
  }
  Result<SpooledFile> kept = core_.spool.keep(std::move(loaded.value()));
  if (kept.has_value()) kept.value().name = file.name;
  co_return kept;
}

Task<process::Success> Executors::attach(api::EdmsAdapter& edms, process::AttachFile action, store::EffectRow row) {
  const std::uint64_t most = edms.capabilities().max_file;
  if (action.file.size > most) co_return above_edms_limit(action.file.name, action.file.size, most);
  Result<SpooledFile> file = co_await spooled(action.file, row);
  if (file.has_error()) co_return file.error();
  Result<store::InstanceRow> owner = co_await instance(row.instance);
  if (owner.has_error()) co_return owner.error();
  const std::shared_ptr<void> hold = core_.spool.hold(file.value().sha256);
  // An earlier run may have attached it and ended before it heard so.
  if (row.doubtful || owner.value().launch_no > 1) {
    api::CallContext look = core_.context(row.key, file_time(action.file.size));
    Result<std::optional<EdmsFileRef>> found = co_await edms.find_file(look, action.document, file.value());
    if (found.has_error()) co_return found.error();
    if (found.value()) co_return process::Success(process::FileSent{found.value()->id});
  }
  api::CallContext context = core_.context(row.key, file_time(action.file.size));
  Result<EdmsFileRef> sent = co_await edms.attach_file(context, action.document, file.value());
  if (sent.has_error()) co_return sent.error();
  co_return process::Success(process::FileSent{sent.value().id});
}

Task<process::Success> Executors::version(api::EdmsAdapter& edms, process::AddVersion action, store::EffectRow row) {
  Result<SpooledFile> file = co_await spooled(action.file, row);
  if (file.has_error()) co_return file.error();
  const std::shared_ptr<void> hold = core_.spool.hold(file.value().sha256);
  EdmsFileRef target;
  target.id = action.file.edms_file;
  if (row.doubtful) {
    api::CallContext look = core_.context(row.key, file_time(action.file.size));
    Result<bool> there = co_await edms.has_version(look, target, file.value());
    if (there.has_error()) co_return there.error();
    if (there.value()) co_return process::Success(process::FileSent{target.id});
  }
  api::CallContext context = core_.context(row.key, file_time(action.file.size));
  Result<EdmsFileRef> sent = co_await edms.add_version(context, action.document, target, file.value());
  if (sent.has_error()) co_return sent.error();
  co_return process::Success(process::FileSent{sent.value().id.empty() ? target.id : sent.value().id});
}

Task<process::Success> Executors::prepare(api::EdmsAdapter& edms, process::PrepareProcess action, std::string key,
                                          store::EffectRow row) {
  Result<store::InstanceRow> owner = co_await instance(row.instance);
  if (owner.has_error()) co_return owner.error();
  const std::string crm = owner.value().item.connection;
  std::vector<Reference> named = action.draft.approvers;
  if (action.draft.author) named.push_back(*action.draft.author);
  Result<void> known = co_await people_known(crm, named);
  if (known.has_error()) co_return known.error();
  if (action.draft.author) core_.people.complete(*action.draft.author, crm, row.lane);
  for (auto& approver : action.draft.approvers) core_.people.complete(approver, crm, row.lane);
  api::CallContext look = urgent(key);
  Result<std::optional<ProcessRef>> found = co_await edms.find_process(look, action.document, action.draft);
  if (found.has_error()) co_return found.error();
  if (found.value()) co_return process::Success(process::ProcessPrepared{*found.value()});
  api::CallContext context = urgent(key);
  Result<ProcessRef> prepared = co_await edms.prepare_process(context, action.document, action.draft);
  if (prepared.has_error()) co_return prepared.error();
  co_return process::Success(process::ProcessPrepared{prepared.value()});
}

Task<process::Success> Executors::results(api::EdmsAdapter& edms, process::ListResults action) {
  api::CallContext context = core_.context("", call_limit);
  Result<ResultSet> listed = co_await edms.list_results(context, action.process);
  if (listed.has_error()) co_return listed.error();
  process::ResultsListed done;
  done.results = std::move(listed.value());
  co_return process::Success(std::move(done));
}

// A draft names people: without the CRM's list of users it would go out without an author.
Task<void> Executors::people_known(std::string crm, std::vector<Reference> references) {
  std::string unknown;
  const auto find_unknown = [&] {
    unknown.clear();
    for (const Reference& r : references)
      if (r.user && !r.user->id.empty() && !core_.people.knows(crm, r.user->id)) unknown = r.user->id;
  };
  find_unknown();
  Result<void> learned;
  if (!core_.people.knows(crm) || !unknown.empty()) {
    learned = co_await core_.learn_people(crm);
    find_unknown();
  }
  Result<void> done;
  Error error;
  if (!core_.people.knows(crm)) {
    error.fault = Fault::transient;
    error.code = "engine.people";
    error.message = "Список сотрудников «" + crm + "» ещё не прочитан";
    if (learned.has_error()) {
      error.message += ": " + describe(learned.error());
      // A refusal is not cured by asking again: somebody is told at once. The code stays ours, the other lane is sound.
      if (elsewhere(learned.error()).fault == Fault::rejected) {
        error.fault = Fault::rejected;
        error.audience = Audience::admin;
      }
    }
    done = error;
  } else if (!unknown.empty()) {
    error.fault = Fault::rejected;
    error.audience = Audience::user;
    error.code = "engine.person";
    error.message = "Сотрудник " + unknown + " из карточки не найден среди работающих сотрудников CRM";
    done = error;
  }
  co_return done;
}

Task<store::InstanceRow> Executors::instance(std::string id) {
  std::function<Result<store::InstanceRow>(store::Tx&)> unit = [id](store::Tx& tx) -> Result<store::InstanceRow> {
    if (auto row = tx.instance(id)) return std::move(*row);
    Error missing;
    missing.fault = Fault::not_found;
    missing.code = "engine.instance";
    missing.message = "Нет процесса " + id;
    return missing;
  };
  Result<store::InstanceRow> row = co_await core_.store.read<store::InstanceRow>(std::move(unit));
  co_return row;
}

}  // namespace sedlink::engine
