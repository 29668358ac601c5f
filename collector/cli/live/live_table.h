// The interfaces of `live`, as a table. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "collector/cli/live/live_options.h"
#include "collector/cli/live/live_session.h"
#include "collector/core/terminal.h"

namespace collector {

// Those that are shown: first those that count; then what moved inside them.
std::vector<const LiveInterface*> shown_interfaces(const LiveSession& session);

// Titles and a line for each, at most `rows` together; none wider than the terminal.
std::vector<std::string> live_table(const LiveSession& session, LiveUnits units, const std::string& chosen,
                                    std::size_t rows, const Terminal& terminal);

}  // namespace collector
