// OpenWindowDesk: those who want to know what was counted and is not written yet, until the loop tells them.
// Any thread.
//
//   wait() ─► wakes the loop ─► is_awaited() ─► Loop::unwritten() ─► tell() ─► answers
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "collector/app/wake_up.h"
#include "collector/history/open_window.h"

namespace collector {

class OpenWindowDesk {
 public:
  // `loop`: wakes it; outlives the desk.
  explicit OpenWindowDesk(const WakeUp& loop) : loop_(loop) {}

  // Called once, from the loop's thread, which it must not hold up. Not called when the loop has ended.
  using Answer = std::function<void(std::shared_ptr<const history::UnwrittenRows>)>;
  // False: too many are waiting, or one has waited for too long, for a loop that does not come.
  bool wait(Answer answer);

  // Waits for it, as one that reads the history has it: for a moment, which a loop that runs does not take.
  // Nothing: it did not tell. Not from the loop's thread.
  std::optional<history::OpenWindow> ask();

  // The loop's.
  bool is_awaited() const { return is_awaited_; }
  void tell(history::UnwrittenRows rows);

 private:
  const WakeUp& loop_;
  std::atomic<bool> is_awaited_{false};
  std::mutex mutex_;
  std::vector<Answer> waiting_;
  bool is_late_ = false;  // somebody has waited in vain; until the loop tells, nobody else does
};

}  // namespace collector
