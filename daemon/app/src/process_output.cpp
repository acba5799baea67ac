#include "process_output.hpp"

#include <algorithm>
#include <array>
#include <ostream>
#include <string_view>
#include <utility>
#include <vector>

#include "sedlink/core/domain.hpp"
#include "sedlink/core/text.hpp"
#include "sedlink/process/instance.hpp"

namespace sedlink::app {
namespace {

std::string value_text(const json::value& row, const char* key) {
  const json::value* v = json::find(row, key);
  if (v == nullptr || v->is_null()) return {};
  return v->is_string() ? std::string(v->get_string()) : boost::json::serialize(*v);
}

// The daemon tells times in UTC; what is no time stays as it is.
std::string time_text(const json::value& row, const char* key, const TimeZone& zone) {
  const std::string told = value_text(row, key);
  const Result<Time> parsed = parse_iso8601(told);
  return parsed.has_value() ? zone.to_display(parsed.value()) : told;
}

std::string phase_words(const std::string& name) {
  const auto phase = process::phase_from_string(name);
  return phase ? process::russian_name(*phase) : name;
}

// The outcome, or why a run ended without one (Instance::closed_reason).
std::string outcome_words(const std::string& name) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 5> reasons{
      {{"same_revision", "не запущен: файлы не менялись"},
       {"left_stage", "снят: карточка ушла со стадии"},
       {"card_deleted", "снят: карточка удалена"},
       {"withdrawn", "отозвано"},
       {"skipped", "снят администратором"}}};
  if (const auto outcome = outcome_from_string(name)) return russian_name(*outcome);
  for (const auto& [key, word] : reasons)
    if (name == key) return std::string(word);
  return name;
}

// "rejected onec.fill: words (vendor: x)" is for the log: people read the words first, the code in brackets.
std::string error_words(const std::string& told) {
  const std::size_t blank = told.find(' '), colon = told.find(": ");
  if (blank == std::string::npos || colon == std::string::npos || blank > colon ||
      !fault_from_string(told.substr(0, blank)))
    return told;
  std::string words = told.substr(colon + 2);
  constexpr std::string_view vendor = " (vendor: ";
  if (const std::size_t at = words.rfind(vendor); at != std::string::npos)
    words.replace(at, vendor.size(), " (код СЭД или CRM: ");
  return words + " [" + told.substr(blank + 1, colon - blank - 1) + "]";
}

std::string effect_status(const std::string& name) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 5> words{{{"pending", "ждёт"},
                                                                                       {"in_flight", "идёт"},
                                                                                       {"done", "сделано"},
                                                                                       {"incident", "ИНЦИДЕНТ"},
                                                                                       {"skipped", "пропущено"}}};
  for (const auto& [key, word] : words)
    if (name == key) return std::string(word);
  return name;
}

// A table as wide as its contents; the last column is never padded, so no line ends in blanks.
class Table {
 public:
  explicit Table(std::vector<std::string> head) { rows_.push_back(std::move(head)); }
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  void print(std::ostream& out, const std::string& indent = "") const {
    std::vector<std::size_t> widths(rows_.front().size());
    for (const auto& row : rows_)
      for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], text::code_points(row[i]));
    for (const auto& row : rows_) {
      std::string line = indent;
      for (std::size_t i = 0; i < row.size(); ++i)
        line += row[i] + std::string(widths[i] - text::code_points(row[i]) + 2, ' ');
      line.erase(line.find_last_not_of(' ') + 1);
      out << line << "\n";
    }
  }

 private:
  std::vector<std::vector<std::string>> rows_;
};

void fact(std::ostream& out, const char* name, const std::string& value) {
  if (!value.empty()) out << name << ": " << value << "\n";
}

}  // namespace

void print_processes(std::ostream& out, const json::value& rows, const TimeZone& zone) {
  const auto* list = rows.if_array();
  if (list == nullptr || list->empty()) {
    out << "Процессов нет\n";
    return;
  }
  Table table({"изменён", "карточка", "название", "фаза", "этап", "итог", "у кого", "процесс"});
  for (const auto& row : *list)
    table.add({time_text(row, "updated", zone), value_text(row, "item"), text::ellipsis(value_text(row, "title"), 40),
               phase_words(value_text(row, "phase")), value_text(row, "stage"),
               outcome_words(value_text(row, "outcome")), value_text(row, "holders"), value_text(row, "id")});
  table.print(out);
}

void print_incidents(std::ostream& out, const json::value& rows) {
  const auto* list = rows.if_array();
  if (list == nullptr || list->empty()) {
    out << "Инцидентов нет\n";
    return;
  }
  for (const auto& row : *list) {
    out << "№ " << value_text(row, "id") << "  " << value_text(row, "what") << "\n";
    fact(out, "  процесс", value_text(row, "instance"));
    fact(out, "  попыток", value_text(row, "attempts"));
    fact(out, "  причина", error_words(value_text(row, "error")));
  }
}

