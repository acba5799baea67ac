#include <algorithm>

#include "clean_text.hpp"
#include "sedlink/core/text.hpp"
#include "sheet_parts.hpp"

namespace sedlink::render {
namespace {

struct Column {
  double x, width;
};
// №, participant, stage, decision with its time, comment.
constexpr Column number_column{body_left, 18};
constexpr Column person_column{body_left + 22, 126};
constexpr Column stage_column{body_left + 156, 76};
constexpr Column decision_column{body_left + 240, 104};
constexpr Column comment_column{body_left + 352, body_width - 352};

Style sized(double size, Color color = ink, bool bold = false) {
  Style style;
  style.size = size;
  style.color = color;
  style.bold = bold;
  return style;
}

Style section_style() {
  Style style = sized(11.5, accent, true);
  style.face = Face::serif;
  return style;
}

Cell cell(Column column, std::vector<Span> spans) { return {column.x, column.width, std::move(spans)}; }

void table_head(Flow& flow) {
  const Style style = sized(7.4, quiet);
  flow.row({cell(number_column, {{"№", style}}), cell(person_column, {{"Участник, должность", style}}),
            cell(stage_column, {{"Этап", style}}), cell(decision_column, {{"Решение, время", style}}),
            cell(comment_column, {{"Замечания", style}})},
           2, 3);
  flow.rule(0.8, accent);
}

std::vector<Cell> table_row(const SheetRow& row, std::size_t number) {
  const Style small = sized(7.8, quiet);
  std::vector<Span> person{{clean_line(row.person), sized(9, ink, true)}};
  const std::string position = clean_line(row.position);
  if (!position.empty()) person.push_back({"\n" + position, small});
  std::vector<Span> decision{{clean_line(row.decision), sized(9)}};
  if (row.from_edms_only) decision.push_back({" *", sized(9, accent, true)});
  const std::string when = clean_line(row.decided_at);
  if (!when.empty()) decision.push_back({"\n" + when, small});
  Cell decision_cell = cell(decision_column, std::move(decision));
  decision_cell.mark = row.verdict;
  decision_cell.indented = true;
  return {cell(number_column, {{std::to_string(number), sized(9, quiet)}}), cell(person_column, std::move(person)),
          cell(stage_column, {{clean_line(row.stage), sized(9)}}), std::move(decision_cell),
          cell(comment_column, {{clean_text(row.comment), sized(8.6)}})};
}

// "1 участник", "2 участника", "5 участников".
std::string participants(std::size_t count) {
  const std::size_t ten = count % 10;
  const std::size_t hundred = count % 100;
  std::string word = "участников";
  if (hundred < 11 || hundred > 14) {
    if (ten == 1) word = "участник";
    if (ten >= 2 && ten <= 4) word = "участника";
  }
  return std::to_string(count) + " " + word;
}

void draw_round(Flow& flow, const SheetRound& round) {
  flow.gap(14);
  const double first_row = round.rows.empty() ? 0 : std::min(flow.height(table_row(round.rows.front(), 1)), 150.0);
  flow.need(50 + first_row);
  Style count = sized(7.8, quiet);
  flow.row({{body_left, body_width - 120, {{"Круг " + std::to_string(round.number), section_style()}}},
            {body_right - 115, 115, {{participants(round.rows.size()), count}}, Align::right}},
           0, 3);
  flow.rule(0.35, hairline);
  flow.gap(1);
  table_head(flow);
  flow.repeat_on_new_pages([&flow] { table_head(flow); });
  for (std::size_t i = 0; i < round.rows.size(); ++i) {
    flow.row(table_row(round.rows[i], i + 1), 5, 5);
    flow.rule(0.35, hairline);
  }
  flow.repeat_on_new_pages(nullptr);
}

struct Stamp {
  std::vector<std::vector<Cell>> rows;
  double height = 0;
};

constexpr Color stamp_blue{0.14, 0.31, 0.56};
constexpr double stamp_padding = 8;
constexpr double stamp_gap = 12;
constexpr double stamp_width = (body_width - stamp_gap) / 2;

constexpr double stamp_line_gap = 1.4;

Stamp make_stamp(const Flow& flow, const SheetSignature& signature, double x) {
  static constexpr double label = 56;
  const double inner = x + stamp_padding;
  const double width = stamp_width - 2 * stamp_padding;
  Stamp stamp;
  stamp.height = 2 * stamp_padding;
  const auto add = [&](std::vector<Cell> cells) {
    stamp.height += flow.height(cells) + stamp_line_gap;
    stamp.rows.push_back(std::move(cells));
  };
  const auto line = [&](const std::string& name, const std::string& value, Style style) {
    // A stamp is a frame and cannot be split between pages, so its texts have a bound.
    const std::string shown = text::ellipsis(clean_line(value), 240);
    if (shown.empty()) return;
    style.color = stamp_blue;
    add({{inner, label - 4, {{name, sized(7.4, quiet)}}}, {inner + label, width - label, {{shown, style}}}});
  };
  Style title = sized(7.2, stamp_blue, true);
  title.tracking = 0.6;
  add({{inner, width, {{"ЭЛЕКТРОННАЯ ПОДПИСЬ", title}}}});
  line("Владелец", signature.owner, sized(8.6, stamp_blue, true));
  line("Время", signature.time, sized(8));
  Style thumbprint = sized(6.6);
  thumbprint.face = Face::mono;
  line("Отпечаток", signature.thumbprint, thumbprint);
  line("Файл", signature.file, sized(8));
  line("Версия", signature.version, sized(8));
  const std::string verdict = text::ellipsis(clean_line(signature.verdict), 400);
  if (!verdict.empty()) {
    Style judged = sized(8, ink, true);
    if (signature.mark == Verdict::approved) judged.color = Color{0.13, 0.45, 0.24};
    if (signature.mark == Verdict::rejected) judged.color = Color{0.70, 0.13, 0.13};
    Cell said{inner + label, width - label, {{verdict, judged}}};
    said.mark = signature.mark;
    said.indented = true;
    add({{inner, label - 4, {{"Проверка", sized(7.4, quiet)}}}, std::move(said)});
  }
  return stamp;
}

void draw_stamp(Flow& flow, const Stamp& stamp, double x, double frame_height) {
  draw_round_frame(flow.cr(), x, flow.y(), stamp_width, frame_height, 4, stamp_blue);
  double y = flow.y() + stamp_padding;
  for (const std::vector<Cell>& cells : stamp.rows) {
    const std::vector<Text> texts = measure_row(flow.text_context(), cells);
    draw_row(flow.cr(), texts, y);
    y += tallest(texts) + stamp_line_gap;
  }
}

}  // namespace

void draw_rounds(Flow& flow, const ApprovalSheet& sheet) {
  bool marked = false;
  for (const SheetRound& round : sheet.rounds) {
    draw_round(flow, round);
    marked = marked || std::ranges::any_of(round.rows, &SheetRow::from_edms_only);
  }
  if (!marked) return;
  flow.row({{body_left,
             body_width,
             {{"* ", sized(7.8, accent, true)},
              {"Решение взято из СЭД при завершении: в ходе процесса оно не наблюдалось.", sized(7.8, quiet)}}}},
           6, 0);
}

void draw_signatures(Flow& flow, const ApprovalSheet& sheet) {
  if (sheet.signatures.empty()) return;
  flow.gap(20);
  for (std::size_t i = 0; i < sheet.signatures.size(); i += 2) {
    const double right = body_left + stamp_width + stamp_gap;
    const Stamp first = make_stamp(flow, sheet.signatures[i], body_left);
    const bool pair = i + 1 < sheet.signatures.size();
    const Stamp second = pair ? make_stamp(flow, sheet.signatures[i + 1], right) : Stamp{};
    const double height = std::max(first.height, second.height);
    const double heading = i == 0 ? 24 : 0;
    flow.need(height + heading + 2);
    if (i == 0) flow.row({{body_left, body_width, {{"Подписи", section_style()}}}}, 0, 6);
    draw_stamp(flow, first, body_left, height);
    if (pair) draw_stamp(flow, second, right, height);
    flow.gap(height + stamp_gap);
  }
}

void draw_sign_lines(Flow& flow, const ApprovalSheet& sheet) {
  if (sheet.sign_lines.empty()) return;
  flow.gap(18);
  for (const SheetSignLine& line : sheet.sign_lines) {
    flow.need(40);
    flow.gap(14);
    const double line_start = body_left + 190;
    const double line_end = line_start + 130;
    const std::vector<Cell> cells{{body_left, 180, {{clean_line(line.role), sized(9)}}},
                                  {line_end + 12, body_right - line_end - 12, {{clean_line(line.name), sized(9)}}}};
    const double baseline = flow.y() + 10.5;
    draw_rule(flow.cr(), line_start, line_end, baseline, 0.5, ink);
    flow.row(cells, 0, 4);
  }
}

}  // namespace sedlink::render
