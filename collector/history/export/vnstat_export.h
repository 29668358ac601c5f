// The history as `vnstat --json` prints it (its format 2), so that widgets and dashboards made for it work.
#pragma once

#include <string>

#include "collector/history/history_file.h"

namespace collector::history {

struct VnstatQuestion {
  Selection selection;  // of one host; grouped by interface
  // Nothing: as much as vnStat keeps by default (48 hours of five minutes, 4 days of hours, 62 days, 25
  // months, all years, 20 top days). Else what lies in there, at every length.
  std::optional<Interval> range;
  Zone zone = Zone::utc();  // in which days begin
  Seconds now{};
};

// One line with its end. Interfaces of kind `loopback` are left out unless the selection names interfaces;
// entries in which nothing was measured are left out everywhere, and those of which only a coarser level is
// kept. `id` is a number of the entry that stays the same from call to call: five minutes, hours and days
// since 1970, months since the year 0, the year.
Result<std::string> vnstat_json(const HistoryFile& file, const VnstatQuestion& question);

}  // namespace collector::history
