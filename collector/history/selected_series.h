// Where a file keeps a measurement, and which of its series a question is about. Used inside a transaction.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "collector/history/level.h"
#include "collector/history/usage.h"
#include "collector/sqlite/database.h"

namespace collector::history {

// The tables of one measurement as they are; nothing is made. All names are quoted.
struct StoredMeasurement {
  std::string rows;
  std::string series;
  std::array<std::string, level_count> levels;  // empty: there are no buckets yet
  std::string open_rows;                        // of the open window (open_layer.h); empty: there is none
  std::map<std::tuple<std::string, std::string, std::string>, std::string>
      columns;  // (role, name, statistic)

  // Nothing: the file has no such measurement.
  static sqlite::SqliteResult<std::optional<StoredMeasurement>> find(const sqlite::Database& database,
                                                                     const std::string& measurement);
  // A column, or NULL where there is none.
  std::string column(const std::string& role, const std::string& name, const std::string& statistic) const;
  // The column of a tag or label in the table of series, or NULL.
  std::string column_of_tag(const std::string& name) const;
  // Counter, gauge or state; nothing: there is no such field, or its running totals are kept alone.
  std::optional<FieldKind> kind_of(const std::string& field) const;
};

struct StoredSeries {
  std::int64_t id = 0;
  std::string host;
  std::string interface;
  std::string kind;
  std::string parent;
  bool is_uplink = false;
  std::vector<std::string> tags = {};  // those that find_series() was asked for
  bool is_import = false;              // import_source.h
};

// All series of a measurement that the filters let through, by their number, with what `tags` are of each.
sqlite::SqliteResult<std::vector<StoredSeries>> find_series(const sqlite::Database& database,
                                                            const StoredMeasurement& measurement,
                                                            const std::string& name,
                                                            const std::vector<TagFilter>& filters,
                                                            const std::vector<std::string>& tags = {});

// Whether one of the patterns is meant; none: all are. Pure.
bool matches(std::string_view value, const std::vector<std::string>& patterns);

// What is imported is of the kind that its interface was measured to be later: sets kind and parent. Pure.
void take_kinds(std::vector<StoredSeries>& series);

// Which of the series of a host count no byte twice: sets is_uplink. Pure.
void mark_uplinks(std::vector<StoredSeries>& series);

}  // namespace collector::history
