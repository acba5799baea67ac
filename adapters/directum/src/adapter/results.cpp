// What a task leaves: the latest versions of the document and its addenda, their signatures, the approval sheet
// (directum A7.5, A7.6, A10; docs/directum-module.md).
#include <algorithm>
#include <fstream>

#include "adapter/directum_adapter.hpp"
#include "sedlink/core/hash.hpp"
#include "sedlink/core/text.hpp"
#include "wire/signatures.hpp"

namespace sedlink::directum {

namespace {

// The signatures of a version. Who has approved an older one with a certificate and not this one is told too: people
// take the document for signed by him, and verification says that he signed other bytes.
std::vector<SignatureInfo> of_version(std::vector<ModuleSignature> all, std::int64_t version) {
  std::vector<SignatureInfo> out;
  for (const auto& s : all)
    if (s.version == version) out.push_back(s.info);
  for (auto s = all.rbegin(); s != all.rend(); ++s) {
    if (s->version == version || !s->approving || s->info.bytes.empty()) continue;
    const bool told =
        std::any_of(out.begin(), out.end(), [&](const SignatureInfo& known) { return known.signer == s->info.signer; });
    if (!told) out.push_back(std::move(s->info));
  }
  return out;
}

}  // namespace

Task<std::vector<ModuleSignature>> DirectumAdapter::signatures(api::CallContext ctx, std::int64_t document) {
  const std::string target =
      std::string(module::segment) + module::signatures + "(documentId=" + std::to_string(document) + ")";
  auto value = co_await session_->function(ctx, target);
  if (!value) co_return value.error();
  if (!value.value().is_string()) {
    co_return make_error(Fault::defect, Audience::admin, "rx.module",
                         "Модуль Directum RX ответил на " + std::string(module::signatures) + " не строкой");
  }
  co_return read_signatures(value.value().get_string(), session_->zone());
}

// Without the module nobody shows signature files: who has signed is told, without bytes, so that it can be said.
Task<std::vector<SignatureInfo>> DirectumAdapter::signers_by_results(api::CallContext ctx, ProcessRef process) {
  std::vector<SignatureInfo> signers;
  const auto id = number_of(process.id, "Задача");
  if (!id) co_return id.error();
  std::vector<std::int64_t> tasks{id.value()};
  auto learnt = co_await learn_assignments(ctx, std::move(tasks));
  if (!learnt) co_return learnt.error();
  for (const AssignmentFacts& a : board_.of(id.value())) {
    if (a.result != "Sign" && a.result != "ConfirmSign") continue;
    SignatureInfo s;
    s.signer = a.completed_by.name.empty() ? a.performer.name : a.completed_by.name;
    s.signed_at = a.completed;
    s.comment = a.comment;
    signers.push_back(std::move(s));
  }
  co_return signers;
}

Task<ResultSet> DirectumAdapter::list_results(api::CallContext ctx, ProcessRef process) {
  auto connected = co_await session_->ready(ctx);
  if (!connected) co_return connected.error();
  const auto main = number_of(process.document.id, "Документ");
  if (!main) co_return main.error();
  ResultSet results;
  auto further = co_await addenda(ctx, main.value());
  if (!further) co_return further.error();
  std::vector<std::int64_t> documents{main.value()};
  documents.insert(documents.end(), further.value().begin(), further.value().end());
  for (const std::int64_t id : documents) {
    auto known = co_await bodies(ctx, id);
    if (!known && known.error().fault == Fault::not_found && id != main.value()) continue;
    if (!known) co_return known.error();
    if (known.value().versions.empty()) continue;
    const Version& version = known.value().versions.back();
    ResultFile file;
    file.ref.id = std::to_string(id);
    file.ref.version_id = std::to_string(version.id);
    file.name = file_name(version.note, known.value().name, version.extension);
    file.modified_at = version.changed;
    if (session_->has(module::signatures)) {
      auto all = co_await signatures(ctx, id);
      if (!all) co_return all.error();
      file.signatures = of_version(std::move(all).value(), version.id);
    } else if (id == main.value()) {
      auto signers = co_await signers_by_results(ctx, process);
      if (!signers) co_return signers.error();
      file.signatures = std::move(signers).value();
    }
    results.files.push_back(file);
    // Of a PDF too: its representation carries the marks of signature and registration (A7.5).
    if (known.value().has_public.value_or(true)) {
      // The flag is the document's: an earlier version may be the one that was converted.
      const std::string target = entity("IElectronicDocuments", id) + "/" + entity("Versions", version.id);
      auto shown = co_await session_->client().has_body(ctx, target + "/PublicBody/$value");
      // Nobody said that there is one: an edition may refuse the very question.
      if (!shown && shown.error().fault == Fault::rejected && !known.value().has_public) continue;
      if (!shown) co_return shown.error();
      if (!shown.value()) continue;
      ResultFile pdf;
      pdf.ref.id = file.ref.id + ":pdf";
      pdf.ref.version_id = file.ref.version_id;
      const bool of_pdf = text::iequals_ascii(version.extension, "pdf");
      pdf.name = text::safe_name(known.value().name) + (of_pdf ? " (с отметками).pdf" : ".pdf");
      pdf.modified_at = version.changed;
      results.files.push_back(std::move(pdf));
    }
  }
  if (session_->has(module::sheet)) {
    // Asked once here to know whether there is one: without it ours is drawn.
    auto sheet = co_await fetch_sheet(ctx, main.value(), "");
    if (!sheet) co_return sheet.error();
    if (sheet.value().size > 0) {
      EdmsFileRef ref;
      ref.id = std::to_string(main.value()) + ":sheet";
      results.sheet_pdf = ref;
    }
  }
  co_return results;
}

Task<SpooledFile> DirectumAdapter::fetch_sheet(api::CallContext ctx, std::int64_t document, std::string path) {
  const std::string target =
      std::string(module::segment) + module::sheet + "(documentId=" + std::to_string(document) + ")";
  auto value = co_await session_->function(ctx, target);
  if (!value) co_return value.error();
  std::string encoded;
  if (const auto* s = value.value().if_string()) encoded = std::string(*s);
  const auto bytes = text::base64_decode(encoded);
  if (!bytes || (!value.value().is_string() && !value.value().is_null())) {
    co_return make_error(Fault::defect, Audience::admin, "rx.module",
                         "Модуль Directum RX прислал лист согласования не в base64");
  }
  if (!path.empty()) {
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out.write(bytes.value().data(), static_cast<std::streamsize>(bytes.value().size()));
    out.close();
    if (!out) {
      co_return make_error(Fault::transient, Audience::admin, "spool.write",
                           "Не удалось записать файл во временный каталог");
    }
  }
  SpooledFile file;
  file.path = std::move(path);
  file.name = "Лист согласования.pdf";
  file.size = bytes.value().size();
  file.sha256 = sha256_hex(bytes.value());
  co_return file;
}

}  // namespace sedlink::directum
