#include "sedlink/core/domain.hpp"

#include <array>

#include "sedlink/core/text.hpp"

namespace sedlink {
namespace {

template <class T>
struct Named {
  T value;
  const char* name;     // stable: stored, logged, written in mappings
  const char* russian;  // for people
};

constexpr std::array<Named<StageKind>, 11> stage_kinds{{
    {StageKind::queued, "queued", "В очереди"},
    {StageKind::approval, "approval", "Согласование"},
    {StageKind::confirmation, "confirmation", "Утверждение"},
    {StageKind::signing, "signing", "Подписание"},
    {StageKind::registration, "registration", "Регистрация"},
    {StageKind::examination, "examination", "Ознакомление"},
    {StageKind::performance, "performance", "Исполнение"},
    {StageKind::review, "review", "Рассмотрение"},
    {StageKind::rework, "rework", "На доработке"},
    {StageKind::paused, "paused", "Приостановлен"},
    {StageKind::other, "other", "Прочее"},
}};

constexpr std::array<Named<Outcome>, 6> outcomes{{
    {Outcome::approved, "approved", "Согласовано"},
    {Outcome::approved_with_remarks, "approved_with_remarks", "Согласовано с замечаниями"},
    {Outcome::rejected, "rejected", "Не согласовано"},
    {Outcome::withdrawn, "withdrawn", "Отозвано"},
    {Outcome::interrupted, "interrupted", "Прервано"},
    {Outcome::unknown, "unknown", "Итог неизвестен"},
}};

constexpr std::array<Named<Verdict>, 5> verdicts{{
    {Verdict::none, "none", ""},
    {Verdict::approved, "approved", "Согласовано"},
    {Verdict::approved_with_remarks, "approved_with_remarks", "Согласовано с замечаниями"},
    {Verdict::rejected, "rejected", "Не согласовано"},
    {Verdict::delegated, "delegated", "Перенаправлено"},
}};

constexpr std::array<Named<ProcessState>, 7> process_states{{
    {ProcessState::queued, "queued", ""},
    {ProcessState::running, "running", ""},
    {ProcessState::paused, "paused", ""},
    {ProcessState::completed, "completed", ""},
    {ProcessState::interrupted, "interrupted", ""},
    {ProcessState::deleted, "deleted", ""},
    {ProcessState::failed_start, "failed_start", ""},
}};

template <class T, std::size_t N>
const Named<T>* find(const std::array<Named<T>, N>& table, T value) noexcept {
  for (const Named<T>& row : table)
    if (row.value == value) return &row;
  return nullptr;
}

template <class T, std::size_t N>
std::optional<T> find_name(const std::array<Named<T>, N>& table, std::string_view name) noexcept {
  for (const Named<T>& row : table)
    if (name == row.name) return row.value;
  return std::nullopt;
}

template <class T>
const char* name_of(const Named<T>* row) noexcept {
  return row == nullptr ? "" : row->name;
}
template <class T>
const char* russian_of(const Named<T>* row) noexcept {
  return row == nullptr ? "" : row->russian;
}

}  // namespace

std::string to_string(const ItemRef& ref) { return ref.connection + '/' + ref.entity + '/' + ref.id; }

const char* to_string(StageKind kind) noexcept { return name_of(find(stage_kinds, kind)); }
const char* russian_name(StageKind kind) noexcept { return russian_of(find(stage_kinds, kind)); }

std::optional<StageKind> stage_kind_from_russian(std::string_view word) noexcept {
  const std::string folded = text::fold(word);
  for (const auto& row : stage_kinds)
    if (folded == text::fold(row.russian)) return row.value;
  return std::nullopt;
}

const char* to_string(Outcome outcome) noexcept { return name_of(find(outcomes, outcome)); }
std::optional<Outcome> outcome_from_string(std::string_view name) noexcept { return find_name(outcomes, name); }
const char* russian_name(Outcome outcome) noexcept { return russian_of(find(outcomes, outcome)); }

const char* to_string(Verdict verdict) noexcept { return name_of(find(verdicts, verdict)); }
std::optional<Verdict> verdict_from_string(std::string_view name) noexcept { return find_name(verdicts, name); }
const char* russian_name(Verdict verdict) noexcept { return russian_of(find(verdicts, verdict)); }

const char* to_string(ProcessState state) noexcept { return name_of(find(process_states, state)); }

}  // namespace sedlink
