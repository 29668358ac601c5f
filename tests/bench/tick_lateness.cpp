#include "tests/bench/tick_lateness.h"

#include <time.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>

#include "collector/http/client.h"

namespace collector::bench {
namespace {

using Seconds = std::chrono::duration<double>;

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

}  // namespace

double percentile(std::vector<double> values, double share) {
  std::ranges::sort(values);
  return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

Lateness watch_ticks(const std::filesystem::path& status_socket, int count) {
  Lateness late;
  std::thread sleeper([&] { late.floor = sleep_until_seconds(count); });
  for (int i = 0; i < count; ++i) {
    // In the middle between two ticks.
    const auto now = std::chrono::system_clock::now();
    std::this_thread::sleep_until(std::chrono::floor<std::chrono::seconds>(now) +
                                  std::chrono::milliseconds(1500));
    const auto answer = http::ask(status_socket, "GET", "/status", std::chrono::seconds(5));
    if (answer) late.ours.push_back(lateness_of_tick(answer->body));
  }
  sleeper.join();
  if (late.ours.empty()) throw std::runtime_error("the collector did not answer");
  return late;
}

}  // namespace collector::bench
