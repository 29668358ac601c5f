// Asks filesystems how full they are, in helper threads: one that does not answer (a server that is gone)
// holds up nobody. Owned and used by one thread; the helpers outlive it if they must.
#pragma once

#include <sys/statvfs.h>

#include <cstddef>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "collector/core/time.h"

namespace collector {

// statvfs(3): 0, or errno. Called in a helper thread, several at once.
using StatFunction = std::function<int(const std::string& path, struct statvfs& out)>;
int system_stat(const std::string& path, struct statvfs& out);

class PatientStat {
 public:
  // At most `most_stuck` helpers are left behind in calls that do not return; then only paths that are
  // answered for are asked again.
  PatientStat(StatFunction function, Duration timeout, std::size_t most_stuck = 64);
  ~PatientStat();
  PatientStat(const PatientStat&) = delete;
  PatientStat& operator=(const PatientStat&) = delete;

  enum class Problem : std::uint8_t {
    error,          // the call failed
    stuck,          // it does not return: found out just now
    still_stuck,    // it has not returned since an earlier ask(); nothing was tried
    too_many_stuck  // not tried, because too many helpers are stuck
  };
  struct Answer {
    std::expected<struct statvfs, Problem> result;
    int error = 0;  // errno, with Problem::error
  };
  // One answer per path, in their order. Waits at most the timeout for each that does not answer.
  std::vector<Answer> ask(const std::vector<std::string>& paths);

  // Calls that have not returned.
  std::size_t stuck() const { return stuck_.size(); }

 private:
  struct Round;
  struct Stuck {
    std::string path;
    std::shared_ptr<Round> round;  // whose helper sits in the call
  };
  void release_returned();
  bool is_stuck(const std::string& path) const;

  StatFunction function_;
  Duration timeout_;
  std::size_t most_stuck_;
  std::vector<Stuck> stuck_;
};

}  // namespace collector
