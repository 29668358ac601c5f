// Whether the targets of sinks would take rows, found out by asking them all at once, and changing nothing
// there.
#pragma once

#include <string>
#include <vector>

#include "collector/core/time.h"
#include "config/configuration.h"

namespace collector {

struct TargetAnswer {
  std::string sink;
  bool is_good = false;
  std::string text;  // what was found; or what is wrong, with the remedy
};
struct TargetAnswers {
  std::vector<TargetAnswer> answers;  // in the order of the sinks
  // A thread that asks hangs in a call, and still uses what the process has: end without unwinding.
  bool hangs = false;
};

// Waits at most `timeout`; who has not answered by then is told as such.
TargetAnswers ask_targets(const Configuration& configuration, Duration timeout);

}  // namespace collector
