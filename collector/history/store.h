// Store: the history of one or many machines in one SQLite file; its half that writes. One thread uses it.
// Everything that a write changes (rows, series, positions, levels) is one transaction.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "collector/core/batch.h"
#include "collector/core/failure.h"
#include "collector/core/retention_clock.h"
#include "collector/formats/row_format.h"
#include "collector/history/batch_writer.h"
#include "collector/history/keep.h"
#include "collector/history/level_retention.h"
#include "collector/history/period_closer.h"
#include "collector/history/recut.h"
#include "collector/history/retention.h"
#include "collector/history/series_prune.h"
#include "collector/history/zone.h"
#include "collector/sqlite/database.h"

namespace collector::history {

struct StoreOptions {
  RowFormat format;
  Keep keep;
  Zone zone = Zone::utc();          // that days are cut in
  RetentionClock* clock = nullptr;  // outlives the store; null: nothing is deleted by age
  KeptPlans plans;                  // whose billing cycles are kept
  WallTime now{};                   // for what is said of `keep`
  std::string name;  // of the sink: for positions of what is addressed to it, and for the clock
};

// Called before a transaction ends, with the indices of the batches that it stores: makes the refused rows of
// those durable elsewhere, before the position moves past them. What it fails with becomes the failure of the
// write.
using KeepRefused =
    std::function<std::expected<void, Failure>(std::span<const std::size_t>, std::span<const RefusedRow>)>;

class Store {
 public:
  // Makes the file, or brings an older one to the present layout. A file that is not ours is not touched.
  static std::expected<std::unique_ptr<Store>, Failure> open(const std::filesystem::path& file,
                                                             const StoreOptions& options);

  const sqlite::Database& database() const { return database_; }
  BatchWriter& writer() { return writer_; }

  using Stored = BatchWriter::Stored;
  // All rows in one transaction, or nothing. Afterwards the levels are as far as those rows are, unless there
  // is much to take in from before. Nothing is stored either when it is `foreign`. `now`: rows that are later
  // than that close nothing.
  std::expected<Stored, Failure> write(std::span<const BatchPtr> batches, WallTime now,
                                       const KeepRefused& keep_refused);

  // From here on days are those of `zone`; those that can be are cut anew (recut.h).
  std::expected<void, Failure> use(const Zone& zone);

  // Billing cycles that are over, a few of them; before their buckets go.
  sqlite::SqliteResult<> close_periods(WallTime now);
  // Old rows and series; each with transactions of its own.
  sqlite::SqliteResult<std::uint64_t> remove_old(Instant now, std::uint64_t rows_written);
  sqlite::SqliteResult<> prune_series(BootTime now, std::uint64_t rows_written, std::uint64_t rows_deleted);
  const std::string& held_back() const { return retention_.held_back(); }
  // Said once of a file and its `keep`: what will go, and when; mostly empty.
  const std::string& keep_notice() const { return keep_notice_; }

 private:
  Store(sqlite::Database database, const StoreOptions& options);
  sqlite::SqliteResult<> begin(const StoreOptions& options);
  using Outcome = std::expected<Stored, Failure>;
  sqlite::SqliteResult<Outcome> try_write(std::span<const BatchPtr> batches, WallTime now,
                                          const KeepRefused& keep_refused, bool one_by_one);
  sqlite::SqliteResult<> close_levels(const Stored& stored, WallTime now);
  sqlite::SqliteResult<std::uint64_t> remove_rows_and_buckets(Instant now, std::uint64_t rows_written);
  sqlite::SqliteResult<> finish_recut();
  sqlite::SqliteResult<std::uint64_t> make_room(std::uint64_t rows_written);
  // After a transaction that was rolled back, whoever's: tables that it made are gone.
  void forget();

  sqlite::Database database_;
  BatchWriter writer_;
  PeriodCloser period_closer_;
  Recut recut_;
  Retention retention_;
  LevelRetention level_retention_;
  SeriesPrune series_prune_;
  std::string keep_notice_;
  std::optional<std::int64_t> newest_;  // start of the youngest row so far
};

}  // namespace collector::history
