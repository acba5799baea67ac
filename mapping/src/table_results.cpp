// results:, deadlines:
#include <fmt/format.h>

#include <algorithm>

#include "tables.hpp"

namespace sedlink::mapping {
namespace {

using std::string_view;

constexpr std::array<string_view, 5> take_words{"document", "pdf", "files", "signatures", "sheet"};

}  // namespace

std::optional<ResultTarget> read_result_target(Reader& r, const YamlNode& node, bool folder) {
  const auto text = r.text(node);
  if (!text) return std::nullopt;
  ResultTarget target;
  constexpr string_view field = "field:";
  if (text->starts_with(field)) {
    target.kind = ResultTarget::Kind::field;
    target.field = text->substr(field.size());
    if (is_database_name(target.field))
      r.warning(node.range, "field-name", fmt::format("«{}»: имя записано не так, как в REST", target.field),
                std::string(rest_name_help));
  } else if (*text == "timeline") {
    target.kind = ResultTarget::Kind::timeline;
  }
  const bool known =
      (folder && *text == "folder") || *text == "timeline" || (text->starts_with(field) && !target.field.empty());
  if (!known) {
    r.error(node.range, "value", fmt::format("«{}»: такого места нет", *text),
            folder ? "бывают: field:ПОЛЕ, folder, timeline" : "бывают: field:ПОЛЕ, timeline");
    return std::nullopt;
  }
  return target;
}

namespace {

void read_target(Reader& r, const YamlNode& node, ResultRule& out) {
  auto target = read_result_target(r, node, true);
  if (!target) return;
  const auto same = [&](const ResultTarget& t) { return t.kind == target->kind && t.field == target->field; };
  if (std::any_of(out.to.begin(), out.to.end(), same)) {
    r.error(node.range, "duplicate", fmt::format("«{}» уже есть в этом списке", node.text));
    return;
  }
  out.to.push_back(std::move(*target));
}

constexpr std::array<Key<ResultRule>, 2> result_table{{
    {{"take",
      {"document, pdf, files, signatures или sheet", R"({"enum":["document","pdf","files","signatures","sheet"]})"},
      Need::required,
      "что забрать: документ последней версии; PDF; все файлы, изменённые с запуска; подписи; лист согласования"},
     [](Reader& r, const YamlNode& node, ResultRule& out) {
       if (const auto i = r.choice(node, take_words)) out.take = static_cast<Take>(*i + 1);
     }},
    {{"to",
      {"список: field:ПОЛЕ, folder, timeline",
       R"({"type":"array","items":{"type":"string","pattern":"^(field:.+|folder|timeline)$"}})"},
      Need::required,
      "куда положить: поле карточки, папка диска, лента"},
     [](Reader& r, const YamlNode& node, ResultRule& out) {
       each(r, node, [&](const YamlNode& item) { read_target(r, item, out); });
       if (node.kind == YamlNode::Kind::sequence && node.items.empty())
         r.error(node.range, "value", "список пуст", "куда положить?");
     }},
}};

constexpr std::array<Key<DeadlineRule>, 4> deadline_table{{
    {{"stage", types::text, Need::required, "этап СЭД, как в stages"},
     [](Reader& r, const YamlNode& node, DeadlineRule& out) { out.stage = r.text(node).value_or(""); }},
    {{"after", types::duration, Need::required, "через сколько после начала этапа"},
     [](Reader& r, const YamlNode& node, DeadlineRule& out) { out.after = r.duration(node).value_or(Duration()); }},
    {{"notify", types::recipients, Need::required, "кому напомнить"},
     [](Reader& r, const YamlNode& node, DeadlineRule& out) {
       if (auto who = read_recipients(r, node)) out.notify = std::move(*who);
     }},
    {{"text", types::pattern, Need::optional, "текст"},
     [](Reader& r, const YamlNode& node, DeadlineRule& out) { out.text = read_template(r, node); }},
}};

}  // namespace

void read_results(Reader& r, const YamlNode& node, CompiledMapping& out) {
  each(r, node, [&](const YamlNode& item) {
    ResultRule rule;
    rule.range = item.range;
    if (config::read_section<ResultRule>(r, item, result_table, rule)) out.results.push_back(std::move(rule));
  });
}

void read_deadlines(Reader& r, const YamlNode& node, CompiledMapping& out) {
  each(r, node, [&](const YamlNode& item) {
    DeadlineRule rule;
    rule.range = item.range;
    if (config::read_section<DeadlineRule>(r, item, deadline_table, rule)) out.deadlines.push_back(std::move(rule));
  });
}

void add_result_sections(std::vector<SectionInfo>& out) {
  out.push_back(config::section_info<ResultRule>("result", "results: что вернуть", result_table));
  out.push_back(config::section_info<DeadlineRule>("deadline", "deadlines: напоминания", deadline_table));
}

}  // namespace sedlink::mapping
