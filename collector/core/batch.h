// Row and Batch: aggregated history on its way to the sinks. A batch is built by the loop, numbered by the
// spool, and immutable from then on: any number of threads may read it.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "collector/core/series.h"
#include "collector/core/time.h"
#include "collector/core/uuid.h"

namespace collector {

// What happened to a row's numbers, over all its fields. Bit values are stored by sinks: fixed for ever.
namespace flag {
inline constexpr std::uint16_t reset = 1;      // a counter started over; its new value was counted from zero
inline constexpr std::uint16_t wrap = 2;       // a 32-bit counter wrapped; the difference is exact
inline constexpr std::uint16_t gap = 4;        // a tick came late (suspend, stall); the span is the real one
inline constexpr std::uint16_t recovered = 8;  // counted from the baseline an earlier process left
inline constexpr std::uint16_t implausible = 16;  // part was set aside as `quarantine`
inline constexpr std::uint16_t clock = 32;        // the wall clock was stepped within the row
}  // namespace flag
// "reset|gap", or "" for 0.
std::string flags_text(std::uint16_t flags);

// One field of one row. Which member counts follows from the field: counter and increment → counter;
// gauge → integers or reals, by type; state → text. Absent: no reading in this window (SQL: NULL).
struct Cell {
  struct Counter {
    std::int64_t delta;  // this window, exact
    std::int64_t total;  // Σ delta since the state directory was made; never goes back
    double peak;         // highest rate per second between two samples
  };
  template <typename T>
  struct Gauge {
    T mean, min, max, last;  // an integer's mean is rounded to the nearest
  };
  bool present = false;
  union {
    Counter counter{};
    Gauge<std::int64_t> integers;
    Gauge<double> reals;
    const std::string* text;  // interned
  };
};

struct Row {
  SeriesPtr series;
  WallTime start{};  // [start, end)
  WallTime end{};
  std::uint32_t samples = 0;
  std::uint16_t flags = 0;
  // Backward steps of the wall clock so far, over the life of the state directory: line protocol adds them
  // as milliseconds to its stamps, so that a window lived twice overwrites nothing.
  std::uint32_t clock_steps = 0;
  std::size_t first_cell = 0;  // into Batch::cells, one per field of the series' measurement
};

// Names a batch wherever it goes: the machine (source), its spool file (epoch) and a number that only grows.
struct Origin {
  Uuid source;
  Uuid epoch;
  std::uint64_t sequence = 0;  // 0: not yet numbered

  friend bool operator==(const Origin&, const Origin&) = default;
};

struct Batch {
  std::uint64_t number = 0;  // its place in the spool that it lies in; 0: in none. Cursors go by it
  Origin origin;
  std::uint64_t previous = 0;  // sequence before this one in its spool: sequences may jump, gaps show here
  std::string only_sink;       // addressed to this sink (replayed or `dropped` rows); empty: to all
  std::vector<Tag> labels;     // host and the configured tags, sorted by key
  std::vector<Row> rows;       // sorted by series, then start
  std::vector<Cell> cells;

  std::span<const Cell> cells_of(const Row& row) const {
    return std::span(cells).subspan(row.first_cell, row.series->measurement().fields.size());
  }
  // Adds a row with one absent cell per field and returns those, valid until the next call.
  std::span<Cell> add(Row row) {
    row.first_cell = cells.size();
    const std::size_t count = row.series->measurement().fields.size();
    rows.push_back(std::move(row));
    cells.resize(cells.size() + count);
    return std::span(cells).last(count);
  }
};

using BatchPtr = std::shared_ptr<const Batch>;

}  // namespace collector
