#include "collector/cli/failure.h"

#include <fmt/format.h>

#include "collector/cli/exit_code.h"
#include "collector/core/log.h"
#include "collector/core/plural.h"

namespace collector {

int report_failure(const AssemblyFailure& failure) {
  log::say_error(fmt::format("collector: {}\n", failure.error.text()));
  return failure.kind == AssemblyFailure::Kind::held ? exit_code::held : exit_code::state_directory;
}

namespace {

std::string problem_count(const std::vector<Problem>& problems) {
  return fmt::format("collector: {} in the configuration; nothing was started\n",
                     counted(problems.size(), "problem"));
}

}  // namespace

std::string problems_text(const std::vector<Problem>& problems) {
  std::string text;
  for (const Problem& problem : problems)
    text += problem.text() + "\n";
  return text + problem_count(problems);
}

int report_problems(const std::vector<Problem>& problems) {
  for (const Problem& problem : problems)
    log::say_error(problem.text() + "\n");  // a line each, also in a journal
  log::say_error(problem_count(problems));
  return exit_code::configuration;
}

}  // namespace collector
