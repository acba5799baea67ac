// Signatures judged before anything is handed over, and the dossier that is handed over last.
#include <fstream>

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "executors.hpp"
#include "judging.hpp"
#include "sedlink/core/hash.hpp"
#include "sedlink/core/json.hpp"

namespace sedlink::engine {
namespace {

// A signer process that keeps dying must not hold a signed contract for ever.
constexpr int patience_with_signer = 5;  // failures of its own; an outage of the EDMS is none

bool repeatable(const Error& e) {
  return e.fault == Fault::transient || e.fault == Fault::throttled || e.fault == Fault::ambiguous ||
         e.fault == Fault::unauthorized;
}

Error broken(const char* why) {
  return {
      Fault::transient, Audience::admin, "engine.signature", std::string("Работа с подписями прервалась: ") + why, {}};
}

void leave_open(process::CheckedSignature& s, const char* code, std::string why) {
  s.standing = process::Standing::indeterminate;
  s.codes.emplace_back(code);
  s.reasons.push_back(std::move(why));
}

Result<SpooledFile> measured(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  Sha256 hash;
  SpooledFile file;
  std::string piece(64 * 1024, '\0');
  while (in.read(piece.data(), static_cast<std::streamsize>(piece.size())) || in.gcount() > 0) {
    hash.update(std::string_view(piece.data(), static_cast<std::size_t>(in.gcount())));
    file.size += static_cast<std::uint64_t>(in.gcount());
  }
  if (!in.eof()) return Error{Fault::transient, Audience::admin, "spool.read", "Досье не прочитано: " + path, {}};
  file.path = path;
  file.sha256 = hash.hex_digest();
  return file;
}

// What the first attempt fixed, so that every attempt gives the same bytes: the last line of the history it tells, and
// the hash of what it made.
constexpr const char* dossier_space = "dossier";

}  // namespace

struct Executors::Judged {
  std::shared_ptr<signing::Verifier> verifier;
  process::CheckedSignature signature;
  std::string bytes, path;
  Time now{};
};

// Off the io thread and back.
Task<void> Executors::judge(std::shared_ptr<Judged> work) {
  auto on_pool = boost::asio::bind_executor(judges_.get_executor(), boost::asio::use_awaitable);
  co_await boost::asio::post(on_pool);
  Result<process::CheckedSignature> answer = Error();
  try {  // an exception must not leave on this thread
    answer = judged(*work->verifier, work->signature, work->bytes, work->path, work->now);
  } catch (const std::exception& e) { answer = broken(e.what()); }
  auto back = boost::asio::bind_executor(core_.executor, boost::asio::use_awaitable);
  co_await boost::asio::post(back);
  if (answer.has_error()) co_return answer.error();
  work->signature = std::move(answer.value());
  co_return Result<void>();
}

Task<process::Success> Executors::verify(process::VerifySignatures action, store::EffectRow row) {
  process::SignaturesVerified done;
  done.check.at = core_.clock.now();
  std::shared_ptr<signing::Verifier> verifier;
  if (const auto found = core_.verifiers.find(row.lane); found != core_.verifiers.end()) verifier = found->second;
  if (verifier && verifier->has_trust()) {
    const config::TrustPolicy& policy = verifier->trust()->policy();
    done.check.trust = policy.name;
    done.check.revocation = policy.revocation;
    done.incident_when_invalid = policy.when_invalid == "incident";
  }
  for (const ResultFile& file : action.results.files) {
    if (file.signatures.empty()) continue;
    std::optional<SpooledFile> content_of_file;
    std::shared_ptr<void> hold;
    std::string unavailable;
    int number = 0;
    for (const SignatureInfo& told : file.signatures) {
      auto work = std::make_shared<Judged>();
      process::CheckedSignature& s = work->signature;
      s.file_id = file.ref.id;
      s.file = file.name;
      s.number = ++number;
      s.told_signer = told.signer;
      s.told_at = told.signed_at;
      if (told.bytes.empty()) {
        leave_open(s, "signature_absent", "СЭД не отдаёт файл подписи, или подпись простая, без сертификата");
        done.check.signatures.push_back(std::move(s));
        continue;
      }
      s.name = file.name + "." + std::to_string(number) + ".p7s";
      if (!content_of_file && unavailable.empty()) {
        process::Deliver wanted;
        wanted.file = file.ref;
        wanted.size = file.size;
        wanted.name = file.name;
        Result<SpooledFile> got = co_await content(wanted, row, row.lane);
        if (got.has_error() && repeatable(got.error())) co_return got.error();
        if (got.has_error()) {
          unavailable = "файл не получен: " + got.error().message;
        } else {
          content_of_file = std::move(got.value());
          hold = core_.spool.hold(content_of_file->sha256);
        }
      }
      if (!unavailable.empty() || !verifier) {
        leave_open(s, "not_verified", unavailable.empty() ? std::string("проверять нечем") : unavailable);
        done.check.signatures.push_back(std::move(s));
        continue;
      }
      work->verifier = verifier;
      work->bytes = told.bytes;
      work->path = content_of_file->path;
      work->now = *done.check.at;
      Result<void> judged_now = co_await judge(work);
      if (judged_now.has_error()) {
        if (repeatable(judged_now.error()) && ++signer_failures_[row.key] < patience_with_signer) {
          Error later = judged_now.error();
          later.code = "engine.signature";  // of this machine, not of the lane's connection
          co_return later;
        }
        leave_open(s, "not_verified", "проверить не удалось: " + judged_now.error().message);
      }
      s.file_sha256 = content_of_file->sha256;
      s.file_size = content_of_file->size;
      done.check.signatures.push_back(std::move(s));
    }
  }
  signer_failures_.erase(row.key);
  co_return process::Success(std::move(done));
}

struct Executors::DossierWork {
  process::DossierData data;
  DossierParts parts;
  std::string path;
};

Task<SpooledFile> Executors::put_together(std::shared_ptr<DossierWork> work) {
  auto on_pool = boost::asio::bind_executor(judges_.get_executor(), boost::asio::use_awaitable);
  co_await boost::asio::post(on_pool);
  Result<SpooledFile> made = Error();
  try {
    const render::Dossier dossier = dossier_of(work->data, std::move(work->parts));
    if (const Result<void> written = render::write_dossier(dossier, work->path); written.has_error())
      made = written.error();
    else
      made = measured(work->path);
  } catch (const std::exception& e) { made = broken(e.what()); }
  auto back = boost::asio::bind_executor(core_.executor, boost::asio::use_awaitable);
  co_await boost::asio::post(back);
  co_return made;
}

Task<SpooledFile> Executors::dossier(process::Deliver action, store::EffectRow row, std::string edms) {
  struct Fixed {
    std::int64_t last = 0;
    SpooledFile made;  // of an earlier attempt or another target; sha256 empty: none
    std::vector<render::TrailLine> trail;
  };
  const std::string run = row.instance;
  std::function<Result<Fixed>(store::Tx&)> fix = [run](store::Tx& tx) -> Result<Fixed> {
    Fixed out;
    const auto known = json::parse(tx.get(dossier_space, run).value_or(""));
    if (known.has_value()) {
      out.last = json::integer(known.value(), "last");
      out.made.sha256 = json::text(known.value(), "sha256");
      out.made.size = static_cast<std::uint64_t>(json::integer(known.value(), "size"));
    }
    constexpr std::size_t everything = 1'000'000;
    for (const auto& line : tx.history(run, everything)) {
      if (known.has_value() && line.id > out.last) break;
      render::TrailLine told;
      told.at = line.at;
      told.kind = line.kind;
      told.text = line.text;
      out.trail.push_back(std::move(told));
      if (!known.has_value()) out.last = line.id;
    }
    if (!known.has_value()) tx.put(dossier_space, run, boost::json::serialize(json::object{{"last", out.last}}));
    return out;
  };
  Result<Fixed> fixed = co_await core_.store.write<Fixed>(std::move(fix));
  if (fixed.has_error()) co_return fixed.error();
  if (auto there = core_.spool.find(fixed.value().made.sha256, action.name, fixed.value().made.size))
    co_return std::move(*there);

  auto work = std::make_shared<DossierWork>();
  work->data = std::move(action.dossier);
  work->parts.trail = std::move(fixed.value().trail);
  work->parts.zone = core_.settings.zone;
  if (const auto found = core_.verifiers.find(edms); found != core_.verifiers.end())
    work->parts.trust = found->second->trust();
  std::vector<std::shared_ptr<void>> holds;
  std::uint64_t total = 256 * 1024;  // of the texts, the sheet, the certificates
  for (const auto& file : work->data.files) {
    process::Deliver wanted;
    wanted.file = file.ref;
    wanted.size = file.size;
    wanted.sha256 = file.sha256;
    wanted.name = file.name;
    Result<SpooledFile> got = co_await content(wanted, row, edms);
    if (got.has_error() && repeatable(got.error())) co_return got.error();
    if (got.has_error()) {
      work->data.absent.push_back("Файла «" + file.name + "» нет: " + got.error().message + ".");
      continue;
    }
    holds.push_back(core_.spool.hold(got.value().sha256));
    total += got.value().size;
    work->parts.paths[file.ref.id] = got.value().path;
  }
  if (work->data.sheet_pdf) {
    process::Deliver wanted;
    wanted.file = *work->data.sheet_pdf;
    wanted.name = work->data.sheet_name;
    Result<SpooledFile> got = co_await content(wanted, row, edms);
    if (got.has_error() && repeatable(got.error())) co_return got.error();
    if (got.has_error()) {
      work->data.absent.push_back("Листа согласования нет: " + got.error().message + ".");
    } else {
      std::ifstream in(got.value().path, std::ios::binary);
      work->parts.sheet.assign(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
    }
  } else {
    Result<std::string> drawn = co_await draw(work->data.sheet);
    if (drawn.has_error()) co_return drawn.error();
    work->parts.sheet = std::move(drawn.value());
  }
  if (total > core_.settings.spool_quota / 2) {
    Error large;
    large.fault = Fault::rejected;
    large.audience = Audience::user;
    large.code = "engine.dossier_size";
    large.message = "Файлы досье и само досье вместе больше буфера файлов: увеличьте spool.quota";
    co_return large;
  }
  const Result<Spool::Reservation> room = core_.spool.reserve(total, total);
  if (room.has_error()) co_return room.error();
  work->path = core_.spool.incoming(row.key);
  Result<SpooledFile> made = co_await put_together(work);
  if (made.has_error()) core_.spool.discard(work->path);
  if (made.has_error()) co_return made.error();
  Result<SpooledFile> kept = core_.spool.keep(std::move(made.value()));
  if (kept.has_error()) co_return kept.error();
  kept.value().name = action.name;
  const std::string fact = boost::json::serialize(json::object{{"last", fixed.value().last},
                                                               {"sha256", kept.value().sha256},
                                                               {"size", static_cast<std::int64_t>(kept.value().size)}});
  std::function<Result<bool>(store::Tx&)> remember = [run, fact](store::Tx& tx) -> Result<bool> {
    tx.put(dossier_space, run, fact);
    return true;
  };
  Result<bool> remembered = co_await core_.store.write<bool>(std::move(remember));
  if (remembered.has_error()) co_return remembered.error();
  co_return kept;
}

}  // namespace sedlink::engine
