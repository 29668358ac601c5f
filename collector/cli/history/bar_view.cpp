#include "collector/cli/history/bar_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string_view>
#include <utility>

#include "collector/cli/history/bar_columns.h"
#include "collector/cli/history/bar_groups.h"
#include "collector/cli/history/bar_sums.h"
#include "collector/history/figures.h"
#include "collector/history/ranking.h"
#include "collector/history/time_text.h"

namespace collector {
namespace {

using history::BucketUnit;
using history::Interval;
using history::Seconds;
using history::UsageBucket;

// "00:10–07:24"; from a day on with the dates.
std::string stretch_text(const history::Zone& zone, const Interval& time) {
  return time.length() < std::chrono::hours(24)
             ? fmt::format("{}–{}", clock_text(zone, time.start), clock_text(zone, time.end))
             : range_text(zone, time);
}

// From a row of the table to a later one: "03:00–08:00", "Fri 6 – Sun 8".
std::string rows_text(const HistoryQuestion& question, const Interval& first, const Interval& last) {
  const BucketUnit unit = question.buckets.unit;
  if (unit != BucketUnit::day && unit != BucketUnit::month && unit != BucketUnit::year)
    return stretch_text(question.zone, {first.start, last.end});
  return fmt::format("{} – {}", bucket_text(question.zone, first, unit, question.range),
                     bucket_text(question.zone, last, unit, question.range));
}

// Whether the machine slept all through it; "asleep 00:10–07:24", of the whole of that sleep.
std::optional<std::string> asleep_all_through(const UsageBucket& bucket, std::span<const history::Mark> marks,
                                              const history::Zone& zone) {
  for (const history::Mark& mark : marks)
    if (mark.kind == history::Mark::Kind::gap && mark.time.start <= bucket.time.start &&
        bucket.time.end <= mark.time.end)
      return "asleep " + stretch_text(zone, mark.time);
  return std::nullopt;
}

// A row for each bucket up to now, and for what a wrong clock has put behind it: rows add up to their total.
// Those that tell nothing become one, which says how long that was.
void add_time_rows(const HistoryQuestion& question, const std::vector<UsageBucket>& buckets,
                   std::span<const history::Mark> marks, const BarColumns& columns, BarScreen& screen) {
  constexpr std::string_view not_measured = "not measured";
  std::string last_instead;
  Interval silent{};
  for (const UsageBucket& bucket : buckets) {
    if (bucket.time.start >= question.now && !bucket.is_known()) continue;
    std::string label = bucket_text(question.zone, bucket.time, question.buckets.unit, question.range);
    std::string instead;
    if (moved_in(bucket).total() == 0) {
      if (const auto asleep = asleep_all_through(bucket, marks, question.zone))
        instead = *asleep;
      else if (!bucket.is_known())
        instead = not_measured;
    }
    if (!instead.empty()) {
      // Before the first measurement there is nothing to tell.
      if (instead == not_measured && screen.rows.empty()) continue;
      if (instead != last_instead) {
        screen.rows.push_back({.label = std::move(label), .instead = instead});
        silent = bucket.time;
      } else if (instead == not_measured) {
        screen.rows.back().instead =
            fmt::format("{} {}", not_measured, rows_text(question, silent, bucket.time));
      }
    } else {
      screen.rows.push_back(row_of_bucket(std::move(label), bucket, columns));
      if (bucket.time.holds(question.now)) screen.rows.back().mark += "…";
    }
    last_instead = std::move(instead);
  }
  if (last_instead == not_measured && !screen.rows.empty()) screen.rows.pop_back();
}

// The largest buckets of all, the largest first; and what is too long to be one of them.
void add_top_rows(const HistoryQuestion& question, std::vector<UsageBucket> buckets,
                  const BarColumns& columns, BarScreen& screen) {
  for (const NotRanked& one : take_longer(buckets, question.buckets.unit))
    screen.notes.push_back(not_ranked_text(one, columns.units));
  // With the year, whatever the range.
  const Interval ages{question.range.start, question.range.start + std::chrono::days(3660)};
  for (const UsageBucket& bucket : largest(std::move(buckets), top_rows)) {
    const std::string label = question.buckets.unit == BucketUnit::hour
                                  ? moment_text(question.zone, bucket.time.start)
                                  : bucket_text(question.zone, bucket.time, question.buckets.unit, ages);
    screen.rows.push_back(row_of_bucket(label, bucket, columns));
    if (bucket.time.holds(question.now)) screen.rows.back().mark += "…";
  }
}

std::string heading_of(const HistoryOptions& options, const HistoryQuestion& question) {
  const std::string range = range_text(question.zone, question.range);
  if (!question.is_usual_range) return range;
  if (question.plan && options.view == HistoryView::month) return "period " + range;
  switch (options.view) {
    case HistoryView::hours:
      return "last 24 hours";
    case HistoryView::days:
      return "last 30 days";
    case HistoryView::months:
      return "last 12 months";
    case HistoryView::all:
    case HistoryView::years:
      return "all that is kept";
    case HistoryView::top:
      if (!question.is_top || options.top_of == "interfaces" || options.top_of == "hosts") return range;
      return fmt::format("busiest {}{}", options.by.empty() ? options.top_of : options.by + "s",
                         options.top_of == "hours" ? " of a year" : "");
    default:
      return range;
  }
}

}  // namespace

Result<BarScreen> bar_view(const HistoryOptions& options, const HistoryQuestion& question,
                           const history::UsageAnswer& answer, const history::HistoryFile& file) {
  const UsageBucket total = total_of(answer);
  const bool grouped = question.selection.by != history::GroupBy::none;
  const BarColumns columns{.rate_and_seen = options.view == HistoryView::hours && !grouped,
                           .share = grouped,
                           .whole = moved_in(total).total(),
                           .units = options.units};
  BarScreen screen{.host = question.host,
                   .heading = heading_of(options, question),
                   .columns = columns.titles(),
                   .rows = {},
                   .sums = {},
                   .notes = {}};
  auto marks = file.marks(question.selection, question.range);
  if (!marks) return std::unexpected(marks.error());
  if (grouped) {
    if (auto added = add_group_rows(options, question, answer, columns, file, screen); !added)
      return std::unexpected(added.error());
    screen.sums.push_back(
        {.label = "total", .cells = columns.sum_cells(moved_in(total)), .style = Style::bold});
  } else if (question.is_top) {
    add_top_rows(question, together(answer), columns, screen);
  } else {
    add_time_rows(question, together(answer), *marks, columns, screen);
    if (auto added = add_sums(options, question, total, columns, file, screen); !added)
      return std::unexpected(added.error());
    if (options.view == HistoryView::hours) std::ranges::reverse(screen.rows);
  }
  add_legend(screen);
  if (!total.is_known()) screen.notes.emplace_back("nothing was measured in that time");
  // Of a ranking that is said of what is not in it.
  const bool tells_moved = !question.is_top || grouped;
  for (std::string& remark : remarks_on(answer, question.zone, question.now, tells_moved))
    screen.notes.push_back(std::move(remark));
  if (auto text = beginning_text(question, question.range)) screen.notes.push_back(std::move(*text));
  return screen;
}

}  // namespace collector
