// One sample at a glance: the network first, then what else there is, in no more lines than a terminal has.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "collector/app/snapshot.h"
#include "collector/core/terminal.h"

namespace collector {

// With a line for the prompt on a terminal of 24 rows.
inline constexpr std::size_t summary_lines = 22;

// `down`: interfaces that are down. At most `summary_lines` lines on a terminal of 40 columns or more: of
// many interfaces, disks and filesystems the busiest and largest, and how many more there are.
std::string sample_summary(const Snapshot& snapshot, const std::vector<std::string>& down,
                           const Terminal& terminal);

// "down: eth1, wlan0", with a line end; empty when none is.
std::string down_line(const std::vector<std::string>& down, const Terminal& terminal);

// What a screen says below its values: since when totals count, where it has some, and in which units.
std::string about_values(bool has_totals, const Terminal& terminal);

}  // namespace collector
