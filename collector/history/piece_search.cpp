#include "collector/history/piece_search.h"

#include <algorithm>

namespace collector::history {

sqlite::SqliteResult<std::vector<FoundPiece>> PieceSearch::find(const Stretch& range) {
  const auto closed = reader_->closed();
  if (!closed) return std::unexpected(closed.error());
  const auto held = HeldLevels::find(*reader_, series_, *closed, range.start);
  if (!held) return std::unexpected(held.error());
  for (const std::int64_t one : series_)
    if (auto done = search(*held, Level::day, one, range); !done) return std::unexpected(done.error());
  std::vector<Stretch> stretches;
  for (const FoundPiece& bucket : five_minutes_)
    stretches.push_back(bucket.time);
  for (const Stretch& stretch : joined(std::move(stretches)))
    if (auto done = reader_->rows({stretch.start, std::min(stretch.end, *closed)}, take_rows(range)); !done)
      return std::unexpected(done.error());
  const std::size_t closed_rows = found_.size();
  if (auto done = reader_->open_rows(*closed, range.end, take_rows(range)); !done)
    return std::unexpected(done.error());
  // Rows that are gone, or began earlier: what the bucket says stays.
  std::vector<FoundPiece> untold;
  for (const FoundPiece& bucket : five_minutes_) {
    const auto rows = std::span(found_).first(closed_rows);
    const bool is_told = std::ranges::any_of(rows, [&](const FoundPiece& row) {
      return row.series == bucket.series && row.time.start < bucket.time.end &&
             row.time.end > bucket.time.start;
    });
    if (!is_told) untold.push_back(bucket);
  }
  found_.insert(found_.end(), untold.begin(), untold.end());
  std::ranges::stable_sort(found_, {}, [](const FoundPiece& one) { return one.time.start; });
  return std::move(found_);
}

sqlite::SqliteResult<> PieceSearch::search(const HeldLevels& held, Level level, std::int64_t series,
                                           const Stretch& stretch) {
  std::vector<Stretch> finer;
  const auto done = reader_->buckets(level, series, stretch, [&](const StoredPiece& bucket) {
    if (!matters_(bucket)) return;
    const Stretch time{std::max(bucket.time.start, stretch.start), std::min(bucket.end, stretch.end)};
    FoundPiece piece{series, time, bucket.flags, {bucket.amounts.begin(), bucket.amounts.end()}};
    if (level == Level::five_minutes)
      five_minutes_.push_back(std::move(piece));
    else if (held.since(static_cast<Level>(static_cast<std::size_t>(level) - 1)) <= time.start)
      finer.push_back(time);
    else
      found_.push_back(std::move(piece));
  });
  if (!done) return done;
  for (const Stretch& one : joined(std::move(finer)))
    if (auto searched = search(held, static_cast<Level>(static_cast<std::size_t>(level) - 1), series, one);
        !searched)
      return searched;
  return {};
}

PieceReader::VisitRow PieceSearch::take_rows(const Stretch& range) {
  return [this, range](std::int64_t series, const StoredPiece& row) {
    if (!matters_(row) || std::ranges::find(series_, series) == series_.end()) return;
    const Stretch time{row.time.start, (row.time.end_ms() + 999) / 1000};
    if (time.start >= range.end || time.end <= range.start) return;
    found_.push_back({series, time, row.flags, {row.amounts.begin(), row.amounts.end()}});
  };
}

}  // namespace collector::history
