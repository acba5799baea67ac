#pragma once
// A mapping, a card and the state machine, driven by hand.
#include <gtest/gtest.h>

#include <deque>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "sedlink/mapping/compile.hpp"
#include "sedlink/process/step.hpp"

namespace sedlink::process::testing {

inline mapping::MappingPtr example(const std::string& name) {
  const std::string path = std::string(SEDLINK_SOURCE_DIR) + "/mapping/examples/" + name;
  std::ifstream in(path);
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  auto result = mapping::compile(text, path, mapping::LintWorld());
  for (const auto& f : result.findings)
    if (f.severity == config::Severity::error) ADD_FAILURE() << f.message;
  return result.mapping;
}

class World {
 public:
  explicit World(const std::string& file = "contracts.yaml") : mapping(example(file)) {
    rules.instance_name = "test";
    rules.mapping = mapping.get();
    now = Time(std::chrono::sys_days(std::chrono::year(2026) / 3 / 2));
    item.ref = ItemRef{"portal", mapping->launch.entity, "77"};
    item.title = "Поставка";
    item.category = mapping->launch.category;
    item.stage = mapping->launch.stage;
    item.assigned_by = "14";
    item.moved_by = "21";
    item.moved_at = now;
    item.company_id = "5";
    item.fields = {{"opportunity", Value("150000.00")}, {"companyId", Value("5")}};
    item.fields[mapping->document.files.front().field] = Value(Value::List{Value(CrmFile{"f1", "contract.pdf", {}})});
    item.company = {{"id", Value("5")},
                    {"title", Value("ООО Ромашка")},
                    {"requisite.inn", Value("7717586110")},
                    {"requisite.kpp", Value("771701001")}};
    instance = new_instance(*mapping, item.ref);
  }

  Transition apply(const Event& event) {
    now += Duration(1000);
    Transition t = step(instance, event, rules, now);
    instance = t.next;
    for (const auto& e : t.effects) effects.push_back(e);
    return t;
  }
  Transition see() {
    item.read_at = now + Duration(500);
    ItemSeen e;
    e.item = item;
    return apply(e);
  }
  void move(const std::string& stage) {
    item.stage = stage;
    item.moved_at = now + Duration(400);
    see();
  }
  // Carries out every effect that waits, as if both systems did what they are told.
  void settle() {
    while (next < effects.size()) {
      const Effect e = effects[next++];
      EffectSucceeded done;
      done.effect = e;
      done.result = result_of(e.action);
      apply(done);
    }
  }
  // As settle(), but the EDMS gives every file an id of its own.
  void settle_with_ids() {
    while (next < effects.size()) {
      const Effect e = effects[next++];
      EffectSucceeded done;
      done.effect = e;
      done.result = result_of(e.action);
      if (const auto* a = std::get_if<AttachFile>(&e.action)) done.result = FileSent{"e-" + a->file.crm_id};
      apply(done);
    }
  }
  // Settles what comes before the first waiting effect of `kind`, and takes that one out.
  void settle_until(const std::string& kind) {
    while (next < effects.size() && kind != kind_of(effects[next].action)) {
      EffectSucceeded done;
      done.effect = effects[next++];
      done.result = result_of(done.effect.action);
      apply(done);
    }
    ++next;
  }
  void snapshot(Snapshot s) {
    SnapshotTaken e;
    now += Duration(1000);
    s.asked_at = now;
    e.snapshot = std::move(s);
    apply(e);
  }
  static Snapshot at_stage(StageKind kind, int round = 1) {
    Snapshot s;
    s.round = round;
    s.stages = {OpenStage{kind, "точка"}};
    return s;
  }
  static Snapshot ended(Outcome outcome) {
    Snapshot s;
    s.outcome = outcome;
    s.state = outcome == Outcome::interrupted ? ProcessState::interrupted : ProcessState::completed;
    return s;
  }
  [[nodiscard]] int count(const std::string& kind) const {
    int n = 0;
    for (const auto& e : effects)
      if (kind == kind_of(e.action)) ++n;
    return n;
  }
  [[nodiscard]] std::string last_move() const {
    std::string to;
    for (const auto& e : effects)
      if (const auto* c = std::get_if<ChangeCrm>(&e.action))
        if (const auto* m = std::get_if<MoveStage>(&c->action)) to = m->to;
    return to;
  }

  Success result_of(const Action& action) {
    if (const auto* a = std::get_if<CollectFiles>(&action)) {
      FilesCollected r;
      r.files = a->files;
      for (auto& f : r.files) {
        f.sha256 = "sha-" + f.crm_id;
        f.size = 10;
      }
      return r;
    }
    if (std::holds_alternative<EnsureCounterparty>(action)) return CounterpartyFound{"c1"};
    if (std::holds_alternative<CreateDocument>(action))
      return DocumentCreated{DocumentRef{"d1", "T", "https://edms/d1"}};
    if (const auto* a = std::get_if<AttachFile>(&action)) return FileSent{"e-" + a->file.name};
    if (const auto* a = std::get_if<AddVersion>(&action)) return FileSent{a->file.edms_file};
    if (std::holds_alternative<PrepareProcess>(action))
      return ProcessPrepared{ProcessRef{"p1", "T", "https://edms/p1", {}}};
    if (std::holds_alternative<ListResults>(action)) {
      ResultsListed r;
      for (const auto& f : instance.files) {
        ResultFile file;
        file.ref.id = f.edms_file;
        file.name = f.name;
        r.results.files.push_back(std::move(file));
      }
      return r;
    }
    if (const auto* v = std::get_if<VerifySignatures>(&action)) return verified(v->results);
    if (const auto* c = std::get_if<ChangeCrm>(&action)) {
      if (const auto* m = std::get_if<MoveStage>(&c->action)) {
        CardMoved r;
        r.category = item.category;
        r.moved = std::find(m->expected.begin(), m->expected.end(), item.stage) != m->expected.end();
        if (r.moved) {
          item.stage = m->to;
          item.moved_at = now;
          r.moved_at = now;
        }
        r.stage = item.stage;
        return r;
      }
      if (std::holds_alternative<EnsureFolder>(c->action)) return FolderReady{"folder"};
    }
    return Done{};
  }

  // Every signature with bytes stands as `standing` says.
  [[nodiscard]] SignaturesVerified verified(const ResultSet& results) const {
    SignaturesVerified r;
    r.check.at = now;
    r.check.trust = "people";
    for (const auto& file : results.files) {
      int n = 0;
      for (const auto& told : file.signatures) {
        CheckedSignature s;
        s.file_id = file.ref.id;
        s.file = file.name;
        s.number = ++n;
        s.told_signer = told.signer;
        s.file_sha256 = "sha-of-" + file.name;
        if (!told.bytes.empty()) {
          s.name = file.name + "." + std::to_string(n) + ".p7s";
          s.standing = standing;
          CheckedSigner who;
          who.name = told.signer;
          who.inn = "7701234567";
          who.standing = standing;
          who.claimed_at = now;
          if (standing == Standing::invalid) {
            s.codes = {"content_changed"};
            who.reasons = {"подписана другая версия файла"};
          }
          s.signers.push_back(std::move(who));
        } else {
          s.reasons = {"файла подписи нет"};
          s.codes = {"signature_absent"};
        }
        r.check.signatures.push_back(std::move(s));
      }
    }
    return r;
  }

  Standing standing = Standing::valid;
  mapping::MappingPtr mapping;
  Rules rules;
  Item item;
  Instance instance;
  std::vector<Effect> effects;
  std::size_t next = 0;
  Time now{};
};

}  // namespace sedlink::process::testing
