#pragma once
// Tasks and their routes (directum.md A9): drafts, start, assignments, rounds, endings.
#include "documents.hpp"

namespace sedlink::sim::directum {

enum class Variant { rule = 1, free, process, simple, other };

// What kind of assignment a step of a route makes, and what its results mean.
struct StepKind {
  Variant variant;
  std::string_view word;                          // in scenarios, facts and the state
  std::string_view assignment;                    // type
  std::string_view done, remark, rework, refuse;  // results; empty: none
  std::string_view title;                         // ThreadSubject
};
// Null when there is none.
[[nodiscard]] const StepKind* find_step(Variant variant, std::string_view word);
[[nodiscard]] const StepKind* step_of_assignment(const Entity& assignment);

struct Step {
  const StepKind* kind = nullptr;
  std::string name;  // ThreadSubject; empty: the kind's title
  std::vector<Id> performers;
  bool serial = false;
  bool stops_at_first_return = false;  // ReworkType AfterEach
  int days = 1;
};

// A rule of approval or a process variant.
struct Route {
  Id rule = 0;  // of ApprovalRuleBase; 0 for process variants
  std::string name;
  std::set<Id> kinds;  // of documents; empty: any
  std::int64_t priority = 0;
  bool only_objectors_again = false;  // IsSmallApprovalAllowed
  bool restricts_initiator = false;
  std::vector<Step> steps;
};

struct Run {
  Id task = 0;
  Variant variant = Variant::rule;
  std::string route;
  Id document = 0;
  std::vector<Step> steps;
  std::size_t step = 0;
  int round = 0;
  bool only_objectors_again = false;
  bool restricted_rights = false;
  std::vector<Id> open;               // assignments
  std::vector<Id> queue;              // performers of a serial step still to come
  std::map<Id, std::string> results;  // of the step, by performer
  std::set<Id> agreed;                // performers who need not be asked again
};

class Approval {
 public:
  explicit Approval(Installation& base) : base_(base) {}

  std::vector<Route> rules, processes;

  // Drafts; throw Refusal.
  Entity& draft(std::string_view type, Variant variant, const Caller& author, Entity* document,
                const std::string& text);
  Entity& draft_by_rule(const Caller& author, Entity& document, const std::string& text, Entity* signatory,
                        const std::vector<Id>& additional);
  Entity& draft_free(const Caller& author, Entity& document, const std::string& text, std::optional<Time> deadline,
                     const std::vector<Id>& approvers);
  Entity& draft_process(const Caller& author, Entity& document, const std::string& text,
                        const std::vector<Id>& additional);
  Entity& draft_simple(const Caller& author, const std::string& subject, const std::string& text,
                       std::optional<Time> deadline, const std::string& importance, bool notice,
                       const std::vector<Id>& performers, const std::vector<Id>& observers,
                       const std::vector<Id>& documents);
  // A task of one step.
  Entity& draft_one_step(std::string_view type, std::string_view step, const Caller& author, Entity* document,
                         const std::string& text, const std::vector<Id>& performers, std::optional<Time> deadline);

  void start(Entity& task, const Caller& caller);
  // `by`: who completes it. Throws Refusal.
  void complete(Entity& assignment, const std::string& result, Entity& by, const std::string& comment);
  void abort(Entity& task, const std::string& reason);
  void suspend(Entity& task, bool suspended);
  void forget(Entity& task);  // deleted

  [[nodiscard]] Run* find(Id task);
  [[nodiscard]] const std::map<Id, Run>& runs() const { return runs_; }
  // Of the document; the latest one first.
  [[nodiscard]] std::vector<Id> tasks_of(Id document) const;
  // What the caller may choose for the document, the best first.
  [[nodiscard]] const Route* rule_for(const Entity& document) const;
  [[nodiscard]] const Route* rule_by_id(Id rule) const;
  [[nodiscard]] const Run* restricting(Id document) const;

 private:
  void attach(Entity& task, Id entity, std::string_view type_guid, std::string_view group);
  void check_start(const Entity& task, const Run& run, const Caller& caller) const;
  void open_step(Run& run);
  void go_on(Run& run);
  void after_moment(Id task, void (Approval::*action)(Run&));
  Entity& assign(Run& run, const StepKind& kind, const Step& step, Id performer);
  void notify(Run& run, std::string_view type, Id performer, const std::string& subject);
  void decide_step(Run& run);
  void to_rework(Run& run);
  void resubmit(Run& run);
  void finish(Run& run, const char* status);
  void close_open(Run& run);
  void tell(const Run& run, const Entity& assignment, const StepKind& kind);
  void add_text(Entity& of, Id author, const std::string& body, bool automatic);
  void set_task(Entity& task, std::string_view property, Value value);
  [[nodiscard]] Entity& task_of(const Run& run) const;
  [[nodiscard]] Entity* document_of(const Run& run) const { return base_.store.find("OfficialDocument", run.document); }
  [[nodiscard]] bool moves_document(const Run& run) const {
    return run.variant == Variant::rule || run.variant == Variant::process;
  }
  [[nodiscard]] static bool fits(const Route& route, const Entity& document);

  Installation& base_;
  std::map<Id, Run> runs_;
  std::unordered_map<Id, std::vector<Id>> by_document_;
};

}  // namespace sedlink::sim::directum
