#include "collector/cli/failure.h"

#include <fmt/format.h>

#include <cstdio>

#include "collector/cli/exit_code.h"
#include "collector/core/terminal.h"

namespace collector {

int report_failure(const AssemblyFailure& failure) {
  say(stderr, "collector: {}\n", failure.error.text());
  return failure.kind == AssemblyFailure::Kind::held ? exit_code::held : exit_code::state_directory;
}

int report_problems(const std::vector<Problem>& problems) {
  for (const Problem& problem : problems)
    say(stderr, "{}\n", problem.text());
  say(stderr, "collector: {} problem{} in the configuration; nothing was started\n", problems.size(),
      problems.size() == 1 ? "" : "s");
  return exit_code::configuration;
}

}  // namespace collector
