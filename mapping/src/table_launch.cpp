#include <fmt/format.h>

#include "tables.hpp"

namespace sedlink::mapping {
namespace {

using std::string_view;

constexpr string_view no_robot = "пока согласование запускает переход карточки на стадию: when: { stage: … }";

// ---- when -----------------------------------------------------------------------------------------------------------

struct When {
  std::string stage;
};
constexpr std::array<Key<When>, 3> when_table{{
    {{"stage", types::stage, Need::required, "стадия карточки: переход на неё человеком запускает"},
     [](Reader& r, const YamlNode& node, When& out) { out.stage = r.text(node).value_or(""); }},
    {{"robot", types::text, Need::later, no_robot}, nullptr},
    {{"button", types::text, Need::later, no_robot}, nullptr},
}};

std::string read_when(Reader& r, const YamlNode& node) {
  When when;
  config::read_section<When>(r, node, when_table, when);
  return when.stage;
}

// ---- launch ---------------------------------------------------------------------------------------------------------

constexpr std::array<string_view, 4> plain_entities{"deal", "lead", "quote", "smart-invoice"};

void read_entity(Reader& r, const YamlNode& node, Launch& out) {
  const auto text = r.text(node);
  if (!text) return;
  constexpr string_view dynamic = "dynamic:";
  if (text->starts_with(dynamic)) {
    const string_view number = string_view(*text).substr(dynamic.size());
    if (number.empty() || number.size() > 9 || number.find_first_not_of("0123456789") != string_view::npos) {
      r.error(node.range, "value", fmt::format("«{}»: после «dynamic:» ждут номер типа смарт-процесса", *text),
              "например dynamic:1036");
      return;
    }
    out.entity = *text;
  } else if (const auto word = r.choice(
                 node, std::array<string_view, 5>{"deal", "lead", "quote", "smart-invoice", "dynamic:НОМЕР"})) {
    if (*word < plain_entities.size()) out.entity = *text;
  }
}

constexpr std::array<string_view, 3> once_words{"item", "stage_entry", "revision"};

constexpr std::array<Key<Launch>, 9> launch_table{{
    {{"entity",
      {"deal, lead, quote, smart-invoice или dynamic:НОМЕР",
       R"({"type":"string","pattern":"^(deal|lead|quote|smart-invoice|dynamic:[0-9]+)$"})"},
      Need::required,
      "вид карточек CRM"},
     read_entity},
    {{"category", types::integer, Need::optional, "воронка; без неё — любая"},
     [](Reader& r, const YamlNode& node, Launch& out) {
       if (const auto n = r.integer(node, 0, std::numeric_limits<std::int64_t>::max()))
         out.category = std::to_string(*n);
     }},
    {{"when", types::section, Need::required, "что запускает", "when"},
     [](Reader& r, const YamlNode& node, Launch& out) { out.stage = read_when(r, node); }},
    {{"once_per",
      {"item, stage_entry или revision", R"({"enum":["item","stage_entry","revision"]})"},
      Need::required,
      "сколько раз: один на карточку; на каждый вход человека на стадию; на каждую редакцию файлов"},
     [](Reader& r, const YamlNode& node, Launch& out) {
       if (const auto i = r.choice(node, once_words)) out.once_per = static_cast<OncePer>(*i + 1);
     }},
    {{"require",
      {"список полей карточки", R"({"type":"array","items":{"type":"string"}})"},
      Need::optional,
      "поля, без которых не отправлять: чего нет, человек прочтёт в карточке"},
     [](Reader& r, const YamlNode& node, Launch& out) {
       each(r, node, [&](const YamlNode& item) {
         const auto field = read_crm_field(r, item);
         if (!field) return;
         if (std::find(out.require.begin(), out.require.end(), *field) != out.require.end()) {
           r.error(item.range, "duplicate", fmt::format("«{}» уже есть в этом списке", *field));
         } else {
           out.require.push_back(*field);
         }
       });
     }},
    {{"sent", types::section, Need::optional, "что показать, когда процесс начат", "reaction"},
     [](Reader& r, const YamlNode& node, Launch& out) { read_reaction(r, node, out.sent); }},
    {{"refused", types::section, Need::optional, "что показать, когда отправить нельзя", "reaction"},
     [](Reader& r, const YamlNode& node, Launch& out) { read_reaction(r, node, out.refused); }},
    {{"robot", types::text, Need::later, no_robot}, nullptr},
    {{"button", types::text, Need::later, no_robot}, nullptr},
}};

// ---- withdraw -------------------------------------------------------------------------------------------------------

constexpr std::array<Key<Withdraw>, 2> withdraw_table{{
    {{"when", types::section, Need::required, "что отзывает: человек переводит карточку на эту стадию", "when"},
     [](Reader& r, const YamlNode& node, Withdraw& out) { out.stage = read_when(r, node); }},
    {{"reason", types::pattern, Need::optional, "причина, которую увидят в СЭД"},
     [](Reader& r, const YamlNode& node, Withdraw& out) { out.reason = read_template(r, node); }},
}};

}  // namespace

void read_launch(Reader& r, const YamlNode& node, CompiledMapping& out) {
  out.launch.range = node.range;
  config::read_section<Launch>(r, node, launch_table, out.launch);
}

void read_withdraw(Reader& r, const YamlNode& node, CompiledMapping& out) {
  out.withdraw.emplace();
  config::read_section<Withdraw>(r, node, withdraw_table, *out.withdraw);
}

void add_launch_sections(std::vector<SectionInfo>& out) {
  out.push_back(config::section_info<Launch>("launch", "launch: запуск", launch_table));
  out.push_back(config::section_info<When>("when", "when: условие", when_table));
  out.push_back(config::section_info<Withdraw>("withdraw", "withdraw: отзыв", withdraw_table));
}

}  // namespace sedlink::mapping
