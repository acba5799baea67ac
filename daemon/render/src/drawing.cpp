#include "drawing.hpp"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace sedlink::render {
namespace {

// The first family that the machine has is taken; glyphs it lacks come from the next ones.
const char* families(Face face) {
  switch (face) {
    case Face::serif: return "PT Serif,Liberation Serif,DejaVu Serif,serif";
    case Face::mono: return "PT Mono,Liberation Mono,DejaVu Sans Mono,monospace";
    case Face::sans: break;
  }
  return "PT Sans,Liberation Sans,DejaVu Sans,sans";
}

guint16 channel(double value) { return static_cast<guint16>(std::lround(value * 65535)); }

void add(PangoAttrList* list, PangoAttribute* attribute, std::size_t begin, std::size_t end) {
  attribute->start_index = static_cast<guint>(begin);
  attribute->end_index = static_cast<guint>(end);
  pango_attr_list_insert(list, attribute);
}

using Font = std::unique_ptr<PangoFontDescription, decltype(&pango_font_description_free)>;

Font font_of(const Style& style) {
  Font font(pango_font_description_new(), pango_font_description_free);
  pango_font_description_set_family(font.get(), families(style.face));
  pango_font_description_set_absolute_size(font.get(), style.size * PANGO_SCALE);
  pango_font_description_set_weight(font.get(), style.bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_font_description_set_style(font.get(), style.italic ? PANGO_STYLE_ITALIC : PANGO_STYLE_NORMAL);
  return font;
}

void apply(PangoAttrList* list, const Style& style, std::size_t begin, std::size_t end) {
  const Font font = font_of(style);
  add(list, pango_attr_font_desc_new(font.get()), begin, end);
  const Color& color = style.color;
  add(list, pango_attr_foreground_new(channel(color.red), channel(color.green), channel(color.blue)), begin, end);
  if (style.tracking != 0) {
    add(list, pango_attr_letter_spacing_new(static_cast<int>(style.tracking * PANGO_SCALE)), begin, end);
  }
}

PangoAlignment pango_align(Align align) {
  switch (align) {
    case Align::center: return PANGO_ALIGN_CENTER;
    case Align::right: return PANGO_ALIGN_RIGHT;
    case Align::left: break;
  }
  return PANGO_ALIGN_LEFT;
}

// cairo writes the address into the PDF as it is, so everything that could end its string is percent-encoded.
std::string link_attribute(const std::string& url) {
  static constexpr std::string_view plain = "-._~:/?#[]@!$&*+,;=%";
  static constexpr char digits[] = "0123456789ABCDEF";
  std::string out = "uri='";
  for (const char c : url) {
    const auto byte = static_cast<unsigned char>(c);
    if (g_ascii_isalnum(c) || plain.find(c) != std::string_view::npos) {
      out += c;
    } else {
      out += {'%', digits[byte >> 4], digits[byte & 15]};
    }
  }
  return out + '\'';
}

cairo_status_t append_bytes(void* sink, const unsigned char* data, unsigned int length) {
  try {
    static_cast<std::string*>(sink)->append(reinterpret_cast<const char*>(data), length);
    return CAIRO_STATUS_SUCCESS;
  } catch (const std::bad_alloc&) {
    return CAIRO_STATUS_NO_MEMORY;  // an exception must not cross the C library
  }
}

}  // namespace

void UnrefObject::operator()(void* object) const noexcept { g_object_unref(object); }

Text::Text(PangoContext* context, const Cell& cell) : cell_(&cell), layout_(pango_layout_new(context)) {
  std::string text;
  const std::unique_ptr<PangoAttrList, decltype(&pango_attr_list_unref)> attributes(pango_attr_list_new(),
                                                                                    pango_attr_list_unref);
  for (const Span& span : cell.spans) {
    const std::size_t begin = text.size();
    text += span.text;
    apply(attributes.get(), span.style, begin, text.size());
  }
  if (cell.indented && !cell.spans.empty()) indent_ = cell.spans.front().style.size * 1.45;
  // A hyphen of the page's own inside a broken hash or number would be read as a part of it.
  add(attributes.get(), pango_attr_insert_hyphens_new(FALSE), 0, text.size());
  PangoLayout* layout = layout_.get();
  // An empty cell has no text for its attributes; without this it would be as tall as Pango's own default font.
  if (!cell.spans.empty()) pango_layout_set_font_description(layout, font_of(cell.spans.front().style).get());
  pango_layout_set_text(layout, text.data(), static_cast<int>(text.size()));
  pango_layout_set_attributes(layout, attributes.get());
  pango_layout_set_width(layout, static_cast<int>((cell.width - indent_) * PANGO_SCALE));
  pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
  if (cell.one_line) pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
  pango_layout_set_alignment(layout, pango_align(cell.align));
  pango_layout_set_auto_dir(layout, FALSE);  // the page is Russian whatever a value begins with
  pango_layout_set_line_spacing(layout, 1.06F);

  const std::unique_ptr<PangoLayoutIter, decltype(&pango_layout_iter_free)> iter(pango_layout_get_iter(layout),
                                                                                 pango_layout_iter_free);
  do {
    PangoRectangle logical;
    pango_layout_iter_get_line_extents(iter.get(), nullptr, &logical);
    int top = 0;
    int bottom = 0;
    pango_layout_iter_get_line_yrange(iter.get(), &top, &bottom);
    const int baseline = pango_layout_iter_get_baseline(iter.get());
    lines_.push_back({pango_layout_iter_get_line_readonly(iter.get()), pango_units_to_double(logical.x),
                      pango_units_to_double(baseline - top), pango_units_to_double(bottom - top)});
  } while (pango_layout_iter_next_line(iter.get()));
}

double Text::height() const noexcept {
  double sum = 0;
  for (const Line& line : lines_) sum += line.height;
  return sum;
}

void Text::lower(double by) noexcept {
  lines_.front().ascent += by;
  lines_.front().height += by;
}

std::vector<Text> measure_row(PangoContext* context, const std::vector<Cell>& cells) {
  std::vector<Text> texts;
  texts.reserve(cells.size());
  double ascent = 0;
  for (const Cell& cell : cells) ascent = std::max(ascent, texts.emplace_back(context, cell).first_ascent());
  for (Text& text : texts) text.lower(ascent - text.first_ascent());
  return texts;
}

double tallest(const std::vector<Text>& texts) noexcept {
  double height = 0;
  for (const Text& text : texts) height = std::max(height, text.height());
  return height;
}

void draw_row(cairo_t* cr, const std::vector<Text>& texts, double y) {
  for (const Text& text : texts) {
    double line_y = y;
    for (std::size_t line = 0; line < text.lines(); ++line) {
      text.draw_line(cr, line, line_y);
      line_y += text.line_height(line);
    }
  }
}

void Text::draw_line(cairo_t* cr, std::size_t index, double y) const {
  const Line& line = lines_[index];
  const double baseline = y + line.ascent;
  if (index == 0 && indent_ > 0) {
    draw_verdict(cr, cell_->mark, cell_->x, baseline, cell_->spans.front().style.size * 0.86);
  }
  cairo_move_to(cr, cell_->x + indent_ + line.x, baseline);
  const bool is_link = cell_->url.starts_with("https://") || cell_->url.starts_with("http://");
  if (is_link) cairo_tag_begin(cr, CAIRO_TAG_LINK, link_attribute(cell_->url).c_str());
  pango_cairo_show_layout_line(cr, line.line);
  if (is_link) cairo_tag_end(cr, CAIRO_TAG_LINK);
}

PdfFile::PdfFile(bool draws) : fonts_(pango_cairo_font_map_new()) {
  surface_ = draws ? cairo_pdf_surface_create_for_stream(append_bytes, &bytes_, page_width, page_height)
                   : cairo_pdf_surface_create_for_stream(nullptr, nullptr, page_width, page_height);
  cr_ = cairo_create(surface_);
  // A font map of its own: the shared one belongs to a thread, and a sheet may be drawn on any.
  pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(fonts_.get()), 72);
  context_.reset(pango_font_map_create_context(fonts_.get()));
  pango_cairo_update_context(cr_, context_.get());
  pango_context_set_language(context_.get(), pango_language_from_string("ru"));
  pango_context_set_base_dir(context_.get(), PANGO_DIRECTION_LTR);
  pango_context_set_round_glyph_positions(context_.get(), FALSE);
  const std::unique_ptr<cairo_font_options_t, decltype(&cairo_font_options_destroy)> options(
      cairo_font_options_create(), cairo_font_options_destroy);
  cairo_font_options_set_hint_style(options.get(), CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options.get(), CAIRO_HINT_METRICS_OFF);
  pango_cairo_context_set_font_options(context_.get(), options.get());
}

