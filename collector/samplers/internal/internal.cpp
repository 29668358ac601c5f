#include "collector/samplers/internal/internal.h"

#include <unistd.h>

#include <algorithm>
#include <expected>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "collector/core/self_metrics.h"
#include "collector/samplers/internal/measurements.h"
#include "collector/samplers/internal/own_process.h"
#include "collector/samplers/text.h"

namespace collector {
namespace {

Value gauge(std::uint64_t value) {
  constexpr auto largest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  return Value::integer(static_cast<std::int64_t>(std::min(value, largest)));
}

// The series of one measurement with one tag, by its value: interned once for each.
class Named {
 public:
  Named(SeriesTable& table, MeasurementPtr measurement, std::string tag)
      : table_(table), measurement_(std::move(measurement)), tag_(std::move(tag)) {}

  const Series* find(const std::string& value) {
    const auto known = std::ranges::find(known_, value, &std::pair<std::string, SeriesPtr>::first);
    if (known != known_.end()) return known->second.get();
    known_.emplace_back(value, table_.intern(measurement_, {{tag_, value}}));
    return known_.back().second.get();
  }

 private:
  SeriesTable& table_;
  MeasurementPtr measurement_;
  std::string tag_;
  std::vector<std::pair<std::string, SeriesPtr>> known_;
};

class InternalSampler final : public Sampler {
 public:
  explicit InternalSampler(const SamplerContext& context)
      : self_(context.self),
        process_(context.files, "/proc/self/stat"),
        series_(context.series.intern(internal_measurement(), {})),
        samplers_(context.series, internal_sampler_measurement(), "sampler"),
        sinks_(context.series, internal_sink_measurement(), "sink") {}

  SampleResult sample(Sample& out) override {
    const auto process = read_process();
    if (process && !start_) start_ = process->start_ticks;
    // The collector's own counts need no file: they go on without.
    if (!process && self_ == nullptr) return std::unexpected(process.error());
    if (!process) out.remarks.reject(process.error().what);
    // Counters begin at zero with the process, as those of a namespace do with it. Where the kernel does not
    // say when that was, the moment of the first reading stands for it.
    if (!start_) start_ = static_cast<std::uint64_t>(out.taken.boot.time_since_epoch().count());
    if (self_ != nullptr) self_->read(figures_);
    const auto values = out.add({.series = series_.get(), .space = *start_});
    if (process) add_process(*process, values);
    if (self_ == nullptr) return {};
    add_parts(values);
    for (const SelfFigures::SamplerPart& sampler : figures_.samplers)
      add_sampler(sampler, out.add({.series = samplers_.find(sampler.name), .space = *start_}));
    for (const SelfFigures::SinkPart& sink : figures_.sinks)
      add_sink(sink, out.add({.series = sinks_.find(sink.name), .space = *start_}));
    return {};
  }

 private:
  std::expected<OwnProcess, SampleError> read_process() {
    const auto text = process_.read();
    if (!text) return no_sample(text.error());
    const auto process = parse_own_process(*text);
    if (!process) return no_sample(process_, process.error());
    return *process;
  }

  void add_process(const OwnProcess& process, std::span<Value> values) const {
    using namespace internal_field;
    values[cpu_time] = Value::counter(process.cpu_ticks * 1000 / ticks_per_second_);
    values[memory_rss] = gauge(process.resident_pages * page_size_);
    values[num_threads] = gauge(process.threads);
  }

  void add_parts(std::span<Value> values) const {
    using namespace internal_field;
    values[ticks] = Value::counter(figures_.ticks);
    values[ticks_missed] = Value::counter(figures_.missed_ticks);
    values[ticks_late] = Value::counter(figures_.late_ticks);
    values[tick_time] = Value::counter(figures_.tick_time);
    values[tick_delay] = Value::counter(figures_.tick_delay);
    values[windows] = Value::counter(figures_.windows);
    values[windows_grown] = Value::counter(figures_.grown_windows);
    values[series] = gauge(figures_.series);
    values[series_folded] = Value::counter(figures_.folded_series);
    values[quarantined] = Value::counter(figures_.quarantined);
    values[gaps] = Value::counter(figures_.gaps);
    values[clock_steps] = Value::counter(figures_.clock_steps);
    values[batches_written] = Value::counter(figures_.written_batches);
    values[rows_written] = Value::counter(figures_.written_rows);
    values[write_failures] = Value::counter(figures_.write_failures);
    values[spool_batches] = gauge(figures_.spool_batches);
    values[spool_bytes] = gauge(figures_.spool_bytes);
    values[log_lines_lost] = Value::counter(figures_.log_lines_lost);
  }

  static void add_sampler(const SelfFigures::SamplerPart& sampler, std::span<Value> values) {
    using namespace internal_sampler_field;
    values[samples] = Value::counter(sampler.samples);
    values[failures] = Value::counter(sampler.failures);
    values[time] = Value::counter(sampler.time);
    values[rejected] = Value::counter(sampler.rejected);
  }

  static void add_sink(const SelfFigures::SinkPart& sink, std::span<Value> values) {
    using namespace internal_sink_field;
    values[lag] = Value::real(sink.lag);
    values[backlog_batches] = gauge(sink.backlog_batches);
    values[backlog_rows] = gauge(sink.backlog_rows);
    values[backlog_bytes] = gauge(sink.backlog_bytes);
    values[batches_delivered] = Value::counter(sink.delivered_batches);
    values[rows_delivered] = Value::counter(sink.delivered_rows);
    values[rows_rejected] = Value::counter(sink.rejected_rows);
    values[rows_dropped] = Value::counter(sink.dropped_rows);
    values[retries] = Value::counter(sink.retries);
    values[dead_letters] = gauge(sink.dead_letters);
  }

  const SelfMetrics* self_;
  const std::uint64_t ticks_per_second_ = static_cast<std::uint64_t>(sysconf(_SC_CLK_TCK));
  const std::uint64_t page_size_ = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  KeptFile process_;
  std::optional<std::uint64_t> start_;
  SeriesPtr series_;
  Named samplers_;
  Named sinks_;
  SelfFigures figures_;  // kept for its memory
};

}  // namespace

const SamplerType& internal_sampler() {
  static const SamplerType type{
      .component = {.name = "internal",
                    .sentence =
                        "The collector itself: its ticks, samplers, spool and sinks, and what it uses.",
                    .settings = {},
                    .default_interval = "10s"},
      .create = [](const SamplerContext& context) -> std::unique_ptr<Sampler> {
        return std::make_unique<InternalSampler>(context);
      },
      .measurements =
          [] {
            return std::vector{internal_measurement(), internal_sampler_measurement(),
                               internal_sink_measurement()};
          }};
  return type;
}

}  // namespace collector
