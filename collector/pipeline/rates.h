// Rates: from raw counters to exact deltas. Pure: no I/O, no clock of its own; owned and called by the loop.
// The rules are the table in collector/README.md, "Rules for numbers"; each has a test in tests/pipeline.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "collector/core/baseline.h"
#include "collector/core/sample.h"
#include "collector/core/series.h"
#include "collector/core/time.h"
#include "collector/pipeline/counts_from.h"
#include "collector/pipeline/followed.h"

namespace collector {

// What one field of one reading advanced by.
struct Advance {
  bool present = false;     // a delta is there (false: baseline only, or absent, or a gauge or state)
  std::uint64_t delta = 0;  // may exceed 2^63-1: the filter sets such a one aside
  Duration elapsed{};       // boot time the delta took; over a boot: time since boot
  std::uint16_t flags = 0;  // reset, wrap, recovered
  Duration tolerance{};     // it may have taken so much longer: nobody knows the moment of a reading exactly
  // SpikeFilter's memory of this counter: by how much its advances are ahead of what its bound allows. Null:
  // none is kept (increments).
  double* ahead = nullptr;

  Duration longest() const { return elapsed + tolerance; }
};

// One reading, worked out. Valid until the next call.
struct ReadingAdvance {
  const Series* series = nullptr;
  std::span<const Value> values;      // as read
  std::span<const Advance> advances;  // one per field
  Instant taken{};
  // The moment the deltas count from: the reading before; after a boot the boot itself, but not before the
  // stored reading. Without deltas the reading before, or `taken` when there was none in time.
  Instant since{};
  Report report = Report::always;
  double byte_limit = 0;  // bytes per second, as given to advance()
  std::uint32_t processors = 1;
  std::uint16_t flags = 0;  // union of the advances', and `gap` when the reading came late
};

struct RatesFigures {
  std::uint64_t steps_back = 0;  // values that fell by less than 1 %: the higher one kept
  std::uint64_t resets = 0;      // readings in which at least one counter had started over
  std::uint64_t glitches = 0;    // all-zero readings that came back
  std::uint64_t gaps = 0;        // readings later than three intervals
};

class Rates {
 public:
  // `boot_id` of the running kernel. Stored baselines are the ones an earlier process left; they are matched
  // by measurement name, tags and field names, as their Measurement objects are older ones.
  // Of series let go by forget_idle(), `dormant_capacity` are remembered.
  Rates(std::string boot_id, const Baselines& stored, std::size_t dormant_capacity = 10'000);

  // Names the sample that the next advance() calls are about; it must outlive them and end().
  void begin(const Sample& sample);
  // Works out its readings, one after the other: each is expected every `interval` (for `gap`), and moves its
  // baseline on. `byte_limit` (bytes per second) bounds what counts as a 32-bit wrap. The result is valid
  // until the next call.
  const ReadingAdvance& advance(const Reading& reading, Duration interval, double byte_limit);
  // Behind the last of them: what the sample says is gone is let go.
  void end();
  // Series whose last object was among that; until the next begin().
  std::span<const SeriesPtr> ended() const { return followed_.ended(); }

  // The running total of a counter or increment, and adding what the filter let pass to it. The caller sees
  // to it that the total stays within 0 … 2^63-1. Returns the new total.
  std::int64_t total(const Series& series, std::size_t field);
  std::int64_t add_to_total(const Series& series, std::size_t field, std::int64_t delta);

  // Adds the state of every series read since the last call, for the spool. Call at the close of a window:
  // they belong to the rows made so far.
  void changed_baselines(Baselines& out) { followed_.collect(false, out); }
  // Of these only the ones that no row depends on: series never stored before that nothing was counted of
  // yet. May be made durable at any moment.
  void new_baselines(Baselines& out) { followed_.collect(true, out); }

  // Lets go of the Series objects not read for `idle`, and of objects under no name. What is known of a
  // series is kept in a compact form, so that it goes on where it was; of `dormant_capacity` at most, the
  // longest unseen go first. Returns how many were let go.
  std::size_t forget_idle(BootTime now, Duration idle);

  const RatesFigures& figures() const { return figures_; }
  // How much is remembered.
  std::size_t objects() const { return followed_.objects(); }
  std::size_t series() const { return followed_.series_known(); }

 private:
  // What the counters of an object are compared with, when that is not their own last reading.
  struct Start {
    CountsFrom from = CountsFrom::nothing;
    Instant since{};
    Duration elapsed{};
    Duration tolerance{};
    const FollowedObject* before = nullptr;  // that the series showed
    bool from_store = false;
  };
  Start start(Followed::Place& place, const Reading& reading);
  Instant boot_since(const FollowedSeries& series) const;
  bool hold();
  bool was_reset() const;
  void work_out_field(std::size_t index, const Field& field, const Start& start);
  Advance counted(std::size_t index, const Start& start, std::uint64_t value) const;
  Advance difference(const Field& field, FollowedObject::Field& previous, std::uint64_t value);
  void close_reading(bool late);
  void take_increments(const Scope& scope, Duration interval);
  FollowedSeries& find(const Series& series) {
    return series_ != nullptr && series_->series.get() == &series ? *series_ : followed_.series(series);
  }

  Followed followed_;
  RatesFigures figures_;
  const Sample* sample_ = nullptr;
  Instant taken_{};  // of the sample

  // The reading that is being worked out.
  const Measurement* measurement_ = nullptr;
  FollowedSeries* series_ = nullptr;  // null: it is not reported
  FollowedObject* object_ = nullptr;
  ReadingAdvance result_;
  std::vector<Advance> advances_;
  std::optional<Instant> earliest_;  // that an advance counts from
  bool moved_on_ = false;            // a counter's baseline did
  bool was_reset_ = false;           // the object, all its counters: none of them has wrapped
};

}  // namespace collector
