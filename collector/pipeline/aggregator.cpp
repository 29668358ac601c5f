#include "collector/pipeline/aggregator.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <vector>

namespace collector {
namespace {

using std::chrono::seconds;

constexpr Duration idle_after = std::chrono::hours(1);

// Whether a moment was told by another wall clock than the one that stamps the window: stepped meanwhile, in
// this process or between two. (The two clocks are slewed together, so they drift apart by far less than
// this.)
bool other_clock(const ClosedWindow& window, WallTime wall, BootTime boot) {
  const Duration apart = WallTime(boot.time_since_epoch() + window.offset) - wall;
  return boot < window.last_step || std::chrono::abs(apart) > std::chrono::seconds(1);
}

// A moment as the clock that stamps the window tells it.
WallTime told_by(const ClosedWindow& window, WallTime wall, BootTime boot) {
  return other_clock(window, wall, boot) ? WallTime(boot.time_since_epoch() + window.offset) : wall;
}

// Rows of a series tile the time line: one that goes on from the row before starts where that ended. One that
// does not starts where its numbers count from, though not within the row before.
WallTime row_start(const Accumulator& accumulator, const ClosedWindow& window) {
  std::optional<WallTime> previous_end;
  if (accumulator.row_end)
    previous_end =
        std::chrono::round<seconds>(told_by(window, *accumulator.row_end, accumulator.row_end_boot));
  if (previous_end && accumulator.since.boot <= accumulator.counted_to)
    return std::min(window.start, *previous_end);
  WallTime since =
      std::chrono::floor<seconds>(told_by(window, accumulator.since.wall, accumulator.since.boot));
  if (previous_end) since = std::max(since, *previous_end);
  return std::min(window.start, since);
}

}  // namespace

bool series_less(const Series& a, const Series& b) {
  if (const int order = a.measurement().name.compare(b.measurement().name); order != 0) return order < 0;
  return std::ranges::lexicographical_compare(a.tags(), b.tags());
}

Accumulator& Aggregator::find(const Series& series) {
  if (const auto found = by_series_.find(&series); found != by_series_.end()) return *found->second;
  auto& slot = by_series_[&series];
  slot = std::make_unique<Accumulator>();
  slot->series = series.shared_from_this();
  slot->sums.resize(series.measurement().fields.size());
  if (series.measurement().short_lived) slot->totals.resize(slot->sums.size());
  ordered_.push_back(slot.get());
  unordered_ = true;
  return *slot;
}

void Aggregator::drop_idle(BootTime before) {
  const auto is_over = [before](const Accumulator& one) { return one.ended || one.last_taken < before; };
  if (std::erase_if(ordered_, [&](const Accumulator* one) { return is_over(*one); }) > 0)
    std::erase_if(by_series_, [&](const auto& entry) { return is_over(*entry.second); });
  current_ = nullptr;
}

Aggregator::Aggregator() = default;
Aggregator::~Aggregator() = default;

void Aggregator::begin(const Series& series, Instant since, Instant taken, std::uint16_t flags) {
  Accumulator& accumulator = find(series);
  current_ = &accumulator;
  if (accumulator.samples == 0) {
    ++active_;
    accumulator.since = since;
  } else if (since.boot < accumulator.since.boot) {
    accumulator.since = since;
  }
  ++accumulator.samples;
  accumulator.ended = false;
  accumulator.flags |= flags;
  accumulator.last_taken = taken.boot;
}

void Aggregator::counter(std::size_t field, std::int64_t delta, std::int64_t total, Duration elapsed) {
  Sum& sum = current_->sums[field];
  if (!sum.present) sum.counter = {0, 0, 0};
  sum.present = true;
  sum.counter.delta += delta;
  sum.counter.total = total;
  if (elapsed > Duration::zero())
    sum.counter.peak = std::max(sum.counter.peak, static_cast<double>(delta) / to_seconds(elapsed));
}

void Aggregator::increment(std::size_t field, std::int64_t delta, Duration elapsed) {
  current_->totals[field] += delta;
  counter(field, delta, current_->totals[field], elapsed);
}

std::int64_t Aggregator::total(std::size_t field) const {
  return current_->totals[field];
}

void Aggregator::value(std::size_t field, const Value& value) {
  add_level(current_->sums[field], current_->series->measurement().fields[field], value);
}

void Aggregator::add_flags(std::uint16_t flags) {
  current_->flags |= flags;
}

void Aggregator::end(const Series& series) {
  const auto found = by_series_.find(&series);
  if (found != by_series_.end()) found->second->ended = true;
}

std::int64_t Aggregator::delta(std::size_t field) const {
  const Sum& sum = current_->sums[field];
  return sum.present ? sum.counter.delta : 0;
}

void Aggregator::sort() {
  if (unordered_)
    std::ranges::sort(ordered_, [](const Accumulator* a, const Accumulator* b) {
      return series_less(*a->series, *b->series);
    });
  unordered_ = false;
}

void Aggregator::clear(Accumulator& accumulator) {
  for (Sum& sum : accumulator.sums)
    sum.present = false;
  accumulator.samples = 0;
  accumulator.flags = 0;
}

// For the rows of the window that is open, at once.
void Aggregator::make_room(Batch& batch) const {
  std::size_t cells = 0;
  for (const Accumulator* accumulator : ordered_)
    if (accumulator->samples > 0) cells += accumulator->sums.size();
  batch.rows.reserve(active_);
  batch.cells.reserve(cells);
}

bool Aggregator::add_row(const Accumulator& accumulator, const ClosedWindow& window, Batch& batch) {
  if (!std::ranges::any_of(accumulator.sums, &Sum::present)) return false;
  Row row;
  row.series = accumulator.series;
  row.start = row_start(accumulator, window);
  row.end = window.end;
  row.samples = accumulator.samples;
  const bool stepped =
      window.clock_stepped || other_clock(window, accumulator.since.wall, accumulator.since.boot);
  row.flags = accumulator.flags | (stepped ? flag::clock : std::uint16_t{0});
  row.clock_steps = window.clock_steps;
  const auto cells = batch.add(std::move(row));
  const auto& fields = accumulator.series->measurement().fields;
  for (std::size_t i = 0; i < cells.size(); ++i)
    cells[i] = cell_of(fields[i], accumulator.sums[i]);
  return true;
}

void Aggregator::peek(const ClosedWindow& window, Batch& batch) const {
  for (const Accumulator* accumulator : ordered_)
    if (accumulator->samples > 0) add_row(*accumulator, window, batch);
}

void Aggregator::close(const ClosedWindow& window, Batch& batch) {
  sort();
  if (batch.rows.empty()) make_room(batch);
  for (Accumulator* accumulator : ordered_) {
    if (accumulator->samples == 0) {
      // Of such a series nothing is kept beyond the windows that it is read in.
      if (accumulator->series->measurement().short_lived) accumulator->ended = true;
      continue;
    }
    if (add_row(*accumulator, window, batch)) {
      accumulator->row_end = window.end;
      accumulator->row_end_boot = BootTime(window.end.time_since_epoch() - window.offset);
      accumulator->counted_to = accumulator->last_taken;
    }
    clear(*accumulator);
  }
  active_ = 0;
  drop_idle(BootTime(window.end.time_since_epoch() - window.offset) - idle_after);
}

}  // namespace collector
