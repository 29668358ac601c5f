// What the levels of the history cost beside its rows alone: at a flush, over an hour, in a month's file; and
// what ten years of traffic take with the usual ages. The rows are this machine's, of all samplers.
#include <fmt/format.h>

#include <fstream>

#include "collector/core/retention_clock.h"
#include "collector/history/store.h"
#include "tests/bench/data.h"
#include "tests/bench/groups.h"
#include "tests/bench/measure.h"
#include "tests/bench/require.h"
#include "tests/bench/traffic_row.h"
#include "tests/sinks/batches.h"
#include "tests/support/certain_time.h"
#include "tests/support/temporary_directory.h"

namespace collector::bench {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr std::int64_t window = 30;
constexpr std::int64_t hour = 3600;
constexpr std::int64_t day = 86'400;
constexpr std::int64_t year = 365 * day;

WallTime moment(std::int64_t second) {
  return WallTime(seconds(test::first_second + second));
}

// Bytes that this process has given to the system to write.
std::uint64_t bytes_written() {
  std::ifstream io("/proc/self/io");
  std::string name;
  std::uint64_t bytes = 0;
  while (io >> name >> bytes)
    if (name == "wchar:") return bytes;
  throw std::runtime_error("/proc/self/io does not tell what is written");
}

// A machine's, one after the other: half of the series have counters, half gauges.
class Windows {
 public:
  static constexpr std::size_t rows = 36;

  BatchPtr next() {
    auto batch = std::make_shared<Batch>(make_batch(table_, Rows::mixed, rows, number_));
    batch->origin = {source_, epoch_, ++number_};
    return batch;
  }

 private:
  SeriesTable table_;
  Uuid source_ = Uuid::random();
  Uuid epoch_ = Uuid::random();
  std::uint64_t number_ = 0;
};

std::unique_ptr<history::Store> open(const std::filesystem::path& file, RetentionClock* clock = nullptr,
                                     const history::Keep& keep = {}) {
  history::StoreOptions options;
  options.name = "bench";
  options.zone = history::Zone::load("Europe/Berlin").value_or(history::Zone::utc());
  options.keep = keep;
  options.clock = clock;
  auto store = history::Store::open(file, options);
  if (!store) throw std::runtime_error(store.error().error.text());
  return std::move(*store);
}

void write(history::Store& store, std::span<const BatchPtr> batches, WallTime now) {
  if (const auto done = store.write(batches, now, {}); !done)
    throw std::runtime_error(done.error().error.text());
}

// Rows that are later than now are in no level.
WallTime now_for(bool with_levels) {
  return moment(with_levels ? 20 * year : 0);
}

struct Cost {
  double cpu = 0;    // seconds a flush
  double bytes = 0;  // written in an hour
};
Cost cost_of_flushes(bool with_levels) {
  constexpr std::int64_t many = 6 * hour / window;
  const test::TemporaryDirectory directory;
  Windows windows;
  const auto store = open(directory / "bench.db");
  std::vector<BatchPtr> batches;
  for (std::int64_t i = 0; i <= many; ++i)
    batches.push_back(windows.next());
  write(*store, std::span(batches).first(1), now_for(with_levels));
  const std::uint64_t before = bytes_written();
  const double cpu = cpu_of([&] {
    for (std::int64_t i = 1; i <= many; ++i)
      write(*store, std::span(batches).subspan(static_cast<std::size_t>(i), 1), now_for(with_levels));
  });
  return {cpu / static_cast<double>(many), static_cast<double>(bytes_written() - before) / 6};
}

double used_bytes(const history::Store& store) {
  return static_cast<double>(
      require(store.database().query_integer(
                  "SELECT (p.page_count - f.freelist_count) * s.page_size FROM pragma_page_count() AS p,"
                  " pragma_freelist_count() AS f, pragma_page_size() AS s"))
          .value_or(0));
}

// Of a month, a day.
double size_of_month(bool with_levels) {
  constexpr std::int64_t days = 30;
  const test::TemporaryDirectory directory;
  Windows windows;
  const auto store = open(directory / "bench.db");
  for (std::int64_t i = 0; i < days * 24; ++i) {
    std::vector<BatchPtr> batches;
    for (std::int64_t one = 0; one < hour / window; ++one)
      batches.push_back(windows.next());
    write(*store, batches, now_for(with_levels));
  }
  return used_bytes(*store) / days;
}

// Ten years of a machine with a network card, a wireless one and a tunnel, with what `setup` writes as
// `keep`. Rows are as long as the finest level that they will be in: the levels are the same.
double size_of_ten_years() {
  const test::TemporaryDirectory directory;
  const history::Keep keep{.ages = {hours(24 * 30), {hours(24 * 90), hours(24 * 365 * 3), {}}}};
  RetentionClock clock;
  const auto store = open(directory / "bench.db", &clock, keep);
  test::BatchMaker maker;
  std::vector<BatchPtr> batches;
  for (std::int64_t start = 0; start < 10 * year;) {
    const std::int64_t length = start < 10 * year - 91 * day   ? hour
                                : start < 10 * year - 31 * day ? 300
                                                               : window;
    maker.begin();
    for (const char* name : {"eth0", "wlan0", "wg0"}) {
      const std::int64_t bytes = 1'000'000 + start * (name[0] + name[1]) % 50'000'000;
      add_traffic(maker, name, start, length, bytes);
    }
    batches.push_back(maker.take());
    start += length;
    if (batches.size() < 2000 && start < 10 * year) continue;
    write(*store, batches, now_for(true));
    batches.clear();
  }
  Instant now{moment(10 * year), BootTime(hours(100))};
  test::make_certain(clock, now);
  // A quarter at most goes in an hour.
  for (int i = 0; i < 36; ++i) {
    (void)require(store->remove_old(now, 200'000));
    now.boot += hours(1);
    now.wall += hours(1);
    clock.observe(now);
  }
  if (require(store->remove_old(now, 200'000)) > 100'000) throw std::runtime_error("more is to go");
  return used_bytes(*store);
}

Line line(std::string what, double floor, double ours, std::string_view unit, double most) {
  return {.what = std::move(what),
          .floor = "rows alone " + number(floor, unit),
          .ours = number(ours, unit),
          .ratio = ours / floor,
          .target = fmt::format("≤ {} ×", most),
          .met = ours / floor <= most};
}

}  // namespace

std::vector<Line> bench_levels() {
  constexpr int rounds = 3;
  std::vector<double> bytes[2];
  const auto cpu_of_flush = [&](bool with_levels) {
    const Cost cost = cost_of_flushes(with_levels);
    bytes[with_levels ? 1 : 0].push_back(cost.bytes);
    return cost.cpu;
  };
  const Pair cpu =
      interleave(rounds, [&] { return cpu_of_flush(false); }, [&] { return cpu_of_flush(true); });
  const double years = size_of_ten_years();
  return {line(fmt::format("levels, a flush of {} rows each 30 s: CPU", Windows::rows), cpu.floor, cpu.ours,
               "s", 1.3),
          line("levels, an hour of flushes: bytes to the disk", median(bytes[0]), median(bytes[1]), "B", 1.2),
          line("levels, a month: bytes a day", size_of_month(false), size_of_month(true), "B", 1.5),
          {.what = "traffic of 3 interfaces, ten years, usual ages",
           .floor = "",
           .ours = number(years, "B"),
           .ratio = {},
           .target = "≤ 50 MB",
           .met = years <= 50e6}};
}

}  // namespace collector::bench
