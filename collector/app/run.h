// Run: sets an assembly in motion until a signal says stop, then stops it in order: samplers first, sinks
// last.
#pragma once

#include <string>
#include <vector>

#include "collector/app/assembly.h"
#include "collector/app/signals.h"

namespace collector {

struct RunResult {
  bool orderly = true;
  std::vector<std::string> late;  // parts that did not end within the deadline
};

// Returns after the shutdown. A second stop signal ends the waiting at once.
RunResult run(Assembly& assembly, SignalSource& signals);

}  // namespace collector
