#include <fmt/format.h>

#include <algorithm>

#include "sedlink/core/text.hpp"
#include "tables.hpp"

namespace sedlink::mapping {
namespace {

using std::string_view;

constexpr string_view object_parts = "name id", person_parts = "user name id", company_parts = "inn kpp name id",
                      every_part = "name inn kpp user id";

constexpr std::array<FieldInfo, 19> fields{{
    {"title", FieldShape::value, {}, "заголовок"},
    {"subject", FieldShape::value, {}, "краткое содержание"},
    {"kind", FieldShape::reference, object_parts, "вид документа"},
    {"category", FieldShape::reference, object_parts, "категория"},
    {"sum", FieldShape::value, {}, "сумма"},
    {"currency", FieldShape::either, object_parts, "валюта"},
    {"vat", FieldShape::value, {}, "НДС"},
    {"counterparty", FieldShape::reference, company_parts, "контрагент; create: true — завести, если нет"},
    {"our_company", FieldShape::reference, company_parts, "наша организация"},
    {"department", FieldShape::reference, object_parts, "подразделение"},
    {"folder", FieldShape::reference, object_parts, "папка СЭД"},
    {"responsible", FieldShape::reference, person_parts, "ответственный"},
    {"author", FieldShape::reference, person_parts, "подготовил"},
    {"addressee", FieldShape::reference, person_parts, "адресат"},
    {"signer", FieldShape::reference, person_parts, "подписал"},
    {"number", FieldShape::value, {}, "номер"},
    {"date", FieldShape::value, {}, "дата"},
    {"valid_from", FieldShape::value, {}, "действует с"},
    {"valid_till", FieldShape::value, {}, "действует по"},
}};
constexpr FieldInfo comment_field{"comment", FieldShape::value, {}, "комментарий"};

// ---- references -----------------------------------------------------------------------------------------------------

struct ReferenceBuild {
  ReferenceSpec spec;
  bool optional = false;
};

template <std::optional<Template> ReferenceSpec::*Part>
void read_part(Reader& r, const YamlNode& node, ReferenceBuild& out) {
  out.spec.*Part = read_template(r, node);
}

constexpr std::array<Key<ReferenceBuild>, 7> reference_table{{
    {{"name", types::pattern, Need::optional, "по названию или имени"}, read_part<&ReferenceSpec::name>},
    {{"inn", types::pattern, Need::optional, "организация по ИНН"}, read_part<&ReferenceSpec::inn>},
    {{"kpp", types::pattern, Need::optional, "и КПП; у предпринимателя его нет, и это не ошибка"},
     read_part<&ReferenceSpec::kpp>},
    {{"user", types::pattern, Need::optional, "человек по номеру пользователя CRM"}, read_part<&ReferenceSpec::user>},
    {{"id", types::pattern, Need::optional, "по номеру в СЭД"}, read_part<&ReferenceSpec::id>},
    {{"create", types::boolean, Need::optional, "контрагента завести, если его нет"},
     [](Reader& r, const YamlNode& node, ReferenceBuild& out) { out.spec.create = r.boolean(node).value_or(false); }},
    {{"optional", types::boolean, Need::optional, "нет значения — не заполнять поле и не отказывать"},
     [](Reader& r, const YamlNode& node, ReferenceBuild& out) { out.optional = r.boolean(node).value_or(false); }},
}};

bool has_word(string_view words, string_view word) {
  const std::vector<std::string> all = text::split(words, ' ');
  return std::find(all.begin(), all.end(), word) != all.end();
}

// The parts that make sense for this field; the rest of the table stays unknown to it.
std::vector<Key<ReferenceBuild>> reference_rows(string_view parts, bool may_create) {
  std::vector<Key<ReferenceBuild>> out;
  for (const auto& row : reference_table) {
    const bool common = row.info.name == "optional" || (row.info.name == "create" && may_create);
    if (common || has_word(parts, row.info.name)) out.push_back(row);
  }
  return out;
}

// ---- values ---------------------------------------------------------------------------------------------------------

struct ValueBuild {
  std::optional<Template> value;
  bool optional = false;
};
constexpr std::array<Key<ValueBuild>, 2> value_table{{
    {{"value", types::pattern, Need::required, "значение"},
     [](Reader& r, const YamlNode& node, ValueBuild& out) { out.value = read_template(r, node); }},
    {{"optional", types::boolean, Need::optional, "нет значения — не заполнять поле и не отказывать"},
     [](Reader& r, const YamlNode& node, ValueBuild& out) { out.optional = r.boolean(node).value_or(false); }},
}};

std::string parts_example(const FieldInfo& info) {
  const std::vector<std::string> parts = text::split(info.parts, ' ');
  return fmt::format("как найти: {{ {}: … }}; можно: {}", parts.front(), text::join(parts, ", "));
}

void add_field(Reader& r, const YamlNode& node, const FieldInfo& info, std::string name, DocumentSpec& out) {
  DocumentField field;
  field.name = std::move(name);
  field.range = node.range;
  const auto same =
      std::find_if(out.fields.begin(), out.fields.end(), [&](const DocumentField& f) { return f.name == field.name; });
  if (same != out.fields.end()) {
    r.error(node.range, "duplicate",
            fmt::format("поле «{}» уже задано в строке {}", field.name, same->range.start.line),
            "оставьте одно из двух мест");
    return;
  }
  const bool mapping = node.kind == YamlNode::Kind::mapping;
  const bool with_value = mapping && node.find("value") != nullptr;
  if (info.shape == FieldShape::value || with_value || (info.shape == FieldShape::either && !mapping)) {
    ValueBuild build;
    if (mapping) {
      config::read_section<ValueBuild>(r, node, value_table, build);
    } else {
      build.value = read_template(r, node);
    }
    if (!build.value) return;
    field.value = std::move(*build.value);
    field.optional = build.optional;
  } else if (!mapping) {
    r.error(node.range, "type", fmt::format("поле «{}» указывает на объект СЭД", field.name), parts_example(info));
    return;
  } else {
    ReferenceSpec spec;
    read_reference(r, node, spec, field.optional, info.name);
    field.value = std::move(spec);
  }
  out.fields.push_back(std::move(field));
}

template <std::size_t Index>
void read_known(Reader& r, const YamlNode& node, DocumentSpec& out) {
  constexpr FieldInfo info = Index < fields.size() ? fields[Index] : comment_field;
  add_field(r, node, info, std::string(info.name), out);
}

constexpr FieldInfo vendor_field{"vendor", FieldShape::either, every_part,
                                 "собственные поля СЭД; их проверяет check --online"};

void read_vendor(Reader& r, const YamlNode& node, DocumentSpec& out) {
  if (!r.is_section(node)) return;
  for (const auto& [key, value] : node.entries) {
    const Reader::Step step(r, key.text, value.range);
    add_field(r, value, vendor_field, "vendor." + key.text, out);
  }
}

template <std::size_t... I>
constexpr std::array<Key<DocumentSpec>, sizeof...(I) + 1> field_rows(std::index_sequence<I...>) {
  const auto info_of = [](std::size_t i) { return i < fields.size() ? fields[i] : comment_field; };
  const auto type_of = [&](std::size_t i) {
    return info_of(i).shape == FieldShape::reference ? types::reference : types::pattern;
  };
  return {{{{info_of(I).name, type_of(I), Need::optional, info_of(I).doc}, read_known<I>}...,
           {{"vendor", types::value_map, Need::optional, vendor_field.doc}, read_vendor}}};
}
constexpr auto fields_table = field_rows(std::make_index_sequence<fields.size() + 1>());

constexpr std::size_t index_of(string_view name) {
  for (std::size_t i = 0; i < fields.size(); ++i)
    if (fields[i].name == name) return i;
  return fields.size();
}

// ---- files ----------------------------------------------------------------------------------------------------------

constexpr std::array<string_view, 2> roles{"main", "annex"};
constexpr std::array<Key<FileSpec>, 3> file_table{{
    {{"from", {"item.ПОЛЕ", R"({"type":"string","pattern":"^item\\."})"}, Need::required, "поле карточки с файлами"},
     [](Reader& r, const YamlNode& node, FileSpec& out) {
       const auto text = r.text(node);
       if (!text) return;
       const bool plain =
           text->starts_with("item.") && text->size() > 5 && text->find_first_of(". {}|", 5) == std::string::npos;
       if (plain) {
         out.field = text->substr(5);
         if (is_database_name(out.field))
           r.warning(node.range, "field-name", fmt::format("«{}»: имя записано не так, как в REST", out.field),
                     std::string(rest_name_help));
       } else {
         r.error(node.range, "value", fmt::format("«{}» не поле карточки", *text), "например item.ufCrm10Contract");
       }
     }},
    {{"role", {"main или annex", R"({"enum":["main","annex"]})"}, Need::required, "сам документ или приложение"},
     [](Reader& r, const YamlNode& node, FileSpec& out) {
       if (const auto i = r.choice(node, roles)) out.role = roles.at(*i);
     }},
    {{"optional", types::boolean, Need::optional, "без этих файлов можно отправлять"},
     [](Reader& r, const YamlNode& node, FileSpec& out) { out.optional = r.boolean(node).value_or(false); }},
}};

void read_files(Reader& r, const YamlNode& node, DocumentSpec& out) {
  each(r, node, [&](const YamlNode& item) {
    FileSpec file;
    file.range = item.range;
    if (config::read_section<FileSpec>(r, item, file_table, file)) out.files.push_back(std::move(file));
  });
}

constexpr std::array<Key<DocumentSpec>, 6> document_table{{
    {{"type", types::text, Need::required,
      "internal — внутренний, incoming — входящий, outgoing — исходящий, или класс СЭД"},
     [](Reader& r, const YamlNode& node, DocumentSpec& out) { out.type = r.text(node).value_or(""); }},
    {{"kind", types::reference, Need::optional, "вид документа", "reference"}, read_known<index_of("kind")>},
    {{"folder", types::reference, Need::optional, "папка СЭД", "reference"}, read_known<index_of("folder")>},
    {{"our_company", types::reference, Need::optional, "наша организация", "reference"},
     read_known<index_of("our_company")>},
    {{"fields", types::section, Need::optional, "остальные поля", "fields"},
     [](Reader& r, const YamlNode& node, DocumentSpec& out) {
       config::read_section<DocumentSpec>(r, node, fields_table, out);
     }},
    {{"files", types::sections, Need::optional, "какие файлы отправить", "file"}, read_files},
}};

}  // namespace

std::span<const FieldInfo> document_fields() {
  static const std::vector<FieldInfo> all = [] {
    std::vector<FieldInfo> out(fields.begin(), fields.end());
    out.push_back(comment_field);
    return out;
  }();
  return all;
}

const FieldInfo* find_document_field(string_view name) {
  for (const FieldInfo& info : document_fields())
    if (info.name == name) return &info;
  return name == vendor_field.name ? &vendor_field : nullptr;
}

void read_reference(Reader& r, const YamlNode& node, ReferenceSpec& out, bool& optional, string_view field) {
  const FieldInfo* info = find_document_field(field);
  const string_view parts = info != nullptr ? info->parts : person_parts;
  const std::vector<Key<ReferenceBuild>> rows = reference_rows(parts, field == "counterparty");
  ReferenceBuild build;
  const std::size_t before = r.findings().size();
  if (!config::read_section<ReferenceBuild>(r, node, rows, build)) return;
  const ReferenceSpec& s = build.spec;
  const bool searchable = s.id || s.name || s.inn || s.user;
  if (!searchable && r.findings().size() == before) {
    r.error(node.range, "reference", s.kpp ? "по одному КПП организацию не ищут" : "не сказано, как найти объект СЭД",
            s.kpp ? "добавьте inn: …" : fmt::format("можно: {}", text::join(text::split(parts, ' '), ", ")));
  }
  out = std::move(build.spec);
  optional = build.optional;
}

void read_document(Reader& r, const YamlNode& node, CompiledMapping& out) {
  config::read_section<DocumentSpec>(r, node, document_table, out.document);
}

void add_document_sections(std::vector<SectionInfo>& out) {
  out.push_back(config::section_info<DocumentSpec>("document", "document: документ", document_table));
  out.push_back(config::section_info<DocumentSpec>("fields", "document.fields: поля документа", fields_table));
  out.push_back(config::section_info<ReferenceBuild>("reference", "Ссылка: как найти объект СЭД", reference_table));
  out.push_back(config::section_info<FileSpec>("file", "document.files: файлы", file_table));
}

}  // namespace sedlink::mapping
