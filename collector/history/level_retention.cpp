#include "collector/history/level_retention.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "collector/history/import_source.h"

namespace collector::history {
namespace {

constexpr Duration look_every = std::chrono::hours(1);
constexpr std::uint64_t least_series = 32;
constexpr std::int64_t one_day = 86'400;

// What each level keeps however full the file is, and how much goes at once, in seconds.
constexpr std::array<std::int64_t, level_count> spared{one_day, 7 * one_day, 31 * one_day};
constexpr std::array<std::int64_t, level_count> pieces{6 * one_hour, one_day, 7 * one_day};

}  // namespace

// Days are outlived by nothing.
sqlite::SqliteResult<> LevelRetention::note_gone(Level level, const std::string& series,
                                                 std::int64_t before) const {
  if (level == Level::day) return {};
  return database_->execute(
      fmt::format("UPDATE series SET gone_{0} = max(coalesce(gone_{0}, {1}), {1}) WHERE {2}", name_of(level),
                  before, series));
}

sqlite::SqliteResult<std::uint64_t> LevelRetention::remove(LevelTables& tables, Level level,
                                                           std::int64_t series, std::int64_t before) const {
  const std::string table = tables.table(level);
  const auto edge = [&](const char* which) {
    return database_->query_integer(
        fmt::format("SELECT {}(time) FROM {} WHERE series_id={}", which, table, series));
  };
  const auto oldest = edge("min");
  if (!oldest) return std::unexpected(oldest.error());
  if (!*oldest || **oldest >= before) return 0;
  const auto newest = edge("max");
  if (!newest) return std::unexpected(newest.error());
  const auto quarter = std::max(one_day, (newest->value_or(**oldest) - **oldest) / 4);
  // At full hours: what is left of an hour is all of it.
  const auto end = floor_to(std::min(before, **oldest + quarter), one_hour);
  if (auto done = database_->execute(
          fmt::format("DELETE FROM {} WHERE series_id={} AND time<{}", table, series, end));
      !done)
    return std::unexpected(done.error());
  const auto deleted = static_cast<std::uint64_t>(database_->changes());
  if (auto done = note_gone(level, fmt::format("id={}", series), end); !done)
    return std::unexpected(done.error());
  return deleted;
}

sqlite::SqliteResult<std::optional<LevelRetention::Edges>> LevelRetention::edges(Level level) {
  std::optional<Edges> all;
  const auto names = levels_->measurements();
  if (!names) return std::unexpected(names.error());
  for (const std::string& name : *names) {
    const auto tables = levels_->tables_of(name);
    if (!tables) return std::unexpected(tables.error());
    // By the series' own edges: the key leads to them, and a scan of the table would read all of it.
    auto find = database_->prepare(fmt::format(
        "SELECT min(a), max(b) FROM (SELECT (SELECT min(time) FROM {0} WHERE series_id = s.id) AS a,"
        " (SELECT max(time) FROM {0} WHERE series_id = s.id) AS b"
        " FROM series AS s WHERE measurement=?)",
        (*tables)->table(level)));
    if (!find) return std::unexpected(find.error());
    find->bind(1, std::string_view(name));
    const auto row = find->step();
    if (!row) return std::unexpected(row.error());
    if (find->is_null(0)) continue;
    if (!all) all = Edges{find->integer(0), find->integer(1)};
    all = Edges{std::min(all->oldest, find->integer(0)), std::max(all->newest, find->integer(1))};
  }
  return all;
}

sqlite::SqliteResult<std::uint64_t> LevelRetention::remove_gone(std::int64_t since, std::int64_t at_most,
                                                                bool imported) const {
  auto find = database_->prepare(
      fmt::format("SELECT id, measurement FROM series WHERE last_time < ?"
                  " AND (source IN (SELECT id FROM source WHERE {})) = ? ORDER BY last_time LIMIT ?",
                  is_import_source));
  if (!find) return std::unexpected(find.error());
  find->bind(1, since);
  find->bind(2, static_cast<std::int64_t>(imported));
  find->bind(3, at_most);
  std::uint64_t deleted = 0;
  while (true) {
    const auto row = find->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return deleted;
    const auto tables = levels_->tables_of(std::string(find->text(1)));
    if (!tables) return std::unexpected(tables.error());
    for (const Level level : all_levels) {
      const auto done = database_->execute(
          fmt::format("DELETE FROM {} WHERE series_id={}", (*tables)->table(level), find->integer(0)));
      if (!done) return std::unexpected(done.error());
      deleted += static_cast<std::uint64_t>(database_->changes());
    }
  }
}

sqlite::SqliteResult<std::uint64_t> LevelRetention::evict_gone(std::uint64_t rows_written) {
  auto transaction = sqlite::Transaction::begin(*database_);
  if (!transaction) return std::unexpected(transaction.error());
  const auto oldest = levels_->oldest_row();
  if (!oldest) return std::unexpected(oldest.error());
  if (!*oldest) return 0;
  const auto at_most = static_cast<std::int64_t>(least_series + 2 * rows_written);
  std::uint64_t deleted = 0;
  // What was imported never has rows, though what it tells of may live: it is few, and goes last.
  for (const bool imported : {false, true}) {
    if (deleted > 0) break;
    const auto gone = remove_gone(**oldest, at_most, imported);
    if (!gone) return gone;
    deleted = *gone;
  }
  if (auto done = transaction->commit(); !done) return std::unexpected(done.error());
  return deleted;
}

sqlite::SqliteResult<std::uint64_t> LevelRetention::evict() {
  auto transaction = sqlite::Transaction::begin(*database_);
  if (!transaction) return std::unexpected(transaction.error());
  std::uint64_t deleted = 0;
  for (std::size_t i = 0; i < level_count && deleted == 0; ++i) {
    const auto of_level = edges(all_levels[i]);
    if (!of_level) return std::unexpected(of_level.error());
    if (!*of_level || (*of_level)->newest - (*of_level)->oldest < spared[i]) continue;
    const auto before = floor_to((*of_level)->oldest + pieces[i], one_hour);
    const auto names = levels_->measurements();
    if (!names) return std::unexpected(names.error());
    for (const std::string& name : *names) {
      const auto tables = levels_->tables_of(name);
      if (!tables) return std::unexpected(tables.error());
      auto remove = database_->prepare(fmt::format(
          "DELETE FROM {} WHERE series_id IN (SELECT id FROM series WHERE measurement=?) AND time<?",
          (*tables)->table(all_levels[i])));
      if (!remove) return std::unexpected(remove.error());
      remove->bind(1, std::string_view(name));
      remove->bind(2, before);
      if (auto done = remove->run(); !done) return std::unexpected(done.error());
      deleted += static_cast<std::uint64_t>(database_->changes());
    }
    if (auto done = note_gone(all_levels[i], "1", before); !done) return std::unexpected(done.error());
  }
  if (auto done = transaction->commit(); !done) return std::unexpected(done.error());
  return deleted;
}

bool LevelRetention::has_an_end() const {
  const auto ends = [](const Ages& ages) {
    return std::ranges::any_of(ages.levels, [](Duration age) { return age > Duration{}; });
  };
  return ends(keep_.ages) ||
         std::ranges::any_of(keep_.measurements, [&](const auto& one) { return ends(one.second); });
}

sqlite::SqliteResult<std::uint64_t> LevelRetention::run(Instant now, std::uint64_t rows_written) {
  const auto believed = clock_ == nullptr ? std::nullopt : clock_->believed(now);
  if (!believed || !has_an_end()) return 0;
  if (!walking_) {
    if (begun_ && now.boot - *begun_ < look_every) return 0;
    begun_ = now.boot;
    next_ = 0;
    walking_ = true;
  }
  const std::uint64_t at_most = least_series + rows_written;
  auto find = database_->prepare("SELECT id, measurement FROM series WHERE id >= ? ORDER BY id LIMIT ?");
  if (!find) return std::unexpected(find.error());
  find->bind(1, next_);
  find->bind(2, static_cast<std::int64_t>(at_most));
  std::vector<std::pair<std::int64_t, std::string>> some;
  while (true) {
    const auto row = find->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) break;
    some.emplace_back(find->integer(0), find->text(1));
  }
  walking_ = some.size() == at_most;
  if (some.empty()) return 0;
  auto transaction = sqlite::Transaction::begin(*database_);
  if (!transaction) return std::unexpected(transaction.error());
  std::uint64_t deleted = 0;
  for (const auto& [series, measurement] : some) {
    const auto tables = levels_->tables_of(measurement);
    if (!tables) return std::unexpected(tables.error());
    for (const Level level : all_levels) {
      const Duration age = keep_.of(measurement).levels[static_cast<std::size_t>(level)];
      if (age <= Duration{}) continue;
      const auto gone = remove(**tables, level, series, unix_seconds(*believed - age));
      if (!gone) return gone;
      deleted += *gone;
    }
  }
  if (auto done = transaction->commit(); !done) return std::unexpected(done.error());
  next_ = some.back().first + 1;
  return deleted;
}

}  // namespace collector::history
