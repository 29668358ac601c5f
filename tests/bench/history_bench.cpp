// Questions to a year of ten interfaces, beside SQL that adds up the same of the same file by hand. All ten
// count: a machine has one or two.
#include <fmt/format.h>

#include "collector/history/bucket_edges.h"
#include "collector/history/history_file.h"
#include "collector/history/store.h"
#include "collector/samplers/net/net_measurement.h"
#include "tests/bench/groups.h"
#include "tests/bench/measure.h"
#include "tests/bench/require.h"
#include "tests/sinks/batches.h"
#include "tests/support/temporary_directory.h"

namespace collector::bench {
namespace {

using history::BucketUnit;
using history::Seconds;

constexpr std::int64_t day = 86'400;
constexpr std::int64_t length = 365 * day + 15 * 3600;  // the year, and today until 15:00
constexpr std::int64_t window = 300;                    // a month of windows of 30 s has as many rows
constexpr int rounds = 11;

// Windows of five minutes: the levels are as large as with shorter ones.
void fill(const std::filesystem::path& file, const history::Zone& zone) {
  history::StoreOptions options;
  options.name = "bench";
  options.zone = zone;
  auto store = history::Store::open(file, options);
  if (!store) throw std::runtime_error(store.error().error.text());
  test::BatchMaker maker;
  const WallTime now(std::chrono::seconds(test::first_second + length));
  std::vector<BatchPtr> batches;
  for (std::int64_t start = 0; start < length; start += window) {
    maker.begin();
    for (int i = 0; i < 10; ++i) {
      const std::int64_t bytes = 1'000'000 + (start * (i + 7)) % 50'000'000;
      std::vector<Cell> cells(8, test::counter_cell(bytes, start * 50'000, static_cast<double>(bytes) / 100));
      cells.push_back(test::integer_cell(1000, 1000, 1000, 1000));
      cells.push_back(test::text_cell("up"));
      Row row = test::row_of(
          maker.series(net_measurement(), {{"interface", fmt::format("eth{}", i)}, {"kind", "physical"}}),
          start);
      row.end = row.start + std::chrono::seconds(window);
      maker.row(std::move(row), std::move(cells));
    }
    batches.push_back(maker.take());
    if (batches.size() < 2000 && start + window < length) continue;
    if (const auto done = (*store)->write(batches, now, {}); !done)
      throw std::runtime_error(done.error().error.text());
    batches.clear();
  }
}

struct Question {
  const char* what;
  std::vector<Seconds> edges;
  const char* level;  // that bare SQL reads
  double target;      // seconds
};

double bare(const sqlite::Database& database, const Question& question) {
  const auto second = [](Seconds moment) { return moment.time_since_epoch().count(); };
  return wall_of([&] {
    auto find = database.prepare(
        fmt::format("SELECT series_id, time, bytes_recv, bytes_sent FROM net_{}_data WHERE series_id IN"
                    " (SELECT id FROM net_series) AND time >= {} AND time < {}",
                    question.level, second(question.edges.front()), second(question.edges.back())));
    std::int64_t sum = 0;
    while (find && find->step().value_or(false))
      sum += find->integer(2) + find->integer(3);
    use(&sum);
  });
}

Line line(const history::HistoryFile& file, const sqlite::Database& database, const Question& question) {
  const Pair pair = interleave(
      rounds, [&] { return bare(database, question); },
      [&] {
        return wall_of([&] {
          const auto answer = file.usage({{}, question.edges});
          if (!answer) throw std::runtime_error(answer.error().text());
          use(&*answer);
        });
      });
  return {.what = fmt::format("history, {}", question.what),
          .floor = fmt::format("SQL over {} {}", question.level, number(pair.floor, "s")),
          .ours = number(pair.ours, "s"),
          .ratio = pair.ours / pair.floor,
          .target = fmt::format("≤ {}", number(question.target, "s")),
          .met = pair.ours <= question.target};
}

}  // namespace

std::vector<Line> bench_history() {
  const test::TemporaryDirectory directory;
  const auto path = directory / "history.db";
  const auto zone = history::Zone::load("Europe/Berlin").value_or(history::Zone::utc());
  fill(path, zone);
  const auto file = history::HistoryFile::open(path, {.at_most = std::chrono::milliseconds(0)});
  if (!file) throw std::runtime_error(file.error().text());
  auto database = sqlite::Database::open(path, {.mode = sqlite::Database::Mode::read_only, .vfs = {}});
  if (!database) throw std::runtime_error(database.error().what);
  const Seconds now{std::chrono::seconds(test::first_second + length)};
  const auto back = [&](int days) { return history::Interval{now - std::chrono::hours(24 * days), now}; };
  const history::Interval today = history::Cycle::daily().around(zone, now);
  const auto by = [&](const history::Interval& range, BucketUnit unit) {
    return history::bucket_edges(zone, range, {.unit = unit});
  };
  const auto pixels = [](const history::Interval& range) {
    return history::step_edges(range, history::step_for(range, 1300));
  };
  std::vector<Line> lines;
  for (const Question& question : {Question{"today", by(today, BucketUnit::none), "1h", 0.002},
                                   Question{"today by hour", by(today, BucketUnit::hour), "1h", 0.002},
                                   Question{"a month by day", by(back(31), BucketUnit::day), "1d", 0.010},
                                   Question{"a year by hour", by(back(365), BucketUnit::hour), "1h", 0.020},
                                   Question{"a year, 1,300 pixels", pixels(back(365)), "1h", 0.030},
                                   Question{"a month, 1,300 pixels", pixels(back(30)), "5m", 0.030},
                                   Question{"a week, 1,300 pixels", pixels(back(7)), "5m", 0.030},
                                   Question{"a day, 1,300 pixels", pixels(back(1)), "5m", 0.030}})
    lines.push_back(line(*file, *database, question));
  return lines;
}

}  // namespace collector::bench
