#include "collector/app/loop.h"

#include <utility>

namespace collector {
namespace {

constexpr Duration sweep_every = std::chrono::hours(1);
constexpr Duration idle_after = std::chrono::hours(24);

}  // namespace

Loop::Loop(LoopSettings settings, const Clock& clock, std::vector<SamplerSlot>& slots, Pipeline& pipeline,
           SnapshotBoard& board, Writer& writer)
    : settings_(std::move(settings)),
      clock_(clock),
      slots_(slots),
      pipeline_(pipeline),
      board_(board),
      writer_(writer) {}

void Loop::sample(Instant now) {
  for (SamplerSlot& slot : slots_) {
    const Sample* sample = slot.poll(now);
    if (sample == nullptr) continue;
    pipeline_.take(*sample, slot.interval());
    board_.take(*sample);
  }
}

void Loop::tick() {
  const Instant now = clock_.now();
  const std::uint64_t tick = ++ticks_;
  if (tick > 1 && now.boot - last_tick_ > 2 * settings_.interval) ++late_ticks_;
  last_tick_ = now.boot;
  sample(now);
  board_.publish(tick, now);
  close_window(now);
  if (!baselines_stored_ && writer_.can_accept()) {
    // From here on a crash costs no counter bytes: the next start counts from these.
    writer_.submit(Batch{}, pipeline_.new_baselines());
    baselines_stored_ = true;
  }
  if (now.boot >= next_sweep_) {
    if (next_sweep_ != BootTime{}) board_.forget_idle(now.boot, idle_after);
    next_sweep_ = now.boot + sweep_every;
  }
}

void Loop::close_window(Instant now) {
  const auto closed = pipeline_.close(now, writer_.can_accept(), pending_);
  if (!closed) return;
  const Duration length = closed->end - closed->start;
  const bool first = windows_++ == 0;
  if (length > settings_.window) ++grown_windows_;
  pending_length_ += length;
  const bool boundary = closed->end.time_since_epoch() % settings_.flush == Duration::zero();
  if (first || boundary || pending_length_ >= settings_.flush) flush();
}

void Loop::flush() {
  pending_.labels = settings_.labels;
  writer_.submit(std::exchange(pending_, Batch{}), pipeline_.changed_baselines());
  pending_length_ = Duration::zero();
}

bool Loop::finish(Duration patience) {
  if (!writer_.can_accept() && !writer_.drain(patience)) return false;
  pipeline_.finish(clock_.now(), pending_);
  flush();
  return true;
}

BootTime Loop::next_tick(Instant now) const {
  const auto since_midnight = now.wall.time_since_epoch();
  Duration wait = settings_.interval - since_midnight % settings_.interval;
  // A timer that fired a hair before the boundary must not make two ticks of one.
  if (wait < settings_.interval / 4) wait += settings_.interval;
  return now.boot + wait;
}

LoopFigures Loop::figures() const {
  return {ticks_, late_ticks_, windows_, grown_windows_};
}

}  // namespace collector
