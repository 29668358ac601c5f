#include "collector/core/detachable_thread.h"

#include <pthread.h>

#include <condition_variable>
#include <mutex>
#include <utility>

namespace collector {

struct DetachableThread::State {
  std::mutex mutex;
  std::condition_variable changed;
  bool ended = false;
};

void DetachableThread::start(const std::string& name, std::function<void()> work) {
  auto state = std::make_shared<State>();
  thread_ = std::thread([state, work = std::move(work)]() mutable {
    work();
    work = {};  // what it kept is gone before anybody hears of the end
    const std::lock_guard lock(state->mutex);
    state->ended = true;
    state->changed.notify_all();
  });
  state_ = std::move(state);
  pthread_setname_np(thread_.native_handle(), name.substr(0, 15).c_str());
}

bool DetachableThread::ended() const {
  if (!state_) return true;
  const std::lock_guard lock(state_->mutex);
  return state_->ended;
}

bool DetachableThread::join(Duration at_most) {
  if (!thread_.joinable()) return true;
  {
    std::unique_lock lock(state_->mutex);
    if (!state_->changed.wait_for(lock, at_most, [this] { return state_->ended; })) return false;
  }
  thread_.join();
  return true;
}

void DetachableThread::leave() {
  if (thread_.joinable()) thread_.detach();
}

bool DetachableThread::join_or_leave(Duration at_most) {
  if (join(at_most)) return true;
  leave();
  return false;
}

}  // namespace collector
