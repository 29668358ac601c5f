// LiveLine: on a terminal, one short line per stored batch: what was measured, how many rows each sink
// took since the line before, how far it lags. Off a terminal the same goes to the log at debug level. Has a
// thread of its own, so that a terminal that stopped reading holds nobody up.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "collector/app/assembly.h"
#include "collector/cli/terminal.h"

namespace collector {

class LiveLine {
 public:
  // Hooks itself to the assembly's writer; make it before the writer starts. The assembly outlives it.
  LiveLine(Assembly& assembly, const Terminal& terminal);
  ~LiveLine();
  LiveLine(const LiveLine&) = delete;
  LiveLine& operator=(const LiveLine&) = delete;

 private:
  void follow();

  Assembly& assembly_;
  Terminal terminal_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool written_ = false;
  bool ending_ = false;
  std::string measured_;  // of the last batch
  std::thread thread_;
};

// "net 1.2 MB in, 300 kB out  cpu 3.2 %  mem 41 %": the batch in a few figures.
std::string summary_of(const Batch& batch);

}  // namespace collector
