// Days, hours and ranges as the screens of the history call them. Pure.
#pragma once

#include <string>

#include "collector/history/bucket_edges.h"
#include "collector/history/calendar.h"

namespace collector {

// "Sun 29 Nov 2026, 16:34"
std::string moment_text(const history::Zone& zone, history::Seconds moment);
// "16:34"
std::string clock_text(const history::Zone& zone, history::Seconds moment);
// "13 Dec"
std::string day_text(const history::Zone& zone, history::Seconds moment);
// "Sunday"
std::string weekday_text(const history::Zone& zone, history::Seconds moment);

// "2026", "November 2026", "Sun 29 Nov 2026", "14 Nov – 13 Dec 2026", "29 Nov 14:00 – 30 Nov 16:00 2026".
// Days are named with the last one; times with the end.
std::string range_text(const history::Zone& zone, const history::Interval& range);

// How a row of a table calls its bucket: "16:00", "Sat 14", "Nov"; with the date or year where `range`, that
// the table shows, has several of the name.
std::string bucket_text(const history::Zone& zone, const history::Interval& bucket, history::BucketUnit unit,
                        const history::Interval& range);

// "2026-11-29T16:34:00+01:00"
std::string offset_time_text(const history::Zone& zone, history::Seconds moment);

}  // namespace collector
