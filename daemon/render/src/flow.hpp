#pragma once
// Rows that flow over pages.
#include <functional>
#include <string>
#include <vector>

#include "drawing.hpp"

namespace sedlink::render {

inline constexpr double margin_left = 56.7;  // 20 mm: the sheet is filed
inline constexpr double margin_right = 42.5;
inline constexpr double body_left = margin_left;
inline constexpr double body_right = page_width - margin_right;
inline constexpr double body_width = body_right - body_left;

class Flow {
 public:
  // `furniture(cr, context, page number)` draws what stands on every page outside the body.
  using Furniture = std::function<void(cairo_t*, PangoContext*, int)>;
  Flow(PdfFile& file, Furniture furniture);

  // Draws a row `before` below the last one. A row that does not fit goes to the next page; one that would leave a
  // large hole is split between lines.
  void row(const std::vector<Cell>& cells, double before, double after);
  void rule(double thickness, Color color);
  void gap(double height) { y_ += height; }
  // Starts a page unless `height` is free.
  void need(double height);
  // Drawn again at the top of each page that a row begins or goes on at, until the scope's end.
  void repeat_on_new_pages(std::function<void()> head) { head_ = std::move(head); }
  [[nodiscard]] double height(const std::vector<Cell>& cells) const;
  void end_page();

  [[nodiscard]] double y() const noexcept { return y_; }
  [[nodiscard]] int pages() const noexcept { return page_; }
  [[nodiscard]] cairo_t* cr() const noexcept { return file_.cr(); }
  [[nodiscard]] PangoContext* text_context() const noexcept { return file_.text_context(); }

 private:
  [[nodiscard]] double free_height() const noexcept;
  void new_page();
  void split(const std::vector<Text>& texts);

  PdfFile& file_;
  Furniture furniture_;
  std::function<void()> head_;
  double y_ = 0;
  int page_ = 0;
};

}  // namespace sedlink::render
