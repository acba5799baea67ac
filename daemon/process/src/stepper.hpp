#pragma once
// The working table of one step: the instance being changed and what has been decided so far. Private to process.
#include <map>
#include <string>
#include <vector>

#include "sedlink/process/step.hpp"

namespace sedlink::process {

// Which decision is asked for: the author's task, where the EDMS names it.
[[nodiscard]] inline std::string task_of(const AuthorDecision& d) {
  return d.task_id.empty() ? "round " + std::to_string(d.round) : d.task_id;
}

class Stepper {
 public:
  Stepper(const Instance& before, const Rules& rules, Time now);
  Transition take() { return std::move(out_); }

  void on(const ItemSeen&);
  void on(const ItemGone&);
  void on(const WithdrawAsked&);
  void on(const SnapshotTaken&);
  void on(const EffectSucceeded&);
  void on(const EffectFailed&);
  void on(const EffectDelayed&);
  void on(const EffectSkipped&);

 private:
  // launch.cpp: from a card to a started process
  void start_run(const ItemSeen&);
  void check_and_collect();
  [[nodiscard]] std::vector<std::string> preflight() const;
  void refuse(std::vector<std::string> problems);
  void prepare();
  void started();
  void abandon_draft();
  [[nodiscard]] bool is_own_move(const Item&) const;

  // document.cpp: the document and its files
  void collect();
  void files_ready(std::vector<DocumentFile> files);
  void ensure_counterparty_or_create();
  [[nodiscard]] DocumentDraft document_draft() const;
  void create_document();
  void detach_files();
  void next_document(const std::string& why);
  void send_files();
  void file_sent(const DocumentFile& file, const std::string& edms_file);
  void all_files_sent();
  void version_refused(const Error&);
  [[nodiscard]] bool files_changed() const;
  [[nodiscard]] std::vector<DocumentFile> wanted_files() const;
  [[nodiscard]] Reference reference(const mapping::ReferenceSpec&, std::vector<mapping::Missing>* missing) const;

  // progress.cpp: while the EDMS works
  void on_item_while_active(const ItemSeen&);
  void request_cancel(std::string reason);
  void send_cancel();
  void author_decision(const AuthorDecision&);
  void show_stage();
  void sync_fields();
  void remember_participants(const std::vector<Participant>&);
  void cancel_failed(const Error&);
  void giving_up_failed();
  void tell_where_to_end(std::string sentence);

  // outcome.cpp: the end and the way back
  void conclude(Outcome);
  void take_results(const ResultSet&);
  void deliver(const ResultSet&);
  void add_delivery(Deliver);
  void delivered();
  void finish();
  [[nodiscard]] SheetData sheet(const ResultSet&, const ResultFile* main) const;
  [[nodiscard]] std::string document_text(const char* name) const;
  void add_people(SheetData&, const ResultSet&) const;
  void add_signatures(SheetData&, const ResultFile&) const;

  // calls.cpp: services asked on the way
  void call_services(mapping::CallWhen when, const std::string& row);
  void call_service(const mapping::CallSpec&);
  void service_answered(const CallService& asked, const ServiceAnswered&);
  // The run's names, call.id and one more.
  [[nodiscard]] mapping::Scope call_scope(const CallService&, const std::string& name, const std::string& value) const;
  // signed_results.cpp: what became of the signatures, and the dossier
  void signatures_verified(const ResultSet&, const SignaturesVerified&);
  void signatures_unverified(const ResultSet&, const std::string& why);
  [[nodiscard]] DossierData dossier(const ResultSet&, const ResultFile* main, std::string sheet_name) const;

  // reactions.cpp: cards, comments, people
  void react(const mapping::Reaction&, bool outcome);
  void move_card(const std::string& to, bool outcome);
  void card_moved(const MoveStage& asked, const CardMoved& receipt);
  void comment(std::string text);
  void notify(const std::vector<mapping::Recipient>&, const std::string& text);
  void make_task(const mapping::TaskSpec&);
  [[nodiscard]] std::string text(const mapping::Template&) const;  // for people: local times
  [[nodiscard]] std::string headline() const;

  void emit(Action);
  void emit_object(Action, std::string object_key);
  [[nodiscard]] std::string key(const std::string& kind, const std::string& number) const;
  void note(std::string text) { out_.notes.push_back(std::move(text)); }
  void attention(std::string code, std::string text);

  const Rules& rules_;
  const mapping::CompiledMapping& mapping_;
  Time now_;
  Transition out_;
  Instance& in_;                              // out_.next
  std::map<std::string, std::string> users_;  // of the snapshot being applied
};

}  // namespace sedlink::process
