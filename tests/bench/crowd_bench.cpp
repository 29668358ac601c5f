// A hundred at once: what they get of the running collector's API, what they do to its ticks, and the memory
// that a long export takes. The page's limits are set so that all are let in (`crowd_limits`).
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <barrier>
#include <chrono>
#include <cstdlib>
#include <map>
#include <mutex>

#include "tests/bench/groups.h"
#include "tests/bench/measure.h"
#include "tests/bench/tick_lateness.h"
#include "tests/bench/viewers.h"
#include "tests/bench/web_history.h"
#include "tests/sinks/batches.h"
#include "tests/support/http_request.h"

namespace collector::bench {
namespace {

constexpr int crowd = 100;
constexpr const char* overview = "/api/v1/overview";

// From `length` seconds ago until now.
void fill_until_now(const std::filesystem::path& file, int interfaces, std::int64_t length) {
  const auto now = std::chrono::floor<std::chrono::minutes>(std::chrono::system_clock::now());
  const std::int64_t second = std::chrono::seconds(now.time_since_epoch()).count() / 300 * 300;
  fill_traffic(file, interfaces, second - length - test::first_second, length);
}

double cpu_of_one(const Collector& page) {
  const double before = page.process().cpu_seconds();
  constexpr int times = 50;
  for (int i = 0; i < times; ++i)
    if (const auto answer = test::http_request(page.port(), overview); answer.status != 200)
      throw std::runtime_error(fmt::format("overview: {} {}", answer.status, answer.body));
  return (page.process().cpu_seconds() - before) / times;
}

Line at_once(const Collector& page) {
  const double alone = cpu_of_one(page);
  std::barrier together(crowd);
  std::mutex mutex;
  std::map<int, int> answers;
  double slowest = 0;
  const double before = page.process().cpu_seconds();
  {
    std::vector<std::jthread> clients;
    for (int i = 0; i < crowd; ++i)
      clients.emplace_back([&] {
        together.arrive_and_wait();
        const double start = wall_seconds();
        const int status = test::http_request(page.port(), overview).status;
        const std::lock_guard lock(mutex);
        ++answers[status];
        slowest = std::max(slowest, wall_seconds() - start);
      });
  }
  const double each = (page.process().cpu_seconds() - before) / std::max(1, answers[200]);
  return {.what = fmt::format("{} clients ask for {} at once: CPU of each answer", crowd, overview),
          .floor = "one alone " + number(alone, "s"),
          .ours = fmt::format("{}; {} got it, {} are told to come again, the last after {}",
                              number(each, "s"), answers[200], answers[503], number(slowest, "s")),
          .ratio = each / alone,
          .target = "all answered",
          .met = answers[200] + answers[503] == crowd};
}

std::vector<Line> ticks_among_them(const Collector& page) {
  const char* seconds = std::getenv("COLLECTOR_BENCH_SECONDS");
  const int count = seconds == nullptr ? 60 : std::max(10, std::atoi(seconds));
  const Lateness quiet = watch_ticks(page.status_socket(), count);
  const Viewers viewers(page.port(), crowd);
  std::atomic<bool> ended{false};
  std::atomic<int> answers{0};
  std::vector<std::jthread> clients;
  for (int i = 0; i < crowd; ++i)
    clients.emplace_back([&] {
      while (!ended) {
        if (test::http_request(page.port(), overview).status == 200) ++answers;
        std::this_thread::sleep_for(std::chrono::seconds(1));
      }
    });
  const Lateness crowded = watch_ticks(page.status_socket(), count);
  ended = true;
  std::vector<Line> lines;
  for (const auto& [name, share] : {std::pair{"median", 0.5}, {"99th percentile", 0.99}})
    lines.push_back(
        {.what = fmt::format("tick lateness, {} viewers and as many who ask each second, {}", crowd, name),
         .floor = fmt::format("without {}, a sleeping thread {}", number(percentile(quiet.ours, share), "s"),
                              number(percentile(crowded.floor, share), "s")),
         .ours =
             fmt::format("{} ({} of {} ticks told, {} answers)", number(percentile(crowded.ours, share), "s"),
                         crowded.ours.size(), count, answers.load()),
         .ratio = {},
         .target = "",
         .met = {}});
  return lines;
}

// Takes the answer and keeps none of it: its lines.
std::uint64_t download(std::uint16_t port, const std::string& target) {
  const Descriptor connection(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(connection.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    throw std::runtime_error("can't connect");
  const std::string request = fmt::format("GET {} HTTP/1.0\r\nHost: localhost\r\n\r\n", target);
  (void)::send(connection.get(), request.data(), request.size(), MSG_NOSIGNAL);
  std::uint64_t lines = 0;
  std::vector<char> part(1 << 16);
  for (ssize_t count = 0; (count = ::recv(connection.get(), part.data(), part.size(), 0)) > 0;)
    lines += static_cast<std::uint64_t>(std::count(part.begin(), part.begin() + count, '\n'));
  return lines;
}

struct Exported {
  std::uint64_t lines = 0;
  double peak = 0;  // bytes beyond what was resident before
  double cpu = 0;   // seconds
};

Exported exported(std::int64_t rows) {
  constexpr int interfaces = 100;
  const test::TemporaryDirectory directory;
  fill_until_now(directory / "history.db", interfaces, rows / interfaces * 300);
  const Collector page(Collector::Page::on, directory / "history.db");
  download(page.port(), overview);  // what every question needs is there
  const double before = page.process().memory("Rss");
  const double cpu = page.process().cpu_seconds();
  page.process().forget_peak();
  Exported result;
  result.lines = download(page.port(), "/api/v1/export?format=csv&bucket=5m&from=all&scope=all");
  result.peak = page.process().peak_memory() - before;
  result.cpu = page.process().cpu_seconds() - cpu;
  return result;
}

Line export_line() {
  const char* wanted = std::getenv("COLLECTOR_BENCH_ROWS");
  const std::int64_t rows = wanted == nullptr ? 1'000'000 : std::atoll(wanted);
  // Both more than the 16 MiB that SQLite remembers of the file.
  const Exported little = exported(rows / 4);
  const Exported much = exported(rows);
  return {.what = fmt::format("export of {} rows as CSV: peak beyond what was resident", much.lines),
          .floor = fmt::format("of {} rows {}", little.lines, number(little.peak, "B")),
          .ours = fmt::format("{}; {} rows/s of CPU", number(much.peak, "B"),
                              number(static_cast<double>(much.lines) / much.cpu, "")),
          .ratio = much.peak / little.peak,
          .target = "no growth: ≤ 1.5",
          .met = much.lines >= static_cast<std::uint64_t>(rows) && much.peak <= 1.5 * little.peak};
}

}  // namespace

std::vector<Line> bench_crowd() {
  const test::TemporaryDirectory directory;
  fill_until_now(directory / "history.db", 2, year_asked);
  std::vector<Line> lines;
  {
    const Collector page(Collector::Page::on, directory / "history.db");
    lines.push_back(at_once(page));
    for (Line& line : ticks_among_them(page))
      lines.push_back(std::move(line));
  }
  lines.push_back(export_line());
  return lines;
}

}  // namespace collector::bench
