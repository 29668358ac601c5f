// OtherDatabase: another program's SQLite file, read while that program may be writing to it. Nothing is
// changed, no file is made beside it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "collector/core/error.h"
#include "collector/sqlite/database.h"

namespace collector::imports {

class OtherDatabase {
 public:
  // `program`: whose it should be, for messages.
  static Result<OtherDatabase> open(const std::filesystem::path& file, std::string program);

  bool has_table(const std::string& name) const;
  // Calls visit for each row. Fails for a table or column that is not there: it is another program's file.
  Result<> each(const std::string& sql, const std::function<void(const sqlite::Statement&)>& visit) const;

  // A number of bytes; what is none (a text, NULL, a fraction) is -1.
  static std::string bytes(const std::string& column) {
    return "CASE WHEN typeof(" + column + ")='integer' THEN " + column + " ELSE -1 END";
  }

 private:
  OtherDatabase(sqlite::Database database, std::string program)
      : database_(std::move(database)), program_(std::move(program)) {}
  sqlite::Database database_;
  std::string program_;
};

}  // namespace collector::imports
