// What things cost: CPU time, wall time, syncs to disk; and how two ways are compared fairly.
#pragma once

#include <cstdint>
#include <vector>

namespace collector::bench {

double cpu_seconds();   // of this process, all threads
double wall_seconds();  // since some moment; never stepped

// fsync and fdatasync calls of this process so far, those of libraries included.
std::uint64_t syncs();

double median(std::vector<double> values);

struct Pair {
  double floor = 0;
  double ours = 0;
};

// Calls both alternately, so that a busy moment of the machine hits both alike; each returns its figure. The
// medians.
template <typename Floor, typename Ours>
Pair interleave(int rounds, Floor floor, Ours ours) {
  std::vector<double> floors;
  std::vector<double> ourss;
  for (int round = 0; round < rounds; ++round) {
    floors.push_back(floor());
    ourss.push_back(ours());
  }
  return {median(std::move(floors)), median(std::move(ourss))};
}

// CPU or wall seconds that one call takes.
template <typename Work>
double cpu_of(Work work) {
  const double start = cpu_seconds();
  work();
  return cpu_seconds() - start;
}
template <typename Work>
double wall_of(Work work) {
  const double start = wall_seconds();
  work();
  return wall_seconds() - start;
}

// Keeps the compiler from leaving out what nobody looks at.
void use(const void* data);

}  // namespace collector::bench
