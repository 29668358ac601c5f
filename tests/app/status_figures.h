// A status as a healthy collector tells it, for tests to make worse.
#pragma once

#include "collector/app/status.h"

namespace collector::test {

inline SamplerFigures sampler_figures(std::uint64_t samples, std::uint64_t failures, Duration last) {
  SamplerFigures figures;
  figures.samples = samples;
  figures.failures = failures;
  figures.last_duration = last;
  return figures;
}

inline Status healthy_status() {
  using std::chrono::milliseconds;
  using std::chrono::seconds;
  const Instant now{WallTime(seconds(1767225600)), BootTime(seconds(5000))};
  Status status;
  status.version = "1.2.3";
  status.pid = 4711;
  status.started = {now.wall - seconds(3600), now.boot - seconds(3600)};
  status.now = now;
  status.configuration = {.file = "/etc/collector/collector.yaml",
                          .state = "/var/lib/collector",
                          .loaded = now.wall - seconds(1800),
                          .interval = seconds(1),
                          .window = seconds(30),
                          .flush = seconds(30),
                          .problems = {},
                          .problems_since = {}};
  status.boot.name = "8d6e1d0a-0000-4000-8000-000000000001";
  status.log = {.lost = 3, .unsaid = 0, .waiting = 7, .error = 0, .stalled = seconds(2)};
  TickStatus tick;
  tick.when = {now.wall - milliseconds(400), now.boot - milliseconds(400)};
  tick.took = std::chrono::microseconds(350);
  tick.interval = seconds(1);
  tick.flush = seconds(30);
  tick.loop = {.ticks = 3600, .late_ticks = 2, .windows = 120, .grown_windows = 1, .folded_series = 0};
  tick.pipeline.quarantined = 3;
  tick.pipeline.rates.gaps = 4;
  tick.pipeline.clock_steps_forward = 1;
  tick.window_start = now.wall - seconds(10);
  tick.series = 250;
  tick.series_limit = 100'000;
  status.tick = tick;
  status.ticks = {.missed = 5, .time = seconds(2), .delay = milliseconds(1500), .clock_steps = 1};
  status.samplers = {{"cpu", seconds(1), sampler_figures(3600, 0, milliseconds(1)), seconds(1)},
                     {"temp", seconds(30), sampler_figures(0, 0, {}), {}}};
  status.samplers[1].figures.absent = true;
  status.writer.batches = 120;
  status.writer.rows = 12'000;
  status.writer.last_write = now.wall - seconds(10);
  status.spool = {.last_sequence = 1767225590000,
                  .batches = 1,
                  .file_size = 400'000,
                  .gaps = 0,
                  .dead_letters = {},
                  .events = {{now.wall - seconds(100), "new epoch", "the target was ahead"}}};
  SinkStatus sink;
  sink.name = "local";
  sink.type = "sqlite";
  sink.target = "/var/lib/collector/collector.db";
  sink.runner.state = RunnerState::idle;
  sink.runner.delivered_batches = 120;
  sink.runner.delivered_rows = 12'000;
  sink.runner.last_delivery = now.wall - seconds(10);
  status.sinks = {sink};
  status.process = {.cpu_seconds = 1.25, .resident_bytes = 5'000'000, .threads = 5, .open_files = 20};
  return status;
}

}  // namespace collector::test
