#pragma once
// Pango and cairo behind plain values: one PDF file under construction, and text measured and drawn on it.
#include <cairo.h>
#include <pango/pango.h>

#include <memory>
#include <string>
#include <vector>

#include "sedlink/render/approval_sheet.hpp"

namespace sedlink::render {

// Points, 1/72 inch. The origin is the upper left corner of the page.
inline constexpr double page_width = 595.276;
inline constexpr double page_height = 841.890;

struct Color {
  double red = 0, green = 0, blue = 0;
};
inline constexpr Color ink{0.11, 0.12, 0.14};
inline constexpr Color quiet{0.42, 0.44, 0.48};
inline constexpr Color accent{0.13, 0.25, 0.42};
inline constexpr Color hairline{0.80, 0.81, 0.83};

enum class Face { sans = 1, serif, mono };
enum class Align { left = 1, center, right };

struct Style {
  Face face = Face::sans;
  double size = 9;
  Color color = ink;
  bool bold = false;
  bool italic = false;
  double tracking = 0;  // points between letters
};

struct Span {
  std::string text;
  Style style;
};

// A column of text. Spans follow one another without a break; "\n" inside a span starts a line.
struct Cell {
  double x = 0;
  double width = 0;
  std::vector<Span> spans{};
  Align align = Align::left;
  Verdict mark = Verdict::none;  // drawn left of the first line
  bool indented = false;         // leaves the room of a mark
  bool one_line = false;         // cut with an ellipsis instead of wrapping
  std::string url{};             // http(s) only; empty: no link
};

struct UnrefObject {
  void operator()(void* object) const noexcept;
};

// The lines of one cell, measured.
class Text {
 public:
  Text(PangoContext* context, const Cell& cell);
  [[nodiscard]] std::size_t lines() const noexcept { return lines_.size(); }
  [[nodiscard]] double line_height(std::size_t line) const noexcept { return lines_[line].height; }
  [[nodiscard]] double height() const noexcept;
  [[nodiscard]] double first_ascent() const noexcept { return lines_.front().ascent; }
  void lower(double by) noexcept;  // moves the whole text down
  // Draws one line with its top at `y`.
  void draw_line(cairo_t*, std::size_t line, double y) const;

 private:
  struct Line {
    PangoLayoutLine* line;
    double x, ascent, height;
  };
  const Cell* cell_;  // outlives the Text: both live within one row
  std::unique_ptr<PangoLayout, UnrefObject> layout_;
  std::vector<Line> lines_;
  double indent_ = 0;
};

// The cells of a row measured, their first lines on one baseline whatever their type sizes.
[[nodiscard]] std::vector<Text> measure_row(PangoContext*, const std::vector<Cell>&);
[[nodiscard]] double tallest(const std::vector<Text>&) noexcept;
void draw_row(cairo_t*, const std::vector<Text>&, double y);

// A PDF of A4 pages. With `draws` false it only measures: nothing is kept.
class PdfFile {
 public:
  explicit PdfFile(bool draws);
  ~PdfFile();
  PdfFile(const PdfFile&) = delete;
  PdfFile& operator=(const PdfFile&) = delete;

  [[nodiscard]] cairo_t* cr() const noexcept { return cr_; }
  [[nodiscard]] PangoContext* text_context() const noexcept { return context_.get(); }
  void describe(const std::string& title, const std::string& author, Time created);
  // Ends the file. Errors: render.pdf.
  [[nodiscard]] Result<std::string> finish();

 private:
  std::string bytes_;
  cairo_surface_t* surface_ = nullptr;
  cairo_t* cr_ = nullptr;
  std::unique_ptr<PangoFontMap, UnrefObject> fonts_;
  std::unique_ptr<PangoContext, UnrefObject> context_;
};

void draw_rule(cairo_t*, double x1, double x2, double y, double thickness, Color);
void draw_round_frame(cairo_t*, double x, double y, double width, double height, double radius, Color);
// The sign of a verdict in a square of `size` whose left end stands on the baseline at (x, baseline).
void draw_verdict(cairo_t*, Verdict, double x, double baseline, double size);

}  // namespace sedlink::render
