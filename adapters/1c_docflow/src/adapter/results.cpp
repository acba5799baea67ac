// What a process leaves: files with the signatures of their latest versions, and the rows of the approval sheet.
#include "adapter/docflow_adapter.hpp"
#include "sedlink/core/text.hpp"
#include "translate/dates.hpp"

namespace sedlink::onec_docflow {
namespace {

// A bare "signatures" brings none for files, and the type has required members: all eight (onec-docflow 8.4).
constexpr const char* signature_columns[] = {
    "signatures.author",     "signatures.date",        "signatures.comment",           "signatures.signature",
    "signatures.thumbprint", "signatures.certificate", "signatures.signatureFileName", "signatures.signer"};

Result<SignatureInfo> read_signature(const Element& e, const TimeZone& zone) {
  SignatureInfo s;
  s.certificate_subject = e.text_of("author");
  s.signer = object_name(e.child("signer"));
  if (s.signer.empty()) s.signer = s.certificate_subject;
  s.thumbprint = e.text_of("thumbprint");
  s.file_name = e.text_of("signatureFileName");
  s.comment = e.text_of("comment");
  s.signed_at = read_local(e, "date", zone);
  auto bytes = text::base64_decode(e.text_of("signature"));
  if (!bytes)
    return make_error(Fault::defect, Audience::developer, "onec.base64", "Электронная подпись в ответе 1С повреждена");
  s.bytes = std::move(bytes).value();
  return s;
}

ResultFile read_file(const Element& e) {
  ResultFile file;
  file.ref.id = object_id(e).id;
  file.ref.version_id = object_id(e.child("activeVersion")).id;
  const std::string extension = e.text_of("extension");
  file.name = e.text_of("name") + (extension.empty() ? "" : "." + extension);
  const std::string size(text::trim(e.text_of("size")));
  for (const char c : size) {
    if (c >= '0' && c <= '9') file.size = file.size * 10 + static_cast<std::uint64_t>(c - '0');
  }
  file.modified_at = read_universal(e, "modificationDateUniversal");
  return file;
}

std::vector<SheetRow> read_sheet(const Element& answer, const TimeZone& zone) {
  std::vector<SheetRow> rows;
  for (const Element* item : answer.all("items")) {
    SheetRow row;
    row.person = item->text_of("name");
    row.position = item->text_of("position");
    row.result = item->text_of("result");
    row.comment = item->text_of("comment");
    row.date = read_local(*item, "date", zone);
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace

Task<ResultSet> DocflowAdapter::list_results(api::CallContext ctx, ProcessRef process) {
  const ObjectId document(process.document.id, process.document.type);
  Element list = session_->request("DMGetFileListByOwnerRequest");
  session_->put(list, typed_reference("owners", document));
  for (const char* column :
       {"objectId", "name", "extension", "size", "signed", "modificationDateUniversal", "activeVersion"}) {
    session_->add(list, Element("columnSet", column));
  }
  Element sheet = session_->request("DMGetApprovalSheetRequest");
  session_->put(sheet, typed_reference("object", document));
  std::vector<Element> questions;
  questions.push_back(std::move(list));
  questions.push_back(std::move(sheet));
  auto answers = co_await session_->batch(ctx, std::move(questions));
  if (!answers) co_return answers.error();
  if (!answers.value()[0]) co_return answers.value()[0].error();

  ResultSet results;
  std::vector<Element> signature_questions;
  std::vector<std::size_t> signed_files;
  for (const Element* e : answers.value()[0].value().all("files")) {
    if (e->flag("deletionMark") || object_id(*e).id.empty()) continue;
    results.files.push_back(read_file(*e));
    if (!e->flag("signed")) continue;
    signed_files.push_back(results.files.size() - 1);
    std::vector<std::string> columns{"name", "extension", "size", "signed", "activeVersion"};
    columns.insert(columns.end(), std::begin(signature_columns), std::end(signature_columns));
    const ObjectId id(object_id(*e).id, "DMFile");
    signature_questions.push_back(session_->retrieve(id, std::move(columns)));
  }
  if (const Result<Element>& rows = answers.value()[1]) {
    results.sheet_rows = read_sheet(rows.value(), session_->zone());
  } else if (rows.error().fault == Fault::transient || rows.error().fault == Fault::throttled) {
    co_return rows.error();
  } else {
    // Without the sheet of 1C ours is drawn from what polling has seen.
    session_->log().warning("onec_no_sheet", {{"document", document.id}, {"error", describe(rows.error())}});
  }
  if (signature_questions.empty()) co_return results;
  auto signatures = co_await session_->batch(ctx, std::move(signature_questions));
  if (!signatures) co_return signatures.error();
  for (std::size_t i = 0; i < signed_files.size(); ++i) {
    const Result<Element>& answer = signatures.value()[i];
    if (!answer) co_return answer.error();
    const Element* object = answer.value().child("objects");
    if (object == nullptr) continue;
    ResultFile& file = results.files[signed_files[i]];
    if (const std::string version = object_id(object->child("activeVersion")).id; !version.empty()) {
      file.ref.version_id = version;  // of the same answer as its signatures
    }
    for (const Element* s : object->all("signatures")) {
      auto signature = read_signature(*s, session_->zone());
      if (!signature) co_return signature.error();
      file.signatures.push_back(std::move(signature).value());
    }
  }
  co_return results;
}

}  // namespace sedlink::onec_docflow
