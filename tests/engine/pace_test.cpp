// When a process is asked about next, and by which revision of its mapping it goes on.
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <fstream>
#include <iterator>

#include "../store/store_fixture.hpp"
#include "sedlink/core/hash.hpp"
#include "sedlink/mapping/compile.hpp"
#include "sedlink/process/step.hpp"
#include "steps.hpp"

namespace sedlink::engine {
namespace {

using namespace std::chrono_literals;
using store::minute;

mapping::MappingPtr compiled(const std::string& text) {
  return mapping::compile(text, "contracts.yaml", mapping::LintWorld()).mapping;
}

std::string contracts() {
  std::ifstream in(std::string(SEDLINK_SOURCE_DIR) + "/mapping/examples/contracts.yaml");
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

class Pace : public store::StoreFixture {
 protected:
  void SetUp() override {
    StoreFixture::SetUp();
    mapping_ = compiled(contracts());
    ASSERT_TRUE(mapping_);
    catalog_ = std::make_unique<Catalog>(std::vector<mapping::MappingPtr>{mapping_}, compiled);
    world_.poll_active = 15s;
    world_.poll_quiet = 5min;
    world_.poll_asleep = 1h;
  }
  // A run of this revision that has been started at `at`.
  void add_run(const std::string& id, const std::string& revision, Time at) {
    process::Instance in = process::new_instance(*mapping_, ItemRef{"portal", "dynamic:1036", id});
    in.id = id;
    in.revision = revision;
    in.launch_no = 1;
    in.phase = process::Phase::running;
    in.process = ProcessRef{"p-" + id, "T", "", DocumentRef{"d-" + id, "T", ""}};
    in.started_at = in.updated_at = in.edms_moved_at = at;
    store::InstanceRow row;
    row.id = id;
    row.mapping = in.mapping;
    row.revision = revision;
    row.edms = in.edms;
    row.item = in.item;
    row.launch_no = 1;
    row.phase = process::to_string(in.phase);
    row.state = boost::json::serialize(to_json(in));
    row.created_at = row.updated_at = at;
    write([row](store::Tx& tx) {
      store::InstanceRow saved = row;
      tx.save_instance(saved);
    });
  }
  // The EDMS says at `now` that somebody is at `stage`. Until the next question: so long.
  Duration asked(const std::string& id, const std::string& stage, Time now) {
    process::SnapshotTaken taken;
    taken.snapshot.ref = ProcessRef{"p-" + id, "T", "", DocumentRef{"d-" + id, "T", ""}};
    taken.snapshot.asked_at = now;
    taken.snapshot.state = ProcessState::running;
    taken.snapshot.stages = {OpenStage{StageKind::approval, stage}};
    const process::Event event = taken;
    return write([&, id, now, event](store::Tx& tx) {
      const Result<Applied> applied = apply_to_instance(tx, *catalog_, world_, id, event, now);
      EXPECT_TRUE(applied.has_value()) << describe(applied.error());
      const auto row = tx.instance(id);
      EXPECT_TRUE(row && row->next_poll_at);
      return row && row->next_poll_at ? *row->next_poll_at - now : Duration{};
    });
  }
  std::vector<store::EffectRow> incidents() {
    return read([](store::Tx& tx) { return tx.incidents(10); });
  }
  mapping::MappingPtr mapping_;
  std::unique_ptr<Catalog> catalog_;
  World world_;
};

TEST_F(Pace, of_a_process_is_seconds_after_a_move_minutes_when_quiet_and_hours_when_asleep) {
  add_run("i1", mapping_->revision, minute(0));
  EXPECT_LE(asked("i1", "Согласовать", minute(1)), 3s) << "the first look shows something new";
  // Asked whenever it is due, nothing moves for three days.
  std::map<int, int> questions;  // by hour
  Duration last{};
  for (Time now = minute(2); now < minute(2) + 72h; now += last) {
    last = asked("i1", "Согласовать", now);
    ++questions[static_cast<int>((now - minute(2)) / 1h)];
    const auto quiet = now - minute(1);
    EXPECT_EQ(last, quiet < 30min ? Duration(15s) : quiet < 24h ? Duration(5min) : Duration(1h));
  }
  EXPECT_GE(questions[0], 100);
  EXPECT_EQ(questions[10], 12);
  EXPECT_EQ(questions[50], 1);
  // A move: seconds again, for half an hour.
  const Time moved = minute(2) + 80h;
  EXPECT_LE(asked("i1", "Подписать", moved), 3s);
  EXPECT_EQ(asked("i1", "Подписать", moved + 3s), 15s);
  EXPECT_EQ(asked("i1", "Подписать", moved + 29min), 15s);
  EXPECT_EQ(asked("i1", "Подписать", moved + 31min), 5min);
}

TEST_F(Pace, of_what_is_due_is_not_put_off_by_an_event_of_the_card) {
  world_.poll_active = 1h;
  add_run("i1", mapping_->revision, minute(0));
  asked("i1", "Согласовать", minute(1));
  EXPECT_EQ(asked("i1", "Согласовать", minute(2)), 1h);
  write([this](store::Tx& tx) { EXPECT_EQ(tx.hasten_polls(mapping_->edms, "p-i1", "", minute(3)), 1); });
  process::ItemSeen seen;
  seen.item.ref = ItemRef{"portal", "dynamic:1036", "i1"};
  seen.item.stage = "DT1036_10:APPROVAL";
  write([&, seen](store::Tx& tx) {
    const Applied applied = apply_to_item(tx, *catalog_, world_, mapping_, seen.item.ref, seen, minute(4));
    EXPECT_TRUE(applied.saved);
    const auto row = tx.instance("i1");
    EXPECT_TRUE(row && row->next_poll_at == minute(3));
  });
}

TEST_F(Pace, of_a_card_that_waits_for_data_slows_down_to_hours) {
  EXPECT_EQ(next_look(world_, minute(0), minute(59)), minute(59) + 5min);
  EXPECT_EQ(next_look(world_, minute(0), minute(61)), minute(61) + 1h);
}

TEST_F(Pace, spreads_what_became_due_at_once) {
  ManualClock clock(minute(0));
  Engine::Parts parts;
  parts.executor = context_.get_executor();
  parts.clock = &clock;
  parts.logger = &logger_;
  parts.store = store_.get();
  Settings settings;
  settings.spool = folder_ / "spool";
  settings.seed = 7;
  Core core(settings, std::move(parts));
  // Every question about many processes is kept with a spread of its own.
  std::set<Duration> next;
  for (int i = 0; i < 40; ++i) {
    const std::string id = "i" + std::to_string(i);
    add_run(id, mapping_->revision, minute(0));
    asked(id, "Согласовать", minute(1));
    world_ = *core.world();
    const Duration wait = asked(id, "Согласовать", minute(1) + 25h);
    EXPECT_GE(wait, 48min);
    EXPECT_LE(wait, 72min);
    next.insert(wait);
  }
  EXPECT_GE(next.size(), 38U);
  EXPECT_GE(*next.rbegin() - *next.begin(), 12min) << "an hour's sleep ends in a dozen minutes at least, not in one";
}

TEST_F(Pace, of_runs_whose_revision_no_longer_compiles_follows_the_file_in_force_and_an_incident_says_so) {
  const std::string old_text = "format: 0\nlaunch: { spelled: as long ago }\n";
  const std::string old_revision = sha256_hex(old_text);
  write([&](store::Tx& tx) { tx.put_revision(old_revision, mapping_->id, old_text, minute(0)); });
  add_run("i1", old_revision, minute(0));
  add_run("i2", old_revision, minute(0));
  asked("i1", "Согласовать", minute(1));
  asked("i2", "Согласовать", minute(1));
  auto found = incidents();
  ASSERT_EQ(found.size(), 1U) << "one for all runs of that revision";
  EXPECT_NE(found[0].last_error.find(mapping_->id), std::string::npos) << found[0].last_error;
  EXPECT_NE(found[0].last_error.find(old_revision.substr(0, 12)), std::string::npos);
  EXPECT_NE(found[0].last_error.find("продолжаются по файлу, который действует сейчас"), std::string::npos);
  // A version that reads it again ends the alarm.
  catalog_ = std::make_unique<Catalog>(std::vector<mapping::MappingPtr>{mapping_}, [&](const std::string& text) {
    auto cured = std::make_shared<mapping::CompiledMapping>(*mapping_);
    cured->revision = sha256_hex(text);
    return mapping::MappingPtr(std::move(cured));
  });
  asked("i1", "Согласовать", minute(2));
  EXPECT_TRUE(incidents().empty());
}

TEST_F(Pace, of_runs_of_the_file_in_force_raises_no_incident) {
  add_run("i1", mapping_->revision, minute(0));
  asked("i1", "Согласовать", minute(1));
  EXPECT_TRUE(incidents().empty());
}

}  // namespace
}  // namespace sedlink::engine
