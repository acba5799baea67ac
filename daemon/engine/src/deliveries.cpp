// Result files on their way back: fetched or drawn once, uploaded with a memo that survives a crash.
#include <algorithm>

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "executors.hpp"
#include "sedlink/core/json.hpp"
#include "sedlink/core/text.hpp"
#include "sedlink/render/approval_sheet.hpp"

namespace sedlink::engine {
namespace {

render::Verdict mark(Verdict v) {
  switch (v) {
    case Verdict::approved: return render::Verdict::approved;
    case Verdict::approved_with_remarks: return render::Verdict::remarks;
    case Verdict::rejected: return render::Verdict::rejected;
    default: return render::Verdict::none;
  }
}

std::string decision_words(const Participant& p) {
  if (p.verdict != Verdict::none) return russian_name(p.verdict);
  switch (p.state) {
    case ParticipantState::working: return "Решения нет";
    case ParticipantState::skipped: return "Не запрашивалось";
    case ParticipantState::done: return p.stage_name.empty() ? "Выполнено" : p.stage_name;
    case ParticipantState::waiting: break;
  }
  return "Не запрашивалось";
}

render::ApprovalSheet sheet_of(const process::SheetData& d, const TimeZone& zone, const std::string& instance_name) {
  render::ApprovalSheet s;
  s.our_company = d.company;
  s.document_title = d.document_title;
  s.document_kind = d.kind;
  s.document_number = d.number;
  s.document_date = d.date;
  s.counterparty = d.counterparty;
  s.sum = d.sum;
  s.crm_card = {d.card_title, d.card};
  s.edms_document = {d.document_title, d.document_link};
  s.edms_process = {d.process_name, d.link};
  s.initiator = d.initiator;
  s.responsible = d.responsible;
  s.time_zone = d.time_zone;
  s.file_name = d.file_name;
  s.file_sha256 = d.file_sha256;
  s.started_at = d.started;
  s.ended_at = d.ended;
  s.outcome = d.outcome;
  if (d.outcome == russian_name(Outcome::approved)) s.outcome_verdict = render::Verdict::approved;
  if (d.outcome == russian_name(Outcome::approved_with_remarks)) s.outcome_verdict = render::Verdict::remarks;
  if (d.outcome == russian_name(Outcome::rejected)) s.outcome_verdict = render::Verdict::rejected;
  std::map<int, std::vector<const Participant*>> rounds;
  for (const auto& p : d.participants) rounds[p.round].push_back(&p);
  for (auto& [number, people] : rounds) {
    std::stable_sort(people.begin(), people.end(), [](const Participant* a, const Participant* b) {
      return a->decided_at.value_or(Time::max()) < b->decided_at.value_or(Time::max());
    });
    render::SheetRound round;
    round.number = number;
    for (const Participant* p : people) {
      render::SheetRow row;
      row.person = p->person.name;
      row.position = p->position.empty() ? p->role : p->position;
      row.stage = p->stage == StageKind::other ? std::string() : russian_name(p->stage);
      row.decision = decision_words(*p);
      row.comment = p->comment;
      if (p->decided_at) row.decided_at = zone.to_display(*p->decided_at);
      row.verdict = mark(p->verdict);
      row.from_edms_only =
          std::find(d.added_from_edms.begin(), d.added_from_edms.end(), p->person.name) != d.added_from_edms.end();
      round.rows.push_back(std::move(row));
    }
    s.rounds.push_back(std::move(round));
  }
  for (const auto& g : d.signatures) {
    render::SheetSignature signature;
    signature.owner = g.signer;
    signature.time = g.time;
    signature.thumbprint = g.thumbprint;
    signature.file = g.file;
    signature.version = g.version;
    if (!g.verdict.empty()) {
      const process::Standing standing = process::standing_from_string(g.verdict);
      signature.verdict = process::russian_name(standing);
      if (!g.reason.empty()) signature.verdict += ": " + g.reason;
      signature.mark = standing == process::Standing::valid     ? render::Verdict::approved
                       : standing == process::Standing::invalid ? render::Verdict::rejected
                                                                : render::Verdict::remarks;
    }
    s.signatures.push_back(std::move(signature));
  }
  s.footer_note = "Sedlink · " + instance_name;
  s.generated_at = zone.to_display(d.made_at);
  s.created = d.made_at;
  return s;
}

// Of what has no hash yet nobody has said that its signatures hold.
Result<SpooledFile> as_verified(Result<SpooledFile> file, const std::string& sha256) {
  if (file.has_error() || sha256.empty() || file.value().sha256 == sha256) return file;
  Error changed;
  changed.fault = Fault::rejected;
  changed.audience = Audience::user;
  changed.code = "engine.changed_after_verification";
  changed.message = "файл изменили в СЭД, пока его забирали: подписи проверены у прежних байтов";
  return changed;
}

}  // namespace

Task<std::string> Executors::draw(process::SheetData data) {
  data.initiator = core_.people.name_of(data.crm, data.initiator);
  data.responsible = core_.people.name_of(data.crm, data.responsible);
  const render::ApprovalSheet sheet = sheet_of(data, core_.settings.zone, core_.settings.instance_name);
  // Off the io thread and back: drawing takes tens of milliseconds.
  auto on_pool = boost::asio::bind_executor(render_.get_executor(), boost::asio::use_awaitable);
  co_await boost::asio::post(on_pool);
  Result<std::string> pdf = render::approval_sheet_pdf(sheet);
  auto back = boost::asio::bind_executor(core_.executor, boost::asio::use_awaitable);
  co_await boost::asio::post(back);
  co_return pdf;
}

Task<SpooledFile> Executors::content(process::Deliver action, store::EffectRow row, std::string edms) {
  if (action.source == process::Deliver::Source::sheet) {
    Result<std::string> pdf = co_await draw(action.sheet);
    if (pdf.has_error()) co_return pdf.error();
    co_return core_.spool.store(pdf.value(), action.name);
  }
  if (action.source == process::Deliver::Source::signature) {
    const Result<std::string> bytes = text::base64_decode(action.bytes_base64);
    if (bytes.has_error()) co_return bytes.error();
    co_return core_.spool.store(bytes.value(), action.name);
  }
  if (action.source == process::Deliver::Source::dossier) {
    Result<SpooledFile> made = co_await dossier(std::move(action), std::move(row), std::move(edms));
    co_return made;
  }
  // What has no version (a form the EDMS prints) is the same for the targets of one run.
  const std::string& edition = action.file.version_id.empty() ? row.instance : action.file.version_id;
  const std::string version = edms + "|" + action.file.id + "|" + edition;
  if (const auto known = fetched_.find(version); known != fetched_.end())
    if (auto there = core_.spool.find(known->second.sha256, action.name, known->second.size))
      co_return as_verified(std::move(*there), action.sha256);
  const auto it = core_.edms.find(edms);
  if (it == core_.edms.end()) {
    Error gone;
    gone.fault = Fault::rejected;
    gone.code = "engine.no_connection";
    gone.message = "Нет подключения «" + edms + "» в конфигурации";
    co_return gone;
  }
  const Result<Spool::Reservation> room = core_.spool.reserve(action.size, it->second->capabilities().max_file);
  if (room.has_error()) co_return room.error();
  api::CallContext context = core_.context("", file_time(action.size));
  const std::string path = core_.spool.incoming(row.key);
  Result<SpooledFile> fetched = co_await it->second->fetch(context, action.file, path);
  if (fetched.has_error()) core_.spool.discard(path);
  if (fetched.has_error() && fetched.error().code.starts_with("spool.")) co_return fetched.error();
  if (fetched.has_error()) {
    core_.call_failed(edms, fetched.error());
    co_return elsewhere(fetched.error());
  }
  core_.gate(edms).succeeded(core_.clock.now());
  Result<SpooledFile> kept = core_.spool.keep(std::move(fetched.value()));
  if (kept.has_error()) co_return kept;
  kept.value().name = action.name;
  if (fetched_.size() > 1'000) fetched_.clear();  // they are fetched again when they are wanted again
  fetched_[version] = kept.value();
  co_return as_verified(std::move(kept), action.sha256);
}

Result<void> Executors::fits(const process::Deliver& action, const api::CrmAdapter& crm,
                             const std::string& edms) const {
  const auto refusal = [&](const char* code, std::uint64_t most, const std::string& whose) {
    Error large;
    large.fault = Fault::rejected;
    large.audience = Audience::user;
    large.code = code;
    large.message = "файл (" + text::human_size(action.size) + ") больше " + text::human_size(most) + " — " + whose;
    return large;
  };
  const api::CrmCapabilities limits = crm.capabilities();
  const bool folder = std::holds_alternative<FolderTarget>(action.target);
  const std::uint64_t place = folder ? limits.max_file : limits.max_inline_file;
  if (action.size > place) {
    if (folder) return refusal("crm.file_too_large", place, "предела для файлов портала (limits.file)");
    const bool field = std::holds_alternative<FieldTarget>(action.target);
    return refusal("crm.file_too_large", place,
                   std::string("предела для файлов в ") + (field ? "поле" : "ленте") +
                       " карточки (limits.inline_file); такие файлы принимает папка Диска");
  }
  const auto source = core_.edms.find(edms);
  if (source == core_.edms.end() || action.source != process::Deliver::Source::edms_file) return {};
  const std::uint64_t most = source->second->capabilities().max_file;
  if (action.size > most) return refusal("edms.file_limit", most, "предела для файлов СЭД (limits.file)");
  return {};
}

Task<process::Success> Executors::deliver(process::Deliver action, store::EffectRow row) {
  Result<store::InstanceRow> owner = co_await instance(row.instance);
  if (owner.has_error()) co_return owner.error();
  const auto it = core_.crm.find(row.lane);
  if (it == core_.crm.end()) {
    Error gone;
    gone.fault = Fault::rejected;
    gone.code = "engine.no_connection";
    gone.message = "Нет подключения «" + row.lane + "» в конфигурации";
    co_return gone;
  }
  api::CrmAdapter& crm = *it->second;
  if (action.to_folder_of_run) {
    const auto state = json::parse(owner.value().state);
    FolderTarget folder;
    if (state.has_value()) folder.folder_id = json::text(state.value(), "folder_id");
    if (folder.folder_id.empty()) {
      Error pending;
      pending.fault = Fault::transient;
      pending.code = "engine.folder_pending";
      pending.message = "Папка ещё не создана";
      co_return pending;
    }
    if (folder.folder_id == process::no_folder) {
      Error given_up;
      given_up.fault = Fault::rejected;
      given_up.audience = Audience::user;
      given_up.code = "engine.no_folder";
      given_up.message = "папка не создана";
      co_return given_up;
    }
    action.target = std::move(folder);
  }
  if (const Result<void> takes = fits(action, crm, owner.value().edms); takes.has_error()) co_return takes.error();
  Result<SpooledFile> file = co_await content(action, row, owner.value().edms);
  if (file.has_error()) co_return file.error();
  const std::shared_ptr<void> hold = core_.spool.hold(file.value().sha256);
  file.value().name = action.name;
  // The EDMS did not say how large it is, and a dossier is known only now.
  const bool unknown = action.source == process::Deliver::Source::edms_file && action.size == 0;
  if (unknown || action.source == process::Deliver::Source::dossier) {
    action.size = file.value().size;
    if (const Result<void> takes = fits(action, crm, owner.value().edms); takes.has_error()) co_return takes.error();
  }
  process::FileStored kept;
  kept.sha256 = file.value().sha256;
  kept.size = file.value().size;

  std::string memo = row.memo;
  if (row.doubtful && !memo.empty()) {
    api::CallContext look = core_.context(row.key, file_time(file.value().size));
    Result<std::optional<api::Receipt>> found = co_await crm.find_upload(look, action.target, file.value(), memo);
    if (found.has_error()) {
      Error error = found.error();
      if (error.fault == Fault::ambiguous) error.fault = Fault::transient;
      co_return error;
    }
    if (found.value()) {
      ++core_.counters.results_delivered;
      kept.id = found.value()->id;
      co_return process::Success(std::move(kept));
    }
  }
  if (memo.empty()) {
    api::CallContext before = core_.context(row.key, Duration(60'000));
    Result<std::string> prepared = co_await crm.prepare_upload(before, action.target);
    if (prepared.has_error()) {
      Error error = prepared.error();
      if (error.fault == Fault::ambiguous) error.fault = Fault::transient;
      co_return error;
    }
    memo = prepared.value().empty() ? std::string("-") : std::move(prepared.value());
    const std::int64_t id = row.id;
    const std::string remembered = memo;
    std::function<Result<bool>(store::Tx&)> unit = [id, remembered](store::Tx& tx) -> Result<bool> {
      tx.set_effect_memo(id, remembered);
      return true;
    };
    Result<bool> stored = co_await core_.store.write<bool>(std::move(unit));
    if (stored.has_error()) co_return stored.error();
  }
  api::CallContext context = core_.context(row.key, file_time(file.value().size));
  core_.echoes.written(action.target, core_.clock.now());
  Result<api::Receipt> receipt = co_await crm.upload(context, action.target, file.value(), memo);
  core_.echoes.written(action.target, core_.clock.now());
  if (receipt.has_error()) co_return receipt.error();
  ++core_.counters.results_delivered;
  if (receipt.value().already_there) ++core_.counters.results_already_there;
  kept.id = receipt.value().id;
  co_return process::Success(std::move(kept));
}

}  // namespace sedlink::engine
