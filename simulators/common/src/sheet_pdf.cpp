#include "sedlink/sim/sheet_pdf.hpp"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include <memory>
#include <new>
#include <stdexcept>

namespace sedlink::sim {
namespace {

constexpr double page_width = 595, page_height = 842, margin = 48;  // points

cairo_status_t append_bytes(void* sink, const unsigned char* data, unsigned int length) {
  try {
    static_cast<std::string*>(sink)->append(reinterpret_cast<const char*>(data), length);
    return CAIRO_STATUS_SUCCESS;
  } catch (const std::bad_alloc&) {
    return CAIRO_STATUS_NO_MEMORY;  // an exception must not cross the C library
  }
}

class Pages {
 public:
  Pages()
      : surface_(cairo_pdf_surface_create_for_stream(append_bytes, &bytes_, page_width, page_height),
                 cairo_surface_destroy),
        cairo_(cairo_create(surface_.get()), cairo_destroy),
        fonts_(pango_cairo_font_map_new(), g_object_unref),
        context_(pango_font_map_create_context(fonts_.get()), g_object_unref),
        layout_(pango_layout_new(context_.get()), g_object_unref) {}

  // One line of cells of equal width; returns to the next page when the row does not fit.
  void row(const std::vector<std::string>& cells, double size, bool bold) {
    const double width = (page_width - 2 * margin) / static_cast<double>(cells.size());
    double height = 0;
    for (const std::string& cell : cells) height = std::max(height, lay_out(cell, width, size, bold));
    if (y_ + height > page_height - margin) {
      cairo_show_page(cairo_.get());
      y_ = margin;
    }
    double x = margin;
    for (const std::string& cell : cells) {
      lay_out(cell, width, size, bold);
      cairo_move_to(cairo_.get(), x, y_);
      pango_cairo_show_layout(cairo_.get(), layout_.get());
      x += width;
    }
    y_ += height + 4;
  }

  std::string finish() {
    cairo_surface_finish(surface_.get());
    const cairo_status_t status = cairo_surface_status(surface_.get());
    if (status != CAIRO_STATUS_SUCCESS) throw std::runtime_error(cairo_status_to_string(status));
    return std::move(bytes_);
  }

 private:
  double lay_out(const std::string& text, double width, double size, bool bold) {
    const std::unique_ptr<PangoFontDescription, decltype(&pango_font_description_free)> font(
        pango_font_description_from_string("PT Sans,Liberation Sans,DejaVu Sans,sans"), pango_font_description_free);
    pango_font_description_set_absolute_size(font.get(), size * PANGO_SCALE);
    pango_font_description_set_weight(font.get(), bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_layout_set_font_description(layout_.get(), font.get());
    pango_layout_set_width(layout_.get(), static_cast<int>((width - 6) * PANGO_SCALE));
    pango_layout_set_text(layout_.get(), text.data(), static_cast<int>(text.size()));
    int height = 0;
    pango_layout_get_pixel_size(layout_.get(), nullptr, &height);
    return height;
  }

  std::string bytes_;  // before the surface that writes into it
  std::unique_ptr<cairo_surface_t, decltype(&cairo_surface_destroy)> surface_;
  std::unique_ptr<cairo_t, decltype(&cairo_destroy)> cairo_;
  // A font map of its own: the library's shared one is never given back.
  std::unique_ptr<PangoFontMap, decltype(&g_object_unref)> fonts_;
  std::unique_ptr<PangoContext, decltype(&g_object_unref)> context_;
  std::unique_ptr<PangoLayout, decltype(&g_object_unref)> layout_;
  double y_ = margin;
};

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '<') {
      out += "&lt;";
    } else if (c == '&') {
      out += "&amp;";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

std::string sheet_pdf(const PrintedSheet& sheet) {
  Pages pages;
  pages.row({sheet.title}, 15, true);
  for (const std::string& fact : sheet.facts) pages.row({fact}, 10, false);
  pages.row(sheet.head, 9, true);
  for (const std::vector<std::string>& row : sheet.rows) pages.row(row, 9, false);
  return pages.finish();
}

std::string sheet_html(const PrintedSheet& sheet) {
  std::string out = "<html><head><meta charset=\"utf-8\"><title>" + escaped(sheet.title) + "</title></head><body><h1>" +
                    escaped(sheet.title) + "</h1>";
  for (const std::string& fact : sheet.facts) out += "<p>" + escaped(fact) + "</p>";
  out += "<table><tr>";
  for (const std::string& cell : sheet.head) out += "<th>" + escaped(cell) + "</th>";
  out += "</tr>";
  for (const std::vector<std::string>& row : sheet.rows) {
    out += "<tr>";
    for (const std::string& cell : row) out += "<td>" + escaped(cell) + "</td>";
    out += "</tr>";
  }
  return out + "</table></body></html>";
}

}  // namespace sedlink::sim

// fontconfig loses a little once per process when it parses its configuration; a leak of our own must stay visible.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
// Weak, because other modules suppress their libraries' leaks in the same words and several may be in one program.
extern "C" __attribute__((weak)) const char* __lsan_default_suppressions();
extern "C" __attribute__((weak)) const char* __lsan_default_suppressions() {
  return "leak:libfontconfig.so\nleak:libfyaml.so\n";
}
#endif
