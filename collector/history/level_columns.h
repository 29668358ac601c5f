// Which columns the levels of a measurement have. They follow from those of its rows and have the same names;
// some are added: when a peak was, and the lowest and highest of a gauge whose rows tell its mean alone.
#pragma once

#include <string>
#include <vector>

#include "collector/history/bucket.h"
#include "collector/history/measurement_tables.h"
#include "collector/sqlite/database.h"

namespace collector::history {

// A column of the rows.
struct RowColumn {
  std::string column;  // its name
  ColumnType type = ColumnType::integer;
};

struct LevelColumn {
  std::string column;
  BucketColumn bucket;
};

struct LevelColumns {
  std::vector<RowColumn> of_rows;
  std::vector<LevelColumn> of_levels;
  std::vector<BucketColumn> buckets;  // of_levels[i].bucket

  // Then the last column tells what of them was unobserved.
  bool has_means() const { return !buckets.empty() && buckets.back().statistic == Statistic::unobserved; }

  // Reads table `field`, and adds to it what only the levels have.
  static sqlite::SqliteResult<LevelColumns> find_or_make(const sqlite::Database& database,
                                                         MeasurementTables& tables);
};

// Bucket::unobserved as the column for it holds it, by the names of columns; NULL where it tells nothing.
Datum unobserved_text(const LevelColumns& columns, const Bucket& bucket);
std::vector<std::int64_t> unobserved_of(const LevelColumns& columns, const Bucket& stored);

// What a column of a declared type holds, as it was bound.
Datum datum_of(const sqlite::Statement& statement, int column, ColumnType type);
void bind_datum(sqlite::Statement& statement, int parameter, const Datum& datum);
std::string_view type_name(ColumnType type);

}  // namespace collector::history
