#include "clean_text.hpp"
#include "sheet_parts.hpp"

namespace sedlink::render {
namespace {

constexpr double label_width = 104;

Style serif(double size, bool bold = false) {
  Style style;
  style.face = Face::serif;
  style.size = size;
  style.bold = bold;
  return style;
}

Style label_style() {
  Style style;
  style.size = 8.2;
  style.color = quiet;
  return style;
}

std::string number_and_date(const ApprovalSheet& sheet) {
  const std::string number = clean_line(sheet.document_number);
  const std::string date = clean_line(sheet.document_date);
  std::string out = number.empty() ? std::string() : "№ " + number;
  if (!date.empty()) out += (out.empty() ? "от " : " от ") + date;
  return out;
}

// A document that the EDMS holds and that has no number must say so: an empty place reads as a mistake.
std::string number_or_its_absence(const ApprovalSheet& sheet) {
  const std::string out = number_and_date(sheet);
  return out.empty() && !sheet.edms_document.text.empty() ? "не зарегистрирован" : out;
}

std::string tax_numbers(const ApprovalSheet& sheet) {
  const std::string inn = clean_line(sheet.counterparty_inn);
  const std::string kpp = clean_line(sheet.counterparty_kpp);
  std::string out = inn.empty() ? std::string() : "ИНН " + inn;
  if (!kpp.empty()) out += (out.empty() ? "КПП " : "   КПП ") + kpp;
  return out;
}

void fact(Flow& flow, const std::string& label, std::vector<Span> spans, const std::string& url = {}) {
  std::erase_if(spans, [](const Span& span) { return span.text.empty(); });
  if (spans.empty()) return;
  for (std::size_t i = 1; i < spans.size(); ++i) spans[i].text.insert(0, "\n");
  Cell value{body_left + label_width, body_width - label_width, std::move(spans)};
  value.url = url;
  flow.row({{body_left, label_width - 8, {{label, label_style()}}}, value}, 3.2, 3.2);
  flow.rule(0.35, hairline);
}

void reference(Flow& flow, const std::string& label, const SheetReference& reference) {
  Style text;
  const std::string shown = clean_line(reference.text.empty() ? reference.url : reference.text);
  const bool followed = reference.url.starts_with("https://") || reference.url.starts_with("http://");
  if (followed) text.color = accent;
  fact(flow, label, {{shown, text}}, followed ? clean_line(reference.url) : std::string());
}

}  // namespace

void draw_heading(Flow& flow, const ApprovalSheet& sheet) {
  const std::string company = clean_line(sheet.our_company);
  if (!company.empty()) {
    Style style;
    style.size = 9;
    style.color = quiet;
    style.tracking = 0.5;
    flow.row({{body_left, body_width, {{company, style}}, Align::center}}, 0, 7);
    flow.rule(0.4, hairline);
    flow.gap(11);
  }
  flow.row({{body_left, body_width, {{clean_line(sheet.title), serif(21)}}, Align::center}}, 4, 2);
  const std::string document = clean_text(sheet.document_title);
  if (!document.empty()) {
    Style style = serif(11.5);
    style.italic = true;
    flow.row({{body_left + 30, body_width - 60, {{document, style}}, Align::center}}, 0, 2);
  }
  flow.gap(12);
}

void draw_facts(Flow& flow, const ApprovalSheet& sheet) {
  const Style value;
  Style strong;
  strong.bold = true;
  Style hash;
  hash.face = Face::mono;
  hash.size = 7.6;
  flow.rule(0.8, accent);
  fact(flow, "Вид документа", {{clean_line(sheet.document_kind), value}});
  fact(flow, "Номер и дата", {{number_or_its_absence(sheet), strong}});
  fact(flow, "Контрагент", {{clean_line(sheet.counterparty), strong}, {tax_numbers(sheet), label_style()}});
  fact(flow, "Сумма", {{clean_line(sheet.sum), value}});
  fact(flow, "Инициатор", {{clean_line(sheet.initiator), value}});
  fact(flow, "Ответственный", {{clean_line(sheet.responsible), value}});
  reference(flow, "Карточка CRM", sheet.crm_card);
  reference(flow, "Документ в СЭД", sheet.edms_document);
  fact(flow, "Файл", {{clean_line(sheet.file_name), value}});
  fact(flow, "SHA-256 файла", {{clean_line(sheet.file_sha256), hash}});
  reference(flow, "Процесс", sheet.edms_process);
}

void draw_outcome(Flow& flow, const ApprovalSheet& sheet) {
  const std::string outcome = clean_line(sheet.outcome);
  if (outcome.empty()) return;
  static constexpr double dates_width = 124;
  Style verdict = serif(13.5, true);
  Cell result{body_left + label_width, body_width - label_width - dates_width, {{outcome, verdict}}};
  result.mark = sheet.outcome_verdict;
  result.indented = result.mark != Verdict::none;
  std::string dates;
  const std::string start = clean_line(sheet.started_at);
  const std::string end = clean_line(sheet.ended_at);
  if (!start.empty()) dates = "начато " + start;
  if (!end.empty()) dates += (dates.empty() ? "завершено " : "\nзавершено ") + end;
  const std::string zone = clean_line(sheet.time_zone);
  if (!dates.empty() && !zone.empty()) dates += "\nвсё время — " + zone;
  const Cell when{body_right - dates_width, dates_width, {{dates, label_style()}}, Align::right};
  Style label = label_style();
  label.color = accent;
  label.bold = true;
  flow.gap(16);
  flow.need(44);
  flow.row({{body_left, label_width - 8, {{"Итог согласования", label}}}, result, when}, 0, 0);
  flow.gap(6);
}

}  // namespace sedlink::render
