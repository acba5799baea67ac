#include "sedlink/config/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "sedlink/config/units.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::config {
namespace {

std::string kind_of(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::null: break;
    case YamlNode::Kind::scalar: return fmt::format("значение «{}»", text::ellipsis(node.text, 40));
    case YamlNode::Kind::sequence: return "список";
    case YamlNode::Kind::mapping: return "раздел с ключами";
  }
  return {};
}

std::string list_words(const std::vector<std::string>& words) { return text::join(words, ", "); }

// A key is a short word: also what is one transposition away from a two-letter name should be proposed.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& known) {
  std::string near = text::nearest(word, known);
  if (near.empty()) near = text::nearest(text::to_lower_ascii(word), known);
  return near;
}

}  // namespace

void Reader::error(const Range& at, std::string_view rule, std::string message, std::string help) {
  findings_.push_back(
      {Severity::error, fmt::format("{}.{}", prefix_, rule), file_, at, std::move(message), std::move(help)});
}

void Reader::warning(const Range& at, std::string_view rule, std::string message, std::string help) {
  findings_.push_back(
      {Severity::warning, fmt::format("{}.{}", prefix_, rule), file_, at, std::move(message), std::move(help)});
}

void Reader::wrong_type(const YamlNode& node, std::string_view wanted, std::string help) {
  if (node.kind == YamlNode::Kind::null) {
    error(node.range, "type", fmt::format("значения нет, а ожидается {}", wanted), std::move(help));
    return;
  }
  error(node.range, "type", fmt::format("здесь ожидается {}, а написано: {}", wanted, kind_of(node)), std::move(help));
}

std::optional<std::string> Reader::text(const YamlNode& node) {
  if (node.kind != YamlNode::Kind::scalar || text::trim(node.text).empty()) {
    // An unquoted template is a mapping for YAML; the cure is worth a word.
    const bool looks_like_template = node.kind == YamlNode::Kind::mapping && node.entries.empty();
    wrong_type(node, "строка", looks_like_template ? "шаблон {{ … }} берут в кавычки" : "");
    return std::nullopt;
  }
  return node.text;
}

std::optional<bool> Reader::boolean(const YamlNode& node) {
  if (node.kind == YamlNode::Kind::scalar && !node.quoted) {
    if (node.text == "true") return true;
    if (node.text == "false") return false;
  }
  wrong_type(node, "true или false", node.quoted ? "без кавычек" : "");
  return std::nullopt;
}

std::optional<std::int64_t> Reader::integer(const YamlNode& node, std::int64_t min, std::int64_t max) {
  std::int64_t value = 0;
  const char* const end = node.text.data() + node.text.size();
  const bool scalar = node.kind == YamlNode::Kind::scalar && !node.quoted;
  const auto [stop, problem] = std::from_chars(node.text.data(), end, value);
  if (!scalar || problem != std::errc() || stop != end || value < min || value > max) {
    const std::string wanted = max == std::numeric_limits<std::int64_t>::max()
                                   ? fmt::format("целое число от {}", min)
                                   : fmt::format("целое число от {} до {}", min, max);
    wrong_type(node, wanted, node.quoted ? "без кавычек" : "");
    return std::nullopt;
  }
  return value;
}

std::optional<Duration> Reader::duration(const YamlNode& node) {
  if (node.kind == YamlNode::Kind::scalar)
    if (const auto value = parse_duration(node.text)) return value;
  wrong_type(node, "срок", "число и единица: 15s, 5 min, 2h, 3 days, 1 week");
  return std::nullopt;
}

std::optional<std::uint64_t> Reader::size(const YamlNode& node) {
  if (node.kind == YamlNode::Kind::scalar)
    if (const auto value = parse_size(node.text)) return value;
  wrong_type(node, "размер", "число и единица: 512 KB, 300 MB, 2 GB");
  return std::nullopt;
}

std::optional<std::size_t> Reader::choice(const YamlNode& node, std::span<const std::string_view> words) {
  std::vector<std::string> known;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (node.kind == YamlNode::Kind::scalar && node.text == words[i]) return i;
    known.emplace_back(words[i]);
  }
  if (node.kind != YamlNode::Kind::scalar) {
    wrong_type(node, "одно из слов: " + list_words(known));
    return std::nullopt;
  }
  const std::string near = did_you_mean(node.text, known);
  error(node.range, "value", fmt::format("«{}» здесь не подходит; можно: {}", node.text, list_words(known)),
        near.empty() ? "" : fmt::format("возможно, вы имели в виду «{}»?", near));
  return std::nullopt;
}