void print_process(std::ostream& out, const json::value& v, const TimeZone& zone) {
  fact(out, "процесс", value_text(v, "id"));
  fact(out, "карточка", value_text(v, "item"));
  fact(out, "название", value_text(v, "title"));
  fact(out, "сопоставление", value_text(v, "mapping"));
  fact(out, "запуск", value_text(v, "launch"));
  fact(out, "фаза", phase_words(value_text(v, "phase")));
  fact(out, "этап", value_text(v, "stage"));
  fact(out, "у кого", value_text(v, "holders"));
  fact(out, "итог", outcome_words(value_text(v, "outcome")));
  fact(out, "процесс СЭД", value_text(v, "process"));
  fact(out, "начат", time_text(v, "started", zone));
  fact(out, "изменён", time_text(v, "updated", zone));
  fact(out, "следующий опрос", time_text(v, "next_poll", zone));
  if (json::boolean(v, "paused")) out << "приостановлен оператором\n";
  for (const auto& p : json::texts(v, "problems")) out << "не хватает: " << p << "\n";

  if (!json::list(v, "signatures").empty()) out << "\nПодписи\n";
  for (const auto& s : json::list(v, "signatures")) {
    const std::string name = value_text(s, "name");
    out << "  " << (name.empty() ? value_text(s, "file") : name) << "\n";
    for (const auto& line : json::texts(s, "lines")) out << "    " << line << "\n";
  }

  out << "\nИстория\n";
  for (const auto& h : json::list(v, "history"))
    out << "  " << time_text(h, "at", zone) << "  " << json::text(h, "text") << "\n";

  out << "\nДействия\n";
  Table table({"№", "состояние", "попыток", "что"});
  for (const auto& e : json::list(v, "effects")) {
    const std::string status = value_text(e, "status");
    std::string what = value_text(e, "what");
    if (json::boolean(e, "doubtful")) what += " [возможно, уже сделано: сначала ищем]";
    if (status == "pending") what += " — не раньше " + time_text(e, "due", zone);
    if (const std::string error = value_text(e, "error"); !error.empty() && status != "done")
      what += " — " + error_words(error);
    table.add({value_text(e, "id"), effect_status(status), value_text(e, "attempts"), what});
  }
  table.print(out, "  ");
}

void print_status(std::ostream& out, const json::value& v, const TimeZone& zone) {
  Table table({"подключение", "сторона", "состояние", "отвечало", "последняя ошибка"});
  for (const auto& c : json::list(v, "connections")) {
    std::string state = "работает";
    if (json::boolean(c, "open")) state = "недоступно";
    if (json::boolean(c, "paused")) state = "остановлено: нет доступа";
    if (const std::string since = time_text(c, "failing_since", zone); !since.empty()) state += " с " + since;
    if (json::boolean(c, "push"))
      state += time_text(c, "last_notice", zone).empty() ? ", адрес для уведомлений принят, их ещё не было"
                                                         : ", само сообщает о переменах";
    std::string error = value_text(c, "last_error");
    if (const std::string why = value_text(c, "push_error"); !why.empty())
      error += (error.empty() ? "" : "; ") + ("уведомления не включены: " + why);
    table.add({value_text(c, "name"), value_text(c, "side"), state, time_text(c, "last_success", zone), error});
  }
  table.print(out);
  out << "\n";
  fact(out, "событий не разобрано", value_text(v, "inbox"));
  fact(out, "действий не выполнено", value_text(v, "outbox"));
  fact(out, "инцидентов", value_text(v, "incidents"));
  fact(out, "процессов идёт", value_text(v, "running"));
  fact(out, "из них ждут данных или настройки", value_text(v, "waiting"));
  fact(out, "процессов завершено", value_text(v, "ended"));
}

void print_done(std::ostream& out, const std::string& command, const json::value& v) {
  const std::string id = value_text(v, "id");
  if (command == "launch") {
    const std::string item = value_text(v, "accepted");
    out << "Принято: карточка " << item << ", сопоставление " << value_text(v, "mapping")
        << ". Что вышло: sedlink process show " << item << "\n";
  } else if (command == "retry") {
    out << "Повторяется действий: " << value_text(v, "retried") << "\n";
  } else if (command == "skip") {
    std::vector<std::string> numbers;
    if (const auto* list = json::find(v, "skipped"); list != nullptr && list->is_array())
      for (const auto& number : list->get_array()) numbers.push_back(boost::json::serialize(number));
    out << "Пропущено действий: " << numbers.size() << " (№ " << text::join(numbers, ", ") << ")\n";
  } else if (command == "cancel") {
    out << "Отзыв отправлен в СЭД: процесс " << id << ". Что вышло: sedlink process show " << id << "\n";
  } else if (command == "pause" || command == "resume") {
    out << (command == "pause" ? "Приостановлен: процесс " : "Возобновлён: процесс ") << id << "\n";
  }
}

}  // namespace sedlink::app
