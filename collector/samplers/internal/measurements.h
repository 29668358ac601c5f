// What sampler `internal` delivers.
#pragma once

#include <cstddef>

#include "collector/core/measurement.h"

namespace collector {

const MeasurementPtr& internal_measurement();
const MeasurementPtr& internal_sampler_measurement();
const MeasurementPtr& internal_sink_measurement();

// Indices of their fields, in the order of the tables.
namespace internal_field {
enum : std::size_t {
  cpu_time,
  memory_rss,
  num_threads,
  ticks,
  ticks_missed,
  ticks_late,
  tick_time,
  tick_delay,
  windows,
  windows_grown,
  series,
  series_folded,
  quarantined,
  gaps,
  clock_steps,
  batches_written,
  rows_written,
  write_failures,
  spool_batches,
  spool_bytes,
  log_lines_lost,
};
}
namespace internal_sampler_field {
enum : std::size_t { samples, failures, time, rejected };
}
namespace internal_sink_field {
enum : std::size_t {
  lag,
  backlog_batches,
  backlog_rows,
  backlog_bytes,
  batches_delivered,
  rows_delivered,
  rows_rejected,
  rows_dropped,
  retries,
  dead_letters,
};
}

}  // namespace collector