bool Reader::is_list(const YamlNode& node) {
  if (node.kind == YamlNode::Kind::sequence) return true;
  wrong_type(node, "список", "строки «- …» или [ …, … ]");
  return false;
}

bool Reader::is_section(const YamlNode& node) {
  if (node.kind == YamlNode::Kind::mapping) return true;
  wrong_type(node, "раздел «ключ: значение»");
  return false;
}

std::vector<std::size_t> Reader::match_keys(const YamlNode& node, const std::vector<const KeyInfo*>& table) {
  std::vector<std::string> known;
  for (const KeyInfo* key : table)
    if (key->need != Need::later) known.emplace_back(key->name);
  std::vector<std::size_t> rows;
  std::vector<std::string> proposed;
  for (const auto& [key, value] : node.entries) {
    std::size_t row = 0;
    while (row < table.size() && table[row]->name != key.text) ++row;
    if (row == table.size()) {
      const std::string near = did_you_mean(key.text, known);
      error(key.range, "unknown-key",
            path_.empty() ? fmt::format("неизвестный ключ «{}»", key.text)
                          : fmt::format("неизвестный ключ «{}» в «{}»", key.text, path_),
            near.empty() ? "здесь бывают: " + list_words(known) : fmt::format("возможно, вы имели в виду «{}»?", near));
      proposed.push_back(near);
      row = std::string::npos;
    } else if (table[row]->need == Need::later) {
      error(key.range, "not-yet", fmt::format("«{}»: в этой версии ещё нет", key.text), std::string(table[row]->doc));
      row = std::string::npos;
    }
    rows.push_back(row);
  }
  for (const KeyInfo* key : table) {
    if (key->need != Need::required || node.find(key->name) != nullptr) continue;
    // A misspelt key is told once, with the proposal.
    if (std::find(proposed.begin(), proposed.end(), key->name) != proposed.end()) continue;
    // The caret stands at the section's beginning: its whole text would drown the message.
    Range at{node.range.start, node.range.start};
    if (!node.entries.empty()) at = node.entries.front().first.range;
    error(at, "missing",
          path_.empty() ? fmt::format("нет обязательного ключа «{}»", key->name)
                        : fmt::format("в «{}» нет обязательного ключа «{}»", path_, key->name),
          std::string(key->doc));
  }
  return rows;
}

Range place_of(const Places& places, std::string_view path) {
  for (;;) {
    const auto found = places.find(path);
    if (found != places.end()) return found->second;
    const std::size_t cut = path.find_last_of(".[");
    if (cut == std::string_view::npos) return {};
    path = path.substr(0, cut);
  }
}

Range Reader::place(std::string_view path) const { return place_of(places_, path); }

bool Reader::has_error(const Range& at) const {
  return std::any_of(findings_.begin(), findings_.end(), [&](const Finding& f) {
    return f.severity == Severity::error && f.file == file_ && f.range == at;
  });
}

Range Reader::key_place(std::string_view path) const {
  const auto found = keys_.find(path);
  return found == keys_.end() ? place(path) : found->second;
}

Reader::Step::Step(Reader& reader, std::string_view key, const Range& at)
    : reader_(reader), length_(reader.path_.size()) {
  if (!reader_.path_.empty()) reader_.path_ += '.';
  reader_.path_ += key;
  reader_.places_.insert_or_assign(reader_.path_, at);
}

Reader::Step::Step(Reader& reader, const YamlNode& key, const YamlNode& value) : Step(reader, key.text, value.range) {
  reader_.keys_.insert_or_assign(reader_.path_, key.range);
}

Reader::Step::Step(Reader& reader, std::size_t index, const Range& at) : reader_(reader), length_(reader.path_.size()) {
  reader_.path_ += fmt::format("[{}]", index);
  reader_.places_.insert_or_assign(reader_.path_, at);
}

Reader::Step::~Step() { reader_.path_.resize(length_); }

std::string reference_tables(const std::vector<SectionInfo>& sections) {
  std::string out;
  for (const SectionInfo& section : sections) {
    out += fmt::format("### {}\n\n| ключ | что пишут | нужен | смысл |\n|---|---|---|---|\n", section.title);
    for (const KeyInfo& key : section.keys) {
      const char* need = key.need == Need::required ? "да" : key.need == Need::later ? "ещё нет" : "";
      const std::string type = text::replace_all(std::string(key.type.name), "|", "\\|");
      out += fmt::format("| `{}` | {} | {} | {} |\n", key.name, type, need,
                         text::replace_all(std::string(key.doc), "|", "\\|"));
    }
    out += '\n';
  }
  return out;
}

}  // namespace sedlink::config
