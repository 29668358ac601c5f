// Questions to a year of ten interfaces, beside SQL that adds up the same of the same file by hand, and the
// same to ten years: what is asked for costs, not what is there. All ten count: a machine has one or two. CPU
// time: all of the file that is asked for is in memory.
#include <fmt/format.h>
#include <sys/resource.h>

#include "collector/history/bucket_edges.h"
#include "collector/history/history_file.h"
#include "collector/history/store.h"
#include "tests/bench/groups.h"
#include "tests/bench/measure.h"
#include "tests/bench/process.h"
#include "tests/bench/require.h"
#include "tests/bench/traffic_row.h"
#include "tests/sinks/batches.h"
#include "tests/support/temporary_directory.h"

namespace collector::bench {
namespace {

using history::BucketUnit;
using history::Seconds;

constexpr std::int64_t day = 86'400;
constexpr std::int64_t year = 365 * day;
constexpr std::int64_t today_so_far = 15 * 3600;
constexpr int rounds = 11;

// Windows of five minutes, and of an hour before the last year: the levels are as large as with shorter ones.
void fill(const std::filesystem::path& file, const history::Zone& zone, std::int64_t length) {
  history::StoreOptions options;
  options.name = "bench";
  options.zone = zone;
  auto store = history::Store::open(file, options);
  if (!store) throw std::runtime_error(store.error().error.text());
  test::BatchMaker maker;
  const WallTime now(std::chrono::seconds(test::first_second + length));
  std::vector<BatchPtr> batches;
  for (std::int64_t start = 0; start < length;) {
    const std::int64_t window = start < length - today_so_far - year ? 3600 : 300;
    maker.begin();
    for (int i = 0; i < 10; ++i) {
      const std::int64_t bytes = 1'000'000 + (start * (i + 7)) % 50'000'000;
      add_traffic(maker, fmt::format("eth{}", i), start, window, bytes);
    }
    batches.push_back(maker.take());
    start += window;
    if (batches.size() < 2000 && start < length) continue;
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
  return cpu_of([&] {
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

Line line(const history::HistoryFile& file, const sqlite::Database& database, const Question& question,
          const char* years) {
  const Pair pair = interleave(
      rounds, [&] { return bare(database, question); },
      [&] {
        return cpu_of([&] {
          const auto answer = file.usage({{}, question.edges});
          if (!answer) throw std::runtime_error(answer.error().text());
          use(&*answer);
        });
      });
  return {.what = fmt::format("history of {}, {}", years, question.what),
          .floor = fmt::format("SQL over {} {}", question.level, number(pair.floor, "s")),
          .ours = number(pair.ours, "s"),
          .ratio = pair.ours / pair.floor,
          .target = fmt::format("≤ {}", number(question.target, "s")),
          .met = pair.ours <= question.target};
}

double cpu_of_children() {
  rusage used{};
  ::getrusage(RUSAGE_CHILDREN, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

// The whole program, which lies beside this one, beside one that says its version.
Line whole_program(const std::filesystem::path& file, const char* years) {
  const auto program = (std::filesystem::read_symlink("/proc/self/exe").parent_path() / "collector").string();
  const auto cpu_of_run = [&](std::vector<std::string> words) {
    words.insert(words.begin(), program);
    const double before = cpu_of_children();
    if (const int code = Process(words).wait(); code != 0)
      throw std::runtime_error(fmt::format("{} ended with {}", words[1], code));
    return cpu_of_children() - before;
  };
  const Pair pair = interleave(
      rounds, [&] { return cpu_of_run({"--version"}); },
      [&] { return cpu_of_run({"today", "--db", file.string()}); });
  return {.what = fmt::format("history of {}, `collector today`", years),
          .floor = "collector --version " + number(pair.floor, "s"),
          .ours = number(pair.ours, "s"),
          .ratio = pair.ours / pair.floor,
          .target = "≤ 25 ms",
          .met = pair.ours <= 0.025};
}

void measure(std::int64_t before, const char* years, std::vector<Line>& lines) {
  const test::TemporaryDirectory directory;
  const auto path = directory / "history.db";
  const auto zone = history::Zone::load("Europe/Berlin").value_or(history::Zone::utc());
  const std::int64_t length = before + today_so_far;
  fill(path, zone, length);
  const auto file = history::HistoryFile::open(path, {.at_most = std::chrono::milliseconds(0)});
  if (!file) throw std::runtime_error(file.error().text());
  auto database = sqlite::Database::open(path, {.mode = sqlite::Database::Mode::read_only, .vfs = {}});
  if (!database) throw std::runtime_error(database.error().what);
  // As much as HistoryFile remembers, so that the floor reads no page again either.
  if (!database->execute("PRAGMA cache_size=-16384")) throw std::runtime_error("no cache");
  const Seconds now{std::chrono::seconds(test::first_second + length)};
  const auto back = [&](int days) { return history::Interval{now - std::chrono::hours(24 * days), now}; };
  const history::Interval today = history::Cycle::daily().around(zone, now);
  const auto by = [&](const history::Interval& range, BucketUnit unit) {
    return history::bucket_edges(zone, range, {.unit = unit});
  };
  const auto pixels = [&](const history::Interval& range) {
    return history::picture_of(zone, range, 1300).edges;
  };
  const auto all = static_cast<int>(before / day);
  for (const Question& question : {Question{"today", by(today, BucketUnit::none), "1h", 0.002},
                                   Question{"today by hour", by(today, BucketUnit::hour), "1h", 0.002},
                                   Question{"a month by day", by(back(31), BucketUnit::day), "1d", 0.010},
                                   Question{"a year by hour", by(back(365), BucketUnit::hour), "1h", 0.020},
                                   Question{"all of it, 1,300 pixels", pixels(back(all)), "1h", 0.030},
                                   Question{"a month, 1,300 pixels", pixels(back(30)), "5m", 0.030},
                                   Question{"a week, 1,300 pixels", pixels(back(7)), "5m", 0.030},
                                   Question{"a day, 1,300 pixels", pixels(back(1)), "5m", 0.030}})
    lines.push_back(line(*file, *database, question, years));
  lines.push_back(whole_program(path, years));
}

}  // namespace

std::vector<Line> bench_history() {
  std::vector<Line> lines;
  measure(year, "a year", lines);
  measure(10 * year, "ten years", lines);
  return lines;
}

}  // namespace collector::bench
