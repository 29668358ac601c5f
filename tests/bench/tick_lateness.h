// How late a running collector's ticks come at an interval of one second, beside a thread that only sleeps
// until each whole second.
#pragma once

#include <filesystem>
#include <vector>

namespace collector::bench {

struct Lateness {
  std::vector<double> floor;  // seconds behind each whole second
  std::vector<double> ours;   // of each tick, as the status socket tells
};

Lateness watch_ticks(const std::filesystem::path& status_socket, int count);

double percentile(std::vector<double> values, double share);

}  // namespace collector::bench
