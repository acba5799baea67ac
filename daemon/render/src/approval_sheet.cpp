#include "sedlink/render/approval_sheet.hpp"

#include "clean_text.hpp"
#include "flow.hpp"
#include "sheet_parts.hpp"

namespace sedlink::render {
namespace {

std::string running_head(const ApprovalSheet& sheet) {
  std::string text = clean_line(sheet.title);
  const std::string number = clean_line(sheet.document_number);
  const std::string name = clean_line(sheet.document_title);
  if (!name.empty()) text += " · " + name;
  if (!number.empty()) text += " · № " + number;
  return text;
}

// One line of small print, cut with an ellipsis when it is wider than its place.
void draw_small_line(cairo_t* cr, PangoContext* context, Cell cell, double y) {
  cell.one_line = true;
  const Text text(context, cell);
  text.draw_line(cr, 0, y);
}

void draw_furniture(const ApprovalSheet& sheet, int total_pages, cairo_t* cr, PangoContext* context, int page) {
  static constexpr double footer_top = page_height - 48;
  Style small;
  small.size = 7.2;
  small.color = quiet;
  if (page > 1) {
    draw_small_line(cr, context, {body_left, body_width, {{running_head(sheet), small}}}, 40);
    draw_rule(cr, body_left, body_right, 54, 0.4, hairline);
  }
  draw_rule(cr, body_left, body_right, footer_top, 0.4, hairline);
  std::string note = clean_line(sheet.footer_note);
  const std::string when = clean_line(sheet.generated_at);
  if (!when.empty()) note += (note.empty() ? "Сформирован " : " · сформирован ") + when;
  draw_small_line(cr, context, {body_left, body_width - 80, {{note, small}}}, footer_top + 7);
  const std::string count = "стр. " + std::to_string(page) + " из " + std::to_string(total_pages);
  draw_small_line(cr, context, {body_right - 75, 75, {{count, small}}, Align::right}, footer_top + 7);
}

int draw(const ApprovalSheet& sheet, PdfFile& file, int total_pages) {
  Flow flow(file, [&](cairo_t* cr, PangoContext* context, int page) {
    draw_furniture(sheet, total_pages, cr, context, page);
  });
  draw_heading(flow, sheet);
  draw_facts(flow, sheet);
  draw_outcome(flow, sheet);
  draw_rounds(flow, sheet);
  draw_signatures(flow, sheet);
  draw_sign_lines(flow, sheet);
  flow.end_page();
  return flow.pages();
}

}  // namespace

Result<std::string> approval_sheet_pdf(const ApprovalSheet& sheet) {
  int total_pages = 0;
  {
    PdfFile measured(false);
    total_pages = draw(sheet, measured, 0);
  }
  PdfFile file(true);
  file.describe(running_head(sheet), clean_line(sheet.our_company), sheet.created);
  draw(sheet, file, total_pages);
  return file.finish();
}

}  // namespace sedlink::render
