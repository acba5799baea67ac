#include <fmt/format.h>

#include <algorithm>

#include "sedlink/config/units.hpp"
#include "sedlink/core/text.hpp"
#include "tables.hpp"

namespace sedlink::mapping {
namespace {

using std::string_view;

constexpr std::array<string_view, 7> routed_kinds{"approval",    "confirmation", "complex", "registration",
                                                  "examination", "performance",  "review"};
constexpr std::array<string_view, 12> kinds{"approval",    "confirmation", "complex", "registration",
                                            "examination", "performance",  "review",  "processing",
                                            "rule",        "free",         "process", "simple"};
constexpr std::array<string_view, 2> rework_words{"edms", "crm"};

// "5 days", "24 hours", "3 working days" (days until the calendar comes).
void read_due(Reader& r, const YamlNode& node, ProcessSpec& out) {
  const auto text = r.text(node);
  if (!text) return;
  std::string plain = text::replace_all(*text, "working day", "day");
  const bool in_days_or_hours = plain.find("day") != std::string::npos || plain.find("hour") != std::string::npos;
  const auto value = config::parse_duration(plain);
  if (in_days_or_hours && value && *value > Duration::zero()) {
    out.due = value;
    return;
  }
  r.error(node.range, "value", fmt::format("срок «{}» не подходит", *text),
          "пишут 24 hours, 5 days или 3 working days");
}

constexpr std::array<Key<ProcessSpec>, 9> process_table{{
    {{"kind", types::text, Need::required, "вид процесса: approval, confirmation, complex … ; какие есть, решает СЭД"},
     [](Reader& r, const YamlNode& node, ProcessSpec& out) { out.kind = r.text(node).value_or(""); }},
    {{"template", types::text, Need::optional, "шаблон процесса в СЭД; без него назовите approvers"},
     [](Reader& r, const YamlNode& node, ProcessSpec& out) { out.template_name = r.text(node).value_or(""); }},
    {{"approvers", types::references, Need::optional, "кто согласует, если шаблона нет", "reference"},
     [](Reader& r, const YamlNode& node, ProcessSpec& out) {
       each(r, node, [&](const YamlNode& item) {
         bool optional = false;
         read_reference(r, item, out.approvers.emplace_back(), optional, {});
       });
     }},
    {{"due", {"N hours, N days или N working days", R"({"type":"string"})"}, Need::optional, "срок всего процесса"},
     read_due},
    {{"rework",
      {"edms или crm", R"({"enum":["edms","crm"]})"},
      Need::optional,
      "кто решает после замечаний и отказа: автор в СЭД или человек в CRM; по умолчанию edms"},
     [](Reader& r, const YamlNode& node, ProcessSpec& out) {
       if (const auto i = r.choice(node, rework_words)) out.rework = static_cast<Rework>(*i + 1);
     }},
    {{"author", types::reference, Need::optional, "автор процесса при rework: edms; по умолчанию тот, кто запустил",
      "reference"},
     [](Reader& r, const YamlNode& node, ProcessSpec& out) {
       bool optional = false;
       read_reference(r, node, out.author.emplace(), optional, {});
     }},
    {{"give_up", types::stage_list, Need::optional,
      "при rework: crm — стадии, переход на которые кончает согласование отказом"},
     [](Reader& r, const YamlNode& node, ProcessSpec& out) {
       if (auto stages = read_texts(r, node)) out.give_up = std::move(*stages);
     }},
    {{"name", types::pattern, Need::optional, "название процесса"},
     [](Reader& r, const YamlNode& node, ProcessSpec& out) { out.name = read_template(r, node); }},
    {{"description", types::pattern, Need::optional, "описание процесса"},
     [](Reader& r, const YamlNode& node, ProcessSpec& out) { out.description = read_template(r, node); }},
}};

}  // namespace

bool needs_route(string_view kind) {
  return std::find(routed_kinds.begin(), routed_kinds.end(), kind) != routed_kinds.end();
}
std::span<const string_view> process_kinds() { return kinds; }

void read_process(Reader& r, const YamlNode& node, CompiledMapping& out) {
  config::read_section<ProcessSpec>(r, node, process_table, out.process);
}

void add_process_sections(std::vector<SectionInfo>& out) {
  out.push_back(config::section_info<ProcessSpec>("process", "process: процесс", process_table));
}

}  // namespace sedlink::mapping
