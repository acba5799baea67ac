// Many processings in few calls: one sub-request each, their documents several to a retrieve (onec-docflow 9.4, 12).
#include <algorithm>

#include "adapter/edition3/dialect.hpp"

namespace sedlink::onec_docflow {

namespace {

// What cannot be read now is no proof that it is gone: it is asked again later.
Error unreadable(Error e) {
  if (e.fault == Fault::rejected || e.fault == Fault::defect || e.fault == Fault::not_found) {
    e.fault = Fault::transient;
    e.code = "onec.unreadable";
    e.message = "1С не отдала обработку: " + e.message;
  }
  return e;
}

}  // namespace

Task<api::PollAnswer> Edition3::poll(api::CallContext ctx, std::vector<ProcessRef> refs) {
  constexpr std::size_t none = static_cast<std::size_t>(-1);
  api::PollAnswer answer;
  const Time asked_at = session_->now();
  std::vector<ObjectId> documents;
  std::vector<Element> questions;
  std::vector<std::size_t> place;  // of the document of each reference
  for (const ProcessRef& ref : refs) {
    if (!of_this_edition(ref.document)) {
      place.push_back(none);
      continue;
    }
    const auto known =
        std::find_if(documents.begin(), documents.end(), [&ref](const ObjectId& d) { return d.id == ref.document.id; });
    place.push_back(static_cast<std::size_t>(known - documents.begin()));
    if (known != documents.end()) continue;
    documents.emplace_back(ref.document.id, ref.document.type);
    questions.push_back(current_question(ref.document));
  }
  std::vector<std::string> columns = document_columns();
  auto told = co_await session_->gather(ctx, std::move(questions), std::move(documents), std::move(columns));
  if (!told) co_return told.error();
  for (std::size_t i = 0; i < refs.size(); ++i) {
    if (place[i] == none) {
      answer.snapshots.emplace_back(of_this_edition(refs[i].document).error());
      continue;
    }
    const Result<Element>& processing = told.value().answers[place[i]];
    const Result<Element>& document = told.value().objects[place[i]];
    if (!processing || !document) {
      answer.snapshots.emplace_back(unreadable(processing ? document.error() : processing.error()));
      continue;
    }
    const ProcessingFacts facts = read_processing(processing.value(), session_->zone());
    const DocumentFacts state = read_document(document.value(), session_->zone());
    answer.snapshots.emplace_back(build_snapshot(refs[i], asked_at, facts, state));
  }
  co_return answer;
}

}  // namespace sedlink::onec_docflow
