// Snapshot: the latest reading of every series as the pipeline judged it, published by the loop each tick for
// live views and status. What latest() returns is immutable and belongs to its caller. A steady tick
// allocates nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "collector/core/sample.h"
#include "collector/core/series.h"
#include "collector/core/time.h"
#include "collector/pipeline/judged_reading.h"

namespace collector {

class Snapshot {
 public:
  struct Layout {
    std::vector<SeriesPtr> series;         // in order of first sight
    std::vector<std::size_t> first_value;  // per series, into values and rates
  };
  std::uint64_t tick = 0;
  std::uint64_t skipped = 0;  // ticks that were never published, because somebody was copying the one before
  Instant when{};
  std::shared_ptr<const Layout> layout;
  std::vector<Instant> taken;  // per series: when it was last read
  std::vector<Value> values;   // per field, levels to their decimals; one that was set aside is absent
  // Per field: a counter's rate per second over its last two readings; nothing where it is not known.
  std::vector<std::optional<double>> rates;

  std::span<const Value> values_of(std::size_t series) const { return field_span(values, series); }
  std::span<const std::optional<double>> rates_of(std::size_t series) const {
    return field_span(rates, series);
  }

 private:
  template <typename T>
  std::span<const T> field_span(const std::vector<T>& all, std::size_t series) const {
    const std::size_t count = layout->series[series]->measurement().fields.size();
    return std::span(all).subspan(layout->first_value[series], count);
  }
};

// The loop's working copy, and the place where others pick up the published one.
class SnapshotBoard final : public ReadingListener {
 public:
  SnapshotBoard();

  // From the loop: readings that are reported whatever they say; publish() once at the end of the tick. It
  // never waits: while somebody is copying the last one, this tick's is left to the next.
  void take(const JudgedReading& reading) override;
  void ended(const Series& series) override;
  void publish(std::uint64_t tick, Instant now);
  // Drops series not read for `idle`.
  void forget_idle(BootTime now, Duration idle);

  // From any thread; never null.
  std::shared_ptr<const Snapshot> latest() const;

 private:
  std::size_t index_of(const Series& series);
  void drop(const std::vector<bool>& which);

  Snapshot working_;
  // Published snapshots may still be using the old one: what changed in a tick makes one new one at its end.
  Snapshot::Layout layout_;
  bool layout_changed_ = false;
  std::unordered_map<const Series*, std::size_t> index_;
  std::vector<const Series*> ended_;
  mutable std::mutex mutex_;
  Snapshot published_;
};

}  // namespace collector
