// The file's own numbers of sources and series. A series' number stands for source, labels and tags together,
// so that a row needs no more than that to be told apart from every other machine's, and history keeps the
// host name it was written under when the machine is renamed. (The spool's numbers would not do: they begin
// again with a new spool, and two machines use the same ones.)
//
// Runs inside the caller's transaction; after a rollback the object is thrown away.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "collector/core/batch.h"
#include "collector/sqlite/database.h"
#include "sinks/sqlite/measurement_tables.h"

namespace collector::sqlite_store {

class SeriesIds {
 public:
  explicit SeriesIds(const sqlite::Database& database) : database_(&database) {}

  // The following series are of this batch's source and labels.
  sqlite::SqliteResult<> begin(const Batch& batch);
  std::int64_t source_id() const { return owner_->source_id; }
  // For a row of this day (day_of()), which is noted.
  sqlite::SqliteResult<std::int64_t> id_of(const Series& series, std::int64_t day, MeasurementTables& tables);

 private:
  struct Known {
    std::int64_t id = 0;
    std::int64_t last_day = 0;  // as the file has it
  };
  // One machine under one set of labels; usually there is one only.
  struct Owner {
    Uuid source;
    std::vector<Tag> labels;
    std::int64_t source_id = 0;
    std::string labels_json;                      // with bytes that are not UTF-8 as they came
    std::unordered_map<std::int64_t, Known> ids;  // by the number the series has in its spool
  };
  sqlite::SqliteResult<std::int64_t> source(const Uuid& uuid);
  sqlite::SqliteResult<Known> find_or_add(const Series& series, std::int64_t day, MeasurementTables& tables);
  // False: the file has no such series any more.
  sqlite::SqliteResult<bool> note_day(std::int64_t id, std::int64_t day) const;
  // Nothing: the file does not have it. Names and labels as JSON.
  sqlite::SqliteResult<std::optional<std::int64_t>> find(const MeasurementTables& tables,
                                                         std::string_view tags,
                                                         std::string_view labels) const;
  // Of one that is there under names that are not UTF-8.
  sqlite::SqliteResult<> rename(std::int64_t id, const Series& series, MeasurementTables& tables,
                                std::string_view tags, std::string_view labels);
  void bind_names(sqlite::Statement& statement, const MeasurementTables& tables, std::string_view tags,
                  std::string_view labels) const;
  sqlite::SqliteResult<> add_columns(std::int64_t id, const Series& series, MeasurementTables& tables);

  const sqlite::Database* database_;
  std::vector<std::unique_ptr<Owner>> owners_;
  Owner* owner_ = nullptr;
};

}  // namespace collector::sqlite_store
