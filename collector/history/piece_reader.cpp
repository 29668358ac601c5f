#include "collector/history/piece_reader.h"

#include <fmt/format.h>

#include <limits>
#include <utility>

namespace collector::history {
namespace {

// No day of any zone is longer.
constexpr std::int64_t longest_day = 3 * 86'400;

// Both statements have four columns before those of the fields.
constexpr int first_field = 4;

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
    case Use::range:
      sql = fmt::format(
          "SELECT time, {}, span, flags{} FROM {} WHERE series_id=? AND time>? AND time<? ORDER BY time",
          level == Level::day ? "day_ends" : "0", fields_.of_levels(), table(level));
      break;
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
  const auto find = statement(level, Use::range);
  if (!find) return std::unexpected(find.error());
  sqlite::Statement& row = **find;
  row.reset();
  row.bind(1, series);
  row.bind(2, stretch.start - longest(level));
  row.bind(3, stretch.end);
  while (true) {
    const auto stepped = row.step();
    if (!stepped) return std::unexpected(stepped.error());
    if (!*stepped) return {};
    // Hours of years are many: what need not be asked of SQLite is not.
    const std::int64_t start = row.integer(0);
    const std::int64_t end = level == Level::day ? row.integer(1) : start + longest(level);
    if (end <= stretch.start) continue;
    const RowTime time{start, row.integer(2)};
    fields_.read_bucket(row, first_field, time, end);
    visit({time, end, row.integer(3), fields_.amounts(), fields_.readings()});
  }
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

sqlite::SqliteResult<> PieceReader::rows_of(const std::string& table, std::optional<sqlite::Statement>& kept,
                                            const Stretch& stretch, const VisitRow& visit) {
  if (table.empty()) return {};
  if (!kept) {
    auto prepared = database_->prepare(fmt::format(
        "SELECT series_id, time, span, flags{} FROM {} WHERE time>=? AND time<?", fields_.of_rows(), table));
    if (!prepared) return std::unexpected(prepared.error());
    kept = std::move(*prepared);
  }
  kept->reset();
  kept->bind(1, stretch.start);
  kept->bind(2, stretch.end);
  while (true) {
    const auto row = kept->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return {};
    const RowTime time{kept->integer(1), kept->integer(2)};
    fields_.read_row(*kept, first_field, time);
    visit(kept->integer(0), {time, 0, kept->integer(3), fields_.amounts(), fields_.readings()});
  }
}

sqlite::SqliteResult<std::int64_t> PieceReader::closed() const {
  const auto closed = database_->query_integer("SELECT closed FROM level_state");
  if (!closed) return std::unexpected(closed.error());
  return closed->value_or(std::numeric_limits<std::int64_t>::min());
}

}  // namespace collector::history
