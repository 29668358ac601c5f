// RowCut: 5-minute buckets that an edge goes through, taken apart into the rows that they were made of. What
// the rows of a series give must be what its buckets say, to the byte and the millisecond; where it is not
// (rows are gone, or were changed), the buckets stay whole.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "collector/history/piece_reader.h"
#include "collector/history/usage_fold.h"

namespace collector::history {

class RowCut {
 public:
  // `closed`: rows that begin before it are in the buckets. The reader outlives it.
  RowCut(PieceReader& reader, std::int64_t closed) : reader_(&reader), closed_(closed) {}

  // A bucket of the series with this number.
  void add(std::int64_t series, const StoredPiece& bucket);
  bool is_empty() const { return buckets_.empty(); }

  sqlite::SqliteResult<> read();
  // Whether all buckets could be taken apart. After read().
  bool is_exact() const;
  // Gives rows, or whole buckets, to the fold of each series.
  void give(std::map<std::int64_t, UsageFold>& folds) const;

 private:
  struct Piece {
    std::int64_t series = 0;
    RowTime time;
    std::int64_t end = 0;
    std::int64_t flags = 0;
    std::vector<Amount> amounts;
    std::vector<Reading> readings;
    std::size_t stretch = 0;

    StoredPiece stored() const { return {time, end, flags, amounts, readings}; }
  };
  // Of one series in one stretch: what its buckets have and its rows do not.
  struct Balance {
    std::int64_t span = 0;
    std::vector<std::uint64_t> sums;  // modulo 2^64: only zero is of interest
    bool is_even() const;
  };
  using Key = std::pair<std::size_t, std::int64_t>;  // stretch, series
  static Piece piece_of(std::int64_t series, const StoredPiece& stored, std::size_t stretch);
  Balance& balance(std::size_t stretch, std::int64_t series);
  bool is_even(std::size_t stretch) const;
  sqlite::SqliteResult<> read(std::size_t stretch, const Stretch& begins_in);

  PieceReader* reader_;
  std::int64_t closed_;
  std::vector<Piece> buckets_;
  std::vector<Piece> rows_;
  std::vector<Stretch> stretches_;
  std::map<Key, Balance> balances_;
};

}  // namespace collector::history
