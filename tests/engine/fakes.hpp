#pragma once
// Two systems that live in memory and misbehave on request. No network: what is tested is the engine.
#include <fstream>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "sedlink/api/crm.hpp"
#include "sedlink/api/edms.hpp"
#include "sedlink/api/service.hpp"
#include "sedlink/core/hash.hpp"
#include "sedlink/net/task.hpp"

namespace sedlink::engine::testing {

// What the next call of a name shall do: `done` = it happens all the same.
struct Mishap {
  Fault fault = Fault::transient;
  bool done = false;
};

class Script {
 public:
  void next(const std::string& call, Fault fault, bool done = false) { plan_[call].push_back(Mishap{fault, done}); }
  // The error to answer with, if any; `happens` tells whether the call takes effect.
  std::optional<Error> take(const std::string& call, bool& happens) {
    ++calls[call];
    auto& list = plan_[call];
    happens = true;
    if (list.empty()) return std::nullopt;
    const Mishap m = list.front();
    list.erase(list.begin());
    happens = m.done;
    Error e;
    e.fault = m.fault;
    e.code = "fake." + call;
    e.message = "по сценарию";
    return e;
  }
  std::map<std::string, int> calls;
  // Who the calls were for, as their context says.
  void asked(const std::string& call, const api::CallContext& context) {
    ++(context.for_people ? for_people : for_nobody)[call];
  }
  std::map<std::string, int> for_people, for_nobody;

 private:
  std::map<std::string, std::vector<Mishap>> plan_;
};

inline SpooledFile write_file(const std::string& path, const std::string& name, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
  SpooledFile f;
  f.path = path;
  f.name = name;
  f.size = bytes.size();
  f.sha256 = sha256_hex(bytes);
  return f;
}

// What reached the journal at info and above: "event instance item".
class Journal final : public Logger {
 public:
  void write(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) override {
    if (level < LogLevel::info) return;
    std::string line(event);
    for (const LogField& f : fields)
      if (f.key == "item" || f.key == "detail") line += " " + f.value;
    const std::lock_guard lock(mutex_);
    lines_.push_back(std::move(line));
  }
  std::vector<std::string> lines() {
    const std::lock_guard lock(mutex_);
    return lines_;
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> lines_;
};

class FakeCrm final : public api::CrmAdapter {
 public:
  Item item;
  Script script;
  std::vector<std::string> comments, uploads;
  std::map<std::string, std::string> written;  // field -> what was written last
  std::function<void()> on_read;
  std::vector<Person> hired;  // known from the second answer on
  api::CrmCapabilities limits;
  std::shared_ptr<const api::FieldTitles> titles;
  int unreceipted = 0;  // so many calls of apply forget the receipt of their last effect
  std::map<std::string, api::Receipt> done;

