// Over 400 lines: one table of settings and samples for everything pure.
// Settings, envelopes, packages, answers: pure.
#include <gtest/gtest.h>

#include <pugixml.hpp>

#include "client/script_client.hpp"
#include "samples.hpp"
#include "sedlink/core/text.hpp"
#include "support/temp_dir.hpp"
#include "translate/snapshot.hpp"
#include "wire/package.hpp"

namespace sedlink::directum5 {
namespace {

using test::answer_path;
using test::wrapped;

struct Given {
  testing_support::TempDir folder;
  api::ConnectionSettings from = test::settings_in(folder.path(), "http://127.0.0.1:1/service.asmx");
  Result<Settings> read() const { return read_settings(from); }
};

std::string refused(const Given& given) {
  const auto read = given.read();
  return read ? "accepted" : read.error().code;
}

// ---- settings

TEST(Directum5Settings, the_samples_are_accepted) {
  const Given given;
  const auto read = given.read();
  ASSERT_TRUE(read) << describe(read.error());
  EXPECT_EQ(read.value().script(Operation::find_task), "SL_find_task");
  EXPECT_EQ(read.value().answer, answer_path);
}

TEST(Directum5Settings, every_mandatory_script_is_demanded_by_its_own_name) {
  for (const char* name :
       {"about", "find_document", "create_document", "find_task", "create_task", "start_task", "task_state"}) {
    Given given;
    given.from.values.erase(std::string("scripts.") + name);
    EXPECT_EQ(refused(given), std::string("config.scripts.") + name);
  }
}

TEST(Directum5Settings, what_writes_needs_what_looks) {
  Given given;
  given.from.values.erase("scripts.list_files");
  EXPECT_EQ(refused(given), "config.scripts.list_files");
  Given other;
  other.from.values.erase("scripts.find_counterparty");
  EXPECT_EQ(refused(other), "config.scripts.find_counterparty");
}

TEST(Directum5Settings, a_key_without_a_place_in_the_task_is_refused) {
  Given given;
  given.from.values.erase("workflow.key");
  EXPECT_EQ(refused(given), "config.workflow.key");
  given.from.values["package.system_code"] = "SEDLINK";
  EXPECT_EQ(refused(given), "accepted");
}

TEST(Directum5Settings, mistakes_in_lists_of_words_name_their_setting) {
  for (const auto& [key, value] : std::vector<std::pair<std::string, std::string>>{{"names.states", "В работе=runing"},
                                                                                   {"names.parameters", "kei=UID"},
                                                                                   {"names.parameters", "key=document"},
                                                                                   {"names.answers", "id=1 2"},
                                                                                   {"names.answers", "id=name"},
                                                                                   {"names.constants", "key=1"},
                                                                                   {"documents.fields", "title=key"},
                                                                                   {"documents.types", ""},
                                                                                   {"routes", "approval"},
                                                                                   {"answer", "a//b"},
                                                                                   {"soap", "2.0"},
                                                                                   {"unknown_error", "maybe"},
                                                                                   {"package.root", "1x"},
                                                                                   {"task_link", "https://x/"},
                                                                                   {"poll_batch", "0"}}) {
    Given given;
    given.from.values[key] = value;
    EXPECT_EQ(refused(given), "config." + key) << value;
  }
}

// ---- envelope

TEST(Directum5Envelope, values_are_escaped_in_texts_and_attributes) {
  const auto compiled = EnvelopeTemplate::compile(test::envelope);
  ASSERT_TRUE(compiled) << describe(compiled.error());
  const Parameters parameters{Parameter("a\"<b",
                                        "1 < 2 & 'x'\r\n\x01"
                                        "конец"),
                              Parameter("b", "")};
  const std::string text = compiled.value().write("Мой<скрипт>", parameters).before;
  EXPECT_NE(text.find("<ScriptName>Мой&lt;скрипт&gt;</ScriptName>"), std::string::npos) << text;
  EXPECT_NE(text.find("<P Name=\"a&quot;&lt;b\"><V>1 &lt; 2 &amp; &#39;x&#39;&#13;&#10;конец</V></P>"),
            std::string::npos)
      << text;
  pugi::xml_document parsed;
  ASSERT_TRUE(parsed.load_string(text.c_str()));
  const auto first = parsed.first_child().first_child().first_child().child("Parameters").child("P");
  EXPECT_STREQ(first.attribute("Name").value(), "a\"<b");
  EXPECT_STREQ(first.child("V").text().get(), "1 < 2 & 'x'\r\nконец");
}

TEST(Directum5Envelope, a_placeholder_in_a_value_is_text) {
  const auto compiled = EnvelopeTemplate::compile(test::envelope);
  ASSERT_TRUE(compiled);
  const Parameters parameters{Parameter("a", "{script}{/parameters}")};
  EXPECT_NE(compiled.value().write("S", parameters).before.find("<V>{script}{/parameters}</V>"), std::string::npos);
}

TEST(Directum5Envelope, a_file_splits_the_envelope_where_its_value_stands) {
  const auto compiled = EnvelopeTemplate::compile(test::envelope);
  ASSERT_TRUE(compiled);
  Parameters parameters{Parameter("name", "x.pdf"), Parameter("content", "")};
  parameters.back().file = true;
  parameters.emplace_back("last", "1");
  const auto parts = compiled.value().write("S", parameters);
  EXPECT_TRUE(parts.before.ends_with("<P Name=\"content\"><V>")) << parts.before;
  EXPECT_TRUE(parts.after.starts_with("</V></P><P Name=\"last\"><V>1</V></P>")) << parts.after;
}

TEST(Directum5Envelope, what_cannot_be_filled_safely_is_refused) {
  const std::string head = "<Envelope>", tail = "</Envelope>";
  for (const std::string& inside : std::vector<std::string>{
           "{script}", "{parameters}{name}{/parameters}", "{parameters}<a>{name}{value}{/parameters}",
           "{parameters}{name}{value}", "{value}{parameters}{name}{value}{/parameters}",
           "{parameters}{name}{value}{value}{/parameters}", "{parameters}{name}{value}{/parameters}{password}",
           "<![CDATA[{parameters}{name}{value}{/parameters}]]>"}) {
    const auto compiled = EnvelopeTemplate::compile(head + inside + tail);
    EXPECT_FALSE(compiled) << inside;
  }
  const std::string block = "{parameters}<p>{name}{value}</p>{/parameters}";
  EXPECT_FALSE(EnvelopeTemplate::compile("<Other>" + block + "</Other>"));
  EXPECT_FALSE(EnvelopeTemplate::compile("<!DOCTYPE x><Envelope>" + block + "</Envelope>"));
  EXPECT_TRUE(EnvelopeTemplate::compile("<Envelope a=\"{7B1D5C1E}\">" + block + "</Envelope>"));
}

// ---- package (directum, Part B: Tasks section)

TaskPackage sample_task() {
  TaskPackage task;
  Attachment document;
  document.id = "1234";
  document.name = "Договор \"А & Б\"";
  Attachment reference;
  reference.type = AttachmentType::reference;
  reference.id = "77";
  reference.name = "ORG";
  Attachment link;
  link.type = AttachmentType::link;
  link.id = "key-1";
  link.object_key = "SEDLINK";
  link.object_type = "sedlink.item";
  task.attachments = {document, reference, link};
  task.route_code = "СОГЛ";
  task.params.emplace_back("SedlinkKey", "String", "key-1");
  WorkflowParam people("Approvers", "Users", "10");
  people.values.emplace_back("11");
  people.list = true;
  task.params.push_back(people);
  return task;
}

TEST(Directum5Package, golden_with_elements) {
  const auto xml = write_package(sample_task(), PackageSettings());
  ASSERT_TRUE(xml) << describe(xml.error());
  EXPECT_EQ(xml.value(),
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>"
            "<Package xmlns=\"http://docs.mycompany.ru/IntegrationServices/5.6/Models\"><Tasks><Task><Attachments>"
            "<Attachment><Type>EDocument</Type><ID>1234</ID><Name>Договор &quot;А &amp; Б&quot;</Name></Attachment>"
            "<Attachment><Type>Reference</Type><ID>77</ID><ReferenceName>ORG</ReferenceName></Attachment>"
            "<Attachment><Type>Link</Type><ID>key-1</ID><ObjectKey>SEDLINK</ObjectKey>"
            "<ObjectType>sedlink.item</ObjectType></Attachment></Attachments><RouteCode>СОГЛ</RouteCode>"
            "<WorkflowParams><WorkflowParam><Name>SedlinkKey</Name><Type>String</Type><Value>key-1</Value>"
            "</WorkflowParam><WorkflowParam><Name>Approvers</Name><Type>Users</Type><Values><Value>10</Value>"
            "<Value>11</Value></Values></WorkflowParam></WorkflowParams></Task></Tasks></Package>");
}

TEST(Directum5Package, golden_with_attributes_another_namespace_and_no_root) {
  PackageSettings settings;
  settings.form = PackageForm::attributes;
  settings.root = "-";
  settings.xml_namespace = "http://x/5.8";
  TaskPackage task = sample_task();
  task.attachments.resize(1);
  task.params.resize(1);
  const auto xml = write_package(task, settings);
  ASSERT_TRUE(xml) << describe(xml.error());
  EXPECT_EQ(xml.value(),
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><Tasks xmlns=\"http://x/5.8\"><Task><Attachments>"
            "<Attachment Type=\"EDocument\" ID=\"1234\" Name=\"Договор &quot;А &amp; Б&quot;\"></Attachment>"
            "</Attachments><RouteCode>СОГЛ</RouteCode><WorkflowParams><WorkflowParam Name=\"SedlinkKey\" "
            "Type=\"String\"><Value>key-1</Value></WorkflowParam></WorkflowParams></Task></Tasks>");
}

TEST(Directum5Package, a_mandatory_part_that_is_empty_is_our_defect) {
  TaskPackage no_route = sample_task();
  no_route.route_code.clear();
  TaskPackage no_id = sample_task();
  no_id.attachments.front().id.clear();
  TaskPackage two_values = sample_task();
  two_values.params.back().list = false;
  for (const TaskPackage& task : {no_route, no_id, two_values}) {
    const auto xml = write_package(task, PackageSettings());
    ASSERT_FALSE(xml);
    EXPECT_EQ(xml.error().fault, Fault::defect);
  }
}

// ---- answers

const std::string plain = "<answer><task><id>5</id><state> running </state></task><job><task>5</task></job></answer>";

TEST(Directum5Answer, elements_escaped_text_and_cdata_are_the_same) {
  for (const std::string& inside :
       {plain, escape_xml(plain), escape_xml("<?xml version=\"1.0\"?>" + plain), "<![CDATA[" + plain + "]]>"}) {
    const auto answer = read_answer(wrapped(inside), answer_path, NameTable());
    ASSERT_TRUE(answer) << describe(answer.error()) << inside;
    ASSERT_EQ(answer.value().rows.size(), 2U);
    EXPECT_EQ(answer.value().all("task").front()->get("state"), "running");
  }
}

TEST(Directum5Answer, no_rows_is_an_answer_and_nothing_is_none) {
  const auto empty = read_answer(wrapped("<answer/>"), answer_path, NameTable());
  ASSERT_TRUE(empty);
  EXPECT_TRUE(empty.value().rows.empty());
  const auto nothing = read_answer(wrapped(""), answer_path, NameTable());
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().code, "directum5.answer");
}

TEST(Directum5Answer, wrong_types_are_outside_the_agreement) {
  for (const std::string& inside : std::vector<std::string>{
           "просто текст", "42", "<answer>текст</answer>", "<answer><task><id><x/></id></task></answer>",
           "<answer><task><id>1</id><id>2</id></task></answer>", "<answer/><answer/>", "&lt;answer&gt;"}) {
    const auto answer = read_answer(wrapped(inside), answer_path, NameTable());
    ASSERT_FALSE(answer) << inside;
    EXPECT_EQ(answer.error().fault, Fault::defect) << inside;
  }
  const std::string other = text::replace_all(wrapped(plain), "RunScriptResult", "Other");
  EXPECT_FALSE(read_answer(other, answer_path, NameTable()));
}

TEST(Directum5Answer, every_truncation_is_noticed) {
  const std::string whole = wrapped(plain);
  for (std::size_t n = 0; n < whole.size(); ++n) {
    const auto answer = read_answer(whole.substr(0, n), answer_path, NameTable());
    ASSERT_FALSE(answer) << n;
    EXPECT_EQ(answer.error().fault, Fault::transient) << n;
  }
}

TEST(Directum5Answer, too_many_rows_are_refused) {
  std::string many = "<answer>";
  for (std::size_t i = 0; i <= max_rows; ++i) many += "<a/>";
  EXPECT_FALSE(read_answer(wrapped(many + "</answer>"), answer_path, NameTable()));
}

TEST(Directum5Answer, faults_of_both_versions_are_read) {
  const auto one = read_answer(test::soap_fault("s:Server", "Беда"), answer_path, NameTable());
  ASSERT_TRUE(one && one.value().fault);
  EXPECT_EQ(one.value().fault->text, "Беда");
  const auto two = read_answer(
      "<e:Envelope xmlns:e=\"http://www.w3.org/2003/05/soap-envelope\"><e:Body><e:Fault><e:Code><e:Value>e:Sender"
      "</e:Value></e:Code><e:Reason><e:Text>Плохо</e:Text></e:Reason></e:Fault></e:Body></e:Envelope>",
      answer_path, NameTable());
  ASSERT_TRUE(two && two.value().fault);
  EXPECT_EQ(two.value().fault->code, "e:Sender");
  EXPECT_EQ(two.value().fault->text, "Плохо");
}

TEST(Directum5Answer, classes_depend_on_what_may_have_happened) {
  const Given given;
  const auto settings = given.read();
  ASSERT_TRUE(settings);
  struct Case {
    int status;
    std::string body;
    Fault read, write;
  };
  const std::string busy = "<answer><error><code>занято</code><message>Иванов</message></error></answer>";
  const std::string odd = "<answer><error><code>X1</code></error></answer>";
  const std::string unsure = "<answer><error><code>unsure</code></error></answer>";
  const std::vector<Case> cases = {{200, wrapped(busy), Fault::transient, Fault::transient},
                                   {200, wrapped(odd), Fault::rejected, Fault::rejected},
                                   {200, wrapped(unsure), Fault::transient, Fault::ambiguous},
                                   {200, wrapped("текст"), Fault::defect, Fault::ambiguous},
                                   {200, "<html>Вход</html>", Fault::transient, Fault::ambiguous},
                                   {200, wrapped(plain).substr(0, 200), Fault::transient, Fault::ambiguous},
                                   {200, "", Fault::transient, Fault::ambiguous},
                                   {500, test::soap_fault("s:Server", "Беда"), Fault::transient, Fault::ambiguous},
                                   {500, test::soap_fault("s:Client", "SOAPAction"), Fault::defect, Fault::defect},
                                   {500, "<html>500</html>", Fault::transient, Fault::ambiguous},
                                   {502, "", Fault::transient, Fault::ambiguous},
                                   {401, "", Fault::unauthorized, Fault::unauthorized},
                                   {404, "<html/>", Fault::transient, Fault::transient},
                                   {413, "", Fault::rejected, Fault::rejected},
                                   {302, "", Fault::rejected, Fault::rejected},
                                   {429, "", Fault::throttled, Fault::throttled}};
  for (const Case& c : cases) {
    for (const Effect effect : {Effect::read, Effect::write}) {
      const auto answer = interpret(settings.value(), answer_path, NameTable(), c.status, c.body, effect);
      ASSERT_FALSE(answer) << c.status << c.body;
      EXPECT_EQ(answer.error().fault, effect == Effect::read ? c.read : c.write) << c.status << c.body;
    }
  }
}

TEST(Directum5Answer, an_unknown_error_may_be_declared_unsure) {
  Given given;
  given.from.values["unknown_error"] = "unsure";
  const auto settings = given.read();
  ASSERT_TRUE(settings);
  EXPECT_EQ(script_error(ScriptError{"X1", ""}, settings.value(), Effect::write).fault, Fault::ambiguous);
}

TEST(Directum5Answer, a_file_is_taken_out_of_elements_and_of_escaped_text_in_any_pieces) {
  const std::string bytes("\0\1файл\xFF", 11);
  const std::string inner =
      "<answer><file><id>1</id><content>" + text::base64_encode(bytes) + "</content><size>11</size></file></answer>";
  const std::string broken_lines = text::replace_all(inner, "content>A", "content>&#13;\nA");
  for (const std::string& body : {wrapped(inner), wrapped(escape_xml(inner)), wrapped(broken_lines)}) {
    for (std::size_t step : {std::size_t{1}, std::size_t{3}, body.size()}) {
      std::string decoded;
      ContentScanner scanner(
          "content",
          [&](std::string_view piece) {
            decoded += piece;
            return Result<void>();
          },
          100'000);
      for (std::size_t at = 0; at < body.size(); at += step) ASSERT_TRUE(scanner.feed(body.substr(at, step)));
      ASSERT_TRUE(scanner.finish());
      EXPECT_EQ(decoded, bytes);
      const auto answer = read_answer(scanner.envelope(), answer_path, NameTable());
      ASSERT_TRUE(answer) << scanner.envelope();
      EXPECT_EQ(answer.value().all("file").front()->get("size"), "11");
    }
  }
}

// ---- snapshot

Row row(const std::string& kind, std::map<std::string, std::string, std::less<>> fields) {
  Row r;
  r.kind = kind;
  r.fields = std::move(fields);
  return r;
}

TEST(Directum5Snapshot, words_of_the_customer_become_ours) {
  const Given given;
  const auto settings = given.read();
  ASSERT_TRUE(settings);
  const Row task = row("task", {{"id", "5"}, {"state", "в РАБОТЕ"}, {"started", "01.03.2024 10:00"}});
  const Row open = row("job", {{"name", "Иванов"}, {"stage", "approval"}, {"stage_name", "Виза"}, {"open", "true"}});
  const Row done = row("job", {{"name", "Петров"}, {"verdict", "Против"}, {"decided", "2024-03-01T12:00:00"}});
  const std::vector<const Row*> jobs{&open, &done};
  const auto s = build_snapshot(ProcessRef(), task, jobs, settings.value(), Time{});
  ASSERT_TRUE(s) << describe(s.error());
  EXPECT_EQ(s.value().state, ProcessState::running);
  EXPECT_FALSE(s.value().outcome);
  ASSERT_TRUE(s.value().started_at);
  EXPECT_EQ(to_iso8601(*s.value().started_at), "2024-03-01T07:00:00Z");
  ASSERT_EQ(s.value().stages.size(), 1U);
  EXPECT_EQ(s.value().stages.front().name, "Виза");
  EXPECT_EQ(s.value().participants.at(1).verdict, Verdict::rejected);
  EXPECT_EQ(s.value().participants.at(1).state, ParticipantState::done);
}

TEST(Directum5Snapshot, an_end_is_told_and_never_guessed) {
  const Given given;
  const auto settings = given.read();
  ASSERT_TRUE(settings);
  const auto outcome = [&](const std::string& state, const std::string& said) {
    const Row task = row("task", {{"state", state}, {"outcome", said}});
    return build_snapshot(ProcessRef(), task, {}, settings.value(), Time{});
  };
  EXPECT_EQ(outcome("Завершена", "Согласовано").value().outcome, Outcome::approved);
  EXPECT_EQ(outcome("Завершена", "").value().outcome, Outcome::unknown);
  EXPECT_EQ(outcome("Прекращена", "Согласовано").value().outcome, Outcome::interrupted);
  EXPECT_EQ(outcome("deleted", "").value().state, ProcessState::deleted);
  EXPECT_FALSE(outcome("Завершена", "Как-нибудь"));
  EXPECT_FALSE(outcome("Снята", ""));
  EXPECT_FALSE(outcome("", ""));
}

TEST(Directum5Snapshot, a_damaged_value_is_an_error) {
  const Given given;
  const auto settings = given.read();
  ASSERT_TRUE(settings);
  for (const auto& [field, value] : std::vector<std::pair<std::string, std::string>>{
           {"started", "вчера"}, {"ended", "2024-13-41"}, {"round", "два"}, {"document_date", "1.1.1"}}) {
    Row task = row("task", {{"state", "running"}});
    task.fields[field] = value;
    EXPECT_FALSE(build_snapshot(ProcessRef(), task, {}, settings.value(), Time{})) << field;
  }
}

}  // namespace
}  // namespace sedlink::directum5
