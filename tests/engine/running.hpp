#pragma once
// An engine between two systems and a service that live in memory.
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "fakes.hpp"
#include "flaky_store.hpp"
#include "sedlink/core/json.hpp"
#include "sedlink/engine/engine.hpp"
#include "sedlink/mapping/compile.hpp"
#include "sedlink/signing/verifier.hpp"
#include "support/run_task.hpp"

namespace sedlink::engine::testing {

namespace asio = boost::asio;

// The system's time and as much as a test adds.
class ShiftedClock final : public Clock {
 public:
  [[nodiscard]] Time now() const noexcept override { return system_.now() + shift; }
  Duration shift{};

 private:
  SystemClock system_;
};

class Running : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("sedlink-engine-" + uuid::random());
    std::filesystem::create_directories(folder_);
    const std::string path = std::string(SEDLINK_SOURCE_DIR) + "/mapping/examples/contracts.yaml";
    std::ifstream in(path);
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    mapping_ = mapping::compile(text + calls_, path, mapping::LintWorld()).mapping;
    ASSERT_TRUE(mapping_);
    store::StoreOptions options;
    options.file = folder_ / "store.db";
    auto opened = store::Store::open(options, log_);
    ASSERT_TRUE(opened.has_value()) << describe(opened.error());
    store_ = std::make_unique<FlakyStore>(std::move(opened.value()));

    auto crm = std::make_unique<FakeCrm>();
    auto edms = std::make_unique<FakeEdms>();
    crm_ = crm.get();
    edms_ = edms.get();
    edms_->clock = &clock_;
    Item& item = crm_->item;
    item.ref = ItemRef{"portal", "dynamic:1036", "77"};
    item.title = "Поставка";
    item.category = "10";
    item.stage = "DT1036_10:PREPARATION";
    item.assigned_by = item.moved_by = "14";
    item.company_id = "5";
    item.moved_at = clock_.now() + Duration(60'000);
    item.fields = {{"opportunity", Value("1.00")},
                   {"ufCrm10Contract", Value(Value::List{Value(CrmFile{"1", "contract.pdf", {}})})}};
    item.company = {
        {"title", Value("ООО Ромашка")}, {"requisite.inn", Value("7717586110")}, {"requisite.kpp", Value("771701001")}};

    Engine::Parts parts;
    parts.executor = io_.get_executor();
    parts.clock = &clock_;
    parts.logger = &log_;
    parts.store = store_.get();
    parts.crm.emplace("portal", std::move(crm));
    parts.edms.emplace("docflow", std::move(edms));
    auto service = std::make_unique<FakeService>();
    service_ = service.get();
    parts.services.emplace("bureau", std::move(service));
    if (verifier_) parts.verifiers.emplace("docflow", verifier_);
    parts.mappings = {mapping_};
    parts.recompile = [this](const std::string&) { return mapping_; };
    Settings settings;
    settings.instance_name = "test";
    settings.spool = folder_ / "spool";
    settings.spool_quota = spool_quota_;
    settings.poll_active = settings.poll_quiet = Duration(20);
    settings.sweep = Duration(1'000);
    settings.retry_first = Duration(10);
    settings.retry_max = Duration(100);
    settings.seed = 1;
    shape_(settings);
    engine_ = std::make_unique<Engine>(std::move(settings), std::move(parts));
  }
  void TearDown() override {
    engine_.reset();
    store_->close();
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  // Runs the engine until `condition` holds; false when it does not within 90 s.
  bool until(std::function<bool()> condition) {
    bool held = false;
    asio::co_spawn(io_, drive(std::move(condition), &held), [](std::exception_ptr e) {
      if (e) std::rethrow_exception(e);
    });
    io_.restart();
    io_.run();
    return held;
  }
  asio::awaitable<void> drive(std::function<bool()> condition, bool* held) {
    if (!started_) {
      started_ = true;
      Result<void> started = co_await engine_->start();
      EXPECT_TRUE(started.has_value());
      co_await look();
    }
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(90);
    while (!(*held = condition()) && std::chrono::steady_clock::now() < deadline) co_await net::wait(Duration(5));
    co_await engine_->stop(std::chrono::steady_clock::now() + std::chrono::seconds(5));
  }
  // Runs the engine until the stored effects satisfy `condition`; false when they do not within 90 s.
  bool until_stored(std::function<bool(const std::vector<store::EffectRow>&)> condition) {
    bool held = false, reading = false;
    return until([&] {
      if (!held && !reading) {
        reading = true;
        asio::co_spawn(io_, every_effect(), [&](std::exception_ptr e, Result<std::vector<store::EffectRow>> rows) {
          if (e) std::rethrow_exception(e);
          reading = false;
          held = rows.has_value() && condition(rows.value());
        });
      }
      return held;
    });
  }
  // Every effect of every run, after the engine has stopped.
  std::vector<store::EffectRow> effects() {
    auto rows = testing_support::run_task(io_, every_effect());
    EXPECT_TRUE(rows.has_value());
    return rows.has_value() ? rows.value() : std::vector<store::EffectRow>();
  }
  Task<std::vector<store::EffectRow>> every_effect() {
    std::function<Result<std::vector<store::EffectRow>>(store::Tx&)> unit =
        [](store::Tx& tx) -> Result<std::vector<store::EffectRow>> {
      std::vector<store::EffectRow> all;
      for (const auto& run : tx.instances(store::InstanceFilter()))
        for (auto& row : tx.effects(run.id)) all.push_back(std::move(row));
      return all;
    };
    return store_->read<std::vector<store::EffectRow>>(std::move(unit));
  }
  asio::awaitable<void> look() {
    api::InboundEvent event;
    event.name = "CHANGED";
    event.item = crm_->item.ref;
    std::vector<api::InboundEvent> events{event};
    Result<void> taken = co_await engine_->deliver("portal", events);
    EXPECT_TRUE(taken.has_value());
  }

  asio::io_context io_{1};
  ShiftedClock clock_;
  Journal log_;
  std::filesystem::path folder_;
  mapping::MappingPtr mapping_;
  std::unique_ptr<FlakyStore> store_;
  std::unique_ptr<Engine> engine_;
  FakeCrm* crm_ = nullptr;
  FakeEdms* edms_ = nullptr;
  FakeService* service_ = nullptr;
  std::string calls_;                            // added to the mapping
  std::shared_ptr<signing::Verifier> verifier_;  // of the EDMS's signatures
  std::function<void(Settings&)> shape_ = [](Settings&) {};
  bool started_ = false;
  std::uint64_t spool_quota_ = 1'000'000;
};

}  // namespace sedlink::engine::testing
