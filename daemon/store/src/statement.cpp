#include "statement.hpp"

namespace sedlink::store {

void Statement::bind_number(std::optional<long long> value) {
  Parameter& parameter = parameters_.emplace_back();
  if (value) parameter.number = *value;
  parameter.indicator = value ? soci::i_ok : soci::i_null;
  statement_.exchange(soci::use(parameter.number, parameter.indicator));
}

void Statement::bind_text(std::optional<std::string> value) {
  if (value && value->find('\0') != std::string::npos) {
    // PostgreSQL would cut the text there in silence; SQLite's tools too.
    throw StoreException(Error{Fault::rejected,
                               Audience::developer,
                               "store.nul",
                               "Текст с нулевым байтом не может быть сохранён / text with a NUL byte is refused",
                               {}});
  }
  Parameter& parameter = parameters_.emplace_back();
  parameter.indicator = value ? soci::i_ok : soci::i_null;
  if (value) parameter.text = std::move(*value);
  statement_.exchange(soci::use(parameter.text, parameter.indicator));
}

void Statement::add_column(Target target) {
  Column& column = columns_.emplace_back();
  column.target = target;
  if (std::holds_alternative<std::string*>(target)) {
    statement_.exchange(soci::into(column.text, column.indicator));
  } else {
    statement_.exchange(soci::into(column.number, column.indicator));
  }
}

bool Statement::execute() {
  executed_ = true;
  statement_.alloc();
  statement_.prepare(sql_);
  statement_.define_and_bind();
  return statement_.execute(true);
}

bool Statement::next() {
  if (!(executed_ ? statement_.fetch() : execute())) return false;
  deliver();
  return true;
}

std::int64_t Statement::run() {
  execute();
  return statement_.get_affected_rows();
}

void Statement::deliver() {
  for (const Column& column : columns_) {
    const bool null = column.indicator == soci::i_null;
    const long long number = null ? 0 : column.number;
    std::visit(
        [&](auto* target) {
          using T = std::remove_pointer_t<decltype(target)>;
          if constexpr (std::is_same_v<T, std::string>) {
            *target = null ? std::string() : column.text;
          } else if constexpr (std::is_same_v<T, Time>) {
            *target = from_epoch_ms(number);
          } else if constexpr (std::is_same_v<T, std::optional<Time>>) {
            *target = null ? std::nullopt : std::optional<Time>(from_epoch_ms(number));
          } else if constexpr (std::is_same_v<T, bool>) {
            *target = number != 0;
          } else {
            *target = static_cast<T>(number);
          }
        },
        column.target);
  }
}

}  // namespace sedlink::store
