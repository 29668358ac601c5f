// JobThread: does one job after another, on a thread that is there only while there are any. Bounded: a few
// may wait. Owned by one thread; add() may be called by any.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "collector/core/detachable_thread.h"
#include "collector/core/time.h"

namespace collector {

class JobThread {
 public:
  // A job is given up as soon as it looks at `stopped`, after stop(). It keeps all that it uses alive by
  // itself, but for what is known to outlive a thread that was left behind.
  using Job = std::function<void(const std::atomic<bool>& stopped)>;

  // `idle`: called on the thread each time there is nothing more to do.
  JobThread(std::string name, std::size_t most_waiting, std::function<void()> idle = {});
  ~JobThread() { stop(); }
  JobThread(const JobThread&) = delete;
  JobThread& operator=(const JobThread&) = delete;

  enum class Added : unsigned char { yes, too_many, no_thread };
  Added add(Job job);
  // No job begins any more; waits a second at most for the one under way, then leaves it behind.
  void stop();

 private:
  struct State;
  std::shared_ptr<State> state_;  // shared with the thread
  DetachableThread thread_;
};

}  // namespace collector
