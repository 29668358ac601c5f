#include "collector/history/report/year_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "collector/core/batch.h"
#include "collector/core/saturated.h"
#include "collector/history/bucket_edges.h"
#include "collector/history/time_text.h"

namespace collector::history {
namespace {

Interval year_of(const Zone& zone, int year) {
  const LocalDays first{std::chrono::year(year) / std::chrono::January / 1};
  const LocalDays next{std::chrono::year(year + 1) / std::chrono::January / 1};
  return {zone.first(LocalSeconds(first)), zone.first(LocalSeconds(next))};
}

Result<> read_days(const HistoryFile& file, YearReport& report) {
  auto answer = file.usage(
      {report.asked.selection, bucket_edges(report.asked.zone, report.time, {.unit = BucketUnit::day})});
  if (!answer) return std::unexpected(answer.error());
  report.days = together(*answer);
  report.total = total_of(*answer);
  report.as_of = answer->as_of;
  report.moved = std::move(answer->moved);
  report.without_uplink = std::move(answer->without_uplink);
  return {};
}

Result<> read_months(const HistoryFile& file, YearReport& report) {
  const auto edges = bucket_edges(report.asked.zone, report.time, {.unit = BucketUnit::month});
  const auto answer = file.usage({report.asked.selection, edges});
  if (!answer) return std::unexpected(answer.error());
  for (const UsageBucket& month : together(*answer)) {
    using enum YearPeriod::State;
    YearPeriod period{.time = month.time,
                      .label = bucket_text(report.asked.zone, month.time, BucketUnit::month, report.time),
                      .moved = moved_in(month)};
    if (month.is_known()) period.state = month.time.holds(report.asked.now) ? running : counted;
    report.months.push_back(std::move(period));
  }
  return {};
}

// Interfaces by what moved through them.
Result<> read_interfaces(const HistoryFile& file, YearReport& report) {
  Selection selection = report.asked.selection;
  selection.by = GroupBy::interface;
  const auto answer = file.usage({selection, {report.time.start, report.time.end}});
  if (!answer) return std::unexpected(answer.error());
  const bool is_one_host = std::ranges::all_of(
      answer->groups, [&](const UsageGroup& group) { return group.host == answer->groups.front().host; });
  for (const UsageGroup& group : answer->groups) {
    const Moved moved = moved_in(group.total);
    if (moved.total() == 0) continue;
    report.interfaces.push_back(
        {is_one_host ? group.interface : group.host + " " + group.interface, group.kind, moved});
  }
  std::ranges::stable_sort(report.interfaces, std::ranges::greater(),
                           [](const YearInterface& one) { return one.moved.total(); });
  return {};
}

// The same part of the year before, where all of that is in the history.
Result<> compare(const HistoryFile& file, const HistoryContent& content, YearReport& report) {
  const Interval last = year_of(report.asked.zone, report.asked.year - 1);
  if (!content.time || content.time->start > last.start + std::chrono::days(1)) return {};
  Interval part = last;
  if (!report.is_over()) part.end = std::min(last.end, last.start + (report.until - report.time.start));
  const auto answer = file.usage({report.asked.selection, {part.start, part.end}});
  if (!answer) return std::unexpected(answer.error());
  const auto before = moved_in(total_of(*answer)).total();
  if (before == 0) return {};
  report.against_last = static_cast<double>(moved_in(report.total).total()) / static_cast<double>(before);
  return {};
}

// Month by month, the newest first: before the first month without five minutes there are none.
Result<> read_percentile(const HistoryFile& file, YearReport& report) {
  const auto whole = [](std::int64_t bytes) {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(bytes, 0));
  };
  const Seconds end =
      bucket_around(report.asked.zone, report.until, {.unit = BucketUnit::five_minutes}).start;
  std::vector<Slot> slots;
  for (Seconds until = end; until > report.time.start;) {
    const Interval month =
        bucket_around(report.asked.zone, until - std::chrono::seconds(1), {.unit = BucketUnit::month});
    const auto known =
        file.slots(report.asked.selection, {month.start, until}, std::chrono::seconds(slot_seconds));
    if (!known) return std::unexpected(known.error());
    if (known->empty() && !slots.empty()) break;
    for (const TimeSlot& slot : *known)
      slots.push_back({slot.start, slot.observed, whole(slot.in), whole(slot.out)});
    until = month.start;
  }
  std::ranges::sort(slots, {}, &Slot::start);
  report.percentile =
      percentile_95(slots, report.time.start.time_since_epoch().count(), end.time_since_epoch().count());
  return {};
}

void fill_ledger(const std::vector<Mark>& marks, YearReport& report) {
  YearLedger& ledger = report.ledger;
  if (report.total.fields.size() > 1) {
    ledger.received = report.total.fields[0].sum;
    ledger.sent = report.total.fields[1].sum;
    ledger.imported = saturated_sum(report.total.fields[0].imported, report.total.fields[1].imported);
  }
  for (const Mark& mark : marks)
    if (mark.kind == Mark::Kind::quarantined) ledger.set_aside = saturated_sum(ledger.set_aside, mark.amount);
  std::int64_t observed = 0;
  for (const UsageBucket& day : report.days) {
    if (day.time.start >= report.until) break;
    observed += day.observed;
    ledger.days_unknown += day.is_known() ? 0 : 1;
    ledger.days_asleep += (day.flags & flag::gap) != 0 ? 1 : 0;
    ledger.days_recovered += (day.flags & flag::recovered) != 0 ? 1 : 0;
    ledger.days_reset += (day.flags & flag::reset) != 0 ? 1 : 0;
    ledger.days_clock += (day.flags & flag::clock) != 0 ? 1 : 0;
  }
  const auto length = static_cast<double>((report.until - report.time.start).count()) * 1000;
  report.measured = length > 0 ? std::min(1.0, static_cast<double>(observed) / length) : 0;
}

}  // namespace

std::vector<Money> YearPlan::costs() const {
  std::vector<Money> costs;
  for (const YearPeriod& period : periods) {
    if (!period.cost) continue;
    auto same = std::ranges::find(costs, period.cost->currency, &Money::currency);
    if (same == costs.end()) same = costs.insert(same, Money{0, period.cost->currency});
    same->minor += period.cost->minor;
  }
  return costs;
}

bool YearReport::shows_months() const {
  return std::ranges::none_of(asked.plans, &YearPlan::is_of_all);
}

Result<YearReport> read_year(const HistoryFile& file, const YearQuestion& question) {
  YearReport report;
  report.asked = question;
  report.asked.selection.by = GroupBy::none;
  report.time = year_of(question.zone, question.year);
  report.until = std::clamp(question.now, report.time.start, report.time.end);
  const auto content = file.content();
  if (!content) return std::unexpected(content.error());
  if (auto done = read_days(file, report); !done) return std::unexpected(done.error());
  if (auto done = read_months(file, report); !done) return std::unexpected(done.error());
  if (report.is_empty()) {
    fill_ledger({}, report);
    return report;
  }
  const auto marks = file.marks(report.asked.selection, report.time);
  if (!marks) return std::unexpected(marks.error());
  fill_ledger(*marks, report);
  auto week = file.pattern(report.asked.selection, {report.time.start, report.until}, question.zone);
  if (!week) return std::unexpected(week.error());
  report.week = std::move(*week);
  for (const auto& read : {read_interfaces, read_percentile})
    if (auto done = read(file, report); !done) return std::unexpected(done.error());
  if (auto done = compare(file, *content, report); !done) return std::unexpected(done.error());
  return report;
}

}  // namespace collector::history
