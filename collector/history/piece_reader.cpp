#include "collector/history/piece_reader.h"

#include <fmt/format.h>

#include <limits>
#include <utility>

namespace collector::history {
namespace {

// No day of any zone is longer.
constexpr std::int64_t longest_day = 3 * 86'400;

std::string length_of(Level level) {
  return level == Level::five_minutes ? "time + 300" : level == Level::hour ? "time + 3600" : "day_ends";
}

std::int64_t longest(Level level) {
  return level == Level::five_minutes ? five_minutes : level == Level::hour ? one_hour : longest_day;
}

}  // namespace

sqlite::SqliteResult<sqlite::Statement*> PieceReader::statement(Level level, Use use) {
  auto& kept = statements_[static_cast<std::size_t>(level)][static_cast<std::size_t>(use)];
  if (kept) return &*kept;
  std::string sql;
  switch (use) {
    case Use::last:
      sql = fmt::format("SELECT time, {} FROM {} WHERE series_id=? AND time<=? ORDER BY time DESC LIMIT 1",
                        length_of(level), table(level));
      break;
    case Use::first:
      sql = fmt::format("SELECT min(time) FROM {} WHERE series_id=?", table(level));
      break;
  }
  auto prepared = database_->prepare(sql);
  if (!prepared) return std::unexpected(prepared.error());
  kept = std::move(*prepared);
  return &*kept;
}

sqlite::SqliteResult<> PieceReader::buckets(Level level, std::int64_t series, const Stretch& stretch,
                                            const Visit& visit) {
  if (!has(level)) return {};
  auto& kept = buckets_[static_cast<std::size_t>(level)];
  if (!kept) {
    // Hours of years are many: what need not be asked of SQLite is not.
    auto prepared = sqlite::RowScan::prepare(
        *database_,
        fmt::format("time, span, flags{}{}", level == Level::day ? ", day_ends" : "", fields_.of_levels()),
        fmt::format("{} WHERE series_id=? AND time>? AND time<?", table(level)));
    if (!prepared) return std::unexpected(prepared.error());
    kept = std::move(*prepared);
  }
  kept->bind(1, series);
  kept->bind(2, stretch.start - longest(level));
  kept->bind(3, stretch.end);
  constexpr int day_ends = 3;
  const int first_field = level == Level::day ? day_ends + 1 : day_ends;
  return kept->run([&](const sqlite::ScannedRow& row) {
    const std::int64_t start = row.integer(0);
    const std::int64_t end = level == Level::day ? row.integer(day_ends) : start + longest(level);
    if (end <= stretch.start) return;
    const RowTime time{start, row.integer(1)};
    fields_.read_bucket(row, first_field, time, end);
    visit({time, end, row.integer(2), fields_.amounts(), fields_.readings()});
  });
}

sqlite::SqliteResult<std::optional<Stretch>> PieceReader::last_bucket(Level level, std::int64_t series,
                                                                      std::int64_t second) {
  if (!has(level)) return std::nullopt;
  const auto find = statement(level, Use::last);
  if (!find) return std::unexpected(find.error());
  (*find)->reset();
  (*find)->bind(1, series);
  (*find)->bind(2, second);
  const auto row = (*find)->step();
  if (!row) return std::unexpected(row.error());
  if (!*row) return std::nullopt;
  const Stretch bucket{(*find)->integer(0), (*find)->integer(1)};
  (*find)->reset();
  return bucket;
}

sqlite::SqliteResult<std::optional<std::int64_t>> PieceReader::first_bucket(Level level,
                                                                            std::int64_t series) {
  if (!has(level)) return std::nullopt;
  const auto find = statement(level, Use::first);
  if (!find) return std::unexpected(find.error());
  (*find)->reset();
  (*find)->bind(1, series);
  const auto row = (*find)->step();
  if (!row) return std::unexpected(row.error());
  std::optional<std::int64_t> first;
  if (*row && !(*find)->is_null(0)) first = (*find)->integer(0);
  (*find)->reset();
  return first;
}

sqlite::SqliteResult<> PieceReader::rows(const Stretch& stretch, const VisitRow& visit) {
  return rows_of(measurement_->rows, rows_, stretch, visit);
}

sqlite::SqliteResult<> PieceReader::open_rows(std::int64_t closed, std::int64_t end, const VisitRow& visit) {
  if (auto done = rows({closed, end}, visit); !done) return done;
  return rows_of(measurement_->open_rows, open_rows_, {std::numeric_limits<std::int64_t>::min(), end}, visit);
}

sqlite::SqliteResult<> PieceReader::rows_of(const std::string& table, std::optional<sqlite::RowScan>& kept,
                                            const Stretch& stretch, const VisitRow& visit) {
  if (table.empty()) return {};
  if (!kept) {
    auto prepared = sqlite::RowScan::prepare(*database_, "series_id, time, span, flags" + fields_.of_rows(),
                                             table + " WHERE time>=? AND time<?");
    if (!prepared) return std::unexpected(prepared.error());
    kept = std::move(*prepared);
  }
  kept->bind(1, stretch.start);
  kept->bind(2, stretch.end);
  constexpr int first_field = 4;
  return kept->run([&](const sqlite::ScannedRow& row) {
    const RowTime time{row.integer(1), row.integer(2)};
    fields_.read_row(row, first_field, time);
    visit(row.integer(0), {time, 0, row.integer(3), fields_.amounts(), fields_.readings()});
  });
}

sqlite::SqliteResult<std::int64_t> PieceReader::closed() const {
  const auto closed = database_->query_integer("SELECT closed FROM level_state");
  if (!closed) return std::unexpected(closed.error());
  return closed->value_or(std::numeric_limits<std::int64_t>::min());
}

}  // namespace collector::history
