// The screen of `live`, drawn anew for each reading: rates, a graph, a table of interfaces. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "collector/cli/live/live_graph.h"
#include "collector/cli/live/live_options.h"
#include "collector/cli/live/live_session.h"
#include "collector/core/terminal.h"

namespace collector {

struct LiveView {
  LiveUnits units = LiveUnits::bit;
  std::string interface;  // whose rates and graph are shown; empty: all that count, together
  bool has_keys = true;
  std::string note;       // below everything: what is wrong
  std::size_t rows = 24;  // of the terminal
  LiveDots dots = LiveDots::braille;
};

// Lines without their ends, not more than the terminal has rows, none wider than it.
std::vector<std::string> live_screen(const LiveSession& session, const LiveView& view,
                                     const Terminal& terminal);

// What is to be said of the session below everything; empty: nothing.
std::string live_note(const LiveSession& session);
// "wlan9: there is no such interface now; did you mean wlan0?"; empty: all that was asked for is there.
std::string missing_note(const LiveSession& session);

// What `i` leads to: the next of those that the table shows, after the last one all together again.
std::string next_interface(const LiveSession& session, const std::string& shown);

}  // namespace collector
