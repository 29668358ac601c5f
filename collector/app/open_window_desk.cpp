#include "collector/app/open_window_desk.h"

#include <chrono>
#include <future>
#include <utility>

namespace collector {
namespace {

constexpr std::size_t most_waiting = 16;
constexpr std::chrono::milliseconds told_within{500};

}  // namespace

bool OpenWindowDesk::wait(Answer answer) {
  {
    const std::lock_guard lock(mutex_);
    if (is_late_ || waiting_.size() >= most_waiting) return false;
    waiting_.push_back(std::move(answer));
    is_awaited_ = true;
  }
  loop_.signal();
  return true;
}

std::optional<history::OpenWindow> OpenWindowDesk::ask() {
  using Told = std::shared_ptr<const history::UnwrittenRows>;
  const auto promise = std::make_shared<std::promise<Told>>();
  auto told = promise->get_future();
  if (!wait([promise](Told rows) { promise->set_value(std::move(rows)); })) return std::nullopt;
  if (told.wait_for(told_within) != std::future_status::ready) {
    const std::lock_guard lock(mutex_);
    is_late_ = is_awaited_;
    return std::nullopt;
  }
  auto window = history::parse_open_window(history::open_window_text(*told.get()));
  return window ? std::optional(std::move(*window)) : std::nullopt;
}

void OpenWindowDesk::tell(history::UnwrittenRows rows) {
  std::vector<Answer> waiting;
  {
    const std::lock_guard lock(mutex_);
    waiting = std::exchange(waiting_, {});
    is_awaited_ = false;
    is_late_ = false;
  }
  const auto told = std::make_shared<const history::UnwrittenRows>(std::move(rows));
  for (const Answer& each : waiting)
    each(told);
}

}  // namespace collector
