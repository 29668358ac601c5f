// What `live` says in lines: one for each reading, for people or as JSON, and what it was all together. Pure.
#pragma once

#include <cstdint>
#include <string>

#include "collector/cli/live/live_options.h"
#include "collector/cli/live/live_session.h"
#include "collector/core/terminal.h"

namespace collector {

std::string live_rate_text(double bytes_per_second, LiveUnits units);  // "4.61 Mbit/s", "576 kB/s"
std::string live_amount_text(std::uint64_t bytes, LiveUnits units);    // "212 MB"

// "16:31:02", as this machine's clocks show it; "16:31" without seconds.
std::string local_clock_text(WallTime time, bool with_seconds);

// "16:31:05  ↓ 4.61 Mbit/s  ↑ 791 kbit/s": the latest reading, with its end.
std::string live_line(const LiveSession& session, LiveUnits units, const Terminal& terminal);
// The same as one JSON object, with exact bytes.
std::string live_json(const LiveSession& session);

// Total, mean, busiest reading and how long: a few lines.
std::string live_summary(const LiveSession& session, LiveUnits units, const Terminal& terminal);

}  // namespace collector
