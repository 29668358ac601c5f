#include "sinks/runner.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "collector/core/detachable_thread.h"
#include "sinks/runner_delivery.h"
#include "sinks/runner_record.h"

namespace collector {
namespace {

// A sink that is not hung gets this long to return when its runner is destroyed.
constexpr Duration grace = std::chrono::seconds(1);
constexpr Duration look_again = std::chrono::milliseconds(10);
// Longer pauses are slept in pieces: a machine that was suspended finds out soon after that a slot has come.
constexpr Duration longest_nap = std::chrono::minutes(1);

}  // namespace

class Runner::Implementation : public std::enable_shared_from_this<Implementation> {
 public:
  Implementation(RunnerSettings settings, std::unique_ptr<Sink> sink, Spool& spool, const Clock& clock)
      : settings_(std::move(settings)), sink_(std::move(sink)), spool_(spool), clock_(clock) {}

  void start() {
    if (!thread_.started())
      thread_.start("sink/" + settings_.name, [self = shared_from_this()] { self->run(); });
  }

  void stop(Duration deadline) {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
      deadline_ = clock_.now().boot + deadline;
    }
    changed_.notify_all();
    spool_.interrupt(settings_.name);
  }

  bool wait_stopped(Duration at_most) { return thread_.join(at_most); }

  bool abandon() {
    if (thread_.ended()) return true;
    const std::lock_guard lock(mutex_);
    abandoned_ = abandoned_ || in_sink_;
    return abandoned_;
  }

  void let_go() {
    if (thread_.ended() || is_abandoned()) return;
    stop(Duration{});
    if (thread_.join(grace)) return;
    // Everything but a call of the sink is known to end.
    while (!abandon() && !thread_.join(look_again))
      continue;
  }

  Outcome deliver_once(bool force, Duration at_most);
  RunnerFigures figures() const { return record_.copy(); }

 private:
  bool is_abandoned() const {
    const std::lock_guard lock(mutex_);
    return abandoned_;
  }
  void run();
  bool deliver();
  std::optional<Delivery::Mode> mode() const;
  void nap(Duration pause);
  SinkCalls watched_calls();

  const RunnerSettings settings_;
  const std::unique_ptr<Sink> sink_;
  Spool& spool_;
  const Clock& clock_;
  RunnerRecord record_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  DetachableThread thread_;
  bool stopping_ = false;
  BootTime deadline_{};
  bool in_sink_ = false;
  bool abandoned_ = false;
};

SinkCalls Runner::Implementation::watched_calls() {
  return {.entering =
              [this] {
                const std::lock_guard lock(mutex_);
                in_sink_ = true;
              },
          .leaving =
              [this] {
                const std::lock_guard lock(mutex_);
                in_sink_ = false;
                return !abandoned_;
              }};
}

// Nothing: the time is up.
std::optional<Delivery::Mode> Runner::Implementation::mode() const {
  const std::lock_guard lock(mutex_);
  if (!stopping_) return Delivery::Mode::normal;
  if (!settings_.sync_at_shutdown || clock_.now().boot >= deadline_) return std::nullopt;
  return Delivery::Mode::drain;
}

void Runner::Implementation::nap(Duration pause) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, std::min(pause, longest_nap), [this] { return stopping_; });
}

// False: abandoned.
bool Runner::Implementation::deliver() {
  Delivery delivery(settings_, *sink_, spool_, clock_, record_, watched_calls());
  while (const auto chosen = mode()) {
    const auto next = delivery.step(*chosen);
    if (next.kind == Delivery::Next::Kind::abandoned) return false;
    if (next.kind == Delivery::Next::Kind::step) continue;
    if (chosen == Delivery::Mode::drain) break;  // nothing is left, or it does not work
    if (next.kind == Delivery::Next::Kind::batch)
      spool_.wait(settings_.name, next.number, next.pause);
    else
      nap(next.pause);
  }
  return delivery.finish();
}

void Runner::Implementation::run() {
  if (deliver()) record_.set_state(RunnerState::stopped);
}

Runner::Outcome Runner::Implementation::deliver_once(bool force, Duration at_most) {
  const SinkCalls unwatched{.entering = [] {}, .leaving = [] { return true; }};
  Delivery delivery(settings_, *sink_, spool_, clock_, record_, unwatched);
  const Instant begin = clock_.now();
  if (!force && !delivery.is_due(begin.wall)) return Outcome::not_due;
  Outcome outcome = Outcome::unreachable;
  int tries = 0;
  while (clock_.now().boot - begin.boot < at_most) {
    const auto next = delivery.step(Delivery::Mode::drain);
    if (next.kind == Delivery::Next::Kind::step) continue;
    if (next.kind == Delivery::Next::Kind::batch) {
      outcome = Outcome::delivered;
      break;
    }
    if (++tries == Slots::most_tries || clock_.now().boot - begin.boot + next.pause >= at_most) break;
    if (settings_.pause)
      settings_.pause(next.pause);
    else
      std::this_thread::sleep_for(next.pause);
  }
  delivery.finish();
  record_.set_state(RunnerState::stopped);
  // Refused rows need somebody; what could not be reached the next run tries again.
  return record_.copy().rejected_rows > 0 ? Outcome::rejected : outcome;
}

Runner::Runner(RunnerSettings settings, std::unique_ptr<Sink> sink, Spool& spool, const Clock& clock)
    : settings_(settings),
      implementation_(std::make_shared<Implementation>(std::move(settings), std::move(sink), spool, clock)) {}
Runner::~Runner() {
  implementation_->let_go();
}
void Runner::start() {
  implementation_->start();
}
void Runner::stop(Duration deadline) {
  implementation_->stop(deadline);
}
bool Runner::abandon() {
  return implementation_->abandon();
}
bool Runner::wait_stopped(Duration at_most) {
  return implementation_->wait_stopped(at_most);
}
Runner::Outcome Runner::deliver_once(bool force, Duration at_most) {
  return implementation_->deliver_once(force, at_most);
}
RunnerFigures Runner::figures() const {
  return implementation_->figures();
}

}  // namespace collector
