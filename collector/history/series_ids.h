// The file's own numbers of sources and series. A series' number stands for source, labels and tags together,
// so that a row needs no more than that to be told apart from every other machine's, and history keeps the
// host name it was written under when the machine is renamed. (The spool's numbers would not do: they begin
// again with a new spool, and two machines use the same ones.)
//
// Runs inside the caller's transaction; after a rollback the object is thrown away.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "collector/core/batch.h"
#include "collector/history/measurement_tables.h"
#include "collector/sqlite/database.h"

namespace collector::history {

class SeriesIds {
 public:
  explicit SeriesIds(const sqlite::Database& database) : database_(&database) {}

  // The following series are of this batch's source and labels.
  sqlite::SqliteResult<> begin(const Batch& batch);
  std::int64_t source_id() const { return owner_->source_id; }
  // For a row that starts then, which is noted.
  sqlite::SqliteResult<std::int64_t> id_of(const Series& series, WallTime start, MeasurementTables& tables);
  // The file does not have these numbers any more.
  void forget(std::span<const std::int64_t> gone);

 private:
  struct Known {
    std::int64_t id = 0;
    std::int64_t last_time = 0;          // as the file has it
    std::int64_t ahead = 0;              // of the row that it was noted for, in seconds
    std::weak_ptr<const Series> series;  // whoever else has let it go asks for its number no more
  };
  // One machine under one set of labels; usually there is one only.
  struct Owner {
    Uuid source;
    std::vector<Tag> labels;
    std::int64_t source_id = 0;
    std::string labels_json;                      // with bytes that are not UTF-8 as they came
    std::unordered_map<std::int64_t, Known> ids;  // by the number the series has in its spool
    std::size_t forget_at = 1024;                 // size of `ids` at which those that are gone are looked for
  };
  sqlite::SqliteResult<std::int64_t> source(const Uuid& uuid);
  sqlite::SqliteResult<Known> find_or_add(const Series& series, std::int64_t last_time,
                                          MeasurementTables& tables);
  // False: the file has no such series any more.
  sqlite::SqliteResult<bool> note(std::int64_t id, std::int64_t last_time) const;
  static void forget_gone_series(Owner& owner);
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

}  // namespace collector::history
