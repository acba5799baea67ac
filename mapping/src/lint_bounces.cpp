// Cards that would not come to rest, or stages that would mean two things at once.
// Moves of ours never trigger, so an outcome may lead to the launch stage; what is left is a card put where a person
// can no longer say what that stage is for, and one stage with two meanings.
#include <fmt/format.h>

#include <algorithm>

#include "lint.hpp"
#include "tables.hpp"

namespace sedlink::mapping {
namespace {

struct Target {
  std::string path, stage;
};

// Where we put the card while the process runs.
std::vector<Target> moves_while_running(const CompiledMapping& m) {
  std::vector<Target> out;
  if (m.launch.sent.crm) out.push_back({"launch.sent.crm", *m.launch.sent.crm});
  for (std::size_t i = 0; i < m.stages.size(); ++i)
    if (m.stages[i].reaction.crm) out.push_back({fmt::format("stages[{}].crm", i), *m.stages[i].reaction.crm});
  return out;
}

bool has(const std::vector<std::string>& list, const std::string& word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

void check_meanings(const CompiledMapping& m, Reader& r) {
  const std::string& launch = m.launch.stage;
  if (m.withdraw && m.withdraw->stage == launch)
    r.error(r.place("withdraw.when.stage"), "bounce",
            "отзыв и запуск на одной стадии: отозванное тут же отправлялось бы снова", "отзыву нужна своя стадия");
  for (std::size_t i = 0; i < m.process.give_up.size(); ++i) {
    const std::string& stage = m.process.give_up[i];
    const config::Range at = r.place(fmt::format("process.give_up[{}]", i));
    if (stage == launch)
      r.error(at, "bounce", "на стадии запуска начинают новый круг, закончить на ней нельзя", "назовите другую стадию");
    if (m.withdraw && stage == m.withdraw->stage)
      r.error(at, "bounce", "эта стадия уже отзывает согласование", "отзыву и отказу нужны разные стадии");
  }
  for (std::size_t i = 0; i < m.hands_off.size(); ++i) {
    const std::string& stage = m.hands_off[i];
    const config::Range at = r.place(fmt::format("hands_off[{}]", i));
    if (stage == launch || (m.withdraw && stage == m.withdraw->stage) || has(m.process.give_up, stage))
      r.error(at, "hands-off", fmt::format("стадия «{}» уже названа в launch, withdraw или give_up", stage),
              "с неё карточку двигаем мы: уберите её отсюда");
  }
}

void check_targets(const CompiledMapping& m, Reader& r) {
  for (const Target& target : moves_while_running(m)) {
    const config::Range at = r.place(target.path);
    if (m.withdraw && target.stage == m.withdraw->stage)
      r.error(at, "bounce", "на этой стадии человек отзывает согласование: карточку на неё ставит только он",
              "поставьте карточку на другую стадию");
    if (has(m.process.give_up, target.stage))
      r.error(at, "bounce", "переходом на эту стадию человек кончает согласование: карточку на неё ставит только он",
              "поставьте карточку на другую стадию");
    if (m.process.rework == Rework::crm && target.stage == m.launch.stage)
      r.error(at, "bounce",
              "при rework: crm новый круг начинает человек, переводя карточку на стадию запуска; стоя на ней, он этого "
              "не сможет",
              "поставьте карточку на другую стадию");
    if (has(m.hands_off, target.stage))
      r.error(at, "hands-off",
              fmt::format("стадия «{}» названа в hands_off: с неё карточка больше не сдвинется", target.stage),
              "уберите её из hands_off или поставьте карточку на другую стадию");
  }
  if (m.launch.refused.crm && m.withdraw && *m.launch.refused.crm == m.withdraw->stage)
    r.error(r.place("launch.refused.crm"), "bounce", "на этой стадии человек отзывает согласование",
            "поставьте карточку на другую стадию");
  if (m.launch.refused.crm && *m.launch.refused.crm == m.launch.stage)
    r.warning(r.place("launch.refused.crm"), "bounce", "карточка и так стоит на стадии запуска", "напишите crm: keep");
}

}  // namespace

void lint_bounces(const CompiledMapping& m, Reader& r) {
  check_meanings(m, r);
  check_targets(m, r);
}

std::vector<config::Finding> check_together(const std::vector<MappingPtr>& mappings) {
  std::vector<config::Finding> out;
  const auto report = [&](config::Severity severity, const CompiledMapping& m, const char* rule,
                          const config::Range& at, std::string message, std::string help) {
    out.push_back({severity, rule, m.file, at, std::move(message), std::move(help)});
  };
  for (std::size_t i = 0; i < mappings.size(); ++i) {
    const CompiledMapping& m = *mappings[i];
    const config::Range place = m.launch.stage_range;
    for (std::size_t j = 0; j < mappings.size(); ++j) {
      if (i == j) continue;
      const CompiledMapping& other = *mappings[j];
      if (j < i && m.id == other.id)
        report(config::Severity::error, m, "mapping.duplicate-id", m.id_range,
               fmt::format("сопоставление «{}» уже есть в {}", m.id, other.file), "имена сопоставлений не повторяются");
      const bool overlap =
          m.crm == other.crm && m.launch.entity == other.launch.entity &&
          (m.launch.category.empty() || other.launch.category.empty() || m.launch.category == other.launch.category);
      if (!overlap) continue;
      if (j < i && m.launch.stage == other.launch.stage)
        report(config::Severity::error, m, "mapping.same-launch", place,
               fmt::format("эту же стадию запускает сопоставление «{}» ({})", other.id, other.file),
               "одна карточка ушла бы дважды");
      for (const auto& [outcome, reaction] : m.outcomes)
        if (reaction.crm && *reaction.crm == other.launch.stage)
          report(config::Severity::warning, m, "mapping.no-chain", reaction.crm_range,
                 fmt::format("итог ставит карточку на стадию запуска сопоставления «{}», но сам его не запустит",
                             other.id),
                 "запускает только переход, сделанный человеком");
      if (other.withdraw && other.withdraw->stage == m.launch.stage)
        report(config::Severity::error, m, "mapping.bounce", place,
               fmt::format("на этой стадии сопоставление «{}» отзывает согласование ({})", other.id, other.file),
               "запуску и отзыву нужны разные стадии");
    }
  }
  config::sort_findings(out);
  return out;
}

}  // namespace sedlink::mapping
