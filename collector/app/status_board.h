// StatusBoard: where the parts of a running collector leave what `status` tells, and where it is put
// together. Every lock in it is held for moments, without I/O, so that status answers when the loop, the
// writer, the disk or a sink is stuck, and so that none of them waits for status.
//
// Who calls what:
//   whoever assembles   the constructor; set_storage() and set_boot() once; then pass the board to the loop,
//   and as
//                       SamplerSurroundings::self to the samplers (for `internal`)
//   start and reload    set_configuration() and set_sinks() after each plan that was applied (the loop's
//   thread);
//                       set_sinks() without a runner before that runner is destroyed
//   a reload refused    set_configuration_error() with the problems' texts; the next set_configuration(), or
//                       no problems, clears it
//   the loop, per tick  begin_tick(); sampler() for each slot; end_tick() with the tick's figures
//   status service      collect(), from its own thread
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "collector/app/status.h"
#include "collector/core/self_metrics.h"
#include "config/configuration.h"

namespace collector {

struct SinkSource {
  std::string name;
  std::string type;
  std::string target;  // for people, without secrets
  Duration every{};
  const Runner* runner = nullptr;  // asked for its figures until the next set_sinks()
};

class StatusBoard final : public SelfMetrics {
 public:
  // `clock` outlives the board. The process counts as started now.
  explicit StatusBoard(const Clock& clock);

  // Both outlive the board's last use.
  void set_storage(const Spool& spool, const Writer& writer);
  void set_boot(BootStatus boot);
  void set_configuration(const Configuration& configuration);
  // Asked by page() and collect(), from any thread. Null: no page is served.
  void set_page(std::function<PageStatus()> page);
  void set_configuration_error(std::vector<std::string> problems);
  // When it returns, nobody asks the runners given before. A runner that is not among these any more leaves
  // its counts to the next of its name.
  void set_sinks(std::vector<SinkSource> sinks);

  // From the loop's thread. Never waits: while somebody is reading, this tick's figures are left to the next.
  // A steady tick allocates nothing.
  void begin_tick();
  void sampler(std::string_view name, Duration interval, const SamplerFigures& figures);
  void end_tick(const TickStatus& tick);

  // Any thread.
  Status collect() const;
  PageStatus page() const;
  void read(SelfFigures& out) const override;

 private:
  struct Tick {
    TickStatus status;
    TickTotals totals;
    bool done = false;  // at least one was
    std::vector<SamplerStatus> samplers;
  };
  struct Past {  // of a sink's name: counts of runners that are gone, and where the spool's own count stood
    std::uint64_t delivered_batches = 0;
    std::uint64_t delivered_rows = 0;
    std::uint64_t rejected_rows = 0;
    std::uint64_t retries = 0;
    std::uint64_t dropped_before = 0;
  };
  RunnerFigures figures_of(const SinkSource& sink) const;
  std::uint64_t dropped_since_start(const std::string& sink, const BacklogFigures& backlog) const;
  void read_tick(SelfFigures& out) const;

  const Clock& clock_;
  const Instant started_;

  // The loop's alone.
  Tick working_;
  std::vector<SamplerFigures> last_;  // beside working_.samplers: as the slots themselves said
  std::size_t samplers_seen_ = 0;     // in this tick
  std::uint32_t steps_back_before_ = 0;

  mutable std::mutex tick_mutex_;
  Tick published_;

  mutable std::mutex mutex_;  // for all below
  const Spool* spool_ = nullptr;
  const Writer* writer_ = nullptr;
  BootStatus boot_;
  ConfigurationStatus configuration_;
  std::vector<SinkSource> sinks_;
  std::map<std::string, Past> past_;
  std::function<PageStatus()> page_;
};

}  // namespace collector
