// JudgedReading: the pipeline's verdict on one reading, worked out once for everybody who wants to know: rows
// and snapshots, and whatever comes to listen later.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "collector/core/sample.h"
#include "collector/core/series.h"
#include "collector/core/time.h"

namespace collector {

struct JudgedField {
  bool counted = false;  // of a counter or increment: `delta` is there
  bool set_aside =
      false;  // the spike filter took it for impossible: neither is it counted nor is the level true
  std::int64_t delta = 0;
  std::optional<double> rate = {};  // per second, by the time it really took; nothing when that is not known
};

// Valid during the call.
struct JudgedReading {
  const Series* series = nullptr;
  std::span<const Value> values;        // as read
  std::span<const JudgedField> fields;  // one per value
  Instant taken{};
  Instant since{};  // the moment the deltas count from
  Report report = Report::always;
  std::uint16_t flags = 0;
};

// Called by the pipeline in the midst of a tick, on the loop's thread: must not wait, and what it keeps is
// bounded. Who works on another thread is given what a listener keeps for it (app/snapshot): when it is slow
// it misses some, which is counted, and nobody else does.
class ReadingListener {
 public:
  virtual ~ReadingListener() = default;
  virtual void take(const JudgedReading& reading) = 0;
  virtual void ended(const Series& series) = 0;  // what it showed is gone; it may come back
};

}  // namespace collector
