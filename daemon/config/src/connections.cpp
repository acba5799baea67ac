// Connections: their keys are what the adapters tell (AdapterSettings), so the table is made at run time.
#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "draft.hpp"
#include "sedlink/config/secrets.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::config {
namespace {

constexpr std::string_view type_key = "type";
// An adapter that passes its requests through the environment's hook names the first; the second comes with it.
constexpr std::string_view signing_key = "signing", routes_key = "signing_routes", any_name = "*";

enum class SettingKind { text = 1, secret, size, duration, number, url, file, time_zone, signing };

struct Setting {
  std::string_view name;  // the part after "limits."
  std::string_view group;
  bool required = false;
  SettingKind kind = SettingKind::text;
};

SettingKind kind_by_name(std::string_view name) {
  if (name == "url" || name.ends_with("_url")) return SettingKind::url;
  if (name.ends_with("_file")) return SettingKind::file;
  if (name == "time_zone") return SettingKind::time_zone;
  if (name == signing_key) return SettingKind::signing;
  return SettingKind::text;
}

Setting parse_setting(std::string_view text) {
  Setting out;
  if (text.starts_with('*')) out.required = true, text.remove_prefix(1);
  std::optional<SettingKind> marked;
  if (text.ends_with('!')) marked = SettingKind::secret;
  if (text.ends_with('#')) marked = SettingKind::size;
  if (text.ends_with('~')) marked = SettingKind::duration;
  if (text.ends_with('+')) marked = SettingKind::number;
  if (text.ends_with('=')) marked = SettingKind::text;
  if (marked) text.remove_suffix(1);
  const std::size_t dot = text.find('.');
  if (dot != std::string_view::npos) out.group = text.substr(0, dot), text.remove_prefix(dot + 1);
  out.name = text;
  out.kind = marked.value_or(kind_by_name(text));
  return out;
}

ValueType value_type(SettingKind kind) {
  switch (kind) {
    case SettingKind::secret: return {"секрет: credential:ИМЯ, file:ПУТЬ или env:ИМЯ", R"({"type":"string"})"};
    case SettingKind::size: return types::size;
    case SettingKind::duration: return types::duration;
    case SettingKind::number: return types::integer;
    case SettingKind::url: return types::url;
    case SettingKind::file: return types::path;
    case SettingKind::time_zone: return {"часовой пояс: Europe/Moscow", R"({"type":"string"})"};
    case SettingKind::signing: return {"имя профиля подписи", R"({"type":"string"})"};
    case SettingKind::text: break;
  }
  return types::text;
}

void read_setting(Reader& r, const YamlNode& node, const Setting& setting, Connection& out, Draft& d) {
  const std::string key =
      setting.group.empty() ? std::string(setting.name) : fmt::format("{}.{}", setting.group, setting.name);
  switch (setting.kind) {
    case SettingKind::secret:
      if (auto secret = read_secret(r, node, key, false, d)) out.secrets.insert_or_assign(key, std::move(*secret));
      return;
    case SettingKind::file:
      if (const auto file = read_existing_file(r, node, d)) out.values[key] = file->string();
      return;
    case SettingKind::signing:
      if (auto name = r.text(node); name && *name != "none") out.signing = std::move(*name);
      return;
    case SettingKind::size:
      if (const auto bytes = r.size(node)) out.values[key] = std::to_string(*bytes);
      return;
    case SettingKind::duration:
      if (const auto time = r.duration(node)) out.values[key] = std::to_string(time->count());
      return;
    case SettingKind::number:
      if (const auto n = r.integer(node, 0, std::numeric_limits<std::int64_t>::max()))
        out.values[key] = std::to_string(*n);
      return;
    case SettingKind::url:
      if (auto url = read_url(r, node, d)) out.values[key] = std::move(*url);
      return;
    case SettingKind::time_zone:
      if (auto zone = read_time_zone(r, node)) out.values[key] = std::move(*zone);
      return;
    case SettingKind::text:
      if (auto text = r.text(node)) out.values[key] = std::move(*text);
      return;
  }
}

std::vector<Setting> settings_of(const std::vector<std::string>& texts) {
  std::vector<Setting> out;
  for (const std::string& text : texts) out.push_back(parse_setting(text));
  return out;
}

// The table of one level: settings of `group`, or the top level with one row per group.
std::vector<KeyInfo> table_of(const std::vector<Setting>& settings, std::string_view group, bool demand) {
  std::vector<KeyInfo> table;
  for (const Setting& s : settings) {
    if (s.group == group) {
      table.push_back({s.name, value_type(s.kind), s.required && demand ? Need::required : Need::optional, {}});
    } else if (group.empty() &&
               std::none_of(table.begin(), table.end(), [&](const KeyInfo& k) { return k.name == s.group; })) {
      table.push_back({s.group, types::section, Need::optional, {}, s.group});
    }
  }
  const bool signs =
      std::any_of(settings.begin(), settings.end(), [](const Setting& s) { return s.name == signing_key; });
  if (group.empty() && signs)
    table.push_back({routes_key, types::sections, Need::optional,
                     "каким запросам какой профиль подписи; первая подходящая строка, прежде signing", routes_key});
  // The other way to sign in where a webhook is the way of this version.
  const bool by_webhook =
      std::any_of(settings.begin(), settings.end(), [](const Setting& s) { return s.name == "webhook_url"; });
  if (group.empty() && by_webhook)
    table.push_back({"oauth", types::section, Need::later, "пока подключаются входящим вебхуком: webhook_url"});
  return table;
}

void read_level(Reader& r, const YamlNode& node, const std::vector<Setting>& settings, std::string_view group,
                Connection& out, Draft& d) {
  // Where the other way to sign in is written, its own finding says enough.
  std::vector<KeyInfo> table = table_of(settings, group, node.find("oauth") == nullptr);
  if (group.empty()) table.push_back({type_key, types::text, Need::required, {}});
  std::vector<const KeyInfo*> rows;
  for (const KeyInfo& key : table) rows.push_back(&key);
  const auto named_freely = std::find_if(settings.begin(), settings.end(),
                                         [&](const Setting& s) { return s.group == group && s.name == any_name; });
  std::vector<std::size_t> matched;
  if (named_freely == settings.end()) matched = r.match_keys(node, rows);
  if (named_freely != settings.end()) matched.assign(node.entries.size(), 0);
  for (std::size_t i = 0; i < matched.size(); ++i) {
    const auto& [key, value] = node.entries[i];
    // A misspelt password is still a password.
    if (matched[i] == std::string::npos && !is_secret_reference(value.text)) d.literal_secrets.push_back(value.range);
    if (matched[i] == std::string::npos || (group.empty() && key.text == type_key)) continue;
    const Reader::Step step(r, key.text, value.range);
    if (group.empty() && key.text == routes_key) {
      read_signing_routes(r, value, out);
      continue;
    }
    const auto setting = std::find_if(settings.begin(), settings.end(),
                                      [&](const Setting& s) { return s.group == group && s.name == key.text; });
    Setting free;
    if (setting == settings.end() && named_freely != settings.end()) {
      free = *named_freely;
      free.name = key.text;
    }
    if (setting != settings.end() || !free.name.empty()) {
      out.ranges.insert_or_assign(group.empty() ? key.text : fmt::format("{}.{}", group, key.text), value.range);
      read_setting(r, value, free.name.empty() ? *setting : free, out, d);
    } else if (r.is_section(value)) {
      read_level(r, value, settings, key.text, out, d);
    }
  }
}

// Null after a finding.
const std::vector<std::string>* settings_for_type(Reader& r, const YamlNode& node, const Draft& d, std::string& type) {
  const YamlNode* value = node.find(type_key);
  std::vector<std::string> known;
  for (const auto& [name, unused] : *d.adapters) known.push_back(name);
  if (value == nullptr) {
    r.error(node.entries.empty() ? node.range : node.entries.front().first.range, "missing",
            fmt::format("в «{}» нет обязательного ключа «type»", r.path()), "бывает: " + text::join(known, ", "));
    return nullptr;
  }
  const auto text = r.text(*value);
  if (!text) return nullptr;
  type = *text;
  const auto found = d.adapters->find(*text);
  if (found != d.adapters->end()) return &found->second;
  const std::string near = text::nearest(*text, known);
  r.error(value->range, "value",
          fmt::format("неизвестный тип подключения «{}»; есть: {}", *text, text::join(known, ", ")),
          near.empty() ? "" : fmt::format("возможно, вы имели в виду «{}»?", near));
  return nullptr;
}

}  // namespace

