// PieceReader: the stored buckets and rows of one measurement, with the fields that are asked for. Used
// inside a read transaction; the database outlives it.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "collector/history/field_columns.h"
#include "collector/history/selected_series.h"
#include "collector/history/usage_fold.h"
#include "collector/sqlite/database.h"

namespace collector::history {

class PieceReader {
 public:
  // `fields`: those of the measurement; one that it does not have is never known.
  PieceReader(const sqlite::Database& database, const StoredMeasurement& measurement,
              const std::vector<std::string>& fields)
      : database_(&database), measurement_(&measurement), fields_(measurement, fields) {}

  std::size_t field_count() const { return fields_.size(); }
  bool has(Level level) const { return !measurement_->levels[static_cast<std::size_t>(level)].empty(); }

  // Calls visit for the buckets of a series that reach into a stretch.
  using Visit = std::function<void(const StoredPiece&)>;
  sqlite::SqliteResult<> buckets(Level level, std::int64_t series, const Stretch& stretch,
                                 const Visit& visit);
  // The last bucket that begins at `second` or before; nothing: there is none.
  sqlite::SqliteResult<std::optional<Stretch>> last_bucket(Level level, std::int64_t series,
                                                           std::int64_t second);
  // The start of a series' first bucket.
  sqlite::SqliteResult<std::optional<std::int64_t>> first_bucket(Level level, std::int64_t series);

  // Calls visit for the rows that begin in a stretch, of all series.
  using VisitRow = std::function<void(std::int64_t series, const StoredPiece&)>;
  sqlite::SqliteResult<> rows(const Stretch& stretch, const VisitRow& visit);
  // Calls visit for the rows that no bucket has: those that begin from `closed` on and before `end`, and
  // those of the open window, whenever they begin.
  sqlite::SqliteResult<> open_rows(std::int64_t closed, std::int64_t end, const VisitRow& visit);

  // Rows that begin before are in the levels, later ones are not. The least there is: no row is.
  sqlite::SqliteResult<std::int64_t> closed() const;

 private:
  enum class Use : std::uint8_t { last, first };
  sqlite::SqliteResult<> rows_of(const std::string& table, std::optional<sqlite::RowScan>& kept,
                                 const Stretch& stretch, const VisitRow& visit);
  sqlite::SqliteResult<sqlite::Statement*> statement(Level level, Use use);
  const std::string& table(Level level) const {
    return measurement_->levels[static_cast<std::size_t>(level)];
  }

  const sqlite::Database* database_;
  const StoredMeasurement* measurement_;
  FieldColumns fields_;  // of the piece that is visited
  std::array<std::array<std::optional<sqlite::Statement>, 2>, level_count> statements_;
  std::array<std::optional<sqlite::RowScan>, level_count> buckets_;
  std::optional<sqlite::RowScan> rows_;
  std::optional<sqlite::RowScan> open_rows_;
};

}  // namespace collector::history
