// PieceSearch: the buckets and rows in which something is, as finely as they are kept, found from the
// coarsest level down. Used inside a read transaction.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "collector/history/held_levels.h"
#include "collector/history/piece_reader.h"

namespace collector::history {

// What was found of one series, in Unix seconds; a row's end is rounded up.
struct FoundPiece {
  std::int64_t series = 0;
  Stretch time;
  std::int64_t flags = 0;
  std::vector<Amount> amounts;
};

class PieceSearch {
 public:
  using Matters = std::function<bool(const StoredPiece&)>;
  // All outlive it. A coarser bucket matters when one in it does.
  PieceSearch(PieceReader& reader, std::span<const std::int64_t> series, Matters matters)
      : reader_(&reader), series_(series), matters_(std::move(matters)) {}

  sqlite::SqliteResult<std::vector<FoundPiece>> find(const Stretch& range);

 private:
  sqlite::SqliteResult<> search(const HeldLevels& held, Level level, std::int64_t series,
                                const Stretch& stretch);
  PieceReader::VisitRow take_rows(const Stretch& range);

  PieceReader* reader_;
  std::span<const std::int64_t> series_;
  Matters matters_;
  std::vector<FoundPiece> found_;         // rows, and buckets that are kept no finer
  std::vector<FoundPiece> five_minutes_;  // that rows may tell more of
};

}  // namespace collector::history
