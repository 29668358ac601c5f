#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "collector/app/one_sample.h"
#include "collector/app/signals.h"
#include "collector/cli/commands.h"
#include "collector/cli/exit_code.h"
#include "collector/cli/sample_text.h"
#include "collector/core/terminal.h"

namespace collector {
namespace {

// A name that is no configured sampler, with what there is; empty when all are known.
std::string unknown_sampler(const Configuration& configuration, const std::vector<std::string>& names) {
  std::string known;
  for (const SamplerConfiguration& sampler : configuration.samplers)
    known += (known.empty() ? "" : ", ") + sampler.name;
  for (const std::string& name : names)
    if (std::ranges::find(configuration.samplers, name, &SamplerConfiguration::name) ==
        configuration.samplers.end())
      return fmt::format("no sampler '{}' is on; there are: {}", name, known);
  return {};
}

}  // namespace

int sample_command(const Configuration& configuration, const Options& options) {
  if (const std::string problem = unknown_sampler(configuration, options.samplers); !problem.empty()) {
    say(stderr, "collector: {}\n", problem);
    return exit_code::usage;
  }
  unblock_signals();
  const SystemClock clock;
  const OneSample sample = take_one_sample(configuration, options.samplers, options.wait, clock);
  const Snapshot& snapshot = *sample.snapshot;
  if (options.format == "json")
    fmt::print("{}", data_on(stdout, sample_as_json(snapshot, configuration)));
  else if (options.format == "line")
    fmt::print("{}", data_on(stdout, sample_as_line_protocol(snapshot, configuration)));
  else
    fmt::print("{}", sample_as_table(snapshot, Terminal::of(STDOUT_FILENO)));
  for (const std::string& failure : sample.failures)
    say(stderr, "collector: {}\n", failure);
  for (const std::string& notice : sample.notices)
    say(stderr, "collector: {}\n", notice);
  return exit_code::done;
}

}  // namespace collector
