// Over 400 lines: the customer's scripts are told once, beside what they are asked.
// The port against scripts of a customer, played by a server in this process over real HTTP. The scripts follow
// docs/directum5-scripts.md; what they keep is told by them, not by the adapter.
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <fstream>
#include <map>
#include <pugixml.hpp>

#include "samples.hpp"
#include "sedlink/api/edms.hpp"
#include "sedlink/core/hash.hpp"
#include "sedlink/core/text.hpp"
#include "sedlink/directum5/adapter.hpp"
#include "sedlink/net/server.hpp"
#include "support/run_task.hpp"
#include "support/temp_dir.hpp"

namespace sedlink::directum5 {
namespace {

constexpr const char* key = "21111111-2222-4333-8444-555555555555";

struct Call {
  std::string script, authorization, action;
  std::map<std::string, std::string> parameters;
};

enum class Mishap { none = 0, lose_answer, close_before, page, truncate, fault };

class Customer {
 public:
  Customer() {
    auto made = net::Server::listen(io.get_executor(), net::ServerOptions(),
                                    [this](net::ServerRequest& request) { return serve(request); });
    EXPECT_TRUE(made);
    server_ = std::move(made).value();
    server_->start();
    from = test::settings_in(folder.path(), "http://127.0.0.1:" + std::to_string(server_->port()) + "/service.asmx");
  }

  std::unique_ptr<api::EdmsAdapter> adapter() {
    api::AdapterEnvironment environment;
    environment.executor = io.get_executor();
    environment.clock = &clock;
    environment.logger = &logger;
    environment.spool = folder.path();
    auto made = make_adapter(from, environment);
    EXPECT_TRUE(made) << describe(made.error());
    return std::move(made).value();
  }
  static api::CallContext context() {
    api::CallContext ctx;
    ctx.deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    ctx.key = key;
    return ctx;
  }
  template <class T>
  Result<T> run(Task<T> task) {
    return testing_support::run_task(io, std::move(task));
  }
  SpooledFile spooled(const std::string& name, const std::string& bytes) {
    SpooledFile file;
    file.path = (folder / name).string();
    std::ofstream(file.path, std::ios::binary) << bytes;
    file.name = name;
    file.size = bytes.size();
    file.sha256 = sha256_hex(bytes);
    return file;
  }
  std::size_t count(const std::string& script) const {
    std::size_t n = 0;
    for (const Call& c : calls) n += c.script == "SL_" + script ? 1 : 0;
    return n;
  }
  const Call& last(const std::string& script) const {
    const Call* found = nullptr;
    for (const Call& c : calls) {
      if (c.script == "SL_" + script) found = &c;
    }
    if (found == nullptr) throw std::runtime_error(script + " was not called");
    return *found;
  }

  boost::asio::io_context io{1};
  testing_support::TempDir folder;
  api::ConnectionSettings from;
  ManualClock clock{from_epoch_ms(1'709'276'400'000)};
  NullLogger logger;
  std::vector<Call> calls;
  Mishap mishap = Mishap::none;
  std::string mishap_script;                     // which call suffers it
  std::map<std::string, std::string> overrides;  // script -> answer instead of its own

  // What the customer's system holds.
  std::map<std::string, std::string> documents, tasks;  // key -> id
  std::string task_state = "Подготовка", outcome, started;
  std::map<std::string, std::string> files;  // name -> bytes
  bool tells_hash = true;

