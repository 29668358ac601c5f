// A history made from a few lines of text, through the store that a running collector uses.
#pragma once

#include <filesystem>

namespace collector::test {

// Writes `file` as `script` says. Its lines, times by the clocks of the zone:
//
//   host NAME                                   the next lines are about this machine
//   zone NAME                                   that days are cut in; first of all
//   plan NAME DAY QUOTA PRICE                   in EUR a month from that day on, of the host before it: its
//   periods
//                                               that are over are kept
//   forget TIME                                 in the end: rows and sums that begin before it are gone
//   only-days TIME                              in the end: of what begins before it only days are left
//   interface NAME KIND [PARENT]
//   pattern NAME MB0 … MB23                     what is received in each hour of a day
//   days FROM TO INTERFACE PATTERN SENT         a row an hour, both days with; each day 70 to 130 % of it by
//                                               its number; sent: this many percent of what is received
//   hours DATE FIRST INTERFACE SENT MB …        a row an hour from FIRST o'clock
//   row TIME SPAN INTERFACE RECEIVED SENT [FLAG …]
//
// A row of an hour is five times as fast in its busiest second as in the mean. # begins a comment.
void make_history(const std::filesystem::path& script, const std::filesystem::path& file);

}  // namespace collector::test
