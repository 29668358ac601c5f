#include "collector/pipeline/pipeline.h"

#include <algorithm>
#include <limits>

namespace collector {
namespace {

constexpr std::int64_t largest_sum = std::numeric_limits<std::int64_t>::max();
constexpr Duration sweep_every = std::chrono::minutes(10);
constexpr Duration forget_after = std::chrono::hours(1);

bool is_counter(const Field& field) {
  return field.kind == FieldKind::counter || field.kind == FieldKind::increment;
}
bool is_summed(const Field& field) {
  return !field.hidden && is_counter(field);
}

bool moves(const ReadingAdvance& reading) {
  const auto& fields = reading.series->measurement().fields;
  for (std::size_t i = 0; i < fields.size(); ++i)
    if (is_summed(fields[i]) && reading.advances[i].present && reading.advances[i].delta > 0) return true;
  return false;
}

// The last moment of this boot that an earlier process has told of.
std::optional<Instant> last_instant(const Baselines& stored, const std::string& boot_id) {
  std::optional<Instant> last;
  for (const Baseline& baseline : stored.series)
    if (baseline.boot_id == boot_id && (!last || last->boot < baseline.taken.boot)) last = baseline.taken;
  return last;
}

}  // namespace

Pipeline::Pipeline(const std::string& boot_id, const Baselines& stored, double max_rate, Duration window,
                   SeriesTable& series)
    : rates_(boot_id, stored),
      filter_(max_rate, series),
      table_(series),
      window_(window, stored.clock_steps, last_instant(stored, boot_id)) {}

void Pipeline::take(const Sample& sample, Duration interval) {
  rates_.begin(sample);
  for (const Reading& reading : sample.readings()) {
    const ReadingAdvance& worked_out = rates_.advance(reading, interval, filter_.byte_limit(reading));
    if (reading.report == Report::never) continue;
    if (reading.report == Report::when_moving && !moves(worked_out)) continue;
    count(worked_out);
  }
  rates_.end();
  for (const SeriesPtr& series : rates_.ended()) {
    aggregator_.end(*series);
    for (ReadingListener* listener : listeners_)
      listener->ended(*series);
  }
}

void Pipeline::count(const ReadingAdvance& reading) {
  const Series& series = *reading.series;
  const auto& fields = series.measurement().fields;
  const bool short_lived = series.measurement().short_lived;
  std::uint16_t flags = reading.flags;
  judged_.assign(fields.size(), {});
  aggregator_.begin(series, reading.since, reading.taken, flags);
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const Advance& advance = reading.advances[i];
    JudgedField& judged = judged_[i];
    const bool counted = is_counter(fields[i]);
    if (counted && !advance.present) continue;
    std::int64_t total = 0;
    if (counted && !fields[i].hidden) total = short_lived ? aggregator_.total(i) : rates_.total(series, i);
    auto quarantined = counted ? filter_.check(reading, i, total) : filter_.check_level(reading, i);
    if (quarantined) {
      set_aside_.push_back(std::move(*quarantined));
      judged.set_aside = true;
      flags |= flag::implausible;
      if (counted && !fields[i].hidden) aggregator_.counter(i, 0, total, advance.elapsed);
    } else if (counted) {
      const double seconds = to_seconds(advance.elapsed);
      judged = {.counted = true, .delta = static_cast<std::int64_t>(advance.delta)};
      if (seconds > 0) judged.rate = static_cast<double>(advance.delta) / seconds;
      if (fields[i].hidden) continue;
      const Duration certain = filter_.certain_time(reading, i);
      if (short_lived)
        aggregator_.increment(i, judged.delta, certain);
      else
        aggregator_.counter(i, judged.delta, rates_.add_to_total(series, i, judged.delta), certain);
    } else if (!fields[i].hidden) {
      aggregator_.value(i, reading.values[i]);
    }
  }
  aggregator_.add_flags(flags);
  for (const Quarantined& quarantined : set_aside_)
    set_aside(quarantined, reading);
  set_aside_.clear();
  const JudgedReading judged{&series,       reading.values, judged_, reading.taken,
                             reading.since, reading.report, flags};
  for (ReadingListener* listener : listeners_)
    listener->take(judged);
}

void Pipeline::set_aside(const Quarantined& quarantined, const ReadingAdvance& reading) {
  const Series& series = *quarantined.series;
  const auto flags = static_cast<std::uint16_t>(reading.flags | flag::implausible);
  aggregator_.begin(series, reading.since, reading.taken, flags);
  aggregator_.value(quarantine_field::limit, Value::real(quarantined.limit));
  if (quarantined.level) {
    aggregator_.value(quarantine_field::level, Value::real(*quarantined.level));
    return;
  }
  const auto low = static_cast<std::int64_t>(quarantined.delta & static_cast<std::uint64_t>(largest_sum));
  const auto high = static_cast<std::int64_t>(quarantined.delta >> 63);
  // The window's sum and the running total each carry what exceeds 2^63-1 into their own overflow.
  const auto carries = [low](std::int64_t sum) { return sum > largest_sum - low; };
  const auto carried = [low](bool carry) { return carry ? low - largest_sum - 1 : low; };
  const bool carry_total = carries(rates_.total(series, quarantine_field::delta));
  const bool carry_window = carries(aggregator_.delta(quarantine_field::delta));
  const std::int64_t total = rates_.add_to_total(series, quarantine_field::delta, carried(carry_total));
  const std::int64_t overflow = rates_.add_to_total(series, quarantine_field::overflow, high + carry_total);
  aggregator_.counter(quarantine_field::delta, carried(carry_window), total, quarantined.elapsed);
  aggregator_.counter(quarantine_field::overflow, high + carry_window, overflow, quarantined.elapsed);
  aggregator_.value(quarantine_field::elapsed, Value::real(to_seconds(quarantined.elapsed)));
}

std::optional<ClosedWindow> Pipeline::close(Instant now, bool may_close, Batch& batch) {
  const auto window = window_.tick(now, may_close);
  if (window) append_rows(*window, now, batch);
  return window;
}

std::optional<ClosedWindow> Pipeline::finish(Instant now, Batch& batch) {
  const auto window = window_.finish(now);
  if (window) append_rows(*window, now, batch);
  return window;
}

void Pipeline::peek(Instant now, Batch& batch) const {
  WindowClock clock = window_;
  if (const auto window = clock.finish(now)) aggregator_.peek(*window, batch);
}

void Pipeline::append_rows(const ClosedWindow& window, Instant now, Batch& batch) {
  for (const KeepSeries& keep : keep_)
    aggregator_.keep(keep, table_, rates_);
  aggregator_.close(window, batch);
  if (now.boot - swept_ < sweep_every) return;
  rates_.forget_idle(now.boot, forget_after);
  swept_ = now.boot;
}

Baselines Pipeline::changed_baselines() {
  Baselines baselines;
  rates_.changed_baselines(baselines);
  baselines.clock_steps = window_.clock_steps();
  return baselines;
}

Baselines Pipeline::new_baselines() {
  Baselines baselines;
  rates_.new_baselines(baselines);
  baselines.clock_steps = window_.clock_steps();
  return baselines;
}

PipelineFigures Pipeline::figures() const {
  return {.rates = rates_.figures(),
          .quarantined = filter_.quarantined(),
          .clock_steps_back = window_.clock_steps(),
          .clock_steps_forward = window_.forward_steps(),
          .series = aggregator_.series()};
}

}  // namespace collector
