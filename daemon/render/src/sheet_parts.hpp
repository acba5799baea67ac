#pragma once
// The parts of the sheet from top to bottom. Each draws nothing when its values are empty.
#include "flow.hpp"
#include "sedlink/render/approval_sheet.hpp"

namespace sedlink::render {

void draw_heading(Flow&, const ApprovalSheet&);     // company, title, document
void draw_facts(Flow&, const ApprovalSheet&);       // labels and values
void draw_outcome(Flow&, const ApprovalSheet&);     // the verdict between two rules
void draw_rounds(Flow&, const ApprovalSheet&);      // a table per round
void draw_signatures(Flow&, const ApprovalSheet&);  // stamps of electronic signatures
void draw_sign_lines(Flow&, const ApprovalSheet&);  // places to sign by hand

}  // namespace sedlink::render
