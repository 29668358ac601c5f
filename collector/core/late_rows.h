// LateRows: which stamps belong to rows that are younger than their stamps say, because the clock that
// stamped them was wrong (or a row reaches far back). Rows are written at any time of the clock; a stamp
// alone must not make them old. Pure; owned by a RetentionClock, which keeps its text with the batches that
// it tells of.
//
// * A row whose stamp lies before the confirmed time, by more than an hour, was written at the confirmed
// time.
// * A row that is written while the time is not certain counts as just written, until the time of a run that
//   began afterwards, or this run's own, has been confirmed: then that is when it was written at the latest.
// * Any other row is as old as its stamp.
// * Ranges that come to be too many are joined, and count as written when the later one was: rows only ever
//   become younger by it.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <span>
#include <vector>

#include "collector/core/batch.h"
#include "collector/core/time.h"

namespace collector {

// Stamps in Unix seconds, both included.
struct StampRange {
  std::int64_t first = 0;
  std::int64_t last = 0;

  bool operator==(const StampRange&) const = default;
  bool holds(std::int64_t stamp) const { return first <= stamp && stamp <= last; }
};

class LateRows {
 public:
  // Rows are being written. `confirmed`: the time as far as it is confirmed; `certain`: the clock agrees.
  void note(std::span<const Row> rows, std::optional<WallTime> confirmed, bool certain);
  // The clock says `wall`: what is not known yet may be by now.
  void settle(WallTime wall, std::optional<WallTime> confirmed, bool certain);
  // The stamps of rows that were written at `since` or later, although the stamp may be before: in order,
  // apart from each other.
  std::vector<StampRange> written_since(WallTime since) const;

  void write(std::ostream& out) const;  // one line
  void read(std::istream& in);          // by the next run

 private:
  struct Entry {
    StampRange stamps;
    std::int64_t written = 0;  // Unix seconds; 0: not known yet
    // A time that is later, read by a later run; 0: there was none yet.
    std::int64_t afterwards = 0;
    bool of_this_run = false;
  };
  void add(std::int64_t stamp, std::int64_t written);
  void join();

  std::vector<Entry> entries_;
};

}  // namespace collector
