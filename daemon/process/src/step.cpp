#include "sedlink/process/step.hpp"

#include "sedlink/core/hash.hpp"
#include "stepper.hpp"

namespace sedlink::process {

Stepper::Stepper(const Instance& before, const Rules& rules, Time now)
    : rules_(rules), mapping_(*rules.mapping), now_(now), in_(out_.next) {
  in_ = before;
  in_.updated_at = now;
}

Transition step(const Instance& before, const Event& event, const Rules& rules, Time now) {
  Stepper stepper(before, rules, now);
  std::visit([&](const auto& e) { stepper.on(e); }, event);
  return stepper.take();
}

Instance new_instance(const mapping::CompiledMapping& m, const ItemRef& item) {
  Instance i;
  i.mapping = m.id;
  i.revision = m.revision;
  i.crm = m.crm;
  i.edms = m.edms;
  i.item = item;
  return i;
}

std::string Stepper::key(const std::string& kind, const std::string& number) const {
  return idempotency_key(rules_.instance_name, in_.mapping + "|" + to_string(in_.item) + "|" + kind + "|" + number);
}

void Stepper::emit(Action action) {
  const std::string kind = kind_of(action);
  const std::string k = key(kind, std::to_string(in_.launch_no) + "." + std::to_string(++in_.counter));
  out_.effects.push_back(Effect{k, k, std::move(action)});
}

void Stepper::emit_object(Action action, std::string object_key) {
  emit(std::move(action));
  out_.effects.back().object_key = std::move(object_key);
}

void Stepper::attention(std::string code, std::string text) {
  note(text);
  emit(Attention{std::move(code), std::move(text)});
}

// ---- events that only sort themselves -------------------------------------------------------------------------------

void Stepper::on(const ItemSeen& e) {
  if (e.item.read_at < in_.card.read_at) {
    note("Устаревшее чтение карточки отброшено");
    return;
  }
  in_.card = e.item;
  in_.card_gone = false;
  // The portal did not say when our move happened: what is seen first is ours, a later entry is somebody's.
  if (in_.own_move && in_.own_move->stage == e.item.stage && !in_.own_move->moved_at)
    in_.own_move->moved_at = e.item.moved_at;
  if (is_active(in_.phase)) return on_item_while_active(e);

  const bool on_launch_stage = e.item.stage == mapping_.launch.stage &&
                               (mapping_.launch.category.empty() || e.item.category == mapping_.launch.category);
  if (in_.phase == Phase::waiting_for_data) {
    if (!on_launch_stage && !in_.forced) {
      in_.phase = Phase::ended;
      in_.closed_reason = "left_stage";
      in_.ended_at = now_;
      note("Карточка ушла со стадии запуска: запрос снят");
      return sync_fields();
    }
    return check_and_collect();
  }

  if (e.by_command) {
    // A command names the card; of several mappings of its kind the one of its pipeline answers.
    if (!mapping_.launch.category.empty() && e.item.category != mapping_.launch.category) return;
  } else {
    if (!on_launch_stage) return;
    // CRMs tell the time of a move in whole seconds.
    if (rules_.active_since && e.item.moved_at < std::chrono::floor<std::chrono::seconds>(*rules_.active_since)) return;
    if (is_own_move(e.item)) return;
    // One entry of the stage is answered once; only new files on the card make another launch of it.
    const bool same_entry = in_.entry && *in_.entry == e.item.moved_at;
    if (same_entry &&
        !(mapping_.launch.once_per == mapping::OncePer::revision && in_.outcome && in_.process && files_changed()))
      return;
    const bool repeatable =
        !in_.prior_outcome || *in_.prior_outcome == Outcome::withdrawn || *in_.prior_outcome == Outcome::interrupted;
    if (mapping_.launch.once_per == mapping::OncePer::item && !repeatable) {
      if (in_.told_same_revision != e.item.moved_at) {
        in_.told_same_revision = e.item.moved_at;
        comment("По этой карточке согласование уже прошло: повторный процесс не запущен.");
      }
      return;
    }
  }
  start_run(e);
}

void Stepper::on(const ItemGone&) {
  if (in_.card_gone || in_.phase == Phase::fresh) return;
  in_.card_gone = true;
  if (in_.phase == Phase::waiting_for_data) {
    in_.phase = Phase::ended;
    in_.closed_reason = "card_deleted";
    in_.ended_at = now_;
    note("Карточка удалена: запрос снят");
  } else if (is_active(in_.phase)) {
    attention("crm.item_deleted", "Карточка «" + in_.card.title +
                                      "» удалена в CRM, а согласование идёт. Процесс в СЭД не тронут; прервать его: "
                                      "sedlink process cancel " +
                                      in_.id);
  }
}

void Stepper::on(const WithdrawAsked& e) {
  if (in_.phase == Phase::waiting_for_data) {
    in_.phase = Phase::ended;
    in_.closed_reason = "withdrawn";
    in_.ended_at = now_;
    note("Отзыв: " + e.reason + ". В СЭД ещё ничего не отправлено, запрос снят");
    return sync_fields();
  }
  if (!is_active(in_.phase) || in_.phase == Phase::delivering) {
    out_.handled = false;
    note("Отзывать нечего: согласование не идёт");
    return;
  }
  request_cancel(e.reason);
}

void Stepper::on(const EffectSucceeded& e) {
  const Action& action = e.effect.action;
  if (const auto* r = std::get_if<FilesCollected>(&e.result)) {
    if (in_.phase == Phase::collecting || in_.resubmitting) files_ready(r->files);
    return;
  }
  if (const auto* r = std::get_if<CounterpartyFound>(&e.result)) {
    in_.counterparty = r->id;
    if (in_.phase == Phase::counterparty) create_document();
    return;
  }
  if (const auto* r = std::get_if<DocumentCreated>(&e.result)) {
    const bool another = !in_.former_document.empty() && in_.former_document != r->document.id;
    if (another) detach_files();
    if (another && in_.phase == Phase::document)
      comment("Прежнего документа в СЭД больше нет: создан новый, файлы отправляются в него.");
    in_.former_document.clear();
    in_.document = r->document;  // kept even when the run has ended meanwhile: a relaunch finds it
    if (in_.phase == Phase::document) send_files();
    return;
  }
  if (const auto* r = std::get_if<FileSent>(&e.result)) {
    const auto* attach = std::get_if<AttachFile>(&action);
    file_sent(attach != nullptr ? attach->file : std::get<AddVersion>(action).file, r->edms_file);
    return;
  }
  if (const auto* r = std::get_if<ProcessPrepared>(&e.result)) {
    in_.process = r->process;
    if (in_.phase != Phase::preparing) return abandon_draft();
    in_.phase = Phase::starting;
    return emit(StartProcess{r->process});
  }
  if (const auto* r = std::get_if<CardMoved>(&e.result))
    return card_moved(std::get<MoveStage>(std::get<ChangeCrm>(action).action), *r);
  if (const auto* r = std::get_if<FolderReady>(&e.result)) {
    in_.folder_id = r->id;
    return;
  }
  if (const auto* r = std::get_if<ResultsListed>(&e.result)) {
    if (in_.phase == Phase::delivering && !in_.results_listed) take_results(r->results);
    return;
  }
  if (const auto* r = std::get_if<ServiceAnswered>(&e.result))
    return service_answered(std::get<CallService>(action), *r);
  if (const auto* r = std::get_if<SignaturesVerified>(&e.result)) {
    if (in_.phase == Phase::delivering) signatures_verified(std::get<VerifySignatures>(action).results, *r);
    return;
  }
  if (const auto* r = std::get_if<FileStored>(&e.result)) {
    note(describe(action) + ": сохранено, SHA-256 " + r->sha256);
    return delivered();
  }
  if (std::holds_alternative<StartProcess>(action)) return started();
  if (std::holds_alternative<Deliver>(action)) return delivered();
  if (std::holds_alternative<CancelProcess>(action) || std::holds_alternative<DecideRound>(action)) {
    in_.resubmitting = false;
    out_.poll_soon = true;
  }
}

void Stepper::on(const EffectFailed& e) {
  const Action& action = e.effect.action;
  if (std::holds_alternative<CallService>(action)) {  // an incident of its own: the approval goes on
    note(describe(action) + ": " + e.error.message);
    out_.handled = false;
    return;
  }
  const bool to_crm = goes_to_crm(action);
  if (to_crm && e.error.fault == Fault::not_found && e.error.code == "crm.item") {
    note(describe(action) + ": карточки больше нет");
    if (std::holds_alternative<Deliver>(action)) delivered();
    return on(ItemGone{});
  }
  if (std::holds_alternative<CancelProcess>(action)) return cancel_failed(e.error);
  if (const auto* d = std::get_if<DecideRound>(&action); d != nullptr && !d->again && e.error.code == "edms.no_cancel")
    return giving_up_failed();
  if (const auto* v = std::get_if<VerifySignatures>(&action))
    return signatures_unverified(v->results, "проверить не удалось: " + e.error.message);
  if (std::holds_alternative<AddVersion>(action) && e.error.code == "edms.version_refused")
    return version_refused(e.error);
  if (e.error.code == "edms.document_deleted" && (in_.phase == Phase::document || in_.phase == Phase::preparing))
    return next_document("Прежний документ в СЭД удалён");
  // A place that cannot take the file is told in the card; the other places get theirs.
  if (const auto* d = std::get_if<Deliver>(&action);
      d != nullptr && (e.error.audience == Audience::user || e.error.code == "crm.field_occupied")) {
    std::string words = "Не удалось сохранить «" + d->name + "»: " + e.error.message;
    if (d->source == Deliver::Source::edms_file && in_.document && !in_.document->url.empty())
      words += ". Файл остаётся в СЭД: " + in_.document->url;
    comment(words);
    return delivered();
  }
  // Refusals that a person cures in the card take the pre-flight's path, with the other side's words.
  const bool on_the_road = in_.phase == Phase::collecting || in_.phase == Phase::counterparty ||
                           in_.phase == Phase::document || in_.phase == Phase::preparing ||
                           in_.phase == Phase::starting || in_.resubmitting;
  const bool launch_effect = !to_crm || std::holds_alternative<CollectFiles>(action);
  if (on_the_road && launch_effect && e.error.audience == Audience::user) {
    if (in_.cancel_requested) {
      if (in_.phase == Phase::starting) abandon_draft();
      return conclude(Outcome::withdrawn);
    }
    std::vector<std::string> problems{e.error.message};
    return refuse(std::move(problems));
  }
  // The card still says what was wrong before: that is over, and nobody should look for it there.
  if (on_the_road && launch_effect && !in_.told.empty()) {
    in_.problems.clear();
    in_.told.clear();
    comment("Карточка в порядке, но отправить в СЭД не удаётся: этим занимается администратор.");
  }
  if (const auto* change = std::get_if<ChangeCrm>(&action);
      change != nullptr && std::holds_alternative<MoveStage>(change->action))
    in_.wanted_stage.reset();  // it will not be moved: a person's move there is a person's
  out_.handled = false;
}

void Stepper::on(const EffectDelayed& e) {
  const std::string sentence = describe(e.effect.action) + ": пока не удаётся. " + e.error.message;
  note(sentence);
  // What a person in the CRM can cure, the card says; the rest is the operator's.
  if (e.error.audience == Audience::user) comment(sentence + ". Попытки продолжаются.");
}

void Stepper::on(const EffectSkipped& e) {
  const Action& action = e.effect.action;
  note(describe(action) + ": пропущено оператором");
  if (std::holds_alternative<Deliver>(action)) return delivered();
  if (std::holds_alternative<ListResults>(action)) return finish();
  if (const auto* v = std::get_if<VerifySignatures>(&action))
    return signatures_unverified(v->results, "проверку пропустил оператор");
  if (const auto* change = std::get_if<ChangeCrm>(&action)) {
    if (std::holds_alternative<MoveStage>(change->action)) in_.wanted_stage.reset();
    if (std::holds_alternative<EnsureFolder>(change->action)) in_.folder_id = no_folder;
    return;
  }
  const bool on_the_road = leads_to_edms(kind_of(action)) && !std::holds_alternative<AttachFile>(action) &&
                           !std::holds_alternative<AddVersion>(action);
  if (on_the_road && is_active(in_.phase) && in_.phase != Phase::running && in_.phase != Phase::delivering) {
    if (in_.phase == Phase::starting) abandon_draft();
    in_.closed_reason = "skipped";
    in_.ended_at = now_;
    in_.phase = Phase::ended;
    out_.drop_edms_effects = true;
    comment("Администратор снял отправку в СЭД. Чтобы отправить заново, верните карточку на стадию запуска.");
    sync_fields();
  } else if (const auto* attach = std::get_if<AttachFile>(&action)) {
    file_sent(attach->file, "");
  } else if (const auto* version = std::get_if<AddVersion>(&action)) {
    file_sent(version->file, version->file.edms_file);
  } else if (std::holds_alternative<DecideRound>(action)) {
    in_.decided_task.clear();  // may be asked for again
    in_.resubmitting = false;
    in_.gave_up = false;
  } else if (std::holds_alternative<CancelProcess>(action)) {
    in_.cancel_requested = false;
    in_.cancel_sent = false;
  } else if (std::holds_alternative<CollectFiles>(action)) {
    in_.resubmitting = false;
  } else if (const auto* told = std::get_if<Attention>(&action);
             told != nullptr && told->code == "edms.outcome_unknown" && in_.phase == Phase::running) {
    in_.phase = Phase::ended;  // a person has looked; the card may be launched anew
    in_.closed_reason = "skipped";
    in_.ended_at = now_;
  }
}

}  // namespace sedlink::process
