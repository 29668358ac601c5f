// The tables of all measurements in the file, looked up once each: whoever adds columns knows those that
// others have added. After a rollback all of it is forgotten. Used by the store's thread.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "collector/history/measurement_tables.h"
#include "collector/sqlite/database.h"

namespace collector::history {

class FileTables {
 public:
  explicit FileTables(const sqlite::Database& database) : database_(&database) {}

  sqlite::SqliteResult<MeasurementTables*> find_or_make(const Measurement& measurement);
  // One that the file has.
  sqlite::SqliteResult<MeasurementTables*> find(const std::string& measurement);
  // Names of all measurements that the file has.
  sqlite::SqliteResult<std::vector<std::string>> names() const;
  void forget() { tables_.clear(); }

 private:
  const sqlite::Database* database_;
  std::map<std::string, std::unique_ptr<MeasurementTables>> tables_;
};

}  // namespace collector::history
