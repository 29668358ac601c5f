#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <thread>

#include "collector/access/access.h"
#include "collector/app/assembly.h"
#include "collector/app/catalog.h"
#include "collector/app/init_process.h"
#include "collector/app/run.h"
#include "collector/app/service_manager.h"
#include "collector/cli/commands.h"
#include "collector/cli/exit_code.h"
#include "collector/cli/failure.h"
#include "collector/cli/history/history_totals.h"
#include "collector/cli/live_line.h"
#include "collector/cli/status_service.h"
#include "collector/core/log.h"
#include "collector/core/output_queue.h"
#include "collector/core/resources.h"
#include "collector/core/terminal.h"
#include "collector/core/units.h"
#include "collector/core/version.h"
#include "collector/web/web_service.h"
#include "config/environment.h"

namespace collector {
namespace {

// On a terminal a few lines that can be taken in at a glance, elsewhere one line of the log.
void announce(const Configuration& configuration) {
  std::string sinks;
  for (const SinkConfiguration& sink : configuration.sinks)
    sinks += fmt::format("{}{} ({})", sinks.empty() ? "" : ", ", sink.name, sink.type);
  if (sinks.empty()) sinks = "none";
  const std::string file = configuration.file.empty() ? "built in" : configuration.file.string();
  const std::string state = configuration.state.string();
  const std::string interval = format_duration(configuration.interval);
  const std::string window = format_duration(configuration.window);
  const std::size_t samplers = configuration.samplers.size();
  if (!Terminal::of(STDERR_FILENO).interactive) {
    log::info("collector",
              "version {}; configuration {}; state {}; a tick every {}, window {}; samplers: {}; sinks: {}",
              version(), file, state, interval, window, samplers, sinks);
    return;
  }
  const auto moved = totals_line(ask_file_of(configuration));
  const std::string text = shown_on(
      stderr,
      fmt::format("collector {}\n  configuration  {}\n  state          {}\n  samplers       {}; a tick every "
                  "{}, one line here every {}\n  sinks          {}\n{}  stop           Ctrl-C\n\n",
                  version(), file, state, samplers, interval, format_duration(configuration.flush), sinks,
                  moved ? fmt::format("  moved          {}\n", *moved) : ""));
  put(stderr, text);
}

// An end that nobody asked for is none to be content with: a service manager starts it again.
int exit_code_after(const RunResult& result) {
  if (result.replaced) return exit_code::held;
  if (result.broken == 0) return exit_code::done;
  return lacks_resources(result.broken) ? exit_code::resources : exit_code::internal;
}

// What the last collector here was started with: that it is gone, and so the built-in defaults apply, is
// rarely meant. A disk that is full or read-only keeps nothing, and nothing is said.
void warn_of_lost_configuration(const Configuration& configuration) {
  const std::filesystem::path note = configuration.state / "configuration";
  std::string before;
  std::getline(std::ifstream(note), before);
  if (configuration.file.empty() && !before.empty())
    log::warning("config",
                 "no configuration file: the built-in defaults apply; the previous collector was started "
                 "with {}, which is {}; put it back, or name another file with --config",
                 before, std::filesystem::exists(before) ? "not looked for by this user" : "gone");
  if (!configuration.file.empty())
    std::ofstream(note) << std::filesystem::absolute(configuration.file).string() << '\n';
}

// True when a stop signal came within that time.
bool stopped_within(SignalSource& signals, std::chrono::milliseconds time) {
  pollfd event{signals.descriptor(), POLLIN, 0};
  // Where poll() itself does not work, the time passes all the same.
  if (poll(&event, 1, static_cast<int>(time.count())) < 0) std::this_thread::sleep_for(time);
  while (const auto signal = signals.next())
    if (ends(*signal)) return true;
  return false;
}

// A full disk passes: waits for room instead of ending, so that a service is not started over and over.
// Nothing is lost by it: counters go on from their stored baselines. No assembly and no failure: stopped
// while waiting.
std::expected<std::unique_ptr<Assembly>, AssemblyFailure> assemble(const Configuration& configuration,
                                                                   const Clock& clock,
                                                                   SignalSource& signals) {
  log::RateLimitedWarning failure_log("spool");
  const ServiceManager manager(service_environment());
  constexpr auto pause = std::chrono::seconds(2);
  while (true) {
    auto assembly = Assembly::make(configuration, clock, Duration::zero());
    if (assembly) {
      failure_log.clear(clock.now().boot, "there is room again");
      return assembly;
    }
    if (assembly.error().kind != AssemblyFailure::Kind::no_room) return assembly;
    failure_log.report(clock.now().boot, assembly.error().error.text() + "; waiting for room");
    manager.starting("waiting for room in the state directory", 10 * pause);
    if (stopped_within(signals, pause)) return nullptr;
  }
}

}  // namespace

int run_command(const Configuration& configuration, const Options& options) {
  reap_orphans_as_init();
  const SystemClock clock;
  SignalSource signals;
  auto assembly = assemble(configuration, clock, signals);
  if (!assembly) return report_failure(assembly.error());
  if (!*assembly) return exit_code::done;
  announce(configuration);
  warn_of_lost_configuration(configuration);
  int code = exit_code::done;
  {
    LiveLine live(**assembly);
    Access access(configuration.state, clock);
    StatusService service(**assembly, catalog(), access, runtime_directory(process_environment()));
    web::WebService web(
        **assembly, catalog(), access,
        {.reload = [&](http::Reply reply) { service.desk().wait(std::move(reply)); },
         .replay = [&](const http::Request& request, http::Reply reply) { service.replay(request, reply); }});
    service.hand_api_to(web.handler());
    const RunOptions reload{.load =
                                [file = options.config_file] {
                                  return find_and_load_configuration(file, catalog(), process_environment());
                                },
                            .adopted =
                                [&](const Configuration& adopted) {
                                  log::set_level(log_level(options, adopted));
                                  service.adopt(adopted);
                                  web.adopt(adopted);
                                },
                            .requested = [&](std::uint64_t ticket) { service.desk().requested(ticket); },
                            .verdict =
                                [&](std::uint64_t ticket, const std::vector<std::string>& problems) {
                                  service.desk().verdict(ticket, problems);
                                }};
    const RunResult result = run(**assembly, signals, reload);
    code = exit_code_after(result);
    if (!result.orderly) {
      // Threads that did not come back still use the parts, the line among them: end the process without
      // taking those apart. The spool is consistent at any moment.
      standard_error().flush(last_lines_timeout);
      _exit(code);
    }
  }
  log::info("collector", "stopped");
  return code;
}

}  // namespace collector
