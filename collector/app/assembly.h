// Assembly: every part of one collector, built from a configuration and wired, not yet moving. `run` sets it
// in motion,
// `--once` drives it by hand.
//
//   configuration ─► state lock ─► spool ─► runners(sinks)          writer ─► spool
//                                    └─► baselines ─► pipeline, sampler slots ─► loop
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "collector/app/loop.h"
#include "collector/app/sampler_slot.h"
#include "collector/app/snapshot.h"
#include "collector/app/state_directory.h"
#include "collector/app/writer.h"
#include "collector/core/error.h"
#include "collector/core/series.h"
#include "collector/core/time.h"
#include "collector/formats/row_format.h"
#include "collector/pipeline/pipeline.h"
#include "collector/spool/spool.h"
#include "config/configuration.h"
#include "sinks/runner.h"

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
  // Takes the lock (waiting up to `patience`), opens the spool, builds samplers and sinks. Contacts no target
  // and reads no counter. `clock` outlives the assembly.
  static std::expected<std::unique_ptr<Assembly>, AssemblyFailure> make(const Configuration& configuration,
                                                                        const Clock& clock,
                                                                        Duration patience);

  const Configuration& configuration() const { return configuration_; }
  const Clock& clock() const { return clock_; }
  Spool& spool() { return *spool_; }
  std::vector<std::unique_ptr<Runner>>& runners() { return runners_; }
  std::vector<SamplerSlot>& slots() { return slots_; }
  Pipeline& pipeline() { return *pipeline_; }
  SnapshotBoard& board() { return board_; }
  Writer& writer() { return *writer_; }
  Loop& loop() { return *loop_; }
  bool has_baselines() const { return has_baselines_; }  // an earlier run left some

  // "…/collector.db", for people: where a sink writes.
  std::string target_of(const std::string& sink) const;

 private:
  Assembly(const Configuration& configuration, const Clock& clock, StateLock lock);
  Result<> open_spool();
  void make_sinks();
  void make_samplers(const Baselines& baselines, const std::string& boot);

  Configuration configuration_;
  const Clock& clock_;
  StateLock lock_;
  std::shared_ptr<SamplerSurroundings> surroundings_;
  std::unique_ptr<Spool> spool_;
  std::unique_ptr<Pipeline> pipeline_;
  std::vector<SamplerSlot> slots_;
  SnapshotBoard board_;
  std::vector<std::unique_ptr<Runner>> runners_;
  std::unique_ptr<Writer> writer_;
  std::unique_ptr<Loop> loop_;
  bool has_baselines_ = false;
};

// Labels of every batch: host and the configured tags.
std::vector<Tag> labels_of(const Configuration& configuration);
// Definitions of everything this version can deliver, for reading back what is stored.
std::vector<MeasurementPtr> known_measurements();
// The sink's `counters` and `statistics`, with its type's defaults.
RowFormat row_format_of(const SinkConfiguration& sink, const RowFormat& type_default);

}  // namespace collector
