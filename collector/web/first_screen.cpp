#include "collector/web/first_screen.h"

#include <algorithm>
#include <map>

#include "collector/core/saturated.h"
#include "collector/history/answers/plan_standing.h"
#include "collector/history/answers/usual_hours.h"
#include "collector/history/figures.h"
#include "collector/web/ledger_answer.h"
#include "collector/web/sources.h"
#include "collector/web/standing_answer.h"
#include "collector/web/usage_cells.h"

namespace collector::web {
namespace {

using history::BucketUnit;
using history::Interval;
using history::UsageBucket;

constexpr int weeks_shown = 8;
constexpr int strip_columns = 400;
constexpr std::size_t interfaces_shown = 12;

std::int64_t all_of(const UsageBucket& bucket) {
  return static_cast<std::int64_t>(moved_in(bucket).total());
}

// What had counted by the end of each day.
Answered<void> append_course(JsonAnswer& out, Asked& asked, const PlanStanding& standing) {
  const Interval passed{standing.cycle.start, std::min(standing.cycle.end, asked.now())};
  const auto edges = history::bucket_edges(standing.zone, passed, {.unit = BucketUnit::day});
  const auto answer = asked.file().usage({.selection = standing.selection, .edges = edges});
  if (!answer) return std::unexpected(asked.failed(answer.error()));
  out.key("course").open('[');
  Moved sum;
  for (const UsageBucket& day : together(*answer)) {
    sum += moved_in(day);
    if (day.time.end < passed.end)
      out.open('[')
          .item(unix_time(day.time.end))
          .item(history::counted(standing.plan.counts, sum.received, sum.sent))
          .close(']');
  }
  out.close(']');
  return {};
}

// The largest of the period, with their last 24 hours.
Answered<void> append_interfaces(JsonAnswer& out, Asked& asked, history::Selection selection,
                                 const Interval& period) {
  selection.by = history::GroupBy::interface;
  selection.scope = history::Scope::all;
  auto answer = asked.file().usage({.selection = selection, .edges = {period.start, asked.now()}});
  if (!answer) return std::unexpected(asked.failed(answer.error()));
  const history::Seconds hour = std::chrono::ceil<std::chrono::hours>(asked.now());
  const auto day = asked.file().usage(
      {.selection = selection,
       .edges = history::step_edges({hour - std::chrono::hours(24), hour}, std::chrono::hours(1))});
  if (!day) return std::unexpected(asked.failed(day.error()));
  const auto content = asked.content();
  if (!content) return std::unexpected(content.error());
  std::ranges::stable_sort(answer->groups, std::ranges::greater(),
                           [](const history::UsageGroup& group) { return all_of(group.total); });
  const auto counts = [&](const history::UsageGroup& group) {
    return std::ranges::any_of((*content)->interfaces, [&](const history::HistoryInterface& one) {
      return one.host == group.host && one.interface == group.interface && one.is_uplink;
    });
  };
  std::int64_t all = 0;
  for (const history::UsageGroup& group : answer->groups)
    if (counts(group)) all = saturated_sum(all, all_of(group.total));
  if (answer->groups.size() > interfaces_shown) answer->groups.resize(interfaces_shown);
  out.key("interfaces").open('[');
  for (const history::UsageGroup& group : answer->groups) {
    if (all_of(group.total) == 0) continue;
    const Moved moved = moved_in(group.total);
    out.open('{').member("host", group.host).member("interface", group.interface).member("kind", group.kind);
    out.member("inside", group.parent.empty() ? std::nullopt : std::optional(group.parent))
        .member("counts", counts(group));
    // Of all that counts, as /api/v1/top has it.
    out.member("share", counts(group) ? std::optional(static_cast<double>(all_of(group.total)) /
                                                      static_cast<double>(all))
                                      : std::nullopt);
    out.member("received", moved.received).member("sent", moved.sent).key("spark").open('[');
    for (const history::UsageGroup& hours : day->groups)
      if (hours.host == group.host && hours.interface == group.interface)
        for (const UsageBucket& bucket : hours.buckets)
          out.item(all_of(bucket));
    out.close(']').close('}');
  }
  out.close(']');
  return {};
}

Answered<void> append_ledger(JsonAnswer& out, Asked& asked, const PlanStanding& standing) {
  const Interval passed{standing.cycle.start, std::min(standing.cycle.end, asked.now())};
  const auto question = asked.question(standing.selection, passed);
  if (!question) return std::unexpected(question.error());
  const auto told = ledger_of(
      asked, *question,
      {{"bytes_recv", FieldKind::counter, "bytes", {}}, {"bytes_sent", FieldKind::counter, "bytes", {}}});
  if (!told) return std::unexpected(told.error());
  LedgerLine sum;
  for (const LedgerLine& line : told->lines)
    sum += line;
  out.key("ledger").open('{').member("from", unix_time(passed.start)).member("to", unix_time(passed.end));
  out.member("moved", sum.moved()).member("stored", sum.stored).member("set_aside", sum.set_aside);
  out.member("dropped", sum.dropped).member("refused", sum.refused).member("imported", sum.imported);
  // What moved and is not in these numbers is told in words: not all of it has a size.
  out.member("whole", told->account.missing.empty())
      .member("uncounted", static_cast<std::int64_t>(told->account.uncounted))
      .member("sentences", told->account.missing)
      .member("off", told->account.off)
      .close('}');
  return {};
}

}  // namespace

Answered<void> append_today(JsonAnswer& out, Asked& asked, const history::Selection& traffic) {
  const Interval day = history::bucket_around(asked.zone(), asked.now(), {.unit = BucketUnit::day});
  const auto question = asked.question(traffic, day, BucketUnit::hour);
  if (!question) return std::unexpected(question.error());
  const auto answer = asked.file().usage(query_of(*question));
  if (!answer) return std::unexpected(asked.failed(answer.error()));
  const auto usual = usual_hours(*question, asked.file());
  if (!usual) return std::unexpected(asked.failed(usual.error()));
  const std::vector<UsageBucket> hours = together(*answer);
  const Moved moved = moved_in(total_of(*answer));
  out.key("today").open('{').member("from", unix_time(day.start)).member("to", unix_time(day.end));
  out.member("received", moved.received).member("sent", moved.sent);
  const auto usual_up_to = [&](history::Seconds moment) {
    return *usual ? std::optional(usual_before(moment, *question, hours, **usual)) : std::nullopt;
  };
  out.member("usual_by_now", usual_up_to(std::min(asked.now(), answer->as_of.value_or(asked.now()))));
  out.member("usual", usual_up_to(day.end)).key("hours").open('[');
  for (const UsageBucket& hour : hours) {
    const Moved in_hour = moved_in(hour);
    out.open('{').member("start", unix_time(hour.time.start)).member("end", unix_time(hour.time.end));
    out.member("received", in_hour.received).member("sent", in_hour.sent);
    out.member("usual",
               *usual ? std::optional((**usual)[hour_shown(asked.zone(), hour.time.start)]) : std::nullopt);
    out.close('}');
  }
  out.close(']').close('}');
  return {};
}

Answered<void> append_period(JsonAnswer& out, Asked& asked, const history::Selection& traffic) {
  const auto question = asked.question(traffic, {asked.now(), asked.now()});
  if (!question) return std::unexpected(question.error());
  const auto standing = plan_standing(*question, asked.file(), true);
  if (!standing) return std::unexpected(asked.failed(standing.error()));
  out.key("period").open('{');
  append_standing(out, *standing, asked.now());
  if (auto done = append_course(out, asked, *standing); !done) return done;
  out.close('}');
  if (auto done = append_interfaces(out, asked, traffic, standing->cycle); !done) return done;
  return append_ledger(out, asked, *standing);
}

Answered<void> append_week(JsonAnswer& out, Asked& asked, const history::Selection& traffic) {
  const history::Seconds hour = std::chrono::floor<std::chrono::hours>(asked.now());
  const auto week =
      asked.file().pattern(traffic, {hour - std::chrono::days(7 * weeks_shown), hour}, asked.zone());
  if (!week) return std::unexpected(asked.failed(week.error()));
  out.key("week").open('{').member("weeks", weeks_shown).key("mean").open('[');
  for (const history::HourOfWeekMean& one : *week)
    out.item(one.hours == 0 ? std::nullopt : std::optional(saturated_round(one.mean())));
  out.close(']').close('}');
  return {};
}

Answered<void> append_strip(JsonAnswer& out, Asked& asked, const history::Selection& traffic) {
  const auto content = asked.content();
  if (!content) return std::unexpected(content.error());
  const Interval all{(*content)->time ? (*content)->time->start : asked.now(), asked.now()};
  if (all.end <= all.start) {
    out.key("strip").item(nullptr);
    return {};
  }
  const auto step = history::step_for(all, strip_columns);
  const auto answer = asked.file().usage({.selection = traffic, .edges = history::step_edges(all, step)});
  if (!answer) return std::unexpected(asked.failed(answer.error()));
  const std::vector<UsageBucket> buckets = together(*answer);
  out.key("strip").open('{').member("start", unix_time(answer->edges.front())).member("step", step.count());
  out.member("count", buckets.size()).key("sum").open('[');
  for (const UsageBucket& bucket : buckets)
    out.item(bucket.is_known() ? std::optional(all_of(bucket)) : std::nullopt);
  out.close(']').key("seen").open('[');
  for (const UsageBucket& bucket : buckets)
    out.item(seen_seconds(bucket));
  out.close(']').close('}');
  return {};
}

}  // namespace collector::web
