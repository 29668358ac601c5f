// LiveLine: on a terminal, one short line per stored batch: what was measured, how many rows each sink
// took since the line before, how far it lags. Off a terminal the same goes to the log at debug level. Has a
// thread of its own, so that a terminal that stopped reading holds nobody up.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "collector/app/assembly.h"
#include "collector/core/terminal.h"

namespace collector {

// What a batch says in a line: "in   1.2 kB/s", "out  30.1 MB/s", "cpu   3 %", "mem  41 %", "18 rows". Rates
// are those of all interfaces that carry bytes of their own, over the time that each was measured.
std::vector<std::string> summary_of(const Batch& batch);

// Parts that stay whole, two spaces between, in lines that fit the terminal; later ones begin below the
// second part.
std::string parts_in_lines(const std::vector<std::string>& parts, const Terminal& terminal);

class LiveLine {
 public:
  // Hooks itself to the assembly's writer; make it before the writer starts. The assembly outlives it.
  explicit LiveLine(Assembly& assembly);
  ~LiveLine();
  LiveLine(const LiveLine&) = delete;
  LiveLine& operator=(const LiveLine&) = delete;

 private:
  void follow();

  Assembly& assembly_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool written_ = false;
  bool ending_ = false;
  std::vector<std::string> measured_;  // of the last batch
  std::thread thread_;
};

}  // namespace collector