 private:
  boost::asio::awaitable<net::ServerResponse> serve(net::ServerRequest& request) {
    auto body = co_await request.read_body(64ull * 1024 * 1024);
    Call call;
    call.authorization = request.headers().get("Authorization").value_or("");
    call.action = request.headers().get("SOAPAction").value_or("");
    pugi::xml_document xml;
    if (!body || !xml.load_string(body.value().c_str())) co_return net::ServerResponse(500, "text/plain", "not XML");
    const auto run = xml.document_element().first_child().child("RunScript");
    call.script = run.child("ScriptName").text().get();
    for (const auto& p : run.child("Parameters").children("P")) {
      call.parameters[p.attribute("Name").value()] = p.child("V").text().get();
    }
    calls.push_back(call);
    const bool suffers = call.script == "SL_" + mishap_script;
    if (suffers && mishap == Mishap::close_before) co_return sabotaged();
    if (suffers && mishap == Mishap::page) co_return net::ServerResponse(200, "text/html", "<html>Вход</html>");
    if (suffers && mishap == Mishap::fault) {
      co_return net::ServerResponse(500, "text/xml", test::soap_fault("s:Server", "Сбой"));
    }
    const auto given = overrides.find(call.script);
    const std::string answer = given != overrides.end() ? given->second : answer_to(call);
    if (suffers && mishap == Mishap::lose_answer) co_return sabotaged();
    net::ServerResponse response(200, "text/xml; charset=utf-8", test::wrapped(answer));
    if (suffers && mishap == Mishap::truncate) {
      response.sabotage = net::Sabotage::truncate;
      response.truncate_at = response.body.size() / 2;
    }
    co_return response;
  }
  static net::ServerResponse sabotaged() {
    net::ServerResponse response(200, "text/xml", "");
    response.sabotage = net::Sabotage::close_before_answer;
    return response;
  }
  std::string file_row(const std::string& name, bool content) const {
    const std::string& bytes = files.at(name);
    return "<file><id>F" + name + "</id><version>1</version><name>" + name + "</name><size>" +
           std::to_string(bytes.size()) + "</size>" + (tells_hash ? "<sha256>" + sha256_hex(bytes) + "</sha256>" : "") +
           (content ? "<content>" + text::base64_encode(bytes) + "</content>" : "") + "</file>";
  }
  std::string answer_to(const Call& c) {
    const auto p = [&](const std::string& name) {
      const auto it = c.parameters.find(name);
      return it == c.parameters.end() ? std::string() : it->second;
    };
    std::string rows;
    if (c.script == "SL_about") rows = "<about><product>DIRECTUM</product><version>5.8</version></about>";
    if (c.script == "SL_create_document") {
      const std::string id = std::to_string(100 + documents.size());
      documents[p("key") + (documents.contains(p("key")) ? "/double" : "")] = id;
      rows = "<document><id>" + id + "</id></document>";
    }
    if (c.script == "SL_find_document" && documents.contains(p("key"))) {
      rows = "<document><id>" + documents[p("key")] + "</id><key>" + p("key") + "</key></document>";
    }
    if (c.script == "SL_create_task") {
      const std::string id = std::to_string(500 + tasks.size());
      tasks[p("key") + (tasks.contains(p("key")) ? "/double" : "")] = id;
      rows = "<task><id>" + id + "</id></task>";
    }
    if (c.script == "SL_find_task" && tasks.contains(p("key"))) {
      rows =
          "<task><id>" + tasks[p("key")] + "</id><key>" + p("key") + "</key><state>" + task_state + "</state></task>";
    }
    if (c.script == "SL_start_task") task_state = "В работе";
    if (c.script == "SL_cancel_task") task_state = "Прекращена";
    if (c.script == "SL_task_state") {
      for (const auto& [unused, id] : tasks) {
        if (p("tasks").find(id) == std::string::npos) continue;
        rows += "<task><id>" + id + "</id><state>" + task_state + "</state><outcome>" + outcome +
                "</outcome><started>" + started + "</started></task><job><task>" + id +
                "</task><name>Петров</name><verdict>" + (outcome.empty() ? "" : "Согласен") +
                "</verdict><open>true</open></job>";
      }
    }
    if (c.script == "SL_find_person" && p("name") == "Петров Пётр") {
      rows = "<person><id>10</id><name>петров петр</name></person><person><id>11</id><name>Петрова</name></person>";
    }
    if (c.script == "SL_attach_file") {
      files[p("name")] = text::base64_decode(p("content")).value();
      rows = file_row(p("name"), false);
    }
    if (c.script == "SL_list_files") {
      for (const auto& [name, bytes] : files) rows += file_row(name, false);
    }
    if (c.script == "SL_read_file" && files.contains(p("file").substr(1))) rows = file_row(p("file").substr(1), true);
    return "<answer>" + rows + "</answer>";
  }
  std::unique_ptr<net::Server> server_;
};

DocumentDraft draft() {
  DocumentDraft d;
  d.type = "contract";
  d.fields.emplace_back("title", Value("Договор <1> & \"Б\""));
  d.fields.emplace_back("date", Value(from_epoch_ms(1'709'276'400'000)));
  Reference person;
  person.name = "Петров Пётр";
  d.fields.emplace_back("responsible", person);
  return d;
}

ProcessDraft process() {
  ProcessDraft d;
  d.kind = "approval";
  d.name = "Согласование";
  Reference person;
  person.name = "Петров Пётр";
  d.approvers.push_back(person);
  return d;
}

DocumentRef document() {
  DocumentRef ref;
  ref.id = "100";
  return ref;
}
ProcessRef task() {
  ProcessRef ref;
  ref.id = "500";
  ref.document = document();
  return ref;
}

TEST(Directum5Adapter, says_that_it_is_experimental_and_what_is_denied) {
  Customer c;
  c.from.values.erase("scripts.cancel_task");
  const auto adapter = c.adapter();
  const auto report = c.run(adapter->test_connection(Customer::context()));
  ASSERT_TRUE(report) << describe(report.error());
  EXPECT_EQ(report.value().product, "DIRECTUM (экспериментально)");
  const std::string warnings = text::join(report.value().warnings, "\n");
  EXPECT_NE(warnings.find("экспериментально"), std::string::npos);
  EXPECT_NE(warnings.find("scripts.cancel_task"), std::string::npos);
  EXPECT_EQ(c.last("about").action, "\"urn:customer/SL_about\"");
  EXPECT_EQ(c.last("about").authorization, "Basic " + text::base64_encode("Интеграция:пароль"));
}

TEST(Directum5Adapter, capabilities_are_what_is_configured) {
  Customer c;
  auto can = c.adapter()->capabilities();
  EXPECT_TRUE(can.cancel && can.new_version);
  EXPECT_FALSE(can.resubmit || can.set_due || can.signatures);
  EXPECT_EQ(can.document_types, std::vector<std::string>{"contract"});
  EXPECT_EQ(can.process_kinds, std::vector<std::string>{"approval"});
  for (const char* name : {"cancel_task", "add_version", "attach_file", "read_file"}) {
    c.from.values.erase(std::string("scripts.") + name);
  }
  can = c.adapter()->capabilities();
  EXPECT_FALSE(can.cancel || can.cancel_reason || can.new_version);
  EXPECT_EQ(can.max_file, 0U);
}

TEST(Directum5Adapter, what_has_no_script_is_refused_without_an_attempt) {
  Customer c;
  for (const char* name : {"catalog", "attach_file", "add_version", "cancel_task"}) {
    c.from.values.erase(std::string("scripts.") + name);
  }
  const auto adapter = c.adapter();
  const auto catalog = c.run(adapter->discover(Customer::context()));
  const auto attached = c.run(adapter->attach_file(Customer::context(), document(), c.spooled("a.pdf", "x")));
  const auto version = c.run(adapter->add_version(Customer::context(), document(), {}, c.spooled("a.pdf", "x")));
  const auto decided = c.run(adapter->decide_round(Customer::context(), task(), {}, true, ""));
  ASSERT_FALSE(catalog || attached || version || decided);
  EXPECT_EQ(catalog.error().code, "directum5.not_configured");
  EXPECT_EQ(attached.error().code, "directum5.not_configured");
  EXPECT_EQ(version.error().code, "edms.version_refused");
  EXPECT_EQ(decided.error().code, "edms.no_decision");
  EXPECT_TRUE(c.calls.empty());
}

TEST(Directum5Adapter, a_document_is_made_once_with_its_key_and_fields) {
  Customer c;
  const auto adapter = c.adapter();
  const auto made = c.run(adapter->create_document(Customer::context(), draft()));
  ASSERT_TRUE(made) << describe(made.error());
  const auto sent = c.last("create_document").parameters;
  EXPECT_EQ(sent.at("key"), key);
  EXPECT_EQ(sent.at("type"), "ДГВ");
  EXPECT_EQ(sent.at("Name"), "Договор <1> & \"Б\"");
  EXPECT_EQ(sent.at("DocDate"), "2024-03-01");
  EXPECT_EQ(sent.at("Owner"), "10");
  const auto again = c.run(adapter->create_document(Customer::context(), draft()));
  ASSERT_TRUE(again);
  EXPECT_EQ(again.value().id, made.value().id);
  EXPECT_EQ(c.count("create_document"), 1U);
}

TEST(Directum5Adapter, names_of_parameters_and_answers_are_the_customers) {
  Customer c;
  c.from.values["names.parameters"] = "key=UID";
  c.from.values["names.answers"] = "document=Doc; id=ID; key=UID";
  c.from.values["names.constants"] = "ISCode=SEDLINK";
  c.overrides["SL_find_document"] = std::string("<r><Doc><ID>7</ID><UID>") + key + "</UID></Doc></r>";
  const auto found = c.run(c.adapter()->find_document(Customer::context(), draft()));
  ASSERT_TRUE(found) << describe(found.error());
  ASSERT_TRUE(found.value());
  EXPECT_EQ(found.value()->id, "7");
  EXPECT_EQ(c.last("find_document").parameters.at("UID"), key);
  EXPECT_EQ(c.last("find_document").parameters.at("ISCode"), "SEDLINK");
}

TEST(Directum5Adapter, a_look_that_shows_something_else_is_no_look) {
  Customer c;
  const auto adapter = c.adapter();
  c.overrides["SL_find_document"] = "<answer><document><id>7</id><key>чужой</key></document></answer>";
  EXPECT_FALSE(c.run(adapter->find_document(Customer::context(), draft())));
  c.overrides["SL_find_document"] =
      std::string("<answer><document><id>7</id><deleted>true</deleted><key>") + key + "</key></document></answer>";
  const auto deleted = c.run(adapter->find_document(Customer::context(), draft()));
  ASSERT_FALSE(deleted);
  EXPECT_EQ(deleted.error().code, "edms.document_deleted");
}

TEST(Directum5Adapter, unknown_types_fields_people_and_kinds_are_refused_before_anything_is_made) {
  Customer c;
  const auto adapter = c.adapter();
  const auto code = [&](const DocumentDraft& d) {
    const auto made = c.run(adapter->create_document(Customer::context(), d));
    return made ? std::string("made") : made.error().code;
  };
  DocumentDraft type = draft(), field = draft(), person = draft();
  type.type = "memo";
  field.fields.emplace_back("folder", Value("x"));
  Reference nobody;
  nobody.name = "Никто";
  person.fields.back().value = nobody;
  EXPECT_EQ(code(type), "edms.document_type");
  EXPECT_EQ(code(field), "edms.field_unknown");
  EXPECT_EQ(code(person), "edms.reference.none");
  ProcessDraft kind = process(), due = process();
  kind.kind = "signing";
  due.due = Duration(1000);
  const auto no_kind = c.run(adapter->prepare_process(Customer::context(), document(), kind));
  const auto no_due = c.run(adapter->prepare_process(Customer::context(), document(), due));
  ASSERT_FALSE(no_kind || no_due);
  EXPECT_EQ(no_kind.error().code, "edms.process_kind");
  EXPECT_EQ(no_due.error().code, "directum5.not_configured");
  EXPECT_TRUE(c.documents.empty() && c.tasks.empty());
}

TEST(Directum5Adapter, a_task_is_made_by_a_package_started_polled_and_ends) {
  Customer c;
  const auto adapter = c.adapter();
  const auto made = c.run(adapter->prepare_process(Customer::context(), document(), process()));
  ASSERT_TRUE(made) << describe(made.error());
  EXPECT_EQ(made.value().url, "https://directum.example.ru/task?id=500");
  pugi::xml_document package;
  ASSERT_TRUE(package.load_string(c.last("create_task").parameters.at("package").c_str()));
  const auto told = package.child("Package").child("Tasks").child("Task");
  EXPECT_STREQ(told.child("RouteCode").text().get(), "СОГЛ");
  EXPECT_STREQ(told.child("Attachments").child("Attachment").child("ID").text().get(), "100");
  const auto first = told.child("WorkflowParams").child("WorkflowParam");
  EXPECT_STREQ(first.child("Value").text().get(), key);
  EXPECT_STREQ(first.next_sibling().child("Values").child("Value").text().get(), "10");
  EXPECT_EQ(c.task_state, "Подготовка");  // nothing runs yet

  const auto again = c.run(adapter->prepare_process(Customer::context(), document(), process()));
  ASSERT_TRUE(again);
  EXPECT_EQ(c.tasks.size(), 1U);
  ASSERT_TRUE(c.run(adapter->start_process(Customer::context(), made.value())));
  ASSERT_TRUE(c.run(adapter->start_process(Customer::context(), made.value())));
  EXPECT_EQ(c.count("start_task"), 1U);

  ProcessRef stranger = task();
  stranger.id = "999";
  auto polled = c.run(adapter->poll(Customer::context(), {stranger, made.value()}));
  ASSERT_TRUE(polled) << describe(polled.error());
  ASSERT_EQ(polled.value().snapshots.size(), 2U);
  ASSERT_FALSE(polled.value().snapshots[0]);
  EXPECT_EQ(polled.value().snapshots[0].error().fault, Fault::transient);
  ASSERT_TRUE(polled.value().snapshots[1]);
  EXPECT_EQ(polled.value().snapshots[1].value().state, ProcessState::running);
  EXPECT_EQ(c.last("task_state").parameters.at("tasks"), "999,500");

  c.task_state = "Завершена";
  c.outcome = "Согласовано";
  polled = c.run(adapter->poll(Customer::context(), {made.value()}));
  ASSERT_TRUE(polled && polled.value().snapshots[0]);
  EXPECT_EQ(polled.value().snapshots[0].value().outcome, Outcome::approved);
  EXPECT_TRUE(polled.value().snapshots[0].value().stages.empty());
}

TEST(Directum5Adapter, cancelling_looks_before_and_after) {
  Customer c;
  c.tasks[key] = "500";
  c.task_state = "В работе";
  const auto adapter = c.adapter();
  ASSERT_TRUE(c.run(adapter->cancel(Customer::context(), task(), "Передумали")));
  EXPECT_EQ(c.last("cancel_task").parameters.at("reason"), "Передумали");
  ASSERT_TRUE(c.run(adapter->cancel(Customer::context(), task(), "")));
  EXPECT_EQ(c.count("cancel_task"), 1U);
  c.task_state = "Завершена";
  const auto late = c.run(adapter->cancel(Customer::context(), task(), ""));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, "edms.already_ended");
  c.task_state = "В работе";
  c.overrides["SL_cancel_task"] = "<answer/>";  // says yes and does nothing
  const auto unseen = c.run(adapter->cancel(Customer::context(), task(), ""));
  ASSERT_FALSE(unseen);
  EXPECT_EQ(unseen.error().fault, Fault::ambiguous);
}

TEST(Directum5Adapter, a_task_interrupted_before_its_start_is_not_started) {
  Customer c;
  c.tasks[key] = "500";
  c.task_state = "Прекращена";
  const auto adapter = c.adapter();
  const auto never = c.run(adapter->start_process(Customer::context(), task()));
  ASSERT_FALSE(never);
  EXPECT_EQ(never.error().code, "edms.already_ended");
  c.started = "2024-03-01T10:00:00";
  EXPECT_TRUE(c.run(adapter->start_process(Customer::context(), task())));
  EXPECT_EQ(c.count("start_task"), 0U);
}

TEST(Directum5Adapter, files_travel_whole_and_are_found_again) {
  Customer c;
  const auto adapter = c.adapter();
  std::string bytes;
  for (int i = 0; i < 200'000; ++i) bytes += static_cast<char>(i * 31 % 251);
  const SpooledFile file = c.spooled("Договор.pdf", bytes);
  const auto sent = c.run(adapter->attach_file(Customer::context(), document(), file));
  ASSERT_TRUE(sent) << describe(sent.error());
  EXPECT_EQ(c.files.at("Договор.pdf"), bytes);
  for (const bool hashes : {true, false}) {
    c.tells_hash = hashes;
    const auto found = c.run(adapter->find_file(Customer::context(), document(), file));
    ASSERT_TRUE(found && found.value()) << hashes;
    EXPECT_EQ(found.value()->id, sent.value().id);
    SpooledFile other = file;
    other.sha256 = sha256_hex("другой");
    const auto absent = c.run(adapter->find_file(Customer::context(), document(), other));
    ASSERT_TRUE(absent);
    EXPECT_FALSE(absent.value());
  }
  const auto results = c.run(adapter->list_results(Customer::context(), task()));
  ASSERT_TRUE(results);
  ASSERT_EQ(results.value().files.size(), 1U);
  const std::string path = (c.folder / "taken").string();
  const auto taken = c.run(adapter->fetch(Customer::context(), results.value().files.front().ref, path));
  ASSERT_TRUE(taken) << describe(taken.error());
  EXPECT_EQ(taken.value().sha256, file.sha256);
  EXPECT_EQ(taken.value().name, "Договор.pdf");
  EXPECT_EQ(std::filesystem::file_size(path), bytes.size());
}

TEST(Directum5Adapter, a_file_above_the_limit_is_not_sent) {
  Customer c;
  c.from.values["limits.file"] = "1024";
  const auto sent =
      c.run(c.adapter()->attach_file(Customer::context(), document(), c.spooled("a.bin", std::string(1025, 'x'))));
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, "edms.file_too_large");
  EXPECT_TRUE(c.calls.empty());
}

TEST(Directum5Adapter, a_write_in_doubt_is_ambiguous_and_the_look_finds_it) {
  for (const Mishap mishap :
       {Mishap::lose_answer, Mishap::close_before, Mishap::page, Mishap::truncate, Mishap::fault}) {
    Customer c;
    const auto adapter = c.adapter();
    c.mishap = mishap;
    c.mishap_script = "create_document";
    const auto made = c.run(adapter->create_document(Customer::context(), draft()));
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().fault, Fault::ambiguous) << static_cast<int>(mishap) << describe(made.error());
    c.mishap_script = "attach_file";
    const SpooledFile file = c.spooled("a.pdf", "тело");
    const auto sent = c.run(adapter->attach_file(Customer::context(), document(), file));
    ASSERT_FALSE(sent);
    EXPECT_EQ(sent.error().fault, Fault::ambiguous) << static_cast<int>(mishap) << describe(sent.error());
    c.mishap = Mishap::none;
    const bool done = mishap == Mishap::lose_answer || mishap == Mishap::truncate;
    const auto found = c.run(adapter->find_document(Customer::context(), draft()));
    ASSERT_TRUE(found);
    EXPECT_EQ(found.value().has_value(), done);
    const auto there = c.run(adapter->find_file(Customer::context(), document(), file));
    ASSERT_TRUE(there);
    EXPECT_EQ(there.value().has_value(), done);
    EXPECT_TRUE(c.run(adapter->create_document(Customer::context(), draft())));
    EXPECT_EQ(c.documents.size(), 1U);
  }
}

