#include "tests/bench/data.h"

#include <fmt/format.h>

#include <memory>

#include "collector/core/decimals.h"

namespace collector::bench {
namespace {

MeasurementPtr counters_measurement() {
  static const MeasurementPtr measurement = [] {
    Measurement net{.name = "net",
                    .sentence = "What network interfaces carried.",
                    .tags = {{"interface", "Its name"}, {"kind", "Its kind"}},
                    .fields = {}};
    for (const char* name : {"bytes_recv", "bytes_sent"})
      net.fields.push_back({.name = name, .kind = FieldKind::counter, .unit = "bytes", .sentence = "Bytes"});
    for (const char* name : {"packets_recv", "packets_sent"})
      net.fields.push_back(
          {.name = name, .kind = FieldKind::counter, .unit = "packets", .sentence = "Packets"});
    for (const char* name : {"err_in", "err_out", "drop_in", "drop_out"})
      net.fields.push_back(
          {.name = name, .kind = FieldKind::counter, .unit = "1", .sentence = "Packets lost"});
    return std::make_shared<const Measurement>(std::move(net));
  }();
  return measurement;
}

MeasurementPtr gauges_measurement() {
  static const MeasurementPtr measurement = [] {
    Measurement cpu{
        .name = "cpu", .sentence = "Where the time went.", .tags = {{"cpu", "Its name"}}, .fields = {}};
    for (const char* name :
         {"user", "system", "idle", "nice", "iowait", "irq", "softirq", "steal", "guest", "active"})
      cpu.fields.push_back({.name = fmt::format("usage_{}", name),
                            .kind = FieldKind::gauge,
                            .type = FieldType::real,
                            .unit = "percent",
                            .sentence = "Share of time",
                            .decimals = 2});
    return std::make_shared<const Measurement>(std::move(cpu));
  }();
  return measurement;
}

void fill(const Measurement& measurement, std::span<Cell> cells, std::uint64_t seed) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    Cell& cell = cells[i];
    cell.present = true;
    const std::uint64_t mixed = (seed * 2654435761U + i * 40503U) % 1'000'003;
    if (measurement.fields[i].kind == FieldKind::counter) {
      // Errors and drops hardly ever move, bytes and packets do.
      const auto delta = static_cast<std::int64_t>(i < 2 ? mixed * 37 : i < 4 ? mixed / 29 : 0);
      const auto total = static_cast<std::int64_t>(seed) * 37'000'000 + delta;
      cell.counter = {.delta = delta, .total = total, .peak = static_cast<double>(delta) / 8.0};
    } else {
      const double mean = static_cast<double>(mixed % 100'000) / 1000.0;
      // As the aggregator hands them on.
      const auto told = [&](double value) { return rounded_to(measurement.fields[i].decimals, value); };
      cell.reals = {.mean = told(mean), .min = told(mean / 2), .max = told(mean * 1.5), .last = told(mean)};
    }
  }
}

}  // namespace

Batch make_batch(SeriesTable& table, Rows rows, std::size_t series, std::uint64_t window) {
  Batch batch;
  batch.labels = {{"host", "benchmark"}};
  const WallTime start = WallTime(std::chrono::seconds(1'767'225'600)) + std::chrono::seconds(30 * window);
  for (std::size_t i = 0; i < series; ++i) {
    const bool gauges = rows == Rows::gauges || (rows == Rows::mixed && i % 2 == 1);
    SeriesPtr name = gauges ? table.intern(gauges_measurement(), {{"cpu", fmt::format("cpu{}", i)}})
                            : table.intern(counters_measurement(),
                                           {{"interface", fmt::format("eth{}", i)}, {"kind", "physical"}});
    if (name->id() == 0) name->set_id(static_cast<std::int64_t>(i) + 1);
    const auto cells =
        batch.add({.series = name, .start = start, .end = start + std::chrono::seconds(30), .samples = 30});
    fill(name->measurement(), cells, window * series + i);
  }
  return batch;
}

Baselines make_baselines(const Batch& batch) {
  Baselines baselines;
  for (const Row& row : batch.rows) {
    Baseline baseline;
    baseline.series = row.series;
    baseline.boot_id = "00000000-0000-4000-8000-000000000000";
    baseline.taken = {row.end, BootTime(row.end.time_since_epoch())};
    auto& object = baseline.objects.emplace_back();
    object.taken = baseline.taken;
    for (const Cell& cell : batch.cells_of(row)) {
      auto& raw = object.raw.emplace_back();
      auto& total = baseline.totals.emplace_back();
      if (row.series->measurement().fields[object.raw.size() - 1].kind != FieldKind::counter) continue;
      raw = static_cast<std::uint64_t>(cell.counter.total);
      total = cell.counter.total;
    }
    baselines.series.push_back(std::move(baseline));
  }
  return baselines;
}

}  // namespace collector::bench
