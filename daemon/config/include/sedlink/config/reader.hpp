#pragma once
// One table of keys per section of a YAML file: it parses, lints and documents. Used by the config and by mappings.
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sedlink/config/finding.hpp"
#include "sedlink/config/yaml.hpp"
#include "sedlink/core/clock.hpp"

namespace sedlink::config {

enum class Need {
  optional = 1,
  required,
  later,  // named by the language, not in this version: an error with its place
};

// What a value may be: in the admin's words and as JSON Schema.
struct ValueType {
  std::string_view name, schema;
};

struct KeyInfo {
  std::string_view name;
  ValueType type;
  Need need = Need::optional;
  std::string_view doc;
  std::string_view section = {};  // id of the table that describes the value (or each element of the list)
};

// For the references: a named table.
struct SectionInfo {
  std::string_view id;
  std::string title;
  std::vector<KeyInfo> keys;
};

// Collects findings and the places of everything read, by path: "launch.when.stage", "stages[2].crm".
class Reader {
 public:
  // `prefix` begins every rule id: "mapping" -> "mapping.unknown-key".
  Reader(std::string file, std::string prefix, std::vector<Finding>& findings)
      : file_(std::move(file)), prefix_(std::move(prefix)), findings_(findings) {}

  void error(const Range&, std::string_view rule, std::string message, std::string help = {});
  void warning(const Range&, std::string_view rule, std::string message, std::string help = {});

  // Each answers nullopt after a finding of its own.
  std::optional<std::string> text(const YamlNode&);  // a scalar, not empty
  std::optional<bool> boolean(const YamlNode&);      // true | false, not quoted
  std::optional<std::int64_t> integer(const YamlNode&, std::int64_t min, std::int64_t max);
  std::optional<Duration> duration(const YamlNode&);
  std::optional<std::uint64_t> size(const YamlNode&);
  std::optional<std::size_t> choice(const YamlNode&, std::span<const std::string_view> words);
  bool is_list(const YamlNode&);
  bool is_section(const YamlNode&);

  // For every entry of the mapping its row of the table, or npos for a key that is unknown or not yet there (found).
  // Missing required keys are found at `node`; `what` names the section in messages ("launch"; empty = the file).
  std::vector<std::size_t> match_keys(const YamlNode& node, const std::vector<const KeyInfo*>& table);

  // Where a path was read; the range of its nearest known parent otherwise.
  [[nodiscard]] Range place(std::string_view path) const;
  // The key's own characters; place() where only the value is known.
  [[nodiscard]] Range key_place(std::string_view path) const;
  // All of them, for who judges the file later.
  [[nodiscard]] const Places& places() const noexcept { return places_; }
  [[nodiscard]] bool was_read(std::string_view path) const { return places_.contains(path); }
  [[nodiscard]] bool has_error(const Range& at) const;
  [[nodiscard]] const std::string& file() const noexcept { return file_; }
  [[nodiscard]] std::vector<Finding>& findings() noexcept { return findings_; }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

  // Enters a key or an element for the time of its life.
  class Step {
   public:
    Step(Reader& reader, std::string_view key, const Range& at);
    Step(Reader& reader, const YamlNode& key, const YamlNode& value);
    Step(Reader& reader, std::size_t index, const Range& at);
    ~Step();
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;

   private:
    Reader& reader_;
    std::size_t length_;
  };

 private:
  void wrong_type(const YamlNode&, std::string_view wanted, std::string help = {});

  std::string file_, prefix_;
  std::vector<Finding>& findings_;
  std::string path_;
  Places places_, keys_;
};

template <class T>
struct Key {
  KeyInfo info;
  void (*read)(Reader&, const YamlNode& value, T& out) = nullptr;  // null only for Need::later
};

// False when the node is no mapping at all.
template <class T>
bool read_section(Reader& reader, const YamlNode& node, std::span<const Key<T>> table, T& out) {
  if (!reader.is_section(node)) return false;
  std::vector<const KeyInfo*> infos;
  for (const Key<T>& key : table) infos.push_back(&key.info);
  const std::vector<std::size_t> rows = reader.match_keys(node, infos);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i] >= table.size()) continue;
    const auto& [key, value] = node.entries[i];
    const Reader::Step step(reader, key, value);
    table[rows[i]].read(reader, value, out);
  }
  return true;
}

template <class T>
[[nodiscard]] SectionInfo section_info(std::string_view id, std::string_view title, std::span<const Key<T>> table) {
  SectionInfo out{id, std::string(title), {}};
  for (const Key<T>& key : table) out.keys.push_back(key.info);
  return out;
}

// Markdown: a heading and a table of keys per section.
[[nodiscard]] std::string reference_tables(const std::vector<SectionInfo>&);

namespace types {
inline constexpr ValueType text{"строка", R"({"type":"string"})"};
inline constexpr ValueType scalar{"значение", R"({"type":["string","number","boolean","null"]})"};
inline constexpr ValueType boolean{"true или false", R"({"type":"boolean"})"};
inline constexpr ValueType integer{"целое число", R"({"type":"integer"})"};
inline constexpr ValueType duration{"срок: 15s, 5 min, 2h, 3 days", R"({"type":"string"})"};
inline constexpr ValueType size{"размер: 300 MB", R"({"type":"string"})"};
inline constexpr ValueType path{"путь", R"({"type":"string"})"};
inline constexpr ValueType url{"адрес http(s)", R"({"type":"string"})"};
inline constexpr ValueType texts{"список строк", R"({"type":"array","items":{"type":"string"}})"};
inline constexpr ValueType section{"раздел", R"({"type":"object"})"};
inline constexpr ValueType sections{"список разделов", R"({"type":"array"})"};
}  // namespace types

}  // namespace sedlink::config
