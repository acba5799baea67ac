// The manual's tables and the JSON Schema, from the tables that parse.
#include <fmt/format.h>

#include <boost/json.hpp>

#include "filters.hpp"
#include "sedlink/core/text.hpp"
#include "sedlink/mapping/compile.hpp"
#include "tables.hpp"

namespace sedlink::mapping {
namespace {

std::string cell(std::string_view text) { return text::replace_all(std::string(text), "|", "\\|"); }

std::string stage_words() {
  std::string out = "### Виды этапов\n\n| слово | вид |\n|---|---|\n";
  for (int k = static_cast<int>(StageKind::queued); k <= static_cast<int>(StageKind::other); ++k)
    out +=
        fmt::format("| {} | `{}` |\n", russian_name(static_cast<StageKind>(k)), to_string(static_cast<StageKind>(k)));
  return out + '\n';
}

std::string field_names() {
  std::string out = "### Поля документа: нейтральные имена\n\n| поле | что пишут | смысл |\n|---|---|---|\n";
  for (const FieldInfo& f : document_fields()) {
    const std::string parts = text::join(text::split(f.parts, ' '), ", ");
    const std::string shape = f.shape == FieldShape::value       ? "шаблон"
                              : f.shape == FieldShape::reference ? fmt::format("ссылка: {}", parts)
                                                                 : fmt::format("шаблон или ссылка: {}", parts);
    out += fmt::format("| `{}` | {} | {} |\n", f.name, shape, cell(f.doc));
  }
  return out + '\n';
}

std::string template_names() {
  std::string out = "### Имена в шаблонах\n\n| имя | смысл | нет значения |\n|---|---|---|\n";
  for (const KnownRoot& root : known_roots()) {
    const char* absent = root.required ? "отказ до отправки" : "пусто";
    out += fmt::format("| `{}{}` | {} | {} |\n", root.root, root.closed ? "" : ".ПОЛЕ", root.doc, absent);
    for (const KnownRoot::Name& n : root.names) out += fmt::format("| `{}.{}` | {} | |\n", root.root, n.name, n.doc);
  }
  return out + '\n';
}

std::string filter_table() {
  std::string out = "### Фильтры\n\n| фильтр | смысл |\n|---|---|\n";
  for (const FilterInfo& f : filters()) out += fmt::format("| `{}` | {} |\n", f.example, cell(f.doc));
  return out;
}

boost::json::object schema_of(const SectionInfo& section) {
  boost::json::object properties;
  boost::json::array required;
  for (const config::KeyInfo& key : section.keys) {
    if (key.need == Need::later) continue;
    boost::json::object value = boost::json::parse(key.type.schema).as_object();
    if (!key.section.empty()) {
      const boost::json::object target{{"$ref", fmt::format("#/$defs/{}", key.section)}};
      const auto* type = value.if_contains("type");
      const bool list = type != nullptr && type->is_string() && type->as_string() == "array";
      if (list) {
        value["items"] = target;
      } else if (type != nullptr) {
        value = target;
      } else {
        value["anyOf"] = boost::json::array{target, boost::json::object{{"type", "string"}}};
      }
    }
    value["description"] = key.doc;
    properties[key.name] = std::move(value);
    if (key.need == Need::required) required.emplace_back(key.name);
  }
  boost::json::object out{{"type", "object"}, {"additionalProperties", false}, {"properties", std::move(properties)}};
  if (!required.empty()) out["required"] = std::move(required);
  return out;
}

}  // namespace

std::string mapping_reference() {
  return config::reference_tables(language_sections()) + stage_words() + field_names() + template_names() +
         filter_table();
}

std::string mapping_schema() {
  boost::json::object out, definitions;
  for (const SectionInfo& section : language_sections()) {
    if (section.id.empty()) {
      out = schema_of(section);
    } else {
      definitions[section.id] = schema_of(section);
    }
  }
  out["$schema"] = "https://json-schema.org/draft/2020-12/schema";
  out["title"] = "Sedlink mapping";
  out["$defs"] = std::move(definitions);
  return boost::json::serialize(out) + "\n";
}

}  // namespace sedlink::mapping
