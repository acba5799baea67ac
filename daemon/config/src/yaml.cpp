#include "sedlink/config/yaml.hpp"

#include <fmt/format.h>
#include <libfyaml.h>

#include <algorithm>
#include <memory>

#include "sedlink/core/text.hpp"
#include "source_text.hpp"
#include "yaml_messages.hpp"

namespace sedlink::config {
namespace {

constexpr std::size_t largest_text = 4u * 1024 * 1024;
constexpr int deepest_level = 64;

struct DiagDeleter {
  void operator()(fy_diag* d) const noexcept { fy_diag_unref(d); }
};
struct ParserDeleter {
  void operator()(fy_parser* p) const noexcept { fy_parser_destroy(p); }
};

// Builds the tree from libfyaml's events; only here the library's types are known.
class Builder {
 public:
  Builder(std::string_view text, const std::string& file, std::vector<Finding>& findings)
      : source_(text), file_(file), findings_(findings), found_before_(findings.size()) {
    fy_diag_cfg diag_config;
    fy_diag_cfg_default(&diag_config);
    diag_config.fp = nullptr;
    diag_.reset(fy_diag_create(&diag_config));
    fy_diag_set_collect_errors(diag_.get(), true);
    fy_parse_cfg config{};
    config.flags = FYPCF_QUIET;
    config.diag = diag_.get();
    parser_.reset(fy_parser_create(&config));
    fy_parser_set_string(parser_.get(), text.data(), text.size());
  }

  std::optional<YamlNode> document() {
    YamlNode root;
    root.kind = YamlNode::Kind::mapping;
    root.range = {{1, 1}, {1, 1}};
    bool seen = false;
    for (;;) {
      const Event event = next();
      if (!event) break;
      if (event->type == FYET_STREAM_END) return readable_ ? std::optional(std::move(root)) : std::nullopt;
      if (event->type != FYET_DOCUMENT_START) continue;
      if (seen) {
        const Range at =
            event->document_start.document_start == nullptr ? Range{} : range_of(event->document_start.document_start);
        report(at, "yaml.documents", "в файле больше одного документа YAML",
               "оставьте один документ, без строки «---»");
        return std::nullopt;
      }
      seen = true;
      Event first = next();
      if (!first) break;
      YamlNode node;
      if (!build(first, node, 0)) break;
      if (node.kind != YamlNode::Kind::null) root = std::move(node);
    }
    collect_errors();
    return std::nullopt;
  }

 private:
  struct EventDeleter {
    fy_parser* parser = nullptr;
    void operator()(fy_event* e) const noexcept { fy_parser_event_free(parser, e); }
  };
  using Event = std::unique_ptr<fy_event, EventDeleter>;

  Event next() { return Event(fy_parser_parse(parser_.get()), EventDeleter{parser_.get()}); }

  Range range_of(fy_token* token) const {
    const fy_mark* start = fy_token_start_mark(token);
    const fy_mark* end = fy_token_end_mark(token);
    if (start == nullptr || end == nullptr) return {};
    return {source_.at(start->input_pos), source_.at(end->input_pos)};
  }

  void report(const Range& at, const char* rule, std::string message, std::string help) {
    findings_.push_back({Severity::error, rule, file_, at, std::move(message), std::move(help)});
  }

  void refuse_decoration(fy_token* anchor, fy_token* tag) {
    if (anchor != nullptr) {
      report(range_of(anchor), "yaml.anchor", "якоря YAML (&имя) здесь не действуют",
             "напишите значение на своём месте");
    }
    if (tag != nullptr)
      report(range_of(tag), "yaml.tag", "теги YAML (!тип) здесь не действуют", "уберите тег: тип задаёт сам ключ");
  }

