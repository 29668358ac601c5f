// Which of the things that can start a collector would work on this machine, now.
#pragma once

#include <string>

#include "collector/cli/setup_plan.h"

namespace collector {

// Why it would not, and what to do; empty: it would.
std::string why_impossible(Starter starter);

// For a run without questions, and what plain Enter gives.
Starter usual_starter();

}  // namespace collector
