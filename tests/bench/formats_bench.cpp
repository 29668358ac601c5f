// Serialising rows, against copying the same bytes.
#include <cstring>
#include <functional>
#include <string>

#include "collector/formats/row_json_writer.h"
#include "tests/bench/data.h"
#include "tests/bench/groups.h"
#include "tests/bench/measure.h"

namespace collector::bench {
namespace {

constexpr std::size_t series = 300;
constexpr std::size_t output = 32U << 20;  // bytes each time: more than the caches hold
constexpr int rounds = 5;

struct Speed {
  Pair bytes;       // per second
  double rows = 0;  // per second
};

template <typename Append>
Speed speed_of(Rows rows, Append append) {
  SeriesTable table;
  const Batch batch = make_batch(table, rows, series, 7);
  std::string out;
  const auto serialise = [&] {
    out.clear();
    while (out.size() < output)
      append(batch, out);
    use(out.data());
  };
  append(batch, out);
  const double rows_per_byte = static_cast<double>(batch.rows.size()) / static_cast<double>(out.size());
  serialise();
  std::string copy = out;  // both are in memory before anything is measured
  const auto size = static_cast<double>(out.size());
  const auto copying = [&] {
    std::memcpy(copy.data(), out.data(), out.size());
    use(copy.data());
  };
  const Pair bytes =
      interleave(rounds, [&] { return size / cpu_of(copying); }, [&] { return size / cpu_of(serialise); });
  return {bytes, bytes.ours * rows_per_byte};
}

Line line_of(std::string what, const Speed& speed) {
  return {.what = std::move(what),
          .floor = "memcpy of the output " + number(speed.bytes.floor, "B/s"),
          .ours = number(speed.bytes.ours, "B/s") + ", " + number(speed.rows, "rows/s"),
          .ratio = speed.bytes.ours / speed.bytes.floor,
          .target = "≥ 1 GB/s",
          .met = speed.bytes.ours >= 1e9};
}

}  // namespace

std::vector<Line> bench_formats() {
  auto json = [writer = RowJsonWriter(RowFormat{})](const Batch& batch, std::string& out) mutable {
    writer.begin(batch);
    for (const Row& row : batch.rows)
      writer.append(row, out);
  };
  return {line_of("JSON, serialising rows of counters", speed_of(Rows::counters, std::ref(json))),
          line_of("JSON, serialising rows of percentages", speed_of(Rows::gauges, std::ref(json)))};
}

}  // namespace collector::bench