  api::CrmCapabilities capabilities() const override { return limits; }
  std::shared_ptr<const api::FieldTitles> field_titles() const override { return titles; }
  Task<api::ConnectionReport> test_connection(api::CallContext) override { co_return api::ConnectionReport(); }
  Task<api::Catalog> discover(api::CallContext, std::vector<std::string>) override { co_return api::Catalog(); }
  Result<std::vector<api::InboundEvent>> accept(const api::InboundRequest&) const override {
    return std::vector<api::InboundEvent>();
  }
  Task<api::SweepPage> sweep(api::CallContext c, std::string, std::string cursor) override {
    script.asked("sweep", c);
    api::SweepPage page;
    page.next_cursor = cursor.empty() ? "1" : cursor;
    co_return page;
  }
  Task<std::vector<ItemRef>> list_on_stage(api::CallContext, std::string, std::string, std::string,
                                           std::size_t) override {
    co_return std::vector<ItemRef>();
  }
  Task<std::vector<Result<Item>>> read(api::CallContext c, std::vector<ItemRef> refs) override {
    script.asked("read", c);
    bool happens = true;
    if (const auto e = script.take("read", happens)) co_return *e;
    if (on_read) on_read();
    std::vector<Result<Item>> out(refs.size(), Result<Item>(item));
    co_return out;
  }
  Task<std::vector<Person>> people(api::CallContext) override {
    ++script.calls["people"];
    std::vector<Person> all{Person{"14", "Иванов Иван Иванович", ""}};
    if (script.calls["people"] > 1) all.insert(all.end(), hired.begin(), hired.end());
    co_return all;
  }
  Task<SpooledFile> download(api::CallContext, ItemRef, std::string, CrmFile file, std::string path) override {
    bool happens = true;
    if (const auto e = script.take("download", happens)) co_return *e;
    co_return write_file(path, file.name, "contract");
  }
  Task<std::vector<Result<api::Receipt>>> apply(api::CallContext c, std::vector<api::CrmEffect> effects) override {
    script.asked("apply", c);
    bool happens = true;
    const auto e = script.take("apply", happens);
    std::vector<Result<api::Receipt>> out;
    for (const auto& effect : effects) {
      api::Receipt r;
      r.id = "folder";
      if (happens) {
        if (const auto* m = std::get_if<MoveStage>(&effect.action)) {
          item.stage = m->to;
          r.moved = true;
          r.moved_at = item.moved_at;
          r.stage = m->to;
        }
        if (const auto* said = std::get_if<Comment>(&effect.action)) comments.push_back(said->text);
        if (const auto* set = std::get_if<SetFields>(&effect.action))
          for (const auto& [name, value] : set->fields) written[name] = value.to_text();
        done[effect.key] = r;
      }
      out.emplace_back(r);
    }
    if (e) co_return *e;
    if (unreceipted > 0) {
      --unreceipted;
      out.pop_back();
    }
    co_return out;
  }
  Task<std::vector<Result<std::optional<api::Receipt>>>> find(api::CallContext,
                                                              std::vector<api::CrmEffect> effects) override {
    ++script.calls["find"];
    std::vector<Result<std::optional<api::Receipt>>> out;
    for (const auto& effect : effects) {
      const auto it = done.find(effect.key);
      std::optional<api::Receipt> found;
      if (it != done.end()) found = it->second;
      out.emplace_back(found);
    }
    co_return out;
  }
  Task<std::string> prepare_upload(api::CallContext, FileTarget) override { co_return std::string("memo"); }
  Task<api::Receipt> upload(api::CallContext c, FileTarget, SpooledFile file, std::string) override {
    script.asked("upload", c);
    bool happens = true;
    const auto e = script.take("upload", happens);
    if (happens) uploads.push_back(file.name);
    if (e) co_return *e;
    co_return api::Receipt();
  }
  Task<std::optional<api::Receipt>> find_upload(api::CallContext, FileTarget, SpooledFile file, std::string) override {
    ++script.calls["find_upload"];
    std::optional<api::Receipt> found;
    if (std::find(uploads.begin(), uploads.end(), file.name) != uploads.end()) found = api::Receipt();
    co_return found;
  }
};

class FakeEdms final : public api::EdmsAdapter {
 public:
  Script script;
  std::map<std::string, std::string> documents, processes;  // key -> id
  std::vector<std::string> files;
  std::function<void()> on_create_document;
  std::function<bool()> hold_attach;  // true = no answer yet
  bool started = false, cancelled = false, can_cancel = true;
  std::uint64_t max_file = 1'000'000;
  std::optional<Outcome> outcome;
  std::string signature;  // bytes of one that every result file has; empty: none
  const Clock* clock = nullptr;
  std::function<bool()> hold_poll;  // true = no answer yet
  std::vector<std::size_t> asked;   // processes of each poll
  std::vector<std::string> targets;
  bool notifies = false;
  std::function<Result<std::vector<api::ChangeNotice>>(const api::InboundRequest&)> on_accept;

