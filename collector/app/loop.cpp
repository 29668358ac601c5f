#include "collector/app/loop.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "collector/app/status_board.h"

namespace collector {
namespace {

constexpr Duration sweep_every = std::chrono::hours(1);
constexpr Duration shortest_idle = std::chrono::hours(1);

// Some readings of the slowest sampler.
Duration idle_time(const std::vector<SamplerSlot>& slots) {
  Duration idle = shortest_idle;
  for (const SamplerSlot& slot : slots)
    idle = std::max(idle, 3 * slot.interval());
  return idle;
}

}  // namespace

std::string series_limit_text(std::size_t limit) {
  return fmt::format(
      "{} series are there (series_limit): the bytes of further ones are counted in one series tagged other; "
      "raise series_limit, or exclude what comes and goes",
      limit);
}

Loop::Loop(LoopSettings settings, const LoopParts& parts)
    : settings_(std::move(settings)),
      clock_(parts.clock),
      series_(parts.series),
      slots_(parts.slots),
      pipeline_(parts.pipeline),
      board_(parts.board),
      status_(parts.status),
      writer_(parts.writer),
      idle_after_(idle_time(parts.slots)) {}

void Loop::adopt(LoopSettings settings) {
  settings_ = std::move(settings);
  idle_after_ = idle_time(slots_);
}

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
  sweep(now.boot);
  watch_series_limit(now.boot);
  report(now);
}

void Loop::report(Instant now) {
  status_.begin_tick();
  for (const SamplerSlot& slot : slots_)
    status_.sampler(slot.name(), slot.interval(), slot.figures());
  status_.end_tick({.when = now,
                    .took = clock_.now().boot - now.boot,
                    .interval = settings_.interval,
                    .loop = figures(),
                    .pipeline = pipeline_.figures(),
                    .window_start = pipeline_.window_start(),
                    .series = series_.size(),
                    .series_limit = series_.capacity()});
}

// Once nobody holds a series any more, its place is free: the pipeline lets go of idle ones by itself,
// samplers and sinks hold what is there.
void Loop::sweep(BootTime now) {
  if (now < next_sweep_) return;
  if (next_sweep_ != BootTime{}) {
    board_.forget_idle(now, idle_after_);
    series_.sweep();
  }
  next_sweep_ = now + sweep_every;
}

void Loop::watch_series_limit(BootTime now) {
  if (const std::uint64_t folded = series_.folded(); folded != folded_) {
    folded_ = folded;
    series_limit_.report(now, series_limit_text(series_.capacity()));
  } else if (series_limit_.active() && series_.size() < series_.capacity()) {
    series_limit_.clear(now, "there is room for new series again");
  }
}

void Loop::close_window(Instant now) {
  const bool begins = pending_.rows.empty();
  const auto closed = pipeline_.close(now, writer_.can_accept(), pending_);
  if (!closed) return;
  // Windows that wait for their flush keep the labels that were in force when the batch began.
  if (begins) pending_.labels = settings_.labels;
  const Duration length = closed->end - closed->start;
  const bool first = windows_++ == 0;
  if (length > settings_.window) ++grown_windows_;
  pending_length_ += length;
  const bool boundary = closed->end.time_since_epoch() % settings_.flush == Duration::zero();
  if (first || boundary || pending_length_ >= settings_.flush) flush();
}

void Loop::flush() {
  writer_.submit(std::exchange(pending_, Batch{}), pipeline_.changed_baselines());
  pending_length_ = Duration::zero();
}

void Loop::take_first(SamplerSlot& slot) {
  if (const Sample* sample = slot.poll(clock_.now())) pipeline_.take(*sample, slot.interval());
}

void Loop::take_last(SamplerSlot& slot) {
  constexpr int most = 100;  // of one that always has more to tell
  for (int i = 0; i < most; ++i) {
    const Sample* sample = slot.finish();
    if (sample == nullptr) return;
    pipeline_.take(*sample, slot.interval());
  }
}

bool Loop::finish(Duration patience) {
  if (!writer_.can_accept() && !writer_.drain(patience)) return false;
  for (SamplerSlot& slot : slots_)
    take_last(slot);
  if (pending_.rows.empty()) pending_.labels = settings_.labels;
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
  return {ticks_, late_ticks_, windows_, grown_windows_, series_.folded()};
}

}  // namespace collector
