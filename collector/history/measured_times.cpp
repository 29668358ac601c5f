#include "collector/history/measured_times.h"

#include <algorithm>
#include <utility>

namespace collector::history {
namespace {

bool touch(const Stretch& a, const Stretch& b) {
  return a.start < b.end && a.end > b.start;
}

}  // namespace

sqlite::SqliteResult<MeasuredTimes> MeasuredTimes::find(PieceReader& reader) {
  MeasuredTimes times(reader);
  const auto closed = reader.closed();
  if (!closed) return std::unexpected(closed.error());
  const auto done = reader.rows({*closed, end_of_time}, [&](std::int64_t series, const StoredPiece& row) {
    // One without a length is there too.
    const std::int64_t end = std::max((row.time.end_ms() + 999) / 1000, row.time.start + 1);
    times.open_rows_[series].push_back({row.time.start, end});
  });
  if (!done) return std::unexpected(done.error());
  for (auto& [series, rows] : times.open_rows_)
    rows = joined(std::move(rows));
  return times;
}

sqlite::SqliteResult<const MeasuredTimes::Hours*> MeasuredTimes::hours_of(std::int64_t series,
                                                                          const Stretch& day,
                                                                          std::int64_t span) {
  const auto [at, is_new] = hours_.try_emplace({series, day.start});
  if (!is_new) return &at->second;
  std::vector<std::int64_t> starts;
  std::int64_t observed = 0;
  const auto done = reader_->buckets(Level::hour, series, day, [&](const StoredPiece& hour) {
    starts.push_back(hour.time.start);
    if (hour.time.start >= day.start && hour.end <= day.end) observed += hour.time.span;
  });
  if (!done) return std::unexpected(done.error());
  if (observed == span && !starts.empty()) at->second = std::move(starts);
  return &at->second;
}

sqlite::SqliteResult<bool> MeasuredTimes::holds(std::int64_t series, const Stretch& stretch) {
  if (const auto rows = open_rows_.find(series); rows != open_rows_.end())
    if (std::ranges::any_of(rows->second, [&](const Stretch& row) { return touch(row, stretch); }))
      return true;
  struct Day {
    Stretch time;
    std::int64_t span = 0;
  };
  std::vector<Day> days;
  const auto done = reader_->buckets(Level::day, series, stretch, [&](const StoredPiece& day) {
    days.push_back({{day.time.start, day.end}, day.time.span});
  });
  if (!done) return std::unexpected(done.error());
  for (const Day& day : days) {
    if (day.time.start >= stretch.start && day.time.end <= stretch.end) return true;
    const auto hours = hours_of(series, day.time, day.span);
    if (!hours) return std::unexpected(hours.error());
    if (!**hours) return true;
    for (const std::int64_t start : ***hours)
      if (touch({start, start + one_hour}, stretch)) return true;
  }
  return false;
}

sqlite::SqliteResult<std::optional<std::int64_t>> MeasuredTimes::end_of(std::int64_t series) {
  std::optional<std::int64_t> end;
  for (const Level level : all_levels) {
    const auto last = reader_->last_bucket(level, series, end_of_time);
    if (!last) return std::unexpected(last.error());
    if (!*last) continue;
    end = (*last)->end;
    break;  // the finest one tells best
  }
  if (const auto rows = open_rows_.find(series); rows != open_rows_.end() && !rows->second.empty())
    end = std::max(end.value_or(rows->second.back().end), rows->second.back().end);
  return end;
}

}  // namespace collector::history
