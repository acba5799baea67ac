#include "translate/snapshot.hpp"

#include <algorithm>
#include <charconv>

#include "sedlink/core/text.hpp"

namespace sedlink::directum5 {
namespace {

Error unknown(std::string_view field, const std::string& value, std::string_view cure) {
  return make_error(Fault::defect, Audience::admin, "directum5.answer",
                    "Сценарий DIRECTUM ответил непонятно: " + std::string(field) + " = «" + text::ellipsis(value, 80) +
                        "»" + std::string(cure));
}

// Empty when the field is; the word itself is in the table.
Result<std::string> word(const Row& row, std::string_view field, const Words& words, std::string_view setting) {
  const std::string said = row.get(field);
  if (said.empty()) return std::string();
  const auto it = words.find(text::fold(said));
  if (it == words.end()) return unknown(field, said, "; опишите это слово в " + std::string(setting));
  return it->second;
}

std::optional<StageKind> stage_kind(std::string_view name) {
  for (int i = static_cast<int>(StageKind::queued); i <= static_cast<int>(StageKind::other); ++i) {
    const auto kind = static_cast<StageKind>(i);
    if (name == to_string(kind)) return kind;
  }
  return std::nullopt;
}

bool digits(std::string_view s) {
  return !s.empty() && std::all_of(s.begin(), s.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// "01.03.2024" and "01.03.2024 10:00[:30]" -> "2024-03-01T10:00:30"; a date alone gets midnight.
std::string local_iso(std::string_view said) {
  std::string iso(said);
  if (iso.size() >= 10 && iso[2] == '.' && iso[5] == '.') {
    iso = iso.substr(6, 4) + '-' + iso.substr(3, 2) + '-' + iso.substr(0, 2) + iso.substr(10);
  }
  if (iso.size() == 10) iso += "T00:00:00";
  if (iso.size() > 10 && iso[10] == ' ') iso[10] = 'T';
  if (iso.size() == 16) iso += ":00";
  return iso;
}

Result<Participant> participant(const Row& job, const Settings& settings) {
  Participant p;
  p.person.id = job.get("id");
  p.person.name = job.get("name");
  p.person.email = job.get("email");
  p.role = job.get("role");
  p.position = job.get("position");
  p.stage_name = job.get("stage_name");
  p.comment = job.get("comment");
  const auto stage = word(job, "stage", settings.stages, "names.stages");
  if (!stage) return stage.error();
  p.stage = stage_kind(stage.value()).value_or(StageKind::other);
  const auto verdict = word(job, "verdict", settings.verdicts, "names.verdicts");
  if (!verdict) return verdict.error();
  if (!verdict.value().empty()) p.verdict = verdict_from_string(verdict.value()).value_or(Verdict::none);
  const auto round = read_number(job, "round");
  if (!round) return round.error();
  p.round = static_cast<int>(std::clamp<std::uint64_t>(round.value().value_or(1), 1, 1000));
  for (const auto& [field, into] :
       {std::pair<std::string_view, std::optional<Time>*>{"since", &p.since}, {"decided", &p.decided_at}}) {
    const auto time = read_time(job, field, settings.time_zone);
    if (!time) return time.error();
    *into = time.value();
  }
  const auto due = read_time(job, "due", settings.time_zone);
  if (!due) return due.error();
  if (due.value()) p.due = *due.value();
  const auto open = read_flag(job, "open");
  if (!open) return open.error();
  p.state = p.decided_at || p.verdict != Verdict::none ? ParticipantState::done
            : open.value()                             ? ParticipantState::working
                                                       : ParticipantState::waiting;
  return p;
}

Result<void> read_document(const Row& task, const Settings& settings, Snapshot& s) {
  s.document.state = task.get("document_state");
  s.document.number = task.get("document_number");
  const auto date = read_time(task, "document_date", settings.time_zone);
  if (!date) return date.error();
  s.document.date = date.value();
  return {};
}

// What the end means. Completed without an outcome is unknown: a person looks.
Result<void> read_end(const Row& task, const Settings& settings, Snapshot& s) {
  switch (s.state) {
    case ProcessState::completed: {
      const auto said = word(task, "outcome", settings.outcomes, "names.outcomes");
      if (!said) return said.error();
      s.outcome =
          said.value().empty() ? Outcome::unknown : outcome_from_string(said.value()).value_or(Outcome::unknown);
      break;
    }
    case ProcessState::interrupted:
      s.outcome = Outcome::interrupted;
      s.ended_how = "задача прекращена в DIRECTUM";
      break;
    case ProcessState::deleted:
      s.outcome = Outcome::interrupted;
      s.ended_how = "задача удалена в DIRECTUM";
      break;
    case ProcessState::failed_start: s.ended_how = "DIRECTUM не смогла запустить задачу"; return {};
    default: return {};
  }
  for (Participant& p : s.participants) {
    if (p.state != ParticipantState::done) p.state = ParticipantState::skipped;
  }
  return {};
}

void read_stages(Snapshot& s) {
  if (s.state == ProcessState::queued) s.stages.push_back({StageKind::queued, "Ожидает старта"});
  if (s.state == ProcessState::paused) s.stages.push_back({StageKind::paused, "Приостановлена"});
  if (s.state != ProcessState::running) return;
  for (const Participant& p : s.participants) {
    if (p.state != ParticipantState::working) continue;
    const OpenStage stage{p.stage, p.stage_name};
    if (std::find(s.stages.begin(), s.stages.end(), stage) == s.stages.end()) s.stages.push_back(stage);
  }
}

}  // namespace

Result<TaskState> read_state(const Row& task, const Settings& settings) {
  static const std::pair<std::string_view, ProcessState> states[] = {
      {"draft", ProcessState::queued},        {"queued", ProcessState::queued},
      {"running", ProcessState::running},     {"paused", ProcessState::paused},
      {"completed", ProcessState::completed}, {"interrupted", ProcessState::interrupted},
      {"deleted", ProcessState::deleted},     {"failed", ProcessState::failed_start}};
  const auto said = word(task, "state", settings.states, "names.states");
  if (!said) return said.error();
  for (const auto& [name, state] : states) {
    if (name != said.value()) continue;
    TaskState out;
    out.state = state;
    out.draft = name == "draft";
    return out;
  }
  return unknown("state", "", ": состояние задачи обязательно");
}

Result<Snapshot> build_snapshot(ProcessRef ref, const Row& task, const std::vector<const Row*>& jobs,
                                const Settings& settings, Time asked_at) {
  Snapshot s;
  s.ref = std::move(ref);
  s.asked_at = asked_at;
  const auto state = read_state(task, settings);
  if (!state) return state.error();
  s.state = state.value().state;
  const auto round = read_number(task, "round");
  if (!round) return round.error();
  s.round = static_cast<int>(std::clamp<std::uint64_t>(round.value().value_or(1), 1, 1000));
  for (const Row* job : jobs) {
    auto p = participant(*job, settings);
    if (!p) return p.error();
    s.round = std::max(s.round, p.value().round);
    s.participants.push_back(std::move(p).value());
  }
  for (const auto& [field, into] :
       {std::pair<std::string_view, std::optional<Time>*>{"started", &s.started_at}, {"ended", &s.ended_at}}) {
    const auto time = read_time(task, field, settings.time_zone);
    if (!time) return time.error();
    *into = time.value();
  }
  const auto due = read_time(task, "due", settings.time_zone);
  if (!due) return due.error();
  if (due.value()) s.due = *due.value();
  if (auto read = read_document(task, settings, s); !read) return read.error();
  if (auto read = read_end(task, settings, s); !read) return read.error();
  read_stages(s);
  return s;
}

Result<std::optional<Time>> read_time(const Row& row, std::string_view field, const TimeZone& zone) {
  const std::string said = row.get(field);
  if (said.empty()) return std::optional<Time>();
  if (const auto exact = parse_iso8601(said)) return std::optional<Time>(exact.value());
  const auto local = zone.from_local(local_iso(said));
  if (!local) return unknown(field, said, " — не дата");
  return std::optional<Time>(local.value());
}

Result<std::optional<std::uint64_t>> read_number(const Row& row, std::string_view field) {
  const std::string said = row.get(field);
  if (said.empty()) return std::optional<std::uint64_t>();
  if (!digits(said) || said.size() > 15) return unknown(field, said, " — не число");
  std::uint64_t value = 0;
  std::from_chars(said.data(), said.data() + said.size(), value);
  return std::optional<std::uint64_t>(value);
}

Result<bool> read_flag(const Row& row, std::string_view field) {
  const std::string said = text::to_lower_ascii(row.get(field));
  if (said.empty() || said == "false" || said == "0") return false;
  if (said == "true" || said == "1") return true;
  return unknown(field, said, " — ожидалось true или false");
}

std::string write_time(Time time, const Settings& settings, bool date_only) {
  if (settings.dates == DateForm::russian) {
    return date_only ? settings.time_zone.to_display_date(time) : settings.time_zone.to_display(time);
  }
  std::string iso = settings.time_zone.to_local(time);
  if (date_only) iso.resize(std::min<std::size_t>(iso.size(), 10));
  return iso;
}

std::string write_value(const Value& value, const Settings& settings, bool date_only) {
  if (const auto* time = std::get_if<Time>(&value.variant())) return write_time(*time, settings, date_only);
  return value.to_text();
}

}  // namespace sedlink::directum5
