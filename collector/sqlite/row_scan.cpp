#include "collector/sqlite/row_scan.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include "collector/sqlite/row_visitor.h"

namespace collector::sqlite {

std::string_view ScannedRow::text(int column) const {
  const auto* data = reinterpret_cast<const char*>(sqlite3_value_text(values_[column]));
  if (data == nullptr) return {};
  return {data, static_cast<std::size_t>(sqlite3_value_bytes(values_[column]))};
}

// The aggregate function that SQLite calls with each row's columns.
struct ScanFunction {
  static_assert(ScannedRow::null_type == SQLITE_NULL);

  static void step(sqlite3_context* context, int, sqlite3_value** values) {
    auto& visitor = *static_cast<RowVisitor*>(sqlite3_user_data(context));
    if (visitor.call == nullptr) return;
    try {
      visitor.call(visitor.to, ScannedRow(values));
    } catch (...) {  // no exception may pass through SQLite
      visitor.thrown = std::current_exception();
      sqlite3_result_error_code(context, SQLITE_ABORT);
    }
  }
  static void end(sqlite3_context*) {}
};

int add_scan_function(sqlite3* database, RowVisitor* visitor) {
  return sqlite3_create_function_v2(database, "visit_row", -1, SQLITE_UTF8 | SQLITE_DIRECTONLY, visitor,
                                    nullptr, &ScanFunction::step, &ScanFunction::end, nullptr);
}

SqliteResult<RowScan> RowScan::prepare(const Database& database, std::string_view columns,
                                       std::string_view from) {
  if (auto scan = database.prepare(fmt::format("SELECT visit_row({}) FROM {}", columns, from)))
    return RowScan(std::move(*scan), database.visitor_.get());
  // A function has 127 parameters at most; whatever else is wrong is wrong here too.
  auto rows = database.prepare(fmt::format("SELECT {} FROM {}", columns, from));
  if (!rows) return std::unexpected(rows.error());
  return RowScan(std::move(*rows), nullptr);
}

SqliteResult<> RowScan::run(Call call, void* to) {
  statement_.reset();
  if (visitor_ == nullptr) return step_through(call, to);
  const RowVisitor outer = std::exchange(*visitor_, {call, to, nullptr});
  auto done = statement_.run();
  const std::exception_ptr thrown = std::exchange(*visitor_, outer).thrown;
  if (thrown) std::rethrow_exception(thrown);
  return done;
}

SqliteResult<> RowScan::step_through(Call call, void* to) {
  std::vector<sqlite3_value*> values(static_cast<std::size_t>(statement_.columns()));
  while (true) {
    const auto row = statement_.step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return {};
    for (std::size_t i = 0; i < values.size(); ++i)
      values[i] = sqlite3_column_value(statement_.handle_.get(), static_cast<int>(i));
    try {
      call(to, ScannedRow(values.data()));
    } catch (...) {
      statement_.reset();
      throw;
    }
  }
}

}  // namespace collector::sqlite
