#include "collector/app/run.h"

#include <malloc.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "collector/app/run_shutdown.h"
#include "collector/app/service_manager.h"
#include "collector/app/timer.h"
#include "collector/app/watchdog.h"
#include "collector/core/log.h"
#include "collector/core/plural.h"
#include "collector/core/units.h"

namespace collector {
namespace {

// After a reload sinks come and go: looked after this often, for so long; later with each tick.
constexpr std::chrono::milliseconds settling_step(50);
// Who asks for the open window while the writer is at work is answered as soon as it is not.
constexpr std::chrono::milliseconds writing_step(20);
constexpr Duration settling_time = std::chrono::seconds(10);

class Running {
 public:
  Running(Assembly& assembly, SignalSource& signals, const RunOptions& options)
      : assembly_(assembly),
        signals_(signals),
        options_(options),
        reloader_(options.load, assembly.configuration()),
        watchdog_(manager_, assembly.clock().now().boot) {}

  // Ticks until a stop signal; 0. Or until the loop can't wait any more; why, as an errno.
  int loop() {
    tick();
    tell_ready();
    while (true) {
      if (const int error = wait(); error != 0) return error;
      if (!handle_signals()) return 0;
      if (auto outcome = reloader_.take()) reload(*outcome);
      assembly_.loop().step();
      tell_ready();
      if (timer_.fired()) tick_if_due();
      tell_open_window();
      assembly_.sinks().step();
      watch();
      if (assembly_.is_replaced()) {
        log::error("collector", "stopping: another collector has taken its state directory");
        return 0;
      }
    }
  }

  RunResult shut_down(int broken) {
    manager_.stopping("stopping", assembly_.configuration().shutdown_deadline + std::chrono::seconds(1));
    RunResult result = collector::shut_down(assembly_, reloader_, signals_);
    result.broken = broken;
    return result;
  }

 private:
  void tick() {
    Loop& loop = assembly_.loop();
    loop.tick();
    // Every sampler, the writer and the sinks have run once: what only starting needed of the heap goes back.
    constexpr std::uint64_t started = 5;
    if (loop.figures().ticks == started) malloc_trim(0);
    set_timer();
  }

  // Once every sampler has answered, so that all that happens from then on is counted; or has had its time.
  void tell_ready() {
    constexpr Duration timeout = std::chrono::seconds(1);
    if (ready_ || assembly_.loop().is_open()) return;
    const bool in_time = assembly_.clock().now().boot < begun_ + timeout;
    if (in_time && assembly_.loop().awaits_first_answers()) return;
    manager_.ready(summary());
    ready_ = true;
  }

  void tell_open_window() {
    if (!assembly_.open_window().is_awaited()) return;
    if (auto rows = assembly_.loop().unwritten()) assembly_.open_window().tell(std::move(*rows));
  }

  // The timer also fires for the watchdog, where ticks are rare.
  void tick_if_due() {
    if (assembly_.clock().now().boot >= next_tick_)
      tick();
    else
      timer_.set(watchdog_.wake_before(next_tick_));
  }

  void set_timer() {
    next_tick_ = assembly_.loop().next_tick(assembly_.clock().now());
    timer_.set(watchdog_.wake_before(next_tick_));
  }

  // 0, or the errno of waiting itself.
  int wait() {
    const bool settling = assembly_.sinks().settling() && assembly_.clock().now().boot < settling_until_;
    std::array<pollfd, 4> events{{{timer_.descriptor(), POLLIN, 0},
                                  {signals_.descriptor(), POLLIN, 0},
                                  {reloader_.descriptor(), POLLIN, 0},
                                  {assembly_.loop().answers(), POLLIN, 0}}};
    int timeout = settling ? static_cast<int>(settling_step.count()) : -1;
    // The writer is done in a moment.
    if (assembly_.open_window().is_awaited()) timeout = static_cast<int>(writing_step.count());
    if (const auto ends_by = assembly_.loop().ends_by()) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(*ends_by - assembly_.clock().now().boot);
      const int most = static_cast<int>(std::max<std::int64_t>(left.count(), 0));
      timeout = timeout < 0 ? most : std::min(timeout, most);
    }
    if (poll(events.data(), events.size(), timeout) >= 0 || errno == EINTR) return 0;
    const int error = errno;
    log::error("loop", "poll: {}: the collector stops and has to be started again", std::strerror(error));
    return error;
  }

  // False: a signal to end came.
  bool handle_signals() {
    while (const auto signal = signals_.next()) {
      if (ends(*signal)) {
        log::info("collector", "stopping: {}", signals_.last());
        return false;
      }
      manager_.reloading("reading the configuration");
      requested_by_ = signals_.last();
      const std::uint64_t ticket = reloader_.request();
      if (options_.requested) options_.requested(ticket);
    }
    return true;
  }

  void reload(const ReloadOutcome& outcome) {
    const std::string cause = outcome.requested ? requested_by_ : "the file has changed";
    std::vector<Problem> problems;
    if (outcome.configuration) {
      const Duration interval = assembly_.loop().interval();
      const auto plan = assembly_.reload(*outcome.configuration);
      if (plan) {
        log::info("config", "reloaded ({}): {}", cause, plan->text());
        settling_until_ = assembly_.clock().now().boot + settling_time;
        if (options_.adopted) options_.adopted(assembly_.configuration());
        // Only then: set anew at any moment, a tick that is about to come would be passed over.
        if (interval != assembly_.loop().interval()) set_timer();
      } else {
        problems = plan.error();
      }
    } else {
      problems = outcome.configuration.error();
      assembly_.status().set_configuration_error(texts_of(problems));
    }
    for (const Problem& problem : problems)
      log::error("config", "{}", problem.text());
    if (!problems.empty())
      log::error("config", "not reloaded ({}): the previous configuration stays in force", cause);
    if (options_.verdict) options_.verdict(outcome.ticket, texts_of(problems));
    manager_.ready(problems.empty() ? summary() : "the configuration has errors: " + problems.front().text());
  }

  void watch() {
    const BootTime now = assembly_.clock().now().boot;
    if (!watchdog_.due(now)) return;
    const WriterFigures writer = assembly_.writer().figures();
    watchdog_.look(now, {.ticks = assembly_.loop().figures().ticks,
                         .interval = assembly_.loop().interval(),
                         .writer_idle = writer.idle,
                         .writer_attempts = writer.batches + writer.failures});
    timer_.set(watchdog_.wake_before(next_tick_));
  }

  std::string summary() const {
    const Configuration& configuration = assembly_.configuration();
    return fmt::format("a tick every {}; {}, {}", format_duration(configuration.interval),
                       counted(configuration.samplers.size(), "sampler"),
                       counted(configuration.sinks.size(), "sink"));
  }

  Assembly& assembly_;
  SignalSource& signals_;
  const RunOptions& options_;
  ServiceManager manager_{service_environment()};
  Reloader reloader_;
  Watchdog watchdog_;
  Timer timer_;
  bool ready_ = false;  // told the service manager
  BootTime begun_ = assembly_.clock().now().boot;
  BootTime next_tick_{};
  BootTime settling_until_{};
  std::string requested_by_;
};

}  // namespace

RunResult run(Assembly& assembly, SignalSource& signals, const RunOptions& options) {
  assembly.writer().start();
  assembly.sinks().start();
  assembly.sinks().step();
  Running running(assembly, signals, options);
  const int error = running.loop();
  // What is there now is the other one's: nothing more is written, not even removed.
  if (assembly.is_replaced()) return {.broken = error, .orderly = false, .replaced = true, .late = {}};
  return running.shut_down(error);
}

}  // namespace collector
