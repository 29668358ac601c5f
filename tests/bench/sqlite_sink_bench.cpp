// The SQLite sink catching up, against prepared single-row inserts into the same table, 10,000 a transaction.
#include "tests/bench/groups.h"
#include "tests/bench/measure.h"
#include "tests/bench/sqlite_store.h"

namespace collector::bench {
namespace {

constexpr std::size_t together = 34;  // batches of 300 rows: 10,200
constexpr std::size_t writes = 6;
constexpr int rounds = 5;

// Rows per second of everything but the first batch, which makes the tables.
template <typename Store>
double speed(Store& store, std::span<const BatchPtr> batches) {
  const double seconds = wall_of([&] {
    for (std::size_t i = 0; i < writes; ++i)
      store.write(batches.subspan(1 + i * together, together));
  });
  return static_cast<double>(writes * together * batches.front()->rows.size()) / seconds;
}

}  // namespace

std::vector<Line> bench_sqlite_sink() {
  SeriesTable table;
  const std::vector<BatchPtr> batches = numbered_batches(table, 1 + together * writes);
  const Pair rows = interleave(
      rounds,
      [&] {
        SinkUnderTest maker;
        maker.write_first(std::span(batches).first(1));
        maker.close();
        BareInserts bare(maker.file(), *batches.front());
        return speed(bare, batches);
      },
      [&] {
        SinkUnderTest sink;
        sink.write_first(std::span(batches).first(1));
        return speed(sink, batches);
      });
  return {{.what = "SQLite sink, catching up",
           .floor = "single-row inserts " + number(rows.floor, "rows/s"),
           .ours = number(rows.ours, "rows/s"),
           .ratio = rows.ours / rows.floor,
           .target = "≥ 0.9 × the speed",
           .met = rows.ours / rows.floor >= 0.9}};
}

}  // namespace collector::bench
