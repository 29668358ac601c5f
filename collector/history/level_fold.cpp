#include "collector/history/level_fold.h"

#include <optional>
#include <utility>

namespace collector::history {

sqlite::SqliteResult<> LongerBucket::add(const BucketPlace& place, const Bucket& bucket) {
  if (open_ && (place_.series != place.series || place_.time != place.time))
    if (auto done = finish(); !done) return done;
  place_ = place;
  if (!open_)
    bucket_ = bucket;
  else
    bucket_.merge(tables_->columns().buckets, bucket);
  open_ = true;
  return {};
}

sqlite::SqliteResult<> LongerBucket::finish() {
  if (!std::exchange(open_, false)) return {};
  return tables_->add(level_, place_, bucket_, newer_);
}

BucketPlace place_of_day(const CutDay& day, std::int64_t series) {
  return {series, day.start, day.end, day.zone, day.date};
}

void LevelFold::add(std::span<const BucketColumn> columns, std::int64_t series, const RowTime& time,
                    std::int64_t flags, std::span<const Datum> row) {
  for_each_part(
      time, [&](const Part& part) { buckets_[{series, part.bucket}].add(columns, time, part, flags, row); });
}

sqlite::SqliteResult<> LevelFold::write(LevelTables& tables, const DaysOfSeries& days, bool newer) {
  LongerBucket hour(tables, Level::hour, newer);
  LongerBucket day(tables, Level::day, newer);
  std::optional<std::int64_t> looked_up;
  LevelTables::Gone gone{};
  for (const auto& [key, bucket] : buckets_) {
    const auto& [series, start] = key;
    if (looked_up != series) {
      const auto found = tables.gone(series);
      if (!found) return std::unexpected(found.error());
      gone = *found;
      looked_up = series;
    }
    if (start >= gone[0])
      if (auto done = tables.add(Level::five_minutes, {.series = series, .time = start}, bucket, newer);
          !done)
        return done;
    if (start >= gone[1])
      if (auto done = hour.add({.series = series, .time = floor_to(start, one_hour)}, bucket); !done)
        return done;
    if (auto done = day.add(place_of_day(days.day_of(start, series), series), bucket); !done) return done;
  }
  buckets_.clear();
  if (auto done = hour.finish(); !done) return done;
  return day.finish();
}

}  // namespace collector::history
