#include "collector/samplers/disk/timed_stat.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>

#include "collector/core/detachable_thread.h"

namespace collector {

// A thread and its work; the thread shares it.
struct TimedStat::Helper {
  StatFunction function;
  DetachableThread thread;

  std::mutex mutex;  // guards all that follows
  std::condition_variable wanted;
  std::condition_variable answered;
  std::vector<std::string> paths;  // not touched while they are being worked on
  std::vector<Answer> answers;     // of the first paths
  bool has_work = false;
  bool dismissed = false;  // nobody waits any more: stop after the call that is under way

  void work() {
    std::unique_lock lock(mutex);
    while (!dismissed) {
      wanted.wait(lock, [&] { return has_work || dismissed; });
      for (std::size_t i = 0; has_work && !dismissed && i < paths.size(); ++i) {
        lock.unlock();
        FilesystemStatus status;
        Answer answer{status, function(paths[i], status)};
        if (answer.error == 0)
          answer.result = status;
        else
          answer.result = std::unexpected(Problem::error);
        lock.lock();
        answers.push_back(answer);
        answered.notify_one();
      }
      has_work = false;
    }
  }
};

TimedStat::TimedStat(StatFunction function, Duration timeout, std::size_t most_stuck)
    : function_(std::move(function)), timeout_(timeout), most_stuck_(most_stuck) {}

TimedStat::~TimedStat() {
  if (!helper_) return;
  const std::lock_guard lock(helper_->mutex);
  helper_->dismissed = true;
  helper_->wanted.notify_one();
}

bool TimedStat::is_stuck(const std::string& path) const {
  return std::ranges::find(stuck_, path, &Stuck::path) != stuck_.end();
}

std::span<const TimedStat::Answer> TimedStat::ask(std::span<const std::string> paths) {
  std::erase_if(stuck_, [](const Stuck& stuck) { return stuck.helper->thread.ended(); });
  answers_.assign(paths.size(), Answer{std::unexpected(Problem::still_stuck), 0});
  open_.clear();
  for (std::size_t i = 0; i < paths.size(); ++i)
    if (!is_stuck(paths[i])) open_.push_back(i);
  while (!open_.empty() && stuck_.size() < most_stuck_)
    ask_helper(paths);
  for (const std::size_t i : open_)
    answers_[i].result = std::unexpected(Problem::too_many_stuck);
  return answers_;
}

// Has the open paths worked on up to the first that is stuck, and takes them out of open_.
void TimedStat::ask_helper(std::span<const std::string> paths) {
  if (!helper_) {
    helper_ = std::make_shared<Helper>();
    helper_->function = function_;
    helper_->thread.start("read/disk/space", [helper = helper_] { helper->work(); });
  }
  std::unique_lock lock(helper_->mutex);
  helper_->paths.resize(open_.size());
  for (std::size_t i = 0; i < open_.size(); ++i)
    helper_->paths[i] = paths[open_[i]];
  helper_->answers.clear();
  helper_->answers.reserve(open_.size());
  helper_->has_work = true;
  helper_->wanted.notify_one();

  std::size_t seen = 0;
  while (seen < open_.size() &&
         helper_->answered.wait_for(lock, timeout_, [&] { return helper_->answers.size() > seen; }))
    seen = helper_->answers.size();
  for (std::size_t i = 0; i < seen; ++i)
    answers_[open_[i]] = helper_->answers[i];
  if (seen < open_.size()) {
    helper_->dismissed = true;
    answers_[open_[seen]].result = std::unexpected(Problem::stuck);
    stuck_.push_back({paths[open_[seen]], helper_});
    lock.unlock();
    helper_.reset();
    ++seen;
  }
  open_.erase(open_.begin(), open_.begin() + static_cast<std::ptrdiff_t>(seen));
}

}  // namespace collector
