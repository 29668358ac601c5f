#include "collector/history/row_cut.h"

#include <algorithm>
#include <array>
#include <limits>

namespace collector::history {
namespace {

// How far before a stretch rows begin that reach into it: a window mostly, days after the collector was off.
constexpr std::array<std::int64_t, 4> look_back{600, 86'400, 40 * 86'400LL, 4000 * 86'400LL};

}  // namespace

bool RowCut::Balance::is_even() const {
  return span == 0 && std::ranges::all_of(sums, [](std::uint64_t sum) { return sum == 0; });
}

RowCut::Balance& RowCut::balance(std::size_t stretch, std::int64_t series) {
  Balance& one = balances_[{stretch, series}];
  one.sums.resize(reader_->field_count());
  return one;
}

bool RowCut::is_even(std::size_t stretch) const {
  for (auto one = balances_.lower_bound({stretch, std::numeric_limits<std::int64_t>::min()});
       one != balances_.end() && one->first.first == stretch; ++one)
    if (!one->second.is_even()) return false;
  return true;
}

bool RowCut::is_exact() const {
  return std::ranges::all_of(balances_, [](const auto& one) { return one.second.is_even(); });
}

void RowCut::add(std::int64_t series, const StoredPiece& bucket) {
  buckets_.push_back(piece_of(series, bucket, 0));
}

RowCut::Piece RowCut::piece_of(std::int64_t series, const StoredPiece& stored, std::size_t stretch) {
  return {series,
          stored.time,
          stored.end,
          stored.flags,
          {stored.amounts.begin(), stored.amounts.end()},
          {stored.readings.begin(), stored.readings.end()},
          stretch};
}

sqlite::SqliteResult<> RowCut::read() {
  std::ranges::stable_sort(buckets_, {}, [](const Piece& one) { return one.time.start; });
  for (Piece& bucket : buckets_) {
    add_stretch(stretches_, {bucket.time.start, bucket.end});
    bucket.stretch = stretches_.size() - 1;
    Balance& one = balance(bucket.stretch, bucket.series);
    one.span += bucket.time.span;
    for (std::size_t i = 0; i < one.sums.size(); ++i)
      one.sums[i] += static_cast<std::uint64_t>(bucket.amounts[i].sum);
  }
  for (std::size_t i = 0; i < stretches_.size(); ++i) {
    const Stretch& stretch = stretches_[i];
    if (auto done = read(i, stretch); !done) return done;
    std::int64_t before = stretch.start;
    for (const std::int64_t length : look_back) {
      if (is_even(i)) break;
      if (auto done = read(i, {stretch.start - length, before}); !done) return done;
      before = stretch.start - length;
    }
  }
  return {};
}

sqlite::SqliteResult<> RowCut::read(std::size_t stretch, const Stretch& begins_in) {
  return reader_->rows({begins_in.start, std::min(begins_in.end, closed_)},
                       [&](std::int64_t series, const StoredPiece& row) {
                         const auto one = balances_.find({stretch, series});
                         if (one == balances_.end()) return;
                         const auto [part, is_empty] = part_in(row.time, stretches_[stretch]);
                         if (is_empty) return;
                         one->second.span -= part.length();
                         for (std::size_t i = 0; i < one->second.sums.size(); ++i)
                           one->second.sums[i] -= static_cast<std::uint64_t>(part.of(row.amounts[i].sum));
                         rows_.push_back(piece_of(series, row, stretch));
                       });
}

void RowCut::give(std::map<std::int64_t, UsageFold>& folds) const {
  const auto is_taken_apart = [&](const Piece& piece) {
    return balances_.at({piece.stretch, piece.series}).is_even();
  };
  for (const Piece& bucket : buckets_)
    if (!is_taken_apart(bucket))
      folds.at(bucket.series).add_spread(bucket.stored(), {bucket.time.start, bucket.end});
  for (const Piece& row : rows_)
    if (is_taken_apart(row)) folds.at(row.series).add_row(row.stored(), stretches_[row.stretch]);
}

}  // namespace collector::history
