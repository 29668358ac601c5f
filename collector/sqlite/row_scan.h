// RowScan: a query whose rows are handed over from within SQLite's own loop, instead of one by one by
// Statement::step(). For queries of which many rows are read: each costs a quarter less.
#pragma once

#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "collector/sqlite/database.h"

struct sqlite3_value;

// As sqlite3.h declares them: called for each column of each row.
extern "C" {
int sqlite3_value_type(sqlite3_value* value);
long long sqlite3_value_int64(sqlite3_value* value);
double sqlite3_value_double(sqlite3_value* value);
}

namespace collector::sqlite {

// The row that is handed over, while it is; columns are counted from 0.
class ScannedRow {
 public:
  bool is_null(int column) const { return sqlite3_value_type(values_[column]) == null_type; }
  std::int64_t integer(int column) const { return sqlite3_value_int64(values_[column]); }
  double real(int column) const { return sqlite3_value_double(values_[column]); }
  std::string_view text(int column) const;

 private:
  friend class RowScan;
  friend struct ScanFunction;
  static constexpr int null_type = 5;  // SQLITE_NULL
  explicit ScannedRow(sqlite3_value** values) : values_(values) {}
  sqlite3_value** values_;
};

class RowScan {
 public:
  // SELECT columns FROM from, where `from` is all that follows: a table, WHERE. Rows come in whatever order
  // SQLite finds them: an ORDER BY has no say. The database outlives it.
  static SqliteResult<RowScan> prepare(const Database& database, std::string_view columns,
                                       std::string_view from);

  void bind(int parameter, std::int64_t value) { statement_.bind(parameter, value); }

  // Calls visit(const ScannedRow&) for each row. It may ask the database something else meanwhile; what it
  // throws comes out of run().
  template <typename Visit>
  SqliteResult<> run(Visit&& visit) {
    const auto call = [](void* to, const ScannedRow& row) {
      (*static_cast<std::remove_reference_t<Visit>*>(to))(row);
    };
    return run(call, const_cast<void*>(static_cast<const void*>(&visit)));
  }

 private:
  using Call = void (*)(void* to, const ScannedRow&);
  RowScan(Statement statement, RowVisitor* visitor) : statement_(std::move(statement)), visitor_(visitor) {}
  SqliteResult<> run(Call call, void* to);
  SqliteResult<> step_through(Call call, void* to);

  Statement statement_;
  RowVisitor* visitor_;  // nullptr: more columns than a function may have
};

}  // namespace collector::sqlite
