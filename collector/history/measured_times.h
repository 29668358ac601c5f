// MeasuredTimes: whether anything is stored of a series in a stretch of time, as finely as the levels that
// are kept can tell. Used inside a transaction.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "collector/history/piece_reader.h"

namespace collector::history {

class MeasuredTimes {
 public:
  // `reader`: without fields; outlives it. Reads the rows that are not in the levels yet.
  static sqlite::SqliteResult<MeasuredTimes> find(PieceReader& reader);

  // Whether a bucket or a row reaches into it. Where hours are gone, a day counts as measured throughout.
  sqlite::SqliteResult<bool> holds(std::int64_t series, const Stretch& stretch);
  // The end of the newest bucket or row; nothing: there is none. Unix seconds.
  sqlite::SqliteResult<std::optional<std::int64_t>> end_of(std::int64_t series);

 private:
  explicit MeasuredTimes(PieceReader& reader) : reader_(&reader) {}
  // Starts of the hours of a day that have something; nothing: hours do not tell all of it.
  using Hours = std::optional<std::vector<std::int64_t>>;
  sqlite::SqliteResult<const Hours*> hours_of(std::int64_t series, const Stretch& day, std::int64_t span);

  PieceReader* reader_;
  std::map<std::int64_t, std::vector<Stretch>> open_rows_;        // by series
  std::map<std::pair<std::int64_t, std::int64_t>, Hours> hours_;  // by series and the day's start
};

}  // namespace collector::history
