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
#include <tuple>

#include "collector/core/measurement.h"
#include "collector/formats/row_format.h"
#include "collector/sqlite/database.h"

namespace collector::sqlite_store {

class MeasurementTables {
 public:
  static sqlite::SqliteResult<MeasurementTables> find_or_make(const sqlite::Database& database,
                                                              const Measurement& measurement);

  // The column (not quoted) of a label, tag or field; added when it is new.
  sqlite::SqliteResult<std::string> label(const std::string& key);
  sqlite::SqliteResult<std::string> tag(const std::string& key, const std::string& sentence);
  sqlite::SqliteResult<std::string> field(const Column& column, const Field& field);

  // Makes the view again when columns have come since.
  sqlite::SqliteResult<> refresh_view();

  std::string data_table() const;    // quoted
  std::string series_table() const;  // quoted
  const std::string& name() const { return name_; }

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
  sqlite::SqliteResult<std::string> column(const Wanted& wanted);
  std::string free_name(const std::string& wanted) const;

  const sqlite::Database* database_;
  std::string name_;  // of the measurement
  std::string view_;
  std::map<std::tuple<std::string, std::string, std::string>, std::string>
      columns_;                  // (role, name, statistic)
  std::set<std::string> taken_;  // folded
  bool view_is_stale_ = false;
};

}  // namespace collector::sqlite_store
