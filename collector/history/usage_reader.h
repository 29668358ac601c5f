// UsageReader: answers one question from the levels, each stretch of time from the coarsest that has it
// exactly. Used inside a read transaction.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "collector/history/held_levels.h"
#include "collector/history/piece_reader.h"
#include "collector/history/row_cut.h"

namespace collector::history {

class UsageReader {
 public:
  // All outlive it. Rows that begin after `now` are of the future; nothing: none is.
  UsageReader(PieceReader& reader, std::span<const StoredSeries> series, std::optional<Seconds> now)
      : reader_(&reader), series_(series), now_(now) {}

  sqlite::SqliteResult<> read(std::span<const Seconds> edges, const Selection& selection,
                              UsageAnswer& answer);

 private:
  sqlite::SqliteResult<> read_levels(const HeldLevels& held, std::int64_t closed);
  // Reads stretches of a series from a level; what an edge cuts goes into `finer`.
  sqlite::SqliteResult<> read_level(const HeldLevels& held, Level level, std::int64_t series,
                                    const Stretch& stretch, std::vector<Stretch>& finer, RowCut& rows);
  sqlite::SqliteResult<> read_open_rows(std::int64_t closed);
  // Of all series, the last one that begins at `second` or before.
  sqlite::SqliteResult<std::optional<Stretch>> last_bucket(Level level, std::int64_t second);
  sqlite::SqliteResult<> find_ahead();
  sqlite::SqliteResult<> find_newest();
  void take_end(const RowTime& row);
  void make_groups(const Selection& selection);
  void fill(UsageAnswer& answer);

  PieceReader* reader_;
  std::span<const StoredSeries> series_;
  std::vector<std::int64_t> edges_;
  struct Group {
    explicit Group(GroupFold nothing) : fold(std::move(nothing)) {}
    UsageGroup about;  // without its buckets
    GroupFold fold;
  };
  using Groups = std::map<std::vector<std::string>, Group>;
  Groups groups_;
  Groups imported_;                             // apart: it was at other times
  std::map<std::int64_t, UsageFold> folds_;     // by series
  std::array<bool, level_count + 1> levels_{};  // which had something; level_count: rows
  std::optional<Seconds> now_;
  std::optional<std::int64_t> newest_;  // end of the newest row that is not of the future, milliseconds
  std::optional<std::int64_t> ahead_;   // of those that are
};

}  // namespace collector::history
