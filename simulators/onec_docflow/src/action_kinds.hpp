#pragma once
#include <span>
#include <string_view>

namespace sedlink::sim::onec_docflow {

// What differs between the actions of a processing in 3.0 (onec-docflow 9.1-9.4).
struct ActionKind {
  std::string_view type;
  std::string_view word;                         // in scenarios
  std::string_view name;                         // of DMActionType
  std::string_view verb;                         // task title: «Согласовать "…"»
  std::string_view stage;                        // as scenario rules and state call it
  std::string_view function;                     // DMActionParticipantFunction of who is asked
  std::string_view processor;                    // function of who handles a refusal or remarks; empty: nobody does
  std::string_view positive, negative, remarks;  // DMActionExecutionResult; remarks empty: there are none
  std::string_view family;                       // property of the document that shows its state
  std::string_view running, done, refused;       // DMDocumentStatus; refused empty: stays `done`
};

[[nodiscard]] std::span<const ActionKind> action_kinds();
// By class; nullptr when it is none of the six.
[[nodiscard]] const ActionKind* find_action_kind(std::string_view type);
[[nodiscard]] const ActionKind* action_kind_of_word(std::string_view word);

// Russian synonyms of 3.0's string enumerations: what people read (onec-docflow 9.2); the value itself when unknown.
[[nodiscard]] std::string_view status_synonym(std::string_view status);
[[nodiscard]] std::string_view result_synonym(std::string_view result);
[[nodiscard]] std::string_view action_state_synonym(std::string_view state);
[[nodiscard]] std::string_view processing_state_synonym(std::string_view state);

}  // namespace sedlink::sim::onec_docflow
