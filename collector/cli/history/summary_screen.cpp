#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <span>
#include <utility>

#include "collector/cli/history/bar_sums.h"
#include "collector/cli/history/summary.h"
#include "collector/core/plural.h"
#include "collector/history/figures.h"
#include "collector/history/time_text.h"

namespace collector {
namespace {

using history::Interval;
using history::UsageBucket;
using history::UsageGroup;

constexpr std::size_t most_groups = 10;

using GroupName = std::pair<std::string, std::string>;  // host and interface

// Those of all ranges, what moved most first.
std::vector<GroupName> groups_of(const Summary& summary) {
  std::vector<std::pair<std::uint64_t, GroupName>> groups;
  for (const UsageGroup& group : summary.ranges.back().answer.groups)
    if (group.total.is_known())
      groups.push_back({moved_in(group.total).total(), {group.host, group.interface}});
  std::ranges::stable_sort(groups, std::ranges::greater(), [](const auto& each) { return each.first; });
  std::vector<GroupName> names;
  for (auto& [total, name] : groups)
    names.push_back(std::move(name));
  return names;
}

UsageBucket bucket_of(const history::UsageAnswer& answer, const GroupName& name) {
  for (const UsageGroup& group : answer.groups)
    if (group.host == name.first && group.interface == name.second) return group.total;
  return {};
}

// What is behind a range's mean: days of it that the history knows, up to now.
double days_known(const Interval& range, const Interval& known, history::Seconds now) {
  const auto start = std::max(range.start, known.start);
  const auto end = std::min(range.end, now);
  return std::max(std::chrono::duration<double>(end - start).count() / 86'400, 1.0);
}

BarScreen::Row range_row(const SummaryRange& range, const UsageBucket& bucket, double days,
                         const std::string& indent, AmountUnits units) {
  const Moved moved = moved_in(bucket);
  const auto a_day = [&](std::uint64_t amount) {
    return range.is_day ? amount : static_cast<std::uint64_t>(static_cast<double>(amount) / days + 0.5);
  };
  BarScreen::Row row{.label = indent + range.label,
                     .received = a_day(moved.received),
                     .sent = a_day(moved.sent),
                     .cells = {amount_text(moved.received, units), amount_text(moved.sent, units),
                               amount_text(moved.total(), units),
                               range.is_day ? "" : amount_text(a_day(moved.total()), units)},
                     .mark = mark_letters(bucket.flags)};
  if (!bucket.is_known()) {
    row.cells.clear();
    row.instead = "not measured";
  }
  return row;
}

}  // namespace

BarScreen summary_screen(const Summary& summary, const HistoryQuestion& question, AmountUnits units) {
  BarScreen screen{.host = question.host,
                   .heading = moment_text(question.zone, question.now),
                   .columns = {{"down", 3}, {"up", 2}, {"total", 4}, {"a day", 1}},
                   .rows = {},
                   .sums = {},
                   .about_bars = "bars: a day, on average",
                   .notes = {}};
  const std::vector<GroupName> groups = groups_of(summary);
  std::set<std::string> hosts;
  for (const GroupName& group : groups)
    hosts.insert(group.first);
  const auto add = [&](const std::string& title, const auto& bucket_in) {
    const bool is_only = groups.size() < 2;
    if (!is_only) screen.rows.push_back({.label = title, .style = Style::bold});
    for (const SummaryRange& range : summary.ranges) {
      const double days = days_known(range.range, summary.known, question.now);
      screen.rows.push_back(range_row(range, bucket_in(range), days, is_only ? "" : "  ", units));
    }
  };
  add("all together", [](const SummaryRange& range) { return total_of(range.answer); });
  if (groups.size() > 1)
    for (const GroupName& group : std::span(groups).first(std::min(groups.size(), most_groups)))
      add(hosts.size() > 1 ? group.first + " " + group.second : group.second,
          [&](const SummaryRange& range) { return bucket_of(range.answer, group); });
  if (groups.size() > most_groups)
    screen.notes.push_back(fmt::format("and {}, of which --json and --csv tell too",
                                       counted(groups.size() - most_groups, "interface")));
  add_standing(summary.standing, question.now, units, screen);
  if (summary.standing.too_little && !summary.standing.plan.quota)
    screen.notes.push_back(too_little_text(*summary.standing.too_little));
  add_legend(screen);
  for (const std::string& field : saturated_fields(summary.ranges.back().answer))
    screen.notes.push_back(saturated_text(field));
  for (std::string& remark : remarks_on(summary.ranges.front().answer, question.zone, question.now))
    screen.notes.push_back(std::move(remark));
  return screen;
}

}  // namespace collector
