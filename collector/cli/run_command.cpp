#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "collector/app/assembly.h"
#include "collector/app/run.h"
#include "collector/cli/commands.h"
#include "collector/cli/exit_code.h"
#include "collector/cli/failure.h"
#include "collector/cli/live_line.h"
#include "collector/cli/terminal.h"
#include "collector/core/log.h"
#include "collector/core/units.h"
#include "collector/core/version.h"

namespace collector {
namespace {

void announce(const Configuration& configuration) {
  std::string sinks;
  for (const SinkConfiguration& sink : configuration.sinks)
    sinks += fmt::format("{}{} ({})", sinks.empty() ? "" : ", ", sink.name, sink.type);
  log::info("collector", "version {}; configuration {}; state {}; {} samplers every {}, window {}; sinks: {}",
            version(), configuration.file.empty() ? "built in" : configuration.file.string(),
            configuration.state.string(), configuration.samplers.size(),
            format_duration(configuration.interval), format_duration(configuration.window),
            sinks.empty() ? "none" : sinks);
}

}  // namespace

int run_command(const Configuration& configuration, const Options&) {
  const SystemClock clock;
  auto assembly = Assembly::make(configuration, clock, Duration::zero());
  if (!assembly) return report_failure(assembly.error());
  announce(configuration);
  const Terminal terminal = Terminal::of(STDERR_FILENO);
  SignalSource signals;
  {
    LiveLine live(**assembly, terminal);
    const RunResult result = run(**assembly, signals);
    if (!result.orderly) {
      // Threads that did not come back still use the parts, the line among them: end the process without
      // taking those apart. The spool is consistent at any moment.
      std::fflush(nullptr);
      _exit(exit_code::done);
    }
  }
  log::info("collector", "stopped");
  return exit_code::done;
}

}  // namespace collector
