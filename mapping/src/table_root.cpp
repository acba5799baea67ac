// The top level of a mapping file.
#include <fmt/format.h>

#include "tables.hpp"

namespace sedlink::mapping {
namespace {

void read_id(Reader& r, const YamlNode& node, CompiledMapping& out) {
  const auto text = r.text(node);
  if (!text) return;
  if (text->size() > 64 ||
      text->find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") !=
          std::string::npos) {
    r.error(node.range, "value", fmt::format("имя «{}» не подходит", *text),
            "латинские буквы, цифры, «-», «_», до 64 знаков");
    return;
  }
  out.id = *text;
}

void read_fields(Reader& r, const YamlNode& node, CompiledMapping& out) {
  if (!r.is_section(node)) return;
  for (const auto& [key, value] : node.entries) {
    const Reader::Step step(r, key.text, value.range);
    const auto field = read_crm_field(r, key);
    auto pattern = read_template(r, value);
    if (field && pattern) out.fields.push_back({*field, std::move(*pattern), key.range});
  }
}

void read_folder(Reader& r, const YamlNode& node, CompiledMapping& out) {
  auto pattern = read_template(r, node);
  if (!pattern) return;
  const std::string& text = pattern->source();
  if (text.starts_with('/') || text.ends_with('/') || text.find("//") != std::string::npos) {
    r.error(node.range, "folder", "в пути к папке пустая часть",
            "пишут без «/» по краям: Контрагенты/{{ company.title }}/Договоры");
    return;
  }
  out.folder = FolderTemplate(std::move(*pattern));
}

constexpr std::array<Key<CompiledMapping>, 17> table{{
    {{"mapping", types::text, Need::required, "имя сопоставления; входит в ключи всех его действий, не меняйте его"},
     read_id},
    {{"title", types::text, Need::required, "название для людей"},
     [](Reader& r, const YamlNode& node, CompiledMapping& out) { out.title = r.text(node).value_or(""); }},
    {{"crm", types::text, Need::required, "подключение CRM из config"},
     [](Reader& r, const YamlNode& node, CompiledMapping& out) { out.crm = r.text(node).value_or(""); }},
    {{"edms", types::text, Need::required, "подключение СЭД из config"},
     [](Reader& r, const YamlNode& node, CompiledMapping& out) { out.edms = r.text(node).value_or(""); }},
    {{"launch", types::section, Need::required, "что и когда отправлять", "launch"}, read_launch},
    {{"withdraw", types::section, Need::optional, "как отзывать", "withdraw"}, read_withdraw},
    {{"document", types::section, Need::required, "какой документ завести в СЭД", "document"}, read_document},
    {{"process", types::section, Need::required, "какой процесс начать", "process"}, read_process},
    {{"stages", types::sections, Need::required, "этапы СЭД и стадии карточки: первая подходящая строка", "stage"},
     read_stages},
    {{"outcomes", types::section, Need::required, "что делать в конце: каждый итог назван", "outcomes"}, read_outcomes},
    {{"hands_off", types::stage_list, Need::optional, "стадии, с которых карточку не двигать: человек увёл её сам"},
     [](Reader& r, const YamlNode& node, CompiledMapping& out) {
       if (auto stages = read_texts(r, node)) out.hands_off = std::move(*stages);
     }},
    {{"fields", types::field_map, Need::optional, "поля карточки, которые держим верными"}, read_fields},
    {{"results", types::sections, Need::optional, "что вернуть в CRM после итога", "result"}, read_results},
    {{"folder", types::pattern, Need::optional, "папка на общем диске портала; нет — будет создана"}, read_folder},
    {{"calls", types::sections, Need::optional, "какие службы спросить по дороге", "call"}, read_calls},
    {{"deadlines", types::sections, Need::optional, "напоминания; пока не действуют", "deadline"}, read_deadlines},
    {{"tests", types::sections, Need::optional, "проверки этого файла", "test"}, read_tests},
}};

}  // namespace

std::span<const Key<CompiledMapping>> root_table() { return table; }

std::vector<SectionInfo> language_sections() {
  std::vector<SectionInfo> out{config::section_info<CompiledMapping>("", "Файл целиком", table)};
  add_launch_sections(out);
  add_document_sections(out);
  add_process_sections(out);
  add_reaction_sections(out);
  add_result_sections(out);
  add_call_sections(out);
  add_test_sections(out);
  return out;
}

}  // namespace sedlink::mapping
