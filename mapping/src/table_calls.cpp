// calls: — services asked on the way.
#include <fmt/format.h>

#include <algorithm>

#include "lint.hpp"
#include "sedlink/core/text.hpp"
#include "tables.hpp"

namespace sedlink::mapping {
namespace {

using std::string_view;

constexpr std::array<string_view, 3> when_words{"launch", "stage", "outcome"};
constexpr std::array<string_view, 2> repeat_words{"never", "safe"};
constexpr std::array<string_view, 5> method_words{"POST", "GET", "PUT", "PATCH", "DELETE"};
constexpr std::array<string_view, 5> outcome_words{"approved", "approved_with_remarks", "rejected", "interrupted",
                                                   "withdrawn"};

void read_name(Reader& r, const YamlNode& node, CallSpec& out) {
  const auto text = r.text(node);
  if (!text) return;
  if (text->find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") != std::string::npos)
    r.error(node.range, "value", fmt::format("имя вызова «{}» не подходит", *text), "латинские буквы, цифры, «-», «_»");
  out.name = *text;
}

void read_headers(Reader& r, const YamlNode& node, CallSpec& out) {
  if (!r.is_section(node)) return;
  for (const auto& [key, value] : node.entries) {
    const Reader::Step step(r, key.text, value.range);
    if (auto pattern = read_template(r, value)) out.headers.emplace_back(key.text, std::move(*pattern));
  }
}

constexpr std::array<Key<CallAnswer>, 3> answer_table{{
    {{"take", types::text, Need::optional,
      "что взять из ответа: указатель JSON (/score) или XPath (/Ответ/Балл); без него — ответ целиком"},
     [](Reader& r, const YamlNode& node, CallAnswer& out) { out.take = r.text(node).value_or(""); }},
    {{"to",
      {"список: field:ПОЛЕ, timeline",
       R"({"type":"array","items":{"type":"string","pattern":"^(field:.+|timeline)$"}})"},
      Need::required,
      "куда положить: поле карточки, лента"},
     [](Reader& r, const YamlNode& node, CallAnswer& out) {
       each(r, node, [&](const YamlNode& item) {
         if (const auto target = read_result_target(r, item, false)) out.to.push_back(*target);
       });
       if (node.kind == YamlNode::Kind::sequence && node.items.empty())
         r.error(node.range, "value", "список пуст", "куда положить?");
     }},
    {{"text", types::pattern, Need::optional, "слова для ленты: «Балл: {{ call.value }}»; без них — само значение"},
     [](Reader& r, const YamlNode& node, CallAnswer& out) { out.text = read_template(r, node); }},
}};

constexpr std::array<Key<CallReady>, 5> ready_table{{
    {{"id", types::text, Need::required, "где в первом ответе номер, по которому спрашивают: указатель JSON или XPath"},
     [](Reader& r, const YamlNode& node, CallReady& out) { out.id = r.text(node).value_or(""); }},
    {{"path", types::pattern, Need::required,
      "что спрашивать (GET), пока не ответят 200: /dlanswer?id={{ call.ticket }}"},
     [](Reader& r, const YamlNode& node, CallReady& out) {
       if (auto pattern = read_template(r, node)) out.path = std::move(*pattern);
     }},
    {{"wait", types::duration, Need::optional, "наименьшая пауза между вопросами; по умолчанию 1s"},
     [](Reader& r, const YamlNode& node, CallReady& out) {
       if (const auto time = r.duration(node); time && *time >= Duration(1'000)) out.wait = *time;
     }},
    {{"wait_ms", types::text, Need::optional,
      "где в ответе 202 сказано, сколько миллисекунд ждать: указатель JSON или XPath"},
     [](Reader& r, const YamlNode& node, CallReady& out) { out.wait_ms = r.text(node).value_or(""); }},
    {{"limit", types::duration, Need::optional, "сколько спрашивать; потом инцидент; по умолчанию 8h"},
     [](Reader& r, const YamlNode& node, CallReady& out) {
       if (const auto time = r.duration(node); time && *time > Duration::zero()) out.limit = *time;
     }},
}};

constexpr std::array<Key<CallSpec>, 14> call_table{{
    {{"name", types::text, Need::required, "имя вызова; входит в его ключ, не меняйте его"}, read_name},
    {{"when",
      {"launch, stage или outcome", R"({"enum":["launch","stage","outcome"]})"},
      Need::required,
      "когда: процесс запущен в СЭД, открылся этап, есть итог; один раз за запуск"},
     [](Reader& r, const YamlNode& node, CallSpec& out) {
       if (const auto i = r.choice(node, when_words)) out.when = static_cast<CallWhen>(*i + 1);
     }},
    {{"stage", types::text, Need::optional, "when: stage — этап, как в stages"},
     [](Reader& r, const YamlNode& node, CallSpec& out) { out.stage = r.text(node).value_or(""); }},
    {{"outcomes",
      {"список итогов", R"({"type":"array","items":{"type":"string"}})"},
      Need::optional,
      "when: outcome — при каких итогах; по умолчанию approved и approved_with_remarks"},
     [](Reader& r, const YamlNode& node, CallSpec& out) {
       each(r, node, [&](const YamlNode& item) {
         if (const auto i = r.choice(item, outcome_words))
           if (const auto outcome = outcome_from_string(outcome_words.at(*i))) out.outcomes.push_back(*outcome);
       });
     }},
    {{"service", types::text, Need::required, "подключение типа http из config"},
     [](Reader& r, const YamlNode& node, CallSpec& out) { out.service = r.text(node).value_or(""); }},
    {{"method",
      {"POST, GET, PUT, PATCH или DELETE", R"({"enum":["POST","GET","PUT","PATCH","DELETE"]})"},
      Need::optional,
      "по умолчанию POST"},
     [](Reader& r, const YamlNode& node, CallSpec& out) {
       if (const auto i = r.choice(node, method_words)) out.method = method_words.at(*i);
     }},
    {{"path", types::pattern, Need::optional, "путь после адреса службы; значения в нём кодируются: /dlrequest"},
     [](Reader& r, const YamlNode& node, CallSpec& out) {
       auto pattern = read_template(r, node);
       if (!pattern) return;
       if (const char first = pattern->source().empty() ? '/' : pattern->source().front(); first != '/' && first != '?')
         r.error(node.range, "value", "путь начинается с «/» или «?»", "адрес службы — в её подключении");
       out.path = std::move(*pattern);
     }},
    {{"content_type", types::text, Need::optional,
      "Content-Type тела; по нему же значения в теле экранируются: json, xml, x-www-form-urlencoded"},
     [](Reader& r, const YamlNode& node, CallSpec& out) { out.content_type = r.text(node).value_or(""); }},
    {{"headers", {"раздел: имя → шаблон", R"({"type":"object"})"}, Need::optional, "заголовки запроса"}, read_headers},
    {{"idempotency_key", types::text, Need::optional,
      "имя заголовка, в котором служба ждёт ключ запроса: Idempotency-Key; в него идёт call.id"},
     [](Reader& r, const YamlNode& node, CallSpec& out) { out.idempotency_key = r.text(node).value_or(""); }},
    {{"body", types::pattern, Need::optional, "тело запроса; {{ call.id }} — GUID вызова, один и тот же при повторе"},
     [](Reader& r, const YamlNode& node, CallSpec& out) { out.body = read_template(r, node); }},
    {{"answer", types::sections, Need::optional, "что сделать с ответом", "call_answer"},
     [](Reader& r, const YamlNode& node, CallSpec& out) {
       each(r, node, [&](const YamlNode& item) {
         CallAnswer answer;
         answer.range = item.range;
         if (config::read_section<CallAnswer>(r, item, answer_table, answer)) out.answer.push_back(std::move(answer));
       });
     }},
    {{"ready", types::section, Need::optional, "служба готовит ответ: как спрашивать, готов ли он", "call_ready"},
     [](Reader& r, const YamlNode& node, CallSpec& out) {
       CallReady ready;
       if (config::read_section<CallReady>(r, node, ready_table, ready)) out.ready = std::move(ready);
     }},
    {{"repeat",
      {"never или safe", R"({"enum":["never","safe"]})"},
      Need::optional,
      "если неизвестно, дошёл ли запрос: never — инцидент, решает человек (по умолчанию); safe — повторить, служба "
      "узнает его по call.id"},
     [](Reader& r, const YamlNode& node, CallSpec& out) {
       if (const auto i = r.choice(node, repeat_words)) out.repeat_safe = *i == 1;
     }},
}};

}  // namespace

void read_calls(Reader& r, const YamlNode& node, CompiledMapping& out) {
  each(r, node, [&](const YamlNode& item) {
    CallSpec call;
    call.range = item.range;
    if (!config::read_section<CallSpec>(r, item, call_table, call)) return;
    for (const CallSpec& before : out.calls)
      if (before.name == call.name && !call.name.empty())
        r.error(r.place(r.path() + ".name"), "duplicate",
                fmt::format("вызов «{}» уже есть в строке {}", call.name, before.range.start.line));
    out.calls.push_back(std::move(call));
  });
}

void add_call_sections(std::vector<SectionInfo>& out) {
  out.push_back(config::section_info<CallSpec>("call", "calls: вызов службы", call_table));
  out.push_back(config::section_info<CallAnswer>("call_answer", "calls.answer: что сделать с ответом", answer_table));
  out.push_back(config::section_info<CallReady>("call_ready", "calls.ready: ответ готовится", ready_table));
}

// ---- what can be proved ---------------------------------------------------------------------------------------------

namespace {

void check_service(const CallSpec& call, const LintWorld& world, const config::Range& at, Reader& r) {
  std::vector<std::string> services;
  bool known = world.connections.empty(), other = false;
  for (const auto& [connection, side] : world.sides) {
    if (side == "service") services.push_back(connection);
    if (connection == call.service) known = true, other = side != "service";
  }
  if (known && !other) return;
  const std::string near = text::nearest(call.service, services);
  r.error(at, other ? "wrong-side" : "unknown-connection",
          other ? fmt::format("подключение «{}» — не служба", call.service)
                : fmt::format("подключения «{}» нет в config", call.service),
          !near.empty()      ? fmt::format("возможно, вы имели в виду «{}»?", near)
          : services.empty() ? "опишите в connections подключение типа http"
                             : "есть: " + text::join(services, ", "));
}

// call.ticket is known to ready.path, call.value to the words of the timeline.
void check_names(const Template& t, bool ticket, bool value, Reader& r) {
  for (const Expression* e : t.expressions()) {
    if (e->path == "call.ticket" && !ticket)
      r.error(e->range, "too-early", "«call.ticket» есть только в ready.path", "ключ самого вызова — call.id");
    if (e->path == "call.value" && !value)
      r.error(e->range, "too-early", "«call.value» есть только в answer.text", "ключ самого вызова — call.id");
  }
}

void check_call(const CompiledMapping& m, const CallSpec& call, const std::string& path, Reader& r) {
  const bool named = std::any_of(m.stages.begin(), m.stages.end(),
                                 [&](const StageRow& s) { return text::fold(s.edms) == text::fold(call.stage); });
  if (call.when == CallWhen::stage && call.stage.empty())
    r.error(r.place(path + ".when"), "missing", "не сказано, на каком этапе", "добавьте stage: этап из stages");
  else if (call.when == CallWhen::stage && !named)
    r.error(r.place(path + ".stage"), "value", fmt::format("этапа «{}» нет среди строк stages", call.stage));
  if (call.when != CallWhen::stage && !call.stage.empty())
    r.error(r.place(path + ".stage"), "value", "stage — только при when: stage");
  if (call.when != CallWhen::outcome && !call.outcomes.empty())
    r.error(r.place(path + ".outcomes"), "value", "outcomes — только при when: outcome");
  if (call.body && (call.method == "GET" || call.method == "DELETE"))
    r.error(r.place(path + ".body"), "value", fmt::format("у {} нет тела", call.method), "method: POST");
  const auto of_the_card = [](const Expression* e) { return !e->path.starts_with("call."); };
  const bool values = call.body && std::ranges::any_of(call.body->expressions(), of_the_card);
  if (values && call.content_type.empty())
    r.error(r.place(path + ".body"), "escape", "неизвестно, как экранировать значения в теле",
            "назовите content_type; подпись телом (carriage: body) сама его уберёт, если службе он не нужен");
  bool keyed = !call.idempotency_key.empty();
  const auto look = [&](const Template& t) {
    check_names(t, false, false, r);
    for (const Expression* e : t.expressions()) keyed = keyed || e->path == "call.id";
  };
  look(call.path);
  if (call.body) look(*call.body);
  for (const auto& [name, value] : call.headers) look(value);
  if (call.ready) check_names(call.ready->path, true, false, r);
  for (const CallAnswer& answer : call.answer) {
    if (answer.text) check_names(*answer.text, false, true, r);
    for (const ResultTarget& target : answer.to)
      for (const FieldRule& field : m.fields)
        if (target.kind == ResultTarget::Kind::field && target.field == field.field)
          r.error(answer.range, "duplicate", fmt::format("поле «{}» уже ведёт fields:", target.field));
  }
  if (call.repeat_safe && !keyed && call.method != "GET")
    r.error(r.place(path + ".repeat"), "repeat",
            "repeat: safe, а ключа в запросе нет: служба примет повтор за второй запрос",
            "поставьте {{ call.id }} в тело или заголовок, или idempotency_key");
}

}  // namespace

void lint_calls(const CompiledMapping& m, const LintWorld& world, Reader& r) {
  std::vector<const Expression*> inside;
  const auto add = [&](const Template& t) {
    for (const Expression* e : t.expressions()) inside.push_back(e);
  };
  for (std::size_t i = 0; i < m.calls.size(); ++i) {
    const CallSpec& call = m.calls[i];
    const std::string path = fmt::format("calls[{}]", i);
    check_service(call, world, r.place(path + ".service"), r);
    check_call(m, call, path, r);
    add(call.path);
    if (call.body) add(*call.body);
    for (const auto& [name, value] : call.headers) add(value);
    if (call.ready) add(call.ready->path);
    for (const CallAnswer& answer : call.answer)
      if (answer.text) add(*answer.text);
  }
  for (const Expression* e : expressions_of(m))
    if (e->path.starts_with("call.") && std::find(inside.begin(), inside.end(), e) == inside.end())
      r.error(e->range, "too-early", fmt::format("«{}» здесь всегда пусто: оно есть только в calls", e->path));
}

}  // namespace sedlink::mapping