  Result<std::vector<api::ChangeNotice>> accept(const api::InboundRequest& request) const override {
    return on_accept ? on_accept(request) : EdmsAdapter::accept(request);
  }
  Task<bool> set_notification_target(api::CallContext, std::string url) override {
    bool happens = true;
    const auto e = script.take("set_notification_target", happens);
    if (happens) targets.push_back(url);
    if (e) co_return *e;
    co_return notifies;
  }
  api::Capabilities capabilities() const override {
    api::Capabilities c;
    c.cancel = can_cancel;
    c.resubmit = c.new_version = c.signatures = true;
    c.sheet = api::SheetSource::rows;
    c.max_file = max_file;
    return c;
  }
  Task<api::ConnectionReport> test_connection(api::CallContext) override { co_return api::ConnectionReport(); }
  Task<api::Catalog> discover(api::CallContext) override { co_return api::Catalog(); }
  Task<std::vector<Person>> find_person(api::CallContext, Reference) override { co_return std::vector<Person>(); }
  Task<Reference> ensure_counterparty(api::CallContext, Reference r, std::string) override {
    bool happens = true;
    if (const auto e = script.take("counterparty", happens)) co_return *e;
    r.id = "c1";
    co_return r;
  }
  Task<std::optional<DocumentRef>> find_document(api::CallContext c, DocumentDraft) override {
    std::optional<DocumentRef> found;
    if (const auto it = documents.find(c.key); it != documents.end()) found = DocumentRef{it->second, "T", ""};
    co_return found;
  }
  Task<DocumentRef> create_document(api::CallContext c, DocumentDraft) override {
    script.asked("create_document", c);
    bool happens = true;
    const auto e = script.take("create_document", happens);
    if (on_create_document) on_create_document();
    if (happens) documents.emplace(c.key, "d" + std::to_string(documents.size() + 1));
    if (e) co_return *e;
    co_return DocumentRef{documents.at(c.key), "T", ""};
  }
  Task<std::optional<EdmsFileRef>> find_file(api::CallContext, DocumentRef, SpooledFile f) override {
    std::optional<EdmsFileRef> found;
    if (std::find(files.begin(), files.end(), f.name) != files.end()) found = EdmsFileRef{"f-" + f.name, "v1"};
    co_return found;
  }
  Task<EdmsFileRef> attach_file(api::CallContext c, DocumentRef, SpooledFile f) override {
    script.asked("attach_file", c);
    bool happens = true;
    const auto e = script.take("attach_file", happens);
    while (hold_attach && hold_attach()) co_await net::wait(Duration(1));
    if (happens) files.push_back(f.name);
    if (e) co_return *e;
    co_return EdmsFileRef{"f-" + f.name, "v1"};
  }
  Task<EdmsFileRef> add_version(api::CallContext, DocumentRef, EdmsFileRef r, SpooledFile) override { co_return r; }
  Task<bool> has_version(api::CallContext, EdmsFileRef, SpooledFile) override { co_return false; }
  Task<std::optional<ProcessRef>> find_process(api::CallContext c, DocumentRef d, ProcessDraft) override {
    std::optional<ProcessRef> found;
    if (const auto it = processes.find(c.key); it != processes.end()) found = ProcessRef{it->second, "T", "", d};
    co_return found;
  }
  Task<ProcessRef> prepare_process(api::CallContext c, DocumentRef d, ProcessDraft) override {
    script.asked("prepare_process", c);
    bool happens = true;
    const auto e = script.take("prepare_process", happens);
    if (happens) processes.emplace(c.key, "p" + std::to_string(processes.size() + 1));
    if (e) co_return *e;
    co_return ProcessRef{processes.at(c.key), "T", "", d};
  }
  Task<void> start_process(api::CallContext c, ProcessRef) override {
    script.asked("start_process", c);
    bool happens = true;
    const auto e = script.take("start_process", happens);
    if (happens) started = true;
    if (e) co_return *e;
    co_return Result<void>();
  }
  Task<api::PollAnswer> poll(api::CallContext c, std::vector<ProcessRef> refs) override {
    script.asked("poll", c);
    bool happens = true;
    if (const auto e = script.take("poll", happens)) co_return *e;
    asked.push_back(refs.size());
    const std::optional<Outcome> seen = outcome;  // what is true when the question comes
    while (hold_poll && hold_poll()) co_await net::wait(Duration(1));
    api::PollAnswer answer;
    for (const auto& ref : refs) {
      Snapshot s;
      s.ref = ref;
      s.asked_at = clock->now();
      s.stages = {OpenStage{StageKind::approval, "Согласовать"}};
      s.outcome = cancelled ? std::optional<Outcome>(Outcome::interrupted) : seen;
      if (s.outcome) s.state = ProcessState::completed;
      answer.snapshots.emplace_back(std::move(s));
    }
    co_return answer;
  }
  Task<void> decide_round(api::CallContext, ProcessRef, AuthorDecision, bool, std::string) override {
    co_return Result<void>();
  }
  Task<void> cancel(api::CallContext, ProcessRef, std::string) override {
    cancelled = true;
    co_return Result<void>();
  }
  Task<ResultSet> list_results(api::CallContext, ProcessRef) override {
    ResultSet r;
    for (const auto& name : files) {
      ResultFile f;
      f.ref = EdmsFileRef{"f-" + name, "v1"};
      f.name = name;
      f.size = 8;
      if (!signature.empty()) f.signatures.emplace_back().bytes = signature;
      r.files.push_back(std::move(f));
    }
    co_return r;
  }
  Task<SpooledFile> fetch(api::CallContext, EdmsFileRef, std::string path) override {
    bool happens = true;
    if (const auto e = script.take("fetch", happens)) co_return *e;
    co_return write_file(path, "contract.pdf", "contract");
  }
};

// Gives `answer` for everything that is to be read out of it; 202 so many times as `unready` says.
class FakeService final : public api::Service {
 public:
  Script script;
  std::vector<std::pair<std::string, api::ServiceCall>> done;  // key, request: what really happened
  std::string answer = "742";
  int unready = 0;

  Task<api::ConnectionReport> test_connection(api::CallContext) override { co_return api::ConnectionReport(); }
  Task<api::ServiceAnswer> call(api::CallContext c, api::ServiceCall call) override {
    bool happens = true;
    const auto e = script.take("call", happens);
    if (happens) done.emplace_back(c.key, call);
    if (e) co_return *e;
    api::ServiceAnswer out;
    out.status = 200;
    if (call.method == "GET" && unready > 0) {
      --unready;
      out.status = 202;
    }
    out.values.assign(call.takes.size(), answer);
    co_return out;
  }
};

}  // namespace sedlink::engine::testing
