#include "flow.hpp"

#include <algorithm>

namespace sedlink::render {
namespace {

constexpr double first_page_top = 45;
constexpr double next_page_top = 68;
constexpr double body_bottom = page_height - 62;
constexpr double hole_limit = (body_bottom - next_page_top) * 0.3;

}  // namespace

Flow::Flow(PdfFile& file, Furniture furniture) : file_(file), furniture_(std::move(furniture)) {
  page_ = 1;
  y_ = first_page_top;
  furniture_(cr(), text_context(), page_);
}

double Flow::free_height() const noexcept { return body_bottom - y_; }

double Flow::height(const std::vector<Cell>& cells) const { return tallest(measure_row(text_context(), cells)); }

void Flow::new_page() {
  end_page();
  ++page_;
  y_ = next_page_top;
  furniture_(cr(), text_context(), page_);
  if (head_) {
    const auto head = std::exchange(head_, nullptr);  // the head itself must not ask for a head
    head();
    head_ = head;
  }
}

void Flow::end_page() { cairo_show_page(cr()); }

void Flow::need(double height) {
  if (height > free_height()) new_page();
}

void Flow::row(const std::vector<Cell>& cells, double before, double after) {
  const std::vector<Text> texts = measure_row(text_context(), cells);
  const double total = before + tallest(texts) + after;
  if (total > free_height() && total <= hole_limit) new_page();
  y_ += before;
  if (total - before <= free_height()) {
    draw_row(cr(), texts, y_);
    y_ += tallest(texts);
  } else {
    split(texts);
  }
  y_ += after;
}

void Flow::split(const std::vector<Text>& texts) {
  std::vector<std::size_t> next(texts.size(), 0);
  bool fresh_page = false;
  for (;;) {
    double bottom = y_;
    bool left_over = false;
    bool drawn = false;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      double y = y_;
      while (next[i] < texts[i].lines()) {
        const double height = texts[i].line_height(next[i]);
        const bool forced = fresh_page && y == y_;  // a line taller than a page must not loop for ever
        if (y + height > body_bottom && !forced) break;
        texts[i].draw_line(cr(), next[i]++, y);
        y += height;
        drawn = true;
      }
      bottom = std::max(bottom, y);
      left_over = left_over || next[i] < texts[i].lines();
    }
    if (drawn) y_ = bottom;
    if (!left_over) return;
    new_page();
    fresh_page = true;
  }
}

void Flow::rule(double thickness, Color color) { draw_rule(cr(), body_left, body_right, y_, thickness, color); }

}  // namespace sedlink::render
