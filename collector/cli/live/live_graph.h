// A graph of rates, what was received upwards and what was sent downwards from one line, over one scale: by
// square roots, so that a trickle is seen beside a download. Pure.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <vector>

#include "collector/cli/live/live_options.h"
#include "collector/cli/live/live_session.h"
#include "collector/core/terminal.h"

namespace collector {

// What a terminal can show in one cell: braille 2 × 4 dots; half blocks; or ASCII.
enum class LiveDots : std::uint8_t { braille, halves, ascii };

// As the characters of the locale are, and whether the console's own font has braille (TERM=linux has none).
LiveDots dots_of(const Terminal& terminal, std::string_view term);

// `rows` lines without their ends, the labels of the scale before them; the latest point is at the right.
std::vector<std::string> live_graph(const std::deque<LivePoint>& points, std::size_t columns,
                                    std::size_t rows, LiveUnits units, LiveDots dots,
                                    const Terminal& terminal);

// The smallest of 1, 2, 5, 10 … of a unit's power that is not less than `bytes_per_second`, in bytes per
// second; at least 1 k of the unit.
double nice_rate(double bytes_per_second, LiveUnits units);
std::string axis_text(double bytes_per_second, LiveUnits units);  // "100 M"

}  // namespace collector
