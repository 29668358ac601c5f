// What buckets of the history say, as cells of a table and members of an object. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
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

// Units a second, rounded; nothing: not known, as where most of it was imported.
std::optional<std::int64_t> peak_of(const history::Amount& amount);
// When that was: the beginning of the window it was seen in.
std::optional<std::int64_t> peak_time_of(const history::Amount& amount);
std::int64_t unix_time(history::Seconds moment);
std::int64_t seen_seconds(const history::UsageBucket& bucket);
std::vector<std::string> flag_names(std::uint16_t flags);

// Values of the tags in AskedSelection::by.
std::vector<std::string> group_tags(const AskedSelection& asked, const history::UsageGroup& group);

// A row for each bucket of each group that has begun by `now`, or that anything is known of: start, end, the
// group's tags, the fields' columns, seen, flags.
inline constexpr std::string_view usage_row_shape =
    "{start: time, end: time, seen: integer, flags: [text], *: any}";
AnswerTable usage_table(const AskedSelection& asked, const history::UsageAnswer& answer,
                        history::Seconds now);

// Members that every answer to a question has.
inline constexpr std::string_view head_shape =
    "from: time, to: time, zone: text, as_of: time?, live: boolean, rows_ahead_to?: time, interfaces: "
    "[text], "
    "without_uplink?: [text], moved_edges?: [{wanted: time, used: time, kept: text}], "
    "coarser?: [{kept: text, from: time, to: time, edges: integer}]";
// `range`: as it was asked for. Its ends are told where they are moved; inside, where rows are longer than
// that.
void append_head(JsonAnswer& out, const history::UsageAnswer& answer, const history::Zone& zone,
                 const history::Interval& range);
// Of all groups together, counters exactly.
inline constexpr std::string_view totals_shape = "{seen: integer, *: amount?}";
void append_totals(JsonAnswer& out, const AskedSelection& asked, const history::UsageAnswer& answer);

}  // namespace collector::web
