#include "collector/cli/history/bar_sums.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "collector/cli/history/plan_view.h"
#include "collector/core/plural.h"
#include "collector/history/figures.h"
#include "collector/history/plan_periods.h"
#include "collector/history/time_text.h"

namespace collector {
namespace {

using history::BucketUnit;
using history::Interval;
using history::Seconds;
using history::UsageBucket;

// The range of the same kind before, and what it is called; empty: there is none.
std::pair<Interval, std::string> range_before(const HistoryOptions& options,
                                              const HistoryQuestion& question) {
  if (options.view == HistoryView::month && question.plan)
    return {history::cycle_of(question.plan->cycle).before(question.zone, question.range), "last period"};
  BucketUnit unit = BucketUnit::none;
  if (options.view == HistoryView::week) unit = BucketUnit::week;
  if (options.view == HistoryView::month) unit = BucketUnit::month;
  if (options.view == HistoryView::year) unit = BucketUnit::year;
  if (unit == BucketUnit::none) return {};
  const Seconds moment = question.range.start - std::chrono::seconds(1);
  const char* const name = unit == BucketUnit::week    ? "last week"
                           : unit == BucketUnit::month ? "last month"
                                                       : "last year";
  return {history::bucket_around(question.zone, moment, {.unit = unit}), name};
}

}  // namespace

void add_standing(const PlanStanding& standing, Seconds now, AmountUnits units, BarScreen& screen) {
  const std::string end = day_text(standing.zone, standing.cycle.end - std::chrono::seconds(1));
  // The total above is of all that moved.
  const bool all_counts = standing.plan.counts == Counts::both && standing.plan.free_hours.empty();
  if (standing.forecast && all_counts) {
    BarScreen::Row row{.label = "expected by " + end,
                       .cells = std::vector<std::string>(screen.columns.size())};
    for (std::size_t i = 0; i < row.cells.size(); ++i)
      if (screen.columns[i].title == "total") row.cells[i] = amount_text(standing.forecast->expected, units);
    screen.sums.push_back(std::move(row));
  }
  if (!all_counts) {
    std::string counting = amount_text(standing.bill.used, units) + " of it count";
    if (standing.forecast) counting += "; " + expected_text(*standing.forecast, " by " + end, units);
    screen.notes.push_back(std::move(counting));
  }
  if (standing.unknown) screen.notes.push_back(*standing.unknown);
  if (const auto bar = plan_bar(standing, units)) {
    const std::string of_quota =
        fmt::format("{} of {} {}", amount_text(bar->used, units), amount_text(bar->quota, units), bar->name);
    screen.notes.push_back(of_quota + "; " + left_text(standing, now, units));
    if (!bar->verdict.empty()) screen.notes.push_back(bar->verdict + " " + bar->reason);
  }
}

Result<> add_sums(const HistoryOptions& options, const HistoryQuestion& question, const UsageBucket& total,
                  const BarColumns& columns, const history::HistoryFile& file, BarScreen& screen) {
  if (screen.rows.size() < 2 && options.view != HistoryView::month) return {};
  const bool runs = question.range.holds(question.now);
  std::string label = "total";
  if (runs && question.is_usual_range && question.buckets.unit == BucketUnit::day &&
      options.view != HistoryView::days) {
    const Seconds since = std::min(std::max(question.range.start, question.known_from), question.now);
    const auto days = date_of(question.zone, question.now) - date_of(question.zone, since);
    label = fmt::format("so far, {}", counted(static_cast<std::uint64_t>(days.count()) + 1, "day"));
  }
  screen.sums.push_back(
      {.label = std::move(label), .cells = columns.sum_cells(moved_in(total)), .style = Style::bold});
  if (!question.is_usual_range) return {};
  if (options.view == HistoryView::month && question.buckets.unit == BucketUnit::day) {
    const auto standing = plan_standing(question, file, true);
    if (!standing) return std::unexpected(standing.error());
    add_standing(*standing, question.now, options.units, screen);
  }
  const auto [earlier, before] = range_before(options, question);
  if (earlier.length() == std::chrono::seconds(0)) return {};
  const auto answer = file.usage(query_of(question, earlier));
  if (!answer) return std::unexpected(answer.error());
  const UsageBucket sum = total_of(*answer);
  if (sum.is_known()) screen.sums.push_back({.label = before, .cells = columns.sum_cells(moved_in(sum))});
  return {};
}

}  // namespace collector
