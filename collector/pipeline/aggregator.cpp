#include "collector/pipeline/aggregator.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <unordered_map>
#include <vector>

namespace collector {
namespace {

using std::chrono::seconds;

__extension__ typedef __int128 Wide;  // no sum of int64 values of one window overflows it

constexpr Duration idle_after = std::chrono::hours(1);

// What a field has added up to in the open window.
struct Sum {
  struct Integers {
    Wide sum;
    std::int64_t count, min, max, last;
  };
  struct Reals {
    double mean, min, max, last;
    std::int64_t count;
  };
  bool present = false;
  union {
    Cell::Counter counter{};
    Integers integers;
    Reals reals;
    const std::string* text;
  };
};

struct Accumulator {
  SeriesPtr series;
  std::vector<Sum> sums;  // one per field
  std::uint32_t samples = 0;
  std::uint16_t flags = 0;
  Instant since{};
  BootTime last_taken{};  // by the window that is open
  BootTime counted_to{};  // by the last row
  BootTime row_end_boot{};
  std::optional<WallTime> row_end;  // of the last row
};

std::int64_t rounded(Wide sum, std::int64_t count) {
  const Wide half = count / 2;
  return static_cast<std::int64_t>((sum < 0 ? sum - half : sum + half) / count);
}

std::optional<std::int64_t> integer_of(const Value& value) {
  constexpr auto largest = std::numeric_limits<std::int64_t>::max();
  switch (value.type()) {
    case Value::Type::integer:
      return value.as_integer();
    case Value::Type::counter:
      return static_cast<std::int64_t>(std::min<std::uint64_t>(value.as_counter(), largest));
    case Value::Type::real:
      if (!(std::abs(value.as_real()) < 9.2e18)) return std::nullopt;
      return std::llround(value.as_real());
    default:
      return std::nullopt;
  }
}

std::optional<double> real_of(const Value& value) {
  switch (value.type()) {
    case Value::Type::integer:
      return static_cast<double>(value.as_integer());
    case Value::Type::counter:
      return static_cast<double>(value.as_counter());
    case Value::Type::real:
      if (!std::isfinite(value.as_real())) return std::nullopt;
      return value.as_real();
    default:
      return std::nullopt;
  }
}

void add_integer(Sum& sum, std::int64_t value) {
  if (!sum.present) sum.integers = {0, 0, value, value, value};
  Sum::Integers& all = sum.integers;
  all.sum += value;
  ++all.count;
  all.min = std::min(all.min, value);
  all.max = std::max(all.max, value);
  all.last = value;
  sum.present = true;
}

void add_real(Sum& sum, double value) {
  if (!sum.present) sum.reals = {value, value, value, value, 0};
  Sum::Reals& all = sum.reals;
  ++all.count;
  const double count = static_cast<double>(all.count);
  // A running mean: exact for a constant level, and no sum to overflow.
  all.mean += value / count - all.mean / count;
  all.min = std::min(all.min, value);
  all.max = std::max(all.max, value);
  all.mean = std::clamp(all.mean, all.min, all.max);
  all.last = value;
  sum.present = true;
}

Cell cell_of(const Field& field, const Sum& sum) {
  Cell cell;
  cell.present = sum.present;
  if (!sum.present) return cell;
  switch (field.kind) {
    case FieldKind::counter:
    case FieldKind::increment:
      cell.counter = sum.counter;
      break;
    case FieldKind::state:
      cell.text = sum.text;
      break;
    case FieldKind::gauge:
      if (field.type == FieldType::integer)
        cell.integers = {rounded(sum.integers.sum, sum.integers.count), sum.integers.min, sum.integers.max,
                         sum.integers.last};
      else
        cell.reals = {sum.reals.mean, sum.reals.min, sum.reals.max, sum.reals.last};
      // Where it did change (memory was added), a mean of before and after never was.
      if (field.constant && field.type == FieldType::integer) cell.integers.mean = cell.integers.last;
      if (field.constant && field.type == FieldType::real) cell.reals.mean = cell.reals.last;
  }
  return cell;
}

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

class Aggregator::Implementation {
 public:
  Accumulator& find(const Series& series);
  void drop_idle(BootTime before);

