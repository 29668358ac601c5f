// Status: what a running collector tells of itself at one moment, as a plain value, and what is made of it:
// JSON, Prometheus text, a judgement. Pure functions; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "collector/app/loop.h"
#include "collector/app/sampler_slot.h"
#include "collector/app/writer.h"
#include "collector/core/output_queue.h"
#include "collector/core/time.h"
#include "collector/pipeline/pipeline.h"
#include "collector/spool/spool.h"
#include "sinks/runner.h"

namespace collector {

// The loop's own part, as of its last tick.
struct TickStatus {
  Instant when{};       // when the tick began
  Duration took{};      // until it ended
  Duration interval{};  // between ticks, as it is now
  Duration flush{};
  std::optional<Power> power{};  // what the machine runs on; nothing: nobody looks
  LoopFigures loop{};
  PipelineFigures pipeline{};
  std::optional<WallTime> window_start{};  // of the open window
  std::size_t series = 0;                  // that are there
  std::size_t series_limit = 0;
};

// Counts since the start of the process, over all ticks.
struct TickTotals {
  std::uint64_t missed = 0;       // intervals without a tick
  Duration time{};                // spent in ticks
  Duration delay{};               // by which ticks began after their time
  std::uint64_t clock_steps = 0;  // of the wall clock, both ways
};

// Figures count since the start of the process, also where a reload has replaced the sampler.
struct SamplerStatus {
  std::string name;
  Duration interval{};
  SamplerFigures figures;
  Duration time{};  // spent in all its samples
};

struct SinkStatus {
  std::string name;
  std::string type;
  std::string target;    // for people, without secrets
  Duration every{};      // 0: as batches come
  RunnerFigures runner;  // counts as above
  BacklogFigures backlog;
  std::uint64_t dropped_rows = 0;  // fell off the backlog since the start of the process
  std::uint64_t dead_letters = 0;  // kept, to be fed back with `collector replay`
  Duration lag{};                  // the oldest waiting row is that old; 0: nothing waits
};

struct ConfigurationStatus {
  std::filesystem::path file;  // empty: built-in defaults
  std::filesystem::path state;
  WallTime loaded{};
  Duration interval{};
  Duration window{};
  Duration flush{};
  // A changed file that could not be brought into force: what is wrong with it, and since when.
  std::vector<std::string> problems;
  std::optional<WallTime> problems_since;
};

// How the running boot was told from what earlier processes stored; as of the start.
struct BootStatus {
  std::string name;        // the kernel's boot id, or one made of other signs
  std::string untellable;  // what could not be told, and what followed; empty: all was clear
};

// What the operating system says of this process.
struct ProcessStatus {
  double cpu_seconds = 0;
  std::uint64_t resident_bytes = 0;
  std::uint64_t threads = 0;
  std::uint64_t open_files = 0;
};

// The page, as it is served now.
struct PageStatus {
  std::string address;    // where a person finds it; empty: none is served
  std::string unserved;   // why it can't be listened on: whoever answers there is somebody else; empty: it is
  std::string complaint;  // what else is wrong, such as a certificate that ends soon; empty: nothing

  const std::string& problem() const { return unserved.empty() ? complaint : unserved; }
};

struct Status {
  std::string version;
  int pid = 0;
  Instant started{};
  Instant now{};
  BootStatus boot;
  ConfigurationStatus configuration;
  std::optional<TickStatus> tick;  // nothing: none was done yet
  TickTotals ticks;
  std::vector<SamplerStatus> samplers;
  WriterFigures writer;
  SpoolFigures spool;
  std::vector<SinkStatus> sinks;
  ProcessStatus process;
  OutputQueue::Figures log;  // what is said on stderr
  std::string page_problem;  // what is wrong with how the page is served; empty: nothing
};

struct Health {
  std::vector<std::string> reasons;  // why it is degraded, in words; none: healthy

  bool healthy() const { return reasons.empty(); }
};
Health judge(const Status& status);

// One object, indented, keys as documented in collector/README.md; times in RFC 3339, durations in seconds.
std::string status_json(const Status& status);
// Prometheus text format 0.0.4, metrics `collector_…` in base units.
std::string status_metrics(const Status& status);

// "idle", "retrying" …
std::string_view state_text(RunnerState state);

}  // namespace collector
