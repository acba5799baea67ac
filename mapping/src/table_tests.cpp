// tests: — cases written by admins, run with virtual time.
#include <fmt/format.h>

#include <charconv>

#include "tables.hpp"

namespace sedlink::mapping {
namespace {

using std::string_view;

// Plain YAML values with their types; quoted ones stay text.
Value to_value(const YamlNode& node) {
  if (node.kind == YamlNode::Kind::sequence) {
    Value::List list;
    for (const YamlNode& item : node.items) list.push_back(to_value(item));
    return list;
  }
  if (node.kind != YamlNode::Kind::scalar) return {};
  if (node.quoted) return node.text;
  if (node.text == "true") return true;
  if (node.text == "false") return false;
  std::int64_t number = 0;
  const char* const end = node.text.data() + node.text.size();
  const auto [stop, problem] = std::from_chars(node.text.data(), end, number);
  if (problem == std::errc() && stop == end) return number;
  return node.text;
}

// { title: …, requisite: { inn: … } } -> "title", "requisite.inn".
void read_values(Reader& r, const YamlNode& node, bool nested, const std::string& prefix, Fields& out) {
  if (!r.is_section(node)) return;
  for (const auto& [key, value] : node.entries) {
    const Reader::Step step(r, key.text, value.range);
    if (value.kind != YamlNode::Kind::mapping) {
      out.insert_or_assign(prefix + key.text, to_value(value));
    } else if (nested && prefix.empty()) {
      read_values(r, value, false, key.text + ".", out);
    } else {
      r.error(value.range, "type", fmt::format("поле «{}»: здесь ожидается значение или список", key.text));
    }
  }
}

template <class T, Fields T::*Member, bool Nested>
void read_fields(Reader& r, const YamlNode& node, T& out) {
  read_values(r, node, Nested, {}, out.*Member);
}

// ---- events ---------------------------------------------------------------------------------------------------------

constexpr std::array<Key<TestEvent>, 2> crm_table{{
    {{"stage", types::stage, Need::optional, "человек переводит карточку на стадию"},
     [](Reader& r, const YamlNode& node, TestEvent& out) { out.stage = r.text(node).value_or(""); }},
    {{"fields", types::value_map, Need::optional, "человек меняет поля карточки"},
     read_fields<TestEvent, &TestEvent::fields, false>},
}};

constexpr string_view withdraw_word = "withdraw";  // replaced by the stage of withdraw: once the file is read

void read_crm(Reader& r, const YamlNode& node, TestEvent& out) {
  constexpr std::array<string_view, 2> words{"launch", withdraw_word};
  if (node.kind == YamlNode::Kind::scalar) {
    const auto word = r.choice(node, words);
    out.kind = word && *word == 1 ? TestEvent::Kind::crm_move : TestEvent::Kind::crm_launch;
    if (word && *word == 1) out.stage = withdraw_word;
    return;
  }
  if (!config::read_section<TestEvent>(r, node, crm_table, out)) return;
  if (out.stage.empty() == out.fields.empty()) {
    r.error(node.range, "value", "здесь одно из двух: stage — человек перевёл карточку, fields — изменил поля");
    return;
  }
  out.kind = out.stage.empty() ? TestEvent::Kind::crm_edit : TestEvent::Kind::crm_move;
}

constexpr std::array<string_view, 5> outcome_words{"approved", "approved_with_remarks", "rejected", "interrupted",
                                                   "unknown"};
constexpr std::array<string_view, 2> round_words{"rejected", "approved_with_remarks"};

constexpr std::array<Key<TestEvent>, 7> edms_table{{
    {{"stage", types::text, Need::optional, "открытый этап: русское слово вида или название"},
     [](Reader& r, const YamlNode& node, TestEvent& out) { out.stage = r.text(node).value_or(""); }},
    {{"holders", types::texts, Need::optional, "у кого документ"},
     [](Reader& r, const YamlNode& node, TestEvent& out) {
       if (auto names = read_texts(r, node)) out.holders = std::move(*names);
     }},
    {{"outcome",
      {"approved, approved_with_remarks, rejected, interrupted или unknown",
       R"({"enum":["approved","approved_with_remarks","rejected","interrupted","unknown"]})"},
      Need::optional,
      "чем процесс кончился"},
     [](Reader& r, const YamlNode& node, TestEvent& out) {
       if (const auto i = r.choice(node, outcome_words)) out.outcome = outcome_from_string(outcome_words.at(*i));
     }},
    {{"round_result",
      {"rejected или approved_with_remarks", R"({"enum":["rejected","approved_with_remarks"]})"},
      Need::optional,
      "круг кончился так и ждёт решения автора"},
     [](Reader& r, const YamlNode& node, TestEvent& out) {
       if (const auto i = r.choice(node, round_words)) out.round_result = verdict_from_string(round_words.at(*i));
     }},
    {{"remarks", types::texts, Need::optional, "замечания: «Имя: замечание» или само замечание"},
     [](Reader& r, const YamlNode& node, TestEvent& out) {
       if (auto remarks = read_texts(r, node)) out.remarks = std::move(*remarks);
     }},
    {{"due", types::text, Need::optional, "срок: 2026-05-20T18:00:00+03:00 или слова"},
     [](Reader& r, const YamlNode& node, TestEvent& out) {
       const auto text = r.text(node);
       if (!text) return;
       if (const auto time = parse_iso8601(*text)) {
         out.due = *time;
       } else {
         out.due = DueText{*text};
       }
     }},
    {{"number", types::text, Need::optional, "регистрационный номер документа"},
     [](Reader& r, const YamlNode& node, TestEvent& out) { out.number = r.text(node).value_or(""); }},
}};

constexpr std::array<Key<TestEvent>, 3> event_table{{
    {{"at", types::duration, Need::required, "когда, от начала теста"},
     [](Reader& r, const YamlNode& node, TestEvent& out) { out.at = r.duration(node).value_or(Duration()); }},
    {{"crm",
      {"launch, withdraw или раздел", "{}"},
      Need::optional,
      "что сделали в CRM: launch, withdraw, { stage: … }, { fields: … }",
      "test_crm"},
     read_crm},
    {{"edms", types::section, Need::optional, "что стало в СЭД", "test_edms"},
     [](Reader& r, const YamlNode& node, TestEvent& out) {
       out.kind = TestEvent::Kind::edms;
       if (config::read_section<TestEvent>(r, node, edms_table, out) && node.entries.empty())
         r.error(node.range, "value", "не сказано, что случилось в СЭД", "например edms: { stage: Согласование }");
     }},
}};

// ---- expectations ---------------------------------------------------------------------------------------------------

constexpr std::array<string_view, 2> decide_words{"again", "end"};

template <std::optional<std::string> TestExpectation::*Member>
void read_expected(Reader& r, const YamlNode& node, TestExpectation& out) {
  out.*Member = r.text(node);
}

constexpr std::array<Key<TestExpectation>, 10> expect_table{{
    {{"at", types::duration, Need::required, "когда"},
     [](Reader& r, const YamlNode& node, TestExpectation& out) { out.at = r.duration(node).value_or(Duration()); }},
    {{"stage", types::stage, Need::optional, "куда поставлена карточка"}, read_expected<&TestExpectation::stage>},
    {{"task", types::text, Need::optional, "название задачи"}, read_expected<&TestExpectation::task>},
    {{"notify", types::recipients, Need::optional, "кому ушли уведомления"},
     [](Reader& r, const YamlNode& node, TestExpectation& out) { out.notify = read_recipients(r, node); }},
    {{"comment", types::text, Need::optional, "комментарий в ленте"}, read_expected<&TestExpectation::comment>},
    {{"problem", types::text, Need::optional, "чего не хватило для отправки"},
     read_expected<&TestExpectation::problem>},
    {{"decide",
      {"again или end", R"({"enum":["again","end"]})"},
      Need::optional,
      "при rework: crm — решение, переданное в СЭД: новый круг или конец"},
     [](Reader& r, const YamlNode& node, TestExpectation& out) {
       if (const auto i = r.choice(node, decide_words)) out.decide = static_cast<TestExpectation::Decide>(*i + 1);
     }},
    {{"call", types::text, Need::optional, "имя вызова службы, который ушёл"}, read_expected<&TestExpectation::call>},
    {{"body", types::text, Need::optional, "часть тела этого вызова"}, read_expected<&TestExpectation::body>},
    {{"fields", types::value_map, Need::optional, "значения полей карточки"},
     read_fields<TestExpectation, &TestExpectation::fields, false>},
}};

// ---- a case ---------------------------------------------------------------------------------------------------------

void read_events(Reader& r, const YamlNode& node, TestCase& out) {
  each(r, node, [&](const YamlNode& item) {
    TestEvent event;
    event.range = item.range;
    if (!config::read_section<TestEvent>(r, item, event_table, event)) return;
    const bool crm = item.find("crm") != nullptr, edms = item.find("edms") != nullptr;
    if (crm == edms) {
      r.error(item.range, "value", crm ? "crm и edms — два разных события" : "не сказано, что случилось",
              crm ? "разделите строку на две" : "добавьте crm: … или edms: …");
    }
    if (!out.events.empty() && event.at < out.events.back().at)
      r.error(item.range, "test-order", "событие раньше предыдущего", "события пишут по порядку времени");
    out.events.push_back(std::move(event));
  });
}

void read_expectations(Reader& r, const YamlNode& node, TestCase& out) {
  each(r, node, [&](const YamlNode& item) {
    TestExpectation expectation;
    expectation.range = item.range;
    if (!config::read_section<TestExpectation>(r, item, expect_table, expectation)) return;
    if (item.entries.size() == 1 && item.find("at") != nullptr)
      r.error(item.range, "value", "не сказано, что должно случиться", "например stage: …, task: …, notify: […]");
    out.expect.push_back(std::move(expectation));
  });
}

constexpr std::array<Key<TestCase>, 7> test_table{{
    {{"name", types::text, Need::required, "что проверяется, фразой"},
     [](Reader& r, const YamlNode& node, TestCase& out) { out.name = r.text(node).value_or(""); }},
    {{"item", types::value_map, Need::required, "карточка: поля по именам REST; файлы — списком имён"},
     read_fields<TestCase, &TestCase::item, false>},
    {{"company", types::value_map, Need::optional, "её компания: title, requisite: { inn, kpp }"},
     read_fields<TestCase, &TestCase::company, true>},
    {{"contact", types::value_map, Need::optional, "её контакт: name"},
     read_fields<TestCase, &TestCase::contact, false>},
    {{"answers",
      {"раздел: вызов → { что взято: значение }", R"({"type":"object"})"},
      Need::optional,
      "что ответят службы: calls-имя: { \"/score\": 742 }; ответ целиком — под именем «»"},
     [](Reader& r, const YamlNode& node, TestCase& out) {
       if (!r.is_section(node)) return;
       for (const auto& [key, value] : node.entries) {
         const Reader::Step step(r, key.text, value.range);
         read_values(r, value, false, {}, out.answers[key.text]);
       }
     }},
    {{"events", types::sections, Need::required, "что происходит", "test_event"}, read_events},
    {{"expect", types::sections, Need::required,
      "что должно выйти: переходы, задачи и уведомления — точно; комментарии и поля — только названные", "test_expect"},
     read_expectations},
}};

// Names of files become files: a field that document.files reads holds nothing else.
void make_files(Fields& fields, const DocumentSpec& document) {
  const auto file = [](const Value& v) { return Value(CrmFile{v.to_text(), v.to_text(), {}}); };
  for (const FileSpec& spec : document.files) {
    const auto it = fields.find(spec.field);
    if (it == fields.end() || it->second.empty()) continue;
    Value::List list;
    if (const auto* names = std::get_if<Value::List>(&it->second.variant())) {
      for (const Value& name : *names) list.push_back(file(name));
    } else {
      list.push_back(file(it->second));
    }
    it->second = Value(std::move(list));
  }
}

}  // namespace

void read_tests(Reader& r, const YamlNode& node, CompiledMapping& out) {
  each(r, node, [&](const YamlNode& item) {
    TestCase test;
    test.range = item.range;
    if (!config::read_section<TestCase>(r, item, test_table, test)) return;
    for (const TestCase& before : out.tests)
      if (before.name == test.name && !test.name.empty())
        r.error(r.place(r.path() + ".name"), "duplicate",
                fmt::format("тест «{}» уже есть в строке {}", test.name, before.range.start.line));
    out.tests.push_back(std::move(test));
  });
}

void finish_tests(Reader& r, CompiledMapping& mapping) {
  for (TestCase& test : mapping.tests) {
    make_files(test.item, mapping.document);
    for (TestEvent& event : test.events) {
      make_files(event.fields, mapping.document);
      if (event.kind != TestEvent::Kind::crm_move || event.stage != withdraw_word) continue;
      if (mapping.withdraw) {
        event.stage = mapping.withdraw->stage;
      } else {
        r.error(event.range, "value", "в тесте отзыв, а раздела withdraw нет");
      }
    }
  }
}

void add_test_sections(std::vector<SectionInfo>& out) {
  out.push_back(config::section_info<TestCase>("test", "tests: проверка", test_table));
  out.push_back(config::section_info<TestEvent>("test_event", "tests.events: событие", event_table));
  out.push_back(config::section_info<TestEvent>("test_crm", "tests.events.crm", crm_table));
  out.push_back(config::section_info<TestEvent>("test_edms", "tests.events.edms", edms_table));
  out.push_back(config::section_info<TestExpectation>("test_expect", "tests.expect: чего ждут", expect_table));
}

}  // namespace sedlink::mapping
