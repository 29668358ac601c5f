// What a test tells the fault shim (fault_shim.cpp) in a process that it has started: a file that both have
// mapped. All of it may be changed at any moment.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

namespace collector::test {

enum class DiskFault : int {
  none,
  stall,  // every call waits until the fault is over
  slow,   // every writing call takes `delay_ms` longer
  fail,   // every writing call fails with `error`
};

// Of all files below `prefix`.
struct FaultRule {
  std::array<char, 240> prefix;  // written before the process starts
  std::atomic<DiskFault> fault;
  std::atomic<int> error;
  std::atomic<int> delay_ms;
};

struct FaultControl {
  std::atomic<int> active;              // rules with a fault
  std::atomic<std::int64_t> met;        // calls that met a fault so far
  std::atomic<int> rtnetlink_delay_ms;  // by which every request to rtnetlink is answered later
  std::atomic<std::int64_t> rtnetlink_met;
  std::atomic<std::int64_t> wall_step;  // nanoseconds that CLOCK_REALTIME is off by
  std::array<FaultRule, 8> rules;
  std::atomic<int> stderr_stalled;       // not 0: writing to stderr waits until it is 0 again
  std::atomic<std::int64_t> stderr_met;  // writes that waited so far
  // Errnos that calls fail with, whatever they are about; 0: they work.
  std::atomic<int> flock_error;
  std::atomic<int> lock_error;  // fcntl(F_SETLK …)
  std::atomic<int> map_error;   // mmap() of a file, shared and for writing
  std::atomic<int> poll_error;
};

// The environment variable with the file's path.
inline constexpr const char* fault_control_variable = "COLLECTOR_FAULT_CONTROL";

}  // namespace collector::test