void read_connections(Reader& r, const YamlNode& node, Draft& d) {
  if (!r.is_section(node)) return;
  if (node.entries.empty()) r.error(node.range, "missing", "нет ни одного подключения");
  for (const auto& [name, value] : node.entries) {
    const Reader::Step step(r, name.text, name.range);
    if (name.text.find_first_of("/. \t") != std::string::npos) {
      r.error(name.range, "value", fmt::format("имя подключения «{}» не подходит", name.text),
              "имя входит в адреса /hooks/ИМЯ: без пробелов, точек и «/»");
      continue;
    }
    if (!r.is_section(value)) continue;
    Connection connection;
    connection.name = name.text;
    connection.range = name.range;
    const std::vector<std::string>* texts = settings_for_type(r, value, d, connection.type);
    if (texts == nullptr) continue;  // without a type no key can be judged
    read_level(r, value, settings_of(*texts), {}, connection, d);
    d.config.connections.insert_or_assign(name.text, std::move(connection));
  }
}

std::vector<SectionInfo> connection_sections(const AdapterSettings& adapters, const SettingWords& words) {
  std::vector<SectionInfo> out;
  for (const auto& [type, texts] : adapters) {
    const std::vector<Setting> settings = settings_of(texts);
    const auto described = words.find(type);
    const auto describe = [&](std::vector<KeyInfo> keys, std::string_view group) {
      if (described == words.end()) return keys;
      for (KeyInfo& key : keys)
        for (const SettingWord& word : described->second) {
          const std::string full = group.empty() ? std::string(key.name) : fmt::format("{}.{}", group, key.name);
          if (full != word.setting) continue;
          key.doc = word.doc;
          if (!word.type.empty()) key.type.name = word.type;
        }
      return keys;
    };
    std::vector<KeyInfo> keys = table_of(settings, {}, true);
    keys.insert(keys.begin(), {type_key, types::text, Need::required, "вид системы"});
    keys = describe(std::move(keys), {});
    out.push_back({"connection", type, std::move(keys)});
    std::vector<std::string_view> groups;
    for (const Setting& s : settings)
      if (!s.group.empty() && std::find(groups.begin(), groups.end(), s.group) == groups.end())
        groups.push_back(s.group);
    for (const std::string_view group : groups)
      out.push_back({group, fmt::format("{}: {}", type, group), describe(table_of(settings, group, true), group)});
  }
  return out;
}

}  // namespace sedlink::config
