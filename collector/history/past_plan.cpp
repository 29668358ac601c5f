#include "collector/history/past_plan.h"

#include <algorithm>
#include <set>

#include "collector/history/spread.h"

namespace collector::history {
namespace {

using std::chrono::seconds;

Stretch as_stretch(const Interval& time) {
  return {time.start.time_since_epoch().count(), time.end.time_since_epoch().count()};
}

bool is_whole_hour(Seconds moment) {
  return moment.time_since_epoch().count() % one_hour == 0;
}

std::int64_t milliseconds_of(const Interval& time) {
  return time.length().count() * 1000;
}

struct PastDay {
  std::optional<PastPiece> told;  // as a day
  std::vector<PastPiece> hours;
};

// Two hours that clocks showed as one become two, spread by time.
void add_hours(std::vector<PastPiece>& hours, const PastPiece& piece) {
  const auto whole = piece.time.length().count();
  for (Seconds start = piece.time.start; start < piece.time.end; start += seconds(one_hour)) {
    const Seconds end = std::min(start + seconds(one_hour), piece.time.end);
    const auto part = [&](std::int64_t amount) {
      return amount_before(amount, (end - piece.time.start).count(), whole) -
             amount_before(amount, (start - piece.time.start).count(), whole);
    };
    hours.push_back({{start, end}, part(piece.received), part(piece.sent)});
  }
}

std::map<Interval, PastDay, decltype([](const Interval& a, const Interval& b) { return a.start < b.start; })>
days_in(const PastInterface& past, const Zone& zone) {
  decltype(days_in(past, zone)) days;
  for (const PastPiece& day : past.days)
    days[day.time].told = day;
  for (const PastPiece& piece : past.hours) {
    std::vector<PastPiece> hours;
    add_hours(hours, piece);
    for (const PastPiece& hour : hours)
      days[Cycle::daily().around(zone, hour.time.start)].hours.push_back(hour);
  }
  return days;
}

class Planner {
 public:
  Planner(Seconds limit, const PastSeries& series, MeasuredTimes& times)
      : limit_(limit), series_(&series), times_(&times) {}

  sqlite::SqliteResult<> begin() {
    for (const std::int64_t one : series_->measured) {
      const auto end = times_->end_of(one);
      if (!end) return std::unexpected(end.error());
      if (*end) ours_until_ = std::max(ours_until_.value_or(**end), **end);
    }
    return {};
  }

  sqlite::SqliteResult<> add(const Interval& time, const PastDay& day) {
    PastPiece known{time, 0, 0};
    bool fits = is_whole_hour(time.start) && is_whole_hour(time.end);
    for (const PastPiece& hour : day.hours) {
      known.received += hour.received;
      known.sent += hour.sent;
      fits = fits && is_whole_hour(hour.time.start) && is_whole_hour(hour.time.end);
    }
    const PastPiece told = day.told.value_or(known);
    const auto why = left_out(time);
    if (!why) return std::unexpected(why.error());
    if (!*why) {
      const bool by_hours =
          fits && !day.hours.empty() && told.received == known.received && told.sent == known.sent;
      if (by_hours)
        for (const PastPiece& hour : day.hours)
          add_hour(hour);
      if (!by_hours) {
        hours_since_ = time.end;
        widen(time);
      }
      add_day(told, by_hours || !day.told ? span_of(day.hours) : milliseconds_of(time));
      return {};
    }
    return add_part(told, day.told.has_value(), day.hours, fits, **why);
  }

  // Hours are of use from the last day on that has none.
  PastPlan take() {
    plan_.hours -= std::erase_if(plan_.buckets, [&](const PastBucket& one) {
      return one.level == Level::hour && one.time.start < hours_since_;
    });
    return std::move(plan_);
  }

