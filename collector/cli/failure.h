// Failures that end a command, said once on stderr.
#pragma once

#include "collector/app/assembly.h"
#include "config/configuration.h"

namespace collector {

int report_failure(const AssemblyFailure& failure);         // exit code 73 or 74
int report_problems(const std::vector<Problem>& problems);  // 78
// What that says.
std::string problems_text(const std::vector<Problem>& problems);

}  // namespace collector
