// Assembly: every part of one collector, wired. Starting and reloading are the same: make_plan() from what is
// in force (at first nothing) to what is wanted, then apply(). `run` sets it in motion, `--once` drives it by
// hand.
//
//   configuration ─► state lock ─► spool ─► sink set (runners, sinks)   writer ─► spool
//                                    └─► baselines ─► pipeline, sampler slots ─► loop
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "collector/app/loop.h"
#include "collector/app/open_window_desk.h"
#include "collector/app/plan.h"
#include "collector/app/sampler_slot.h"
#include "collector/app/sink_set.h"
#include "collector/app/snapshot.h"
#include "collector/app/state_directory.h"
#include "collector/app/status_board.h"
#include "collector/app/traffic_board.h"
#include "collector/app/writer.h"
#include "collector/core/error.h"
#include "collector/core/series.h"
#include "collector/core/time.h"
#include "collector/pipeline/pipeline.h"
#include "collector/spool/spool.h"
#include "config/configuration.h"

namespace collector {

// Why a collector could not be put together, sorted by what the exit code will say.
struct AssemblyFailure {
  enum class Kind : std::uint8_t {
    state_directory,
    held,
    no_room,  // on the state directory's device: passes by itself
  };
  Kind kind = Kind::state_directory;
  Error error;
};

class Assembly {
 public:
  // Takes the lock (waiting up to `timeout`), opens the spool, builds samplers and sinks. Contacts no target
  // and reads no counter. `clock` outlives the assembly.
  static std::expected<std::unique_ptr<Assembly>, AssemblyFailure> make(const Configuration& configuration,
                                                                        const Clock& clock, Duration timeout);

  // Brings a changed configuration into force, between two ticks, in the loop's thread. Waits for nothing:
  // sinks that are replaced end and begin on their own time (sinks().step()). Nothing changes when it is
  // refused (which status tells). Returns what was done.
  Checked<Plan> reload(const Configuration& wanted);

  const Configuration& configuration() const { return configuration_; }
  const Clock& clock() const { return clock_; }
  Spool& spool() { return *spool_; }
  SinkSet& sinks() { return *sinks_; }
  std::vector<SamplerSlot>& slots() { return slots_; }
  Pipeline& pipeline() { return *pipeline_; }
  SnapshotBoard& board() { return board_; }
  TrafficBoard& traffic() { return traffic_; }
  StatusBoard& status() { return status_; }
  Writer& writer() { return *writer_; }
  Loop& loop() { return *loop_; }
  OpenWindowDesk& open_window() { return *open_window_; }
  // Another collector has taken the state directory: nothing is written any more, and this one has to end.
  bool is_replaced() const { return lock_.is_lost(); }
  bool has_baselines() const { return has_baselines_; }  // an earlier run left some

  // "…/collector.db", for people: where a sink writes.
  std::string target_of(const std::string& sink) const;

 private:
  Assembly(const Configuration& configuration, const Clock& clock, StateLock lock);
  Result<> open_spool();
  std::string settle_boot(Baselines& baselines);  // the boot's name
  void apply(const Plan& plan, const Configuration& wanted);
  void apply_samplers(const Plan& plan, const Configuration& wanted);
  SamplerSlot make_slot(const SamplerConfiguration& sampler);

  Configuration configuration_;
  const Clock& clock_;
  StatusBoard status_;
  StateLock lock_;
  std::shared_ptr<SamplerSurroundings> surroundings_;
  std::unique_ptr<Spool> spool_;
  std::vector<Baseline>
      stored_;  // of this boot, as an earlier process left them; until the samplers have them
  bool has_baselines_ = false;
  std::unique_ptr<Pipeline> pipeline_;
  std::vector<SamplerSlot> slots_;
  SnapshotBoard board_;
  TrafficBoard traffic_;
  std::unique_ptr<SinkSet> sinks_;
  std::unique_ptr<Writer> writer_;
  std::unique_ptr<Loop> loop_;
  std::unique_ptr<OpenWindowDesk> open_window_;
};

// Of the section spike_filter: bytes per second.
double max_rate_of(const Settings& spike_filter);
// Labels of every batch: host and the configured tags.
std::vector<Tag> labels_of(const Configuration& configuration);
std::vector<std::string> texts_of(const std::vector<Problem>& problems);
// Definitions of everything this version can deliver, for reading back what is stored.
std::vector<MeasurementPtr> known_measurements();

}  // namespace collector
