#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "collector/app/catalog.h"
#include "collector/app/one_sample.h"
#include "collector/app/signals.h"
#include "collector/cli/commands.h"
#include "collector/cli/exit_code.h"
#include "collector/cli/sample_summary.h"
#include "collector/cli/sample_text.h"
#include "collector/core/terminal.h"
#include "config/suggest.h"

namespace collector {
namespace {

// A name that is no configured sampler, with what there is; empty when all are known.
std::string unknown_sampler(const Configuration& configuration, const std::vector<std::string>& names) {
  std::vector<std::string_view> on;
  for (const SamplerConfiguration& sampler : configuration.samplers)
    on.emplace_back(sampler.name);
  std::vector<std::string_view> all;
  for (const ComponentType& type : catalog().samplers)
    all.push_back(type.name);
  for (const std::string& name : names) {
    if (std::ranges::find(on, name) != on.end()) continue;
    if (std::ranges::find(all, name) != all.end())
      return fmt::format("sampler {} is switched off; write `{}: on` under samplers:, or ask for: {}", name,
                         name, joined(on));
    const std::string_view near = nearest(name, all);
    return fmt::format("there is no sampler '{}';{} there are: {}", name,
                       near.empty() ? "" : fmt::format(" did you mean {}?", near), joined(on));
  }
  return {};
}

void print_for_people(const OneSample& sample, const Options& options) {
  const Terminal terminal = Terminal::of(STDOUT_FILENO);
  if (options.samplers.empty() && !options.all) {
    fmt::print("{}", sample_summary(*sample.snapshot, sample.down, terminal));
    return;
  }
  fmt::print("{}{}{}", sample_as_table(*sample.snapshot, terminal), down_line(sample.down, terminal),
             about_values(has_counters(*sample.snapshot), terminal));
}

// What people have just read in the line "down: …".
bool is_in_down_line(const std::string& notice, const Options& options) {
  return options.format == "table" && notice.find(" down: no rows until ") != std::string::npos;
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
    print_for_people(sample, options);
  for (const std::string& failure : sample.failures)
    say(stderr, "collector: {}\n", failure);
  for (const std::string& notice : sample.notices)
    if (!is_in_down_line(notice, options)) say(stderr, "collector: {}\n", notice);
  return exit_code::done;
}

}  // namespace collector
