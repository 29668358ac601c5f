// SelfMetrics: the collector's own figures on their way to the sampler `internal`. Plain numbers and names,
// so that the sampler needs to know nothing of the parts that count them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace collector {

// What is called a total only grows, from zero at the start of the process. Times are in microseconds.
struct SelfFigures {
  struct SamplerPart {
    std::string name;
    std::uint64_t samples = 0;   // total
    std::uint64_t failures = 0;  // total
    std::uint64_t time = 0;      // total: spent in sampling
    std::uint64_t rejected = 0;  // total: numbers and lines left out because they can't be true
  };
  struct SinkPart {
    std::string name;
    std::uint64_t delivered_batches = 0;  // total
    std::uint64_t delivered_rows = 0;     // total
    std::uint64_t rejected_rows = 0;      // total
    std::uint64_t dropped_rows = 0;       // total: fell off the backlog
    std::uint64_t retries = 0;            // total
    std::uint64_t backlog_batches = 0;
    std::uint64_t backlog_rows = 0;
    std::uint64_t backlog_bytes = 0;
    std::uint64_t dead_letters = 0;
    double lag = 0;  // seconds that the oldest waiting row has been waiting; 0: nothing waits
  };
  std::uint64_t ticks = 0;            // total
  std::uint64_t missed_ticks = 0;     // total
  std::uint64_t late_ticks = 0;       // total
  std::uint64_t tick_time = 0;        // total: spent in ticks
  std::uint64_t tick_delay = 0;       // total: by which ticks began after their time
  std::uint64_t windows = 0;          // total: closed
  std::uint64_t grown_windows = 0;    // total
  std::uint64_t folded_series = 0;    // total
  std::uint64_t quarantined = 0;      // total: deltas set aside
  std::uint64_t gaps = 0;             // total: readings that came late
  std::uint64_t clock_steps = 0;      // total: of the wall clock, both ways
  std::uint64_t write_failures = 0;   // total
  std::uint64_t written_batches = 0;  // total
  std::uint64_t written_rows = 0;     // total
  std::uint64_t log_lines_lost = 0;   // total
  std::uint64_t series = 0;
  std::uint64_t spool_batches = 0;
  std::uint64_t spool_bytes = 0;  // of the file
  std::vector<SamplerPart> samplers;
  std::vector<SinkPart> sinks;
};

class SelfMetrics {
 public:
  virtual ~SelfMetrics() = default;

  // Fills in the present figures; reuses the memory of `out`, so that the same parts again allocate nothing.
  // Waits for no disk and no sink. Any thread.
  virtual void read(SelfFigures& out) const = 0;
};

}  // namespace collector