  // False after an error of the parser.
  bool build(const Event& event, YamlNode& out, int level) {
    if (level > deepest_level) {
      const fy_mark* at = fy_event_start_mark(event.get());
      const Position place = at == nullptr ? Position{} : source_.at(at->input_pos);
      report({place, place}, "yaml.depth", fmt::format("вложенность больше {} уровней", deepest_level), {});
      return false;
    }
    switch (event->type) {
      case FYET_SCALAR: scalar(event, out); return true;
      case FYET_ALIAS:
        report(range_of(event->alias.anchor), "yaml.alias", "ссылки YAML (*имя) здесь не действуют",
               "напишите значение на своём месте");
        readable_ = false;
        return true;
      case FYET_SEQUENCE_START: return sequence(event, out, level);
      case FYET_MAPPING_START: return mapping(event, out, level);
      default: return false;
    }
  }

  void scalar(const Event& event, YamlNode& out) {
    refuse_decoration(event->scalar.anchor, event->scalar.tag);
    fy_token* token = event->scalar.value;
    if (token == nullptr) return;  // "key:" and nothing after it
    out.range = range_of(token);
    std::size_t size = 0;
    if (const char* text = fy_token_get_text(token, &size)) out.text.assign(text, size);
    const fy_mark* start = fy_token_start_mark(token);
    const fy_mark* end = fy_token_end_mark(token);
    if (start != nullptr && end != nullptr && start->input_pos <= end->input_pos)
      out.raw = source_.text().substr(start->input_pos, end->input_pos - start->input_pos);
    const fy_scalar_style style = fy_token_scalar_style(token);
    out.quoted = style != FYSS_PLAIN;
    if (style == FYSS_SINGLE_QUOTED) out.quote = '\'';
    if (style == FYSS_DOUBLE_QUOTED) out.quote = '"';
    const bool null = !out.quoted && (out.text.empty() || out.text == "~" || out.text == "null");
    out.kind = null ? YamlNode::Kind::null : YamlNode::Kind::scalar;
  }

  bool sequence(const Event& start, YamlNode& out, int level) {
    refuse_decoration(start->sequence_start.anchor, start->sequence_start.tag);
    out.kind = YamlNode::Kind::sequence;
    if (start->sequence_start.sequence_start != nullptr) out.range = range_of(start->sequence_start.sequence_start);
    for (;;) {
      const Event event = next();
      if (!event) return false;
      if (event->type == FYET_SEQUENCE_END) {
        close(event->sequence_end.sequence_end, out);
        return true;
      }
      YamlNode item;
      item.range = {out.range.end, out.range.end};
      if (!build(event, item, level + 1)) return false;
      out.range.end = std::max(out.range.end, item.range.end);
      out.items.push_back(std::move(item));
    }
  }

  bool mapping(const Event& start, YamlNode& out, int level) {
    refuse_decoration(start->mapping_start.anchor, start->mapping_start.tag);
    out.kind = YamlNode::Kind::mapping;
    if (start->mapping_start.mapping_start != nullptr) out.range = range_of(start->mapping_start.mapping_start);
    for (;;) {
      const Event event = next();
      if (!event) return false;
      if (event->type == FYET_MAPPING_END) {
        close(event->mapping_end.mapping_end, out);
        return true;
      }
      YamlNode key;
      key.range = {out.range.end, out.range.end};
      if (!build(event, key, level + 1)) return false;
      const Event value_event = next();
      if (!value_event) return false;
      YamlNode value;
      // An absent value stands right after its key's colon.
      Position after = key.range.end;
      ++after.column;
      value.range = {after, after};
      if (!build(value_event, value, level + 1)) return false;
      out.range.end = std::max({out.range.end, key.range.end, value.range.end});
      add_entry(std::move(key), std::move(value), out);
    }
  }

