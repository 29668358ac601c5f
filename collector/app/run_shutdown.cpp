#include "collector/app/run_shutdown.h"

#include <algorithm>
#include <utility>

#include "collector/core/log.h"
#include "collector/core/units.h"

namespace collector {
namespace {

// One deadline for everything that has to end; a second stop signal brings it forward to now. What comes
// right behind the first is still the first: `timeout`, and shells that pass on what is typed, send it twice.
class Deadline {
 public:
  Deadline(const Clock& clock, Duration allowed, SignalSource& signals)
      : clock_(clock), signals_(signals), begun_(clock.now().boot), end_(begun_ + allowed) {}

  Duration left() {
    constexpr Duration same_wish = std::chrono::milliseconds(250);
    const BootTime now = clock_.now().boot;
    while (const auto signal = signals_.next())
      if (*signal == SignalEvent::stop && now - begun_ > same_wish) hurried_ = true;
    return hurried_ ? Duration::zero() : std::max<Duration>(Duration::zero(), end_ - now);
  }
  bool hurried() const { return hurried_; }
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
  BootTime begun_;
  BootTime end_;
  bool hurried_ = false;  // by a second signal
};

}  // namespace

RunResult shut_down(Assembly& assembly, Reloader& reloader, SignalSource& signals) {
  RunResult result;
  const auto late = [&](std::string name) {
    result.orderly = false;
    result.late.push_back(std::move(name));
  };
  Deadline deadline(assembly.clock(), assembly.configuration().shutdown_deadline, signals);
  // Asked as early as can be, who is idle has ended long before others have used up the deadline.
  reloader.ask_to_stop();
  // The last window needs room at the writer; a writer that is stuck must not take all the time there is.
  Writer& writer = assembly.writer();
  if (!writer.can_accept())
    deadline.wait_for([&](Duration slice) { return writer.drain(slice) || writer.can_accept(); });
  // Bytes of interfaces that are gone can't be read later. But a kernel that does not answer must leave time
  // for the rest.
  const Duration half = deadline.left() / 2;
  const BootTime until = assembly.clock().now().boot + half;
  const bool told = deadline.wait_for([&](Duration slice) {
    return assembly.loop().finish_samplers(slice) || assembly.clock().now().boot >= until;
  });
  if (!told || !assembly.loop().finish_samplers(Duration::zero()))
    late("the samplers' last readings (what was deleted meanwhile is not counted)");
  if (!deadline.wait_for([&](Duration slice) { return assembly.loop().finish(slice); }))
    late("the last window (its counters will be recovered)");
  if (!deadline.wait_for([&](Duration slice) { return writer.drain(slice); })) late("writer");
  writer.ask_to_stop();
  const auto runners = assembly.sinks().runners();
  for (const auto& runner : runners)
    runner->stop(deadline.left());
  for (const auto& runner : runners)
    if (!deadline.wait_for([&](Duration slice) { return runner->wait_stopped(slice); }))
      late("sink " + runner->name());
  // They were told long ago; who has not ended by now is in a call of its target.
  for (const auto& runner : assembly.sinks().leaving())
    if (!runner->wait_stopped(Duration::zero()))
      late("sink " + runner->name() + " as it was before a reload");
  // For who has begun to end.
  constexpr Duration moment = std::chrono::milliseconds(200);
  if (!reloader.stop(std::max(deadline.left(), moment))) late("reading the configuration");
  if (!writer.stop(std::max(deadline.left(), moment))) late("spool");
  if (result.orderly)
    if (auto closed = assembly.spool().close(); !closed)
      log::warning("spool", "{}", closed.error().error.text());
  const std::string why =
      deadline.hurried()
          ? "not finished when a second signal came"
          : "not finished within " + format_duration(assembly.configuration().shutdown_deadline);
  for (const std::string& name : result.late)
    log::error("shutdown", "{}: {}", why, name);
  return result;
}

}  // namespace collector
