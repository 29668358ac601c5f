// Sample: what one sampler read at one moment, as a reusable flat buffer: clear() keeps the memory, so that a
// steady tick allocates nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "collector/core/remarks.h"
#include "collector/core/series.h"
#include "collector/core/time.h"
#include "collector/core/value.h"

namespace collector {

// Whether a reading becomes part of a row. Everything visible is followed whatever this says, so that what is
// reported later begins where it stands then.
enum class Report : std::uint8_t {
  always,
  when_moving,  // only when a counter moved (an interface that is down): nothing is lost, nothing idle is
                // shown
  never,        // excluded by the configuration: its counters are followed in memory, and nothing is stored
};

// One series at one moment. `series` must stay alive while the sample is in use (samplers cache SeriesPtr).
struct Reading {
  const Series* series = nullptr;
  // Identity of the kernel's object behind the counters within one boot: what changes when the kernel starts
  // the counters over (network: ifindex; disk: inode in sysfs). No two readings of a sample have the same,
  // but 0 where there is none: then the series is it.
  std::uint64_t object = 0;
  // Where object numbers are unique: the network namespace (its cookie); 0 elsewhere.
  std::uint64_t space = 0;
  bool born = false;  // the sampler saw the old object of this number go and a new one come: it began at zero
  Report report = Report::always;
  // Highest plausible rate of its byte counters, bytes per second and direction (a physical link's speed with
  // tolerance, or set for this object); 0: the filter's own limit applies.
  double byte_limit = 0;
  std::uint32_t processors = 1;  // that its counters add up, for a Bound per processor
  // When the kernel read the numbers out: at some moment within `tolerance` before `taken`. add() fills both
  // in.
  Instant taken{};
  Duration tolerance{};
  std::size_t first_value = 0;  // into Sample's values
};

// A kernel object that is no more. What was read of it before still counts; nothing continues it, and a
// reading behind it with this number is of another object.
struct GoneObject {
  const Measurement* measurement = nullptr;
  std::uint64_t space = 0;
  std::uint64_t object = 0;
  std::size_t behind = 0;  // readings of the sample that were before it; add_gone() fills it in
};

class Sample {
 public:
  Instant taken{};  // of what is added next; set by the sampler's caller before
  // All objects that there are have a reading. Only then does a higher number prove that an object is new.
  bool complete = true;

  Remarks remarks;

  void clear() {
    remarks.clear();
    readings_.clear();
    values_.clear();
    gone_.clear();
    complete = true;
    tolerance_ = Duration::zero();
    stamped_ = false;
  }
  // For samplers that may wait for the kernel: it read what is added from here on between these two moments.
  void read_between(Instant before, Instant after) {
    taken = after;
    tolerance_ = after.boot - before.boot;
    stamped_ = true;
  }
  // For the sampler's caller, at the end: unless the sampler said it better, all was read between `taken` and
  // now.
  void end(const Instant& now) {
    if (stamped_) return;
    read_between(taken, now);
    for (Reading& reading : readings_) {
      reading.taken = taken;
      reading.tolerance = tolerance_;
    }
  }
  // Adds a reading with one absent value per field of its measurement, and returns those to be filled in; the
  // span is valid until the next add().
  std::span<Value> add(Reading reading) {
    reading.first_value = values_.size();
    reading.taken = taken;
    reading.tolerance = tolerance_;
    readings_.push_back(reading);
    values_.resize(values_.size() + reading.series->measurement().fields.size());
    return std::span(values_).subspan(reading.first_value);
  }
  void add_gone(GoneObject gone) {
    gone.behind = readings_.size();
    gone_.push_back(gone);
  }
  std::span<const GoneObject> gone() const { return gone_; }  // in the order they were added
  bool empty() const { return readings_.empty() && gone_.empty(); }
  std::span<const Reading> readings() const { return readings_; }
  std::span<const Value> values(const Reading& reading) const {
    return std::span(values_).subspan(reading.first_value, reading.series->measurement().fields.size());
  }

 private:
  std::vector<Reading> readings_;
  std::vector<Value> values_;
  std::vector<GoneObject> gone_;
  Duration tolerance_{};
  bool stamped_ = false;  // by the sampler
};

}  // namespace collector
