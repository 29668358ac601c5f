// What buckets of the history say, as cells of a table and members of an object. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "collector/history/usage.h"
#include "collector/web/answer_table.h"
#include "collector/web/asked.h"

namespace collector::web {

// Of a counter its sum, the busiest second's rate and when that was; of a gauge mean, lowest and highest; of
// a state the last.
std::vector<std::string> bucket_columns(const AskedSelection& asked);
void append_cells(const AskedSelection& asked, const history::UsageBucket& bucket,
                  std::vector<TableCell>& row);

// Units a second, rounded; nothing: not known, as of imported days.
std::optional<std::int64_t> peak_of(const history::Amount& amount);
std::int64_t unix_time(history::Seconds moment);
std::int64_t seen_seconds(const history::UsageBucket& bucket);
std::vector<std::string> flag_names(std::uint16_t flags);

// Values of the tags in AskedSelection::by.
std::vector<std::string> group_tags(const AskedSelection& asked, const history::UsageGroup& group);

// A row for each bucket of each group that has begun by `now`, or that anything is known of: start, end, the
// group's tags, the fields' columns, seen, flags.
AnswerTable usage_table(const AskedSelection& asked, const history::UsageAnswer& answer,
                        history::Seconds now);

// Members that every answer to a question has: from, to, zone, as_of, live, interfaces, moved_edges,
// without_uplink.
void append_head(JsonAnswer& out, const history::UsageAnswer& answer, const history::Zone& zone);
// {"bytes_recv":…,"bytes_sent":…,"seen":…}: of all groups together, counters exactly.
void append_totals(JsonAnswer& out, const AskedSelection& asked, const history::UsageAnswer& answer);

}  // namespace collector::web
