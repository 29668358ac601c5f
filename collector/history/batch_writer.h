// Stores batches inside the caller's transaction: rows, series, and the position of each source. Keeps
// prepared statements and numbers from write to write; after any rollback it must forget() them, since tables
// and numbers that it knows may be gone. Used by one thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "collector/core/batch.h"
#include "collector/formats/row_format.h"
#include "collector/history/file_tables.h"
#include "collector/history/level_writer.h"
#include "collector/history/row_writer.h"
#include "collector/history/series_ids.h"
#include "collector/sqlite/database.h"

namespace collector::history {

// A row that the file does not take.
struct RefusedRow {
  std::size_t batch = 0;  // index into the span given to write()
  std::size_t row = 0;    // index into that batch's rows
  std::string why;
};

class BatchWriter {
 public:
  // `database` outlives the writer and does not move.
  BatchWriter(const sqlite::Database& database, const RowFormat& format, std::string sink)
      : database_(&database),
        format_(format),
        sink_(std::move(sink)),
        series_(database),
        tables_(database),
        levels_(database, tables_) {}

  void forget();
  // These series are not in the file any more.
  void forget_series(std::span<const std::int64_t> gone) { series_.forget(gone); }
  LevelWriter& levels() { return levels_; }
  FileTables& tables() { return tables_; }

  // What is stored of this source and epoch; from now on write() looks whether somebody else moves it.
  //
  // Batches that are addressed to this sink (rows fed back, `dropped`, gaps) are followed by themselves:
  // another sink may lead to the same file by a link, and be further with what both of them get.
  sqlite::SqliteResult<std::optional<std::uint64_t>> position(const Uuid& source, const Uuid& epoch);
  // For a sink that an earlier version has served, which kept one position for all batches: those addressed
  // to it count as stored up to there. Safe twice.
  sqlite::SqliteResult<> begin_addressed(const Uuid& source, const Uuid& epoch);

  struct Stored {
    std::uint64_t rows = 0;
    std::vector<std::size_t> stored;   // indices of the batches
    std::vector<std::size_t> skipped;  // those at or below the position
    std::vector<RefusedRow> refused;
    std::optional<std::int64_t> newest;  // start of the youngest row, Unix seconds
    bool foreign = false;  // somebody else writes batches of the same source and epoch: nothing was written
  };
  // All rows; the first that the file refuses fails everything with Kind::constraint.
  sqlite::SqliteResult<Stored> write(std::span<const BatchPtr> batches);
  // All rows that the file does not refuse, each in a savepoint of its own.
  sqlite::SqliteResult<Stored> write_one_by_one(std::span<const BatchPtr> batches);
  // The transaction of the last write is stored.
  void committed();

 private:
  sqlite::SqliteResult<RowWriter*> writer_of(const MeasurementPtr& measurement);
  sqlite::SqliteResult<RowWriter*> make_writer(const MeasurementPtr& measurement);
  struct Added {
    RowWriter* writer = nullptr;
    std::int64_t series = 0;
  };
  sqlite::SqliteResult<Added> add(const Batch& batch, const Row& row, bool at_once);
  // Of a row that was added: into the levels, where those of its time are written already.
  sqlite::SqliteResult<> add_late(const Batch& batch, const Row& row, const Added& added);
  // After a refused row: what it has made in the tables is gone.
  sqlite::SqliteResult<> begin_again(const Batch& batch);
  // Nothing: refused, and undone; the reason is in `why`.
  sqlite::SqliteResult<std::optional<Added>> add_or_undo(const Batch& batch, const Row& row,
                                                         std::string& why);
  void forget_tables();
  std::string addressed(const Uuid& epoch) const;
  std::string place_of(const Batch& batch) const;
  sqlite::SqliteResult<std::optional<std::uint64_t>> stored_up_to(const Uuid& source,
                                                                  const std::string& place);
  bool is_foreign(const Batch& batch, std::optional<std::uint64_t> stored, std::span<const BatchPtr> batches);
  sqlite::SqliteResult<> move_position(const Batch& batch);
  sqlite::SqliteResult<Stored> write_all(std::span<const BatchPtr> batches, bool one_by_one);

  const sqlite::Database* database_;
  RowFormat format_;
  std::string sink_;
  SeriesIds series_;
  FileTables tables_;
  LevelWriter levels_;
  std::vector<std::unique_ptr<RowWriter>> writers_;
  std::unordered_map<const Measurement*, RowWriter*> by_definition_;
  std::vector<MeasurementPtr> held_;  // so that an address in by_definition_ is never somebody else's
  RowWriter* last_ = nullptr;
  const Measurement* last_definition_ = nullptr;
  // Where this writer has found or left the positions that it watches, by what stands there as the epoch.
  std::map<std::string, std::optional<std::uint64_t>> left_;
  std::map<std::string, std::optional<std::uint64_t>> moved_;  // by the transaction that is going on
  Uuid watched_;                                               // their source
  std::optional<sqlite::Statement> find_position_;
  std::optional<sqlite::Statement> move_position_;
};

}  // namespace collector::history
