#include "collector/history/file_tables.h"

#include <utility>

namespace collector::history {

sqlite::SqliteResult<MeasurementTables*> FileTables::find_or_make(const Measurement& measurement) {
  auto& tables = tables_[measurement.name];
  if (!tables) {
    auto made = MeasurementTables::find_or_make(*database_, measurement);
    if (!made) return std::unexpected(made.error());
    tables = std::make_unique<MeasurementTables>(std::move(*made));
  }
  return tables.get();
}

sqlite::SqliteResult<MeasurementTables*> FileTables::find(const std::string& measurement) {
  Measurement named;
  named.name = measurement;
  return find_or_make(named);
}

sqlite::SqliteResult<std::vector<std::string>> FileTables::names() const {
  std::vector<std::string> names;
  auto find = database_->prepare("SELECT name FROM measurement ORDER BY name");
  if (!find) return std::unexpected(find.error());
  while (true) {
    const auto row = find->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return names;
    names.emplace_back(find->text(0));
  }
}

}  // namespace collector::history