  std::unordered_map<const Series*, std::unique_ptr<Accumulator>> by_series;
  std::vector<Accumulator*> ordered;  // by series_less, unless `unordered`
  bool unordered = false;
  Accumulator* current = nullptr;
  std::size_t active = 0;  // accumulators with a reading in the open window
};

Accumulator& Aggregator::Implementation::find(const Series& series) {
  if (const auto found = by_series.find(&series); found != by_series.end()) return *found->second;
  auto& slot = by_series[&series];
  slot = std::make_unique<Accumulator>();
  slot->series = series.shared_from_this();
  slot->sums.resize(series.measurement().fields.size());
  ordered.push_back(slot.get());
  unordered = true;
  return *slot;
}

void Aggregator::Implementation::drop_idle(BootTime before) {
  std::erase_if(ordered, [before](const Accumulator* a) { return a->last_taken < before; });
  std::erase_if(by_series, [before](const auto& entry) { return entry.second->last_taken < before; });
  current = nullptr;
}

Aggregator::Aggregator() : implementation_(std::make_unique<Implementation>()) {}
Aggregator::~Aggregator() = default;

void Aggregator::begin(const Series& series, Instant since, Instant taken, std::uint16_t flags) {
  Accumulator& accumulator = implementation_->find(series);
  implementation_->current = &accumulator;
  if (accumulator.samples == 0) {
    ++implementation_->active;
    accumulator.since = since;
  } else if (since.boot < accumulator.since.boot) {
    accumulator.since = since;
  }
  ++accumulator.samples;
  accumulator.flags |= flags;
  accumulator.last_taken = taken.boot;
}

void Aggregator::counter(std::size_t field, std::int64_t delta, std::int64_t total, Duration elapsed) {
  Sum& sum = implementation_->current->sums[field];
  if (!sum.present) sum.counter = {0, 0, 0};
  sum.present = true;
  sum.counter.delta += delta;
  sum.counter.total = total;
  if (elapsed > Duration::zero())
    sum.counter.peak = std::max(sum.counter.peak, static_cast<double>(delta) / to_seconds(elapsed));
}

void Aggregator::value(std::size_t field, const Value& value) {
  Accumulator& accumulator = *implementation_->current;
  const Field& described = accumulator.series->measurement().fields[field];
  Sum& sum = accumulator.sums[field];
  if (described.kind == FieldKind::state) {
    if (value.type() != Value::Type::text) return;
    sum.text = &value.as_text();
    sum.present = true;
  } else if (described.type == FieldType::integer) {
    if (const auto integer = integer_of(value)) add_integer(sum, *integer);
  } else if (const auto real = real_of(value)) {
    add_real(sum, *real);
  }
}

void Aggregator::add_flags(std::uint16_t flags) {
  implementation_->current->flags |= flags;
}

std::int64_t Aggregator::delta(std::size_t field) const {
  const Sum& sum = implementation_->current->sums[field];
  return sum.present ? sum.counter.delta : 0;
}

void Aggregator::close(const ClosedWindow& window, Batch& batch) {
  Implementation& all = *implementation_;
  if (all.unordered)
    std::ranges::sort(all.ordered, [](const Accumulator* a, const Accumulator* b) {
      return series_less(*a->series, *b->series);
    });
  all.unordered = false;
  for (Accumulator* accumulator : all.ordered) {
    if (accumulator->samples == 0) continue;
    if (std::ranges::any_of(accumulator->sums, &Sum::present)) {
      Row row;
      row.series = accumulator->series;
      row.start = row_start(*accumulator, window);
      row.end = window.end;
      row.samples = accumulator->samples;
      const bool stepped =
          window.clock_stepped || other_clock(window, accumulator->since.wall, accumulator->since.boot);
      row.flags = accumulator->flags | (stepped ? flag::clock : std::uint16_t{0});
      row.clock_steps = window.clock_steps;
      const auto cells = batch.add(std::move(row));
      const auto& fields = accumulator->series->measurement().fields;
      for (std::size_t i = 0; i < cells.size(); ++i)
        cells[i] = cell_of(fields[i], accumulator->sums[i]);
      accumulator->row_end = window.end;
      accumulator->row_end_boot = BootTime(window.end.time_since_epoch() - window.offset);
      accumulator->counted_to = accumulator->last_taken;
    }
    for (Sum& sum : accumulator->sums)
      sum.present = false;
    accumulator->samples = 0;
    accumulator->flags = 0;
  }
  all.active = 0;
  all.drop_idle(BootTime(window.end.time_since_epoch() - window.offset) - idle_after);
}

std::size_t Aggregator::series() const {
  return implementation_->active;
}

}  // namespace collector
