// Delivery: what one sink needs next, one step at a time: open, compare positions, write, dead letters,
// confirm, and what to wait for. No thread and no waiting of its own, so that tests walk through it with a
// clock they move. Used by one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "collector/core/log.h"
#include "collector/spool/spool.h"
#include "sinks/runner.h"
#include "sinks/runner_position.h"
#include "sinks/runner_record.h"
#include "sinks/runner_schedule.h"
#include "sinks/sink.h"

namespace collector {

// Told around every call of the sink, which may hang in it for ever.
struct SinkCalls {
  std::function<void()> entering;
  // False: nobody is waiting for the answer any more; spool and clock may be gone.
  std::function<bool()> leaving;
};

class Delivery {
 public:
  Delivery(const RunnerSettings& settings, Sink& sink, Spool& spool, const Clock& clock, RunnerRecord& record,
           SinkCalls calls);

  struct Next {
    enum class Kind : std::uint8_t {
      step,       // call step() again
      batch,      // wait for a batch after `number`
      pause,      // wait for `pause`
      abandoned,  // touch nothing any more
    };
    Kind kind = Kind::step;
    Duration pause{};
    std::uint64_t number = 0;
  };
  enum class Mode : std::uint8_t {
    normal,
    drain,  // the last chance: no slot and no pause is waited for
  };
  Next step(Mode mode);

  bool is_due(WallTime now) const { return slots_.until_due(now, false) == Duration{}; }
  // Closes the sink and makes the cursor durable. False: abandoned.
  bool finish();

 private:
  Next open();
  Next write(const std::vector<BatchPtr>& batches);
  Next failed(const SinkFailure& failure);
  Next failed(const SpoolError& error, const char* doing);
  Next settle(const OpenedSink& opened, const OpenRequest& request);
  std::expected<void, SinkFailure> keep(std::span<const std::size_t> stored,
                                        std::span<const RejectedRow> rows);
  // What was refused of these batches, in place of what an earlier attempt at them left behind.
  std::expected<void, SinkFailure> set_dead_letters(std::span<const std::size_t> stored,
                                                    std::span<const RejectedRow> rows);
  // Calls the sink; nothing: abandoned. What it throws becomes a failure.
  template <typename T>
  std::optional<std::expected<T, SinkFailure>> call(
      const std::function<std::expected<T, SinkFailure>()>& what);
  bool close();

  std::string name_;
  std::size_t max_rows_;
  Sink& sink_;
  Spool& spool_;
  const Clock& clock_;
  RunnerRecord& record_;
  SinkCalls calls_;
  Backoff backoff_;
  Slots slots_;
  log::RateLimitedWarning failure_log_;
  std::optional<BootTime> not_before_;  // the pause after a failure
  bool is_open_ = false;
  // Of the write that is going on.
  std::span<const BatchPtr> batches_;
  std::set<std::size_t> kept_;  // batches of which the sink has said what it refuses
  bool abandoned_ = false;
};

}  // namespace collector
