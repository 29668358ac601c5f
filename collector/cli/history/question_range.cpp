#include "collector/cli/history/question_range.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>
#include <utility>

#include "collector/history/plan_periods.h"
#include "collector/history/time_words.h"

namespace collector {
namespace {

using history::BucketUnit;
using history::HistoryContent;
using history::Interval;
using history::Seconds;

constexpr std::chrono::days days_shown{30};
constexpr int months_shown = 12;

constexpr std::array<std::pair<std::string_view, BucketUnit>, 5> top_units{{{"hours", BucketUnit::hour},
                                                                            {"days", BucketUnit::day},
                                                                            {"weeks", BucketUnit::week},
                                                                            {"months", BucketUnit::month},
                                                                            {"years", BucketUnit::year}}};

Interval month_before(const history::Zone& zone, Interval month, int count) {
  while (count-- > 0)
    month = history::bucket_around(zone, month.start - std::chrono::seconds(1), {.unit = BucketUnit::month});
  return month;
}

// Whole buckets of what the view is about: `month 2026-03-29` is about a month, `hours yesterday` about
// hours.
Interval in_whole_buckets(const HistoryOptions& options, const HistoryQuestion& question,
                          const Interval& range) {
  BucketUnit unit = unit_of_view(options);
  if (options.view == HistoryView::today) unit = BucketUnit::day;
  if (options.view == HistoryView::week) unit = BucketUnit::week;
  if (options.view == HistoryView::month) unit = BucketUnit::month;
  if (options.view == HistoryView::year) unit = BucketUnit::year;
  if (unit == BucketUnit::none) unit = BucketUnit::hour;
  const Seconds last = std::max(range.start, range.end - std::chrono::seconds(1));
  const auto around = [&](Seconds moment) {
    return history::bucket_around(question.zone, moment, {.unit = unit});
  };
  const Interval whole{around(range.start).start, around(last).end};
  // Who names a month means that of the calendar; a day of it is in a period where those are shown.
  if (whole == range || !question.plan || options.view != HistoryView::month) return whole;
  const history::Cycle cycle = history::cycle_of(question.plan->cycle);
  return {cycle.around(question.zone, range.start).start, cycle.around(question.zone, last).end};
}

}  // namespace

BucketUnit unit_of_view(const HistoryOptions& options) {
  switch (options.view) {
    case HistoryView::today:
    case HistoryView::yesterday:
    case HistoryView::hours:
      return BucketUnit::hour;
    case HistoryView::week:
    case HistoryView::month:
    case HistoryView::days:
      return BucketUnit::day;
    case HistoryView::year:
    case HistoryView::months:
      return BucketUnit::month;
    case HistoryView::all:
    case HistoryView::years:
      return BucketUnit::year;
    case HistoryView::top:
    case HistoryView::periods:
    case HistoryView::summary:
      break;
  }
  for (const auto& [name, unit] : top_units)
    if (options.top_of == name) return unit;
  return BucketUnit::none;
}

Interval range_of_view(const HistoryOptions& options, const HistoryContent& content,
                       const HistoryQuestion& question) {
  const auto around = [&](BucketUnit unit, Seconds moment) {
    return history::bucket_around(question.zone, moment, {.unit = unit});
  };
  const Seconds now = question.now;
  const Interval known = content.time.value_or(Interval{now, now});
  const Seconds end_of_all = std::max(known.end, now);
  switch (options.view) {
    case HistoryView::today:
      return around(BucketUnit::day, now);
    case HistoryView::yesterday:
      return around(BucketUnit::day, around(BucketUnit::day, now).start - std::chrono::seconds(1));
    case HistoryView::week:
      return around(BucketUnit::week, now);
    case HistoryView::month:
      return around(BucketUnit::month, now);
    case HistoryView::year:
      return around(BucketUnit::year, now);
    case HistoryView::hours: {
      const Interval hour = around(BucketUnit::hour, now);
      return {hour.end - std::chrono::hours(24), hour.end};
    }
    case HistoryView::days: {
      const Interval day = around(BucketUnit::day, now);
      return {
          around(BucketUnit::day, day.start - (days_shown - std::chrono::days(1)) + std::chrono::hours(12))
              .start,
          day.end};
    }
    case HistoryView::months: {
      const Interval month = around(BucketUnit::month, now);
      return {month_before(question.zone, month, months_shown - 1).start, month.end};
    }
    case HistoryView::all:
    case HistoryView::years:
      return {around(BucketUnit::day, known.start).start, around(BucketUnit::day, end_of_all).end};
    default:
      break;
  }
  if (options.top_of != "interfaces" && options.top_of != "hosts" && options.top_of != "hours")
    return {around(BucketUnit::day, known.start).start, around(BucketUnit::day, end_of_all).end};
  if (options.top_of == "hours") {
    const Seconds year_ago = around(BucketUnit::day, now - std::chrono::days(365)).start;
    return {std::max(around(BucketUnit::day, known.start).start, year_ago),
            around(BucketUnit::day, end_of_all).end};
  }
  return around(BucketUnit::month, now);
}

Result<> take_range(const HistoryOptions& options, const HistoryContent& content, HistoryQuestion& question) {
  history::TimeContext context{.now = question.now, .zone = question.zone};
  if (question.plan) {
    context.period = history::cycle_of(question.plan->cycle);
    const auto is_period = [](std::string_view word) { return word == "period" || word == "last-period"; };
    if (is_period(options.from) || is_period(options.to) || is_period(options.time))
      context.zone = question.zone = history::zone_of(*question.plan, question.zone);
  }
  if (!options.time.empty()) {
    const auto range = history::range_of(options.time, context);
    if (!range) return std::unexpected(range.error());
    question.range = in_whole_buckets(options, question, *range);
    question.is_usual_range = false;
    return {};
  }
  const auto range = history::range_between(options.from.empty() ? "all" : options.from, options.to, context);
  if (!range) return std::unexpected(range.error());
  question.range = *range;
  if ((options.from.empty() || options.from == "all") && content.time)
    question.range.start = std::min(content.time->start, question.range.end);
  question.is_usual_range = false;
  return {};
}

}  // namespace collector
