// Loop: one tick reads every sampler that is due, works the readings into the open window, and hands closed
// windows to the writer. One thread calls it; it never waits for a sink, the disk or a blocking sampler:
// those are asked at the beginning of the tick, and the tick stays open for a moment (up to a tenth of the
// interval, while the thread does other things) so that what they read belongs to it. Who answers later is
// taken when the answer comes.
//
//   tick ─► slots ─► pipeline (rates, spike filter, aggregator) ─► window closed? ─► batch ─► writer
//                └─► snapshot board, traffic board, status board
#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <vector>

#include "collector/app/power.h"
#include "collector/app/sampler_slot.h"
#include "collector/app/snapshot.h"
#include "collector/app/traffic_board.h"
#include "collector/app/writer.h"
#include "collector/core/log.h"
#include "collector/core/series.h"
#include "collector/core/time.h"
#include "collector/history/open_window.h"
#include "collector/pipeline/pipeline.h"

namespace collector {

struct LoopSettings {
  Duration interval{};
  Duration window{};
  Duration flush{};  // a multiple of window; earlier when `most_pending_rows` wait
  std::vector<Tag> labels;
  // In their places while the machine runs on its battery; 0: as on mains. Both 0: nobody looks.
  Duration battery_interval{};
  Duration battery_flush{};
};

// So many rows of closed windows wait for their flush at most: they are in memory.
inline constexpr std::size_t most_pending_rows = 20'000;

// What is said when `limit` series are there and more have come.
std::string series_limit_text(std::size_t limit);

struct LoopFigures {
  std::uint64_t ticks = 0;
  std::uint64_t late_ticks = 0;     // more than one interval after its time
  std::uint64_t windows = 0;        // closed
  std::uint64_t grown_windows = 0;  // longer than configured: the writer was busy, or the machine slept
  std::uint64_t folded_series = 0;  // times that a new series found no room and was counted as `other`
};

class StatusBoard;

// What the loop works with; all outlive it.
struct LoopParts {
  const Clock& clock;
  SamplerSurroundings& surroundings;  // of the slots
  std::vector<SamplerSlot>& slots;
  Pipeline& pipeline;
  SnapshotBoard& board;
  TrafficBoard& traffic;
  StatusBoard& status;
  Writer& writer;
};

class Loop {
 public:
  Loop(LoopSettings settings, const LoopParts& parts);

  // From a reload on, between two ticks; the open window and what waits for its flush go on. Call it too when
  // `slots` has changed.
  void adopt(LoopSettings settings);

  // Begins a tick, having ended the one before; ends it too when nobody is awaited.
  void tick();
  // When a thread has answered or ends_by() has come: takes what was read, and ends the tick when nobody is
  // awaited any more or its time is up.
  void step();
  bool is_open() const { return open_.has_value(); }  // the tick has begun and waits for answers
  // A thread has been asked and has never answered yet.
  bool awaits_first_answers() const;
  // When the open tick ends whoever has not answered; nothing when none is open.
  std::optional<BootTime> ends_by() const;
  int answers() const { return answers_.descriptor(); }  // readable: step()

  // Of one that a reload puts in another's place: a reading between the ticks, so that from here on it sees
  // what comes and goes. It waits for the one it replaces, if that is still ending.
  void take_first(SamplerSlot& slot);
  // One that a reload takes out: what no later one could read is taken as it comes.
  void retire(SamplerSlot slot);
  // At shutdown: takes what no later process could read, waiting up to `timeout` for each thread. False: one
  // has not answered.
  bool finish_samplers(Duration timeout);
  // At shutdown: closes the open window and hands everything over. Waits up to `timeout` for room at the
  // writer; false: there was none, ask again. At the end without it the rows are lost, and the counters will
  // be recovered from the stored baselines.
  bool finish(Duration timeout);

  // When the next tick should come: the next whole interval of the wall clock, told by boot time, so that
  // windows close right at their boundary whatever happened to the wall clock since.
  BootTime next_tick(Instant now) const;
  // As they are now: on battery longer ones, where they are configured.
  Duration interval() const {
    return on_battery() ? longer(settings_.battery_interval, settings_.interval) : settings_.interval;
  }
  Duration flush_every() const {
    return on_battery() ? longer(settings_.battery_flush, settings_.flush) : settings_.flush;
  }

  // What is counted and not handed to the writer yet: the windows that wait for their flush, and the open one
  // as of the last tick. Nothing while a tick is open or the writer is at work: where it begins is not known
  // then; ask again in a moment.
  std::optional<history::UnwrittenRows> unwritten() const;

  LoopFigures figures() const;  // from any thread

 private:
  struct OpenTick {
    Instant now{};
    BootTime ends_by{};
    Duration worked{};  // what the loop itself has spent on it
  };
  struct Retired {
    SamplerSlot slot;
    BootTime until{};  // then it is given up
  };
  static Duration longer(Duration a, Duration b) { return a > b ? a : b; }
  bool looks_at_power() const {
    return settings_.battery_interval > Duration{} || settings_.battery_flush > Duration{};
  }
  bool on_battery() const { return looks_at_power() && power_.power() == Power::battery; }
  void watch_power(BootTime now);
  void stretch_slots(BootTime now);
  Duration idle_time() const;
  void sample(Instant now);
  void collect();
  bool awaited() const;
  void end_tick();
  void consume(const SamplerSlot& slot, const Sample& sample);
  bool take_last(SamplerSlot& slot, Duration timeout);
  void step_retired();
  bool replaces_one_that_ends(const SamplerSlot& slot) const;
  void store_first_baselines();
  void close_window(Instant now);
  void flush();
  void sweep(BootTime now);
  void watch_series_limit(BootTime now);
  void report(const OpenTick& tick);

  LoopSettings settings_;
  const Clock& clock_;
  SeriesTable& series_;
  std::vector<SamplerSlot>& slots_;
  Pipeline& pipeline_;
  SnapshotBoard& board_;
  TrafficBoard& traffic_;
  StatusBoard& status_;
  Writer& writer_;
  const WakeUp& answers_;  // of the samplers' threads

  PowerWatch power_;
  std::optional<OpenTick> open_;
  std::list<Retired> retired_;
  Batch pending_;
  Duration pending_length_{};
  bool first_readings_ = false;  // of a sampler; their baselines are not stored yet
  BootTime last_tick_{};
  Instant read_{};       // when the last tick that has ended began
  Duration idle_after_;  // a series not read for so long is let go
  BootTime next_sweep_{};
  std::size_t sweep_at_ = 0;  // series
  log::RateLimitedWarning series_limit_{"series"};
  std::uint64_t folded_ = 0;  // as last reported
  std::atomic<std::uint64_t> ticks_{0};
  std::atomic<std::uint64_t> late_ticks_{0};
  std::atomic<std::uint64_t> windows_{0};
  std::atomic<std::uint64_t> grown_windows_{0};
};

}  // namespace collector
