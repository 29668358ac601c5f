// Asks filesystems how full they are, in helper threads: one that does not answer (a server that is gone)
// holds up nobody. Owned and used by one thread; the helpers outlive it if they must.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "collector/core/time.h"
#include "collector/samplers/disk/filesystem_status.h"

namespace collector {

class TimedStat {
 public:
  // At most `most_stuck` helpers are left behind in calls that do not return; beyond that nobody is asked.
  TimedStat(StatFunction function, Duration timeout, std::size_t most_stuck = 64);
  ~TimedStat();  // does not wait for helpers
  TimedStat(const TimedStat&) = delete;
  TimedStat& operator=(const TimedStat&) = delete;

  enum class Problem : std::uint8_t {
    error,          // the call failed
    stuck,          // it does not return: found out just now
    still_stuck,    // it has not returned since an earlier ask(); nothing was tried
    too_many_stuck  // not tried, because too many helpers are stuck
  };
  struct Answer {
    std::expected<FilesystemStatus, Problem> result;
    int error = 0;  // errno, with Problem::error
  };
  // One answer per path, in their order; valid until the next call. Waits at most the timeout for each that
  // does not answer. Allocates nothing when it is asked the same again.
  std::span<const Answer> ask(std::span<const std::string> paths);

  // Calls that have not returned.
  std::size_t stuck() const { return stuck_.size(); }

 private:
  struct Helper;
  struct Stuck {
    std::string path;
    std::shared_ptr<Helper> helper;  // who sits in the call
  };
  void ask_helper(std::span<const std::string> paths);
  bool is_stuck(const std::string& path) const;

  StatFunction function_;
  Duration timeout_;
  std::size_t most_stuck_;
  std::shared_ptr<Helper> helper_;  // waits for work; none before the first and after a stuck one
  std::vector<Stuck> stuck_;
  std::vector<Answer> answers_;
  std::vector<std::size_t> open_;  // positions without an answer yet
};

}  // namespace collector
