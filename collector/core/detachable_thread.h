// DetachableThread: a thread that is waited for with a deadline, and left behind if it does not end by then:
// it may hang in the kernel for ever, for a disk or a server that is gone. Owned and called by one thread.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "collector/core/time.h"

namespace collector {

class DetachableThread {
 public:
  DetachableThread() = default;
  ~DetachableThread() { leave(); }
  DetachableThread(const DetachableThread&) = delete;
  DetachableThread& operator=(const DetachableThread&) = delete;

  // Of `name` the system shows 15 characters. `work` keeps all that it uses alive by itself (a shared_ptr),
  // but for what is known to outlive a thread that was left behind. Throws std::system_error where no thread
  // can be had.
  void start(const std::string& name, std::function<void()> work);
  bool started() const { return state_ != nullptr; }
  // Whether it is over, left or not; also one that was never started.
  bool ended() const;
  // Waits for that. Asked again after false, it waits again.
  bool join(Duration at_most);
  // It ends by itself, if its call ever returns; join() has nothing to wait for any more.
  void leave();
  // False: it did not end by then, and was left.
  bool join_or_leave(Duration at_most);

 private:
  struct State;
  std::shared_ptr<State> state_;  // shared with the thread
  std::thread thread_;
};

}  // namespace collector
