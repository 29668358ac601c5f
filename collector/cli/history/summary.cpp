#include "collector/cli/history/summary.h"

#include <chrono>
#include <utility>

namespace collector {
namespace {

using history::BucketUnit;
using history::Interval;
using history::Seconds;

std::vector<SummaryRange> ranges_of(const HistoryQuestion& question, const Interval& known,
                                    const PlanStanding& standing) {
  const auto around = [&](Seconds moment, BucketUnit unit) {
    return history::bucket_around(question.zone, moment, {.unit = unit});
  };
  const auto range = [](const char* name, const char* label, const Interval& time, bool is_day = false) {
    return SummaryRange{.name = name, .label = label, .range = time, .answer = {}, .is_day = is_day};
  };
  const Seconds now = question.now;
  const Interval today = around(now, BucketUnit::day);
  const Interval all{around(known.start, BucketUnit::day).start, std::max(today.end, known.end)};
  return {
      range("today", "today", today, true),
      range("yesterday", "yesterday", around(today.start - std::chrono::seconds(1), BucketUnit::day), true),
      range("week", "this week", around(now, BucketUnit::week)),
      standing.is_plan ? range("period", "this period", standing.cycle)
                       : range("month", "this month", standing.cycle),
      range("year", "this year", around(now, BucketUnit::year)),
      range("all", "all", all)};
}

}  // namespace

Result<Summary> summarise(const HistoryQuestion& question, const history::HistoryContent& content,
                          const history::HistoryFile& file) {
  auto standing = plan_standing(question, file, true);
  if (!standing) return std::unexpected(standing.error());
  Summary summary{.ranges = {},
                  .known = content.time.value_or(Interval{question.now, question.now}),
                  .standing = *std::move(standing)};
  summary.ranges = ranges_of(question, summary.known, summary.standing);
  history::Selection selection = question.selection;
  selection.by = history::GroupBy::interface;
  for (SummaryRange& each : summary.ranges) {
    auto answer = file.usage({selection, {each.range.start, each.range.end}});
    if (!answer) return std::unexpected(answer.error());
    each.answer = *std::move(answer);
  }
  return summary;
}

}  // namespace collector
