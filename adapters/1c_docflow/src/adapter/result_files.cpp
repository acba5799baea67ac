// The files a process leaves, with the signatures of their latest versions.
#include "adapter/dialect.hpp"
#include "sedlink/core/text.hpp"
#include "translate/dates.hpp"

namespace sedlink::onec_docflow {
namespace {

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

}  // namespace

// 2.1 gives none for a bare "signatures", and the type has required members: all eight (onec-docflow 8.4). 3.0 knows
// the bare name only; clients switch at 3.0.9.18 (9.7).
std::vector<std::string> Dialect::signature_columns() const {
  if (session_->release().at_least({3, 0, 9, 18})) return {"signatures"};
  std::vector<std::string> columns;
  for (const char* part :
       {"author", "date", "comment", "signature", "thumbprint", "certificate", "signatureFileName", "signer"}) {
    columns.push_back(std::string("signatures.") + part);
  }
  return columns;
}

Task<Dialect::Files> Dialect::document_files(api::CallContext ctx, DocumentRef document, std::vector<Element> more) {
  const ObjectId owner(document.id, document.type);
  Element list = session_->request("DMGetFileListByOwnerRequest");
  session_->put(list, typed_reference("owners", owner));
  // An empty set would bring the bodies in 3.0 (9.7).
  for (const char* column : {"objectId", "name", "extension", "size", "signed", "modificationDateUniversal",
                             "activeVersion", "deletionMark"}) {
    session_->add(list, Element("columnSet", column));
  }
  more.insert(more.begin(), std::move(list));
  auto answers = co_await session_->batch(ctx, std::move(more));
  if (!answers) co_return answers.error();
  if (!answers.value()[0]) co_return answers.value()[0].error();
  Files found;
  std::vector<Element> questions;
  std::vector<std::size_t> signed_files;
  for (const Element* e : answers.value()[0].value().all("files")) {
    if (e->flag("deletionMark") || object_id(*e).id.empty()) continue;
    found.files.push_back(read_file(*e));
    if (!e->flag("signed")) continue;
    signed_files.push_back(found.files.size() - 1);
    std::vector<std::string> columns{"name", "extension", "size", "signed", "activeVersion"};
    for (std::string& c : signature_columns()) columns.push_back(std::move(c));
    const ObjectId id(object_id(*e).id, "DMFile");
    questions.push_back(session_->retrieve(id, std::move(columns)));
  }
  answers.value().erase(answers.value().begin());
  found.answers = std::move(answers).value();
  if (questions.empty()) co_return found;
  auto signatures = co_await session_->batch(ctx, std::move(questions));
  if (!signatures) co_return signatures.error();
  for (std::size_t i = 0; i < signed_files.size(); ++i) {
    const Result<Element>& answer = signatures.value()[i];
    if (!answer) co_return answer.error();
    const Element* object = answer.value().child("objects");
    if (object == nullptr) continue;
    ResultFile& file = found.files[signed_files[i]];
    if (const std::string version = object_id(object->child("activeVersion")).id; !version.empty()) {
      file.ref.version_id = version;  // of the same answer as its signatures
    }
    for (const Element* s : object->all("signatures")) {
      auto signature = read_signature(*s, session_->zone());
      if (!signature) co_return signature.error();
      file.signatures.push_back(std::move(signature).value());
    }
  }
  co_return found;
}

}  // namespace sedlink::onec_docflow
