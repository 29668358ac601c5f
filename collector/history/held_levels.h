// HeldLevels: since when each level holds all that the series of a question have, and where a range can be
// cut because of that.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "collector/history/piece_reader.h"

namespace collector::history {

class HeldLevels {
 public:
  // `from`: nothing before it is asked for. The reader outlives it.
  static sqlite::SqliteResult<HeldLevels> find(PieceReader& reader, std::span<const std::int64_t> series,
                                               std::int64_t closed, std::int64_t from);

  // The least there is: always, or since before `from`: what was before is not looked into.
  std::int64_t since(Level level) const { return since_[static_cast<std::size_t>(level)]; }

  // The edges as they can be cut: each is itself, or the nearest moment that can. `moved` tells which are not
  // themselves. Unix seconds, in order; several may fall together.
  sqlite::SqliteResult<std::vector<std::int64_t>> cut(std::span<const std::int64_t> edges,
                                                      std::vector<MovedEdge>& moved);

  // Whether the days may be used that begin then. Where 5-minute buckets are gone, days that do not begin at
  // full hours and hours do not fit together: it is either the one or the others, by the edges.
  bool may_use_day(const Stretch& day) const;

 private:
  HeldLevels(PieceReader& reader, std::span<const std::int64_t> series, std::int64_t closed,
             std::int64_t from)
      : reader_(&reader), series_(series.begin(), series.end()), closed_(closed), from_(from) {}
  sqlite::SqliteResult<std::int64_t> since_of(Level level, std::int64_t series) const;
  sqlite::SqliteResult<bool> equals(Level level, Level coarser, std::int64_t series,
                                    const Stretch& bucket) const;
  sqlite::SqliteResult<std::int64_t> nearest_day(std::int64_t second) const;
  sqlite::SqliteResult<bool> rows_hold(std::int64_t second) const;

  PieceReader* reader_;
  std::vector<std::int64_t> series_;
  std::int64_t closed_;
  std::int64_t from_;
  std::array<std::int64_t, level_count> since_{};
  bool by_days_ = true;  // all edges between since(hour) and since(five_minutes) are edges of days
};

}  // namespace collector::history
