// How late ticks come at an interval of one second on a machine whose processors are all busy, beside a
// thread that only sleeps until each whole second. Every tick's time is asked of the running program over its
// status socket.
#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "collector/http/client.h"
#include "tests/bench/groups.h"
#include "tests/bench/process.h"
#include "tests/support/busy_processors.h"
#include "tests/support/files.h"
#include "tests/support/temporary_directory.h"

namespace collector::bench {
namespace {

using Seconds = std::chrono::duration<double>;

int ticks_to_watch() {
  const char* seconds = std::getenv("COLLECTOR_BENCH_SECONDS");
  return seconds != nullptr ? std::max(10, std::atoi(seconds)) : 100;
}

// Behind the whole second before it; a hair early is not late.
double lateness(std::chrono::system_clock::time_point when) {
  const double part = Seconds(when.time_since_epoch() % std::chrono::seconds(1)).count();
  return part > 0.9 ? 0 : part;
}

// The floor: sleeps until each of the next whole seconds.
std::vector<double> sleep_until_seconds(int count) {
  std::vector<double> late;
  for (int i = 0; i < count; ++i) {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    const timespec next{now.tv_sec + 1, 0};
    clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &next, nullptr);
    late.push_back(lateness(std::chrono::system_clock::now()));
  }
  return late;
}

// "…T12:00:01.004Z": how far behind the whole second.
double lateness_of_tick(const std::string& status) {
  const std::string mark = "\"last_tick\": \"";
  const auto begin = status.find(mark);
  if (begin == std::string::npos) throw std::runtime_error("no last_tick in: " + status.substr(0, 2000));
  const auto point = status.find('.', begin + mark.size());
  const auto end = status.find('Z', begin + mark.size());
  // A tick right at the second has no fraction.
  const double part = point < end ? std::stod("0" + status.substr(point, end - point)) : 0;
  return part > 0.9 ? 0 : part;
}

double percentile(std::vector<double> values, double share) {
  std::ranges::sort(values);
  return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

}  // namespace

std::vector<Line> bench_lateness() {
  const test::TemporaryDirectory state;
  const auto configuration = state / "collector.yaml";
  test::write_file(configuration, "state: " + state.path().string() + "\nlog: {level: error}\n");
  const auto program = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "collector";
  const Process process({program.string(), "run", "--config", configuration.string()});
  const auto socket = state / "status.sock";
  for (int i = 0; i < 1000 && !std::filesystem::exists(socket); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));

  // Two threads per processor.
  const test::BusyProcessors load(2 * std::max(1U, std::thread::hardware_concurrency()));
  const int count = ticks_to_watch();
  std::vector<double> floor;
  std::thread sleeper([&] { floor = sleep_until_seconds(count); });
  std::vector<double> ours;
  for (int i = 0; i < count; ++i) {
    // In the middle between two ticks.
    const auto now = std::chrono::system_clock::now();
    std::this_thread::sleep_until(std::chrono::floor<std::chrono::seconds>(now) +
                                  std::chrono::milliseconds(1500));
    const auto answer = http::ask(socket, "GET", "/status", std::chrono::seconds(5));
    if (answer) ours.push_back(lateness_of_tick(answer->body));
  }
  sleeper.join();
  if (ours.empty()) throw std::runtime_error("the collector did not answer");
  std::vector<Line> lines;
  for (const auto& [name, share] : {std::pair{"median", 0.5}, {"99th percentile", 0.99}})
    lines.push_back(
        {.what = fmt::format("tick lateness at 1 s, all processors busy, {} of {}", name, ours.size()),
         .floor = "a sleeping thread " + number(percentile(floor, share), "s"),
         .ours = number(percentile(ours, share), "s"),
         .ratio = std::nullopt,
         .target = "",
         .met = std::nullopt});
  return lines;
}

}  // namespace collector::bench
