#include "infobase.hpp"

namespace sedlink::sim::onec_docflow {

std::string module_error(int line, const std::string& text) {
  return "{ОбщийМодуль.ОбработкаЗапросовXDTO.Модуль(" + std::to_string(line) + ")}: " + text;
}

std::string Infobase::local(std::optional<Time> time) const {
  return time ? zone_.to_local(*time) : std::string(empty_date);
}

std::string Infobase::utc(Time time) {
  return to_iso8601(std::chrono::floor<std::chrono::seconds>(time)).substr(0, 19);
}

std::optional<Time> Infobase::from_local(std::string_view text) const {
  if (text.size() < 19 || text.starts_with("0001-01-01")) return std::nullopt;
  const Result<Time> parsed = zone_.from_local(text.substr(0, 19));
  return parsed.has_value() ? std::optional<Time>(parsed.value()) : std::nullopt;
}

std::string Infobase::next_number(const std::string& numerator) {
  const std::string digits = std::to_string(++data.counters[numerator]);
  return std::string(digits.size() < 9 ? 9 - digits.size() : 0, '0') + digits;
}

}  // namespace sedlink::sim::onec_docflow
