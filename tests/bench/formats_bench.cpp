// Serialising rows, against copying the same bytes.
#include <chrono>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "collector/formats/line_protocol_writer.h"
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
Speed speed_of(const Batch& batch, Append append) {
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

// What people call a point of line protocol: few fields, here two counters.
Batch make_points(SeriesTable& table) {
  auto net = std::make_shared<Measurement>();
  net->name = "net";
  for (const char* name : {"bytes_recv", "bytes_sent"}) {
    Field& field = net->fields.emplace_back();
    field.name = name;
    field.kind = FieldKind::counter;
  }
  Batch batch;
  batch.labels = {{"host", "benchmark"}};
  for (std::size_t i = 0; i < series; ++i) {
    Row row;
    row.series = table.intern(net, {{"interface", "eth" + std::to_string(i)}});
    row.end = WallTime(std::chrono::seconds(1767225840));
    for (Cell& cell : batch.add(std::move(row))) {
      cell.present = true;
      cell.counter = {1, 1'234'567 * static_cast<std::int64_t>(i + 1), 0};
    }
  }
  return batch;
}

Line line_of_points(const Speed& speed) {
  Line line = line_of("line protocol, serialising points of two counters", speed);
  line.target = "≥ 15 M points/s, ≥ 1 GB/s";
  line.met = line.met && speed.rows >= 15e6;
  return line;
}

}  // namespace

std::vector<Line> bench_formats() {
  const auto all_rows_by = [](auto writer) {
    return [writer = std::move(writer)](const Batch& batch, std::string& out) mutable {
      writer.begin(batch);
      for (const Row& row : batch.rows)
        writer.append(row, out);
    };
  };
  auto json = all_rows_by(RowJsonWriter(RowFormat{}));
  auto lines = all_rows_by(LineProtocolWriter(LineProtocolOptions{}));
  SeriesTable table;
  const Batch counters = make_batch(table, Rows::counters, series, 7);
  const Batch gauges = make_batch(table, Rows::gauges, series, 7);
  const Batch points = make_points(table);
  return {line_of("JSON, serialising rows of counters", speed_of(counters, std::ref(json))),
          line_of("JSON, serialising rows of percentages", speed_of(gauges, std::ref(json))),
          line_of_points(speed_of(points, std::ref(lines))),
          line_of("line protocol, serialising rows of counters", speed_of(counters, std::ref(lines))),
          line_of("line protocol, serialising rows of percentages", speed_of(gauges, std::ref(lines)))};
}

}  // namespace collector::bench
