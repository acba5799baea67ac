#pragma once
// The fixture of every case: one fresh EDMS, an adapter to it, and short ways to use the port. What a case cannot do
// without is asked of the adapter's capabilities first (needs), never found out by failing.
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "contract/operations.hpp"
#include "contract/stand.hpp"
#include "support/run_task.hpp"
#include "support/temp_dir.hpp"

namespace sedlink::contract {

class Contract : public ::testing::TestWithParam<Variant> {
 protected:
  Contract();
  ~Contract() override;

  // --- the system and its adapter, started by the first use
  Stand& stand();
  api::EdmsAdapter& edms();
  api::Capabilities capabilities();
  void begin(const Scene& scene);
  // Another adapter of the same connection, as after a restart of the daemon.
  std::unique_ptr<api::EdmsAdapter> another(std::string_view without = {});
  void replace_adapter() { adapter_ = another(); }

  // Skips the case unless `able`; `capability` is the reason shown. Use: if (!needs(…)) return;
  [[nodiscard]] bool needs(bool able, const std::string& capability);
  void count_trials(std::size_t n);  // how many runs of the adapter the case stands for
  std::size_t stride();              // the stand's; above 1 it is noted in the table

  // --- calls
  [[nodiscard]] api::CallContext context(std::string key = {}) const;
  [[nodiscard]] static std::string key();  // a new one
  template <class T>
  Result<T> run(Task<T> task) {
    return testing_support::run_task(io_, std::move(task));
  }
  // The value; a refusal fails the case.
  template <class T>
  T must(Task<T> task) {
    Result<T> result = run(std::move(task));
    if (!result) throw std::runtime_error(describe(result.error()));
    if constexpr (!std::is_void_v<T>) return std::move(result).value();
  }

  // --- ready-made objects
  DocumentRef document(const std::string& title = "Договор поставки 15");
  SpooledFile spool(const std::string& name, const std::string& bytes);
  EdmsFileRef file(const DocumentRef& document, const std::string& name, const std::string& bytes);
  ProcessRef prepared(const DocumentRef& document);
  ProcessRef running(const DocumentRef& document);
  ProcessRef running() { return running(document()); }
  // Bytes of a version as fetch() brings them; name, size and hash are compared with the file.
  std::string fetched(const EdmsFileRef& ref);
  Snapshot look(const ProcessRef& process);
  // Polls until the condition holds; the last snapshot fails the case after 10 s.
  Snapshot look_until(const ProcessRef& process, const std::function<bool(const Snapshot&)>& condition);
  // To its end, the author's decisions included: by the adapter where the EDMS waits for us.
  Snapshot conclude(const ProcessRef& process);
  [[nodiscard]] static bool has_ended(const Snapshot& s);
  // The state of a process whose author left a refused round at its verdict.
  ProcessState given_up() {
    return stand().giving_up_is_cancelling() ? ProcessState::interrupted : ProcessState::completed;
  }

  // --- sweeps over one operation of operations.hpp
  Trial arrange(const Operation& o);
  void meet_mishaps(std::string_view operation);
  void meet_cancellation(std::string_view operation);
  void recover(const Operation& o, Trial& t, Result<void> result, bool doubtful);
  void expect_done_once(const Operation& o, const Trial& t);

  boost::asio::io_context io_{1};
  testing_support::TempDir folder_;

 private:
  SystemClock clock_;
  NullLogger logger_;
  std::unique_ptr<Stand> stand_;
  std::unique_ptr<api::EdmsAdapter> adapter_;
  std::size_t files_ = 0, trials_ = 0;
  std::optional<Trial> arranged_;
  std::optional<DocumentRef> shared_document_;
};

[[nodiscard]] std::string variant_label(const ::testing::TestParamInfo<Variant>& info);
[[nodiscard]] std::string some_bytes(std::size_t size, unsigned seed = 1);

}  // namespace sedlink::contract

// In a variant's file, once: SEDLINK_CONTRACT(onec_docflow, variant_2_1(), variant_3_0());
#define SEDLINK_CONTRACT(adapter, ...) \
  INSTANTIATE_TEST_SUITE_P(adapter, Contract, ::testing::Values(__VA_ARGS__), ::sedlink::contract::variant_label)