 private:
  // Why a stretch is not wanted as a whole; nothing: it is.
  sqlite::SqliteResult<std::optional<LeftOut>> left_out(const Interval& time) {
    const Stretch stretch = as_stretch(time);
    for (const auto& [all, why] :
         {std::pair(&series_->measured, LeftOut::measured), std::pair(&series_->imported, LeftOut::imported)})
      for (const std::int64_t one : *all) {
        const auto holds = times_->holds(one, stretch);
        if (!holds) return std::unexpected(holds.error());
        if (*holds) return why;
      }
    const auto touches = [&](const Interval& one) { return one.start < time.end && one.end > time.start; };
    if (ours_until_ && stretch.end > *ours_until_) return LeftOut::awaited;
    if (std::ranges::any_of(series_->waiting, touches)) return LeftOut::waiting;
    if (time.end > limit_) return LeftOut::not_over;
    return std::nullopt;
  }

  // Of a day that somebody has a part of: its hours, where ours goes on afterwards. Of one that is not over
  // the hours that are, where the program tells hours alone: a later import brings the others. Where it tells
  // the day as well nothing, so that a later import finds it whole: programs keep days longer than hours.
  sqlite::SqliteResult<> add_part(const PastPiece& told, bool is_told, const std::vector<PastPiece>& hours,
                                  bool fits, LeftOut why) {
    std::set<LeftOut> reasons;
    PastPiece rest = told;
    PastPiece added{told.time, 0, 0};
    std::int64_t span = 0;
    const bool by_hours = fits && (why == LeftOut::measured || why == LeftOut::imported ||
                                   (why == LeftOut::not_over && !is_told));
    for (const PastPiece& hour : hours) {
      if (!by_hours) break;
      const auto not_this = left_out(hour.time);
      if (!not_this) return std::unexpected(not_this.error());
      if (*not_this) {
        leave_out(**not_this, hour);
        reasons.insert(**not_this);
      } else {
        add_hour(hour);
        added.received += hour.received;
        added.sent += hour.sent;
        span += milliseconds_of(hour.time);
      }
      rest.received -= hour.received;
      rest.sent -= hour.sent;
    }
    if (span > 0) add_day(added, span);
    // Where nothing is left beside its hours, those have told why themselves.
    if (rest.received > 0 || rest.sent > 0 || (span == 0 && reasons.empty())) {
      leave_out(why,
                {told.time, std::max<std::int64_t>(rest.received, 0), std::max<std::int64_t>(rest.sent, 0)});
      reasons.insert(why);
    }
    for (const LeftOut one : reasons)
      ++plan_.left_out[one].days;
    return {};
  }

  void add_hour(const PastPiece& hour) {
    plan_.buckets.push_back({Level::hour, hour.time, milliseconds_of(hour.time), hour.received, hour.sent});
    ++plan_.hours;
    widen(hour.time);
  }

  void add_day(const PastPiece& day, std::int64_t span) {
    plan_.buckets.push_back({Level::day, day.time, span, day.received, day.sent});
    ++plan_.days;
    plan_.received += day.received;
    plan_.sent += day.sent;
    if (span == milliseconds_of(day.time)) widen(day.time);
  }

  void widen(const Interval& time) {
    if (!plan_.time) plan_.time = time;
    plan_.time = Interval{std::min(plan_.time->start, time.start), std::max(plan_.time->end, time.end)};
  }

  void leave_out(LeftOut why, const PastPiece& piece) {
    PastAmount& amount = plan_.left_out[why];
    amount.received += piece.received;
    amount.sent += piece.sent;
  }

  static std::int64_t span_of(const std::vector<PastPiece>& hours) {
    std::int64_t span = 0;
    for (const PastPiece& hour : hours)
      span += milliseconds_of(hour.time);
    return span;
  }

  Seconds limit_;
  const PastSeries* series_;
  MeasuredTimes* times_;
  std::optional<std::int64_t> ours_until_;
  Seconds hours_since_ = Seconds::min();
  PastPlan plan_;
};

}  // namespace

sqlite::SqliteResult<PastPlan> plan_import(const PastInterface& past, const Zone& zone, Seconds settled,
                                           const PastSeries& series, MeasuredTimes& times) {
  Planner planner(std::min(past.until, settled), series, times);
  if (auto done = planner.begin(); !done) return std::unexpected(done.error());
  for (const auto& [time, day] : days_in(past, zone))
    if (auto done = planner.add(time, day); !done) return std::unexpected(done.error());
  return planner.take();
}

}  // namespace collector::history
