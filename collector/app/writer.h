// Writer: the thread between the loop and the spool. The loop hands over a batch and goes on; while the disk
// is slow or full the writer keeps what it has, says so, and tries again by itself.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "collector/core/baseline.h"
#include "collector/core/batch.h"
#include "collector/core/detachable_thread.h"
#include "collector/core/time.h"
#include "collector/spool/spool.h"

namespace collector {

struct WriterFigures {
  std::uint64_t batches = 0;  // made durable
  std::uint64_t rows = 0;
  std::uint64_t failures = 0;
  std::optional<WallTime> last_write;
  // The last batch of rows that is durable; at first what the spool began with.
  Origin last;
  std::string error;                      // of the last try; empty: none
  std::optional<WallTime> failing_since;  // of the first such try
  std::uint64_t waiting_rows = 0;         // that could not be written, and those behind them
  bool idle = true;                       // everything submitted is durable
  bool given_up = false;                  // stopped before all was durable; nothing of it was stored
};

class Writer {
 public:
  // Both outlive the writer. Building starts nothing.
  Writer(Spool& spool, const Clock& clock);
  // stop() with a moment for what is under way. A thread stuck in the kernel is left behind, and still uses
  // spool and clock: then the process has to end without taking those apart.
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  void start();

  // From the loop; neither ever waits for the disk. One batch may wait while another is being written.
  bool can_accept() const;
  void submit(Batch batch, Baselines baselines);  // only after can_accept()

  // Called from the writer's thread after each batch that became durable (for the line a terminal shows).
  void on_written(std::function<void(const Batch&)> call) { on_written_ = std::move(call); }

  bool drain(Duration at_most);  // true: everything submitted is durable
  // What is submitted gets a last try, then the thread ends. What can't be stored is dropped with everything
  // behind it: baselines never go without their rows.
  void ask_to_stop();
  bool stop(Duration at_most);  // asks, and waits; false: it did not end in time, or not all is durable
  WriterFigures figures() const;

  // What was submitted and is not durable, behind the last batch that is. Nothing: a write is under way, and
  // done in a moment. While writes fail it is copied: from any thread, but not often.
  struct Undurable {
    Origin after;
    std::vector<std::shared_ptr<const Batch>> batches;
  };
  std::optional<Undurable> undurable() const;

 private:
  struct Submission {
    Batch batch;
    Baselines baselines;
  };
  struct State {
    mutable std::mutex mutex;
    std::condition_variable changed;
    std::optional<Submission> waiting;
    std::shared_ptr<const Batch> refused;  // a copy of what is tried again; null: nothing is
    bool busy = false;
    bool stopping = false;
    WriterFigures figures;
  };
  static void run(State& state, Spool& spool, const Clock& clock,
                  const std::function<void(const Batch&)>& on_written);

  Spool& spool_;
  const Clock& clock_;
  std::function<void(const Batch&)> on_written_;
  std::shared_ptr<State> state_;
  DetachableThread thread_;
};

}  // namespace collector
