#include "lint.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sedlink/core/text.hpp"
#include "tables.hpp"

namespace sedlink::mapping {
namespace {

using config::Range;

bool has(const std::vector<std::string>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& known) {
  const std::string near = text::nearest(word, known);
  return near.empty() ? (known.empty() ? "" : "есть: " + text::join(known, ", "))
                      : fmt::format("возможно, вы имели в виду «{}»?", near);
}

void check_connection(const std::string& name, std::string_view side, const LintWorld& world, Reader& r) {
  if (!world.connections.empty() && !has(world.connections, name)) {
    r.error(r.place(side), "unknown-connection", fmt::format("подключения «{}» нет в config", name),
            did_you_mean(name, world.connections));
    return;
  }
  for (const auto& [connection, actual] : world.sides) {
    if (connection != name || actual == side) continue;
    r.error(r.place(side), "wrong-side",
            fmt::format("подключение «{}» — это {}", name,
                        actual == "crm"    ? "CRM"
                        : actual == "edms" ? "СЭД"
                                           : "служба"),
            fmt::format("здесь нужно подключение {}", side == "crm" ? "CRM" : "СЭД"));
  }
}

// A stage's name may be anything the EDMS calls it; one or two letters away from a kind's word it is a slip.
void lint_stage_word(const StageRow& row, const Range& at, Reader& r) {
  const std::string said = text::fold(row.edms);
  std::string near;
  for (int k = static_cast<int>(StageKind::queued); k <= static_cast<int>(StageKind::other); ++k) {
    const auto kind = static_cast<StageKind>(k);
    if (row.edms == to_string(kind)) {
      r.warning(at, "stage-word",
                fmt::format("вид этапа пишут русским словом, «{}» ищется как название в СЭД", row.edms),
                fmt::format("напишите «{}»", russian_name(kind)));
      return;
    }
    const std::string word = text::fold(russian_name(kind));
    if (said == word) return;
    if (text::edit_distance(said, word) <= 2) near = russian_name(kind);
  }
  if (!near.empty())
    r.warning(at, "stage-word", fmt::format("«{}» — не вид этапа, ищется как название этапа в СЭД", row.edms),
              fmt::format("возможно, вы имели в виду «{}»?", near));
}

}  // namespace

void lint_world(const CompiledMapping& m, const LintWorld& world, Reader& r) {
  check_connection(m.crm, "crm", world, r);
  check_connection(m.edms, "edms", world, r);
  if (!world.resubmit && m.process.rework == Rework::crm)
    r.error(r.place("process.rework"), "capability", "эта СЭД не даёт вернуть документ на новый круг из CRM",
            "напишите rework: edms");
  if (!world.cancel && m.withdraw)
    r.warning(r.place("withdraw.when.stage"), "capability", "эта СЭД не даёт прервать процесс из CRM",
              "человеку скажут отозвать документ в СЭД, карточка вернётся на место");
  if (!world.set_due && m.process.due)
    r.warning(r.place("process.due"), "capability", "срок процесса назначает сама СЭД, этот не передаётся");
  if (!world.process_kinds.empty() && !has(world.process_kinds, m.process.kind))
    r.error(r.place("process.kind"), "process-kind", fmt::format("в этой СЭД нет процесса вида «{}»", m.process.kind),
            did_you_mean(m.process.kind, world.process_kinds));
  // An EDMS's own classes begin with a capital letter and are for it to know.
  const bool neutral = !m.document.type.empty() && m.document.type.front() >= 'a' && m.document.type.front() <= 'z';
  if (!world.document_types.empty() && neutral && !has(world.document_types, m.document.type))
    r.error(r.place("document.type"), "document-type", fmt::format("эта СЭД не знает вида «{}»", m.document.type),
            did_you_mean(m.document.type, world.document_types));
  for (const DocumentField& field : m.document.fields) {
    const bool own = field.name.starts_with("vendor.");
    if (own || world.document_fields.empty() || has(world.document_fields, field.name)) continue;
    r.error(field.range, "document-field", fmt::format("эта СЭД не заполняет поле «{}»", field.name),
            "собственные поля СЭД пишут в vendor: { … }");
  }
}

void lint_document(const CompiledMapping& m, const LintWorld& world, Reader& r) {
  const auto& files = m.document.files;
  const FileSpec* main = nullptr;
  for (const FileSpec& file : files) {
    for (const FileSpec* before = files.data(); before != &file; ++before)
      if (before->field == file.field)
        r.error(file.range, "duplicate",
                fmt::format("файлы из «item.{}» уже взяты в строке {}", file.field, before->range.start.line));
    if (file.role != "main") continue;
    if (main != nullptr)
      r.error(file.range, "duplicate", fmt::format("сам документ уже назван в строке {}", main->range.start.line),
              "остальное — role: annex");
    main = &file;
  }
  const bool roles_known = std::none_of(files.begin(), files.end(), [](const FileSpec& f) { return f.role.empty(); });
  if (!files.empty() && main == nullptr && roles_known)
    r.error(r.key_place("document.files"), "no-main-file", "не сказано, какой файл — сам документ",
            "дайте одной строке role: main");
  if (files.empty() && m.launch.once_per == OncePer::revision)
    r.error(r.place("launch.once_per"), "no-files", "редакция считается по файлам, а document.files нет",
            "опишите файлы или напишите once_per: item");
  if (!r.was_read("document.fields.title"))
    r.warning(r.key_place("document"), "no-title", "у документа нет заголовка", "добавьте fields: { title: \"…\" }");

  const bool has_route = !m.process.template_name.empty() || !m.process.approvers.empty();
  const bool known_kind = world.process_kinds.empty() || has(world.process_kinds, m.process.kind);
  if (!has_route && needs_route(m.process.kind) && known_kind)
    r.error(r.place("process.kind"), "no-route", fmt::format("процессу «{}» нужен маршрут", m.process.kind),
            "добавьте template: … или approvers: [ … ]");
  if (world.process_kinds.empty()) {
    std::vector<std::string> known(process_kinds().begin(), process_kinds().end());
    if (!has(known, m.process.kind)) {
      const std::string near = text::nearest(m.process.kind, known);
      r.warning(r.place("process.kind"), "process-kind", fmt::format("неизвестный вид процесса «{}»", m.process.kind),
                near.empty()
                    ? fmt::format("известны: {}; есть ли такой в СЭД, скажет check --online", text::join(known, ", "))
                    : fmt::format("возможно, вы имели в виду «{}»?", near));
    }
  }
  if (m.process.rework == Rework::crm && m.process.author)
    r.error(r.place("process.author"), "author", "при rework: crm автор процесса — сам демон",
            "уберите author или напишите rework: edms");
  if (m.process.rework == Rework::edms && !m.process.give_up.empty())
    r.error(r.place("process.give_up"), "give-up", "give_up действует только при rework: crm",
            "уберите give_up или напишите rework: crm");
  if (m.process.rework == Rework::crm && m.process.give_up.empty())
    r.warning(r.place("process.rework"), "give-up",
              "после отказа согласование нельзя закончить из CRM: give_up не назван", "добавьте give_up: [ стадия ]");
}

void lint_rows(const CompiledMapping& m, Reader& r) {
  const StageRow* rest = nullptr;
  for (std::size_t i = 0; i < m.stages.size(); ++i) {
    const StageRow& row = m.stages[i];
    const Range at = r.place(fmt::format("stages[{}].edms", i));
    if (rest != nullptr) {
      r.error(at, "shadowed-row",
              fmt::format("строка не сработает: её закрывает «*» в строке {}", rest->range.start.line),
              "поставьте «*» последней");
      continue;
    }
    if (row.edms == "*") {
      rest = &row;
      continue;
    }
    for (std::size_t j = 0; j < i; ++j) {
      if (text::fold(m.stages[j].edms) != text::fold(row.edms)) continue;
      r.error(at, "duplicate-row",
              fmt::format("этап «{}» уже описан в строке {}", row.edms, m.stages[j].range.start.line),
              "сработает только первая строка: оставьте одну");
      break;
    }
    lint_stage_word(row, at, r);
  }
  if (rest == nullptr)
    r.warning(r.key_place("stages"), "unmapped-stage",
              "нет строки для остальных этапов: незнакомый этап откроет инцидент",
              "добавьте последней { edms: \"*\", crm: keep }");
}

void lint_results(const CompiledMapping& m, Reader& r) {
  const auto is_source = [&](const std::string& field) {
    return std::any_of(m.document.files.begin(), m.document.files.end(),
                       [&](const FileSpec& f) { return f.field == field; });
  };
  const bool has_main =
      std::any_of(m.document.files.begin(), m.document.files.end(), [](const FileSpec& f) { return f.role == "main"; });
  bool uses_folder = false;
  for (std::size_t i = 0; i < m.results.size(); ++i) {
    const ResultRule& rule = m.results[i];
    const auto unread = [&](std::size_t row) { return r.has_error(r.place(fmt::format("results[{}].take", row))); };
    if (unread(i)) continue;  // what is not known cannot be judged
    for (std::size_t j = 0; j < i; ++j)
      if (m.results[j].take == rule.take && !unread(j))
        r.error(r.place(fmt::format("results[{}].take", i)), "duplicate",
                fmt::format("это уже забирается в строке {}", m.results[j].range.start.line),
                "соедините места в одном to: [ … ]");
    if (!has_main && (rule.take == Take::document || rule.take == Take::signatures || rule.take == Take::dossier))
      r.error(r.place(fmt::format("results[{}].take", i)), "no-main-file",
              "забирать нечего: среди document.files нет role: main");
    for (std::size_t t = 0; t < rule.to.size(); ++t) {
      const Range at = r.place(fmt::format("results[{}].to[{}]", i, t));
      const ResultTarget& target = rule.to[t];
      if (target.kind == ResultTarget::Kind::folder) {
        uses_folder = true;
        if (!m.folder && !r.was_read("folder"))
          r.error(at, "no-folder", "папка не названа", "добавьте folder: \"Контрагенты/{{ company.title }}\"");
      }
      if (target.kind == ResultTarget::Kind::field && is_source(target.field))
        r.error(at, "bounce",
                fmt::format("из поля «{}» файлы отправляются: вернувшийся файл стал бы новой редакцией", target.field),
                "возвращайте в другое поле");
    }
  }
  if (m.folder && !uses_folder)
    r.warning(r.key_place("folder"), "unused-folder", "в папку ничего не складывается",
              "добавьте folder в results: … to: [ … ]");

  for (const FieldRule& rule : m.fields) {
    if (is_source(rule.field))
      r.error(rule.range, "bounce", fmt::format("из поля «{}» файлы отправляются: писать в него нельзя", rule.field));
    static const std::vector<std::string> own{"id",      "stageId",     "categoryId", "movedTime",
                                              "movedBy", "createdTime", "updatedTime"};
    if (has(own, rule.field))
      r.error(rule.range, "own-field", fmt::format("поле «{}» ведёт сама CRM", rule.field),
              rule.field == "stageId" ? "стадию ставят stages и outcomes" : "");
  }
}

void lint_deadlines(const CompiledMapping& m, Reader& r) {
  if (!m.deadlines.empty())
    r.warning(r.key_place("deadlines"), "not-yet", "«deadlines» пока не действует",
              "напоминаний не будет, остальное работает");
}

}  // namespace sedlink::mapping
