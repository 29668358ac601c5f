// Serialising rows, against copying the same bytes.
#include <cstring>
#include <string>

#include "collector/formats/line_protocol.h"
#include "collector/formats/row_json.h"
#include "tests/bench/data.h"
#include "tests/bench/groups.h"
#include "tests/bench/measure.h"

namespace collector::bench {
namespace {

constexpr std::size_t series = 300;
constexpr int repeats = 40;
constexpr int rounds = 9;

struct Speed {
  Pair bytes;         // per second
  double points = 0;  // rows per second
};

template <typename Append>
Speed speed_of(Rows rows, Append append) {
  SeriesTable table;
  const Batch batch = make_batch(table, rows, series, 7);
  std::string out;
  const auto serialise = [&] {
    out.clear();
    for (const Row& row : batch.rows)
      append(batch, row, out);
    use(out.data());
  };
  serialise();
  std::string copy(out.size(), '\0');
  const double size = static_cast<double>(out.size()) * repeats;
  const Pair bytes = interleave(
      rounds,
      [&] {
        return size / cpu_of([&] {
                 for (int i = 0; i < repeats; ++i) {
                   std::memcpy(copy.data(), out.data(), out.size());
                   use(copy.data());
                 }
               });
      },
      [&] {
        return size / cpu_of([&] {
                 for (int i = 0; i < repeats; ++i)
                   serialise();
               });
      });
  return {bytes, bytes.ours / static_cast<double>(out.size()) * static_cast<double>(batch.rows.size())};
}

Line line_of(std::string what, const Speed& speed, double points_wanted) {
  const bool fast = speed.bytes.ours >= 1e9 && speed.points >= points_wanted;
  return {.what = std::move(what),
          .floor = "memcpy of the output " + number(speed.bytes.floor, "B/s"),
          .ours = number(speed.bytes.ours, "B/s") + ", " + number(speed.points, "rows/s"),
          .ratio = speed.bytes.ours / speed.bytes.floor,
          .target = points_wanted > 0 ? "≥ 1 GB/s, ≥ 15 M points/s" : "≥ 1 GB/s",
          .met = fast};
}

}  // namespace

std::vector<Line> bench_formats() {
  const auto json = [](const Batch& batch, const Row& row, std::string& out) {
    append_row_json(batch, row, RowFormat{}, out);
  };
  const auto protocol = [](const Batch& batch, const Row& row, std::string& out) {
    append_line_protocol(batch, row, RowFormat{.counters = Counters::total, .peak = false}, out);
  };
  return {
      line_of("JSON, serialising rows of counters", speed_of(Rows::counters, json), 0),
      line_of("JSON, serialising rows of percentages", speed_of(Rows::gauges, json), 0),
      line_of("line protocol, serialising points of two fields", speed_of(Rows::pairs, protocol), 15e6),
      line_of("line protocol, serialising rows of percentages", speed_of(Rows::gauges, protocol), 0),
  };
}

}  // namespace collector::bench
