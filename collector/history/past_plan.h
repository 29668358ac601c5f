// What of another program's history goes into ours: day by day, never where something is already. Used
// inside a transaction.
//
//   nobody has any of the day    its hours, where they are all of it; else the day alone
//   a part of it is there        the full hours that nobody has
//   it is not over               the full hours that are, where the program tells no days
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "collector/history/level.h"
#include "collector/history/measured_times.h"
#include "collector/history/past_traffic.h"

namespace collector::history {

// A bucket that is to be added.
struct PastBucket {
  Level level = Level::day;
  Interval time{};        // of a day the whole day, of which `span` is known
  std::int64_t span = 0;  // milliseconds
  std::int64_t received = 0;
  std::int64_t sent = 0;
};

enum class LeftOut : std::uint8_t {
  measured,  // our own history has it
  imported,  // an earlier import has brought it
  awaited,   // after our own newest reading: ours may still come
  waiting,   // ours wait to be stored
  not_over,  // it was not over when the program wrote it, or is not yet
};

struct PastAmount {
  std::size_t days = 0;  // that something of was left out
  std::int64_t received = 0;
  std::int64_t sent = 0;
};

// received and sent: of all buckets of days. What the program has is this and what was left out, to the byte.
struct PastPlan {
  std::vector<PastBucket> buckets;
  std::size_t days = 0;
  std::size_t hours = 0;
  std::optional<Interval> time = {};  // first bucket's start to the last one's end
  std::int64_t received = 0;
  std::int64_t sent = 0;
  std::map<LeftOut, PastAmount> left_out = {};
};

// Who has an interface's series already.
struct PastSeries {
  std::vector<std::int64_t> measured;
  std::vector<std::int64_t> imported;
  std::vector<Interval> waiting = {};
};

// `zone`: that the days are of. `settled`: what ends later may still change, here or there.
sqlite::SqliteResult<PastPlan> plan_import(const PastInterface& past, const Zone& zone, Seconds settled,
                                           const PastSeries& series, MeasuredTimes& times);

}  // namespace collector::history
