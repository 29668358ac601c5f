#include "collector/app/loop.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "collector/app/status_board.h"
#include "collector/core/units.h"
#include "collector/pipeline/row_order.h"

namespace collector {
namespace {

constexpr Duration sweep_every = std::chrono::hours(1);
constexpr std::size_t sweep_surplus = 1000;  // series that are swept out before that
// A tick stays open for the answers of threads: a part of the interval, at most so long.
constexpr int open_part = 10;
constexpr Duration longest_open = std::chrono::milliseconds(100);
// A sampler that was taken out has so long to tell the last.
constexpr Duration retirement = std::chrono::seconds(10);

}  // namespace

std::string series_limit_text(std::size_t limit) {
  return fmt::format(
      "the limit of {} series is reached (series_limit): the bytes of all further series are counted in one "
      "series tagged other; raise series_limit, or exclude what comes and goes",
      limit);
}

Loop::Loop(LoopSettings settings, const LoopParts& parts)
    : settings_(std::move(settings)),
      clock_(parts.clock),
      series_(parts.surroundings.series),
      slots_(parts.slots),
      pipeline_(parts.pipeline),
      board_(parts.board),
      traffic_(parts.traffic),
      status_(parts.status),
      writer_(parts.writer),
      answers_(parts.surroundings.answered),
      power_(parts.surroundings.files),
      idle_after_(idle_time()) {
  pipeline_.listen(board_);
  pipeline_.listen(traffic_);
  watch_power(clock_.now().boot);
}

void Loop::adopt(LoopSettings settings) {
  settings_ = std::move(settings);
  const BootTime now = clock_.now().boot;
  if (!looks_at_power()) power_.forget();
  watch_power(now);
  stretch_slots(now);
  idle_after_ = idle_time();
}

void Loop::consume(const SamplerSlot& slot, const Sample& sample) {
  if (slot.figures().samples == 1) first_readings_ = true;
  pipeline_.take(sample, slot.interval());
}

// Threads first: they work while the others are read.
void Loop::sample(Instant now) {
  for (const bool blocking : {true, false})
    for (SamplerSlot& slot : slots_) {
      if (slot.type().blocking != blocking || replaces_one_that_ends(slot)) continue;
      while (const Sample* sample = slot.poll(now))
        consume(slot, *sample);
    }
}

void Loop::collect() {
  answers_.clear();
  for (SamplerSlot& slot : slots_)
    if (const Sample* sample = slot.collect()) consume(slot, *sample);
  step_retired();
}

bool Loop::awaited() const {
  return std::ranges::any_of(slots_, &SamplerSlot::awaited);
}

bool Loop::awaits_first_answers() const {
  return std::ranges::any_of(slots_, [](const SamplerSlot& slot) {
    return slot.awaited() && slot.figures().samples + slot.figures().failures == 0;
  });
}

void Loop::tick() {
  if (open_) end_tick();
  const Instant now = clock_.now();
  const std::uint64_t tick = ++ticks_;
  if (tick > 1 && now.boot - last_tick_ > 2 * interval()) ++late_ticks_;
  last_tick_ = now.boot;
  open_ = {now, now.boot + std::min<Duration>(interval() / open_part, longest_open), {}};
  sample(now);
  open_->worked = clock_.now().boot - now.boot;
  step();
}

void Loop::step() {
  const BootTime begin = clock_.now().boot;
  collect();
  if (!open_) return;
  const BootTime now = clock_.now().boot;
  open_->worked += now - begin;
  if (!awaited() || now >= open_->ends_by) end_tick();
}

std::optional<BootTime> Loop::ends_by() const {
  return open_ ? std::optional(open_->ends_by) : std::nullopt;
}

void Loop::end_tick() {
  OpenTick tick = *open_;
  open_.reset();
  const BootTime begin = clock_.now().boot;
  board_.publish(ticks_, tick.now);
  read_ = tick.now;
  traffic_.publish();
  close_window(tick.now);
  store_first_baselines();
  sweep(tick.now.boot);
  watch_series_limit(tick.now.boot);
  tick.worked += clock_.now().boot - begin;
  report(tick);
  // Last: this tick was one of the interval before.
  watch_power(tick.now.boot);
}

// From here on a crash costs no counter bytes: the next start counts from these.
void Loop::store_first_baselines() {
  if (!first_readings_ || !writer_.can_accept()) return;
  writer_.submit(Batch{}, pipeline_.new_baselines());
  first_readings_ = false;
}

void Loop::report(const OpenTick& tick) {
  status_.begin_tick();
  for (const SamplerSlot& slot : slots_)
    status_.sampler(slot.name(), slot.interval(), slot.figures());
  status_.end_tick({.when = tick.now,
                    .took = tick.worked,
                    .interval = interval(),
                    .flush = flush_every(),
                    .power = looks_at_power() ? power_.power() : std::nullopt,
                    .loop = figures(),
                    .pipeline = pipeline_.figures(),
                    .window_start = pipeline_.window_start(),
                    .series = series_.size(),
                    .series_limit = series_.capacity()});
}

// Once nobody holds a series any more, its place is free: the pipeline lets go of idle ones by itself,
// samplers and sinks hold what is there. Where many come and go, that is not left to gather for an hour.
void Loop::sweep(BootTime now) {
  const bool due = now >= next_sweep_;
  if (!due && series_.size() < sweep_at_) return;
  if (due && next_sweep_ != BootTime{}) board_.forget_idle(now, idle_after_);
  series_.sweep();
  sweep_at_ = series_.size() + series_.size() / 4 + sweep_surplus;
  if (due) next_sweep_ = now + sweep_every;
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
  const bool boundary = closed->end.time_since_epoch() % flush_every() == Duration::zero();
  const bool full = pending_.rows.size() >= most_pending_rows;
  if (first || boundary || full || pending_length_ >= flush_every()) flush();
}

void Loop::flush() {
  sort_rows(pending_);
  writer_.submit(std::exchange(pending_, Batch{}), pipeline_.changed_baselines());
  pending_length_ = Duration::zero();
}

void Loop::take_first(SamplerSlot& slot) {
  if (replaces_one_that_ends(slot)) return;
  while (const Sample* sample = slot.poll(clock_.now()))
    consume(slot, *sample);
}

bool Loop::replaces_one_that_ends(const SamplerSlot& slot) const {
  return std::ranges::any_of(retired_, [&](const Retired& old) { return old.slot.name() == slot.name(); });
}

// True: that was all.
bool Loop::take_last(SamplerSlot& slot, Duration timeout) {
  constexpr int most = 100;  // of one that always has more to tell
  for (int i = 0; i < most; ++i) {
    const auto [ending, sample] = slot.finish(timeout);
    if (ending != SamplerSlot::Ending::sample) return ending == SamplerSlot::Ending::over;
    pipeline_.take(*sample, slot.interval());
  }
  return true;
}

void Loop::retire(SamplerSlot slot) {
  if (take_last(slot, Duration::zero()))
    slot.release();
  else
    retired_.push_back({std::move(slot), clock_.now().boot + retirement});
}

void Loop::step_retired() {
  for (auto old = retired_.begin(); old != retired_.end();) {
    const bool over = take_last(old->slot, Duration::zero());
    if (!over && clock_.now().boot < old->until) {
      ++old;
      continue;
    }
    const std::string name = old->slot.name();
    if (!over)
      log::warning(name,
                   "replaced without a last reading, because the kernel has not answered for {}: what was "
                   "deleted since then is not counted",
                   format_duration(retirement));
    const auto successor = std::ranges::find(slots_, name, &SamplerSlot::name);
    if (over && successor != slots_.end()) successor->succeed(old->slot);
    old->slot.release();
    old = retired_.erase(old);
    if (successor != slots_.end()) take_first(*successor);
  }
}

bool Loop::finish_samplers(Duration timeout) {
  if (open_) {
    collect();
    end_tick();
  }
  bool all = true;
  for (Retired& old : retired_)
    all = take_last(old.slot, timeout) && all;
  for (SamplerSlot& slot : slots_)
    if (!replaces_one_that_ends(slot)) all = take_last(slot, timeout) && all;
  return all;
}

bool Loop::finish(Duration timeout) {
  finish_samplers(Duration::zero());
  // A tick that was open may have handed over its own.
  if (!writer_.can_accept() && !writer_.drain(timeout)) return false;
  if (pending_.rows.empty()) pending_.labels = settings_.labels;
  pipeline_.finish(clock_.now(), pending_);
  flush();
  return true;
}

std::optional<history::UnwrittenRows> Loop::unwritten() const {
  if (open_) return std::nullopt;
  auto undurable = writer_.undurable();
  if (!undurable) return std::nullopt;
  history::UnwrittenRows rows{undurable->after, read_.wall, std::move(undurable->batches)};
  if (!pending_.rows.empty()) rows.batches.push_back(std::make_shared<const Batch>(pending_));
  Batch now;
  now.labels = settings_.labels;
  pipeline_.peek(read_, now);
  if (!now.rows.empty()) rows.batches.push_back(std::make_shared<const Batch>(std::move(now)));
  return rows;
}

BootTime Loop::next_tick(Instant now) const {
  const auto since_midnight = now.wall.time_since_epoch();
  Duration wait = interval() - since_midnight % interval();
  // A timer that fired a hair before the boundary must not make two ticks of one.
  if (wait < interval() / 4) wait += interval();
  return now.boot + wait;
}

LoopFigures Loop::figures() const {
  return {.ticks = ticks_,
          .late_ticks = late_ticks_,
          .windows = windows_,
          .grown_windows = grown_windows_,
          .folded_series = series_.folded()};
}

}  // namespace collector
