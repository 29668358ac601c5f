#include "collector/samplers/internal/measurements.h"

namespace collector {

const MeasurementPtr& internal_measurement() {
  using enum FieldKind;
  using enum FieldType;
  static const auto measurement = std::make_shared<const Measurement>(Measurement{
      "internal",
      "The collector itself",
      {},
      {{"cpu_time", counter, integer, "milliseconds", "Processor time it used, in user and kernel mode"},
       {"memory_rss", gauge, integer, "bytes", "Resident memory"},
       {"num_threads", gauge, integer, "1", "Threads"},
       {"ticks", counter, integer, "1", "Ticks done"},
       {"ticks_missed", counter, integer, "1", "Intervals without a tick"},
       {"ticks_late", counter, integer, "1", "Ticks more than one interval late"},
       {"tick_time", counter, integer, "microseconds", "Time spent in ticks"},
       {"tick_delay", counter, integer, "microseconds", "Time by which ticks began after they were due"},
       {"windows", counter, integer, "1", "Windows closed"},
       {"windows_grown", counter, integer, "1", "Windows that became longer than configured"},
       {"series", gauge, integer, "1", "Series that are there"},
       {"series_folded", counter, integer, "1", "Times that a new series found no room"},
       {"quarantined", counter, integer, "1", "Deltas set aside as implausible"},
       {"gaps", counter, integer, "1", "Readings that came late"},
       {"clock_steps", counter, integer, "1", "Steps of the wall clock, both ways"},
       {"batches_written", counter, integer, "1", "Batches made durable"},
       {"rows_written", counter, integer, "rows", "Rows made durable"},
       {"write_failures", counter, integer, "1", "Failed tries to make a batch durable"},
       {"spool_batches", gauge, integer, "1", "Batches in the spool"},
       {"spool_bytes", gauge, integer, "bytes", "Size of the spool's file"},
       {"log_lines_lost", counter, integer, "1", "Lines of the log that could not be written"}}});
  return measurement;
}

const MeasurementPtr& internal_sampler_measurement() {
  using enum FieldKind;
  using enum FieldType;
  static const auto measurement = std::make_shared<const Measurement>(Measurement{
      "internal_sampler",
      "What each sampler of the collector does",
      {{"sampler", "Its name"}},
      {{"samples", counter, integer, "1", "Samples taken"},
       {"failures", counter, integer, "1", "Samples that failed"},
       {"sampling_time", counter, integer, "microseconds", "Time spent in sampling"},
       {"rejected", counter, integer, "1", "Numbers and lines left out because they can't be true"}}});
  return measurement;
}

const MeasurementPtr& internal_sink_measurement() {
  using enum FieldKind;
  using enum FieldType;
  static const auto measurement = std::make_shared<const Measurement>(Measurement{
      "internal_sink",
      "How far each sink of the collector is",
      {{"sink", "Its name in the configuration"}},
      {with_decimals(
           3, {"lag", gauge, real, "seconds", "Age of the oldest row that waits for it, 0 when none does"}),
       {"backlog_batches", gauge, integer, "1", "Batches that wait for it"},
       {"backlog_rows", gauge, integer, "rows", "Rows that wait for it"},
       {"backlog_bytes", gauge, integer, "bytes", "Bytes in the spool that wait for it"},
       {"batches_delivered", counter, integer, "1", "Batches it has taken"},
       {"rows_delivered", counter, integer, "rows", "Rows it has taken"},
       {"rows_rejected", counter, integer, "rows", "Rows it has refused"},
       {"rows_dropped", counter, integer, "rows", "Rows that fell off its backlog"},
       {"retries", counter, integer, "1", "Tries that failed"},
       {"dead_letters", gauge, integer, "rows", "Refused rows that are kept for `collector replay`"}}});
  return measurement;
}

}  // namespace collector
