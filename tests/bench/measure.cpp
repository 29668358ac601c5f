#include "tests/bench/measure.h"

#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>

namespace {

std::atomic<std::uint64_t> sync_calls{0};

}  // namespace

// The dynamic linker finds these before the C library's, for SQLite too.
extern "C" int fsync(int descriptor) {
  ++sync_calls;
  return static_cast<int>(syscall(SYS_fsync, descriptor));
}
extern "C" int fdatasync(int descriptor) {
  ++sync_calls;
  return static_cast<int>(syscall(SYS_fdatasync, descriptor));
}

namespace collector::bench {
namespace {

double seconds(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

const void* volatile sink_of_uses;

}  // namespace

double cpu_seconds() {
  return seconds(CLOCK_PROCESS_CPUTIME_ID);
}
double wall_seconds() {
  return seconds(CLOCK_MONOTONIC);
}
std::uint64_t syncs() {
  return sync_calls;
}

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

void use(const void* data) {
  sink_of_uses = data;
}

}  // namespace collector::bench
