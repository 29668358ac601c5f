// One window of 300 rows, from the closed batch to the SQLite sink's commit: spool and sink as the writer and
// the runner drive them, against one bare transaction of the same rows.
#include "tests/bench/data.h"
#include "tests/bench/groups.h"
#include "tests/bench/measure.h"
#include "tests/bench/require.h"
#include "tests/bench/sqlite_store.h"

namespace collector::bench {
namespace {

constexpr std::uint64_t windows = 100;
constexpr int rounds = 5;
constexpr std::size_t series = 300;

struct Cost {
  double cpu = 0;  // seconds per window
  double spool_syncs = 0;
  double sink_syncs = 0;
};

Cost flush_windows() {
  const test::TemporaryDirectory directory;
  const SystemClock clock;
  SeriesTable table;
  Spool::Options options;
  options.directory = directory.path();
  options.clock = &clock;
  options.series = &table;
  const auto spool = require(Spool::open(std::move(options)));
  const std::pair<std::string, SinkLimits> name{"bench", {}};
  require(spool->set_sinks(std::span(&name, 1)));
  SinkUnderTest sink;
  std::uint64_t spool_syncs = 0;
  std::uint64_t sink_syncs = 0;
  const auto flush = [&](Batch& batch, const Baselines& baselines, bool first) {
    const std::uint64_t before = syncs();
    require(spool->append(batch, baselines));
    const std::uint64_t between = syncs();
    const auto batches = require(spool->read("bench", 10'000));
    first ? sink.write_first(batches) : sink.write(batches);
    spool->confirm("bench", batches.back()->number, {});
    spool_syncs += between - before;
    sink_syncs += syncs() - between;
  };
  Batch warm = make_batch(table, Rows::counters, series, 0);
  flush(warm, make_baselines(warm), true);
  std::vector<Batch> made;
  std::vector<Baselines> baselines;
  for (std::uint64_t i = 1; i <= windows; ++i) {
    made.push_back(make_batch(table, Rows::counters, series, i));
    baselines.push_back(make_baselines(made.back()));
  }
  spool_syncs = sink_syncs = 0;
  const double cpu = cpu_of([&] {
    for (std::uint64_t i = 0; i < windows; ++i)
      flush(made[i], baselines[i], false);
  });
  const auto count = static_cast<double>(windows);
  return {cpu / count, static_cast<double>(spool_syncs) / count, static_cast<double>(sink_syncs) / count};
}

}  // namespace

std::vector<Line> bench_flush() {
  SeriesTable table;
  const std::vector<BatchPtr> batches = numbered_batches(table, 1 + windows);
  Cost cost;
  const Pair cpu = interleave(
      rounds,
      [&] {
        SinkUnderTest maker;
        maker.write_first(std::span(batches).first(1));
        maker.close();
        BareInserts bare(maker.file(), *batches.front());
        return cpu_of([&] {
                 for (std::size_t i = 1; i <= windows; ++i)
                   bare.write(std::span(batches).subspan(i, 1));
               }) /
               static_cast<double>(windows);
      },
      [&] {
        cost = flush_windows();
        return cost.cpu;
      });
  return {{.what = "window flush of 300 rows: CPU, spool + SQLite sink",
           .floor = "one bare SQLite transaction " + number(cpu.floor, "s"),
           .ours = number(cpu.ours, "s"),
           .ratio = cpu.ours / cpu.floor,
           .target = "≤ 2 ms",
           .met = cpu.ours <= 2e-3},
          {.what = "window flush of 300 rows: syncs",
           .floor = "",
           .ours = plain(cost.spool_syncs, "spool") + ", " + plain(cost.sink_syncs, "sink"),
           .ratio = {},
           .target = "≤ 1.3 each",
           .met = cost.spool_syncs <= 1.3 && cost.sink_syncs <= 1.3}};
}

}  // namespace collector::bench
