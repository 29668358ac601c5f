// Runner: drives one sink on a thread of its own. Reads batches after the sink's cursor, decides when
// (`every`, `max_rows`), retries with exponential back-off and jitter, writes dead letters before the cursor
// moves, notices a target that is ahead of the spool or behind it, and drains at shutdown under a deadline.
// All counting is here.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "collector/core/time.h"
#include "collector/spool/spool.h"
#include "sinks/sink.h"

namespace collector {

struct RunnerSettings {
  std::string name;
  Duration every{};               // 0: as soon as a batch is there
  std::size_t max_rows = 10'000;  // per write
  bool sync_at_shutdown = true;   // false where a last contact would wake a sleeping database
  // For tests: evenly from [0, 1), for jitter; and how deliver_once() lets time pass between two tries.
  std::function<double()> random{};
  std::function<void(Duration)> pause{};
};

enum class RunnerState : std::uint8_t { starting, idle, delivering, retrying, holding, stopped };

// A consistent copy of what a runner has done so far.
struct RunnerFigures {
  RunnerState state = RunnerState::starting;
  std::uint64_t delivered_batches = 0;
  std::uint64_t delivered_rows = 0;
  std::uint64_t left_out_rows = 0;  // of the delivered ones: the sink's settings do not want them there
  std::uint64_t rejected_rows = 0;
  std::uint64_t retries = 0;
  std::optional<WallTime> last_delivery;
  std::string last_error;  // empty: none, or it has passed
  std::optional<WallTime> last_error_at;
  std::vector<SinkNote> notes;  // the sink's own, as of its last call
};

class Runner {
 public:
  // `spool` and `clock` outlive the runner. Building starts nothing.
  Runner(RunnerSettings settings, std::unique_ptr<Sink> sink, Spool& spool, const Clock& clock);
  // stop() with no time left. A thread that hangs in a call of its sink is left behind with all it owns,
  // touches nothing else any more, and ends if the call ever returns.
  ~Runner();
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  void start();  // the thread; opening a dead target is a retry, never an error here

  // Asks the thread to deliver what is there, within `deadline` from now, then to close the sink and end.
  // Returns at once; join with wait_stopped().
  void stop(Duration deadline);
  // True when the thread has ended. After false it is still inside a call of the sink.
  bool wait_stopped(Duration at_most);
  // After stop(), for a reload that waits for nothing. A thread that is in a call of its sink is left behind:
  // should the call return, it touches neither spool nor clock any more and ends, which wait_stopped() tells.
  // False: it is not in such a call, and ends by itself soon.
  bool abandon();

  // One pass in the caller's thread, for `--once`, instead of start(): opens, delivers everything there is,
  // closes. A sink whose `every` is not due is not contacted unless `force`, nor one for which there is
  // nothing. Up to three tries, as far as `at_most` allows. `rejected`: a row was, whatever became of the
  // rest.
  enum class Outcome : std::uint8_t { delivered, not_due, unreachable, rejected };
  Outcome deliver_once(bool force, Duration at_most);

  RunnerFigures figures() const;
  const std::string& name() const { return settings_.name; }

 private:
  class Implementation;
  RunnerSettings settings_;
  std::shared_ptr<Implementation> implementation_;  // shared with the thread
};

}  // namespace collector
