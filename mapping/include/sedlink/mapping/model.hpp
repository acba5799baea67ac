#pragma once
// A mapping file, compiled: immutable, ready to be evaluated. The language is described in docs/mapping.md.
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sedlink/config/finding.hpp"
#include "sedlink/core/domain.hpp"
#include "sedlink/mapping/template.hpp"

namespace sedlink::mapping {

enum class OncePer { item = 1, stage_entry, revision };
enum class Recipient { initiator = 1, responsible, holder };

// What to do with the card and whom to tell, in a row of stages:, outcomes:, sent:, refused:.
struct TaskSpec {
  Template title;
  std::optional<Template> checklist;  // a list value makes one item per element
  std::optional<Template> description;
  std::optional<Recipient> responsible;  // default: responsible
  std::optional<Duration> due;           // from the moment the task is made
};
struct Reaction {
  std::optional<std::string> crm;  // target stage; nullopt = keep
  std::optional<Template> comment;
  std::vector<Recipient> notify;
  std::optional<Template> notify_text;  // default: the comment, else a standard sentence
  std::optional<TaskSpec> task;
  config::Range crm_range;  // of crm: in outcomes:
};

struct Launch {
  std::string entity, category;  // category empty = any
  std::string stage;             // when: { stage }
  OncePer once_per = OncePer::revision;
  std::vector<std::string> require;  // field names
  Reaction sent, refused;
  config::Range range, stage_range;
};
struct Withdraw {
  std::string stage;
  std::optional<Template> reason;
};

// How a document's field points at an EDMS object; each part a template.
struct ReferenceSpec {
  std::optional<Template> id, name, inn, kpp, user;
  bool create = false;
};
struct DocumentField {
  std::string name;  // neutral, or "vendor.X"
  std::variant<Template, ReferenceSpec> value;
  bool optional = false;
  config::Range range;
};
struct FileSpec {
  std::string field;  // item field name, without "item."
  std::string role;   // main | annex
  bool optional = false;
  config::Range range;
};
struct DocumentSpec {
  std::string type;
  std::vector<DocumentField> fields;
  std::vector<FileSpec> files;
};

enum class Rework { edms = 1, crm };
struct ProcessSpec {
  std::string kind, template_name;
  std::vector<ReferenceSpec> approvers;
  std::optional<ReferenceSpec> author;  // default: the initiator (rework: edms) or the integration user (rework: crm)
  std::optional<Template> name, description;
  std::optional<Duration> due;  // working days count as days until the calendar comes
  Rework rework = Rework::edms;
  std::vector<std::string> give_up;  // stages that end a round as rejected
};

struct StageRow {
  std::string edms;  // our kind's Russian word, the vendor's name, or "*"
  Reaction reaction;
  config::Range range;
};
struct FieldRule {
  std::string field;
  Template value;
  config::Range range;
};
enum class Take { document = 1, pdf, files, signatures, sheet };
struct ResultTarget {
  enum class Kind { field = 1, folder, timeline } kind = Kind::folder;
  std::string field;
};
struct ResultRule {
  Take take = Take::document;
  std::vector<ResultTarget> to;
  config::Range range;
};
// A service asked on the way (calls:).
enum class CallWhen { launch = 1, stage, outcome };
struct CallAnswer {
  std::string take;              // JSON pointer or XPath; empty: the whole answer
  std::vector<ResultTarget> to;  // field, timeline
  std::optional<Template> text;  // for the timeline; default: the value
  config::Range range;
};
struct CallReady {
  std::string id;  // taken from the first answer
  Template path;   // asked until the answer is not 202
  Duration wait{1'000};
  std::string wait_ms;
  Duration limit{8 * 3'600'000};
};
struct CallSpec {
  std::string name;
  CallWhen when = CallWhen::outcome;
  std::string stage;              // when = stage: a row of stages:
  std::vector<Outcome> outcomes;  // when = outcome; empty: approved, approved_with_remarks
  std::string service, method = "POST", content_type, idempotency_key;
  Template path;
  std::vector<std::pair<std::string, Template>> headers;
  std::optional<Template> body;
  std::vector<CallAnswer> answer;
  std::optional<CallReady> ready;
  bool repeat_safe = false;  // after an ambiguous failure
  config::Range range;
};
struct DeadlineRule {  // parsed and checked; not acting yet
  std::string stage;
  Duration after{};
  std::vector<Recipient> notify;
  std::optional<Template> text;
  config::Range range;
};

// A test written in the mapping file.
struct TestEvent {
  Duration at{};
  enum class Kind { crm_launch = 1, crm_move, crm_edit, edms } kind = Kind::edms;
  std::string stage;  // crm_move: target; edms: open stage
  Fields fields;      // crm_edit
  std::vector<std::string> holders;
  std::optional<Outcome> outcome;
  // The round has ended so and waits for the author's decision (Snapshot::author_decision; ours with rework: crm).
  std::optional<Verdict> round_result;
  std::vector<std::string> remarks;  // "Имя: замечание" or a bare remark
  Due due;
  std::string number;  // document.number
  config::Range range;
};
struct TestExpectation {
  Duration at{};
  std::optional<std::string> stage, task, comment, problem;
  std::optional<std::vector<Recipient>> notify;
  // What the daemon tells the EDMS as the round's author: again = the next round, end = the round's verdict stands.
  enum class Decide { again = 1, end };
  std::optional<Decide> decide;
  std::optional<std::string> call, body;  // the name of a call that was made; a part of its body
  Fields fields;
  config::Range range;
};
struct TestCase {
  std::string name;
  Fields item, company, contact;
  std::map<std::string, Fields> answers;  // call -> what is taken (empty: the whole) -> value
  std::vector<TestEvent> events;
  std::vector<TestExpectation> expect;
  config::Range range;
};

struct CompiledMapping {
  std::string id, title, crm, edms;
  config::Range id_range;
  std::string file, text;  // the source, stored with the revision
  std::string revision;    // SHA-256 of the text
  Launch launch;
  std::optional<Withdraw> withdraw;
  DocumentSpec document;
  ProcessSpec process;
  std::vector<StageRow> stages;
  std::map<Outcome, Reaction> outcomes;
  std::vector<std::string> hands_off;
  std::vector<FieldRule> fields;
  std::vector<ResultRule> results;
  std::optional<FolderTemplate> folder;
  std::vector<CallSpec> calls;
  std::vector<DeadlineRule> deadlines;
  std::vector<TestCase> tests;
};
using MappingPtr = std::shared_ptr<const CompiledMapping>;

// The first row of stages: that matches any open stage (kind's Russian word first, then the name, then "*"); null =
// unmapped.
[[nodiscard]] const StageRow* match_stage(const CompiledMapping&, const std::vector<OpenStage>&);

// Every expression of the file that is rendered from a run (tests aside): what the mapping asks about.
[[nodiscard]] std::vector<const Expression*> expressions_of(const CompiledMapping&);

}  // namespace sedlink::mapping
