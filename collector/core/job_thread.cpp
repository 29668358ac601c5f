#include "collector/core/job_thread.h"

#include <chrono>
#include <mutex>
#include <system_error>
#include <utility>

namespace collector {
namespace {

constexpr Duration jobs_end_within = std::chrono::seconds(1);

}  // namespace

struct JobThread::State {
  std::string name;
  std::size_t most_waiting = 0;
  std::function<void()> idle;
  std::atomic<bool> stopped{false};
  std::mutex mutex;  // of what follows
  std::deque<Job> waiting;
  bool is_working = false;  // there is a thread, and it looks for more

  void work() {
    std::unique_lock lock(mutex);
    while (!waiting.empty() && !stopped) {
      const Job job = std::move(waiting.front());
      waiting.pop_front();
      lock.unlock();
      job(stopped);
      lock.lock();
      if (!waiting.empty() || !idle) continue;
      lock.unlock();
      idle();
      lock.lock();
    }
    is_working = false;
  }
};

JobThread::JobThread(std::string name, std::size_t most_waiting, std::function<void()> idle)
    : state_(std::make_shared<State>()) {
  state_->name = std::move(name);
  state_->most_waiting = most_waiting;
  state_->idle = std::move(idle);
}

JobThread::Added JobThread::add(Job job) {
  const std::lock_guard lock(state_->mutex);
  if (state_->stopped || state_->waiting.size() >= state_->most_waiting) return Added::too_many;
  state_->waiting.push_back(std::move(job));
  if (std::exchange(state_->is_working, true)) return Added::yes;
  try {
    thread_.join(jobs_end_within);  // it has done its work
    thread_.start(state_->name, [state = state_] { state->work(); });
  } catch (const std::system_error&) {
    state_->is_working = false;
    state_->waiting.pop_back();
    return Added::no_thread;
  }
  return Added::yes;
}

void JobThread::stop() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->stopped = true;
    state_->waiting.clear();
  }
  thread_.join_or_leave(jobs_end_within);
}

}  // namespace collector
