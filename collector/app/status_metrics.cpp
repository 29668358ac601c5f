// Status as Prometheus text (format 0.0.4), in base units: seconds and bytes.
#include <optional>
#include <utility>
#include <vector>

#include "collector/app/status.h"
#include "collector/formats/prometheus_text.h"

namespace collector {
namespace {

class Metrics {
 public:
  // All samples of a metric follow its lines of explanation.
  void counter(std::string_view name, std::string_view help) { begin(name, MetricType::counter, help); }
  void gauge(std::string_view name, std::string_view help) { begin(name, MetricType::gauge, help); }

  void add(double value) { metric_->add({}, value); }
  void add(std::string_view label, std::string_view of, double value) {
    metric_->add(std::vector<Tag>{{std::string(label), std::string(of)}}, value);
  }
  void counter(std::string_view name, std::string_view help, double value) {
    counter(name, help);
    add(value);
  }
  void gauge(std::string_view name, std::string_view help, double value) {
    gauge(name, help);
    add(value);
  }
  std::string take() {
    finish();
    return std::move(out_);
  }

 private:
  void begin(std::string_view name, MetricType type, std::string_view help) {
    finish();
    metric_.emplace("collector_" + std::string(name), type, help);
  }
  void finish() {
    if (metric_) out_ += metric_->text();
    metric_.reset();
  }
  std::optional<PrometheusMetric> metric_;
  std::string out_;
};

double number(std::uint64_t count) {
  return static_cast<double>(count);
}
double seconds_since_1970(std::optional<WallTime> time) {
  return time ? to_seconds(time->time_since_epoch()) : 0;
}

void add_process(const Status& status, Metrics& out) {
  out.gauge("build_info", "The version, as a label");
  out.add("version", status.version, 1);
  out.gauge("healthy", "1: healthy, 0: degraded; /healthz says why", judge(status).healthy() ? 1 : 0);
  out.gauge("start_time_seconds", "When the process started, Unix time",
            seconds_since_1970(status.started.wall));
  out.counter("process_cpu_seconds_total", "Processor time used", status.process.cpu_seconds);
  out.gauge("process_resident_memory_bytes", "Resident memory", number(status.process.resident_bytes));
  out.gauge("process_threads", "Threads", number(status.process.threads));
  out.gauge("process_open_fds", "Open descriptors", number(status.process.open_files));
  out.counter("log_lines_lost_total", "Lines of the log that could not be written", number(status.log.lost));
  out.gauge("configuration_loaded_time_seconds", "When the configuration in force was loaded, Unix time",
            seconds_since_1970(status.configuration.loaded));
  out.gauge("configuration_error", "1: a changed configuration could not be brought into force",
            status.configuration.problems.empty() ? 0 : 1);
}

void add_loop(const Status& status, Metrics& out) {
  const TickStatus tick = status.tick.value_or(TickStatus{});
  out.counter("ticks_total", "Ticks", number(tick.loop.ticks));
  out.counter("ticks_missed_total", "Intervals without a tick", number(status.ticks.missed));
  out.counter("ticks_late_total", "Ticks more than one interval late", number(tick.loop.late_ticks));
  out.counter("tick_duration_seconds_total", "Time spent in ticks", to_seconds(status.ticks.time));
  out.counter("tick_delay_seconds_total", "Time by which ticks began late", to_seconds(status.ticks.delay));
  out.counter("windows_total", "Windows closed", number(tick.loop.windows));
  out.counter("windows_grown_total", "Windows longer than configured", number(tick.loop.grown_windows));
  out.gauge("series", "Series that are there", number(tick.series));
  out.gauge("series_limit", "Series that there may be", number(tick.series_limit));
  out.counter("series_folded_total", "Times that a new series found no room",
              number(tick.loop.folded_series));
  out.counter("quarantined_total", "Deltas set aside as implausible", number(tick.pipeline.quarantined));
  out.counter("gaps_total", "Readings that came late", number(tick.pipeline.rates.gaps));
  out.counter("clock_steps_total", "Steps of the wall clock, both ways", number(status.ticks.clock_steps));
}

void add_samplers(const std::vector<SamplerStatus>& samplers, Metrics& out) {
  out.counter("sampler_samples_total", "Samples taken");
  for (const SamplerStatus& sampler : samplers)
    out.add("sampler", sampler.name, number(sampler.figures.samples));
  out.counter("sampler_failures_total", "Samples that failed");
  for (const SamplerStatus& sampler : samplers)
    out.add("sampler", sampler.name, number(sampler.figures.failures));
  out.counter("sampler_rejected_total", "Numbers and lines left out because they can't be true");
  for (const SamplerStatus& sampler : samplers)
    out.add("sampler", sampler.name, number(sampler.figures.rejected));
  out.counter("sampler_duration_seconds_total", "Time spent in sampling");
  for (const SamplerStatus& sampler : samplers)
    out.add("sampler", sampler.name, to_seconds(sampler.time));
}

void add_spool(const Status& status, Metrics& out) {
  out.counter("written_batches_total", "Batches made durable", number(status.writer.batches));
  out.counter("written_rows_total", "Rows made durable", number(status.writer.rows));
  out.counter("write_failures_total", "Failed tries to make a batch durable", number(status.writer.failures));
  out.gauge("spool_batches", "Batches in the spool", number(status.spool.batches));
  out.gauge("spool_bytes", "Size of the spool's file", number(status.spool.file_size));
  out.counter("spool_gaps_total", "Gaps that sinks were told of", number(status.spool.gaps));
}

// One metric with one sample for each sink.
template <typename Get>
void each(const std::vector<SinkStatus>& sinks, Metrics& out, Get get) {
  for (const SinkStatus& sink : sinks)
    out.add("sink", sink.name, get(sink));
}

void add_sinks(const std::vector<SinkStatus>& sinks, Metrics& out) {
  out.gauge("sink_up", "1: no error; 0: its last try failed");
  each(sinks, out, [](const SinkStatus& sink) { return sink.runner.last_error.empty() ? 1 : 0; });
  out.gauge("sink_last_delivery_time_seconds", "When it was last delivered to, Unix time; 0: never");
  each(sinks, out, [](const SinkStatus& sink) { return seconds_since_1970(sink.runner.last_delivery); });
  out.gauge("sink_lag_seconds", "Age of the oldest waiting row");
  each(sinks, out, [](const SinkStatus& sink) { return to_seconds(sink.lag); });
  out.gauge("sink_backlog_batches", "Batches that wait for it");
  each(sinks, out, [](const SinkStatus& sink) { return number(sink.backlog.batches); });
  out.gauge("sink_backlog_rows", "Rows that wait for it");
  each(sinks, out, [](const SinkStatus& sink) { return number(sink.backlog.rows); });
  out.gauge("sink_backlog_bytes", "Bytes of encoded batches that wait for it");
  each(sinks, out, [](const SinkStatus& sink) { return number(sink.backlog.bytes); });
  out.counter("sink_delivered_batches_total", "Batches delivered");
  each(sinks, out, [](const SinkStatus& sink) { return number(sink.runner.delivered_batches); });
  out.counter("sink_delivered_rows_total", "Rows delivered");
  each(sinks, out, [](const SinkStatus& sink) { return number(sink.runner.delivered_rows); });
  out.counter("sink_retries_total", "Tries that failed");
  each(sinks, out, [](const SinkStatus& sink) { return number(sink.runner.retries); });
  out.counter("sink_rejected_rows_total", "Rows it refused");
  each(sinks, out, [](const SinkStatus& sink) { return number(sink.runner.rejected_rows); });
  out.counter("sink_dropped_rows_total", "Rows that fell off its backlog");
  each(sinks, out, [](const SinkStatus& sink) { return number(sink.dropped_rows); });
  out.gauge("sink_dead_letters", "Refused rows that are kept");
  each(sinks, out, [](const SinkStatus& sink) { return number(sink.dead_letters); });
}

}  // namespace

std::string status_metrics(const Status& status) {
  Metrics out;
  add_process(status, out);
  add_loop(status, out);
  add_samplers(status.samplers, out);
  add_spool(status, out);
  add_sinks(status.sinks, out);
  return out.take();
}

}  // namespace collector
