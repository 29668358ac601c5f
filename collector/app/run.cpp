#include "collector/app/run.h"

#include <poll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "collector/app/startup_memory.h"
#include "collector/core/log.h"
#include "collector/core/units.h"

namespace collector {
namespace {

// A one-shot timer on CLOCK_BOOTTIME: fires at once after a suspend, and no step of the wall clock moves it.
class Timer {
 public:
  Timer() : descriptor_(timerfd_create(CLOCK_BOOTTIME, TFD_NONBLOCK | TFD_CLOEXEC)) {}
  ~Timer() { close(descriptor_); }
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  int descriptor() const { return descriptor_; }
  void set(BootTime when) {
    const auto since_boot = when.time_since_epoch();
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(since_boot);
    itimerspec spec{};
    spec.it_value = {seconds.count(), (since_boot - seconds).count()};
    timerfd_settime(descriptor_, TFD_TIMER_ABSTIME, &spec, nullptr);
  }
  bool fired() {
    std::uint64_t count = 0;
    return read(descriptor_, &count, sizeof count) == sizeof count;
  }

 private:
  int descriptor_;
};

// Ticks until a stop signal.
void loop_until_stopped(Assembly& assembly, SignalSource& signals) {
  Loop& loop = assembly.loop();
  const Clock& clock = assembly.clock();
  Timer timer;
  loop.tick();
  timer.set(loop.next_tick(clock.now()));
  while (true) {
    std::array<pollfd, 2> events{{{timer.descriptor(), POLLIN, 0}, {signals.descriptor(), POLLIN, 0}}};
    if (poll(events.data(), events.size(), -1) < 0 && errno != EINTR) {
      log::error("loop", "poll: {}", std::strerror(errno));
      return;
    }
    while (const auto signal = signals.next()) {
      if (*signal == SignalEvent::stop) {
        log::info("collector", "stopping: {}", signals.last());
        return;
      }
      log::warning("config", "SIGHUP: a changed configuration takes effect at the next start");
    }
    if (!timer.fired()) continue;
    loop.tick();
    // By then every sampler, the writer and the sinks have run once.
    constexpr std::uint64_t started = 5;
    if (loop.figures().ticks == started) release_startup_memory();
    timer.set(loop.next_tick(clock.now()));
  }
}

// One deadline for everything that has to end; a second stop signal brings it forward to now.
class Deadline {
 public:
  Deadline(const Clock& clock, Duration allowed, SignalSource& signals)
      : clock_(clock), signals_(signals), end_(clock.now().boot + allowed) {}

  Duration left() {
    while (const auto signal = signals_.next())
      if (*signal == SignalEvent::stop) end_ = BootTime{};
    return std::max<Duration>(Duration::zero(), end_ - clock_.now().boot);
  }
  // Calls `done(at_most)` in short slices until it says true or the time is up.
  template <typename Done>
  bool wait_for(Done done) {
    constexpr Duration slice = std::chrono::milliseconds(100);
    while (true) {
      const Duration remaining = left();
      if (done(std::min(slice, remaining))) return true;
      if (remaining == Duration::zero()) return false;
    }
  }

 private:
  const Clock& clock_;
  SignalSource& signals_;
  BootTime end_;
};

RunResult shut_down(Assembly& assembly, SignalSource& signals) {
  RunResult result;
  const auto late = [&](std::string name) {
    result.orderly = false;
    result.late.push_back(std::move(name));
  };
  Deadline deadline(assembly.clock(), assembly.configuration().shutdown_deadline, signals);
  // The last window needs room at the writer; a writer that is stuck must not take all the time there is.
  Writer& writer = assembly.writer();
  const bool room = writer.can_accept() || deadline.wait_for([&](Duration slice) {
    return writer.drain(slice) || writer.can_accept();
  });
  if (!room || !assembly.loop().finish(Duration::zero()))
    late("the last window (its counters will be recovered)");
  if (!deadline.wait_for([&](Duration slice) { return writer.drain(slice); })) late("writer");
  for (auto& runner : assembly.runners())
    runner->stop(deadline.left());
  for (auto& runner : assembly.runners())
    if (!deadline.wait_for([&](Duration slice) { return runner->wait_stopped(slice); }))
      late("sink " + runner->name());
  if (!writer.stop(deadline.left())) late("spool");
  if (result.orderly)
    if (auto closed = assembly.spool().close(); !closed)
      log::warning("spool", "{}", closed.error().error.text());
  for (const std::string& name : result.late)
    log::error("shutdown", "not finished within {}: {}",
               format_duration(assembly.configuration().shutdown_deadline), name);
  return result;
}

}  // namespace

RunResult run(Assembly& assembly, SignalSource& signals) {
  assembly.writer().start();
  for (auto& runner : assembly.runners())
    runner->start();
  loop_until_stopped(assembly, signals);
  return shut_down(assembly, signals);
}

}  // namespace collector
