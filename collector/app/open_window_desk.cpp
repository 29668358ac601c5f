#include "collector/app/open_window_desk.h"

#include <utility>

namespace collector {
namespace {

constexpr std::size_t most_waiting = 16;

}  // namespace

bool OpenWindowDesk::wait(Answer answer) {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= most_waiting) return false;
    waiting_.push_back(std::move(answer));
    is_awaited_ = true;
  }
  loop_.signal();
  return true;
}

void OpenWindowDesk::tell(history::UnwrittenRows rows) {
  std::vector<Answer> waiting;
  {
    const std::lock_guard lock(mutex_);
    waiting = std::exchange(waiting_, {});
    is_awaited_ = false;
  }
  const auto told = std::make_shared<const history::UnwrittenRows>(std::move(rows));
  for (const Answer& each : waiting)
    each(told);
}

}  // namespace collector
