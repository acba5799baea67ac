// stages:, outcomes:, sent:, refused: — what happens to the card and who is told.
#include <fmt/format.h>

#include "tables.hpp"

namespace sedlink::mapping {
namespace {

using std::string_view;

// ---- task -----------------------------------------------------------------------------------------------------------

constexpr std::array<string_view, 3> recipient_words{"initiator", "responsible", "holder"};
constexpr std::array<Key<TaskSpec>, 5> task_table{{
    {{"title", types::pattern, Need::required, "название задачи"},
     [](Reader& r, const YamlNode& node, TaskSpec& out) { out.title = read_template(r, node).value_or(Template()); }},
    {{"description", types::pattern, Need::optional, "описание"},
     [](Reader& r, const YamlNode& node, TaskSpec& out) { out.description = read_template(r, node); }},
    {{"checklist", types::pattern, Need::optional, "пункты чек-листа: список даёт по пункту на элемент"},
     [](Reader& r, const YamlNode& node, TaskSpec& out) { out.checklist = read_template(r, node); }},
    {{"responsible", types::recipient, Need::optional, "кому; по умолчанию responsible"},
     [](Reader& r, const YamlNode& node, TaskSpec& out) {
       if (const auto i = r.choice(node, recipient_words)) out.responsible = static_cast<Recipient>(*i + 1);
     }},
    {{"due", types::duration, Need::optional, "срок от постановки"},
     [](Reader& r, const YamlNode& node, TaskSpec& out) { out.due = r.duration(node); }},
}};

// ---- reaction -------------------------------------------------------------------------------------------------------

Reaction& reaction_of(Reaction& out) { return out; }
Reaction& reaction_of(StageRow& out) { return out.reaction; }

template <class T>
constexpr std::array<Key<T>, 5> reaction_rows(Need crm) {
  return {{
      {{"crm", types::stage_or_keep, crm, "куда поставить карточку; keep — не трогать"},
       [](Reader& r, const YamlNode& node, T& out) {
         const auto text = r.text(node);
         if (text && *text != "keep") reaction_of(out).crm = *text;
       }},
      {{"comment", types::pattern, Need::optional, "комментарий в ленту карточки"},
       [](Reader& r, const YamlNode& node, T& out) { reaction_of(out).comment = read_template(r, node); }},
      {{"notify", types::recipients, Need::optional, "кому уведомление"},
       [](Reader& r, const YamlNode& node, T& out) {
         if (auto who = read_recipients(r, node)) reaction_of(out).notify = std::move(*who);
       }},
      {{"text", types::pattern, Need::optional, "текст уведомления; по умолчанию comment, иначе обычная фраза"},
       [](Reader& r, const YamlNode& node, T& out) { reaction_of(out).notify_text = read_template(r, node); }},
      {{"task", types::section, Need::optional, "задача человеку в CRM", "task"},
       [](Reader& r, const YamlNode& node, T& out) {
         config::read_section<TaskSpec>(r, node, task_table, reaction_of(out).task.emplace());
       }},
  }};
}

constexpr auto reaction_table = reaction_rows<Reaction>(Need::optional);
constexpr auto outcome_table = reaction_rows<Reaction>(Need::required);

constexpr std::array<Key<StageRow>, 6> stage_table = [] {
  std::array<Key<StageRow>, 6> out{};
  out[0] = {{"edms",
             {"этап СЭД или \"*\"", R"({"type":"string"})"},
             Need::required,
             "вид этапа русским словом (Согласование, На доработке …) или название в СЭД; \"*\" — любой другой"},
            [](Reader& r, const YamlNode& node, StageRow& row) { row.edms = r.text(node).value_or(""); }};
  const auto rest = reaction_rows<StageRow>(Need::required);
  for (std::size_t i = 0; i < rest.size(); ++i) out[i + 1] = rest[i];
  return out;
}();

// ---- outcomes -------------------------------------------------------------------------------------------------------

using Outcomes = std::map<Outcome, Reaction>;

template <Outcome Which>
void read_outcome(Reader& r, const YamlNode& node, Outcomes& out) {
  Reaction reaction;
  if (config::read_section<Reaction>(r, node, outcome_table, reaction))
    out.insert_or_assign(Which, std::move(reaction));
}

constexpr std::array<Key<Outcomes>, 5> outcomes_table{{
    {{"approved", types::section, Need::required, "что делать, когда согласовано", "reaction"},
     read_outcome<Outcome::approved>},
    {{"approved_with_remarks", types::section, Need::required, "что делать, когда согласовано с замечаниями",
      "reaction"},
     read_outcome<Outcome::approved_with_remarks>},
    {{"rejected", types::section, Need::required, "что делать, когда не согласовано", "reaction"},
     read_outcome<Outcome::rejected>},
    {{"withdrawn", types::section, Need::required, "что делать, когда отозвано из CRM", "reaction"},
     read_outcome<Outcome::withdrawn>},
    {{"interrupted", types::section, Need::required, "что делать, когда прервано или удалено в СЭД", "reaction"},
     read_outcome<Outcome::interrupted>},
}};

}  // namespace

void read_reaction(Reader& r, const YamlNode& node, Reaction& out) {
  config::read_section<Reaction>(r, node, reaction_table, out);
}

void read_stages(Reader& r, const YamlNode& node, CompiledMapping& out) {
  each(r, node, [&](const YamlNode& item) {
    StageRow row;
    row.range = item.range;
    if (config::read_section<StageRow>(r, item, stage_table, row)) out.stages.push_back(std::move(row));
  });
}

void read_outcomes(Reader& r, const YamlNode& node, CompiledMapping& out) {
  config::read_section<Outcomes>(r, node, outcomes_table, out.outcomes);
}

void add_reaction_sections(std::vector<SectionInfo>& out) {
  out.push_back(config::section_info<StageRow>("stage", "stages: строка таблицы этапов", stage_table));
  out.push_back(config::section_info<Outcomes>("outcomes", "outcomes: итоги", outcomes_table));
  out.push_back(
      config::section_info<Reaction>("reaction", "Что сделать с карточкой: итог, sent, refused", reaction_table));
  out.push_back(config::section_info<TaskSpec>("task", "task: задача", task_table));
}

}  // namespace sedlink::mapping
