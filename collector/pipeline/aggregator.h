// Aggregator: one open window for all series. Rows come out when the window is closed. Pure; owned and called
// by the loop; accumulators are kept from window to window, so that a steady window allocates nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "collector/core/batch.h"
#include "collector/core/series.h"
#include "collector/core/time.h"
#include "collector/core/value.h"
#include "collector/pipeline/accumulator.h"
#include "collector/pipeline/window.h"

namespace collector {

// The order of rows in a batch: by measurement name, then tags.
bool series_less(const Series& a, const Series& b);

// How many series of a measurement get a row of their own in each window.
struct KeepSeries {
  std::string measurement;
  std::size_t most = 0;
  std::string by;  // a field: those with the highest delta or mean are kept
};

class Rates;

class Aggregator {
 public:
  Aggregator();
  ~Aggregator();

  // Adds to the open window: begin() names the series and its reading; the calls up to the next begin() are
  // about its fields. `since` is the moment the reading's deltas count from: the row starts there when that
  // is before the window. The series must be owned by a shared_ptr (a SeriesTable's are).
  void begin(const Series& series, Instant since, Instant taken, std::uint16_t flags);
  // A counter's or increment's delta over `elapsed`; `total` is the running one after it.
  void counter(std::size_t field, std::int64_t delta, std::int64_t total, Duration elapsed);
  // The same of a measurement that is short-lived: the running total is kept here, while the series is there.
  void increment(std::size_t field, std::int64_t delta, Duration elapsed);
  std::int64_t total(std::size_t field) const;  // before
  // A gauge's or state's value. One that is absent or not finite is passed over.
  void value(std::size_t field, const Value& value);
  void add_flags(std::uint16_t flags);
  // The series is over: its row is the last one, unless it is read again before.
  void end(const Series& series);
  // What counter() added up to in the open window, for this series and field.
  std::int64_t delta(std::size_t field) const;

  // Before close(): of the measurement's series in the open window leaves those that are kept, and adds the
  // counters of all others up in its series tagged other. Σ over all rows stays what it was, and every
  // running total the sum of its series' rows.
  void keep(const KeepSeries& keep, SeriesTable& table, Rates& totals);

  // Closes the window: appends one row per series that had a reading, in the order of series_less. A row with
  // no cell present is left out. Accumulators of what has ended, or was not used for an hour, are dropped.
  void close(const ClosedWindow& window, Batch& batch);

  // The rows that close() would append, and goes on; not sorted, and without keep(): the series that would be
  // added up in `other` each have their own.
  void peek(const ClosedWindow& window, Batch& batch) const;

  std::size_t series() const { return active_; }  // with a reading in the open window

 private:
  Accumulator& find(const Series& series);
  void drop_idle(BootTime before);
  void sort();
  void make_room(Batch& batch) const;
  // False: no cell is present, and so there is no row.
  static bool add_row(const Accumulator& accumulator, const ClosedWindow& window, Batch& batch);
  static void clear(Accumulator& accumulator);
  void add_to_rest(Accumulator& accumulator, const Series& rest, Rates& totals);

  std::unordered_map<const Series*, std::unique_ptr<Accumulator>> by_series_;
  std::vector<Accumulator*> ordered_;  // by series_less, unless `unordered_`
  bool unordered_ = false;
  Accumulator* current_ = nullptr;
  std::size_t active_ = 0;  // accumulators with a reading in the open window
};

}  // namespace collector
