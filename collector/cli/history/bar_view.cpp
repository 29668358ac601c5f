#include "collector/cli/history/bar_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <span>
#include <string_view>
#include <utility>

#include "collector/cli/history/bar_columns.h"
#include "collector/cli/history/bar_sums.h"
#include "collector/history/figures.h"
#include "collector/history/time_text.h"

namespace collector {
namespace {

using history::BucketUnit;
using history::Interval;
using history::Seconds;
using history::UsageBucket;

constexpr std::size_t top_rows = 10;

// Whether the machine slept all through it; "asleep 00:10–07:24", of the whole of that sleep.
std::optional<std::string> asleep_all_through(const UsageBucket& bucket, std::span<const history::Mark> marks,
                                              const history::Zone& zone) {
  for (const history::Mark& mark : marks)
    if (mark.kind == history::Mark::Kind::gap && mark.time.start <= bucket.time.start &&
        bucket.time.end <= mark.time.end)
      return fmt::format("asleep {}–{}", clock_text(zone, mark.time.start), clock_text(zone, mark.time.end));
  return std::nullopt;
}

// A row for each bucket up to now; those that tell nothing become one.
void add_time_rows(const HistoryQuestion& question, const std::vector<UsageBucket>& buckets,
                   std::span<const history::Mark> marks, const BarColumns& columns, BarScreen& screen) {
  std::string last_instead;
  for (const UsageBucket& bucket : buckets) {
    if (bucket.time.start >= question.now) break;
    std::string label = bucket_text(question.zone, bucket.time, question.buckets.unit, question.range);
    std::string instead;
    if (moved_in(bucket).total() == 0) {
      if (const auto asleep = asleep_all_through(bucket, marks, question.zone))
        instead = *asleep;
      else if (!bucket.is_known())
        instead = "not measured";
    }
    if (!instead.empty()) {
      // Before the first measurement there is nothing to tell.
      if (instead == "not measured" && screen.rows.empty()) continue;
      if (instead != last_instead) screen.rows.push_back({.label = std::move(label), .instead = instead});
    } else {
      screen.rows.push_back(row_of_bucket(std::move(label), bucket, columns));
      if (bucket.time.holds(question.now)) screen.rows.back().mark += "…";
    }
    last_instead = std::move(instead);
  }
  while (!screen.rows.empty() && screen.rows.back().instead == "not measured")
    screen.rows.pop_back();
}

// The largest buckets of all, the largest first.
void add_top_rows(const HistoryQuestion& question, std::vector<UsageBucket> buckets,
                  const BarColumns& columns, BarScreen& screen) {
  std::erase_if(buckets, [](const UsageBucket& bucket) { return moved_in(bucket).total() == 0; });
  std::ranges::stable_sort(buckets, std::ranges::greater(),
                           [](const UsageBucket& bucket) { return moved_in(bucket).total(); });
  buckets.resize(std::min(buckets.size(), top_rows));
  // With the year, whatever the range.
  const Interval ages{question.range.start, question.range.start + std::chrono::days(3660)};
  for (const UsageBucket& bucket : buckets) {
    const std::string label = question.buckets.unit == BucketUnit::hour
                                  ? moment_text(question.zone, bucket.time.start)
                                  : bucket_text(question.zone, bucket.time, question.buckets.unit, ages);
    screen.rows.push_back(row_of_bucket(label, bucket, columns));
    if (bucket.time.holds(question.now)) screen.rows.back().mark += "…";
  }
}

// Interfaces or hosts, the largest first; then those whose bytes are in others already.
Result<> add_group_rows(const HistoryQuestion& question, const history::UsageAnswer& answer,
                        const BarColumns& columns, const history::HistoryFile& file, BarScreen& screen) {
  std::set<std::string> hosts;
  for (const history::UsageGroup& group : answer.groups)
    hosts.insert(group.host);
  const auto add = [&](std::vector<history::UsageGroup> groups, bool counts) {
    std::ranges::stable_sort(groups, std::ranges::greater(),
                             [](const history::UsageGroup& group) { return moved_in(group.total).total(); });
    for (const history::UsageGroup& group : groups) {
      if (!group.total.is_known()) continue;
      std::string label = group.interface.empty() ? group.host : group.interface;
      if (hosts.size() > 1 && !group.interface.empty()) label = group.host + " " + group.interface;
      screen.rows.push_back(row_of_bucket(label, group.total, columns));
      if (counts) continue;
      screen.rows.back().style = Style::dim;
      if (columns.share) screen.rows.back().cells.back() = "";
      screen.notes.push_back(group.parent.empty()
                                 ? fmt::format("{}: {}, its bytes are counted elsewhere", label, group.kind)
                                 : fmt::format("{}: inside {}, not added", label, group.parent));
    }
  };
  add(answer.groups, true);
  if (question.selection.by != history::GroupBy::interface || question.selection.scope == history::Scope::all)
    return {};
  history::UsageQuery query = query_of(question);
  query.selection.scope = history::Scope::all;
  auto all = file.usage(query);
  if (!all) return std::unexpected(all.error());
  std::erase_if(all->groups, [&](const history::UsageGroup& group) {
    return group.kind == "loopback" || moved_in(group.total).total() == 0 ||
           std::ranges::any_of(answer.groups, [&](const history::UsageGroup& counted) {
             return counted.host == group.host && counted.interface == group.interface;
           });
  });
  add(std::move(all->groups), false);
  return {};
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
      if (options.top_of == "days") return "busiest days";
      if (options.top_of == "hours") return "busiest hours of a year";
      return range;
    default:
      return range;
  }
}

}  // namespace

Result<BarScreen> bar_view(const HistoryOptions& options, const HistoryQuestion& question,
                           const history::UsageAnswer& answer, const history::HistoryFile& file) {
  const UsageBucket total = total_of(answer);
  const bool grouped = question.selection.by != history::GroupBy::none;
  const bool tops = options.view == HistoryView::top && !grouped;
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
    if (auto added = add_group_rows(question, answer, columns, file, screen); !added)
      return std::unexpected(added.error());
    screen.sums.push_back(
        {.label = "total", .cells = columns.sum_cells(moved_in(total)), .style = Style::bold});
  } else if (tops) {
    add_top_rows(question, together(answer), columns, screen);
  } else {
    add_time_rows(question, together(answer), *marks, columns, screen);
    if (auto added = add_sums(options, question, total, columns, file, screen); !added)
      return std::unexpected(added.error());
    if (options.view == HistoryView::hours) std::ranges::reverse(screen.rows);
  }
  std::string letters;
  for (const BarScreen::Row& row : screen.rows)
    letters += row.mark;
  std::string legend;
  for (const std::string& note : mark_notes(letters))
    legend += (legend.empty() ? "" : "     ") + note;
  if (!legend.empty()) screen.notes.push_back(legend);
  for (std::string& remark : remarks_on(answer, question.zone, question.now))
    screen.notes.push_back(std::move(remark));
  return screen;
}

}  // namespace collector
