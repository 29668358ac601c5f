// Months of traffic that are made up, with the weeks before each: what the forecast is tried on. They come
// from mechanisms (sessions, jobs, viewers, a random walk), not from the forecast's own idea of a week.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace collector::test {

// One machine, hour by hour, from its first day to the end of one month. Hours are of UTC.
struct MadeUpMonth {
  std::string process;  // which mechanism made it
  std::int64_t first;   // Unix seconds: the first hour
  std::int64_t begin;   // of the month
  std::int64_t end;
  std::vector<std::uint64_t> bytes;    // one per hour from `first` to `end`
  std::vector<std::uint32_t> seconds;  // measured in each: 0 while the machine is off
  std::vector<std::int64_t> asked;     // when the forecast is asked for, whole hours within the month
};

// 200 months: those that the forecast's constants were chosen with.
std::vector<MadeUpMonth> known_months();

// 50 more by other seeds, other ranges of the parameters, and two mechanisms that the 200 do not have.
// Nothing was chosen by them.
std::vector<MadeUpMonth> unseen_months();

}  // namespace collector::test
