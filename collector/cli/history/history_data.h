// The history's answers for programs: JSON and CSV with exact integers, and one line for a status bar. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "collector/cli/history/history_options.h"
#include "collector/cli/history/question.h"
#include "collector/core/terminal.h"
#include "collector/history/usage.h"

namespace collector {

// One object: what was asked, the total, and an array of buckets; with --by an array of groups, each with its
// total. Buckets that have not begun are left out. "open_window": whether what a running collector has
// counted and not written yet is in it; else it is as of "as_of".
std::string history_json(const HistoryQuestion& question, const history::UsageAnswer& answer);

// start,end,host,interface,received,sent,busiest_received,busiest_sent,observed_seconds,flags: a line for
// each bucket of each group, with times as RFC 3339 in the question's zone.
std::string history_csv(const HistoryQuestion& question, const history::UsageAnswer& answer);

// "↓21.4G ↑608M 57%", with its line end; the last is how much of a plan's quota is used, where there is one.
// "↓21.4G ↑608M as of 14:02" where nothing newer is known: a bar would show a collector that died as one that
// counts nothing.
std::string history_line(const HistoryQuestion& question, const history::UsageAnswer& answer,
                         std::optional<double> used_of_quota, AmountUnits units, const Terminal& terminal);

}  // namespace collector
