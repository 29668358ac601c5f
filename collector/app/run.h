// Run: sets an assembly in motion until a signal says stop, brings changed configurations into force
// meanwhile, then stops it in order: samplers first, sinks last.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "collector/app/assembly.h"
#include "collector/app/reloader.h"
#include "collector/app/signals.h"

namespace collector {

struct RunOptions {
  // Finds and reads the configuration again; called on a thread of its own, and owns what it needs.
  Reloader::Load load;
  // Called after a changed configuration came into force: for what lies outside of the assembly.
  std::function<void(const Configuration&)> adopted;
  // For those who wait: a reload was asked for under this number, and what came of it (no problems: in
  // force).
  std::function<void(std::uint64_t ticket)> requested = {};
  std::function<void(std::uint64_t ticket, const std::vector<std::string>& problems)> verdict = {};
};

struct RunResult {
  int broken = 0;  // 0: it was asked to stop; else the errno for which the loop could not go on
  bool orderly = true;
  bool replaced = false;          // it ended because another collector has taken the state directory
  std::vector<std::string> late;  // parts that did not end within the deadline
};

// Returns after the shutdown. A second stop signal ends the waiting at once.
RunResult run(Assembly& assembly, SignalSource& signals, const RunOptions& options);

}  // namespace collector
