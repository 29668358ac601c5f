#include "collector/history/measured_period.h"

#include <algorithm>
#include <vector>

#include "collector/history/history_question.h"
#include "collector/history/level.h"
#include "collector/history/plan_periods.h"

namespace collector::history {
namespace {

constexpr std::chrono::seconds slot_length(slot_seconds);

// Counters only grow; a negative sum is none.
std::uint64_t bytes_in(const UsageBucket& bucket, std::size_t field) {
  if (field >= bucket.fields.size()) return 0;
  return static_cast<std::uint64_t>(std::max<std::int64_t>(bucket.fields[field].sum, 0));
}

class PeriodMeasure {
 public:
  PeriodMeasure(const sqlite::Database& database, const PeriodQuestion& question)
      : database_(database),
        question_(question),
        selection_(selection_of(question.plan, question.this_host)),
        slots_end_(question.time.start +
                   std::max((std::min(question.known, question.time.end) - question.time.start) / slot_length,
                            std::int64_t{0}) *
                       slot_length) {}

  sqlite::SqliteResult<Result<std::optional<MeasuredPeriod>>> measure() {
    auto by_slots = measure_slots();
    if (!by_slots) return std::unexpected(by_slots.error());
    if (!*by_slots) return Result<std::optional<MeasuredPeriod>>(std::unexpected(by_slots->error()));
    if (**by_slots) return std::optional(std::move(measured_));
    measured_ = {};
    auto by_hours = measure_hours();
    if (!by_hours) return std::unexpected(by_hours.error());
    if (!*by_hours) return Result<std::optional<MeasuredPeriod>>(std::unexpected(by_hours->error()));
    if (!**by_hours) return std::nullopt;
    return std::optional(std::move(measured_));
  }

 private:
  // Takes in the buckets between these edges. False: the history can't be cut there any more.
  sqlite::SqliteResult<Result<bool>> ask(const std::vector<Seconds>& edges, bool are_slots) {
    auto answer = read_usage(database_, {selection_, edges});
    if (!answer) return std::unexpected(answer.error());
    if (!*answer) return Result<bool>(std::unexpected(answer->error()));
    if (!(*answer)->moved.empty()) return false;
    for (const UsageBucket& bucket : (*answer)->groups.front().buckets) {
      const std::uint64_t in = bytes_in(bucket, 0), out = bytes_in(bucket, 1);
      add_slot(measured_.usage, question_.plan.free_hours, time_of_day(question_.zone, bucket.time.start), in,
               out);
      if (are_slots)
        slots_.push_back({bucket.time.start.time_since_epoch().count(), bucket.observed, in, out});
    }
    return true;
  }

  // A day at a time: a month of slots of many interfaces is a lot of memory.
  sqlite::SqliteResult<Result<bool>> measure_slots() {
    Seconds at = question_.time.start;
    while (at < slots_end_) {
      std::vector<Seconds> edges{at};
      for (const Seconds end = std::min(at + std::chrono::seconds(std::chrono::days(1)), slots_end_);
           at < end;)
        edges.push_back(at += slot_length);
      auto asked = ask(edges, true);
      if (!asked || !*asked || !**asked) return asked;
    }
    if (at < question_.time.end) {
      auto asked = ask({at, question_.time.end}, false);
      if (!asked || !*asked || !**asked) return asked;
    }
    measured_.has_slots = true;
    measured_.percentile = percentile_95(slots_, question_.time.start.time_since_epoch().count(),
                                         slots_end_.time_since_epoch().count());
    return true;
  }

  sqlite::SqliteResult<Result<bool>> measure_hours() {
    std::vector<Seconds> edges{question_.time.start, question_.time.end};
    if (!question_.plan.free_hours.empty()) {
      edges = bucket_edges(question_.zone, question_.time, {.unit = BucketUnit::hour});
      const auto is_free_at = [&](Seconds moment) {
        return is_free(question_.plan.free_hours, time_of_day(question_.zone, moment));
      };
      for (std::size_t i = 1; i < edges.size(); ++i)
        if (is_free_at(edges[i - 1]) != is_free_at(edges[i] - slot_length)) return false;
    }
    return ask(edges, false);
  }

  const sqlite::Database& database_;
  const PeriodQuestion& question_;
  Selection selection_;
  Seconds slots_end_;
  std::vector<Slot> slots_;
  MeasuredPeriod measured_;
};

}  // namespace

sqlite::SqliteResult<Result<std::optional<MeasuredPeriod>>> measure_period(const sqlite::Database& database,
                                                                           const PeriodQuestion& question) {
  return PeriodMeasure(database, question).measure();
}

}  // namespace collector::history
