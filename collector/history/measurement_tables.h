// The two tables and the view of one measurement: finds or makes them, and adds a column for every new field,
// tag and label. Which column belongs to what is kept in table `field`, so that a name once given never
// changes.
//
// Names. Fields, tags and labels share one namespace per measurement, compared without case, in which time,
// span, flags, series_id and id are taken. Whoever comes to a taken name gets "_" appended until it is free;
// `host` comes first, then tags, fields, and the configured labels. The same goes for the view's name in the
// file.
//
// Everything runs inside the caller's transaction; after a rollback the object is thrown away.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>

#include "collector/core/measurement.h"
#include "collector/formats/row_format.h"
#include "collector/sqlite/database.h"

namespace collector::history {

// The first of name, name_, name__ … under which the file has neither a view nor one's tables, for a new one.
sqlite::SqliteResult<std::string> free_view_name(const sqlite::Database& database, std::string_view wanted);

class MeasurementTables {
 public:
  static sqlite::SqliteResult<MeasurementTables> find_or_make(const sqlite::Database& database,
                                                              const Measurement& measurement);

  // The column (not quoted) of a label, tag or field; added when it is new.
  sqlite::SqliteResult<std::string> label(const std::string& key);
  sqlite::SqliteResult<std::string> tag(const std::string& key, const std::string& sentence);
  sqlite::SqliteResult<std::string> field(const Column& column, const Field& field);

  // A column that only the levels have: `statistic` of a field.
  sqlite::SqliteResult<std::string> level_column(const std::string& field, const std::string& statistic,
                                                 const std::string& like, const std::string& unit,
                                                 const std::string& sentence);

  // Makes the view again when columns have come since.
  sqlite::SqliteResult<> refresh_view();

  std::string data_table() const;    // quoted
  std::string series_table() const;  // quoted
  const std::string& name() const { return name_; }
  const std::string& view() const { return view_; }
  // How many columns all its tables have: grows when one comes.
  std::size_t column_count() const { return columns_.size(); }
  // A name for what only a view has, beside those of the columns: `wanted`, which is no new column's, unless
  // an old one has it.
  std::string view_name(const std::string& wanted) const;

 private:
  struct Wanted {
    std::string role, name, statistic;  // what it is
    std::string like;                   // the name it would like to have
    std::string unit, kind, sentence, type;
  };
  MeasurementTables(const sqlite::Database& database, std::string name)
      : database_(&database), name_(std::move(name)) {}
  sqlite::SqliteResult<> make(const Measurement& measurement);
  sqlite::SqliteResult<> load();
  // `wanted` with "_" appended until no column is called like it.
  std::string free_name(const std::string& wanted) const;
  sqlite::SqliteResult<std::string> column(const Wanted& wanted);
  sqlite::SqliteResult<> add_to_table(const Wanted& wanted, const std::string& column);
  sqlite::SqliteResult<bool> take_over(const Wanted& wanted);

  const sqlite::Database* database_;
  std::string name_;  // of the measurement
  std::string view_;
  std::map<std::tuple<std::string, std::string, std::string>, std::string>
      columns_;                  // (role, name, statistic)
  std::set<std::string> taken_;  // folded
  bool view_is_stale_ = false;
};

}  // namespace collector::history
