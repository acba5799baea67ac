// What a process leaves: files, and the rows of the approval sheet.
#include "adapter/edition2/dialect.hpp"
#include "translate/dates.hpp"

namespace sedlink::onec_docflow {
namespace {

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

Task<ResultSet> Edition2::list_results(api::CallContext ctx, ProcessRef process) {
  Element sheet = session_->request("DMGetApprovalSheetRequest");
  session_->put(sheet, typed_reference("object", ObjectId(process.document.id, process.document.type)));
  std::vector<Element> more;
  more.push_back(std::move(sheet));
  auto files = co_await document_files(ctx, process.document, std::move(more));
  if (!files) co_return files.error();
  ResultSet results;
  results.files = std::move(files.value().files);
  if (const Result<Element>& rows = files.value().answers.at(0)) {
    results.sheet_rows = read_sheet(rows.value(), session_->zone());
  } else if (rows.error().fault == Fault::transient || rows.error().fault == Fault::throttled) {
    co_return rows.error();
  } else {
    // Without the sheet of 1C ours is drawn from what polling has seen.
    session_->log().warning("onec_no_sheet", {{"document", process.document.id}, {"error", describe(rows.error())}});
  }
  co_return results;
}

}  // namespace sedlink::onec_docflow
