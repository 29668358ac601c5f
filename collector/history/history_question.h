// Internal: what HistoryFile does with a file that is open.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <vector>

#include "collector/core/error.h"
#include "collector/core/time.h"
#include "collector/history/bucket_edges.h"
#include "collector/history/piece_reader.h"
#include "collector/history/usage.h"
#include "collector/sqlite/database.h"

namespace collector::history {

// Inside one read transaction. The outer result: SQLite's; the inner one: the question's. `clock`: as in
// HistoryFile::Options.
sqlite::SqliteResult<Result<UsageAnswer>> read_usage(const sqlite::Database& database,
                                                     const UsageQuery& query, const Clock* clock = nullptr);
sqlite::SqliteResult<Result<std::vector<Mark>>> read_marks(const sqlite::Database& database,
                                                           const Selection& selection, const Interval& range);
// Of one, or of all.
sqlite::SqliteResult<Result<std::vector<HistoryMeasurement>>> read_measurements(
    const sqlite::Database& database, const std::string& only = {});
// Fails for a tag that there is not.
sqlite::SqliteResult<Result<std::vector<HistorySeries>>> read_series(const sqlite::Database& database,
                                                                     const SeriesQuestion& question);
// From the first bucket or row to the end of the last one.
sqlite::SqliteResult<std::optional<Interval>> stored_time(PieceReader& reader,
                                                          std::span<const StoredSeries> series);

// The series that a selection is about; an error for a measurement's field or tag that there is not.
struct SelectedSeries {
  StoredMeasurement measurement;
  std::vector<StoredSeries> series;
  std::vector<std::string> without_uplink;
};
sqlite::SqliteResult<Result<std::optional<SelectedSeries>>> select_series(const sqlite::Database& database,
                                                                          const Selection& selection);

// What the series of one group have in common: names in the order of the groups.
std::vector<std::string> group_of(const StoredSeries& series, const Selection& selection);
std::size_t count_groups(std::span<const StoredSeries> series, const Selection& selection);

Error question_failed(const sqlite::SqliteError& error, std::chrono::milliseconds at_most);

}  // namespace collector::history
