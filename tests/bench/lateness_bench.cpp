// How late ticks come at an interval of one second on a machine whose processors are all busy.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>

#include "tests/bench/groups.h"
#include "tests/bench/process.h"
#include "tests/bench/tick_lateness.h"
#include "tests/support/busy_processors.h"
#include "tests/support/files.h"
#include "tests/support/temporary_directory.h"

namespace collector::bench {
namespace {

int ticks_to_watch() {
  const char* seconds = std::getenv("COLLECTOR_BENCH_SECONDS");
  return seconds != nullptr ? std::max(10, std::atoi(seconds)) : 100;
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
  const auto [floor, ours] = watch_ticks(socket, ticks_to_watch());
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
