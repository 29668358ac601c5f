// Internal: what HistoryFile does with a file that is open.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <vector>

#include "collector/core/error.h"
#include "collector/history/bucket_edges.h"
#include "collector/history/piece_reader.h"
#include "collector/history/usage.h"
#include "collector/sqlite/database.h"

namespace collector::history {

// Inside one read transaction. The outer result: SQLite's; the inner one: the question's.
sqlite::SqliteResult<Result<UsageAnswer>> read_usage(const sqlite::Database& database,
                                                     const UsageQuery& query);
sqlite::SqliteResult<Result<std::vector<Mark>>> read_marks(const sqlite::Database& database,
                                                           const Selection& selection, const Interval& range);
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

Error question_failed(const sqlite::SqliteError& error, std::chrono::milliseconds at_most);

// Asks within a read transaction that is over afterwards, for as long as it may take.
template <typename Question>
auto ask_history(const sqlite::Database& database, std::chrono::milliseconds at_most, Question question) ->
    typename decltype(question())::value_type {
  database.limit_time(at_most);
  const auto transaction = sqlite::ReadTransaction::begin(database);
  if (!transaction) return std::unexpected(question_failed(transaction.error(), at_most));
  auto answer = question();
  database.limit_time(std::chrono::milliseconds(0));  // also for the transaction's end
  if (!answer) return std::unexpected(question_failed(answer.error(), at_most));
  return std::move(*answer);
}

}  // namespace collector::history
