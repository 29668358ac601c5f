// Puts the rows of one definition of a measurement into its table, with statements that are prepared once. A
// row that is there already (a window lived twice after the wall clock was set back) takes the new one in:
// deltas and spans are added, totals and peaks keep the larger, minima the smaller, and of the rest the newer
// counts.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "collector/core/batch.h"
#include "collector/formats/row_format.h"
#include "collector/history/bucket.h"
#include "collector/history/measurement_tables.h"
#include "collector/sqlite/database.h"

namespace collector::history {

class RowWriter {
 public:
  // Columns and view are made as needed. `database` and `tables` outlive the writer.
  static sqlite::SqliteResult<RowWriter> prepare(const sqlite::Database& database, MeasurementTables& tables,
                                                 MeasurementPtr measurement, const RowFormat& format);

  // Remembers the row, which must stay where it is until it is sent: with its neighbours, or by flush().
  sqlite::SqliteResult<> add(std::int64_t series_id, const Batch& batch, const Row& row);
  sqlite::SqliteResult<> flush();

  // What the row has in its columns, by their names.
  std::vector<std::pair<std::string, Datum>> values_of(const Batch& batch, const Row& row) const;

  MeasurementTables& tables() const { return *tables_; }
  const Measurement& measurement() const { return *measurement_; }

 private:
  struct Pending {
    std::int64_t series_id = 0;
    const Row* row = nullptr;
    std::span<const Cell> cells;
  };
  // Rows in one statement: 1.4 times faster than one by one; more than 16 gain nothing.
  static constexpr std::size_t most_together = 16;

  RowWriter(const sqlite::Database& database, MeasurementTables& tables, MeasurementPtr measurement)
      : database_(&database), tables_(&tables), measurement_(std::move(measurement)) {}
  static Datum value_of(const Cell& cell, const Column& column);
  void bind(sqlite::Statement& statement, int first, const Pending& row) const;
  // `rows`: that it is to store.
  sqlite::SqliteResult<> run(sqlite::Statement& statement, std::size_t rows);

  const sqlite::Database* database_;
  MeasurementTables* tables_;
  MeasurementPtr measurement_;
  std::vector<Column> columns_;
  std::vector<std::string> names_;  // of the columns, in the file
  std::size_t together_ = most_together;
  sqlite::Statement one_;
  // Only once there are so many: in memory it is as large as it is long, and few machines have that many
  // series of a measurement.
  std::optional<sqlite::Statement> many_;
  std::string insert_many_;
  std::array<Pending, most_together> rows_;
  std::size_t pending_ = 0;
};

}  // namespace collector::history