PdfFile::~PdfFile() {
  cairo_destroy(cr_);
  cairo_surface_finish(surface_);
  cairo_surface_destroy(surface_);
}

void PdfFile::describe(const std::string& title, const std::string& author, Time created) {
  const std::string date = to_iso8601(std::chrono::floor<std::chrono::seconds>(created));
  cairo_pdf_surface_set_metadata(surface_, CAIRO_PDF_METADATA_TITLE, title.c_str());
  if (!author.empty()) cairo_pdf_surface_set_metadata(surface_, CAIRO_PDF_METADATA_AUTHOR, author.c_str());
  cairo_pdf_surface_set_metadata(surface_, CAIRO_PDF_METADATA_CREATOR, "Sedlink");
  cairo_pdf_surface_set_metadata(surface_, CAIRO_PDF_METADATA_CREATE_DATE, date.c_str());
}

Result<std::string> PdfFile::finish() {
  cairo_surface_finish(surface_);
  cairo_status_t status = cairo_status(cr_);
  if (status == CAIRO_STATUS_SUCCESS) status = cairo_surface_status(surface_);
  if (status == CAIRO_STATUS_SUCCESS) return std::move(bytes_);
  Error error{Fault::defect,
              Audience::developer,
              "render.pdf",
              std::string("Не удалось сформировать PDF: ") + cairo_status_to_string(status),
              {},
              {}};
  return error;
}