TEST(Directum5Adapter, a_look_in_doubt_is_transient_and_nothing_is_written_after_it) {
  for (const Mishap mishap :
       {Mishap::lose_answer, Mishap::close_before, Mishap::page, Mishap::truncate, Mishap::fault}) {
    Customer c;
    const auto adapter = c.adapter();
    c.mishap = mishap;
    c.mishap_script = "find_document";
    const auto made = c.run(adapter->create_document(Customer::context(), draft()));
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().fault, Fault::transient) << static_cast<int>(mishap) << describe(made.error());
    EXPECT_EQ(c.count("create_document"), 0U);
  }
}

TEST(Directum5Adapter, counterparties_are_found_by_requisites_then_made_on_demand) {
  Customer c;
  const auto adapter = c.adapter();
  Reference wanted;
  wanted.inn = "7701234567";
  wanted.kpp = "770101001";
  const auto none = c.run(adapter->ensure_counterparty(Customer::context(), wanted, "ООО Ромашка"));
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, "edms.counterparty.none");
  EXPECT_EQ(c.count("find_counterparty"), 2U);
  wanted.create = true;
  c.overrides["SL_create_counterparty"] = "<answer><counterparty><id>33</id></counterparty></answer>";
  const auto made = c.run(adapter->ensure_counterparty(Customer::context(), wanted, "ООО Ромашка"));
  ASSERT_TRUE(made) << describe(made.error());
  EXPECT_EQ(made.value().id, "33");
  EXPECT_EQ(c.last("create_counterparty").parameters.at("key"), key);
  EXPECT_EQ(c.last("create_counterparty").parameters.at("name"), "ООО Ромашка");
  c.overrides["SL_find_counterparty"] =
      "<answer><counterparty><id>1</id><name>А</name></counterparty><counterparty><id>2</id><name>Б</name>"
      "</counterparty></answer>";
  const auto several = c.run(adapter->ensure_counterparty(Customer::context(), wanted, ""));
  ASSERT_FALSE(several);
  EXPECT_EQ(several.error().code, "edms.counterparty.several");
}

}  // namespace
}  // namespace sedlink::directum5