  void add_entry(YamlNode key, YamlNode value, YamlNode& out) {
    if (key.kind != YamlNode::Kind::scalar) {
      report(key.range, "yaml.key", "ключ должен быть простым текстом",
             "если это шаблон {{ … }}, возьмите его в кавычки");
      readable_ = false;
      return;
    }
    if (const YamlNode* before = out.find(key.text)) {
      const auto first = std::find_if(out.entries.begin(), out.entries.end(),
                                      [&](const auto& entry) { return &entry.second == before; });
      report(key.range, "yaml.duplicate-key",
             fmt::format("ключ «{}» уже есть в строке {}", key.text, first->first.range.start.line),
             "оставьте один из них");
      return;
    }
    out.entries.emplace_back(std::move(key), std::move(value));
  }

  // Flow collections end at their bracket; block ones at their last value: the library's mark is the next token there.
  void close(fy_token* token, YamlNode& out) const {
    if (token == nullptr) return;
    const fy_mark* start = fy_token_start_mark(token);
    const fy_mark* end = fy_token_end_mark(token);
    if (start != nullptr && end != nullptr && end->input_pos > start->input_pos)
      out.range.end = source_.at(end->input_pos);
  }

  void collect_errors() {
    if (!readable_) return;  // told already
    void* iterator = nullptr;
    // One mistake of syntax makes many followers: the first tells what to cure.
    if (const fy_diag_error* error = fy_diag_errors_iterate(diag_.get(), &iterator)) {
      Range at{{error->line, error->column}, {error->line, error->column + 1}};
      if (error->fyt != nullptr) at = range_of(error->fyt);
      const SyntaxMessage message = translate_syntax_error(error->msg == nullptr ? "" : error->msg);
      report(at, "yaml.syntax", message.message, message.help);
    }
    if (findings_.size() == found_before_) report({}, "yaml.syntax", "файл не читается как YAML", {});
  }

  SourceText source_;
  const std::string& file_;
  std::vector<Finding>& findings_;
  const std::size_t found_before_;
  std::unique_ptr<fy_diag, DiagDeleter> diag_;
  std::unique_ptr<fy_parser, ParserDeleter> parser_;
  bool readable_ = true;
};

// The first byte that is no UTF-8, or npos.
std::size_t first_bad_byte(std::string_view text) {
  if (text::is_valid_utf8(text)) return std::string_view::npos;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view one = text::prefix(text.substr(at), 1);
    if (!text::is_valid_utf8(one)) return at;
    at += one.size();
  }
  return std::string_view::npos;
}

}  // namespace

const YamlNode* YamlNode::find(std::string_view key) const noexcept {
  for (const auto& [k, value] : entries)
    if (k.text == key) return &value;
  return nullptr;
}

std::optional<YamlNode> parse_yaml(std::string_view text, const std::string& file, std::vector<Finding>& findings) {
  const auto refuse = [&](const char* rule, const Range& at, std::string message, std::string help) {
    findings.push_back({Severity::error, rule, file, at, std::move(message), std::move(help)});
    return std::nullopt;
  };
  if (text.size() > largest_text) return refuse("yaml.size", {}, "файл больше 4 МБ", {});
  if (const std::size_t bad = first_bad_byte(text); bad != std::string_view::npos) {
    const Position at = SourceText(text.substr(0, bad)).at(bad);
    return refuse("yaml.encoding", {at, {at.line, at.column + 1}}, "файл не в кодировке UTF-8",
                  "сохраните его как UTF-8: iconv -f cp1251 -t utf-8");
  }
  if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos) {
    const Position at = SourceText(text).at(nul);
    return refuse("yaml.encoding", {at, {at.line, at.column + 1}}, "в файле есть нулевой байт", {});
  }
  return Builder(text, file, findings).document();
}

}  // namespace sedlink::config

// libfyaml 0.7.12 loses the tokens of a parse error when it collects errors. Weak: daemon/render says the same of its
// own library, and both may be in one program.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
extern "C" __attribute__((weak)) const char* __lsan_default_suppressions();
extern "C" __attribute__((weak)) const char* __lsan_default_suppressions() {
  return "leak:libfontconfig.so\nleak:libfyaml.so\n";
}
#endif