void draw_rule(cairo_t* cr, double x1, double x2, double y, double thickness, Color color) {
  cairo_set_source_rgb(cr, color.red, color.green, color.blue);
  cairo_set_line_width(cr, thickness);
  cairo_move_to(cr, x1, y);
  cairo_line_to(cr, x2, y);
  cairo_stroke(cr);
}

void draw_round_frame(cairo_t* cr, double x, double y, double width, double height, double radius, Color color) {
  constexpr double right_angle = std::numbers::pi / 2;
  cairo_set_source_rgb(cr, color.red, color.green, color.blue);
  cairo_set_line_width(cr, 0.8);
  cairo_new_sub_path(cr);
  cairo_arc(cr, x + width - radius, y + radius, radius, -right_angle, 0);
  cairo_arc(cr, x + width - radius, y + height - radius, radius, 0, right_angle);
  cairo_arc(cr, x + radius, y + height - radius, radius, right_angle, 2 * right_angle);
  cairo_arc(cr, x + radius, y + radius, radius, 2 * right_angle, 3 * right_angle);
  cairo_close_path(cr);
  cairo_stroke(cr);
}

void draw_verdict(cairo_t* cr, Verdict verdict, double x, double baseline, double size) {
  static constexpr Color green{0.10, 0.46, 0.28};
  static constexpr Color amber{0.68, 0.43, 0.02};
  static constexpr Color red{0.70, 0.14, 0.14};
  const double top = baseline - size * 0.86;
  const auto at = [&](double dx, double dy) { return std::pair{x + size * dx, top + size * dy}; };
  const auto stroke = [&](std::initializer_list<std::pair<double, double>> points, Color color) {
    cairo_set_source_rgb(cr, color.red, color.green, color.blue);
    bool first = true;
    for (const auto& [px, py] : points) {
      first ? cairo_move_to(cr, px, py) : cairo_line_to(cr, px, py);
      first = false;
    }
    cairo_stroke(cr);
  };
  cairo_save(cr);
  cairo_set_line_width(cr, size * 0.15);
  cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
  switch (verdict) {
    case Verdict::none: break;
    case Verdict::approved: stroke({at(0.08, 0.55), at(0.38, 0.86), at(0.94, 0.18)}, green); break;
    case Verdict::remarks:
      cairo_set_line_width(cr, size * 0.19);
      stroke({at(0.5, 0.1), at(0.5, 0.55)}, amber);
      stroke({at(0.5, 0.88), at(0.5, 0.881)}, amber);
      break;
    case Verdict::rejected:
      stroke({at(0.16, 0.18), at(0.84, 0.86)}, red);
      stroke({at(0.84, 0.18), at(0.16, 0.86)}, red);
      break;
  }
  cairo_restore(cr);
}

}  // namespace sedlink::render

// fontconfig loses 288 bytes once per process when it parses its configuration, on a thread that Pango starts. Neither
// is ours to mend, and a leak of our own must stay visible. The libraries below it are built without the thread
// sanitizer, which therefore does not see their locks.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
// Weak, because daemon/config suppresses its library's leak in the same words and both may be in one program.
extern "C" __attribute__((weak)) const char* __lsan_default_suppressions();
extern "C" __attribute__((weak)) const char* __lsan_default_suppressions() {
  return "leak:libfontconfig.so\nleak:libfyaml.so\n";
}
#elif defined(__SANITIZE_THREAD__)
extern "C" const char* __tsan_default_suppressions();
extern "C" const char* __tsan_default_suppressions() {
  return "race:libfontconfig.so\nrace:libharfbuzz.so\nrace:libglib-2.0.so\nrace:tzset_internal\n";
}
#endif
