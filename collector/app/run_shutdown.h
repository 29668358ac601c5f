// The orderly end of `run`, under one deadline for everything that has to end.
#pragma once

#include "collector/app/assembly.h"
#include "collector/app/reloader.h"
#include "collector/app/run.h"
#include "collector/app/signals.h"

namespace collector {

// The last window to the writer, the writer to the spool, the spool to the sinks. A second stop signal brings
// the deadline forward to now.
RunResult shut_down(Assembly& assembly, Reloader& reloader, SignalSource& signals);

}  // namespace collector
