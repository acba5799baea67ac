#pragma once
// The only way the store speaks SQL: typed parameters copied into the statement, typed columns read out of it.
//
// SOCI keeps the addresses of bound variables, so nothing of the caller is ever bound: a temporary would dangle. Values
// live in deques, whose elements never move. Whole numbers are always bound as long long: SOCI cuts others silently.
// Not thread-safe; a statement lives shorter than its session. Throws StoreException and soci::soci_error.
#include <soci/soci.h>

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

#include "sedlink/store/store.hpp"

namespace sedlink::store {

class Statement {
 public:
  template <class... Values>
  Statement(soci::session& session, const std::string& sql, const Values&... values) : statement_(session), sql_(sql) {
    (bind(values), ...);
  }

  // Parameters, in the order of their places in the text. Text that holds NUL is refused (store.nul).
  template <class T>
  void bind(const T& value) {
    if constexpr (std::is_same_v<T, Time>) {
      bind_number(to_epoch_ms(value));
    } else if constexpr (std::is_same_v<T, std::optional<Time>>) {
      bind_number(value ? std::optional<long long>(to_epoch_ms(*value)) : std::nullopt);
    } else if constexpr (std::is_same_v<T, std::optional<std::string>>) {
      bind_text(value);
    } else if constexpr (std::is_enum_v<T> || std::is_integral_v<T>) {
      bind_number(static_cast<long long>(value));
    } else {
      bind_text(std::string(std::string_view(value)));
    }
  }

  using Target = std::variant<std::string*, std::int64_t*, int*, bool*, Time*, std::optional<Time>*, EffectStatus*>;
  // Columns, in order; filled by every next() that returns true. NULL becomes "", 0, false or nullopt.
  template <class... Targets>
  void into(Targets&... targets) {
    (add_column(&targets), ...);
  }

  bool next();         // executes at the first call; false when there are no more rows
  std::int64_t run();  // executes to the end; rows changed

 private:
  struct Parameter {
    std::string text;
    long long number = 0;
    soci::indicator indicator = soci::i_ok;
  };
  struct Column {
    Target target;
    std::string text;
    long long number = 0;
    soci::indicator indicator = soci::i_ok;
  };

  void bind_number(std::optional<long long>);
  void bind_text(std::optional<std::string>);
  void add_column(Target);
  bool execute();
  void deliver();

  std::deque<Parameter> parameters_;
  std::deque<Column> columns_;
  soci::statement statement_;
  std::string sql_;
  bool executed_ = false;
};

template <class... Values>
std::int64_t execute(soci::session& session, const std::string& sql, const Values&... values) {
  return Statement(session, sql, values...).run();
}

// The first column of the first row.
template <class T, class... Values>
std::optional<T> query_one(soci::session& session, const std::string& sql, const Values&... values) {
  Statement statement(session, sql, values...);
  T value{};
  statement.into(value);
  if (!statement.next()) return std::nullopt;
  return value;
}

// Every row; `columns(statement, row)` says where the columns go.
template <class Row, class Columns>
std::vector<Row> rows(Statement& statement, Columns columns) {
  Row row;
  columns(statement, row);
  std::vector<Row> out;
  while (statement.next()) out.push_back(row);
  return out;
}

template <class Row, class Columns>
std::optional<Row> first_row(Statement& statement, Columns columns) {
  Row row;
  columns(statement, row);
  if (!statement.next()) return std::nullopt;
  return row;
}

}  // namespace sedlink::store
