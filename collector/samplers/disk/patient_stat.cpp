#include "collector/samplers/disk/patient_stat.h"

#include <pthread.h>
#include <csignal>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace collector {

int system_stat(const std::string& path, struct statvfs& out) {
  return ::statvfs(path.c_str(), &out) == 0 ? 0 : errno;
}

// One helper's work: the paths from first to last. Shared by the helper and the one who waits, so that either
// may be gone first.
struct PatientStat::Round {
  StatFunction function;
  std::vector<std::string> paths;

  std::mutex mutex;
  std::condition_variable answered;
  std::vector<Answer> answers;  // of the first paths; guarded by the mutex
  bool abandoned = false;       // nobody waits any more: stop after the call that is under way
  bool finished = false;        // the helper touches nothing any more

  void work() {
    for (const std::string& path : paths) {
      Answer answer{{}, 0};
      struct statvfs status{};
      answer.error = function(path, status);
      if (answer.error == 0)
        answer.result = status;
      else
        answer.result = std::unexpected(Problem::error);
      const std::lock_guard lock(mutex);
      if (abandoned) break;
      answers.push_back(answer);
      answered.notify_one();
    }
    const std::lock_guard lock(mutex);
    finished = true;
  }
};

namespace {

// Signals belong to the main thread: what is started here has all of them blocked.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_{};
};

}  // namespace

PatientStat::PatientStat(StatFunction function, Duration timeout, std::size_t most_stuck)
    : function_(std::move(function)), timeout_(timeout), most_stuck_(most_stuck) {}

PatientStat::~PatientStat() = default;

bool PatientStat::is_stuck(const std::string& path) const {
  return std::ranges::find(stuck_, path, &Stuck::path) != stuck_.end();
}

void PatientStat::release_returned() {
  std::erase_if(stuck_, [](const Stuck& stuck) {
    const std::lock_guard lock(stuck.round->mutex);
    return stuck.round->finished;
  });
}

std::vector<PatientStat::Answer> PatientStat::ask(const std::vector<std::string>& paths) {
  release_returned();
  std::vector<Answer> answers(paths.size(), Answer{std::unexpected(Problem::still_stuck), 0});
  std::vector<std::size_t> open;  // positions without an answer yet
  for (std::size_t i = 0; i < paths.size(); ++i)
    if (!is_stuck(paths[i])) open.push_back(i);

  while (!open.empty()) {
    if (stuck_.size() >= most_stuck_) {
      for (const std::size_t i : open)
        answers[i].result = std::unexpected(Problem::too_many_stuck);
      break;
    }
    auto round = std::make_shared<Round>();
    round->function = function_;
    for (const std::size_t i : open)
      round->paths.push_back(paths[i]);
    {
      const SignalsBlocked blocked;
      std::thread([round] { round->work(); }).detach();
    }
    std::unique_lock lock(round->mutex);
    std::size_t seen = 0;
    while (seen < open.size() &&
           round->answered.wait_for(lock, timeout_, [&] { return round->answers.size() > seen; }))
      seen = round->answers.size();
    for (std::size_t i = 0; i < seen; ++i)
      answers[open[i]] = round->answers[i];
    if (seen < open.size()) {
      round->abandoned = true;
      answers[open[seen]].result = std::unexpected(Problem::stuck);
      stuck_.push_back({paths[open[seen]], round});
      ++seen;
    }
    open.erase(open.begin(), open.begin() + static_cast<std::ptrdiff_t>(seen));
  }
  return answers;
}

}  // namespace collector
