#include "collector/history/held_levels.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "collector/core/saturated.h"
#include "collector/history/row_cut.h"

namespace collector::history {
namespace {

constexpr auto always = std::numeric_limits<std::int64_t>::min();

std::int64_t nearest_multiple(std::int64_t second, std::int64_t unit) {
  return floor_to(second + unit / 2, unit);
}

}  // namespace

sqlite::SqliteResult<HeldLevels> HeldLevels::find(PieceReader& reader, std::span<const std::int64_t> series,
                                                  std::int64_t closed, std::int64_t from) {
  HeldLevels held(reader, series, closed, from);
  held.since_.fill(always);
  for (const Level level : all_levels) {
    for (const std::int64_t one : series) {
      const auto since = held.since_of(level, one);
      if (!since) return std::unexpected(since.error());
      auto& all = held.since_[static_cast<std::size_t>(level)];
      all = std::max(all, *since);
    }
  }
  return held;
}

// Coarser levels tell whether there was anything before a level's first bucket.
sqlite::SqliteResult<std::int64_t> HeldLevels::since_of(Level level, std::int64_t series) const {
  const auto first = reader_->first_bucket(level, series);
  if (!first) return std::unexpected(first.error());
  const std::int64_t begins = first->value_or(std::numeric_limits<std::int64_t>::max());
  std::vector<std::pair<Level, Stretch>> begins_in;
  std::int64_t latest = always;
  for (const Level coarser : all_levels) {
    if (coarser <= level) continue;
    const auto last = reader_->last_bucket(coarser, series, begins);
    if (!last) return std::unexpected(last.error());
    if (!*last) continue;
    begins_in.emplace_back(coarser, **last);
    latest = std::max(latest, (*last)->end);
  }
  // Whatever is said of these, the level is whole since the last of their ends, or longer.
  if (latest <= from_) return always;
  for (const auto& [coarser, last] : begins_in) {
    if (last.end <= begins) return last.end;
    const auto same = equals(level, coarser, series, last);
    if (!same) return std::unexpected(same.error());
    // A part of a coarser bucket is of no use: what is missing of it could only be guessed.
    if (!*same) return last.end;
    const auto older = reader_->last_bucket(coarser, series, last.start - 1);
    if (!older) return std::unexpected(older.error());
    if (*older) return (*older)->end;
  }
  return always;
}

// Whether a level's buckets within a coarser one are all that it has.
sqlite::SqliteResult<bool> HeldLevels::equals(Level level, Level coarser, std::int64_t series,
                                              const Stretch& bucket) const {
  // Hours do not fit into a day that begins at half past: the level below does.
  if (level == Level::hour && (bucket.start % one_hour != 0 || bucket.end % one_hour != 0))
    return equals(Level::five_minutes, coarser, series, bucket);
  struct Sum {
    std::int64_t observed = 0;
    std::vector<std::int64_t> fields;
    bool operator==(const Sum&) const = default;
  };
  const auto sum_of = [&](Level one) -> sqlite::SqliteResult<Sum> {
    Sum sum{0, std::vector<std::int64_t>(reader_->field_count())};
    const auto done = reader_->buckets(one, series, bucket, [&](const StoredPiece& piece) {
      if (piece.time.start < bucket.start || piece.end > bucket.end) return;
      sum.observed = saturated_sum(sum.observed, piece.time.span);
      for (std::size_t i = 0; i < sum.fields.size(); ++i)
        sum.fields[i] = saturated_sum(sum.fields[i], piece.amounts[i].sum);
    });
    if (!done) return std::unexpected(done.error());
    return sum;
  };
  const auto fine = sum_of(level);
  if (!fine) return std::unexpected(fine.error());
  const auto coarse = sum_of(coarser);
  if (!coarse) return std::unexpected(coarse.error());
  return *fine == *coarse;
}

sqlite::SqliteResult<std::int64_t> HeldLevels::nearest_day(std::int64_t second) const {
  for (const std::int64_t series : series_) {
    const auto day = reader_->last_bucket(Level::day, series, second - 1);
    if (!day) return std::unexpected(day.error());
    if (!*day || (*day)->end <= second) continue;
    return second - (*day)->start <= (*day)->end - second ? (*day)->start : (*day)->end;
  }
  return second;
}

sqlite::SqliteResult<bool> HeldLevels::rows_hold(std::int64_t second) const {
  RowCut rows(*reader_, closed_);
  const std::int64_t start = floor_to(second, five_minutes);
  for (const std::int64_t series : series_)
    if (auto done = reader_->buckets(Level::five_minutes, series, {start, start + five_minutes},
                                     [&](const StoredPiece& bucket) { rows.add(series, bucket); });
        !done)
      return std::unexpected(done.error());
  if (auto done = rows.read(); !done) return std::unexpected(done.error());
  return rows.is_exact();
}

sqlite::SqliteResult<std::vector<std::int64_t>> HeldLevels::cut(std::span<const std::int64_t> edges,
                                                                std::vector<MovedEdge>& moved) {
  // Rows go the oldest first: from one edge on that they can cut, they can cut all.
  std::vector<std::int64_t> fine;
  for (const std::int64_t edge : edges)
    if (edge >= since(Level::five_minutes) && edge % five_minutes != 0) fine.push_back(edge);
  std::size_t low = 0, high = fine.size();
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    const auto held = rows_hold(fine[middle]);
    if (!held) return std::unexpected(held.error());
    if (*held)
      high = middle;
    else
      low = middle + 1;
  }
  const std::int64_t rows_since = low < fine.size() ? fine[low] : std::numeric_limits<std::int64_t>::max();

  for (const std::int64_t edge : edges) {
    if (edge < since(Level::hour) || edge >= since(Level::five_minutes) || !by_days_) continue;
    const auto day = nearest_day(edge);
    if (!day) return std::unexpected(day.error());
    by_days_ = *day == edge;
  }

  std::vector<std::int64_t> cut;
  for (const std::int64_t edge : edges) {
    std::int64_t used = edge;
    Level level = Level::five_minutes;
    if (edge >= since(Level::five_minutes)) {
      if (edge < rows_since) used = nearest_multiple(edge, five_minutes);
    } else if (edge >= since(Level::hour)) {
      level = Level::hour;
      if (!by_days_) used = nearest_multiple(edge, one_hour);
    } else {
      level = Level::day;
      const auto day = nearest_day(edge);
      if (!day) return std::unexpected(day.error());
      used = *day;
    }
    if (used != edge)
      moved.push_back({Seconds(std::chrono::seconds(edge)), Seconds(std::chrono::seconds(used)),
                       std::string(name_of(level))});
    cut.push_back(cut.empty() ? used : std::max(used, cut.back()));
  }
  return cut;
}

bool HeldLevels::may_use_day(const Stretch& day) const {
  return by_days_ || day.start < since(Level::hour) || day.start >= since(Level::five_minutes) ||
         (day.start % one_hour == 0 && day.end % one_hour == 0);
}

}  // namespace collector::history
