// Files with their signatures, and the approval sheet that 1C prints itself (onec-docflow 9.6, 9.7).
#include <fstream>

#include "adapter/edition3/dialect.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::onec_docflow {
namespace {

// A printed form has no id of its own: "printed:<document>".
constexpr std::string_view printed = "printed:";

Element print_request(const Session& session, const ObjectId& document) {
  Element print = session.request("DMGetPrintedFormRequest");
  session.put(print, id_element("objects", document));
  session.put(print, Element("printCommand", "ApprovalSheet"));
  session.put(print, Element("printedFormFileType", "PDF"));
  return print;
}

bool starts_as_pdf(const std::string& path) {
  char head[5] = {};
  std::ifstream(path, std::ios::binary).read(head, sizeof head);
  return std::string_view(head, sizeof head) == "%PDF-";
}

}  // namespace

Task<ResultSet> Edition3::list_results(api::CallContext ctx, ProcessRef process) {
  const ObjectId document(process.document.id, process.document.type);
  std::vector<Element> more;
  more.push_back(print_request(*session_, document));
  auto files = co_await document_files(ctx, process.document, std::move(more));
  if (!files) co_return files.error();
  ResultSet results;
  results.files = std::move(files.value().files);
  const Result<Element>& form = files.value().answers.at(0);
  if (!form && (form.error().fault == Fault::transient || form.error().fault == Fault::throttled)) {
    co_return form.error();
  }
  if (form && text::trim(form.value().text_of("printedForm")).starts_with("JVBERi0")) {  // "%PDF-" in base64
    EdmsFileRef sheet;
    sheet.id = std::string(printed) + document.id;
    results.sheet_pdf = std::move(sheet);
    co_return results;
  }
  // Without the sheet of 1C ours is drawn from what polling has seen.
  session_->log().warning("onec_no_sheet", {{"document", document.id},
                                            {"error", form ? std::string("not a PDF") : describe(form.error())}});
  co_return results;
}

Task<SpooledFile> Edition3::fetch(api::CallContext ctx, EdmsFileRef ref, std::string path) {
  if (!ref.id.starts_with(printed)) {
    auto file = co_await Dialect::fetch(ctx, ref, path);
    co_return file;
  }
  const ObjectId document(ref.id.substr(printed.size()), "DMDocument");
  Element question = print_request(*session_, document);
  auto download = co_await session_->fetch_file(ctx, std::move(question), path);
  if (!download) co_return download.error();
  if (!download.value().has_data || !starts_as_pdf(path)) {
    co_return make_error(Fault::defect, Audience::admin, "onec.printed_form", "1С прислала лист согласования не в PDF");
  }
  SpooledFile file;
  file.path = path;
  file.name = "Лист согласования.pdf";
  file.size = download.value().size;
  file.sha256 = download.value().sha256;
  co_return file;
}

}  // namespace sedlink::onec_docflow
