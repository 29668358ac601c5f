// FieldColumns: the columns that the fields of a question have in rows and in levels, and what a row that is
// read says of each. Used by PieceReader.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "collector/history/selected_series.h"
#include "collector/history/spread.h"
#include "collector/history/usage.h"
#include "collector/sqlite/row_scan.h"

namespace collector::history {

class FieldColumns {
 public:
  FieldColumns(const StoredMeasurement& measurement, const std::vector<std::string>& fields);

  std::size_t size() const { return amounts_.size(); }
  // For SQL, each with a comma before it.
  const std::string& of_levels() const { return of_levels_; }
  const std::string& of_rows() const { return of_rows_; }

  // Takes what stands from column `first` on. `time`: of a bucket its start, and the time observed.
  void read_bucket(const sqlite::ScannedRow& row, int first, const RowTime& time, std::int64_t end);
  void read_row(const sqlite::ScannedRow& row, int first, const RowTime& time);

  // As they were read last; one for each field. No readings where all fields are counters.
  std::span<const Amount> amounts() const { return amounts_; }
  std::span<const Reading> readings() const { return readings_; }

 private:
  void read(const sqlite::ScannedRow& row, int first, const RowTime& time, std::int64_t until_ms,
            bool is_row);

  std::vector<FieldKind> kinds_;
  std::string of_levels_;
  std::string of_rows_;
  std::vector<Amount> amounts_;
  std::vector<Reading> readings_;
};

}  // namespace collector::history
