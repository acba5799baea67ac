#pragma once
// The pure state machine. Same input, same output; no clock, no I/O, no vendor.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sedlink/core/clock.hpp"
#include "sedlink/mapping/model.hpp"
#include "sedlink/process/event.hpp"
#include "sedlink/process/instance.hpp"

namespace sedlink::process {

// What does not change during a step.
struct Rules {
  std::string instance_name;  // part of every key
  const mapping::CompiledMapping* mapping = nullptr;
  std::optional<Time> active_since;  // items moved before are launched by no event
  TimeZone zone;                     // of texts for people
  bool can_cancel = true, can_resubmit = true;
  // What people call the card's fields, by name; null: nobody knows. Outlives the step.
  const std::map<std::string, std::string, std::less<>>* field_titles = nullptr;
  Duration own_move_tolerance{2'000};
};

struct Transition {
  Instance next;                   // next.id differs from the input's: a new run begins
  std::vector<Effect> effects;     // in order
  std::vector<std::string> notes;  // for the history, Russian
  bool handled = true;             // EffectFailed: false = make it an incident
  bool look_again = false;         // read the item once more after this step
  bool poll_soon = false;          // something just moved
  bool drop_edms_effects = false;  // the road to the EDMS was left: pending EDMS effects are void
};

// Total: every event in every phase has an answer. `before` is the latest run of (mapping, item), or a fresh one from
// new_instance(). Effects of an EffectSucceeded/Failed belong to `before`.
[[nodiscard]] Transition step(const Instance& before, const Event& event, const Rules& rules, Time now);

// A run that has not begun.
[[nodiscard]] Instance new_instance(const mapping::CompiledMapping&, const ItemRef&);

// Values for templates out of an instance: item.*, company.*, contact.*, requisite.*, process.*, document.*.
[[nodiscard]] mapping::Scope make_scope(const Instance&, const TimeZone&);

// process.remarks: "Имя: замечание" of the last round's participants with remarks or a refusal.
[[nodiscard]] std::vector<std::string> remarks(const Instance&);
// Names of those who hold the document now.
[[nodiscard]] std::vector<std::string> holders(const Instance&);
// The stage as people read it: "Согласование", "На доработке", or the outcome once it has ended.
[[nodiscard]] std::string stage_text(const Instance&);

}  // namespace sedlink::process
