#include "contract/battery.hpp"

#include <fstream>
#include <iterator>
#include <stdexcept>

#include "sedlink/core/hash.hpp"

namespace sedlink::contract {

namespace {

struct MishapName {
  Mishap mishap;
  const char* name;
};
constexpr MishapName mishaps[] = {{Mishap::hang, "hang"},
                                  {Mishap::close, "close"},
                                  {Mishap::server_error, "server_error"},
                                  {Mishap::throttle, "throttle"},
                                  {Mishap::refuse_credentials, "refuse_credentials"},
                                  {Mishap::corrupt, "corrupt"},
                                  {Mishap::truncate, "truncate"},
                                  {Mishap::lose_answer, "lose_answer"}};

}  // namespace

const char* to_string(Mishap mishap) noexcept {
  for (const MishapName& m : mishaps)
    if (m.mishap == mishap) return m.name;
  return "?";
}

std::vector<Mishap> every_mishap() {
  std::vector<Mishap> all;
  for (const MishapName& m : mishaps) all.push_back(m.mishap);
  return all;
}

std::string person_name(std::size_t i) { return "Сотрудник" + std::to_string(i) + " Иван Петрович"; }

std::string variant_label(const ::testing::TestParamInfo<Variant>& info) { return info.param.name; }

std::string some_bytes(std::size_t size, unsigned seed) {
  std::string bytes(size, '\0');
  unsigned state = seed * 2654435761u + 12345u;
  for (char& c : bytes) {
    state = state * 1664525u + 1013904223u;
    c = static_cast<char>(state >> 24);
  }
  return bytes;
}

Contract::Contract() = default;

// The adapter goes first, while its peer still answers; what it left on the loop ends with it.
Contract::~Contract() {
  adapter_.reset();
  io_.restart();
  io_.run_for(std::chrono::seconds(5));
  stand_.reset();
}

void Contract::begin(const Scene& scene) {
  stand_ = GetParam().make();
  stand_->start(scene);
}

Stand& Contract::stand() {
  if (!stand_) begin(Scene());
  return *stand_;
}

std::unique_ptr<api::EdmsAdapter> Contract::another(std::string_view without) {
  api::AdapterEnvironment environment;
  environment.executor = io_.get_executor();
  environment.clock = &clock_;
  environment.logger = &logger_;
  environment.spool = folder_ / "spool";
  std::filesystem::create_directories(environment.spool);
  return stand().connect(std::move(environment), without);
}

api::EdmsAdapter& Contract::edms() {
  if (!adapter_) adapter_ = another();
  return *adapter_;
}

// Some depend on the version: the first call learns it.
api::Capabilities Contract::capabilities() {
  must(edms().test_connection(context()));
  return edms().capabilities();
}

bool Contract::needs(bool able, const std::string& capability) {
  if (able) return true;
  [&] { GTEST_SKIP() << "needs " << capability; }();
  return false;
}

void Contract::count_trials(std::size_t n) { RecordProperty("trials", static_cast<int>(n)); }

std::size_t Contract::stride() {
  const std::size_t every = stand().stride();
  if (every > 1) RecordProperty("stride", static_cast<int>(every));
  return every;
}

api::CallContext Contract::context(std::string key) const {
  api::CallContext ctx;
  ctx.deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  ctx.key = std::move(key);
  return ctx;
}

std::string Contract::key() { return uuid::random(); }

DocumentRef Contract::document(const std::string& title) {
  DocumentDraft draft = stand().draft(title);
  return must(edms().create_document(context(key()), std::move(draft)));
}

SpooledFile Contract::spool(const std::string& name, const std::string& bytes) {
  SpooledFile f;
  f.path = (folder_ / ("outgoing-" + std::to_string(++files_))).string();
  f.name = name;
  f.size = bytes.size();
  f.sha256 = sha256_hex(bytes);
  std::ofstream(f.path, std::ios::binary) << bytes;
  return f;
}

EdmsFileRef Contract::file(const DocumentRef& document, const std::string& name, const std::string& bytes) {
  return must(edms().attach_file(context(key()), document, spool(name, bytes)));
}

ProcessRef Contract::prepared(const DocumentRef& document) {
  ProcessDraft draft = stand().route();
  return must(edms().prepare_process(context(key()), document, std::move(draft)));
}

ProcessRef Contract::running(const DocumentRef& document) {
  ProcessRef process = prepared(document);
  must(edms().start_process(context(key()), process));
  look_until(process, [](const Snapshot& s) { return s.state == ProcessState::running; });
  return process;
}

std::string Contract::fetched(const EdmsFileRef& ref) {
  const std::string path = (folder_ / ("incoming-" + std::to_string(++files_))).string();
  const SpooledFile came = must(edms().fetch(context(), ref, path));
  std::ifstream in(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  EXPECT_EQ(came.path, path);
  EXPECT_EQ(came.size, bytes.size());
  EXPECT_EQ(came.sha256, sha256_hex(bytes));
  return bytes;
}

Snapshot Contract::look(const ProcessRef& process) {
  std::vector<ProcessRef> one(1, process);
  api::PollAnswer answer = must(edms().poll(context(), std::move(one)));
  if (answer.snapshots.size() != 1) throw std::runtime_error("a poll of one process brought another number");
  if (!answer.snapshots[0]) throw std::runtime_error(describe(answer.snapshots[0].error()));
  return answer.snapshots[0].value();
}

Snapshot Contract::look_until(const ProcessRef& process, const std::function<bool(const Snapshot&)>& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  for (;;) {
    Snapshot s = look(process);
    if (condition(s)) return s;
    if (std::chrono::steady_clock::now() > end)
      throw std::runtime_error(std::string("the process does not get there; it is ") + sedlink::to_string(s.state));
  }
}

bool Contract::has_ended(const Snapshot& s) {
  return s.complete && (s.state == ProcessState::completed || s.state == ProcessState::interrupted ||
                        s.state == ProcessState::deleted);
}

Snapshot Contract::conclude(const ProcessRef& process) {
  const auto waits = [](const Snapshot& s) {
    const bool reworked = s.stages.size() == 1 && s.stages[0].kind == StageKind::rework;
    return has_ended(s) || s.author_decision.has_value() || reworked;
  };
  Snapshot s = look_until(process, waits);
  if (has_ended(s)) return s;
  const api::Capabilities can = edms().capabilities();
  const bool gives_up = s.author_decision && s.author_decision->round_verdict == Verdict::rejected;
  const bool able = can.resubmit && (can.cancel || !gives_up || !stand().giving_up_is_cancelling());
  if (s.author_decision && s.author_decision->ours && able) {
    must(edms().decide_round(context(key()), process, *s.author_decision, false, "Оставить как есть"));
  } else {
    stand().act(Deed::accept_verdict, process, "Оставить как есть");
  }
  return look_until(process, has_ended);
}

}  // namespace sedlink::contract
